//! Everything that the project says: messages and help as they are written in the sources, and the first line of each doc
//! comment. One file to read them in, and to read a change of them in.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::Lit;

use crate::source_tree::SourceTree;

pub fn text() -> String {
    let mut text = String::new();
    for (package, main) in SourceTree::PACKAGES {
        let tree = SourceTree::of_package(package, main);
        // In the command, doc comments are help: they are shown whole.
        let docs = if package == "cli" { Docs::Whole } else { Docs::FirstLine };
        for (path, module) in &tree.modules {
            let mut said = Vec::new();
            let attributes = module.attributes.iter().map(|attribute| attribute.to_token_stream());
            let items = module.items.iter().map(|item| item.to_token_stream());
            // The head of a file is not help.
            collect(attributes.collect(), &Docs::FirstLine, &mut said);
            collect(items.collect(), &docs, &mut said);
            if !said.is_empty() {
                text.push_str(&format!("## {package} {}\n\n{}\n\n", path.join("::"), said.join("\n")));
            }
        }
    }
    text
}

enum Docs {
    FirstLine,
    Whole,
}

fn collect(tokens: TokenStream, docs: &Docs, said: &mut Vec<String>) {
    // Lines of the doc comment that is being read.
    let mut comment: Vec<String> = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                if let Some(line) = doc_line(&group) {
                    comment.push(line);
                    continue;
                }
                finish(&mut comment, docs, said);
                collect(group.stream(), docs, said);
            }
            // Between two lines of one comment.
            TokenTree::Punct(punct) if matches!(punct.as_char(), '#' | '!') => {}
            TokenTree::Literal(literal) => {
                finish(&mut comment, docs, said);
                if let Lit::Str(text) = Lit::new(literal)
                    && is_sentence(&text.value())
                {
                    said.push(format!("\"{}\"", text.value().replace('\n', "\\n")));
                }
            }
            _ => finish(&mut comment, docs, said),
        }
    }
    finish(&mut comment, docs, said);
}

/// The text of `[doc = ".."]`.
fn doc_line(group: &proc_macro2::Group) -> Option<String> {
    let mut tokens = group.stream().into_iter();
    let is_doc = group.delimiter() == Delimiter::Bracket
        && matches!(tokens.next(), Some(TokenTree::Ident(name)) if name == "doc")
        && matches!(tokens.next(), Some(TokenTree::Punct(_)));
    match tokens.next() {
        Some(TokenTree::Literal(literal)) if is_doc => match Lit::new(literal) {
            Lit::Str(text) => Some(text.value().trim().to_owned()),
            _ => None,
        },
        _ => None,
    }
}

fn finish(comment: &mut Vec<String>, docs: &Docs, said: &mut Vec<String>) {
    let lines = std::mem::take(comment);
    match docs {
        Docs::Whole => {
            said.extend(lines.into_iter().filter(|line| !line.is_empty()).map(|line| format!("/// {line}")))
        }
        // A first line that goes on is shown whole.
        Docs::FirstLine => {
            let first: Vec<String> = lines.into_iter().take_while(|line| !line.is_empty()).collect();
            said.extend((!first.is_empty()).then(|| format!("/// {}", first.join(" "))));
        }
    }
}

/// Two words or more, and not a statement for the database.
fn is_sentence(text: &str) -> bool {
    const SQL: [&str; 9] =
        ["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "WITH", "PRAGMA", "ALTER", "REPLACE"];
    let words = text.split_whitespace().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1);
    let is_sql = SQL.iter().any(|statement| text.trim_start().starts_with(statement));
    words.count() >= 2 && !is_sql && !text.contains(" FROM ") && !text.contains(" AND ")
}

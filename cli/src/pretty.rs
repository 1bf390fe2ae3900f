//! Indents XML for people.

/// Maximum length of texts before they are shortened.
const LONGEST: usize = 240;

/// Maximum length of a shortened document, in bytes.
const SHOWN: usize = 1 << 20;

/// Maximum depth of indents. The indents of a deeply nested document would be far longer than the document.
const DEEPEST: usize = 32;

/// The same document, one element per line. Text that is not XML, and mixed content, is returned unchanged.
pub fn indented(text: &str) -> String {
    layout(text, usize::MAX).unwrap_or_else(|| text.to_owned())
}

/// As [`indented`], with long texts (files) and long documents shortened, for reading only.
pub fn shortened(text: &str) -> String {
    let Some(mut shown) = layout(text, LONGEST) else { return cut(text, 4_000) };
    if shown.len() > SHOWN {
        let end = (0..=SHOWN).rev().find(|end| shown.is_char_boundary(*end)).unwrap_or(0);
        shown.truncate(end);
        shown.push_str(&format!("\n... ({} bytes; --record keeps all)\n", text.len()));
    }
    shown
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Open,
    Text,
    Close,
}

fn layout(text: &str, longest: usize) -> Option<String> {
    let mut out = String::with_capacity(text.len() * 5 / 4);
    let (mut rest, mut depth, mut last) = (text.trim(), 0usize, Last::Nothing);
    if !rest.starts_with('<') {
        return None;
    }
    while !rest.is_empty() {
        let (piece, is_text) = piece(rest)?;
        rest = rest.get(piece.len()..)?;
        if is_text {
            match last {
                Last::Open | Last::Text if !piece.trim().is_empty() || rest.starts_with("</") => {
                    out.push_str(&cut(piece, longest));
                    last = Last::Text;
                }
                _ if piece.trim().is_empty() => {}
                _ => return None,
            }
            continue;
        }
        let is_close = piece.starts_with("</");
        if is_close {
            depth = depth.checked_sub(1)?;
        }
        match last {
            Last::Nothing => {}
            Last::Open | Last::Text if is_close => {}
            Last::Text => return None,
            Last::Open | Last::Close => {
                out.push('\n');
                (0..depth.min(DEEPEST)).for_each(|_| out.push_str("  "));
            }
        }
        out.push_str(piece);
        let is_open =
            !is_close && !piece.ends_with("/>") && !piece.starts_with("<?") && !piece.starts_with("<!");
        depth += usize::from(is_open);
        last = if is_open { Last::Open } else { Last::Close };
    }
    (depth == 0).then(|| {
        out.push('\n');
        out
    })
}

/// The tag or text at the start of `rest`.
fn piece(rest: &str) -> Option<(&str, bool)> {
    let until = |end: &str| rest.find(end).map(|at| &rest[..at + end.len()]);
    if rest.starts_with("<![CDATA[") {
        return Some((until("]]>")?, true));
    }
    if rest.starts_with("<!--") {
        return Some((until("-->")?, false));
    }
    if !rest.starts_with('<') {
        return Some((&rest[..rest.find('<')?], true));
    }
    let mut quote = None;
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => return Some((&rest[..=at], false)),
            _ => {}
        }
    }
    None
}

fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}... ({} characters)", &text[..at], text.chars().count()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_element_a_line() {
        let text = "<?xml version=\"1.0\"?><a x='>'><b>t &lt; u</b><c/><d> </d><e></e></a>";
        let shown =
            "<?xml version=\"1.0\"?>\n<a x='>'>\n  <b>t &lt; u</b>\n  <c/>\n  <d> </d>\n  <e></e>\n</a>\n";
        assert_eq!(indented(text), shown);
        assert_eq!(indented(shown), shown);
    }

    #[test]
    fn what_would_change_is_left_alone() {
        for text in ["", "no XML", "<a>text <b/> text</a>", "<a><b></a>", "<a", "<a></a></a>"] {
            assert_eq!(indented(text), text);
        }
        assert_eq!(indented("<a><![CDATA[<x>]]></a>"), "<a><![CDATA[<x>]]></a>\n");
    }

    #[test]
    fn depth_and_length_cost_no_more_than_they_are_long() {
        let levels = 100_000;
        let deep = format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels));
        assert!(indented(&deep).len() < deep.len() + 2 * levels * (1 + 2 * super::DEEPEST));
        assert!(shortened(&deep).len() < SHOWN + 100);
        let wide = format!("<a>{}</a>", "<b/>".repeat(1_000_000));
        let shown = shortened(&wide);
        assert!(shown.len() < SHOWN + 100 && shown.ends_with("(4000007 bytes; --record keeps all)\n"));
        assert_eq!(indented(&wide).lines().count(), 1_000_002);
        // An unterminated construct is scanned only once.
        for text in ["<![CDATA[", "<!--", "<a b='", "&"] {
            let text = format!("<x>{}", text.repeat(200_000));
            assert_eq!(indented(&text), text);
        }
    }

    #[test]
    fn files_are_cut_only_to_look_at() {
        let text = format!("<a>{}</a>", "x".repeat(1000));
        assert!(shortened(&text).contains("... (1000 characters)</a>"));
        assert_eq!(indented(&text).trim_end(), text);
    }
}

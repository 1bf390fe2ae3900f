//! The judge of the scanner: quick-xml, going through the same text. For tests and fuzzing.

use quick_xml::events::{BytesText, Event};

use super::read_error::Result;
use super::scan::{Scanner, Token};
use super::source::text::with_line_feeds;
use super::source::{SourceStep, XmlSource};

/// A token, whoever saw it.
#[derive(Debug, PartialEq)]
enum Seen {
    Start { name: String, attributes: String, empty: bool },
    End,
    Text(String),
    CData(String),
    Reference(String),
    Declaration,
    Aside,
    DocType,
    Wrong(String),
}

/// Panics where the scanner and quick-xml see different tokens in a text, or refuse it for different reasons, and where
/// reading with an expectation of what comes next finds something else than reading without one.
pub fn compare(text: &str) {
    // quick-xml does not count a byte-order mark as part of the text.
    let text = text.trim_start_matches('\u{FEFF}');
    assert_eq!(scanned(text), judged(text), "in {text:?}");
    let mut names = Vec::new();
    let plainly = walked(text, None, &mut names);
    let expecting = walked(text, Some(&names.clone()), &mut Vec::new());
    assert_eq!(plainly, expecting, "in {text:?}");
}

fn scanned(text: &str) -> Vec<(Seen, usize)> {
    let mut scanner = Scanner::new(text);
    let mut all = Vec::new();
    loop {
        let seen = match scanner.token() {
            Ok(Token::Eof) => return all,
            Ok(Token::Start(tag)) => Seen::Start {
                name: tag.name.to_owned(),
                attributes: tag.attributes.to_owned(),
                empty: tag.empty,
            },
            Ok(Token::End) => Seen::End,
            Ok(Token::Text(text)) => Seen::Text(with_line_feeds(text).into_owned()),
            Ok(Token::CData(text)) => Seen::CData(with_line_feeds(text).into_owned()),
            Ok(Token::Reference(name)) => Seen::Reference(name.to_owned()),
            Ok(Token::Declaration) => Seen::Declaration,
            Ok(Token::Aside) => Seen::Aside,
            Ok(Token::DocType) => Seen::DocType,
            Err(error) => {
                all.push((Seen::Wrong(error.to_string()), 0));
                return all;
            }
        };
        all.push((seen, scanner.position()));
    }
}

fn judged(text: &str) -> Vec<(Seen, usize)> {
    let mut events = quick_xml::Reader::from_str(text);
    let mut all = Vec::new();
    loop {
        let plain = |text: &BytesText<'_>| text.xml10_content().into_owned();
        let seen = match events.read_event() {
            Ok(Event::Eof) => return all,
            Ok(Event::Start(tag)) => start(tag.name().0, &tag, false),
            Ok(Event::Empty(tag)) => start(tag.name().0, &tag, true),
            Ok(Event::End(_)) => Seen::End,
            Ok(Event::Text(text)) => Seen::Text(plain(&text)),
            Ok(Event::CData(text)) => Seen::CData(text.xml10_content().into_owned()),
            Ok(Event::GeneralRef(name)) => Seen::Reference((*name).to_owned()),
            Ok(Event::Decl(_)) => Seen::Declaration,
            Ok(Event::Comment(_) | Event::PI(_)) => Seen::Aside,
            Ok(Event::DocType(_)) => Seen::DocType,
            Err(error) => {
                all.push((Seen::Wrong(error.to_string()), 0));
                return all;
            }
        };
        all.push((seen, events.buffer_position() as usize));
    }
}

fn start(name: &str, content: &str, empty: bool) -> Seen {
    Seen::Start { name: name.to_owned(), attributes: content[name.len()..].to_owned(), empty }
}

/// What a walk over all elements meets: names, texts of those without elements, places; and what ended it.
fn walked(text: &str, expected: Option<&[String]>, names: &mut Vec<String>) -> (Vec<String>, String) {
    let mut met = Vec::new();
    let mut source = XmlSource::new(text, "");
    let ended = walk(&mut source, expected, names, &mut met);
    (met, ended.map_err(|error| error.to_string()).err().unwrap_or_default())
}

fn walk(
    source: &mut XmlSource<'_>,
    expected: Option<&[String]>,
    names: &mut Vec<String>,
    met: &mut Vec<String>,
) -> Result<()> {
    let mut open = 0_usize;
    loop {
        let next = expected.and_then(|expected| expected.get(names.len()));
        let found = match next {
            Some(name) if source.step_into(name)? => SourceStep::Child,
            _ => source.step()?,
        };
        match found {
            SourceStep::End if open == 0 => return Ok(()),
            SourceStep::End => open -= 1,
            SourceStep::Text => met.push("text".to_owned()),
            SourceStep::Child => {
                names.push(source.tag.name.to_owned());
                // The text of an element without children is the same when it is read in pieces.
                let mut whole = source.clone();
                if let Ok(value) = whole.text() {
                    let element = source.element_of(&mut { usize::MAX })?;
                    assert_eq!(value, element.text());
                    assert_eq!(whole.position(), source.position());
                    met.push(format!("{}={value}", element.name));
                } else if source.tag.empty {
                    source.close_empty();
                } else {
                    open += 1;
                }
            }
        }
        met.push(source.position().to_string());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What fuzzing found once.
    #[test]
    fn the_corpus_is_seen_alike() {
        let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/scanner");
        let mut count = 0;
        for file in std::fs::read_dir(corpus).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            str::from_utf8(&bytes).into_iter().for_each(compare);
            count += 1;
        }
        assert!(count > 0);
    }

    const PIECES: &[&str] = &[
        "<a>",
        "<a>",
        "<a>",
        "</a>",
        "</a>",
        "</a>",
        "</a >",
        "</ a>",
        "< a>",
        "<a/>",
        "<a />",
        "<a/b>",
        "<>",
        "</>",
        "<b c='>'>",
        "</b>",
        "<b c=\"1\" c='2'/>",
        "<b c>",
        "<b c=1/>",
        "<b\tc='/'/>",
        "<b c='>",
        "<a\"b>c\">",
        "<p:a>",
        "</p:a>",
        "<p:a xmlns:p='u'/>",
        "<a xmlns='u'>",
        "<a xmlns:p='u'>",
        "<!-- x -->",
        "<!--->",
        "<!---->",
        "<!-- -- --->",
        "<!DOCTYPE a>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
        "<!doctype>",
        "<!x>",
        "<![CDATA[",
        "]]>",
        "<![CDATA[ ]] > <a> ]]>",
        "<![CDATA[\r\n]]>",
        "<?pi ?>",
        "<?pi?",
        "<??>",
        "<?>",
        "<?xml version='1.0'?>",
        "&amp;",
        "&lt;",
        "&#13;",
        "&#x41;",
        "&#1;",
        "&#0;",
        "&#x110000;",
        "&b;",
        "&;",
        "&",
        "&&",
        "&x",
        "&a<",
        "\r\n",
        "\r",
        "\n",
        " ",
        "\t",
        "text",
        "å",
        "\u{1}",
        "\u{FFFE}",
        "\u{FFFF}",
        "\u{FF01}",
        "\u{FEFF}",
        "<",
        ">",
        "\"",
        "'",
        "/",
        "=",
        "?",
        "!",
        "-",
        "]",
    ];

    fn pieces() -> impl Strategy<Value = String> {
        prop::collection::vec(prop::sample::select(PIECES), 0..14).prop_map(|pieces| pieces.concat())
    }

    /// An element with others in it, each closed.
    fn element() -> impl Strategy<Value = String> {
        let leaf = pieces();
        leaf.prop_recursive(4, 24, 5, |inner| {
            let tag = prop::sample::select(vec!["a", "b", "p:c", "Name", "a-é"]);
            let attributes =
                prop::sample::select(vec!["", "", "", " ", " c='1'", " c=\"<\" d='>'", " xmlns:p='u'"]);
            (tag, attributes, prop::collection::vec(inner, 0..5), prop::sample::select(vec!["", "\n  "]))
                .prop_map(|(tag, attributes, inner, between)| {
                    format!("<{tag}{attributes}>{between}{}{between}</{tag}>", inner.join(between))
                })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn any_pieces_are_seen_alike(text in pieces()) {
            compare(&text);
        }

        #[test]
        fn elements_are_seen_alike(text in element()) {
            compare(&text);
        }

        #[test]
        fn any_text_is_seen_alike(text in "[<>/a'\"=!?&;#x\\-\\[\\]CDATA \r\n]{0,24}") {
            compare(&text);
        }
    }

    #[test]
    fn a_text_that_ends_anywhere_is_seen_alike() {
        let text = "<?xml version=\"1.0\"?>\r\n<!-- a --><p:a xmlns:p='u' b=\"&lt;>\"><c>t&amp;&#13;x</c ><d/><e f='1'/>\
                    <![CDATA[ < ]]>å<?pi x?>\n  <g></g></p:a> <!-- z -->";
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            compare(&text[..end]);
        }
    }
}

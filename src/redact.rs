//! Removes passwords from bytes that may be shown: by element name, in XML that may be cut or broken, and by value.
//!
//! No parser: what cannot be parsed is what gets logged. Where the end of a password cannot be found, everything that
//! could belong to it goes.

use std::borrow::Cow;

mod secret;

pub use secret::redact_secret;

const STARS: &[u8] = b"***";
const WORD: &[u8] = b"password";

/// How `<` and `>` may be written where XML is quoted in other text.
const BRACKETS: &[(&[u8], &[u8])] = &[
    (b"<", b">"),
    (b"&lt;", b"&gt;"),
    (b"&amp;lt;", b"&amp;gt;"),
    (b"&#60;", b"&#62;"),
    (b"&#x3c;", b"&#x3e;"),
    (b"\\u003c", b"\\u003e"),
];

/// How a quotation mark may be written, and still be the same mark at the end of the value.
const QUOTES: &[&[u8]] =
    &[b"\\\"", b"\"", b"'", b"&quot;", b"&apos;", b"&#34;", b"&#39;", b"\\u0022", b"\\u0027"];

/// As [`redact`], for text.
pub fn redact_text(text: &str) -> String {
    String::from_utf8_lossy(&redact(text.as_bytes())).into_owned()
}

/// Replaces by `***` the content of every element, the value of every attribute and the value of every JSON member
/// whose name contains "password" in any case, under any prefix.
///
/// Works on any bytes: an element without its end is removed to the end of the input, an end without its beginning
/// from the start of the input. Bytes without such a name are returned as they are.
pub fn redact(bytes: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = find_word(bytes, 0) else { return Cow::Borrowed(bytes) };
    let mut out = Vec::with_capacity(bytes.len());
    let (mut done, mut found) = (0, Some(first));
    while let Some(word) = found {
        let mut from = word - bytes[done..word].iter().rev().take_while(|b| is_name(**b)).count();
        if bytes[done..from].ends_with(b"\\") && starts_with(&bytes[from..word], b"u003c") {
            from += b"u003c".len();
        }
        let to = word + bytes[word..].iter().take_while(|b| is_name(**b)).count();
        match removal(bytes, done, from, to) {
            Removal::Nothing => {
                out.extend_from_slice(&bytes[done..to]);
                done = to;
            }
            Removal::Range(start, end) => {
                out.extend_from_slice(&bytes[done..start]);
                out.extend_from_slice(STARS);
                done = end;
            }
            Removal::AllBefore => {
                out.clear();
                out.extend_from_slice(STARS);
                let tag = bytes[done..from].iter().rposition(|b| matches!(b, b'<' | b'&' | b'\\'));
                out.extend_from_slice(&bytes[tag.map_or(from, |at| done + at)..to]);
                done = to;
            }
            Removal::Element { bracket, tag, content } => {
                let attributes = &bytes[to..tag];
                out.extend_from_slice(&bytes[done..to]);
                if harmless(attributes) {
                    out.extend_from_slice(attributes);
                }
                out.extend_from_slice(BRACKETS[bracket].1);
                out.extend_from_slice(STARS);
                done = match end_tag(bytes, content, bracket, &bytes[from..to]) {
                    Some((start, end)) => {
                        out.extend_from_slice(&bytes[start..end]);
                        let close = find(bytes, end, BRACKETS[bracket].1);
                        let after = close.map_or(bytes.len(), |at| at + BRACKETS[bracket].1.len());
                        out.extend_from_slice(if close.is_some() { BRACKETS[bracket].1 } else { b"" });
                        after
                    }
                    None => bytes.len(),
                };
            }
        }
        found = find_word(bytes, done);
    }
    out.extend_from_slice(&bytes[done..]);
    Cow::Owned(out)
}

/// What a name that contains the word stands for.
enum Removal {
    Nothing,
    /// A value, from and to.
    Range(usize, usize),
    /// The name of an end tag whose start tag was not seen.
    AllBefore,
    /// A start tag whose `>` begins at `tag`; the content begins at `content`.
    Element {
        bracket: usize,
        tag: usize,
        content: usize,
    },
}

fn removal(bytes: &[u8], done: usize, from: usize, to: usize) -> Removal {
    // Before the name: an optional prefix, white space, an optional slash, the bracket.
    let mut before = &bytes[done..from];
    if let [head @ .., b':'] = before {
        let prefix = head.iter().rev().take_while(|b| is_name(**b)).count();
        if prefix > 0 {
            before = &head[..head.len() - prefix];
        }
    }
    before = before.trim_ascii_end();
    let slash = before.strip_suffix(b"/").map(|head| head.trim_ascii_end());
    // JSON may write the slash as `\/`.
    let slash = slash.map(|head| head.strip_suffix(b"\\").unwrap_or(head));
    let opened = |head: &[u8]| BRACKETS.iter().position(|(open, _)| ends_with(head, open));
    if bytes.get(to) == Some(&b':') && slash.or(Some(before)).is_some_and(|head| opened(head).is_some()) {
        // A prefix; the name is what follows.
        return Removal::Nothing;
    }
    if slash.is_some_and(|head| opened(head).is_some()) {
        return Removal::AllBefore;
    }
    if let Some(bracket) = opened(before) {
        return start_tag(bytes, to, bracket);
    }
    value(bytes, to)
}

/// What follows the name of a start tag.
fn start_tag(bytes: &[u8], to: usize, bracket: usize) -> Removal {
    let close = BRACKETS[bracket].1;
    let mut at = to;
    while at < bytes.len() {
        if starts_with(&bytes[at..], close) {
            if bytes[to..at].ends_with(b"/") {
                // `<Password/>`; its attributes may still tell something.
                let attributes = &bytes[to..at - 1];
                return if harmless(attributes) { Removal::Nothing } else { Removal::Range(to, at - 1) };
            }
            return Removal::Element { bracket, tag: at, content: at + close.len() };
        }
        match bytes[at] {
            quote @ (b'"' | b'\'') if bracket == 0 => {
                match bytes[at + 1..].iter().position(|b| *b == quote) {
                    Some(length) => at += length + 2,
                    None => break,
                }
            }
            b'<' => break,
            _ => at += 1,
        }
    }
    // The tag has no end. If nothing follows the name there is nothing to hide.
    if harmless(&bytes[to..]) { Removal::Nothing } else { Removal::Range(to, bytes.len()) }
}

/// Whether the text inside a start tag is only `xmlns`, `xsi:nil` and `xsi:type` attributes, whole.
fn harmless(attributes: &[u8]) -> bool {
    let mut rest = attributes.trim_ascii();
    if let [head @ .., b'/'] = rest {
        rest = head.trim_ascii();
    }
    while !rest.is_empty() {
        let name = &rest[..rest.iter().take_while(|b| is_name(**b) || **b == b':').count()];
        let known = name.starts_with(b"xmlns") || name.ends_with(b":nil") || name.ends_with(b":type");
        rest = rest[name.len()..].trim_ascii_start();
        let Some(value) = rest.strip_prefix(b"=").map(|rest| rest.trim_ascii_start()) else { return false };
        let Some(quote) = value.first().filter(|b| matches!(b, b'"' | b'\'')) else { return false };
        let Some(length) = value[1..].iter().position(|b| b == quote) else { return false };
        if !known {
            return false;
        }
        rest = value[length + 2..].trim_ascii_start();
    }
    true
}

/// The end tag of an element, as the range of `</prefix:Name` without what may follow before the `>`.
fn end_tag(bytes: &[u8], content: usize, bracket: usize, name: &[u8]) -> Option<(usize, usize)> {
    let (open, close) = BRACKETS[bracket];
    let (mut at, mut depth) = (content, 1u32);
    loop {
        let start = find(bytes, at, open)?;
        let mut inner = &bytes[start + open.len()..];
        for (mark, end) in [(&b"![CDATA["[..], &b"]]>"[..]), (b"!--", b"-->")] {
            if bracket == 0 && inner.starts_with(mark) {
                // What is inside is no markup. If the section has no end, neither has the element.
                at = find(bytes, start, end)? + end.len();
                inner = b"";
            }
        }
        if inner.is_empty() {
            if at <= start {
                return None;
            }
            continue;
        }
        at = start + open.len();
        inner = inner.trim_ascii_start();
        inner = inner.strip_prefix(b"\\").unwrap_or(inner);
        let (ends, tag) = match inner.strip_prefix(b"/") {
            Some(tag) => (true, tag.trim_ascii_start()),
            None => (false, inner),
        };
        let whole = tag.iter().take_while(|b| is_name(**b) || **b == b':').count();
        let local = tag[..whole].rsplit(|b| *b == b':').next().unwrap_or_default();
        if !local.eq_ignore_ascii_case(name) {
            continue;
        }
        let end = bytes.len() - tag.len() + whole;
        if !ends {
            // Looked for only as far as the next bracket of any kind: a doubt makes the element longer, not shorter.
            let stop = bytes[end..].iter().position(|b| b"<>&\\".contains(b)).map(|length| end + length);
            let selfclosing =
                stop.is_some_and(|at| starts_with(&bytes[at..], close) && bytes[end..at].ends_with(b"/"));
            depth += u32::from(!selfclosing);
        } else if end == bytes.len() {
            // Perhaps cut inside a longer name.
            return None;
        } else {
            depth -= 1;
            if depth == 0 {
                return Some((start, end));
            }
        }
    }
}

/// The value behind a name that is no element: `name="value"`, `"name": "value"`, `name=value`.
fn value(bytes: &[u8], to: usize) -> Removal {
    let mut at = to;
    let name_quote = quote(&bytes[at..]);
    at += name_quote.map_or(0, <[u8]>::len);
    at += white(&bytes[at..]);
    let colon = match bytes.get(at) {
        Some(b'=') => false,
        // A colon after a bare word is prose or a prefix, not JSON.
        Some(b':') if name_quote.is_some() => true,
        _ => return Removal::Nothing,
    };
    at += 1;
    at += white(&bytes[at..]);
    let end = match quote(&bytes[at..]) {
        Some(mark) => {
            at += mark.len();
            quoted_end(bytes, at, mark, colon)
        }
        None if colon && matches!(bytes.get(at), Some(b'{' | b'[')) => nested_end(bytes, at),
        None => {
            let stop = |b: &u8| b.is_ascii_whitespace() || b"&<>\"',;}]".contains(b);
            bytes[at..].iter().position(stop).map_or(bytes.len(), |length| at + length)
        }
    };
    if at < end { Removal::Range(at, end) } else { Removal::Nothing }
}

/// Where a quoted value ends: at its mark, or at the end of the input. In JSON a mark behind `\` does not end it.
fn quoted_end(bytes: &[u8], from: usize, mark: &[u8], json: bool) -> usize {
    let mut at = from;
    while at < bytes.len() {
        if starts_with(&bytes[at..], mark) {
            return at;
        }
        at += if json && bytes[at] == b'\\' { 2 } else { 1 };
    }
    bytes.len()
}

/// Where a JSON object or array ends, or the end of the input.
fn nested_end(bytes: &[u8], from: usize) -> usize {
    let (mut at, mut depth) = (from, 0u32);
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            b'"' => at = quoted_end(bytes, at + 1, b"\"", true),
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

fn quote(bytes: &[u8]) -> Option<&'static [u8]> {
    QUOTES.iter().copied().find(|mark| starts_with(bytes, mark))
}

fn white(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| b.is_ascii_whitespace()).count()
}

/// What may stand in a name. Bytes outside ASCII are letters here.
fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.') || b >= 0x80
}

fn starts_with(bytes: &[u8], text: &[u8]) -> bool {
    bytes.get(..text.len()).is_some_and(|head| head.eq_ignore_ascii_case(text))
}

fn ends_with(bytes: &[u8], text: &[u8]) -> bool {
    bytes.len() >= text.len() && bytes[bytes.len() - text.len()..].eq_ignore_ascii_case(text)
}

fn find(bytes: &[u8], from: usize, text: &[u8]) -> Option<usize> {
    let tail = bytes.get(from..)?;
    tail.windows(text.len()).position(|at| at.eq_ignore_ascii_case(text)).map(|at| from + at)
}

fn find_word(bytes: &[u8], from: usize) -> Option<usize> {
    // The `w` in the middle is rarer than the `p` at the start, and the test of one byte in eight is enough: every
    // eighth byte falls somewhere in the word.
    let mut at = from + WORD.len() - 1;
    while at < bytes.len() {
        let letter = bytes[at].to_ascii_lowercase();
        if matches!(letter, b'p' | b'a' | b's' | b'w' | b'o' | b'r' | b'd') {
            let first = at + 1 - WORD.len();
            for start in first.max(from)..=at {
                if starts_with(&bytes[start..], WORD) {
                    return Some(start);
                }
            }
        }
        at += WORD.len();
    }
    let rest = at + 1 - WORD.len();
    (rest.max(from)..bytes.len()).find(|start| starts_with(&bytes[*start..], WORD))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn red(text: &str) -> String {
        String::from_utf8(redact(text.as_bytes()).into_owned()).unwrap()
    }

    /// Every document hides `canary`; what must be left of it.
    const DOCUMENTS: &[(&str, &str)] = &[
        ("<Password>canary</Password>", "<Password>***</Password>"),
        ("<a><PassWord>canary</PassWord><b>1</b></a>", "<a><PassWord>***</PassWord><b>1</b></a>"),
        ("<UserPassword>canary</UserPassword>", "<UserPassword>***</UserPassword>"),
        ("<PASSWORDHash>canary</PASSWORDHash>", "<PASSWORDHash>***</PASSWORDHash>"),
        ("<o:Password>canary</o:Password>", "<o:Password>***</o:Password>"),
        ("<Password\r\n>canary</Password\t>x", "<Password\r\n>***</Password>x"),
        ("< Password >canary</ Password >x", "< Password >***</ Password>x"),
        (
            "<Password xmlns=\"urn:x\" xsi:type='s'>canary</Password>",
            "<Password xmlns=\"urn:x\" xsi:type='s'>***</Password>",
        ),
        ("<Password hint=\"canary > x\">canary</Password>", "<Password>***</Password>"),
        ("<Password value='canary'/><b>1</b>", "<Password***/><b>1</b>"),
        ("<Password><![CDATA[canary</Password>canary]]></Password>1", "<Password>***</Password>1"),
        ("<Password><!-- </Password> -->canary</Password>1", "<Password>***</Password>1"),
        ("<Password><b>canary</b><Password/>canary</Password>1", "<Password>***</Password>1"),
        ("<Password><Password>x</Password>canary</Password>1", "<Password>***</Password>1"),
        (
            "<Password>a</Password><Password>canary</Password>",
            "<Password>***</Password><Password>***</Password>",
        ),
        ("<Password>canary</password>1", "<Password>***</password>1"),
        ("<p:Password>canary</Password>1", "<p:Password>***</Password>1"),
        ("<Password>can&lt;ary canary</Password>1", "<Password>***</Password>1"),
        ("<![CDATA[<Password>canary</Password>]]>1", "<![CDATA[<Password>***</Password>]]>1"),
        ("<!-- <Password>canary</Password> -->1", "<!-- <Password>***</Password> -->1"),
        ("<Password>canary</Passwort>1", "<Password>***"),
        ("<Password>canary", "<Password>***"),
        ("<Password hint=\"canary", "<Password***"),
        ("<Password canary <b/>", "<Password***"),
        ("canary</Password><b>1</b>", "***</Password><b>1</b>"),
        ("x]]>canary</o:Password>1", "***</o:Password>1"),
        ("<user name=\"a\" password=\"canary\" b=\"1\"/>", "<user name=\"a\" password=\"***\" b=\"1\"/>"),
        ("<user o:Password = 'canary' b='1'/>", "<user o:Password = '***' b='1'/>"),
        ("<user password='canary", "<user password='***"),
        ("<?x password=\"canary\"?>", "<?x password=\"***\"?>"),
        ("&lt;Password&gt;canary&lt;/Password&gt;1", "&lt;Password&gt;***&lt;/Password&gt;1"),
        (
            "&amp;lt;Password&amp;gt;canary&amp;lt;/Password&amp;gt;1",
            "&amp;lt;Password&amp;gt;***&amp;lt;/Password&amp;gt;1",
        ),
        (
            "\\u003cPassword\\u003ecanary\\u003c/Password\\u003e",
            "\\u003cPassword\\u003e***\\u003c/Password\\u003e",
        ),
        ("\"<Password>canary<\\/Password>\"", "\"<Password>***<\\/Password>\""),
        ("{\"Password\": \"canary\", \"a\": 1}", "{\"Password\": \"***\", \"a\": 1}"),
        ("{\"userPassword\":\"can\\\"canary\",\"a\":1}", "{\"userPassword\":\"***\",\"a\":1}"),
        ("{\\\"Password\\\":\\\"canary\\\",\\\"a\\\":1}", "{\\\"Password\\\":\\\"***\\\",\\\"a\\\":1}"),
        ("{\"Password\":[\"canary]\",{}],\"a\":1}", "{\"Password\":***,\"a\":1}"),
        ("{\"Password\": \"canary", "{\"Password\": \"***"),
        ("{'Password': canary}", "{'Password': ***}"),
        ("UserName=a&Password=canary&b=1", "UserName=a&Password=***&b=1"),
    ];

    #[test]
    fn hides_what_it_should_and_nothing_more() {
        for (text, expected) in DOCUMENTS {
            assert_eq!(red(text), *expected, "{text}");
        }
    }

    #[test]
    fn leaves_the_rest_alone() {
        for text in [
            "",
            "<a/>",
            "<Passwords",
            "<Password/>",
            "<Password xsi:nil=\"true\"/><b>1</b>",
            "<Password xmlns:i='u' i:nil='true' /><b>1</b>",
            "<faultstring>Wrong username or password: try again</faultstring>",
            "<s>password</s>",
            "<password:x>1</password:x>",
            "Pass word pas\u{df}word",
        ] {
            assert_eq!(red(text), text);
        }
        assert!(matches!(redact(b"<UserName>a</UserName>"), Cow::Borrowed(_)));
    }

    #[test]
    fn cut_anywhere_the_password_never_survives() {
        for (text, _) in DOCUMENTS {
            // Without its beginning nor its end nothing tells that it is one.
            if text.starts_with("canary") || text.starts_with("x]]>") {
                continue;
            }
            for end in 0..=text.len() {
                let shown = red(&text[..end]);
                for part in ["canary", "cana", "can"] {
                    assert!(!shown.contains(part), "{:?} shows {shown:?}", &text[..end]);
                }
            }
        }
    }

    #[test]
    fn cut_at_the_front_the_password_does_not_survive_its_end_tag() {
        for text in
            ["<a><o:Password>canary</o:Password><b>1</b></a>", "<Password><![CDATA[canary]]></Password>"]
        {
            for start in 0..text.find("/").unwrap() {
                assert!(!red(&text[start..]).contains("ary"), "{}", &text[start..]);
            }
        }
    }

    #[test]
    fn twice_is_once() {
        for (text, _) in DOCUMENTS {
            let once = red(text);
            assert_eq!(red(&once), once, "{text}");
        }
    }

    #[test]
    fn odd_bytes_do_not_panic_and_do_not_show_it() {
        let mut random = fastrand::Rng::with_seed(7);
        let pieces: &[&[u8]] = &[
            b"<",
            b"</",
            b">",
            b"/>",
            b"Password",
            b"o:",
            b"\"",
            b"'",
            b"=",
            b":",
            b" ",
            b"<![CDATA[",
            b"]]>",
            b"<!--",
            b"-->",
            b"&lt;",
            b"&gt;",
            b"{",
            b"}",
            b"\\",
            b"\xff",
            b"x",
            b"\\u003c",
        ];
        for _ in 0..20_000 {
            let noise = |random: &mut fastrand::Rng| {
                (0..random.usize(..8))
                    .flat_map(|_| pieces[random.usize(..pieces.len())])
                    .copied()
                    .collect::<Vec<u8>>()
            };
            let head = noise(&mut random);
            redact(&head);
            // Whatever stands before, a whole element is hidden.
            let text = [&head, &b"<Password>canary</Password>"[..], &noise(&mut random)].concat();
            let shown = redact(&text);
            let text = String::from_utf8_lossy(&text);
            assert!(
                !shown.windows(6).any(|w| w == b"canary"),
                "{text} shows {}",
                String::from_utf8_lossy(&shown)
            );
        }
    }

    #[test]
    fn finds_the_word_at_every_place() {
        for length in 0..40 {
            for at in 0..=length {
                let text = [&vec![b'w'; at][..], b"PassWord", &vec![b'p'; length - at]].concat();
                assert_eq!(find_word(&text, 0), Some(at));
                assert_eq!(find_word(&text, at), Some(at));
                assert_eq!(find_word(&text, at + 1), None);
            }
        }
    }
}

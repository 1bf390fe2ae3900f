use super::*;
use crate::redact::position::find_word;

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
    ("<Password\r\n>canary</Password\t>x", "<Password\r\n>***</Password\t>x"),
    ("< Password >canary</ Password >x", "< Password >***</ Password >x"),
    (
        "<Password xmlns=\"urn:x\" xsi:type='s'>canary</Password>",
        "<Password xmlns=\"urn:x\" xsi:type='s'>***</Password>",
    ),
    ("<Password hint=\"canary > x\">canary</Password>", "<Password***>***</Password>"),
    ("<Password value='canary'/><b>1</b>", "<Password***/><b>1</b>"),
    ("<Password><![CDATA[canary</Password>canary]]></Password>1", "<Password>***</Password>1"),
    ("<Password><!-- </Password> -->canary</Password>1", "<Password>***</Password>1"),
    ("<Password><b>canary</b><Password/>canary</Password>1", "<Password>***</Password>1"),
    ("<Password><Password>x</Password>canary</Password>1", "<Password>***</Password>1"),
    ("<Password>a</Password><Password>canary</Password>", "<Password>***</Password><Password>***</Password>"),
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
    ("<Password>x</Password<Password><b>canary</", "<Password>***"),
    ("<Password>x</Password <Password><b>canary</b></Password>1", "<Password>***"),
    ("{\"Password\": \",<a password=\"canary\"/>", "{\"Password\": \"***\"***\"/>"),
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
    for text in ["<a><o:Password>canary</o:Password><b>1</b></a>", "<Password><![CDATA[canary]]></Password>"]
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

fn known(text: &str, secret: &str) -> String {
    Redactor::new(&Secret::new(secret)).text(text).into_owned()
}

#[test]
fn a_known_password_in_any_writing() {
    let secret = "a<b&\"c'd\\é f";
    for text in [
        "a<b&\"c'd\\é f",
        "a&lt;b&amp;\"c'd\\é f",
        "a&lt;b&amp;&quot;c&apos;d\\é f",
        "a&#60;b&#38;&#34;c&#39;d&#92;&#233;&#32;f",
        "a&#x3C;b&#x26;&#x22;c&#x27;d\\&#xE9; f",
        "a<b&\\\"c'd\\\\é f",
        "a\\u003cb\\u0026\\u0022c\\u0027d\\\\\\u00e9 f",
        "a&amp;lt;b&amp;amp;&amp;quot;c'd\\é f",
        "a%3Cb%26%22c%27d%5C%C3%A9+f",
        "a%3Cb%26%22c%27d%5C%E9%20f",
        "a%26lt;b%26amp;%22c%27d%5C%C3%A9+f",
        "YTxiJiJjJ2RcxKk",
    ] {
        let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, secret);
        let text = if text.starts_with("YTx") { &base64 } else { text };
        assert_eq!(known(&format!("&before {text} after&"), secret), "&before *** after&", "{text}");
    }
    assert_eq!(known("Basic dXNlcjpodW50ZXItMg==", "hunter-2"), "Basic ***");
    assert_eq!(known("x&amp;amp;more;x", "&amp;more;"), "x***x");
    assert!(matches!(Redactor::default().text("abc"), Cow::Borrowed("abc")));
    assert!(matches!(Redactor::new(&Secret::new("x")).text("abc &"), Cow::Borrowed("abc &")));
}

#[test]
fn a_short_password_is_masked_as_a_whole_token_only() {
    for (secret, text, expected) in [
        ("e", "the letter e, ee and the", "the letter ***, ee and the"),
        ("Order", "GetOrderStatuses Order Orders", "GetOrderStatuses *** Orders"),
        ("p1", "p1;p12 (p1)", "***;p12 (***)"),
        ("!", "so! it is", "so*** it is"),
        ("e", "ZQ== Basic dTpl", "*** Basic ***"),
        ("*", "a * b", "a * b"),
    ] {
        assert_eq!(known(text, secret), expected, "{secret}");
    }
}

#[test]
fn names_stay_so_that_the_text_can_be_read_and_replayed() {
    let envelope = "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope \
                    xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:xsi=\"urn:i\"><soap:Body><GetOrders \
                    xmlns=\"http://ongoingsystems.se/WSI\"><UserName>a</UserName><Password>SECRET</Password>\
                    <Order xsi:type=\"Order\" code=\"x\">x</Order><p>p</p></GetOrders></soap:Body></soap:Envelope>";
    for secret in [
        "Order",
        "p",
        "e",
        "GetOrders",
        "soap:Envelope",
        "http://ongoingsystems.se/WSI",
        "Password",
        "version",
    ] {
        let text = envelope.replace("SECRET", secret);
        let shown = known(&text, secret);
        let p = if secret == "p" { "***" } else { "p" };
        assert_eq!(shown, envelope.replace("SECRET", "***").replace(">p<", &format!(">{p}<")), "{secret}");
    }
    // A value, its end and the markup behind it may look like the password. So may a part of a reference.
    let text = "<a><b c=\"1\">1</b><!--1--><![CDATA[1]]>&lt;1&amp;</a>";
    for secret in
        ["1<", "1</b>", ">1", "\"1", "1\"", "<b", "1-->", "-1", "[1", "1]]", "lt", "&l", "t;1", "amp"]
    {
        assert_eq!(known(text, secret), text, "{secret}");
    }
    assert_eq!(known("<a>x&lt;1 lt 1</a>", "<1"), "<a>x*** lt 1</a>");
    assert_eq!(known("<a b='lt &lt;' c='&amp;lt;'>lt</a>", "lt"), "<a b='*** &lt;' c='&amp;***;'>***</a>");
    let json = "{\"Order\": {\"Order\" : \"Order\", \"a\": [\"Order\"]}}";
    assert_eq!(known(json, "Order"), "{\"Order\": {\"Order\" : \"***\", \"a\": [\"***\"]}}");
    // What is not well-formed has no names that can be trusted.
    assert_eq!(known("<b>wrong: <hunter-2></b", "hunter-2"), "<b>wrong: <***></b");
}

#[test]
fn a_value_of_an_element_is_masked_wherever_it_is() {
    for text in
        ["<a>x hunter-2</a>", "<a b='hunter-2'/>", "<a><!-- hunter-2 --></a>", "<a><![CDATA[hunter-2]]></a>"]
    {
        assert!(!known(text, "hunter-2").contains("hunter"), "{text}");
    }
}

#[test]
fn other_encodings_do_not_hide_it() {
    let text = "<a>hej canåry-2 å</a>";
    let redactor = Redactor::new(&Secret::new("canåry-2"));
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let units = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
    let marked = [&[0xFF, 0xFE], &units(u16::to_le_bytes)[..]].concat();
    let broken = [text.as_bytes(), &[0xFF]].concat();
    for bytes in [latin, units(u16::to_le_bytes), units(u16::to_be_bytes), marked] {
        assert_eq!(String::from_utf8_lossy(&redactor.bytes(&bytes)), "<a>hej *** å</a>");
    }
    assert!(!String::from_utf8_lossy(&redactor.bytes(&broken)).contains("ry-2"));
    let password: Vec<u8> = "<Password>å</Password>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(String::from_utf8_lossy(&redact(&password)), "<Password>***</Password>");
}

#[test]
fn zero_bytes_do_not_hide_it() {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let redactor = Redactor::new(&Secret::new("canary-2"));
    for text in ["canary-2", "<Password>canary-2</Password>"] {
        for bytes in [
            // A mark of UTF-16 before single bytes; both in one text, either first; a zero character in UTF-16.
            [b"\xff\xfe", text.as_bytes(), b" "].concat(),
            [b"\xfe\xff", text.as_bytes()].concat(),
            [&wide("<a>hello</a>"), text.as_bytes()].concat(),
            [text.as_bytes(), b" and ", &wide(text)].concat(),
            [&wide("hello \0"), &wide(text)[..]].concat(),
            [&wide(text), &[0x41][..]].concat(),
            // Zeros between and around the letters of plain text.
            text.bytes().flat_map(|byte| [0, byte, 0, 0]).collect(),
            [text.as_bytes(), &[0; 64]].concat(),
        ] {
            for redactor in [&redactor, &Redactor::default()] {
                let shown = redactor.bytes(&bytes).into_owned();
                let shown = String::from_utf8(shown).unwrap().replace('\0', "");
                let is_known = !redactor.secret.expose().is_empty() || text.contains("Password");
                assert!(!is_known || !shown.contains("canary"), "{bytes:?}: {shown}");
                // Nor does the other reading of what is shown.
                let undone: Vec<u8> = wide(&shown);
                assert!(
                    !is_known || memchr::memmem::find(&undone, b"canary").is_none(),
                    "{bytes:?}: {shown}"
                );
            }
            if let Ok(text) = str::from_utf8(&bytes) {
                assert_eq!(redactor.text(text).as_bytes(), &*redactor.bytes(&bytes));
            }
        }
    }
    let redactor = Redactor::new(&Secret::new("zzzzzz"));
    assert_eq!(redactor.text("[z\0\0\0\0\0\0\0\0zzzzzz%"), "[***z%");
}

/// Texts that took quadratic time once, or could: with that, this test would not end.
#[test]
fn long_texts_are_gone_through_a_bounded_number_of_times() {
    for piece in [
        "&",
        "&amp",
        "<Password>",
        "<Password>x</Password",
        "password=\"",
        "\"password\":{",
        "</Password>",
        "<!--",
        "%",
        "\\",
    ] {
        let text = format!("{}<Password>hunter&amp;2</Password>", piece.repeat(400_000 / piece.len()));
        assert!(!known(&text, "hunter&2").contains("hunter"), "{piece}");
    }
}

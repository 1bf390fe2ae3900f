//! What a hostile or broken server may do. Each is a row of `docs/hostile.md`.

use std::io::Write as _;
use std::sync::LazyLock;
use std::thread::sleep;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::server::Serve;

/// A behaviour and its name in the table.
pub struct Behaviour {
    pub name: &'static str,
    pub serve: Serve,
    /// The address is `https://`.
    pub tls: bool,
    /// A call went well before, and its connection was kept.
    pub kept: bool,
}

const fn plain(name: &'static str, serve: Serve) -> Behaviour {
    Behaviour { name, serve, tls: false, kept: false }
}

const fn tls(name: &'static str, serve: Serve) -> Behaviour {
    Behaviour { name, serve, tls: true, kept: false }
}

const fn kept(name: &'static str, serve: Serve) -> Behaviour {
    Behaviour { name, serve, tls: false, kept: true }
}

const FAULT: &str = "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><soap:Fault>\
                     <faultcode>soap:Server</faultcode><faultstring>REASON</faultstring><detail>DETAIL</detail>\
                     </soap:Fault></soap:Body></soap:Envelope>";

/// A fault with this text and this detail.
fn fault(reason: &str, detail: &str) -> String {
    FAULT.replace("REASON", reason).replace("DETAIL", detail)
}

/// White space of 64 MiB, packed into 64 KiB. Packed once, before anybody waits for it.
static BOMB: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    let spaces = vec![b' '; 1 << 20];
    (0..64).for_each(|_| packed.write_all(&spaces).unwrap());
    packed.finish().unwrap()
});

/// Makes what takes long to make.
#[allow(dead_code, reason = "not every test plays all behaviours")]
pub fn prepare() {
    LazyLock::force(&BOMB);
}

/// The head of an answer with these header lines.
fn head(lines: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\n{lines}\r\n")
}

pub const ALL: &[Behaviour] = &[
    // ---- XML -----------------------------------------------------------------------------------------------
    plain("entities that multiply (a billion laughs)", |c| {
        let entities: String =
            (1..20).map(|n| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10))).collect();
        let body = format!("<!DOCTYPE x [<!ENTITY e0 \"ha\">{entities}]>{}", c.text("&e19;"));
        c.answer(body)
    }),
    plain("an entity that names a file", |c| {
        let body = c.text("&x;");
        c.answer(format!("<!DOCTYPE x [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>{body}"))
    }),
    plain("an entity that nobody defined", |c| {
        let body = c.text("&x;");
        c.answer(body)
    }),
    plain("half a million elements, one inside the other", |c| {
        let body = c.envelope(&"<a>".repeat(500_000));
        c.answer(body)
    }),
    plain("half a million unknown elements", |c| {
        let body = c.envelope(&"<b/>".repeat(500_000));
        c.answer(body)
    }),
    plain("an element with 200,000 attributes", |c| {
        let attributes: String = (0..200_000).map(|n| format!(" a{n}=''")).collect();
        let body = c.envelope(&format!("<Success{attributes}>true</Success>"));
        c.answer(body)
    }),
    plain("an element with 100,000 namespaces", |c| {
        let declared: String = (0..100_000).map(|n| format!(" xmlns:n{n}='u'")).collect();
        let body = c.envelope(&format!("<x{declared}/><Success>true</Success>"));
        c.answer(body)
    }),
    plain("20,000 elements in the scope of 20,000 namespaces", |c| {
        let declared: String = (0..20_000).map(|n| format!(" xmlns:n{n}='u{n}'")).collect();
        let body = c.envelope(&format!("<x{declared}>{}</x>", "<n0:a/>".repeat(20_000)));
        c.answer(body)
    }),
    plain("a name of a mebibyte", |c| {
        let name = "n".repeat(1 << 20);
        let body = c.envelope(&format!("<{name}></{name}>"));
        c.answer(body)
    }),
    plain("a number of a mebibyte", |c| {
        let number = format!(">{}<", "1".repeat(1 << 20));
        let body = c.text("").replace(">1<", &number).replace(">true<", &number);
        c.answer(body)
    }),
    plain("a comment without an end", |c| {
        let head = c.head();
        c.answer(format!("{head}<!--"))?;
        c.send_for_ever("-- ")
    }),
    plain("CDATA without an end", |c| {
        let head = c.head();
        c.answer(format!("{head}<ErrorMessage><![CDATA["))?;
        c.send_for_ever("]] ")
    }),
    plain("a tag without an end", |c| {
        let head = c.head();
        c.answer(format!("{head}<ErrorMessage"))?;
        c.send_for_ever(" a='>'")
    }),
    plain("a text of two million `&`", |c| {
        let body = c.envelope(&format!("<ErrorMessage>{}", "&".repeat(2_000_000)));
        c.answer(body)
    }),
    plain("a reference to the character 0", |c| {
        let body = c.text("a&#0;b");
        c.answer(body)
    }),
    plain("end tags that do not match", |c| {
        let body = c.envelope("<Success>true</ErrorMessage>");
        c.answer(body)
    }),
    plain("an envelope that is cut off", |c| {
        let body = c.head() + "<Success>tr";
        c.answer(body)
    }),
    plain("text after the envelope", |c| {
        let body = c.good() + "junk";
        c.answer(body)
    }),
    plain("two envelopes", |c| {
        let body = c.good() + &c.good();
        c.answer(body)
    }),
    plain("two bodies in the envelope", |c| {
        let body = c.good();
        let one = &body[body.find("<soap:Body>").unwrap()..body.find("</soap:Envelope>").unwrap()];
        c.answer(body.replace(one, &one.repeat(2)))
    }),
    plain("a header of 200,000 elements", |c| {
        let blocks = format!("<soap:Header>{}</soap:Header><soap:Body>", "<h/>".repeat(200_000));
        let body = c.good().replace("<soap:Body>", &blocks);
        c.answer(body)
    }),
    plain("the answer of another operation", |c| {
        let body = c.good().replace(c.operation, "GetGiftCards");
        c.answer(body)
    }),
    // ---- encodings and kinds of content ------------------------------------------------------------------------
    plain("bytes that are not UTF-8", |c| {
        let body = c.text("?").into_bytes();
        let body: Vec<u8> = body.into_iter().map(|byte| if byte == b'?' { 0xE5 } else { byte }).collect();
        c.answer(body)
    }),
    plain("UTF-16 with half a character", |c| {
        let mut bytes: Vec<u8> = c.head().encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.extend([0, 0xD8, b'<', 0]);
        c.answer(bytes)
    }),
    plain("an encoding that nobody knows", |c| {
        let body = c.text("?").into_bytes();
        let body: Vec<u8> = body.into_iter().map(|byte| if byte == b'?' { 0xE5 } else { byte }).collect();
        c.answer_as("text/xml; charset=x-none", body)
    }),
    plain("an HTML page", |c| c.answer_as("text/html", "<html><body>Service Unavailable</body></html>")),
    plain("a multipart answer", |c| {
        let body = format!("--b\r\nContent-Type: application/xop+xml\r\n\r\n{}\r\n--b--\r\n", c.good());
        c.answer_as("multipart/related; boundary=b", body)
    }),
    plain("JSON", |c| c.answer_as("application/json", "{\"Success\": true}")),
    plain("a PDF document", |c| c.answer_as("application/pdf", b"%PDF-1.7\n\xe2\xe3\xcf\xd3")),
    plain("an empty answer", |c| c.answer("")),
    plain("a fault with control characters and line breaks", |c| {
        let text = fault("\u{9b}31m&#27;[2J\r\nerror: forged\n  outcome: done", "");
        c.answer(text)
    }),
    plain("a fault with a detail of 100,000 elements", |c| c.answer(fault("no", &"<d/>".repeat(100_000)))),
    // ---- sizes -------------------------------------------------------------------------------------------------
    plain("rows without an end", |c| {
        let head = c.head();
        c.answer(format!("{head}<OrderStatuses>"))?;
        c.send_for_ever("<OrderStatus><OrderStatusId>1</OrderStatusId></OrderStatus>")
    }),
    plain("a row without an end", |c| {
        let head = c.head();
        c.answer(format!("{head}<OrderStatuses><OrderStatus><OrderStatusName>"))?;
        c.send_for_ever("text ")
    }),
    plain("white space without an end", |c| {
        c.begin("text/xml")?;
        c.send_for_ever(" ")
    }),
    plain("a text without an end", |c| {
        let head = c.head();
        c.answer(format!("{head}<ErrorMessage>"))?;
        c.send_for_ever("text ")
    }),
    plain("a gzip bomb", |c| {
        c.request()?;
        c.send(head("content-encoding: gzip\r\nconnection: close\r\n"))?;
        c.send(&*BOMB)
    }),
    plain("a body that is not gzip as it says", |c| {
        c.request()?;
        let body = c.good();
        c.send(head("content-encoding: gzip\r\nconnection: close\r\n"))?;
        c.send(body)
    }),
    plain("chunks of 64 bytes without an end", |c| {
        c.request()?;
        c.send(head("transfer-encoding: chunked\r\n"))?;
        c.send_for_ever(format!("40\r\n{}\r\n", " ".repeat(64)))
    }),
    plain("a chunk of nearly 2^64 bytes", |c| {
        c.request()?;
        c.send(head("transfer-encoding: chunked\r\nconnection: close\r\n"))?;
        c.send("fffffffffffffff0\r\n<a/>")
    }),
    plain("chunks that are none", |c| {
        c.request()?;
        c.send(head("transfer-encoding: chunked\r\nconnection: close\r\n"))?;
        c.send("zz\r\n<a/>\r\n")
    }),
    // ---- HTTP ----------------------------------------------------------------------------------------------------
    plain("headers without an end", |c| {
        c.request()?;
        c.send("HTTP/1.1 200 OK\r\n")?;
        c.send_for_ever("x-more: and more\r\n")
    }),
    plain("a header line without an end", |c| {
        c.request()?;
        c.send("HTTP/1.1 200 OK\r\nx-long: ")?;
        c.send_for_ever("x")
    }),
    plain("`100 Continue` without an end", |c| {
        c.request()?;
        c.send_for_ever("HTTP/1.1 100 Continue\r\n\r\n")
    }),
    plain("`100 Continue`, then the answer", |c| {
        c.request()?;
        let body = c.good();
        c.send(format!("HTTP/1.1 100 Continue\r\n\r\n{}{body}", head("connection: close\r\n")))
    }),
    plain("no HTTP at all", |c| {
        c.request()?;
        c.send("220 mail.example ESMTP\r\n")
    }),
    plain("a status that is none", |c| {
        c.request()?;
        c.send("HTTP/1.1 2OO OK\r\n\r\n")
    }),
    plain("a redirect to another host", |c| {
        c.request()?;
        c.send("HTTP/1.1 307 Elsewhere\r\nlocation: http://192.0.2.1/\r\ncontent-length: 0\r\n\r\n")
    }),
    plain("a redirect to itself", |c| {
        c.request()?;
        c.send("HTTP/1.1 302 Again\r\nlocation: /w/service.asmx\r\ncontent-length: 0\r\n\r\n")
    }),
    plain("a wait of 10^30 seconds asked for", |c| {
        c.request()?;
        let wait = "9".repeat(30);
        c.send(format!(
            "HTTP/1.1 503 Busy\r\nretry-after: {wait}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        ))
    }),
    plain("a length that promises more than comes", |c| {
        c.request()?;
        let body = c.good();
        c.send(format!(
            "{}{body}",
            head(&format!("content-length: {}\r\nconnection: close\r\n", body.len() + 100))
        ))
    }),
    plain("a length that promises less than comes", |c| {
        c.request()?;
        let body = c.good();
        c.send(format!(
            "{}{body}",
            head(&format!("content-length: {}\r\nconnection: close\r\n", body.len() - 100))
        ))
    }),
    plain("a length of 10^18 bytes", |c| {
        c.request()?;
        let body = c.good();
        c.send(format!("{}{body}", head("content-length: 1000000000000000000\r\nconnection: close\r\n")))
    }),
    plain("a negative length", |c| {
        c.request()?;
        let body = c.good();
        c.send(format!("{}{body}", head("content-length: -1\r\nconnection: close\r\n")))
    }),
    plain("two lengths that differ", |c| {
        c.request()?;
        let body = c.good();
        c.send(format!(
            "{}{body}",
            head(&format!("content-length: {}\r\ncontent-length: 5\r\nconnection: close\r\n", body.len()))
        ))
    }),
    plain("another answer behind the answer", |c| {
        c.request()?;
        let body = c.good();
        let answer = format!("{}{body}", head(&format!("content-length: {}\r\n", body.len())));
        c.send(format!("{answer}{answer}"))?;
        c.wait()
    }),
    // ---- time and connections ----------------------------------------------------------------------------------
    plain("silence", |c| {
        c.request()?;
        c.wait()
    }),
    plain("silence within the answer", |c| {
        let head = c.head();
        c.answer(head)?;
        c.wait()
    }),
    plain("one byte each 100 ms", |c| {
        c.begin("text/xml")?;
        let body = c.envelope(&" ".repeat(100_000));
        for byte in body.as_bytes() {
            c.send([*byte])?;
            c.stream.flush()?;
            sleep(Duration::from_millis(100));
        }
        Ok(())
    }),
    plain("the extension of a chunk, one byte each 100 ms, without end", |c| {
        c.request()?;
        c.send(head("transfer-encoding: chunked\r\nconnection: close\r\n"))?;
        c.send("1;")?;
        loop {
            c.send("x")?;
            sleep(Duration::from_millis(100));
        }
    }),
    plain("the connection closed without reading the request", |_| {
        // The client has sent it by then.
        sleep(Duration::from_millis(300));
        Ok(())
    }),
    plain("the connection closed after the request", |c| c.request()),
    plain("the connection closed within the headers", |c| {
        c.request()?;
        c.send("HTTP/1.1 200 OK\r\ncontent-")
    }),
    plain("the connection closed within a chunk", |c| {
        c.request()?;
        c.send(head("transfer-encoding: chunked\r\n"))?;
        c.send("100\r\n<soap:Envelope")
    }),
    // ---- connections that were kept after an answer -------------------------------------------------------------
    kept("a kept connection that was closed meanwhile", |c| c.answer_and_keep()),
    kept("a kept connection that is closed when the next request comes", |c| {
        c.answer_and_keep()?;
        c.request()
    }),
    kept("a kept connection that is silent from then on", |c| {
        c.answer_and_keep()?;
        c.wait()
    }),
    kept("a kept connection with a forged answer to the next request", |c| {
        let forged = c.envelope("<Success>false</Success><ErrorMessage>forged</ErrorMessage>");
        c.answer_and_keep()?;
        c.send(format!("{}{forged}", head(&format!("content-length: {}\r\n", forged.len()))))?;
        c.wait()
    }),
    kept("a kept connection with junk behind the answer", |c| {
        c.answer_and_keep()?;
        c.send("junk")?;
        c.wait()
    }),
    plain("an answer before the request was read", |c| {
        c.send("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")?;
        c.wait()
    }),
    // ---- TLS -----------------------------------------------------------------------------------------------------
    tls("plain HTTP on a port for TLS", |c| {
        c.send("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")?;
        c.wait()
    }),
    tls("a TLS version of old", |c| {
        c.send([0x15, 3, 1, 0, 2, 2, 70])?;
        c.wait()
    }),
    tls("a TLS record that is damaged", |c| {
        c.send([0x16, 3, 3, 0xff, 0xff])?;
        c.send_for_ever([7; 64])
    }),
    tls("silence in the handshake", |c| c.wait()),
    tls("the connection closed in the handshake", |_| Ok(())),
];

//! SOAP envelopes of both versions, both ways. Knows no HTTP.

use crate::fault::Fault;
use crate::operation::{Operation, OperationInfo};
use crate::xml::cut::FullName;
use crate::xml::memory::MemoryLimit;
use crate::xml::write::Login;
use crate::xml::{At, Element, Notices, ReadError, Reader, Result, WriteError, Writer, split_name};

/// Version of the SOAP protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SoapVersion {
    /// `text/xml` with a `SOAPAction` header.
    #[default]
    V1_1,
    /// `application/soap+xml` with an `action` parameter.
    V1_2,
}

const SOAP_1_1: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const SOAP_1_2: &str = "http://www.w3.org/2003/05/soap-envelope";
const VERSIONS: [SoapVersion; 2] = [SoapVersion::V1_1, SoapVersion::V1_2];
const PARTS: &[&str] = &[
    "{http://schemas.xmlsoap.org/soap/envelope/}Header",
    "{http://schemas.xmlsoap.org/soap/envelope/}Body",
    "{http://www.w3.org/2003/05/soap-envelope}Header",
    "{http://www.w3.org/2003/05/soap-envelope}Body",
];

/// Which of the [`PARTS`] are bodies.
const IS_BODY: [bool; 4] = [false, true, false, true];

impl SoapVersion {
    /// Namespace of the envelope.
    pub fn namespace(self) -> &'static str {
        match self {
            SoapVersion::V1_1 => SOAP_1_1,
            SoapVersion::V1_2 => SOAP_1_2,
        }
    }

    /// The HTTP headers that belong to an envelope with this action.
    pub fn headers(self, action: &str) -> Vec<(&'static str, String)> {
        match self {
            SoapVersion::V1_1 => vec![
                ("Content-Type", "text/xml; charset=utf-8".to_owned()),
                ("SOAPAction", format!("\"{action}\"")),
            ],
            SoapVersion::V1_2 => {
                vec![("Content-Type", format!("application/soap+xml; charset=utf-8; action=\"{action}\""))]
            }
        }
    }

    pub(crate) fn of_namespace(namespace: &str) -> Option<SoapVersion> {
        match namespace {
            SOAP_1_1 => Some(SoapVersion::V1_1),
            SOAP_1_2 => Some(SoapVersion::V1_2),
            _ => None,
        }
    }

    /// The start of an envelope, in pieces.
    fn head(self) -> [&'static str; 3] {
        [
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<soap:Envelope xmlns:soap=\"",
            self.namespace(),
            "\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">",
        ]
    }
}

const BODY: &str = "<soap:Body>";
const TAIL: &str = "</soap:Body></soap:Envelope>";

/// The parts of a request that depend on its type.
pub(crate) trait Parts {
    /// Writes the blocks of its own header, and returns whether it has one.
    fn header(&self, w: &mut Writer<'_>) -> bool;
    fn body(&self, w: &mut Writer<'_>);
}

impl<O: Operation> Parts for O {
    fn header(&self, w: &mut Writer<'_>) -> bool {
        self.write_header(w)
    }

    fn body(&self, w: &mut Writer<'_>) {
        self.write(w);
    }
}

/// Writes the envelope of a request. `header` has the blocks for a request that has none of its own. Not generic, so
/// that it is compiled once.
pub(crate) fn request(
    version: SoapVersion,
    info: &OperationInfo,
    parts: &dyn Parts,
    login: Login<'_>,
    header: &str,
) -> Result<(String, Notices), WriteError> {
    let mut w = Writer::xml(info.namespace, Some(login));
    version.head().into_iter().for_each(|piece| w.raw(piece));
    let start = w.length();
    w.raw("<soap:Header>");
    if !w.outside(&|w| parts.header(w)) {
        w.raw(header);
        if header.is_empty() {
            w.take_back(start);
        }
    }
    if w.length() > start {
        w.raw("</soap:Header>");
    }
    body(w, info.request, &|w| parts.body(w))
}

/// Whether [`request`] is certain to write an envelope, as far as can be told without writing it.
#[cfg(feature = "batch")]
pub(crate) fn is_surely_sendable(info: &OperationInfo, parts: &dyn Parts, login: Login<'_>) -> bool {
    let mut w = Writer::checking(info.namespace, login);
    parts.header(&mut w);
    if !info.request.is_empty() {
        parts.body(&mut w);
    }
    w.finish().is_ok()
}

/// Writes the envelope of an answer, for servers.
pub(crate) fn response<O: Operation>(
    version: SoapVersion,
    response: &O::Response,
) -> Result<(String, Notices), WriteError> {
    let mut w = Writer::xml(O::INFO.namespace, None);
    version.head().into_iter().for_each(|piece| w.raw(piece));
    body(w, O::INFO.response, &|w| O::write_response(response, w))
}

fn body(
    mut w: Writer<'_>,
    element: &'static str,
    write: &dyn Fn(&mut Writer<'_>),
) -> Result<(String, Notices), WriteError> {
    w.raw(BODY);
    if !element.is_empty() {
        w.root(element);
        write(&mut w);
        w.end();
    }
    w.raw(TAIL);
    w.finish()
}

/// Writes the envelope of a fault, for servers: as ASP.NET does, with a prefix on the fault, since some clients look
/// for `faultcode` in the default namespace.
#[cfg(feature = "sandbox")]
pub(crate) fn fault(version: SoapVersion, code: &str, reason: &str) -> String {
    let reason = quick_xml::escape::partial_escape(reason);
    let fault = match version {
        SoapVersion::V1_1 => {
            format!("<faultcode>soap:{code}</faultcode><faultstring>{reason}</faultstring><detail />")
        }
        SoapVersion::V1_2 => {
            let code = match code {
                "Client" => "Sender",
                "Server" => "Receiver",
                other => other,
            };
            format!(
                "<soap:Code><soap:Value>soap:{code}</soap:Value></soap:Code><soap:Reason>\
                 <soap:Text xml:lang=\"en\">{reason}</soap:Text></soap:Reason>"
            )
        }
    };
    format!("{}{BODY}<soap:Fault>{fault}</soap:Fault>{TAIL}", version.head().concat())
}

/// The content of an envelope's body.
pub(crate) enum BodyContent {
    /// An element; the reader is at its start tag.
    Element {
        namespace: String,
        name: String,
    },
    Fault(Box<Fault>),
    Nothing,
}

/// An envelope that is being read.
pub(crate) struct OpenedEnvelope<'a> {
    #[cfg_attr(
        not(feature = "sandbox"),
        expect(dead_code, reason = "a server answers in the version it was asked in")
    )]
    pub version: SoapVersion,
    pub content: BodyContent,
    pub reader: Reader<'a>,
    body: At,
    envelope: At,
}

/// Reads up to the element in the body. `Ok(None)` if the text is not a SOAP envelope.
pub(crate) fn open<'a>(text: &'a str, main: &str, strict: bool) -> Result<Option<OpenedEnvelope<'a>>> {
    open_with_header(text, main, strict, MemoryLimit::DEFAULT, &mut |p| p.other_header())
}

/// As [`open`], with a reader for the header. The limit is for the header and a fault.
pub(crate) fn open_with_header<'a>(
    text: &'a str,
    main: &str,
    strict: bool,
    limit: MemoryLimit,
    header: &mut dyn FnMut(&mut Reader<'a>) -> Result<()>,
) -> Result<Option<OpenedEnvelope<'a>>> {
    let mut p = Reader::new(text, main).strict(strict);
    p.limit_memory(limit);
    let Some(version) = root_version(&mut p) else { return Ok(None) };
    let mut envelope = p.enter("")?;
    let body_index = if version == SoapVersion::V1_1 { 1 } else { 3 };
    loop {
        match p.child(&mut envelope, PARTS)? {
            Some(index) if index == body_index => break,
            Some(_) => header(&mut p)?,
            None => return Err(p.error("the envelope has no Body")),
        }
    }
    p.forget_path();
    let mut body = p.enter("")?;
    let content = if p.any_child(&mut body)? {
        let (namespace, name) = p.name()?;
        if name == "Fault" && SoapVersion::of_namespace(&namespace).is_some() {
            BodyContent::Fault(Box::new(read_fault(&p.element()?)))
        } else {
            BodyContent::Element { namespace, name }
        }
    } else {
        BodyContent::Nothing
    };
    Ok(Some(OpenedEnvelope { version, content, reader: p, body, envelope }))
}

/// Version of the envelope that a text begins with; `None` where it is something else.
#[cfg(feature = "sandbox")]
pub(crate) fn version(text: &str) -> Option<SoapVersion> {
    root_version(&mut Reader::new(text, ""))
}

fn root_version(p: &mut Reader<'_>) -> Option<SoapVersion> {
    let (namespace, name) = p.root().ok()?;
    SoapVersion::of_namespace(&namespace).filter(|_| name == "Envelope")
}

/// The elements from an envelope's root to the rows of the response, each with its possible names.
pub(crate) fn way_to(info: &OperationInfo, names: &[&str]) -> Vec<Vec<FullName>> {
    let soap =
        |name: &str| VERSIONS.map(|version| (version.namespace().to_owned(), name.to_owned())).to_vec();
    let (namespace, response) = info.response_name();
    let mut way = vec![soap("Envelope"), soap("Body"), vec![(namespace.to_owned(), response.to_owned())]];
    way.extend(names.iter().map(|name| {
        let (own, local) = split_name(name);
        vec![(own.unwrap_or(info.namespace).to_owned(), local.to_owned())]
    }));
    way
}

impl OpenedEnvelope<'_> {
    /// Reads to the end and refuses unexpected content: a second element in the body, a second body, anything after the
    /// envelope.
    pub fn close(&mut self) -> Result<()> {
        let is_empty = matches!(self.content, BodyContent::Nothing);
        if !is_empty && self.reader.any_child(&mut self.body)? {
            return Err(self.reader.error("a second element in the Body (multirefs are not supported)"));
        }
        while let Some(index) = self.reader.child(&mut self.envelope, PARTS)? {
            if IS_BODY[index] {
                return Err(self.reader.error("a second Body in the envelope"));
            }
            self.reader.other_header()?;
        }
        self.reader.finish()
    }
}

/// Parses a fault of either version. Missing parts stay empty, so that a malformed fault is not lost.
fn read_fault(element: &Element) -> Fault {
    let text = |name: &str| element.child(name).map(|child| child.text().trim().to_owned());
    let local = |text: String| text.rsplit(':').next().unwrap_or_default().to_owned();
    let mut fault = Fault {
        code: text("faultcode").map(local).unwrap_or_default(),
        reason: text("faultstring").unwrap_or_default(),
        actor: text("faultactor").or_else(|| text("Role")).or_else(|| text("Node")),
        detail: element.child("detail").or_else(|| element.child("Detail")).cloned(),
        ..Fault::default()
    };
    let mut code = element.child("Code");
    let mut codes = Vec::new();
    while let Some(present) = code {
        codes.extend(present.child("Value").map(|value| local(value.text().trim().to_owned())));
        code = present.child("Subcode");
    }
    if let Some((first, rest)) = codes.split_first() {
        fault.code.clone_from(first);
        fault.subcodes = rest.to_vec();
    }
    if let Some(reason) = element.child("Reason") {
        let is_english = |text: &&Element| {
            text.attributes.iter().any(|(name, value)| name.ends_with("}lang") && value.starts_with("en"))
        };
        let chosen = reason.elements().find(is_english).or_else(|| reason.elements().next());
        fault.reason = chosen.unwrap_or(reason).text().trim().to_owned();
    }
    fault
}

/// A read error for an answer that is not the expected one.
pub(crate) fn unexpected(text: String) -> Box<ReadError> {
    ReadError::absent("", text)
}

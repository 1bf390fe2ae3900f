//! The two ways in which the service rejects a request: a SOAP fault, and a refusal inside an ordinary answer.

use std::fmt;

use crate::xml::Element;

/// A SOAP fault, of version 1.1 or 1.2.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Fault {
    /// `faultcode` (1.1) or `Code/Value` (1.2), without the prefix: `Server`, `Client`, `Receiver`, `Sender`.
    pub code: String,
    /// Subcodes of SOAP 1.2, outermost first, without prefixes.
    pub subcodes: Vec<String>,
    /// `faultstring` (1.1) or `Reason/Text` (1.2), the English one if there are several.
    pub reason: String,
    /// `faultactor` (1.1) or `Role` (1.2).
    pub actor: Option<String>,
    /// `detail` (1.1) or `Detail` (1.2), whole.
    pub detail: Option<Element>,
}

impl Fault {
    /// The codes that SOAP 1.1 and 1.2 define.
    pub(crate) const STANDARD: [&str; 7] = [
        "Client",
        "Server",
        "Sender",
        "Receiver",
        "MustUnderstand",
        "VersionMismatch",
        "DataEncodingUnknown",
    ];
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&*self.reason, &*self.code) {
            ("", "") => f.write_str("a fault without a reason"),
            ("", code) => write!(f, "{code} fault without a reason"),
            (reason, "") => f.write_str(reason),
            (reason, code) => write!(f, "{reason} ({code} fault)"),
        }
    }
}

/// A refusal inside an ordinary answer: `Success` is false, or there are errors. If there are errors and `Success` is
/// true, part of the request was carried out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Refusal {
    /// Returns the service's message; several are joined with `; `.
    pub message: String,
    /// Kinds of the errors, if the answer's type has them: `LogonError`, `OrderNotFound`.
    pub kinds: Vec<String>,
    /// Whether part of the request was carried out: a write's answer has errors beside `Success` true.
    pub partial: bool,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.message.as_str(), self.kinds.as_slice()) {
            ("", []) => f.write_str("no reason given"),
            ("", kinds) => f.write_str(&kinds.join(", ")),
            (message, []) => f.write_str(message),
            (message, kinds) => write!(f, "{message} ({})", kinds.join(", ")),
        }
    }
}

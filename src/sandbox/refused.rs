//! Why a request is refused.

use std::borrow::Cow;

/// The default kind of a refusal.
const UNKNOWN: &str = "UnknownError";

/// A refusal. Nothing of the request was kept.
#[derive(Debug)]
pub(crate) struct Refused {
    pub reason: RefusalKind,
    pub message: String,
}

/// The kind of a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RefusalKind {
    /// User, password or goods owner.
    Login,
    /// A rule of the warehouse; the text is the kind's name for answers with kinds of errors.
    Rule(Cow<'static, str>),
    /// The sandbox itself failed.
    Broken,
}

impl Refused {
    pub fn login(message: impl Into<String>) -> Refused {
        Refused { reason: RefusalKind::Login, message: message.into() }
    }

    pub fn rule(message: impl Into<String>) -> Refused {
        Refused { reason: RefusalKind::Rule(Cow::Borrowed(UNKNOWN)), message: message.into() }
    }

    /// A rule of the warehouse, by its kind in the answer's errors.
    pub fn kind(kind: &'static str, message: impl Into<String>) -> Refused {
        Refused { reason: RefusalKind::Rule(Cow::Borrowed(kind)), message: message.into() }
    }

    /// A refusal on demand.
    pub fn on_demand(message: String, kind: Option<String>) -> Refused {
        Refused { reason: RefusalKind::Rule(kind.map_or(Cow::Borrowed(UNKNOWN), Cow::Owned)), message }
    }

    /// Name of the kind for the answer's errors, if it is a specific one.
    pub fn kind_name(&self) -> Option<String> {
        match &self.reason {
            RefusalKind::Login => Some("LogonError".to_owned()),
            RefusalKind::Rule(kind) => (kind != UNKNOWN).then(|| kind.clone().into_owned()),
            RefusalKind::Broken => None,
        }
    }

    pub fn broken(message: impl Into<String>) -> Refused {
        Refused { reason: RefusalKind::Broken, message: message.into() }
    }

    /// A required member.
    pub fn missing(member: &str) -> Refused {
        Refused::rule(format!("{member} is missing"))
    }
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Refused {
        Refused::broken(format!("the sandbox's database: {error}"))
    }
}

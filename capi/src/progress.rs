//! Events of a running push or pull.

use crate::codes::Event;

/// What is told.
#[derive(Debug, Clone, Default)]
pub struct Told {
    pub event: Option<Event>,
    pub done: u64,
    pub total: u64,
    pub place: String,
    pub key: String,
    pub state: &'static str,
    pub text: String,
}

impl Told {
    pub fn new(event: Event) -> Told {
        Told { event: Some(event), ..Told::default() }
    }

    pub fn text(event: Event, text: impl Into<String>) -> Told {
        Told { text: text.into(), ..Told::new(event) }
    }
}

/// The callback; returns whether to end.
pub type Listener<'a> = &'a mut dyn FnMut(Told) -> bool;

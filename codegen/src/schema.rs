//! Reads the schemas in and beside a WSDL into the types of the model.
//!
//! `sources` finds the schemas, `declare` resolves and checks every name in them, xsd-parser interprets them, and
//! `walk` converts its result to the model.

use std::path::PathBuf;

use crate::error::Result;
use crate::model::{Message, Name, Type};

mod content;
mod declare;
mod limits;
mod number;
mod sources;
pub(crate) mod tree;
mod walk;

pub(crate) use sources::{Sources, locate};

pub(crate) const XS: &str = "http://www.w3.org/2001/XMLSchema";

/// The parts of the service that come from the schemas.
#[derive(Debug)]
pub(crate) struct Understood {
    /// The messages, in the order of their requested elements.
    pub messages: Vec<Message>,
    pub types: Vec<Type>,
    pub notes: Vec<String>,
    /// Every file read.
    pub files: Vec<PathBuf>,
}

/// An element that a message refers to, and the place of the reference.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    pub name: Name,
    pub place: String,
}

/// Reads the schemas as far as these elements need. Elements of `known` must be declared, but are not followed.
pub(crate) fn read(mut sources: Sources, elements: &[Element], known: &[Element]) -> Result<Understood> {
    sources.follow()?;
    let mut all = declare::Declarations::new(&sources.schemas)?;
    limits::check(&all)?;
    for element in known {
        all.element(element)?;
    }
    let found = elements.iter().map(|element| all.element(element)).collect::<Result<Vec<_>>>()?;
    let file = sources.files.first().map(|file| file.display().to_string()).unwrap_or_default();
    let walk = walk::Walk::new(&all, &file)?;
    let targets: Vec<_> = found.iter().map(|element| element.target.clone()).collect();
    let (types, notes) = walk.reach(&targets)?;
    let mut messages = Vec::new();
    for (asked, element) in elements.iter().zip(found) {
        let ty = walk.target(&element.target)?;
        messages.push(Message { element: asked.name.clone(), ty, inline: element.inline });
    }
    Ok(Understood { messages, types, notes, files: sources.files })
}

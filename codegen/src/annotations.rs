//! Reads `annotations.toml`: facts about operations and types that a WSDL cannot express.
//!
//! Names that the contract does not have are ignored, so that the annotations outlive a change of the contract.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::model::{Effect, EnumValue, Operation, Paging, Service, Type, TypeKind};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Annotations {
    /// The namespace of the service that the annotations are for.
    namespace: Option<String>,
    #[serde(default)]
    credentials: bool,
    #[serde(default)]
    nil: Nil,
    absent: Option<Absent>,
    #[serde(default)]
    operations: BTreeMap<String, OperationEntry>,
    #[serde(default)]
    types: BTreeMap<String, TypeEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OperationEntry {
    since: Option<String>,
    group: Option<String>,
    effect: Option<EffectEntry>,
    doc: Option<String>,
    page: Option<String>,
    confidence: Option<String>,
    absent: Option<Absent>,
    paging: Option<PagingEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PagingEntry {
    size: String,
    from: String,
    id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum EffectEntry {
    Read,
    Write,
}

/// What an absent or nil result means.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Absent {
    /// Nothing was found.
    None,
    /// The answer does not follow the contract.
    Error,
}

/// What nil means for members that may also be absent.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Nil {
    /// A value different from absence.
    #[default]
    Kept,
    /// Absence.
    Absent,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TypeEntry {
    doc: Option<String>,
    since: Option<String>,
    confidence: Option<String>,
    #[serde(default)]
    open: bool,
    #[serde(default)]
    members: BTreeMap<String, MemberEntry>,
    #[serde(default)]
    values: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberEntry {
    doc: Option<String>,
    since: Option<String>,
    length: Option<u32>,
    required: Option<bool>,
    confidence: Option<String>,
}

/// Merges the text of an annotations file into a service. `file` is for messages.
///
/// An entry for a type applies to every type with that local name; to an inline type only if no named type has the
/// name.
pub fn apply(service: &mut Service, text: &str, file: &str) -> Result<()> {
    let annotations: Annotations = toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let before = text.get(..offset).unwrap_or(text);
        let line = 1 + before.matches('\n').count();
        let what = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
        Error::new(format!("{file}:{line}"), what).hint(
            "at the top: namespace, credentials, nil, absent; an entry is `[operations.NAME]` with group, effect, doc, since, page, confidence, absent, paging, or `[types.NAME]` with \
             doc, since, confidence, open, members, values",
        )
    })?;
    if let Some(namespace) = annotations.namespace.filter(|namespace| *namespace != service.namespace) {
        service.notes.push(format!("the annotations are not used: they are for the service of {namespace}"));
        return Ok(());
    }
    service.notions.credentials |= annotations.credentials;
    service.notions.nil_is_absent |= matches!(annotations.nil, Nil::Absent);
    for operation in &mut service.operations {
        operation.notes.absent_is_none = annotations.absent.map(is_none);
        if let Some(entry) = annotations.operations.get(&operation.name) {
            annotate_operation(operation, entry);
        }
    }
    for ty in &mut service.types {
        if let Some(entry) = annotations.types.get(&ty.name.local) {
            annotate_type(ty, entry);
        }
    }
    Ok(())
}

fn annotate_operation(operation: &mut Operation, entry: &OperationEntry) {
    let notes = &mut operation.notes;
    merge(&mut notes.doc, &dated(entry.doc.as_ref(), entry.since.as_ref()));
    merge(&mut notes.group, &entry.group);
    merge(&mut notes.page, &entry.page);
    merge(&mut notes.confidence, &entry.confidence);
    notes.effect = match entry.effect {
        Some(EffectEntry::Read) => Some(Effect::Read),
        Some(EffectEntry::Write) => Some(Effect::Write),
        None => notes.effect,
    };
    if let Some(PagingEntry { size, from, id }) = &entry.paging {
        notes.paging = Some(Paging { size: size.clone(), from: from.clone(), id: id.clone() });
    }
    notes.absent_is_none = entry.absent.map(is_none).or(notes.absent_is_none);
}

fn is_none(absent: Absent) -> bool {
    matches!(absent, Absent::None)
}

fn annotate_type(ty: &mut Type, entry: &TypeEntry) {
    merge(&mut ty.doc, &dated(entry.doc.as_ref(), entry.since.as_ref()));
    merge(&mut ty.confidence, &entry.confidence);
    match &mut ty.kind {
        TypeKind::Struct(found) => {
            if entry.open && !found.open {
                (found.open, found.open_at) = (true, found.fields.len());
            }
            for field in &mut found.fields {
                let Some(entry) = entry.members.get(&field.name.local) else { continue };
                merge(&mut field.doc, &dated(entry.doc.as_ref(), entry.since.as_ref()));
                merge(&mut field.length, &entry.length);
                merge(&mut field.confidence, &entry.confidence);
                field.required = entry.required.unwrap_or(field.required);
            }
        }
        TypeKind::Enum(values) => {
            for EnumValue { text, doc } in values {
                merge(doc, &entry.values.get(text).cloned());
            }
        }
        TypeKind::Alias(_) | TypeKind::List(_) => {}
    }
}

/// The documentation, with the year of the first contract that has it.
fn dated(doc: Option<&String>, since: Option<&String>) -> Option<String> {
    match (doc, since) {
        (doc, None) => doc.cloned(),
        (None, Some(year)) => Some(format!("Since {year}.")),
        (Some(doc), Some(year)) => Some(format!("{doc} Since {year}.")),
    }
}

/// The annotations take precedence.
fn merge<T: Clone>(into: &mut Option<T>, from: &Option<T>) {
    if from.is_some() {
        into.clone_from(from);
    }
}

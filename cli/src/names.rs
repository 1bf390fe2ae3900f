//! The names on the command line: operations, types, groups, kinds, rows.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::{ContextKind, ContextValue};
use ongoing_wms::api::{OPERATIONS, TYPES};
use ongoing_wms::batch::kind::KINDS;
use ongoing_wms::batch::pull::{Preset, Source};
use ongoing_wms::dynamic;
use ongoing_wms::operation::OperationInfo;
use ongoing_wms::suggest::did_you_mean;

use super::exit::Exit;
use super::failure::Failure;

/// The operation with this name, or an error with similar names.
pub fn operation(name: &str) -> Result<&'static OperationInfo, Failure> {
    dynamic::find(name).ok_or_else(|| {
        let names = OPERATIONS.iter().map(|operation| operation.name);
        Failure::new(Exit::Usage, format!("operation `{name}` not found"))
            .maybe_hint(did_you_mean(name, names))
            .hint("`ongoing list` shows all operations")
    })
}

/// The hint for an unknown command that is an operation: use `call`.
pub fn instead_of_command(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(given)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    let operation = match dynamic::find(given) {
        Some(operation) => operation.name,
        None => {
            let same = |operation: &&OperationInfo| operation.name.eq_ignore_ascii_case(given);
            OPERATIONS.iter().find(same)?.name
        }
    };
    Some(format!("{operation} is an operation: `ongoing call {operation}`, `ongoing describe {operation}`"))
}

/// An argument that is one of these names: completions offer them. The command itself reports other names, since it can
/// suggest similar ones.
#[derive(Clone)]
pub struct KnownNames(pub fn() -> Vec<String>);

impl TypedValueParser for KnownNames {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        clap::builder::StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.0)().into_iter().map(PossibleValue::new)))
    }
}

pub fn operations() -> Vec<String> {
    OPERATIONS.iter().map(|operation| operation.name.to_owned()).collect()
}

/// Operations, and the types that do not have the name of one.
pub fn operations_and_types() -> Vec<String> {
    let types = TYPES.iter().map(|ty| ty.name.to_owned()).filter(|name| dynamic::find(name).is_none());
    operations().into_iter().chain(types).collect()
}

/// The groups of operations, in the order of the contract.
pub fn groups() -> Vec<String> {
    let mut groups: Vec<String> = Vec::new();
    for group in OPERATIONS.iter().map(|operation| operation.group) {
        if !group.is_empty() && !groups.iter().any(|known| known == group) {
            groups.push(group.to_owned());
        }
    }
    groups
}

/// The kinds that can be pushed.
pub fn kinds() -> Vec<String> {
    KINDS.iter().map(|kind| kind.name.to_owned()).collect()
}

/// The sources of a pull.
pub fn sources() -> Vec<String> {
    Source::all().iter().map(|source| source.name().to_owned()).collect()
}

/// Ready-made columns of tables.
pub fn presets() -> Vec<String> {
    Preset::all().iter().map(|preset| preset.name().to_owned()).collect()
}

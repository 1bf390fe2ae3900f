//! Finding operations by name.

use clap::error::{ContextKind, ContextValue};
use ongoing_wms::api::OPERATIONS;
use ongoing_wms::dynamic;
use ongoing_wms::operation::OperationInfo;
use ongoing_wms::suggest::did_you_mean;

use super::exit::Exit;
use super::failure::Failure;

/// The operation of this name, or what the caller may have meant.
pub fn operation(name: &str) -> Result<&'static OperationInfo, Failure> {
    dynamic::find(name).ok_or_else(|| {
        let names = OPERATIONS.iter().map(|operation| operation.name);
        Failure::new(Exit::Usage, format!("there is no operation `{name}`"))
            .maybe_hint(did_you_mean(name, names))
            .hint("`ongoing list` shows all operations")
    })
}

/// What was meant by a command that there is not: an operation, which `call` calls.
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

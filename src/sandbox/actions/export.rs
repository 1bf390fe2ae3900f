//! Exports the content of the warehouse, to start another one with.

use serde_json::Value;

use super::action::{Action, ActionRun};
use super::records;
use crate::sandbox::argument::ArgumentKind::Text;
use crate::sandbox::argument::{Argument, Choice};
use crate::sandbox::find;
use crate::sandbox::work_error::WorkError;

/// The kinds that can be exported.
static KINDS: [Choice; records::KINDS.len()] = {
    let mut choices = [Choice { name: "", doc: "" }; records::KINDS.len()];
    let mut index = 0;
    while index < choices.len() {
        choices[index] = Choice { name: records::KINDS[index].name, doc: records::KINDS[index].doc };
        index += 1;
    }
    choices
};

/// The export.
pub(crate) static ACTIONS: &[Action] = &[Action {
    name: "export",
    doc: "Write the records of a goods owner as JSON Lines, as push and --seed read them",
    arguments: &[
        Argument::place("kind", Text, "What to export").one_of(&KINDS),
        Argument::flag("goodsOwner", Text, "Code of the goods owner [default: the first]"),
    ],
    only_reads: true,
    run: ActionRun::Sandbox(|shared, given| {
        let kind = records::kind(given.needed("kind")).map_err(WorkError::Argument)?;
        shared.warehouse.store.read(|desk| {
            if let Some(code) = given.text("goodsOwner").or(shared.first_owner()) {
                find::serve(desk, code)?;
            }
            records::give_out(desk, kind).map(Value::Array)
        })
    }),
}];

//! The list of actions for HTTP, the command, the page and the methods of `Sandbox`.

use super::action::{Action, ActionRun};
use super::{control, export, floor, looks};

/// The list itself.
static ACTIONS: &[Action] = &[Action {
    name: "actions",
    doc: "List all actions with their arguments",
    arguments: &[],
    only_reads: true,
    run: ActionRun::Sandbox(|_, _| Ok(all().map(Action::describe).collect())),
}];

/// All actions, staff work first.
pub(crate) fn all() -> impl Iterator<Item = &'static Action> {
    [floor::ACTIONS, looks::ACTIONS, export::ACTIONS, control::ACTIONS, ACTIONS].into_iter().flatten()
}

/// The action with this name.
pub(crate) fn find(name: &str) -> Option<&'static Action> {
    all().find(|action| action.name == name)
}

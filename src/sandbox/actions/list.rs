//! The one list of actions behind HTTP, the command, the page and the methods of `Sandbox`.

use super::action::{Action, Run};
use super::{control, export, floor, looks};

/// The list itself.
static ACTIONS: &[Action] = &[Action {
    name: "actions",
    doc: "All that can be done from outside, with what it takes",
    arguments: &[],
    only_reads: true,
    run: Run::Sandbox(|_, _| Ok(all().map(Action::describe).collect())),
}];

/// All actions, those on the floor first.
pub(crate) fn all() -> impl Iterator<Item = &'static Action> {
    [floor::ACTIONS, looks::ACTIONS, export::ACTIONS, control::ACTIONS, ACTIONS].into_iter().flatten()
}

/// The action of this name.
pub(crate) fn find(name: &str) -> Option<&'static Action> {
    all().find(|action| action.name == name)
}

//! Actions on the sandbox itself: disturbances, the clock, and snapshots.

use serde_json::{Value, json};

use super::action::{Action, ActionRun};
use crate::sandbox::argument::Argument;
use crate::sandbox::argument::ArgumentKind::{Text, Whole};
use crate::sandbox::db::clock::{ClockChange, ClockError};
use crate::sandbox::disturbances::parse;
use crate::sandbox::lock::locked;
use crate::sandbox::shared::Shared;
use crate::sandbox::work_error::WorkError;

const SNAPSHOT: Argument = Argument::place("name", Text, "Name of the snapshot");

/// Actions on the sandbox itself.
pub(crate) static ACTIONS: &[Action] = &[
    Action {
        name: "disturb",
        doc: "Simulate a failure of the network or the service for the next requests",
        arguments: parse::ARGUMENTS,
        only_reads: false,
        run: ActionRun::Sandbox(|shared, given| {
            let disturbance = parse::read(given).map_err(WorkError::Argument)?;
            locked(&shared.disturbances).add(disturbance);
            Ok(waiting(shared))
        }),
    },
    Action {
        name: "refuse",
        doc: "Refuse a coming request, as the warehouse's own rules would",
        arguments: parse::REFUSE_ARGUMENTS,
        only_reads: false,
        run: ActionRun::Sandbox(|shared, given| {
            let disturbance = parse::read_refusal(given).map_err(WorkError::Argument)?;
            locked(&shared.disturbances).add(disturbance);
            Ok(waiting(shared))
        }),
    },
    Action {
        name: "undisturb",
        doc: "Remove waiting disturbances",
        arguments: &[Argument::flag(
            "id",
            Whole,
            "Number of the one to remove, as `disturbances` lists it [default: all]",
        )],
        only_reads: false,
        run: ActionRun::Sandbox(|shared, given| {
            match given.whole("id") {
                None => locked(&shared.disturbances).clear(),
                Some(id) => {
                    if !locked(&shared.disturbances).remove(id) {
                        return Err(WorkError::Absent(format!("waiting disturbance {id} not found")));
                    }
                }
            }
            Ok(waiting(shared))
        }),
    },
    Action {
        name: "disturbances",
        doc: "List waiting disturbances, with their numbers and remaining counts",
        arguments: &[],
        only_reads: true,
        run: ActionRun::Sandbox(|shared, _| Ok(waiting(shared))),
    },
    Action {
        name: "clock",
        doc: "Show, move or stop the clock of the warehouse",
        arguments: &[Argument::place(
            "change",
            Text,
            "+1d, +30m, -2h (on a command line: -- -2h); 2026-12-31T08:00:00 to stop it there; run; real [default: only show it]",
        )
        .optional()],
        only_reads: false,
        run: ActionRun::Sandbox(|shared, given| {
            if let Some(change) = given.text("change") {
                let change: ClockChange =
                    change.parse().map_err(|error: ClockError| WorkError::Argument(error.to_string()))?;
                shared.warehouse.store.clock.change(&change);
            }
            Ok(shared.warehouse.store.clock.to_json())
        }),
    },
    Action {
        name: "now",
        doc: "The time of the warehouse",
        arguments: &[],
        only_reads: true,
        run: ActionRun::Sandbox(|shared, _| Ok(shared.warehouse.store.clock.to_json())),
    },
    Action {
        name: "snapshot",
        doc: "Save the state of the warehouse under a name",
        arguments: &[SNAPSHOT],
        only_reads: false,
        run: ActionRun::Sandbox(|shared, given| {
            shared.snapshots.take(&shared.warehouse.store, given.needed("name"))
        }),
    },
    Action {
        name: "snapshots",
        doc: "List the saved states",
        arguments: &[],
        only_reads: true,
        run: ActionRun::Sandbox(|shared, _| Ok(shared.snapshots.list())),
    },
    Action {
        name: "restore",
        doc: "Restore a snapshot",
        arguments: &[SNAPSHOT],
        only_reads: false,
        run: ActionRun::Sandbox(|shared, given| {
            shared.snapshots.restore(&shared.warehouse.store, given.needed("name"))
        }),
    },
    Action {
        name: "reset",
        doc: "Restore the state at the start, and remove all disturbances",
        arguments: &[],
        only_reads: false,
        run: ActionRun::Sandbox(|shared, _| {
            shared.reset()?;
            Ok(json!({}))
        }),
    },
    Action {
        name: "about",
        doc: "Show the address of the sandbox, and what a call needs",
        arguments: &[],
        only_reads: true,
        run: ActionRun::Sandbox(|shared, _| Ok(shared.about())),
    },
];

/// The waiting disturbances.
fn waiting(shared: &Shared) -> Value {
    let queue = locked(&shared.disturbances);
    queue.waiting().iter().map(|waiting| parse::explained(waiting.id, &waiting.disturbance)).collect()
}

//! An action: described once and carried out for all callers.

use serde_json::{Value, json};

use super::several::{self, ItemResult};
use crate::sandbox::argument::ArgumentKind::Flag;
use crate::sandbox::argument::{Argument, Arguments};
use crate::sandbox::db::desk::Desk;
use crate::sandbox::find;
use crate::sandbox::shared::Shared;
use crate::sandbox::work_error::WorkError;

/// The snapshot that the page uses to undo work.
const UNDO: &str = "undo";

pub(crate) const ALL: Argument =
    Argument::flag("all", Flag, "Everything on which the action is possible now");

/// An action outside of the SOAP service: staff work, disturbances, and queries of the state. The same over HTTP,
/// `POST /admin/<name>`, from the command, `ongoing sandbox <name>`, and from Rust,
/// [`Sandbox::act`](crate::sandbox::Sandbox::act).
#[derive(Debug)]
#[non_exhaustive]
pub struct Action {
    /// Its name.
    pub name: &'static str,
    /// What it does, in one line.
    pub doc: &'static str,
    /// What it takes.
    pub arguments: &'static [Argument],
    /// Whether it only reads; then it also works with `GET`, without arguments.
    pub only_reads: bool,
    pub(crate) run: ActionRun,
}

#[derive(Debug)]
pub(crate) enum ActionRun {
    /// Work on the floor, in a transaction.
    Floor(fn(&Desk<'_>, &Arguments) -> Result<Value, WorkError>),
    /// Anything else.
    Sandbox(fn(&Shared, &Arguments) -> Result<Value, WorkError>),
}

/// The result of an action.
pub(crate) enum Done {
    One(Value),
    /// Of several things: each by itself.
    Several(Vec<ItemResult>),
}

impl Action {
    /// Returns whether it is a subcommand of `ongoing sandbox`. The other actions are for programs and the page;
    /// `ongoing sandbox log`, `show` and `state` show their results.
    pub fn is_command(&self) -> bool {
        !matches!(self.name, "log" | "state" | "exchanges" | "exchange" | "about" | "actions" | "now")
    }

    /// Runs the action. Changes are recorded as exchanges.
    pub(crate) fn run(&self, shared: &Shared, body: &Value, caller: &str) -> Result<Value, WorkError> {
        Ok(match self.attempt(shared, body, caller)? {
            Done::One(value) => value,
            Done::Several(attempts) => several::shown(attempts),
        })
    }

    /// As [`run`](Self::run), with the result for each of several things.
    pub(crate) fn attempt(&self, shared: &Shared, body: &Value, caller: &str) -> Result<Done, WorkError> {
        let given = Arguments::read(self.name, self.arguments, body).map_err(WorkError::Argument)?;
        // The page takes one before each action; these are not reported.
        let is_page_s_own = self.name == "snapshot" && given.text("name") == Some(UNDO);
        if self.only_reads || is_page_s_own {
            return self.carry_out(shared, &given).map(Done::One);
        }
        match several::asked(self.name, self.arguments, &given, shared)? {
            Some(keys) => {
                let attempts =
                    several::each(self.arguments, keys, body, |body| self.run(shared, body, caller));
                Ok(Done::Several(attempts))
            }
            None => shared.remember(self.name, body, caller, || {
                let result = self.carry_out(shared, &given)?;
                Ok((Done::One(result.clone()), result))
            }),
        }
    }

    fn carry_out(&self, shared: &Shared, given: &Arguments) -> Result<Value, WorkError> {
        match self.run {
            ActionRun::Sandbox(run) => run(shared, given),
            ActionRun::Floor(run) => {
                let work = |desk: &Desk<'_>| {
                    if let Some(code) = given.text("goodsOwner") {
                        find::serve(desk, code)?;
                    }
                    run(desk, given)
                };
                match self.only_reads {
                    true => shared.warehouse.store.read(work),
                    false => shared.warehouse.transaction(work),
                }
            }
        }
    }

    /// Does work on the floor in an open transaction, for the goods owner that it serves.
    pub(crate) fn do_at(&self, desk: &Desk<'_>, body: &Value) -> Result<Value, WorkError> {
        let given = Arguments::read(self.name, self.arguments, body).map_err(WorkError::Argument)?;
        match self.run {
            ActionRun::Floor(run) => run(desk, &given),
            ActionRun::Sandbox(_) => {
                Err(WorkError::Argument(format!("{} is not work on the floor", self.name)))
            }
        }
    }

    /// Whether it has an argument of this name.
    pub(crate) fn takes(&self, name: &str) -> bool {
        self.arguments.iter().any(|argument| argument.name == name)
    }

    /// Whether it is the list form of another argument.
    pub fn is_list_of_several(&self, argument: &Argument) -> bool {
        self.arguments.iter().any(|other| other.several == Some(argument.name))
    }

    /// The kind of things that the action works on, and the argument that names one.
    fn works_on(&self) -> Option<(&'static str, &'static str)> {
        let tables = [
            ("inOrder", "in-orders"),
            ("order", "orders"),
            ("orders", "orders"),
            ("returnOrder", "return-orders"),
            ("article", "articles"),
            ("productionOrder", "production-orders"),
            ("goodsOperationOrder", "goods-operation-orders"),
            ("transfer", "transfers"),
        ];
        let first = self.arguments.first().filter(|_| !self.only_reads && self.name != "transfer")?;
        tables.iter().find(|(argument, _)| *argument == first.name).copied()
    }

    /// The action and its arguments, for HTTP clients.
    pub(crate) fn describe(&self) -> Value {
        let on = self.works_on();
        // The page handles several things itself, one by one.
        let is_own = |argument: &&Argument| argument.name != ALL.name && !self.is_list_of_several(argument);
        let arguments: Vec<Value> = self
            .arguments
            .iter()
            .filter(is_own)
            .map(|argument| {
                let choices = argument.choices.iter();
                json!({
                    "name": argument.name,
                    "doc": argument.doc,
                    "kind": argument.kind.name(),
                    "required": argument.required,
                    "several": argument.several,
                    "rowKey": on.is_some_and(|(key, _)| key == argument.name),
                    "choices": choices
                        .map(|choice| json!({ "name": choice.name, "doc": choice.doc }))
                        .collect::<Vec<_>>(),
                })
            })
            .collect();
        json!({
            "name": self.name,
            "doc": self.doc,
            "onlyReads": self.only_reads,
            "table": on.map(|(_, table)| table),
            "arguments": arguments,
        })
    }
}

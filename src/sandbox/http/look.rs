//! Queries for the sandbox's page: `GET /admin/<name>?argument=value`. They are not actions, since the command has its
//! own ways to show these things.

use serde_json::Value;

use super::describe;
use crate::sandbox::argument::ArgumentKind::{Text, Whole};
use crate::sandbox::argument::{Argument, Arguments};
use crate::sandbox::db::desk::Desk;
use crate::sandbox::find;
use crate::sandbox::shared::Shared;
use crate::sandbox::state::{row, tables};
use crate::sandbox::work_error::WorkError;

/// A query.
pub(crate) struct Look {
    pub name: &'static str,
    pub arguments: &'static [Argument],
    run: fn(&Shared, &Arguments) -> Result<Value, WorkError>,
}

const TABLE: Argument = Argument::place("table", Text, "Name of the table");
const GOODS_OWNER: Argument = Argument::flag("goodsOwner", Text, "Code of the only goods owner to show");

static LOOKS: &[Look] = &[
    Look {
        name: "row",
        arguments: &[TABLE, Argument::place("id", Whole, "Id of the row"), GOODS_OWNER],
        run: |shared, given| {
            let table = tables::find(given.needed("table"))?;
            let id = i32::try_from(given.whole("id").unwrap_or_default());
            let id = id.map_err(|_| WorkError::Argument("\"id\" is too large".to_owned()))?;
            read(shared, given, |desk| row::read(desk, table, id))
        },
    },
    Look { name: "operations", arguments: &[], run: |_, _| Ok(describe::operations()) },
    Look {
        name: "operation",
        arguments: &[Argument::place("name", Text, "Name of the operation")],
        run: |_, given| {
            let name = given.needed("name");
            describe::operation(name)
                .ok_or_else(|| WorkError::Absent(format!("operation \"{name}\" not found")))
        },
    },
];

impl Look {
    pub fn find(name: &str) -> Option<&'static Look> {
        LOOKS.iter().find(|look| look.name == name)
    }

    pub fn run(&self, shared: &Shared, body: &Value) -> Result<Value, WorkError> {
        let given = Arguments::read(self.name, self.arguments, body).map_err(WorkError::Argument)?;
        (self.run)(shared, &given)
    }
}

/// Reads the warehouse, for the named goods owner or for all.
fn read(
    shared: &Shared,
    given: &Arguments,
    look: impl FnOnce(&Desk<'_>) -> Result<Value, WorkError>,
) -> Result<Value, WorkError> {
    shared.warehouse.store.read(|desk| {
        if let Some(code) = given.text("goodsOwner") {
            find::serve(desk, code)?;
        }
        look(desk)
    })
}

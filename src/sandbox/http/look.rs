//! Looks at the sandbox for its page: `GET /admin/<name>?argument=value`. They are no actions: the command has its own ways
//! to show these things.

use serde_json::Value;

use super::describe;
use crate::sandbox::actions::action_error::ActionError;
use crate::sandbox::argument::ArgumentKind::{Text, Whole};
use crate::sandbox::argument::{Argument, Given};
use crate::sandbox::db::desk::Desk;
use crate::sandbox::find;
use crate::sandbox::shared::Shared;
use crate::sandbox::state::table::Wanted;
use crate::sandbox::state::{row, tables};
use crate::sandbox::work_error::WorkError;

/// The most rows of a table that are given at once.
const MOST_ROWS: u64 = 2000;

/// Something to look at.
pub(crate) struct Look {
    pub name: &'static str,
    pub arguments: &'static [Argument],
    run: fn(&Shared, &Given) -> Result<Value, ActionError>,
}

const TABLE: Argument = Argument::place("table", Text, "Name of the table");
const GOODS_OWNER: Argument = Argument::flag("goodsOwner", Text, "Code of the only goods owner to show");

static LOOKS: &[Look] = &[
    Look { name: "tables", arguments: &[GOODS_OWNER], run: |shared, given| read(shared, given, tables::all) },
    Look {
        name: "table",
        arguments: &[
            TABLE,
            Argument::flag("key", Text, "What a row is called"),
            Argument::flag("search", Text, "Text that stands anywhere in a row"),
            Argument::flag("status", Text, "Status, or the first and the last of some: 300-399"),
            Argument::flag("offset", Whole, "How many rows to pass over [default: 0]"),
            Argument::flag("limit", Whole, "How many rows, up to 2000 [default: 50]"),
            GOODS_OWNER,
        ],
        run: page_of_table,
    },
    Look {
        name: "row",
        arguments: &[TABLE, Argument::place("id", Whole, "Id of the row"), GOODS_OWNER],
        run: |shared, given| {
            let table = tables::find(given.needed("table"))?;
            let id = i32::try_from(given.whole("id").unwrap_or_default());
            let id = id.map_err(|_| ActionError::Arguments("id is too large".to_owned()))?;
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
                .ok_or_else(|| ActionError::Absent(format!("there is no operation \"{name}\"")))
        },
    },
];

impl Look {
    pub fn find(name: &str) -> Option<&'static Look> {
        LOOKS.iter().find(|look| look.name == name)
    }

    pub fn run(&self, shared: &Shared, body: &Value) -> Result<Value, ActionError> {
        let given = Given::read(self.name, self.arguments, body).map_err(ActionError::Arguments)?;
        (self.run)(shared, &given)
    }
}

/// Looks at the warehouse, for the goods owner that was named or for all.
fn read(
    shared: &Shared,
    given: &Given,
    look: impl FnOnce(&Desk<'_>) -> Result<Value, WorkError>,
) -> Result<Value, ActionError> {
    let seen = shared.warehouse.store.read(|desk| {
        if let Some(code) = given.text("goodsOwner") {
            find::serve(desk, code)?;
        }
        look(desk)
    });
    Ok(seen?)
}

fn page_of_table(shared: &Shared, given: &Given) -> Result<Value, ActionError> {
    let table = tables::find(given.needed("table"))?;
    let wanted = Wanted {
        id: None,
        key: given.text("key"),
        search: given.text("search"),
        status: given.text("status").map(range).transpose().map_err(ActionError::Arguments)?,
        offset: given.whole("offset").unwrap_or_default().min(i32::MAX as u64),
        limit: given.whole("limit").unwrap_or(50).min(MOST_ROWS),
    };
    read(shared, given, |desk| table.page(desk, &wanted))
}

/// `300`, or `300-399`.
fn range(text: &str) -> Result<(i32, i32), String> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    match (from.trim().parse(), to.trim().parse()) {
        (Ok(from), Ok(to)) => Ok((from, to)),
        _ => Err(format!("\"{text}\" is neither a status nor a range of them, such as 300-399")),
    }
}

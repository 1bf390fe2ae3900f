//! `--query` and `--output table`: which part of an answer is shown, and how. Both work on its JSON form.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _};
use std::sync::Arc;

use clap::ValueEnum;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use jmespath::ast::{Ast, KeyValuePair};
use jmespath::functions::{ArgumentType, CustomFunction, Signature};
use jmespath::{Context, Rcvar, Runtime, Variable};
use ongoing_wms::text::counted;
use serde_json::{Map, Number, Value};

use super::exit::Exit;
use super::failure::{Failure, note};
use super::page::{print, print_json};
use super::terminal::one_line;

/// Format of rows on standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RowOutputFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// The JSON form as a table
    Table,
}

/// The flags of a command that shows rows.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Args {
    /// Format of the answer [default: text; json with --query]
    #[arg(long, short, value_enum)]
    output: Option<RowOutputFormat>,
    #[command(flatten)]
    query: QueryArgs,
}

/// The flag of a command that gives JSON.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct QueryArgs {
    /// Show only the result of this JMESPath expression on the JSON form, such as "[].name"
    #[arg(long, value_name = "EXPRESSION", value_parser = Query::parse)]
    query: Option<Query>,
}

impl Args {
    /// Whether text for people is requested, which is not handled here.
    pub fn is_text(&self) -> bool {
        match self.output {
            None => self.query.query.is_none(),
            Some(output) => output == RowOutputFormat::Text,
        }
    }

    /// Whether a table without a query is requested.
    pub fn is_table(&self) -> bool {
        self.output == Some(RowOutputFormat::Table) && self.query.query.is_none()
    }

    /// Whether the JSON form is printed unchanged.
    pub fn is_plain_json(&self) -> bool {
        self.output == Some(RowOutputFormat::Json) && self.query.query.is_none()
    }

    /// Refuses a query on the text for people.
    pub fn check(&self) -> Result<(), Failure> {
        if self.output == Some(RowOutputFormat::Text) && self.query.query.is_some() {
            return Err(Failure::new(Exit::Usage, "--query works on the JSON form, not on the text")
                .hint("leave out --output, or use --output json or --output table"));
        }
        Ok(())
    }

    /// Prints the JSON form in the requested format.
    pub fn print(&self, value: &Value) -> anyhow::Result<()> {
        self.query.print(value, self.output == Some(RowOutputFormat::Table))
    }
}

impl QueryArgs {
    pub fn is_some(&self) -> bool {
        self.query.is_some()
    }

    /// Prints the result of the query on a value, as a table or as JSON.
    pub fn print(&self, value: &Value, as_table: bool) -> anyhow::Result<()> {
        let picked = self.query.as_ref().map(|query| query.of(value)).transpose()?;
        let value = picked.as_ref().unwrap_or(value);
        if as_table { print_table(value) } else { print_json(value) }
    }
}

// ---- the query ---------------------------------------------------------------------------------------------------

/// Maximum number of operators in a JMESPath expression: its parser calls itself for each level of nesting.
const MOST_OPERATORS: usize = 200;

/// A JMESPath expression.
#[derive(Debug, Clone)]
pub struct Query {
    text: String,
    tree: Ast,
}

impl Query {
    fn parse(text: &str) -> Result<Query, String> {
        if text.matches(['!', '(', '[', '{', '&', '.', '|']).count() > MOST_OPERATORS {
            return Err(format!("more than {MOST_OPERATORS} operators"));
        }
        let mut tree = jmespath::parse(text).map_err(|error| first_line(&error))?;
        with_numbers(&mut tree);
        Ok(Query { text: text.to_owned(), tree })
    }

    fn of(&self, value: &Value) -> Result<Value, Failure> {
        let runtime = runtime();
        let mut context = Context::new(&self.text, &runtime);
        let found = jmespath::interpret(&Arc::new(variable(value)), &self.tree, &mut context);
        found.map(|found| json(&found)).map_err(|error| {
            Failure::new(Exit::Usage, format!("--query {}: {}", self.text, first_line(&error))).hint(
                "decimal numbers and times are texts in the JSON form; to_number(@) makes a number of one",
            )
        })
    }
}

/// The following lines show the expression.
fn first_line(error: &jmespath::JmespathError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

fn runtime() -> Runtime {
    let mut runtime = Runtime::new();
    runtime.register_builtin_functions();
    // The crate's own function reads texts like literals; see `with_numbers`.
    let to_number = |arguments: &[Rcvar], _: &mut Context<'_>| {
        let number = match arguments.first().map(|argument| &**argument) {
            Some(Variable::Number(number)) => Some(number.clone()),
            Some(Variable::String(text)) => serde_json::from_str::<Number>(text).ok(),
            _ => None,
        };
        Ok(Arc::new(number.map_or(Variable::Null, Variable::Number)))
    };
    let signature = Signature::new(vec![ArgumentType::Any], None);
    runtime.register_function("to_number", Box::new(CustomFunction::new(signature, Box::new(to_number))));
    runtime
}

/// The member in which serde_json passes numbers of any length. The crate treats it as an object.
const NUMBER: &str = "$serde_json::private::Number";

/// Converts the crate's representation of numbers in literals back to numbers.
fn with_numbers(tree: &mut Ast) {
    match tree {
        Ast::Literal { value, .. } => *value = Arc::new(number_again(value)),
        Ast::Comparison { lhs, rhs, .. }
        | Ast::Projection { lhs, rhs, .. }
        | Ast::And { lhs, rhs, .. }
        | Ast::Or { lhs, rhs, .. }
        | Ast::Subexpr { lhs, rhs, .. } => [lhs, rhs].into_iter().for_each(|side| with_numbers(side)),
        Ast::Condition { predicate, then, .. } => {
            [predicate, then].into_iter().for_each(|side| with_numbers(side))
        }
        Ast::Expref { ast: node, .. }
        | Ast::Flatten { node, .. }
        | Ast::Not { node, .. }
        | Ast::ObjectValues { node, .. } => with_numbers(node),
        Ast::Function { args: nodes, .. } | Ast::MultiList { elements: nodes, .. } => {
            nodes.iter_mut().for_each(with_numbers);
        }
        Ast::MultiHash { elements, .. } => {
            elements.iter_mut().for_each(|KeyValuePair { value, .. }| with_numbers(value));
        }
        Ast::Identity { .. } | Ast::Field { .. } | Ast::Index { .. } | Ast::Slice { .. } => {}
    }
}

fn number_again(value: &Variable) -> Variable {
    match value {
        Variable::Object(members) => {
            let number = members.get(NUMBER).filter(|_| members.len() == 1).and_then(|text| match &**text {
                Variable::String(text) => serde_json::from_str(text).ok(),
                _ => None,
            });
            match number {
                Some(number) => Variable::Number(number),
                None => Variable::Object(
                    members
                        .iter()
                        .map(|(name, value)| (name.clone(), Arc::new(number_again(value))))
                        .collect(),
                ),
            }
        }
        Variable::Array(items) => {
            Variable::Array(items.iter().map(|item| Arc::new(number_again(item))).collect())
        }
        other => other.clone(),
    }
}

fn variable(value: &Value) -> Variable {
    match value {
        Value::Null => Variable::Null,
        Value::Bool(truth) => Variable::Bool(*truth),
        Value::Number(number) => Variable::Number(number.clone()),
        Value::String(text) => Variable::String(text.clone()),
        Value::Array(items) => Variable::Array(items.iter().map(|item| Arc::new(variable(item))).collect()),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| (name.clone(), Arc::new(variable(value))));
            Variable::Object(members.collect::<BTreeMap<_, _>>())
        }
    }
}

fn json(value: &Variable) -> Value {
    match value {
        Variable::Null | Variable::Expref(_) => Value::Null,
        Variable::Bool(truth) => Value::Bool(*truth),
        Variable::Number(number) => Value::Number(number.clone()),
        Variable::String(text) => Value::String(text.clone()),
        Variable::Array(items) => items.iter().map(|item| json(item)).collect(),
        Variable::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), json(value))).collect())
        }
    }
}

// ---- the table ---------------------------------------------------------------------------------------------------

/// Maximum depth of members that get their own column.
const DEEPEST: usize = 4;

fn print_table(value: &Value) -> anyhow::Result<()> {
    let rows = rows(value);
    if rows.is_empty() {
        note("no rows");
        return Ok(());
    }
    print(&table(&rows, width()))
}

/// Width of the terminal; `None` in a pipe, where a row is one line.
fn width() -> Option<u16> {
    let size = io::stdout().is_terminal().then(terminal_size::terminal_size).flatten();
    size.map(|(width, _)| width.0.max(40))
}

/// The rows of a table for a value: the items of a list, or of the only list in an object.
fn rows(value: &Value) -> Vec<Map<String, Value>> {
    match value {
        Value::Array(items) => items.iter().map(row).collect(),
        Value::Object(members) => {
            let mut lists = members.values().filter(|value| is_list_of_objects(value));
            match (lists.next(), lists.next()) {
                (Some(list), None) => rows(list),
                _ => vec![row(value)],
            }
        }
        Value::Null => Vec::new(),
        single => vec![row(single)],
    }
}

fn is_list_of_objects(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.first().is_some_and(Value::is_object))
}

/// The cells of a row, by the path of their member.
fn row(value: &Value) -> Map<String, Value> {
    let mut cells = Map::new();
    fill(&mut cells, "", value, 0);
    cells
}

fn fill(cells: &mut Map<String, Value>, path: &str, value: &Value, depth: usize) {
    match value {
        Value::Object(members) if depth < DEEPEST => {
            for (name, value) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                fill(cells, &path, value, depth + 1);
            }
        }
        value => drop(cells.insert(if path.is_empty() { "value" } else { path }.to_owned(), value.clone())),
    }
}

fn table(rows: &[Map<String, Value>], width: Option<u16>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in rows.iter().flat_map(Map::keys) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    // A column that is empty in all rows is left out.
    names.retain(|name| rows.iter().any(|row| row.get(*name).is_some_and(|value| !value.is_null())));
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_header(names.iter().map(|name| one_line(name)));
    match width {
        Some(width) => table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width),
        None => table.set_content_arrangement(ContentArrangement::Disabled),
    };
    for row in rows {
        table.add_row(names.iter().map(|name| row.get(*name).map_or(String::new(), cell)));
    }
    for (index, name) in names.iter().enumerate() {
        let is_number =
            |row: &Map<String, Value>| row.get(*name).is_none_or(|v| v.is_number() || v.is_null());
        if rows.iter().all(is_number)
            && let Some(column) = table.column_mut(index)
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!("{table}\n")
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => one_line(text).into_owned(),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            items.iter().map(cell).collect::<Vec<_>>().join(", ")
        }
        Value::Array(items) => format!("[{}]", counted(items.len() as u64, "item")),
        other => one_line(&other.to_string()).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn query(text: &str, value: &Value) -> Value {
        Query::parse(text).unwrap().of(value).unwrap()
    }

    #[test]
    fn numbers_in_a_query_are_numbers() {
        let orders = json!([{ "n": 1, "q": "2.50", "s": 450 }, { "n": 2, "q": "0.5", "s": 200 }]);
        assert_eq!(query("[?s > `400`].n", &orders), json!([1]));
        assert_eq!(query("[?to_number(q) < `1`].n", &orders), json!([2]));
        assert_eq!(
            query("[?contains(`[450, 500]`, s)].{number: n, all: `{\"a\": [1]}`}", &orders),
            json!([{ "number": 1, "all": { "a": [1] } }])
        );
        assert_eq!(query("sort_by(@, &s)[-1].n", &orders), json!(1));
        assert_eq!(query("max([].to_number(q))", &orders).as_f64(), Some(2.5));
    }

    #[test]
    fn long_numbers_and_texts_stay_as_they_are() {
        let value = json!({ "id": 9_007_199_254_740_993_u64, "text": "0012", "none": null });
        assert_eq!(query("@", &value), value);
        assert_eq!(query("id", &value).to_string(), "9007199254740993");
    }

    #[test]
    fn what_is_wrong_with_a_query_is_told() {
        assert!(Query::parse("[?a ==").unwrap_err().contains("Parse error"));
        let error = Query::parse("sum(a)").unwrap().of(&json!({ "a": "1" })).unwrap_err();
        assert!(error.to_string().contains("--query sum(a): "), "{error}");
    }

    #[test]
    fn a_table_has_a_column_for_each_member() {
        let answer = json!({ "Orders": [
            { "OrderInfo": { "OrderId": 7, "Remark": "a\u{1b}b" }, "Lines": [{}, {}], "Tags": ["x", "y"] },
            { "OrderInfo": { "OrderId": 1234, "Remark": null }, "Lines": [], "Empty": null },
        ] });
        let shown = table(&rows(&answer), None);
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(
            lines,
            [
                "| OrderInfo.OrderId | OrderInfo.Remark | Lines     | Tags |",
                "|-------------------|------------------|-----------|------|",
                "|                 7 | a\\u001bb         | [2 items] | x, y |",
                "|              1234 |                  |           |      |",
            ]
        );
        assert_eq!(table(&rows(&json!(["a", "b"])), None).lines().nth(2), Some("| a     |"));
        assert!(rows(&json!([])).is_empty() && rows(&json!(null)).is_empty());
    }

    #[test]
    fn a_table_fits_its_terminal() {
        let long = json!([{ "a": "word ".repeat(40), "b": "å".repeat(30) }]);
        assert!(table(&rows(&long), Some(60)).lines().all(|line| line.chars().count() <= 60));
    }
}

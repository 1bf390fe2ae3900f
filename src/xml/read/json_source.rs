//! A place in a JSON value, which a reader of the JSON form walks through.

use std::borrow::Cow;
use std::cell::RefCell;

use crate::xml::expected::MemberOrders;
use crate::xml::json_ref::{JsonItems, JsonMembers, JsonRef, JsonView};
use crate::xml::{Json, split_name};

struct Frame<'a> {
    members: JsonMembers<'a>,
    /// Members that were read as attributes.
    taken: Vec<&'static str>,
    /// Where [`MEMBER_ORDERS`] has the type of the object, once it is known.
    order: Option<usize>,
}

thread_local! {
    static MEMBER_ORDERS: RefCell<MemberOrders> = const { RefCell::new(MemberOrders::new()) };
}

/// A place in a JSON value.
pub(super) struct JsonSource<'a> {
    frames: Vec<Frame<'a>>,
    current: JsonRef<'a>,
    key: &'a str,
    taken: Vec<&'static str>,
}

impl<'a> JsonSource<'a> {
    pub fn new(value: JsonRef<'a>) -> Self {
        JsonSource { frames: Vec::new(), current: value, key: "", taken: Vec::new() }
    }

    /// Name of the current member.
    pub fn key(&self) -> &str {
        self.key
    }

    pub fn stand_on(&mut self, value: JsonRef<'a>) {
        self.current = value;
    }

    /// A member of the current object, and the object.
    pub fn aside(&self, name: &str) -> Option<(JsonRef<'a>, JsonRef<'a>)> {
        Some((self.current.member(name)?, self.current))
    }

    /// Skips a member of the object that is entered next, since it has been read.
    pub fn take(&mut self, name: &'static str) {
        self.taken.push(name);
    }

    pub fn is_null(&self) -> bool {
        self.current.is_null()
    }

    pub fn enter(&mut self) -> Result<(), String> {
        let JsonView::Object(members) = self.current.view() else {
            return Err(format!("expected an object, found {}", self.current.kind()));
        };
        self.frames.push(Frame { members, taken: std::mem::take(&mut self.taken), order: None });
        Ok(())
    }

    pub fn leave(&mut self) {
        self.frames.pop();
    }

    /// The next member: `None` at the end, `Some(None)` if `names` does not list it.
    pub fn step(&mut self, names: &[&'static str], expected: usize) -> Option<Option<usize>> {
        let frame = self.frames.last_mut()?;
        let (key, value) = frame.members.find(|(key, _)| !frame.taken.contains(key))?;
        (self.key, self.current) = (key, value);
        Some(MEMBER_ORDERS.with_borrow_mut(|orders| {
            let order = *frame.order.get_or_insert_with(|| orders.of(names));
            orders.find(order, names, expected, |name| split_name(name).1 == key)
        }))
    }

    /// A member of the current object that is an attribute.
    pub fn attribute(&mut self, name: &'static str) -> Result<Option<Cow<'a, str>>, String> {
        // A value that is not an object is refused by `enter`.
        let Some(value) = self.current.member(name) else { return Ok(None) };
        self.taken.push(name);
        scalar(value).map(Some)
    }

    /// The texts of `@any`, if it is the current member.
    pub fn any(&self) -> Option<Vec<Result<&'a str, String>>> {
        let JsonView::List(values) = self.current.view() else { return None };
        (self.key == "@any").then(|| {
            values
                .map(|value| value.as_text().ok_or_else(|| "expected a list of XML texts".to_owned()))
                .collect()
        })
    }

    pub fn list(&self) -> Result<JsonItems<'a>, String> {
        match self.current.view() {
            JsonView::List(values) => Ok(values),
            _ => Err(format!("expected a list, found {}", self.current.kind())),
        }
    }

    /// The text of a single value, for a type that the JSON form shows as `shown`.
    pub fn text(&self, shown: Json) -> Result<Cow<'a, str>, String> {
        text_of(self.current, shown)
    }
}

/// The text of a single value, for a type that the JSON form shows as `shown`.
///
/// # Errors
/// What is wrong, as text.
pub(crate) fn text_of<'v>(value: impl Into<JsonRef<'v>>, shown: Json) -> Result<Cow<'v, str>, String> {
    let value = value.into();
    match (value.view(), shown) {
        (JsonView::Text(text), _) => Ok(Cow::Borrowed(text)),
        (JsonView::Number(number), Json::Decimal) => plain(number),
        (JsonView::Number(number), Json::Number) => Ok(number),
        (JsonView::Bool(truth), Json::Bool) => Ok(Cow::Borrowed(if truth { "true" } else { "false" })),
        (JsonView::Number(number), Json::String) => {
            Err(format!("expected text, found the number {number}; write it in quotes"))
        }
        _ => Err(format!("expected a single value, found {}", value.kind())),
    }
}

fn scalar(value: JsonRef<'_>) -> Result<Cow<'_, str>, String> {
    match value.view() {
        JsonView::Text(text) => Ok(Cow::Borrowed(text)),
        JsonView::Number(number) => Ok(number),
        JsonView::Bool(truth) => Ok(Cow::Borrowed(if truth { "true" } else { "false" })),
        _ => Err(format!("expected a single value, found {}", value.kind())),
    }
}

/// A JSON number in plain notation: XML has no exponents.
fn plain(number: Cow<'_, str>) -> Result<Cow<'_, str>, String> {
    if !number.contains(['e', 'E']) {
        return Ok(number);
    }
    match rust_decimal::Decimal::from_scientific(&number) {
        Ok(value) => Ok(Cow::Owned(value.to_string())),
        Err(_) => Err(format!("{number} has more digits than a decimal holds")),
    }
}

//! Which members a skeleton has, and what is filled in, whatever the form.

use ongoing_wms::operation::{MemberInfo, OperationInfo, TypeInfo};
use serde_json::{Value, json};

use super::PLACEHOLDER;
use crate::cli::describe::is_list;
use crate::cli::names::find_type;

/// How much a skeleton holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What most calls need.
    Usual,
    /// Everything, each type once on the way down.
    All,
}

/// For which form the skeleton is: XML must have all that the schema requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Json,
    Xml,
}

/// A member with its content.
pub struct Member {
    pub name: &'static str,
    pub attribute: bool,
    pub node: Node,
}

/// What stands in a member.
pub enum Node {
    Plain(Content),
    Struct(Vec<Member>),
    /// One item, and the name of its element where the list has a wrapper.
    List(Box<Node>, &'static str),
}

/// A plain value in both forms, and what else could stand there.
pub struct Content {
    pub text: String,
    pub json: Value,
    pub others: Vec<&'static str>,
}

/// Members about the goods owner: the settings fill them in wherever they stand.
const GOODS_OWNER: [&str; 2] = ["GoodsOwnerCode", "GoodsOwnerId"];

/// The members of an operation's input.
pub fn members(operation: &OperationInfo, extent: Extent, form: Form) -> Vec<Member> {
    let mut builder = Builder { extent, form, above: Vec::new() };
    // An operation's own members are few, and each says what the call is about.
    operation.own_members().filter_map(|member| builder.member(member, None)).collect()
}

struct Builder {
    extent: Extent,
    form: Form,
    /// Types on the way from the top: a type is not repeated inside itself.
    above: Vec<&'static str>,
}

impl Builder {
    fn member(&mut self, member: &'static MemberInfo, chosen: Option<&'static str>) -> Option<Member> {
        let inner = match find_type(member.ty) {
            Some(ty) if ty.values.is_empty() => self.structure(ty)?,
            Some(ty) => enumeration(ty, chosen),
            None => plain(member),
        };
        let node = if is_list(member) { Node::List(Box::new(inner), member.item) } else { inner };
        Some(Member { name: member.name, attribute: member.attribute, node })
    }

    fn structure(&mut self, ty: &'static TypeInfo) -> Option<Node> {
        if self.above.contains(&ty.name) {
            return None;
        }
        self.above.push(ty.name);
        let identified = identified_by(ty);
        let plan = plan(ty);
        let members = ty.members.iter();
        let wanted = members.filter(|member| self.wants(member, plan, &identified));
        let wanted: Vec<_> = wanted.collect();
        let made = wanted.into_iter().filter_map(|member| {
            let chosen = identified.iter().find(|(by, _)| *by == member.name).map(|(_, field)| *field);
            self.member(member, chosen)
        });
        let made = made.collect();
        self.above.pop();
        Some(Node::Struct(made))
    }

    fn wants(&self, member: &MemberInfo, plan: Plan, identified: &[(&str, &str)]) -> bool {
        let schema_requires = member.min > 0 && !is_list(member) && !member.attribute;
        if self.extent == Extent::All || member.required || (self.form == Form::Xml && schema_requires) {
            return true;
        }
        if identified.iter().any(|(_, field)| *field == member.name) {
            return true;
        }
        let ty = find_type(member.ty).filter(|ty| ty.values.is_empty());
        match plan {
            Plan::Required => false,
            Plan::Children => {
                ty.is_some_and(|ty| plan_of_own(ty) == Plan::Required && !names_goods_owner(ty))
            }
            Plan::Plain => ty.is_none() && !GOODS_OWNER.contains(&member.name),
        }
    }
}

/// Which members of a type most calls need, besides the required ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plan {
    /// None: the type has members that must be given, and they say enough.
    Required,
    /// It only holds others together: those that have members which must be given.
    Children,
    /// It is a filter, nothing in it must be given: all plain members, to choose from.
    Plain,
}

fn plan(ty: &TypeInfo) -> Plan {
    let own = plan_of_own(ty);
    let child_needs = |member: &MemberInfo| {
        find_type(member.ty).is_some_and(|ty| plan_of_own(ty) == Plan::Required && !names_goods_owner(ty))
    };
    if own == Plan::Plain && ty.members.iter().any(child_needs) { Plan::Children } else { own }
}

fn plan_of_own(ty: &TypeInfo) -> Plan {
    if ty.members.iter().any(|member| member.required) { Plan::Required } else { Plan::Plain }
}

fn names_goods_owner(ty: &TypeInfo) -> bool {
    ty.members.iter().any(|member| GOODS_OWNER.contains(&member.name))
}

/// Pairs of an enumeration that says by which member the thing is found, and that member: a text rather than the
/// WMS's own number, which nobody knows by heart.
fn identified_by(ty: &TypeInfo) -> Vec<(&'static str, &'static str)> {
    let mut pairs = Vec::new();
    for member in ty.members.iter().filter(|member| member.required) {
        let Some(values) = find_type(member.ty).map(|ty| ty.values).filter(|v| !v.is_empty()) else {
            continue;
        };
        let is_text = |name: &str| ty.members.iter().any(|field| field.name == name && field.ty == "string");
        if let Some((value, _)) = values.iter().find(|(value, _)| is_text(value)) {
            pairs.push((member.name, *value));
        }
    }
    pairs
}

fn enumeration(ty: &'static TypeInfo, chosen: Option<&'static str>) -> Node {
    let names = || ty.values.iter().map(|(value, _)| *value);
    // The one operation that can be sent twice without harm, where there is such a choice.
    let safe = names().find(|value| *value == "CreateOrUpdate");
    let value = chosen.or(safe).or(names().next()).unwrap_or_default();
    let others = names().filter(|other| *other != value).collect();
    Node::Plain(Content { text: value.to_owned(), json: json!(value), others })
}

fn plain(member: &MemberInfo) -> Node {
    let (text, json) = match member.ty {
        // Filled in from the settings where empty.
        "string" if GOODS_OWNER.contains(&member.name) => ("", json!("")),
        "boolean" => ("false", json!(false)),
        "int" | "long" | "short" | "byte" | "unsignedInt" | "unsignedLong" | "unsignedShort"
        | "unsignedByte" | "float" | "double" => ("0", json!(0)),
        "decimal" => ("0", json!("0")),
        "dateTime" => ("2026-01-31T08:00:00", json!("2026-01-31T08:00:00")),
        "base64Binary" => ("", json!("")),
        _ => (PLACEHOLDER, json!(PLACEHOLDER)),
    };
    Node::Plain(Content { text: text.to_owned(), json, others: Vec::new() })
}

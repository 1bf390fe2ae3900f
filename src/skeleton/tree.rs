//! Which members a skeleton has, and what is filled in, for any format.

use serde_json::{Value, json};

use super::PLACEHOLDER;
use crate::operation::{Builtin, MemberInfo, OperationInfo, TypeInfo};

/// Finds a type of the contract by its name.
pub type Find = fn(&str) -> Option<&'static TypeInfo>;

/// How much a skeleton contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What most calls need.
    Usual,
    /// Everything, but each type only once on a path.
    All,
}

/// The format of the skeleton: XML must have everything that the schema requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkeletonFormat {
    Json,
    Xml,
}

/// A member with its content.
pub struct SkeletonMember {
    pub name: &'static str,
    pub attribute: bool,
    pub node: SkeletonNode,
}

/// The content of a member.
pub enum SkeletonNode {
    Plain(SkeletonValue),
    Struct(Vec<SkeletonMember>),
    /// One item, and the name of its element if the list has a wrapper.
    List(Box<SkeletonNode>, &'static str),
}

/// A plain value in both formats, and its possible values.
pub struct SkeletonValue {
    pub text: String,
    pub json: Value,
    pub others: Vec<&'static str>,
    pub absence: Absence,
}

/// What happens to a value that is not filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// It must be filled in, or has a default.
    Kept,
    /// It is left out.
    LeftOut,
    /// The schema requires it, as nil.
    Nil,
}

/// Members about the goods owner, which the settings fill in.
const GOODS_OWNER: [&str; 2] = ["GoodsOwnerCode", "GoodsOwnerId"];

/// Members of an address, which a new consignee needs.
const ADDRESS: [&str; 5] = ["Name", "Address", "PostCode", "City", "CountryCode"];

/// Returns the members of an operation's input. `find` finds the types of its contract.
pub fn members(
    operation: &OperationInfo,
    find: Find,
    extent: Extent,
    form: SkeletonFormat,
) -> Vec<SkeletonMember> {
    let mut builder =
        Builder { types: ContractTypes(find), extent, form, above: Vec::new(), kept: Vec::new() };
    // An operation's own members are few, and each says what the call is about.
    operation
        .own_members()
        .filter_map(|member| {
            builder.kept = vec![member.name];
            builder.member(member, None)
        })
        .collect()
}

struct Builder {
    types: ContractTypes,
    extent: Extent,
    form: SkeletonFormat,
    /// Types on the path from the top: a type is not repeated inside itself.
    above: Vec<&'static str>,
    /// Members to fill in although the contract does not require them.
    kept: Vec<&'static str>,
}

impl Builder {
    fn member(
        &mut self,
        member: &'static MemberInfo,
        chosen: Option<&'static str>,
    ) -> Option<SkeletonMember> {
        let absence = match member {
            member if member.required || self.kept.contains(&member.name) => Absence::Kept,
            member if member.min == 0 || member.is_list() => Absence::LeftOut,
            member if member.nillable => Absence::Nil,
            _ => Absence::Kept,
        };
        let inner = match self.types.find(member.ty) {
            Some(ty) if ty.values.is_empty() => self.structure(ty)?,
            Some(ty) => enumeration(ty, chosen, absence),
            None => plain(member, absence),
        };
        let node = if member.is_list() { SkeletonNode::List(Box::new(inner), member.item) } else { inner };
        Some(SkeletonMember { name: member.name, attribute: member.attribute, node })
    }

    fn structure(&mut self, ty: &'static TypeInfo) -> Option<SkeletonNode> {
        if self.above.contains(&ty.name) {
            return None;
        }
        self.above.push(ty.name);
        let identified = self.types.identified_by(ty);
        let plan = self.types.plan(ty);
        let members = ty.members.iter();
        let mut asked: Vec<&str> = identified.iter().map(|(_, field)| *field).collect();
        asked.extend(address(ty, plan));
        let wanted = members.filter(|member| self.wants(member, plan, &asked));
        let wanted: Vec<_> = wanted.collect();
        let mut made = Vec::new();
        for member in wanted {
            let chosen = identified.iter().find(|(by, _)| *by == member.name).map(|(_, field)| *field);
            self.kept.clone_from(&asked);
            made.extend(self.member(member, chosen));
        }
        self.kept.clear();
        self.above.pop();
        Some(SkeletonNode::Struct(made))
    }

    fn wants(&self, member: &MemberInfo, plan: UsualMembers, asked: &[&str]) -> bool {
        let schema_requires = member.min > 0 && !member.is_list() && !member.attribute;
        if self.extent == Extent::All
            || member.required
            || (self.form == SkeletonFormat::Xml && schema_requires)
        {
            return true;
        }
        if asked.contains(&member.name) {
            return true;
        }
        let ty = self.types.find(member.ty).filter(|ty| ty.values.is_empty());
        match plan {
            // A request about a file is of no use without the file.
            UsualMembers::Required => {
                member.builtin() == Some(Builtin::Base64Binary) || ty.is_some_and(holds_bytes)
            }
            UsualMembers::Children => ty.is_some_and(|ty| {
                self.types.needs_something(ty, &mut Vec::new()) && !self.types.names_nothing(ty)
            }),
            UsualMembers::Plain => ty.is_none(),
        }
    }
}

/// Which members of a type most calls need, besides the required ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UsualMembers {
    /// None: its required members are enough.
    Required,
    /// A container: only members that have required members themselves.
    Children,
    /// A filter without required members: all plain members, to choose from.
    Plain,
}

/// The types of a contract.
struct ContractTypes(Find);

impl ContractTypes {
    fn find(&self, name: &str) -> Option<&'static TypeInfo> {
        (self.0)(name)
    }

    fn plan(&self, ty: &TypeInfo) -> UsualMembers {
        let child_needs = |member: &MemberInfo| {
            self.find(member.ty).is_some_and(|ty| self.needs_something(ty, &mut Vec::new()))
        };
        if ty.members.iter().any(|member| member.required) {
            UsualMembers::Required
        } else if ty.members.iter().any(child_needs) {
            UsualMembers::Children
        } else {
            UsualMembers::Plain
        }
    }

    /// Whether it requires a choice, at any depth: an operation, an identification. Plain numbers do not count, since 0
    /// would be sent if nobody fills them in; nor does the goods owner, which the call itself names.
    fn needs_something(&self, ty: &TypeInfo, seen: &mut Vec<&'static str>) -> bool {
        if ty.members.iter().any(|member| GOODS_OWNER.contains(&member.name)) || seen.contains(&ty.name) {
            return false;
        }
        seen.push(ty.name);
        ty.members.iter().any(|member| {
            self.find(member.ty).is_some_and(|below| match below.values {
                [] => self.needs_something(below, seen),
                _ => member.required,
            })
        })
    }

    /// Pairs of an enumeration that names the identifying member, and that member: a text and not the WMS's own id,
    /// which nobody knows by heart.
    fn identified_by(&self, ty: &TypeInfo) -> Vec<(&'static str, &'static str)> {
        let mut pairs = Vec::new();
        for member in ty.members.iter().filter(|member| member.required) {
            let Some(values) = self.find(member.ty).map(|ty| ty.values).filter(|v| !v.is_empty()) else {
                continue;
            };
            let is_text = |name: &str| {
                ty.members.iter().any(|field| field.name == name && field.builtin() == Some(Builtin::String))
            };
            if let Some((value, _)) = values.iter().find(|(value, _)| is_text(value)) {
                pairs.push((member.name, *value));
            }
        }
        pairs
    }

    /// Whether it must say how something is found, and none of its texts is what that names: with nothing to fill in, the
    /// service would look for nothing.
    fn names_nothing(&self, ty: &TypeInfo) -> bool {
        let is_identification =
            |member: &MemberInfo| member.required && member.name.ends_with("Identification");
        ty.members.iter().any(is_identification) && self.identified_by(ty).is_empty()
    }
}

/// The address of what has a number and an address.
fn address(ty: &TypeInfo, plan: UsualMembers) -> impl Iterator<Item = &'static str> {
    let has = |name: &str| ty.members.iter().any(|member| member.name == name);
    let is_whole = plan == UsualMembers::Required && ADDRESS.iter().all(|name| has(name));
    ADDRESS.into_iter().filter(move |_| is_whole)
}

fn holds_bytes(ty: &TypeInfo) -> bool {
    ty.members.iter().any(|member| member.builtin() == Some(Builtin::Base64Binary))
}

fn enumeration(ty: &'static TypeInfo, chosen: Option<&'static str>, absence: Absence) -> SkeletonNode {
    let names = || ty.values.iter().map(|(value, _)| *value);
    // The one operation that can be sent twice without harm, where there is such a choice.
    let safe = names().find(|value| *value == "CreateOrUpdate");
    let value = chosen.or(safe).or(names().next()).unwrap_or_default();
    let others = names().filter(|other| *other != value).collect();
    SkeletonNode::Plain(SkeletonValue { text: value.to_owned(), json: json!(value), others, absence })
}

fn plain(member: &MemberInfo, absence: Absence) -> SkeletonNode {
    let (text, json) = match member.builtin() {
        // Filled in from the settings where empty.
        Some(Builtin::String) if GOODS_OWNER.contains(&member.name) => ("", json!("")),
        Some(Builtin::Boolean) => ("false", json!(false)),
        // A quantity: 0 would be sent.
        Some(Builtin::Decimal | Builtin::Integer) if member.required => (PLACEHOLDER, json!(PLACEHOLDER)),
        Some(Builtin::Decimal | Builtin::Integer) => ("0", json!("0")),
        Some(number) if number.is_number() => ("0", json!(0)),
        // Any element: in JSON it stands as XML text.
        Some(Builtin::Any) => ("", json!("<any/>")),
        // What is sent for a time that is not given.
        Some(Builtin::DateTime) if absence == Absence::Kept && !member.required => {
            ("0001-01-01T00:00:00", json!("0001-01-01T00:00:00"))
        }
        Some(Builtin::DateTime) => ("2026-01-31T08:00:00", json!("2026-01-31T08:00:00")),
        Some(Builtin::Base64Binary) => ("", json!("")),
        _ => (PLACEHOLDER, json!(PLACEHOLDER)),
    };
    SkeletonNode::Plain(SkeletonValue { text: text.to_owned(), json, others: Vec::new(), absence })
}

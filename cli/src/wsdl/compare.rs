//! The differences of two contracts.

use std::collections::{BTreeMap, BTreeSet};

use super::surface::{ContractMember, ContractOperation, ContractType, Surface};

/// A difference.
#[derive(Debug, Clone)]
pub struct Difference {
    pub what: &'static str,
    pub subject: String,
    pub detail: String,
    pub operations: BTreeSet<String>,
    pub breaking: bool,
}

/// Which operations send a type, and which return it.
#[derive(Default)]
struct Use {
    sent: BTreeSet<String>,
    received: BTreeSet<String>,
}

struct Comparison {
    uses: BTreeMap<String, Use>,
    changes: Vec<Difference>,
}

pub fn compare(old: &Surface, new: &Surface) -> Vec<Difference> {
    let mut uses: BTreeMap<String, Use> = BTreeMap::new();
    for surface in [old, new] {
        for (name, operation) in &surface.operations {
            for ty in surface.reached(&operation.request) {
                uses.entry(ty.to_owned()).or_default().sent.insert(name.clone());
            }
            for ty in surface.reached(&operation.response) {
                uses.entry(ty.to_owned()).or_default().received.insert(name.clone());
            }
        }
    }
    let mut comparison = Comparison { uses, changes: Vec::new() };
    comparison.forms(old, new);
    comparison.operations(old, new);
    comparison.types(old, new);
    comparison.changes
}

impl Comparison {
    fn operations(&mut self, old: &Surface, new: &Surface) {
        for (name, before) in &old.operations {
            let used = Use { sent: BTreeSet::from([name.clone()]), ..Use::default() };
            match new.operations.get(name) {
                None => self.add("operation removed", name, "", &used, true),
                Some(after) => self.operation(name, before, after),
            }
        }
        for name in new.operations.keys().filter(|name| !old.operations.contains_key(*name)) {
            let used = Use { sent: BTreeSet::from([name.clone()]), ..Use::default() };
            self.add("operation added", name, "", &used, false);
        }
    }

    fn operation(&mut self, name: &str, before: &ContractOperation, after: &ContractOperation) {
        let own = || BTreeSet::from([name.to_owned()]);
        let sent = Use { sent: own(), ..Use::default() };
        let received = Use { received: own(), ..Use::default() };
        let changes = [
            ("namespace changed", &before.namespace, &after.namespace, &sent),
            ("request element changed", &before.elements[0], &after.elements[0], &sent),
            ("response element changed", &before.elements[1], &after.elements[1], &received),
        ];
        for (what, before, after, used) in changes {
            if before != after {
                self.add(what, name, &format!("{} to {}", shown(before), shown(after)), used, true);
            }
        }
        self.bindings(name, before, after, &sent);
        for (way, used) in [(0, &sent), (1, &received)] {
            self.headers(name, ["request", "response"][way], &before.headers[way], &after.headers[way], used);
        }
        self.members(name, &before.request, &after.request, &sent);
        self.members(name, &before.response, &after.response, &received);
        let parts =
            [(&before.request, &after.request, &sent), (&before.response, &after.response, &received)];
        for (way, (old, new, used)) in parts.into_iter().enumerate() {
            if names(old) == names(new) {
                self.content(name, &before.contents[way], &after.contents[way], used);
            }
        }
    }

    /// A change of the form moves every element or attribute to another namespace.
    fn forms(&mut self, old: &Surface, new: &Surface) {
        let all: BTreeSet<String> = old.operations.keys().cloned().collect();
        let used = Use { sent: all, ..Use::default() };
        for (namespace, before) in &old.forms {
            let Some(after) = new.forms.get(namespace) else { continue };
            for (number, what) in
                ["form of elements changed", "form of attributes changed"].into_iter().enumerate()
            {
                if before[number] != after[number] {
                    self.add(
                        what,
                        namespace,
                        &format!("{} to {}", before[number], after[number]),
                        &used,
                        true,
                    );
                }
            }
        }
    }

    fn bindings(&mut self, name: &str, before: &ContractOperation, after: &ContractOperation, used: &Use) {
        for (version, [action, style]) in &before.bindings {
            let subject = format!("{name}, SOAP {version}");
            match after.bindings.get(version) {
                None => self.add("binding removed", &subject, "", used, true),
                Some([new_action, new_style]) => {
                    if action != new_action {
                        let detail = format!("{} to {}", shown(action), shown(new_action));
                        self.add("action changed", &subject, &detail, used, true);
                    }
                    if style != new_style {
                        self.add("style changed", &subject, &format!("{style} to {new_style}"), used, true);
                    }
                }
            }
        }
        for version in after.bindings.keys().filter(|version| !before.bindings.contains_key(*version)) {
            self.add("binding added", &format!("{name}, SOAP {version}"), "", used, false);
        }
    }

    /// A required block of requests, or a block in answers, affects every call.
    fn headers(
        &mut self,
        of: &str,
        way: &str,
        before: &[ContractMember],
        after: &[ContractMember],
        used: &Use,
    ) {
        let has = |blocks: &[ContractMember], block: &ContractMember| {
            blocks.iter().any(|known| known.name == block.name)
        };
        for block in before.iter().filter(|block| !has(after, block)) {
            self.add("header removed", &format!("{of} {way}: {}", block.name), &block.ty, used, true);
        }
        for block in after.iter().filter(|block| !has(before, block)) {
            self.add(
                "header added",
                &format!("{of} {way}: {}", block.name),
                &block.ty,
                used,
                way == "request",
            );
        }
    }

    /// Order and grouping, if the members are the same.
    fn content(&mut self, of: &str, before: &str, after: &str, used: &Use) {
        if before != after {
            let detail = format!("({before}) to ({after})");
            self.add("content changed", of, &detail, used, !used.sent.is_empty());
        }
    }

    fn types(&mut self, old: &Surface, new: &Surface) {
        for (name, before) in &old.types {
            let used = self.uses.remove(name).unwrap_or_default();
            match new.types.get(name) {
                None => self.add("type removed", name, "", &used, true),
                Some(after) => self.ty(name, before, after, &used),
            }
            self.uses.insert(name.clone(), used);
        }
        for name in new.types.keys().filter(|name| !old.types.contains_key(*name)) {
            let used = self.uses.remove(name).unwrap_or_default();
            self.add("type added", name, "", &used, false);
        }
    }

    fn ty(&mut self, name: &str, before: &ContractType, after: &ContractType, used: &Use) {
        if before.base != after.base {
            let detail = format!("extends {} instead of {}", shown(&after.base), shown(&before.base));
            self.add("type changed", name, &detail, used, true);
        }
        if before.is_abstract != after.is_abstract {
            let detail = if after.is_abstract { "abstract now" } else { "not abstract any more" };
            self.add("type changed", name, detail, used, after.is_abstract && !used.sent.is_empty());
        }
        self.members(name, &before.members, &after.members, used);
        if names(&before.members) == names(&after.members) {
            self.content(name, &before.content, &after.content, used);
        }
        for value in before.values.iter().filter(|value| !after.values.contains(value)) {
            // A removed value breaks requests only: in an answer an unknown value is kept as text.
            self.add("value removed", &format!("{name}.{value}"), "", used, !used.sent.is_empty());
        }
        for value in after.values.iter().filter(|value| !before.values.contains(value)) {
            self.add("value added", &format!("{name}.{value}"), "", used, false);
        }
    }

    fn members(&mut self, of: &str, before: &[ContractMember], after: &[ContractMember], used: &Use) {
        let find = |members: &[ContractMember], wanted: &ContractMember| {
            members
                .iter()
                .find(|member| member.name == wanted.name && member.attribute == wanted.attribute)
                .cloned()
        };
        for old in before {
            let subject = format!("{of}.{}", old.name);
            match find(after, old) {
                None => self.add("member removed", &subject, &old.in_words(), used, true),
                Some(new) if new != *old => {
                    let detail = differences(old, &new);
                    self.add("member changed", &subject, &detail, used, breaks(old, &new, used));
                }
                Some(_) => {}
            }
        }
        for new in after.iter().filter(|new| find(before, new).is_none()) {
            let breaking = !used.sent.is_empty() && new.is_needed();
            self.add("member added", &format!("{of}.{}", new.name), &new.in_words(), used, breaking);
        }
    }

    fn add(&mut self, what: &'static str, subject: &str, detail: &str, used: &Use, breaking: bool) {
        let operations = used.sent.union(&used.received).cloned().collect();
        let (subject, detail) = (subject.to_owned(), detail.to_owned());
        self.changes.push(Difference { what, subject, detail, operations, breaking });
    }
}

fn shown(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}

/// Members with their occurrence, sorted by name, to compare contents apart from order and grouping.
fn names(members: &[ContractMember]) -> BTreeSet<(&str, bool, bool)> {
    members.iter().map(|member| (member.name.as_str(), member.optional, member.repeats)).collect()
}

/// Whether a valid request may now be refused, or something in an answer may be missing or have another form.
fn breaks(old: &ContractMember, new: &ContractMember, used: &Use) -> bool {
    if (&old.ty, &old.item, old.repeats, &old.form) != (&new.ty, &new.item, new.repeats, &new.form) {
        return true;
    }
    // A new facet may reject texts that were valid.
    if !used.sent.is_empty() && new.facets.iter().any(|facet| !old.facets.contains(facet)) {
        return true;
    }
    let may_lack = |member: &ContractMember| member.optional || member.nillable;
    let sent =
        !used.sent.is_empty() && ((may_lack(old) && !may_lack(new)) || (old.nillable && !new.nillable));
    sent || (!used.received.is_empty() && !may_lack(old) && may_lack(new))
}

fn differences(old: &ContractMember, new: &ContractMember) -> String {
    match (old.in_words(), new.in_words()) {
        (before, after) if before == after => {
            let shown = |member: &ContractMember| {
                if member.item.is_empty() { "itself".to_owned() } else { member.item.clone() }
            };
            format!("its items are named {} instead of {}", shown(new), shown(old))
        }
        (before, after) => format!("{before} to {after}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::reader;
    use super::*;

    /// A contract with one operation that sends and receives type T, of which the members are given.
    fn contract(members: &str, values: &str) -> Surface {
        let text = format!(
            "<definitions xmlns='http://schemas.xmlsoap.org/wsdl/' xmlns:s='http://www.w3.org/2001/XMLSchema'
               xmlns:soap='http://schemas.xmlsoap.org/wsdl/soap/' xmlns:t='urn:t' targetNamespace='urn:t'>
             <types><s:schema targetNamespace='urn:t'>
               <s:element name='Do'><s:complexType><s:sequence><s:element name='t' type='t:T'/></s:sequence></s:complexType></s:element>
               <s:element name='DoResponse'><s:complexType><s:sequence><s:element name='r' type='t:T'/></s:sequence></s:complexType></s:element>
               <s:complexType name='T'><s:sequence>{members}</s:sequence></s:complexType>
               <s:simpleType name='E'><s:restriction base='s:string'>{values}</s:restriction></s:simpleType>
             </s:schema></types>
             <message name='In'><part name='p' element='t:Do'/></message>
             <message name='Out'><part name='p' element='t:DoResponse'/></message>
             <portType name='P'><operation name='Do'><input message='t:In'/><output message='t:Out'/></operation></portType>
             <binding name='B' type='t:P'><soap:binding/><operation name='Do'><soap:operation soapAction='urn:t/Do'/></operation></binding>
             </definitions>"
        );
        reader::read(&text).unwrap()
    }

    /// A contract in which one text is replaced by another one, and what is told of it.
    fn mutated(from: &str, to: &str) -> Vec<String> {
        const WSDL: &str = include_str!("../../../examples/foreign/crm.wsdl");
        assert!(WSDL.contains(from), "{from}");
        let (old, new) = (reader::read(WSDL).unwrap(), reader::read(&WSDL.replacen(from, to, 1)).unwrap());
        let mark = |change: &Difference| if change.breaking { "! " } else { "" };
        let told = |change: &Difference| {
            format!("{}{}: {}: {}", mark(change), change.what, change.subject, change.detail)
        };
        compare(&old, &new).iter().map(told).collect()
    }

    #[test]
    fn every_mutation_is_told_and_rated() {
        for (from, to, expected) in [
            (
                "targetNamespace=\"urn:records\" elementFormDefault=\"qualified\"",
                "targetNamespace=\"urn:records\"",
                "! form of elements changed: urn:records: qualified to unqualified",
            ),
            (
                "<xsd:element name=\"Employees\" type=\"xsd:int\" minOccurs=\"0\"/>",
                "<xsd:element name=\"Employees\" minOccurs=\"0\"><xsd:simpleType><xsd:restriction base=\"xsd:int\">\
                 <xsd:maxInclusive value=\"9\"/></xsd:restriction></xsd:simpleType></xsd:element>",
                "! member changed: Company.Employees: int, optional to int, optional, maxInclusive 9",
            ),
            (
                "<xsd:element name=\"Name\" type=\"xsd:string\"/>",
                "<xsd:element name=\"Name\" type=\"xsd:string\" form=\"unqualified\"/>",
                "! member changed: Company.Name: string, always there to string, always there, unqualified",
            ),
            (
                "<xsd:element name=\"Name\" type=\"xsd:string\"/>",
                "<xsd:element name=\"Name\" type=\"xsd:string\"/><xsd:any minOccurs=\"0\" processContents=\"lax\"/>",
                "member added: Company.*: any, optional",
            ),
            (
                "<xsd:element name=\"username\" type=\"xsd:string\"/>\n            <xsd:element name=\"password\" \
                 type=\"xsd:string\"/>",
                "<xsd:element name=\"password\" type=\"xsd:string\"/><xsd:element name=\"username\" \
                 type=\"xsd:string\"/>",
                "! content changed: login: ((username, password)) to ((password, username))",
            ),
            (
                "<soap:operation soapAction=\"urn:crm/find\"/>",
                "<soap:operation soapAction=\"urn:crm/look\"/>",
                "! action changed: find, SOAP 1.1: urn:crm/find to urn:crm/look",
            ),
            (
                "<soap:binding style=\"document\"",
                "<soap:binding style=\"rpc\"",
                "! style changed: find, SOAP 1.1: document/literal to rpc/literal",
            ),
            (
                "xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\"",
                "xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap12/\"",
                "! binding removed: find, SOAP 1.1: ",
            ),
            (
                "<soap:header message=\"tns:Headers\" part=\"session\" use=\"literal\"/>",
                "",
                "! header removed: find request: SessionHeader: ",
            ),
            (
                "<soap:header message=\"tns:Headers\" part=\"limit\" use=\"literal\"/>",
                "<soap:header message=\"tns:Headers\" part=\"session\" use=\"literal\"/>",
                "header added: find response: SessionHeader: ",
            ),
            (
                "element=\"tns:findResponse\"",
                "element=\"tns:saveResponse\"",
                "! response element changed: find: findResponse to saveResponse",
            ),
            (
                "<xsd:complexType name=\"Record\">",
                "<xsd:complexType name=\"Record\" abstract=\"true\">",
                "! type changed: Record: abstract now",
            ),
            (
                "<xsd:element name=\"Id\" type=\"xsd:string\" minOccurs=\"0\" nillable=\"true\"/>",
                "<xsd:element name=\"Id\" type=\"xsd:string\" minOccurs=\"0\" nillable=\"true\" default=\"x\"/>",
                "member changed: Company.Id: string, optional, nillable to string, optional, nillable, default x",
            ),
        ] {
            let told = mutated(from, to);
            assert!(told.iter().any(|told| told == expected), "{to}: expected {expected}, found {told:#?}");
        }
        assert!(mutated("Crm", "Crm").is_empty());
    }

    #[test]
    fn differences_are_breaking_or_not() {
        let e = |name: &str, rest: &str| format!("<s:element name='{name}' {rest}/>");
        let value = |value: &str| format!("<s:enumeration value='{value}'/>");
        let kind = e("k", "type='t:E'");
        let old = contract(
            &(kind.clone()
                + &e("a", "type='s:int'")
                + &e("b", "type='s:int' minOccurs='0'")
                + &e("c", "type='s:string'")),
            &(value("X") + &value("Y")),
        );
        let new = contract(
            &(kind
                + &e("a", "type='s:decimal'")
                + &e("b", "type='s:int'")
                + &e("d", "type='s:int' minOccurs='0'")
                + &e("f", "type='s:int'")),
            &(value("Y") + &value("Z")),
        );
        let changes = compare(&old, &new);
        let told: Vec<String> = changes
            .iter()
            .map(|change| {
                format!(
                    "{}{}: {}: {}",
                    if change.breaking { "! " } else { "" },
                    change.what,
                    change.subject,
                    change.detail
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "! value removed: E.X: ",
                "value added: E.Z: ",
                "! member changed: T.a: int, always there to decimal, always there",
                "! member changed: T.b: int, optional to int, always there",
                "! member removed: T.c: string, always there",
                "member added: T.d: int, optional",
                "! member added: T.f: int, always there",
            ]
        );
        assert!(changes.iter().all(|change| change.operations.contains("Do")));
        assert!(compare(&old, &old).is_empty());
    }
}

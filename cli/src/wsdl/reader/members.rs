//! The members of a type.

use ongoing_wms::xml::Element;

use super::{DEEPEST, Document, SCHEMA, attribute, enumeration, local};
use crate::wsdl::surface::ContractMember;

impl Document<'_> {
    pub(super) fn members(&self, ty: &Element, depth: usize) -> Vec<ContractMember> {
        let mut members = Vec::new();
        if depth < DEEPEST {
            self.collect(ty, false, depth, &mut members);
        }
        // The schema lists attributes last, the generated tables list them first.
        members.sort_by_key(|member| !member.attribute);
        members
    }

    fn collect(&self, holder: &Element, optional: bool, depth: usize, members: &mut Vec<ContractMember>) {
        for child in holder.elements().filter(|child| child.namespace == SCHEMA) {
            let optional = optional || attribute(child, "minOccurs") == Some("0");
            match child.name.as_str() {
                "element" => members.push(self.element(child, optional, depth)),
                "attribute" => members.extend(self.attribute(child)),
                "sequence" | "all" | "complexContent" | "restriction" | "simpleContent" => {
                    self.collect(child, optional, depth, members);
                }
                "choice" => self.collect(child, true, depth, members),
                "any" => members.push(ContractMember {
                    name: "*".to_owned(),
                    ty: "any".to_owned(),
                    optional,
                    ..ContractMember::default()
                }),
                "extension" => {
                    let base = local(child, "base").and_then(|name| self.types.get(name));
                    members.extend(base.map(|base| self.members(base, depth + 1)).unwrap_or_default());
                    self.collect(child, optional, depth, members);
                }
                "group" | "attributeGroup" if depth < DEEPEST => {
                    let groups = if child.name == "group" { &self.groups } else { &self.attribute_groups };
                    if let Some(group) = local(child, "ref").and_then(|name| groups.get(name)) {
                        self.collect(group, optional, depth + 1, members);
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn element(&self, element: &Element, optional: bool, depth: usize) -> ContractMember {
        let most = attribute(element, "maxOccurs").unwrap_or("1");
        let declared =
            local(element, "ref").and_then(|name| self.elements.get(name)).copied().unwrap_or(element);
        let (ty, item) = self.type_of(declared, depth);
        ContractMember {
            name: attribute(declared, "name").unwrap_or_default().to_owned(),
            ty,
            item,
            optional,
            repeats: most != "1" && most != "0",
            nillable: attribute(declared, "nillable") == Some("true"),
            attribute: false,
            facets: self.facets_of(declared),
            default: given(declared),
            form: attribute(element, "form").unwrap_or_default().to_owned(),
        }
    }

    /// Name of the type; for a list in a wrapper, of the items' type, with the name of their element.
    fn type_of(&self, element: &Element, depth: usize) -> (String, String) {
        let inline = element.child("complexType").or_else(|| element.child("simpleType"));
        let name = local(element, "type").unwrap_or_default();
        let Some(ty) = inline.or_else(|| self.types.get(name).copied()) else {
            return (name.to_owned(), String::new());
        };
        if ty.name == "simpleType" {
            return (self.plain(ty, name, depth), String::new());
        }
        match self.wrapped_within(ty, depth) {
            Some(item) => (item.ty, item.name),
            None => (name.to_owned(), String::new()),
        }
    }

    fn wrapped_within(&self, ty: &Element, depth: usize) -> Option<ContractMember> {
        let sequence = ty
            .child("sequence")
            .filter(|sequence| ty.elements().count() == 1 && sequence.elements().count() == 1)?;
        let element = sequence.child("element")?;
        let most = attribute(element, "maxOccurs").unwrap_or("1");
        (most != "1" && most != "0" && depth < DEEPEST).then(|| self.element(element, true, depth + 1))
    }

    /// An enumeration has its own name, any other plain type that of its base.
    fn plain(&self, ty: &Element, name: &str, depth: usize) -> String {
        if !enumeration(ty).is_empty() || depth >= DEEPEST {
            return name.to_owned();
        }
        let base =
            ty.child("restriction").and_then(|restriction| local(restriction, "base")).unwrap_or("string");
        match self.types.get(base) {
            Some(below) => self.plain(below, base, depth + 1),
            None => base.to_owned(),
        }
    }

    /// The restrictions of the simple type of an element or attribute, including those of its bases.
    fn facets_of(&self, declared: &Element) -> Vec<String> {
        let mut facets = Vec::new();
        let named = |element: &Element, name: &str| {
            local(element, name).and_then(|name| self.types.get(name)).copied()
        };
        let mut ty = declared.child("simpleType").or_else(|| named(declared, "type"));
        for _ in 0..DEEPEST {
            let Some(restriction) =
                ty.filter(|ty| ty.name == "simpleType").and_then(|ty| ty.child("restriction"))
            else {
                break;
            };
            let own = restriction.elements().filter(|child| child.namespace == SCHEMA);
            for facet in own
                .filter(|child| !matches!(child.name.as_str(), "enumeration" | "annotation" | "simpleType"))
            {
                facets.push(format!("{} {}", facet.name, attribute(facet, "value").unwrap_or_default()));
            }
            ty = restriction.child("simpleType").or_else(|| named(restriction, "base"));
        }
        facets.sort();
        facets.dedup();
        facets
    }

    fn attribute(&self, element: &Element) -> Option<ContractMember> {
        let name = attribute(element, "name")?;
        let (ty, _) = self.type_of(element, 0);
        Some(ContractMember {
            name: name.to_owned(),
            ty,
            optional: attribute(element, "use") != Some("required"),
            attribute: true,
            facets: self.facets_of(element),
            default: given(element),
            form: attribute(element, "form").unwrap_or_default().to_owned(),
            ..ContractMember::default()
        })
    }
}

/// The default for an absent value.
fn given(declared: &Element) -> String {
    let fixed = attribute(declared, "fixed").map(|value| format!("{value} (fixed)"));
    fixed.or_else(|| attribute(declared, "default").map(str::to_owned)).unwrap_or_default()
}

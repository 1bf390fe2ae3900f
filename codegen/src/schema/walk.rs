//! Converts xsd-parser's result for the numbered schema to the model.

use std::collections::btree_map::{BTreeMap, Entry};
use std::collections::{BTreeSet, HashSet};
use std::panic::catch_unwind;

use xsd_parser::config::{IdentQuadruple, ParserConfig, ParserFlags, Schema};
use xsd_parser::config::{
    InterpreterConfig, InterpreterFlags, Namespace, NamespaceIdent, OptimizerConfig, OptimizerFlags,
};
use xsd_parser::models::meta::{
    AttributeMetaVariant, CustomMeta, ElementMetaVariant, MetaType, MetaTypeVariant, MetaTypes, ReferenceMeta,
};
use xsd_parser::models::schema::{MaxOccurs, xs::Use};
use xsd_parser::{IdentType, TypeIdent, exec_interpreter, exec_optimizer, exec_parser};

use super::content::{self, Group, Item, Member, Occurs, Particle};
use super::declare::{BUILTINS, Declarations, NUMBERED, Target, TypeDeclaration};
use crate::error::{Error, Result};
use crate::model::{Builtin, EnumValue, Field, FieldKind, Name, Struct, Type, TypeKind, TypeRef};

pub struct Walk<'a> {
    all: &'a Declarations<'a>,
    meta: MetaTypes,
    /// xsd-parser's names of the types, by number.
    idents: BTreeMap<usize, TypeIdent>,
}

impl<'a> Walk<'a> {
    pub fn new(all: &'a Declarations<'a>, file: &str) -> Result<Self> {
        // xsd-parser panics on input that it considers impossible. All known cases are refused earlier.
        let understood = catch_unwind(|| understand(&all.text).map_err(|error| error.to_string()));
        let meta = understood.unwrap_or_else(|_| Err("it panicked".to_owned())).map_err(|error| {
            Error::new(file, format!("xsd-parser cannot read the schemas: {error}"))
                .hint("validate the schemas with another tool")
        })?;
        let number = |ident: &TypeIdent| {
            let is_type =
                ident.type_ == IdentType::Type && namespace(&meta, ident) == Some(NUMBERED.as_bytes());
            ident.name.as_named_str().filter(|_| is_type)?.strip_prefix('t')?.parse().ok()
        };
        let idents = meta.items.keys().filter_map(|ident| Some((number(ident)?, ident.clone()))).collect();
        Ok(Walk { all, meta, idents })
    }

    /// The types reachable from these, in the order of the contract, and what is lost in them.
    pub fn reach(&self, starts: &[Target]) -> Result<(Vec<Type>, Vec<String>)> {
        let mut kinds: BTreeMap<usize, TypeKind> = BTreeMap::new();
        // Types of values, which a derived type may replace; a type that is only a base cannot be replaced.
        let mut values = BTreeSet::new();
        let mut derived: Vec<Vec<usize>> = vec![Vec::new(); self.all.types.len()];
        for (number, declaration) in self.all.types.iter().enumerate().filter(|(_, ty)| !ty.inline) {
            if let Some(base) = declaration.extends {
                derived[base].push(number);
            }
        }
        let mut rounds: BTreeMap<usize, Vec<Round>> = BTreeMap::new();
        let mut queue: Vec<usize> = starts.iter().filter_map(super::declare::numbered).collect();
        while let Some(number) = queue.pop() {
            if !values.insert(number) {
                continue;
            }
            queue.extend(&derived[number]);
            let mut described = Some(number);
            while let Some(number) = described {
                if let Entry::Vacant(entry) = kinds.entry(number) {
                    let Kind { kind, met, rounds: found } = self.kind(number)?;
                    entry.insert(kind);
                    queue.extend(met);
                    rounds.insert(number, found);
                }
                described = self.all.types[number].extends;
            }
        }
        let mut numbers: Vec<usize> = kinds.keys().copied().collect();
        numbers.sort_by_key(|number| self.all.types[*number].order);
        let mut types = Vec::new();
        let mut notes = Vec::new();
        for number in numbers {
            let declaration = &self.all.types[number];
            notes.extend(declaration.notes.iter().cloned());
            let Some(kind) = kinds.remove(&number) else { continue };
            if declaration.inline && matches!(kind, TypeKind::Alias(_)) {
                continue;
            }
            types.push(Type {
                name: declaration.name.clone(),
                inline: declaration.inline,
                kind,
                doc: declaration.doc.clone(),
                confidence: None,
                place: declaration.node.place(),
            });
            for Round { name, structure } in rounds.remove(&number).into_iter().flatten() {
                let (kind, place) = (TypeKind::Struct(structure), declaration.node.place());
                types.push(Type { name, inline: true, kind, doc: None, confidence: None, place });
            }
        }
        Ok((types, notes))
    }

    pub fn target(&self, target: &Target) -> Result<TypeRef> {
        match target {
            Target::Builtin(name) => Ok(TypeRef::Builtin(Builtin::of_schema(name))),
            Target::Type(number) => self.named(*number),
        }
    }

    /// An inline type that only narrows another one is replaced by it.
    fn named(&self, number: usize) -> Result<TypeRef> {
        let declaration = &self.all.types[number];
        if declaration.inline
            && declaration.simple
            && let Kind { kind: TypeKind::Alias(target), .. } = self.simple(number)?
        {
            return Ok(target);
        }
        Ok(TypeRef::Named(declaration.name.clone()))
    }

    fn number(&self, ident: &TypeIdent) -> Option<usize> {
        let number = ident.name.as_named_str()?.strip_prefix('t')?.parse().ok()?;
        (self.idents.get(&number) == Some(ident)).then_some(number)
    }

    /// Built-ins are recognized before anything is resolved, and nothing in xsd-parser's result is a Rust type.
    fn type_ref(&self, ident: &TypeIdent) -> Result<(TypeRef, Option<usize>)> {
        if let Some(number) = self.number(ident) {
            return Ok((self.named(number)?, Some(number)));
        }
        if namespace(&self.meta, ident) == Some(super::XS.as_bytes()) {
            return Ok((TypeRef::Builtin(Builtin::of_schema(ident.name.as_str())), None));
        }
        match self.meta.get_variant(ident) {
            Some(MetaTypeVariant::Reference(ReferenceMeta { type_, .. })) => self.type_ref(type_),
            _ => Err(self.surprise(ident)),
        }
    }

    fn surprise(&self, ident: &TypeIdent) -> Error {
        Error::new(format!("{ident}"), "xsd-parser returned a type that is not in the schemas")
    }

    fn item(&self, number: usize) -> Result<&MetaType> {
        let found = self.idents.get(&number).and_then(|ident| self.meta.items.get(ident));
        found.ok_or_else(|| self.all.types[number].node.error("xsd-parser has lost this type"))
    }

    /// What a type is.
    fn kind(&self, number: usize) -> Result<Kind> {
        if !matches!(self.item(number)?.variant, MetaTypeVariant::ComplexType(_)) {
            return self.simple(number);
        }
        let Fields { inherited, members, open, open_at, rounds, met, .. } = self.fields(number)?;
        let base = self.all.types[number].extends.map(|base| self.all.types[base].name.clone());
        let structure = Struct { base, inherited, fields: members, open, open_at, round: None };
        Ok(Kind { kind: TypeKind::Struct(structure), met, rounds })
    }

    fn simple(&self, number: usize) -> Result<Kind> {
        let one = |ident: &TypeIdent, kind: fn(TypeRef) -> TypeKind| {
            let (target, met) = self.type_ref(ident)?;
            Ok(Kind { kind: kind(target), met: met.into_iter().collect(), rounds: Vec::new() })
        };
        let plain = |kind| Ok(Kind { kind, met: Vec::new(), rounds: Vec::new() });
        match &self.item(number)?.variant {
            MetaTypeVariant::Reference(reference) if reference.is_single() => {
                one(&reference.type_, TypeKind::Alias)
            }
            MetaTypeVariant::Reference(reference) => one(&reference.type_, TypeKind::List),
            MetaTypeVariant::SimpleType(simple) if simple.is_list => one(&simple.base, TypeKind::List),
            MetaTypeVariant::SimpleType(simple) => one(&simple.base, TypeKind::Alias),
            MetaTypeVariant::Union(_) => plain(TypeKind::Alias(TypeRef::Builtin(Builtin::String))),
            MetaTypeVariant::Enumeration(enumeration) if enumeration.variants.is_empty() => {
                match enumeration.base.as_ident() {
                    Some(base) => one(base, TypeKind::Alias),
                    None => plain(TypeKind::Alias(TypeRef::Builtin(Builtin::String))),
                }
            }
            MetaTypeVariant::Enumeration(enumeration) => {
                let mut values: Vec<EnumValue> = Vec::new();
                let mut known = HashSet::new();
                for variant in enumeration.variants.iter() {
                    let index = variant
                        .ident
                        .name
                        .as_str()
                        .strip_prefix('v')
                        .and_then(|index| index.parse::<usize>().ok());
                    let Some(value) = index.and_then(|index| self.all.values.get(index)) else { continue };
                    if known.insert(&value.text) {
                        values.push(EnumValue { text: value.text.clone(), doc: value.doc.clone() });
                    }
                }
                plain(TypeKind::Enum(values))
            }
            other => {
                let node = self.all.types[number].node;
                Err(node.error(format!("xsd-parser takes this simple type for something else: {other:?}")))
            }
        }
    }

    /// All members of a complex type: inherited ones, then its own.
    fn fields(&self, number: usize) -> Result<Fields> {
        // xsd-parser repeats the members of a base in its extensions; the base shows which are inherited.
        let mut bases = Vec::new();
        let mut base = self.all.types[number].extends;
        while let Some(number) = base {
            bases.push(number);
            base = self.all.types[number].extends;
        }
        let mut fields = Fields::default();
        for number in bases.into_iter().rev().chain([number]) {
            fields = self.added(number, fields)?;
        }
        Ok(fields)
    }

    /// What a complex type adds to these inherited members.
    fn added(&self, number: usize, mut fields: Fields) -> Result<Fields> {
        let declaration = &self.all.types[number];
        let MetaTypeVariant::ComplexType(complex) = &self.item(number)?.variant else {
            return Err(declaration.node.error("xsd-parser takes this complex type for something else"));
        };
        fields.inherited = fields.members.len();
        fields.rounds.clear();
        if let Some(base) = declaration.restricts {
            let attributes = self.fields(base)?.members.into_iter();
            fields.members.extend(attributes.filter(|field| field.kind == FieldKind::Attribute));
        }
        for attribute in complex.attributes.iter() {
            let AttributeMetaVariant::Type(ty) = &attribute.variant else { continue };
            let Some(index) = index(attribute.ident.name.as_str(), 'a') else { continue };
            let mut field = self.field(index, ty, &mut fields.met)?;
            field.min = u32::from(matches!(attribute.use_, Use::Required));
            let prohibited = matches!(attribute.use_, Use::Prohibited);
            match fields.position(&field) {
                Some(known) if known < fields.inherited => {}
                Some(known) if prohibited => drop(fields.members.remove(known)),
                Some(known) => fields.members[known] = field,
                None if prohibited => {}
                None => fields.members.push(field),
            }
        }
        let Some(content) = &complex.content else { return Ok(fields) };
        if self.number(content).is_some() || namespace(&self.meta, content) == Some(super::XS.as_bytes()) {
            let (ty, number) = self.type_ref(content)?;
            fields.met.extend(number);
            let text = Field {
                length: self.length(content, &ty),
                ..Field::new(Name::new("", "text"), FieldKind::Text, ty)
            };
            if fields.position(&text).is_none() {
                fields.members.push(text);
            }
            return Ok(fields);
        }
        let occurs = Occurs { min: u32_of(complex.min_occurs), max: max_of(complex.max_occurs) };
        let inherited = self.inherited_content(number)?;
        for item in self.content(content, occurs, inherited, declaration)? {
            self.add_item(item, declaration, &mut fields)?;
        }
        Ok(fields)
    }

    fn add_item(
        &self,
        item: Item<TypeIdent>,
        declaration: &TypeDeclaration<'_>,
        fields: &mut Fields,
    ) -> Result<()> {
        match item {
            Item::Any => {
                fields.open = true;
                let children = |field: &&Field| field.kind != FieldKind::Attribute;
                fields.open_at = fields.members.iter().filter(children).count();
            }
            Item::Member(member) => {
                let place = &self.all.members[member.number].place;
                if let Some(field) = self.element(member, &mut fields.met)? {
                    if !fields.elements.insert(field.name.clone()) {
                        let what = format!("the base of this type has a member `{}` too", field.name);
                        return Err(Error::new(place, what).hint("rename one of the two"));
                    }
                    fields.members.push(field);
                }
            }
            Item::Rounds { members, occurs } => {
                let mut structure = Struct { round: Some(Vec::new()), ..Struct::default() };
                for (member, alternative) in members {
                    if let Some(field) = self.element(member, &mut fields.met)? {
                        structure.fields.push(field);
                        structure.round.get_or_insert_default().push(alternative);
                    }
                }
                let groups = fields.members.iter().filter(|field| field.kind == FieldKind::Group).count();
                let local = if groups == 0 { "@rounds".to_owned() } else { format!("@rounds{}", groups + 1) };
                let Name { namespace, local: holder } = &declaration.name;
                let name = Name::new(namespace, format!("{holder}/{local}"));
                let field = Field::new(Name::new("", local), FieldKind::Group, TypeRef::Named(name.clone()));
                fields.members.push(Field { min: occurs.min, max: occurs.max, ..field });
                fields.rounds.push(Round { name, structure });
            }
        }
        Ok(())
    }

    /// A member; `None` if it is prohibited.
    fn element(&self, member: Member<TypeIdent>, met: &mut Vec<usize>) -> Result<Option<Field>> {
        if member.occurs.max == Some(0) {
            return Ok(None);
        }
        let field = self.field(member.number, &member.ty, met)?;
        let Occurs { min, max } = member.occurs;
        Ok(Some(Field { min, max, nillable: member.nillable, ..field }))
    }

    fn field(&self, index: usize, ident: &TypeIdent, met: &mut Vec<usize>) -> Result<Field> {
        let member = &self.all.members[index];
        let (ty, number) = self.type_ref(ident)?;
        met.extend(number);
        Ok(Field {
            length: self.length(ident, &ty),
            default: member.default.clone(),
            doc: member.doc.clone(),
            ..Field::new(member.name.clone(), member.kind, ty)
        })
    }

    fn length(&self, ident: &TypeIdent, ty: &TypeRef) -> Option<u32> {
        let MetaTypeVariant::SimpleType(simple) = self.meta.get_variant(ident)? else { return None };
        let text = match self.type_ref(&simple.base) {
            Ok((TypeRef::Builtin(Builtin::String), _)) => !simple.is_list,
            _ => *ty == TypeRef::Builtin(Builtin::String),
        };
        simple.constrains.max_length.filter(|_| text).map(u32_of)
    }

    /// The content of a complex type, without what it inherits.
    fn content(
        &self,
        group: &TypeIdent,
        occurs: Occurs,
        inherited: usize,
        declaration: &TypeDeclaration<'_>,
    ) -> Result<Vec<Item<TypeIdent>>> {
        let mut tree = self.group(group, occurs)?;
        if let Group { children, choice: false, .. } = &mut tree {
            children.drain(..inherited.min(children.len()));
        }
        let refuse = |wrong: content::Wrong| {
            let number = wrong.member;
            let place = number
                .map_or_else(|| declaration.node.place(), |number| self.all.members[number].place.clone());
            let name = number.map_or_else(String::new, |number| self.all.members[number].name.to_string());
            Error::new(place, wrong.what.replace("{}", &name)).hint(wrong.hint)
        };
        let name = |number: usize| &self.all.members[number].name;
        let same = |one: &TypeIdent, other: &TypeIdent| {
            one == other
                || matches!((self.type_ref(one), self.type_ref(other)), (Ok(one), Ok(other)) if one == other)
        };
        content::flatten(tree, &name, &same).map_err(refuse)
    }

    /// Number of the particles at the beginning of a type's content that are those of its bases.
    fn inherited_content(&self, number: usize) -> Result<usize> {
        let Some(base) = self.all.types[number].extends else { return Ok(0) };
        let MetaTypeVariant::ComplexType(complex) = &self.item(base)?.variant else { return Ok(0) };
        let Some(content) = &complex.content else { return Ok(0) };
        Ok(match self.meta.get_variant(content) {
            Some(MetaTypeVariant::Sequence(group)) => group.elements.iter().count(),
            _ => 0,
        })
    }

    /// A group of elements as xsd-parser has it.
    fn group(&self, group: &TypeIdent, occurs: Occurs) -> Result<Group<TypeIdent>> {
        let (choice, group) = match self.meta.get_variant(group) {
            Some(MetaTypeVariant::Sequence(group) | MetaTypeVariant::All(group)) => (false, group),
            Some(MetaTypeVariant::Choice(group)) => (true, group),
            _ => return Err(self.surprise(group)),
        };
        let mut children = Vec::new();
        for element in group.elements.iter() {
            let occurs = Occurs { min: u32_of(element.min_occurs), max: max_of(element.max_occurs) };
            children.push(match &element.variant {
                ElementMetaVariant::Type { type_, .. } => match index(element.ident.name.as_str(), 'e') {
                    Some(number) => {
                        let nillable = element.nillable;
                        Particle::Member(Member { number, ty: type_.clone(), occurs, nillable })
                    }
                    None => Particle::Group(self.group(type_, occurs)?),
                },
                ElementMetaVariant::Any { .. } => Particle::Any,
                ElementMetaVariant::Text => continue,
            });
        }
        Ok(Group { choice, occurs, children })
    }
}

/// A type's content, the types used in it, and those of its repeated groups.
struct Kind {
    kind: TypeKind,
    met: Vec<usize>,
    rounds: Vec<Round>,
}

/// The type of one round of a repeated group.
#[derive(Debug)]
struct Round {
    name: Name,
    structure: Struct,
}

#[derive(Debug, Default)]
struct Fields {
    members: Vec<Field>,
    inherited: usize,
    open: bool,
    open_at: usize,
    elements: HashSet<Name>,
    /// Those of the last type only: the others belong to its bases.
    rounds: Vec<Round>,
    met: Vec<usize>,
}

impl Fields {
    fn position(&self, field: &Field) -> Option<usize> {
        self.members.iter().position(|known| known.kind == field.kind && known.name == field.name)
    }
}

/// Runs xsd-parser. Each built-in is declared as a separate type, so that none becomes a Rust type.
fn understand(text: &str) -> Result<MetaTypes, Box<xsd_parser::Error>> {
    let schemas = exec_parser(ParserConfig {
        resolver: Vec::new(),
        schemas: vec![Schema::Schema(text.to_owned())],
        flags: ParserFlags::all(),
        ..ParserConfig::default()
    })?;
    let builtin = |name: &&str| {
        let ident =
            IdentQuadruple::new(*name, IdentType::Type).with_ns(NamespaceIdent::Namespace(Namespace::XS));
        (ident, MetaType::new(MetaTypeVariant::Custom(CustomMeta::new(*name))))
    };
    let meta = exec_interpreter(
        InterpreterConfig {
            types: BUILTINS.iter().map(builtin).collect(),
            flags: InterpreterFlags::WITH_XS_ANY_TYPE,
            ..InterpreterConfig::default()
        },
        &schemas,
    )?;
    let flags = OptimizerFlags::REMOVE_DUPLICATE_UNION_VARIANTS | OptimizerFlags::REMOVE_EMPTY_UNIONS;
    Ok(exec_optimizer(OptimizerConfig { flags, ..OptimizerConfig::default() }, meta)?)
}

fn namespace<'a>(meta: &'a MetaTypes, ident: &TypeIdent) -> Option<&'a [u8]> {
    meta.modules.get(&ident.ns)?.namespace.as_ref().map(|namespace| &***namespace)
}

fn index(name: &str, kind: char) -> Option<usize> {
    name.strip_prefix(kind)?.parse().ok()
}

fn u32_of(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn max_of(max: MaxOccurs) -> Option<u32> {
    match max {
        MaxOccurs::Unbounded => None,
        MaxOccurs::Bounded(number) => Some(u32_of(number)),
    }
}

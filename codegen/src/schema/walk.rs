//! From xsd-parser's picture of the numbered schema to the model.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
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

use super::declare::{BUILTINS, Declarations, NUMBERED, Target};
use crate::error::{Error, Result};
use crate::model::{Builtin, EnumValue, Field, FieldKind, Name, Struct, Type, TypeKind, TypeRef};

pub struct Walk<'a> {
    all: &'a Declarations<'a>,
    meta: MetaTypes,
    /// What xsd-parser calls the types, by number.
    idents: BTreeMap<usize, TypeIdent>,
}

/// A member in a group of elements, or `any`.
#[derive(Debug, Clone)]
struct Particle {
    member: Option<usize>,
    ty: TypeIdent,
    min: u32,
    max: Option<u32>,
    nillable: bool,
}

impl<'a> Walk<'a> {
    pub fn new(all: &'a Declarations<'a>, file: &str) -> Result<Self> {
        // It panics where it finds what it thinks impossible. All known such things are refused before.
        let understood = catch_unwind(|| understand(&all.text).map_err(|error| error.to_string()));
        let meta = understood.unwrap_or_else(|_| Err("it panicked".to_owned())).map_err(|error| {
            Error::new(file, format!("xsd-parser cannot make sense of the schemas: {error}"))
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

    /// The types that can be met when starting from these, in the order of the contract, and what gets lost in them.
    pub fn reach(&self, starts: &[Target]) -> Result<(Vec<Type>, Vec<String>)> {
        let mut kinds: BTreeMap<usize, TypeKind> = BTreeMap::new();
        // Met as a value, so that a derived type may stand in its place; bases alone are only described.
        let mut values = BTreeSet::new();
        let mut queue: Vec<usize> = starts.iter().filter_map(super::declare::numbered).collect();
        while let Some(number) = queue.pop() {
            if !values.insert(number) {
                continue;
            }
            let derived = |(other, declaration): (usize, &super::declare::TypeDeclaration<'_>)| {
                (declaration.extends == Some(number) && !declaration.inline).then_some(other)
            };
            queue.extend(self.all.types.iter().enumerate().filter_map(derived));
            let mut described = Some(number);
            while let Some(number) = described {
                if let Entry::Vacant(entry) = kinds.entry(number) {
                    let (kind, met) = self.kind(number)?;
                    entry.insert(kind);
                    queue.extend(met);
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
        }
        Ok((types, notes))
    }

    pub fn target(&self, target: &Target) -> Result<TypeRef> {
        match target {
            Target::Builtin(name) => Ok(TypeRef::Builtin(builtin(name))),
            Target::Type(number) => self.named(*number),
        }
    }

    /// An inline type that only narrows another one is replaced by it.
    fn named(&self, number: usize) -> Result<TypeRef> {
        let declaration = &self.all.types[number];
        if declaration.inline
            && declaration.simple
            && let (TypeKind::Alias(target), _) = self.simple(number)?
        {
            return Ok(target);
        }
        Ok(TypeRef::Named(declaration.name.clone()))
    }

    fn number(&self, ident: &TypeIdent) -> Option<usize> {
        let number = ident.name.as_named_str()?.strip_prefix('t')?.parse().ok()?;
        (self.idents.get(&number) == Some(ident)).then_some(number)
    }

    /// Built-ins are recognised before anything is resolved, and nothing in xsd-parser's picture is a Rust type.
    fn type_ref(&self, ident: &TypeIdent) -> Result<(TypeRef, Option<usize>)> {
        if let Some(number) = self.number(ident) {
            return Ok((self.named(number)?, Some(number)));
        }
        if namespace(&self.meta, ident) == Some(super::XS.as_bytes()) {
            return Ok((TypeRef::Builtin(builtin(ident.name.as_str())), None));
        }
        match self.meta.get_variant(ident) {
            Some(MetaTypeVariant::Reference(ReferenceMeta { type_, .. })) => self.type_ref(type_),
            _ => Err(self.surprise(ident)),
        }
    }

    fn surprise(&self, ident: &TypeIdent) -> Error {
        Error::new(format!("{ident}"), "xsd-parser gave a type that nothing in the schemas explains")
    }

    fn item(&self, number: usize) -> Result<&MetaType> {
        let found = self.idents.get(&number).and_then(|ident| self.meta.items.get(ident));
        found.ok_or_else(|| self.all.types[number].node.error("xsd-parser has lost this type"))
    }

    /// What a type is, and the types met in it.
    fn kind(&self, number: usize) -> Result<(TypeKind, Vec<usize>)> {
        if !matches!(self.item(number)?.variant, MetaTypeVariant::ComplexType(_)) {
            return self.simple(number);
        }
        let mut met = Vec::new();
        let Fields { inherited, members, open } = self.fields(number, &mut met)?;
        let base = self.all.types[number].extends.map(|base| self.all.types[base].name.clone());
        Ok((TypeKind::Struct(Struct { base, inherited, fields: members, open }), met))
    }

    fn simple(&self, number: usize) -> Result<(TypeKind, Vec<usize>)> {
        let one = |ident: &TypeIdent, kind: fn(TypeRef) -> TypeKind| {
            let (target, met) = self.type_ref(ident)?;
            Ok((kind(target), met.into_iter().collect()))
        };
        match &self.item(number)?.variant {
            MetaTypeVariant::Reference(reference) if reference.is_single() => {
                one(&reference.type_, TypeKind::Alias)
            }
            MetaTypeVariant::Reference(reference) => one(&reference.type_, TypeKind::List),
            MetaTypeVariant::SimpleType(simple) if simple.is_list => one(&simple.base, TypeKind::List),
            MetaTypeVariant::SimpleType(simple) => one(&simple.base, TypeKind::Alias),
            MetaTypeVariant::Union(_) => Ok((TypeKind::Alias(TypeRef::Builtin(Builtin::String)), Vec::new())),
            MetaTypeVariant::Enumeration(enumeration) if enumeration.variants.is_empty() => {
                match enumeration.base.as_ident() {
                    Some(base) => one(base, TypeKind::Alias),
                    None => Ok((TypeKind::Alias(TypeRef::Builtin(Builtin::String)), Vec::new())),
                }
            }
            MetaTypeVariant::Enumeration(enumeration) => {
                let mut values: Vec<EnumValue> = Vec::new();
                for variant in enumeration.variants.iter() {
                    let index = variant
                        .ident
                        .name
                        .as_str()
                        .strip_prefix('v')
                        .and_then(|index| index.parse::<usize>().ok());
                    let Some(value) = index.and_then(|index| self.all.values.get(index)) else { continue };
                    if !values.iter().any(|known| known.text == value.text) {
                        values.push(EnumValue { text: value.text.clone(), doc: value.doc.clone() });
                    }
                }
                Ok((TypeKind::Enum(values), Vec::new()))
            }
            other => {
                let node = self.all.types[number].node;
                Err(node.error(format!("xsd-parser takes this simple type for something else: {other:?}")))
            }
        }
    }

    /// All members of a complex type: what it inherits, then what it adds.
    fn fields(&self, number: usize, met: &mut Vec<usize>) -> Result<Fields> {
        let declaration = &self.all.types[number];
        let MetaTypeVariant::ComplexType(complex) = &self.item(number)?.variant else {
            return Err(declaration.node.error("xsd-parser takes this complex type for something else"));
        };
        // xsd-parser hands down all members of a base; which of them are inherited, the base tells.
        let mut fields = match declaration.extends {
            Some(base) => self.fields(base, met)?,
            None => Fields::default(),
        };
        fields.inherited = fields.members.len();
        if let Some(base) = declaration.restricts {
            let attributes = self.fields(base, met)?.members.into_iter();
            fields.members.extend(attributes.filter(|field| field.kind == FieldKind::Attribute));
        }
        for attribute in complex.attributes.iter() {
            let AttributeMetaVariant::Type(ty) = &attribute.variant else { continue };
            let Some(index) = index(attribute.ident.name.as_str(), 'a') else { continue };
            let mut field = self.field(index, ty, met)?;
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
            met.extend(number);
            let field = Field {
                length: self.length(content, &ty),
                ..plain(Name::new("", "text"), FieldKind::Text, ty)
            };
            fields.add(field);
            return Ok(fields);
        }
        for particle in self.particles(content, declaration.node)? {
            let Some(index) = particle.member else {
                fields.open = true;
                continue;
            };
            let mut field = self.field(index, &particle.ty, met)?;
            field.min = times(particle.min, u32_of(complex.min_occurs));
            field.max = times_max(particle.max, max_of(complex.max_occurs));
            field.nillable = particle.nillable;
            if field.max != Some(0) {
                fields.add(field);
            }
        }
        Ok(fields)
    }

    fn field(&self, index: usize, ident: &TypeIdent, met: &mut Vec<usize>) -> Result<Field> {
        let member = &self.all.members[index];
        let (ty, number) = self.type_ref(ident)?;
        met.extend(number);
        Ok(Field {
            length: self.length(ident, &ty),
            default: member.default.clone(),
            doc: member.doc.clone(),
            ..plain(member.name.clone(), member.kind, ty)
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

    /// The members of a group, nested ones among them. The same name twice is one member.
    fn particles(&self, group: &TypeIdent, node: &super::tree::Node) -> Result<Vec<Particle>> {
        let (choice, group) = match self.meta.get_variant(group) {
            Some(MetaTypeVariant::Sequence(group) | MetaTypeVariant::All(group)) => (false, group),
            Some(MetaTypeVariant::Choice(group)) => (true, group),
            _ => return Err(self.surprise(group)),
        };
        let mut found: Vec<Particle> = Vec::new();
        for element in group.elements.iter() {
            let (min, max) = (u32_of(element.min_occurs), max_of(element.max_occurs));
            let mut inside = match &element.variant {
                ElementMetaVariant::Type { type_, .. } => match index(element.ident.name.as_str(), 'e') {
                    Some(member) => vec![Particle {
                        member: Some(member),
                        ty: type_.clone(),
                        min: 1,
                        max: Some(1),
                        nillable: element.nillable,
                    }],
                    None => self.particles(type_, node)?,
                },
                ElementMetaVariant::Any { .. } => {
                    vec![Particle {
                        member: None,
                        ty: TypeIdent::ANY_TYPE,
                        min: 1,
                        max: Some(1),
                        nillable: false,
                    }]
                }
                ElementMetaVariant::Text => continue,
            };
            for particle in &mut inside {
                particle.min = if choice { 0 } else { times(particle.min, min) };
                particle.max = times_max(particle.max, max);
            }
            for particle in inside {
                self.join(&mut found, particle, choice, node)?;
            }
        }
        Ok(found)
    }

    fn join(
        &self,
        found: &mut Vec<Particle>,
        particle: Particle,
        choice: bool,
        node: &super::tree::Node,
    ) -> Result<()> {
        let name = |particle: &Particle| particle.member.map(|index| &self.all.members[index].name);
        let Some(known) = found.iter_mut().find(|known| name(known) == name(&particle)) else {
            found.push(particle);
            return Ok(());
        };
        if let Some(name) = name(&particle)
            && self.type_ref(&known.ty)?.0 != self.type_ref(&particle.ty)?.0
        {
            let place =
                particle.member.map_or_else(|| node.place(), |index| self.all.members[index].place.clone());
            return Err(Error::new(
                place,
                format!("the member `{name}` stands twice in one type, with different types"),
            )
            .hint("give both the same named type"));
        }
        known.nillable |= particle.nillable;
        known.min = if choice { 0 } else { known.min.saturating_add(particle.min) };
        known.max = match (known.max, particle.max) {
            (Some(one), Some(other)) => Some(if choice { one.max(other) } else { one.saturating_add(other) }),
            _ => None,
        };
        Ok(())
    }
}

#[derive(Debug, Default)]
struct Fields {
    members: Vec<Field>,
    inherited: usize,
    open: bool,
}

impl Fields {
    fn position(&self, field: &Field) -> Option<usize> {
        self.members.iter().position(|known| known.kind == field.kind && known.name == field.name)
    }

    fn add(&mut self, field: Field) {
        if self.position(&field).is_none() {
            self.members.push(field);
        }
    }
}

fn plain(name: Name, kind: FieldKind, ty: TypeRef) -> Field {
    Field {
        name,
        kind,
        ty,
        min: 1,
        max: Some(1),
        nillable: false,
        default: None,
        doc: None,
        length: None,
        required: false,
        confidence: None,
    }
}

/// Runs xsd-parser. Each built-in is declared as a type of its own, so that none becomes a Rust type on the way.
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

fn times(one: u32, other: u32) -> u32 {
    one.saturating_mul(other)
}

fn times_max(one: Option<u32>, other: Option<u32>) -> Option<u32> {
    match (one, other) {
        (Some(0), _) | (_, Some(0)) => Some(0),
        (Some(one), Some(other)) => Some(one.saturating_mul(other)),
        _ => None,
    }
}

fn builtin(name: &str) -> Builtin {
    match name {
        "boolean" => Builtin::Boolean,
        "byte" => Builtin::Byte,
        "short" => Builtin::Short,
        "int" => Builtin::Int,
        "long" => Builtin::Long,
        "unsignedByte" => Builtin::UnsignedByte,
        "unsignedShort" => Builtin::UnsignedShort,
        "unsignedInt" => Builtin::UnsignedInt,
        "unsignedLong" => Builtin::UnsignedLong,
        "integer" | "nonNegativeInteger" | "positiveInteger" | "nonPositiveInteger" | "negativeInteger" => {
            Builtin::Integer
        }
        "decimal" => Builtin::Decimal,
        "float" => Builtin::Float,
        "double" => Builtin::Double,
        "dateTime" | "dateTimeStamp" => Builtin::DateTime,
        "base64Binary" => Builtin::Base64Binary,
        "anyType" | "anySimpleType" => Builtin::Any,
        _ => Builtin::String,
    }
}

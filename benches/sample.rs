//! Values for the benchmarks, made by a seeded generator from the contract's own tables.

use ongoing_wms::api::TYPES;
use ongoing_wms::operation::{MemberInfo, TypeInfo};
use serde_json::{Map, Value, json};

/// Numbers that are the same in each run.
pub struct Seeded(u64);

impl Seeded {
    pub fn new(seed: u64) -> Self {
        Seeded(seed)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % bound
    }

    fn word(&mut self) -> String {
        const WORDS: [&str; 12] = [
            "Blå mugg",
            "Skruv 4,5 × 40",
            "Tom & Söner AB",
            "Göteborg",
            "Storgatan 12",
            "A-1000",
            "kartong",
            "Ömtåligt < 5 kg",
            "SE",
            "leverera till grannen",
            "Lagerhylla 7",
            "Å",
        ];
        let word = WORDS[self.below(WORDS.len() as u64) as usize];
        format!("{word} {}", self.below(100_000))
    }
}

/// A value of a type of the contract in JSON form: each optional member with a chance of two in three, lists of
/// `items` items, no type inside itself more than once.
pub fn value(random: &mut Seeded, name: &str, items: u64, outer: &mut Vec<&'static str>) -> Value {
    let Some(ty) = TYPES.iter().find(|ty| ty.name == name) else { return Value::Null };
    if let [(first, _), ..] = ty.values {
        return json!(first);
    }
    outer.push(ty.name);
    let members = ty.members.iter().filter_map(|member| {
        let wanted = member.required || member.min > 0 || random.below(3) > 0;
        wanted
            .then(|| Some((member.name.to_owned(), self::member(random, ty, member, items, outer)?)))
            .flatten()
    });
    let members = members.collect::<Map<_, _>>();
    outer.pop();
    Value::Object(members)
}

fn member(
    random: &mut Seeded,
    owner: &TypeInfo,
    member: &MemberInfo,
    items: u64,
    outer: &mut Vec<&'static str>,
) -> Option<Value> {
    if outer.iter().filter(|name| **name == member.ty).count() > 0 || owner.name == member.ty {
        return None;
    }
    let is_list = !member.item.is_empty() || member.repeats;
    if is_list {
        return Some((0..items).map(|_| single(random, member.ty, items, outer)).collect());
    }
    Some(single(random, member.ty, items, outer))
}

fn single(random: &mut Seeded, ty: &str, items: u64, outer: &mut Vec<&'static str>) -> Value {
    match ty {
        "string" => json!(random.word()),
        "int" | "long" => json!(random.below(1_000_000)),
        "boolean" => json!(random.below(2) == 1),
        "decimal" => json!(format!("{}.{:02}", random.below(10_000), random.below(100))),
        "dateTime" => json!(format!("2026-{:02}-{:02}T12:30:00", 1 + random.below(12), 1 + random.below(28))),
        "base64Binary" => json!("AAECAwQFBgc="),
        named => value(random, named, items, outer),
    }
}

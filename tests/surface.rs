//! `fixtures/surface.txt` lists what the contract offers, one fact a line, so that a refresh of the WSDL can be read as
//! a diff. Without the contract that lies here (`ONGOING_WSDL`) there is nothing to compare.
#![cfg(own_contract)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use ongoing_wms::api::{OPERATIONS, TYPES};
use ongoing_wms::operation::MemberInfo;

#[test]
fn the_surface_is_the_recorded_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/surface.txt");
    let recorded = fs::read_to_string(&path).unwrap_or_default();
    let present = surface();
    if recorded == present {
        return;
    }
    if std::env::var_os("CI").is_none() {
        fs::write(&path, &present).unwrap();
    }
    panic!(
        "the contract's surface has changed; fixtures/surface.txt is written anew:\n{}",
        log(&recorded, &present)
    );
}

/// Every line says of what it speaks (up to `: `), and what holds for it.
fn surface() -> String {
    let mut text = String::new();
    for operation in &OPERATIONS {
        let name = operation.name;
        let _ = writeln!(text, "operation {name}: {} {}", operation.effect.as_str(), operation.action);
        for (direction, members) in [("request", operation.members), ("answer", operation.results)] {
            for member in members {
                let _ = writeln!(text, "operation {name} {direction} {}", fact(member));
            }
        }
    }
    for ty in &TYPES {
        let name = ty.name;
        let open = if ty.open { " open" } else { "" };
        let base = if ty.base.is_empty() { String::new() } else { format!(" extends {}", ty.base) };
        let kind = if ty.values.is_empty() { "structure" } else { "enumeration" };
        let _ = writeln!(text, "type {name}: {kind}{open}{base}");
        for member in ty.members {
            let _ = writeln!(text, "type {name} member {}", fact(member));
        }
        for (value, _) in ty.values {
            let _ = writeln!(text, "type {name} value {value}: listed");
        }
    }
    text
}

fn fact(member: &MemberInfo) -> String {
    let mut text = format!("{}: {}", member.name, member.ty);
    if !member.item.is_empty() {
        let _ = write!(text, " in {}", member.item);
    }
    let _ = write!(text, " {}..{}", member.min, if member.repeats { "many" } else { "1" });
    for (said, what) in [
        (member.nillable, "nillable"),
        (member.required, "required"),
        (member.attribute, "attribute"),
        (member.sender, "sender"),
    ] {
        if said {
            let _ = write!(text, " {what}");
        }
    }
    if member.length > 0 {
        let _ = write!(text, " length {}", member.length);
    }
    text
}

/// A change log: what was added, what was removed, what is another than before.
fn log(before: &str, after: &str) -> String {
    let facts = |text: &str| -> BTreeMap<String, String> {
        text.lines()
            .map(|line| line.split_once(": ").unwrap_or((line, "")))
            .map(|(of, what)| (of.to_owned(), what.to_owned()))
            .collect()
    };
    let (old, new) = (facts(before), facts(after));
    let mut log = String::new();
    for of in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        let _ = match (old.get(of), new.get(of)) {
            (None, Some(what)) => writeln!(log, "added    {of}: {what}"),
            (Some(what), None) => writeln!(log, "removed  {of}: {what}"),
            (Some(was), Some(is)) if was != is => writeln!(log, "changed  {of}: {was} -> {is}"),
            _ => Ok(()),
        };
    }
    if log.is_empty() {
        log.push_str("moved    the same facts stand in another order\n");
    }
    log
}

#[test]
fn the_log_reads_like_a_change_log() {
    let before = "operation A: read urn:A\ntype T member X: int 1..1\ntype T member Y: int 1..1\n";
    let after = "operation A: read urn:A\ntype T member X: long 0..1\ntype T value Z: listed\n";
    assert_eq!(
        log(before, after),
        "changed  type T member X: int 1..1 -> long 0..1\nremoved  type T member Y: int 1..1\nadded    type T value Z: \
         listed\n"
    );
    assert_eq!(log("a: 1\nb: 2\n", "b: 2\na: 1\n"), "moved    the same facts stand in another order\n");
}

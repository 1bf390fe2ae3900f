//! The contract is that of the notation in `fixtures/contracts`: each WSDL is read here by other code than that which wrote
//! it, and compared both ways.

mod facts;
mod notation;
mod wsdl;

use std::fs;
use std::path::Path;

use facts::{Facts, element};

/// What is newer than February 2024, or was withdrawn before.
const OTHER_OPERATIONS: [&str; 8] = [
    "GetArticleCategories",
    "GetArticleGroups",
    "GetArticleMaterials",
    "GetMovementsByQuery",
    "GetOrdersPickabilityByQuery",
    "ProcessTrip",
    "UpdateArticleMaterials",
    "UpdateProductionOrder",
];

/// Newer members of the sixty operations: of requests only, each with its confidence in `annotations.toml`.
const NEWER_MEMBERS: [(&str, &str); 7] = [
    ("GetInventoryQuery", "ArticleSystemIdsToGet"),
    ("ProductionOrderFilters", "ProductionOrderFreeBoolean1"),
    ("ProductionOrderFilters", "ProductionOrderFreeBoolean2"),
    ("ProductionOrderLine", "ProductionOrderLineProduceBatchNo"),
    ("ProductionOrderLine", "ProductionOrderLineProduceSerial"),
    ("UploadInOrderFile", "FileWillBeDeletedAt"),
    ("UploadShipmentFile", "FileWillBeDeletedAt"),
];

fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn noted(file: &str) -> Facts {
    notation::read(&text(&format!("fixtures/contracts/{file}")))
}

fn same(wsdl: &str, facts: &Facts) {
    let differences = facts.differences(&wsdl::read(&text(wsdl)));
    assert!(differences.is_empty(), "{wsdl}: {} differences:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn the_contracts_of_2017_and_2024_are_those_of_their_notation() {
    let (older, newer) = (noted("contract-2017.txt"), noted("contract-2024.txt"));
    assert_eq!((older.operations.len(), newer.operations.len()), (43, 60));
    assert_eq!((newer.structs.len() - 120, newer.enums.len()), (557, 126));
    same("fixtures/contracts/2017.wsdl", &older);
    same("fixtures/contracts/2024.wsdl", &newer);
}

#[test]
fn ours_is_that_of_2024_and_what_is_listed() {
    let exact = noted("contract-2024.txt");
    let whole = notation::read(&format!(
        "{}\n{}",
        text("fixtures/contracts/contract-2024.txt"),
        text("fixtures/contracts/additions.txt")
    ));
    same("wsdl/service.wsdl", &whole);

    let ours = wsdl::read(&text("wsdl/service.wsdl"));
    let others: Vec<&str> = ours
        .operations
        .keys()
        .filter(|name| !exact.operations.contains_key(*name))
        .map(String::as_str)
        .collect();
    assert_eq!(others, OTHER_OPERATIONS);
    let mut newer = Vec::new();
    for name in exact.structs.keys() {
        for member in ours.structs[name].iter().filter(|member| !exact.structs[name].contains(member)) {
            newer.push((name.as_str(), member.split(' ').next().unwrap()));
        }
        let kept: Vec<&String> =
            ours.structs[name].iter().filter(|member| exact.structs[name].contains(member)).collect();
        assert_eq!(kept, exact.structs[name].iter().collect::<Vec<_>>(), "{name}: members in their order");
    }
    assert_eq!(newer, NEWER_MEMBERS);
    for (name, values) in &exact.enums {
        assert_eq!(&ours.enums[name], values, "{name}");
    }
}

#[test]
fn answers_have_no_newer_member() {
    let exact = noted("contract-2024.txt");
    let ours = wsdl::read(&text("wsdl/service.wsdl"));
    let answers: Vec<String> = exact.operations.values().map(|(_, response)| element(response)).collect();
    let reached = ours.reached(&answers);
    assert!(reached.contains("PickedOrderLine"), "{reached:?}");
    for (ty, member) in NEWER_MEMBERS {
        assert!(!reached.contains(ty), "{ty}, which has {member}, is part of an answer");
    }
}

#[test]
fn a_trip_is_that_of_2017() {
    let older = noted("contract-2017.txt");
    let ours = wsdl::read(&text("wsdl/service.wsdl"));
    let (request, response) = &older.operations["ProcessTrip"];
    assert_eq!(ours.operations["ProcessTrip"], (request.clone(), response.clone()));
    let reached = older.reached(&[element(request), element(response)]);
    assert!(reached.contains("TripStop") && reached.contains("TripOperationType"), "{reached:?}");
    for name in &reached {
        assert_eq!(ours.structs.get(name), older.structs.get(name), "{name}");
        assert_eq!(ours.enums.get(name), older.enums.get(name), "{name}");
    }
}

/// `confidence` stands at what is newer than February 2024, and nowhere else.
#[test]
fn confidence_is_said_of_what_is_newer_alone() {
    let exact = noted("contract-2024.txt");
    let ours = wsdl::read(&text("wsdl/service.wsdl"));
    // At the top stand settings of the whole service; its tables are the notes.
    let notes: toml::Table = toml::from_str(&text("wsdl/annotations.toml")).unwrap();
    let trip = noted("contract-2017.txt").reached(&[element("ProcessTrip"), element("ProcessTripResponse")]);
    let said =
        |kind: &str, name: &str| notes[kind].get(name).is_some_and(|entry| entry.get("confidence").is_some());
    for name in ours.operations.keys() {
        let is_newer = !exact.operations.contains_key(name) && name != "ProcessTrip";
        assert_eq!(said("operations", name), is_newer, "{name}");
    }
    let is_type = |name: &&String| !name.starts_with('<') && !ours.is_list(name) && !trip.contains(*name);
    for name in ours.structs.keys().filter(is_type) {
        let known = exact.structs.get(name);
        assert_eq!(said("types", name), known.is_none(), "{name}");
        for member in &ours.structs[name] {
            let is_newer = !known.is_some_and(|members| members.contains(member));
            let member = member.split(' ').next().unwrap();
            let entry = notes["types"].get(name).and_then(|entry| entry.get("members")?.get(member));
            let is_said = entry.is_some_and(|entry| entry.get("confidence").is_some());
            assert_eq!(is_said, is_newer, "{name}.{member}");
        }
    }
}

/// `since` stands at what the contract of 2017 does not have and that of 2024 has, and nowhere else.
#[test]
fn since_is_said_of_what_2017_lacks() {
    let (older, newer) = (noted("contract-2017.txt"), noted("contract-2024.txt"));
    let notes: toml::Table = text("wsdl/annotations.toml").parse().unwrap();
    let said =
        |kind: &str, name: &str| notes[kind].get(name).is_some_and(|entry| entry.get("since").is_some());
    for name in newer.operations.keys() {
        assert_eq!(said("operations", name), !older.operations.contains_key(name), "{name}");
    }
    for name in newer.enums.keys() {
        assert_eq!(said("types", name), !older.enums.contains_key(name), "{name}");
    }
    let mut members = 0;
    for (name, known) in
        newer.structs.iter().filter(|(name, _)| !name.starts_with('<') && !newer.is_list(name))
    {
        let before = older.structs.get(name);
        assert_eq!(said("types", name), before.is_none(), "{name}");
        for member in known {
            let name_of = |member: &String| member.split(' ').next().unwrap().to_owned();
            let is_newer = before
                .is_some_and(|before| !before.iter().map(name_of).any(|other| other == name_of(member)));
            let entry = notes["types"].get(name).and_then(|entry| entry.get("members")?.get(name_of(member)));
            assert_eq!(entry.is_some_and(|entry| entry.get("since").is_some()), is_newer, "{name}.{member}");
            members += usize::from(is_newer);
        }
    }
    assert!(members > 300, "{members}");
}

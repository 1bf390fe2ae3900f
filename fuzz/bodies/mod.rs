//! What each fuzz target does with some bytes, as plain functions: libFuzzer calls them with what it finds, and
//! `tests/fuzz_corpora.rs` with what lies in `corpus`.

pub mod answer;
pub mod csv;
pub mod generator;
pub mod journal;
pub mod json;
pub mod masking;
#[cfg(fuzzing)]
pub mod scanner;
pub mod values;

/// What a target does with some bytes.
type Body = fn(&[u8]);

/// The names of the targets, which are those of their corpora, with their functions. That of `scanner` calls what only
/// tests of the library can see: its corpus is replayed there.
#[allow(dead_code, reason = "for the replay of the corpora")]
pub const ALL: [(&str, Body); 7] = [
    ("answer", answer::run),
    ("csv", csv::run),
    ("generator", generator::run),
    ("journal", journal::run),
    ("json", json::run),
    ("masking", masking::run),
    ("values", values::run),
];

/// Some operations that differ in the shape of their answers and requests.
const OPERATIONS: [&str; 8] = [
    "GetOrderStatuses",
    "GetOrdersByQuery",
    "GetInventoryByQuery",
    "GetArticleItems",
    "GetInOrdersByQuery",
    "ProcessOrder",
    "ProcessArticle",
    "GetReportedQuantities",
];

/// The operation that a byte chooses.
fn operation(byte: u8) -> &'static ongoing_wms::operation::OperationInfo {
    let known: Vec<_> = OPERATIONS.iter().filter_map(|name| ongoing_wms::dynamic::find(name)).collect();
    known[usize::from(byte) % known.len()]
}

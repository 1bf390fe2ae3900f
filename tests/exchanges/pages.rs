//! Golden pages: each folder `fixtures/pages/<Operation>` is one answer, requested page by page.
//!
//! | file | what it is |
//! |---|---|
//! | `input.json` | the request in JSON form, without the members that page |
//! | `answer-1.xml` .. | the answer to each page in turn, byte for byte |
//! | `request-1.xml` .. | the envelopes that are sent, laid out as in `fixtures/exchanges` |
//! | `rows.jsonl` | the rows of all pages, one a line, each behind the id by which it pages |
//!
//! `input.json` and the answers are written by hand, the others by this test, as for the exchanges.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ongoing_wms::api::OPERATIONS;
use ongoing_wms::transport::Replay;
use ongoing_wms::{Client, Credentials, RetryPolicy, dynamic};

use crate::layout::lay_out;
use crate::refresh;

/// Rows of a page that are asked for.
const SIZE: u32 = 2;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pages")
}

/// The texts of the files that belong into the folder, besides those written by hand.
fn run(folder: &Path) -> BTreeMap<String, String> {
    let shown = folder.display();
    let name = folder.file_name().unwrap().to_str().unwrap();
    let operation = dynamic::find(name).unwrap_or_else(|| panic!("{shown}: no such operation"));
    let input = fs::read_to_string(folder.join("input.json")).unwrap_or_else(|e| panic!("{shown}: {e}"));
    let answers = (1..).map_while(|number| fs::read(folder.join(format!("answer-{number}.xml"))).ok());
    let replay = Arc::new(answers.fold(Replay::new(), |replay, body| replay.answer(name, 200, body)));
    let client = Client::builder("https://wms.example/acme/service.asmx")
        .credentials(Credentials::new("api-user", "c4nary").goods_owner_code("ACME").goods_owner_id(4711))
        .retry(RetryPolicy::never())
        .transport(replay.clone())
        .build()
        .unwrap();
    let request = serde_json::from_str(&input).unwrap_or_else(|e| panic!("{shown}/input.json: {e}"));
    let pages =
        dynamic::pages(&client, operation, &request, SIZE).unwrap_or_else(|| panic!("{shown}: not paged"));
    let mut rows = String::new();
    for row in pages.unwrap() {
        let row = row.unwrap_or_else(|e| panic!("{shown}: {e}"));
        let _ = writeln!(rows, "{} {}", row.id.unwrap(), row.json);
    }
    assert_eq!(replay.left(), 0, "{shown}: answers that nobody asked for");
    let mut files = BTreeMap::from([("rows.jsonl".to_owned(), rows)]);
    for (index, request) in replay.requests().iter().enumerate() {
        let body = String::from_utf8(request.body.clone()).unwrap();
        assert!(!body.contains("c4nary"), "{shown}: the password is in a request");
        files.insert(format!("request-{}.xml", index + 1), lay_out(&body));
    }
    files
}

#[test]
fn every_answer_is_paged_as_its_folder_says() {
    let mut differ = Vec::new();
    let mut folders = BTreeSet::new();
    for entry in fs::read_dir(root()).unwrap() {
        let folder = entry.unwrap().path();
        folders.insert(folder.file_name().unwrap().to_str().unwrap().to_owned());
        for (name, text) in run(&folder) {
            let path = folder.join(name);
            if fs::read_to_string(&path).ok().as_ref() != Some(&text) {
                refresh(&path, Some(&text));
                differ.push(format!("{}\n{text}", path.display()));
            }
        }
    }
    assert!(differ.is_empty(), "new texts are written, read them:\n\n{}", differ.join("\n"));
    let paged = OPERATIONS.iter().filter(|operation| dynamic::paging(operation).is_some());
    let paged: BTreeSet<String> = paged.map(|operation| operation.name.to_owned()).collect();
    assert_eq!(folders, paged, "each operation that pages has a folder");
}

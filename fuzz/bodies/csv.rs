//! A column map and a CSV file: every mistake is an error with a place, and the same file gives the same records.

use std::fs;

use ongoing_wms::batch::{ColumnMap, Input, Kind};

/// A column map, a line of three dashes, and a file.
pub fn run(data: &[u8]) {
    const BETWEEN: &[u8] = b"\n---\n";
    let Some(at) = data.windows(BETWEEN.len()).position(|window| window == BETWEEN) else { return };
    let (map, file) = (&data[..at], &data[at + BETWEEN.len()..]);
    let Ok(map) = str::from_utf8(map) else { return };
    let Ok(map) = ColumnMap::parse(map, "map.toml") else { return };
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("in.csv");
    fs::write(&path, file).expect("a file can be written");
    for kind in ["articles", "orders"] {
        let kind = Kind::find(kind).expect("the kind is known");
        let read = || {
            let records = Input::new(&path).map(map.clone()).records(kind);
            let records = match records {
                Ok(records) => records,
                Err(error) => return vec![Err(error.to_string())],
            };
            // Reading goes on after a record that is wrong, but not for ever.
            let told = records.map(|record| match record {
                Ok(record) => Ok((record.place.to_string(), record.payload)),
                Err(error) => Err(error.to_string()),
            });
            told.take(10_000).collect::<Vec<_>>()
        };
        let first = read();
        assert!(first.len() <= file.len() + 1, "more records than bytes");
        assert_eq!(first, read(), "the second time it is the same");
    }
}

//! The corpora of the fuzz targets, with stable Rust: what was found once stays found. `fuzz/README.md` says how to fuzz.
#![cfg(all(feature = "batch", own_contract))]

use std::fs;
use std::path::Path;

#[path = "../fuzz/bodies/mod.rs"]
mod bodies;

#[test]
fn each_corpus_is_borne() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, run) in bodies::ALL {
        let mut files: Vec<_> = fs::read_dir(corpora.join(name))
            .unwrap_or_else(|error| panic!("the corpus of {name}: {error}"))
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        assert!(!files.is_empty(), "the corpus of {name} is empty");
        for file in files {
            // What fails is shown with the name of its file.
            println!("{}", file.display());
            run(&fs::read(&file).unwrap());
        }
    }
}

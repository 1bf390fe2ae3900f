//! How fast `push` delivers: 1,000 and 10,000 articles, new and then unchanged, to a sandbox in this process over HTTP.
//! Client and server share the processors and the disk.
//!
//! `cargo bench --bench push`, with numbers after `--` for other sizes. The time of a push that is all unchanged is that
//! of checking the input and of verifying the journal.

use std::fmt::Write as _;
use std::time::Instant;
use std::{env, fs};

use ongoing_wms::Client;
use ongoing_wms::batch::push::Silent;
use ongoing_wms::batch::{Kind, Push, Source};
use ongoing_wms::sandbox::Sandbox;

fn main() {
    let given: Vec<usize> = env::args().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if given.is_empty() { vec![1_000, 10_000] } else { given };
    for size in sizes {
        let sandbox = Sandbox::start().expect("a sandbox");
        let client =
            Client::builder(sandbox.url()).credentials(sandbox.credentials()).build().expect("a client");
        let folder = tempfile::tempdir().expect("a folder");
        let input = folder.path().join("articles.jsonl");
        fs::write(&input, articles(size)).expect("an input");
        for what in ["new", "unchanged"] {
            let begun = Instant::now();
            let articles = Kind::find("articles").expect("the kind");
            let summary = Push::new(articles, Source::new(&input)).run(&client, &Silent).expect("a push");
            let seconds = begun.elapsed().as_secs_f64();
            assert_eq!(summary.done, size as u64, "{summary:?}");
            println!("{size:>6} {what:<9}  {seconds:6.2} s  {:8.0} records/s", size as f64 / seconds);
        }
    }
}

fn articles(size: usize) -> String {
    (0..size).fold(String::new(), |mut text, number| {
        let _ = writeln!(
            text,
            "{{\"ArticleNumber\":\"A-{number}\",\"ArticleName\":\"Blå mugg {number}\",\"Weight\":\"0.{number}\",\
             \"BarCode\":\"73{number:011}\",\"ArticleDescription\":\"A mug of the colour that it has\"}}"
        );
        text
    })
}

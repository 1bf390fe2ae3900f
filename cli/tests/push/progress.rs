//! What a long push says on the way.

use std::time::{Duration, Instant};

use ongoing_wms::sandbox::{Disturbance, DisturbanceKind};
use serde_json::{Value, json};

use crate::shop::Shop;
use crate::{push_kind, write};

/// 100 records, of which an earlier run has delivered 50: rate and total are those of this run.
#[test]
fn a_resumed_push_shows_the_rate_of_this_run() {
    let shop = Shop::open();
    let articles: Vec<Value> =
        (0..100).map(|number| json!({ "ArticleNumber": format!("A-{number}") })).collect();
    write(&shop, "a.jsonl", &articles);
    // The 51st asks for a wait that the push does not have the patience for.
    let later = DisturbanceKind::Status { code: 503, retry_after: Some(3_600) };
    shop.sandbox.disturb(Disturbance::on("ProcessArticle", later).about("A-50").times(9));
    let (code, figures, errors) = push_kind(&shop, "articles", &["a.jsonl"]);
    assert_eq!((code, &figures["done"]), (75, &json!(50)), "{errors}");
    shop.sandbox.undisturb();
    let slow = DisturbanceKind::Delay(Duration::from_millis(130));
    shop.sandbox.disturb(Disturbance::on("ProcessArticle", slow).times(50));
    let begun = Instant::now();
    let (code, figures, errors) = push_kind(&shop, "articles", &["a.jsonl", "--settle", "0"]);
    let rate = 50.0 / begun.elapsed().as_secs_f64();
    assert_eq!((code, &figures["done"]), (0, &json!(100)), "{errors}");
    // `38 of 50, 7.6/s, 2 s left`, each five seconds.
    let line = errors.lines().find(|line| line.contains(" of 50, ")).unwrap_or_else(|| panic!("{errors}"));
    let shown: f64 =
        line.split([' ', '/']).find_map(|word| word.contains('.').then(|| word.parse().ok())?).unwrap();
    assert!((rate * 0.7..rate * 1.4).contains(&shown), "{line}; it was {rate:.1}/s");
}

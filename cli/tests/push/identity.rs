//! Whose record it is, and which.

use std::fs;

use ongoing_wms::sandbox::{Disturbance, DisturbanceKind, Sandbox};
use serde_json::{Value, json};

use crate::shop::Shop;
use crate::{create, order, push, push_kind, quantities, three_orders, write};

/// A push of articles for a goods owner, to a warehouse that has two.
fn push_for(shop: &Shop, sandbox: &Sandbox, owner: &str) -> (Option<i32>, Value) {
    let mut push =
        shop.command(&["push", "articles", "a.jsonl", "--goods-owner", owner, "--summary", "json"]);
    let output = push.env("ONGOING_URL", sandbox.url()).output().unwrap();
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn the_same_file_for_another_goods_owner_is_other_records() {
    let sandbox = Sandbox::builder().goods_owner("ONE", 1).goods_owner("TWO", 2).start().unwrap();
    let shop = Shop::open();
    write(&shop, "a.jsonl", &[json!({ "ArticleNumber": "A" })]);
    for owner in ["ONE", "TWO"] {
        let (code, figures) = push_for(&shop, &sandbox, owner);
        assert_eq!((code, &figures["sent"]), (Some(0), &json!(1)), "{owner}");
    }
    for owner in ["ONE", "TWO"] {
        assert_eq!(sandbox.for_goods_owner(owner).unwrap().rows("articles").unwrap().len(), 1);
    }
}

#[test]
fn the_goods_owner_is_the_same_however_it_is_given() {
    let shop = three_orders();
    let mut named = create("1", "A", 1);
    named["@goodsOwner"] = json!("DEMO");
    write(&shop, "o.jsonl", &[create("1", "A", 1)]);
    assert_eq!(push(&shop, &["o.jsonl", "--resend-delay", "0"]).0, 0);
    write(&shop, "p.jsonl", &[named.clone()]);
    let (code, figures, errors) = push(&shop, &["p.jsonl"]);
    assert_eq!((code, &figures["sent"], &figures["unchanged"]), (0, &json!(0), &json!(1)), "{errors}");
    // In one input they are one record twice.
    write(
        &shop,
        "q.jsonl",
        &[create("9", "A", 1), {
            named["OrderInfo"]["GoodsOwnerOrderNumber"] = json!("9");
            named
        }],
    );
    let (code, _, errors) = push(&shop, &["q.jsonl"]);
    assert!(code == 65 && errors.contains("duplicate key 9"), "{code} {errors}");
    assert_eq!(quantities(&shop), ["1: 1 A"]);
}

#[test]
fn keys_that_look_alike_are_refused() {
    let shop = three_orders();
    write(&shop, "o.jsonl", &[order("a1", "A", 1), order("A1", "A", 2)]);
    let (code, _, errors) = push(&shop, &["o.jsonl"]);
    assert!(
        code == 65 && errors.contains(r#"key "A1" differs from "a1" (at o.jsonl:1) only in case"#),
        "{code} {errors}"
    );
    write(&shop, "o.jsonl", &[order("a1", "A", 1)]);
    assert_eq!(push(&shop, &["o.jsonl"]).0, 0);
    write(&shop, "o.jsonl", &[order("a1 ", "A", 2)]);
    let (code, _, errors) = push(&shop, &["o.jsonl"]);
    assert!(code == 65 && errors.contains("--exact-keys"), "{code} {errors}");
    let (code, figures, errors) = push(&shop, &["o.jsonl", "--exact-keys"]);
    assert_eq!((code, &figures["done"]), (0, &json!(1)), "{errors}");
}

#[test]
fn a_check_compares_keys_with_those_of_the_journal() {
    let shop = Shop::open();
    write(&shop, "a.jsonl", &[json!({ "ArticleNumber": "Mug" })]);
    assert_eq!(push_kind(&shop, "articles", &["a.jsonl"]).0, 0);
    write(&shop, "a.jsonl", &[json!({ "ArticleNumber": "Bowl" }), json!({ "ArticleNumber": "MUG " })]);
    let check = |more: &[&str]| {
        let mut arguments = vec!["push", "articles", "a.jsonl", "--check"];
        arguments.extend(more);
        shop.ongoing(&arguments)
    };
    let (code, _, errors) = check(&[]);
    let told = "a.jsonl:2: key \"MUG \" differs from \"Mug\" (at a.jsonl:1) only in case or outer space";
    assert!(code == 65 && errors.contains(told), "{code} {errors}");
    assert_eq!(check(&["--exact-keys"]).0, 0);
    // A journal that cannot be read is no fault of the input.
    std::fs::write(shop.file("articles.journal"), "no journal").unwrap();
    let (code, _, errors) = check(&[]);
    assert!(code == 0 && errors.contains("warning: keys are not compared"), "{code} {errors}");
}

#[test]
fn exact_keys_are_looked_up_as_they_are() {
    let shop = Shop::with_stock(&[("A", 9)]);
    write(&shop, "o.jsonl", &[create("k-1", "A", 1)]);
    assert_eq!(push(&shop, &["o.jsonl", "--resend-delay", "0"]).0, 0);
    // Another one, though only in case: what is there under `k-1` says nothing about it, not even of the same content.
    write(&shop, "o.jsonl", &[create("K-1", "A", 1)]);
    let (code, figures, errors) = push(&shop, &["o.jsonl", "--resend-delay", "0", "--exact-keys"]);
    assert_eq!((code, &figures["sent"]), (0, &json!(1)), "{errors}");
    assert_eq!(quantities(&shop), ["k-1: 1 A", "K-1: 1 A"]);
}

#[test]
fn what_the_user_says_names_the_goods_owner() {
    let shop = Shop::open();
    write(&shop, "c.jsonl", &[json!({ "CustomerNumber": "C1", "Name": "Å" })]);
    shop.sandbox.disturb(Disturbance::on("ProcessCustomer", DisturbanceKind::CutAfter));
    assert_eq!(push_kind(&shop, "customers", &["c.jsonl"]).0, 75);
    for (name, hint) in
        [("C1", "OWNER:KEY: DEMO:C1"), ("DEMO:C2", "has no record DEMO:C2"), ("TWO:C1", "has no record")]
    {
        for flag in ["--done", "--not-done"] {
            let (code, _, errors) = push_kind(&shop, "customers", &["c.jsonl", flag, name]);
            assert!(code == 65 && errors.contains(hint), "{flag} {name}: {code} {errors}");
        }
    }
    let (code, figures, _) = push_kind(&shop, "customers", &["c.jsonl", "--done", "DEMO:C1"]);
    assert_eq!((code, &figures["done"], shop.calls("ProcessCustomer")), (0, &json!(1), 1));
    assert!(!fs::read_to_string(shop.file("c.jsonl")).unwrap().is_empty());
}

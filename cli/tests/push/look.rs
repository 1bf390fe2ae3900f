//! What push shows of an input without sending anything.

use std::fs;

use serde_json::{Value, json};

use super::{order, push, three_orders, write};
use crate::shop::Shop;

fn planned(shop: &Shop, arguments: &[&str]) -> Vec<String> {
    let mut all = vec!["push", "orders", "--dry-run"];
    all.extend(arguments);
    let (out, errors) = shop.done(&all);
    assert!(errors.contains("nothing was sent"), "{errors}");
    out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let shop = three_orders();
    assert_eq!(
        planned(&shop, &["o.jsonl"]),
        ["send DEMO:1 o.jsonl:1", "send DEMO:2 o.jsonl:2", "send DEMO:3 o.jsonl:3"]
    );
    assert_eq!(shop.files(), ["o.jsonl"], "no journal is made");
    write(&shop, "o.jsonl", &[order("1", "A", 1), order("2", "NONE", 2)]);
    assert_eq!(push(&shop, &["o.jsonl"]).0, 1);
    let before = fs::read(shop.file("orders.journal")).unwrap();
    write(&shop, "new.jsonl", &[order("1", "A", 5), order("2", "NONE", 2), order("3", "A", 3)]);
    assert_eq!(
        planned(&shop, &["new.jsonl"]),
        ["refused DEMO:2 new.jsonl:2", "update DEMO:1 new.jsonl:1", "send DEMO:3 new.jsonl:3"]
    );
    assert_eq!(planned(&shop, &["new.jsonl", "--retry-refused"])[0], "send DEMO:2 new.jsonl:2");
    assert_eq!(planned(&shop, &["o.jsonl"]), ["refused DEMO:2 o.jsonl:2"], "the other is done");
    let (out, _) = shop.done(&["push", "orders", "new.jsonl", "--dry-run", "--summary", "json"]);
    let figures: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&figures["update"], &figures["send"], &figures["refused"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(fs::read(shop.file("orders.journal")).unwrap(), before, "the journal is as it was");
    // What was planned is what is done.
    let (_, figures, _) = push(&shop, &["new.jsonl"]);
    assert_eq!((&figures["sent"], &figures["refusedEarlier"]), (&json!(2), &json!(1)));
}

#[test]
fn a_dry_run_finds_what_is_wrong_with_the_input_and_the_journal() {
    let shop = three_orders();
    push(&shop, &["o.jsonl"]);
    write(&shop, "wrong.jsonl", &[order("1", "A", 1), order("1", "A", 2)]);
    let (code, _, errors) = shop.ongoing(&["push", "orders", "wrong.jsonl", "--dry-run"]);
    assert!(code == 65 && errors.contains("duplicate key"), "{errors}");
    let other = ["push", "orders", "o.jsonl", "--dry-run", "--url", "http://127.0.0.1:1/other/service.asmx"];
    let (code, _, errors) = shop.ongoing(&other);
    assert!(code != 0 && errors.contains("service"), "{errors}");
}

const MAP: &str = "group_by = 'no'\n[columns]\nOrderInfo.GoodsOwnerOrderNumber = 'no'\nCustomerOrderLines.ArticleNumber = 'article'\nCustomerOrderLines.NumberOfItems = 'items'\n";

#[test]
fn a_row_is_shown_as_what_it_becomes() {
    let shop = Shop::with_stock(&[("A", 10)]);
    fs::write(shop.file("o.csv"), "no,article,items\n1,A,2\n1,A,3\n2,A,x\n").unwrap();
    fs::write(shop.file("map.toml"), MAP).unwrap();
    let show = ["push", "orders", "o.csv", "--map", "map.toml", "--check", "--show", "1"];
    let (code, out, errors) = shop.ongoing(&show);
    assert!(
        code == 65 && errors.contains("o.csv:4"),
        "a record that is right is shown although another is wrong: {errors}"
    );
    assert!(out.starts_with("o.csv:2: DEMO:1\n{"), "{out}");
    for part in [
        "\"NumberOfItems\": \"3\"",
        "\"OrderOperation\": \"CreateOrUpdate\"",
        "<NumberOfItems>2</NumberOfItems>",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
    assert!(!out.contains("open-sesame"), "{out}");
    fs::write(shop.file("o.csv"), "no,article,items\n1,A,2\n").unwrap();
    let missing = ["push", "orders", "o.csv", "--map", "map.toml", "--check", "--show", "7"];
    let (code, _, errors) = shop.ongoing(&missing);
    assert!(code == 65 && errors.contains("no readable record with the number 7"), "{errors}");
    assert_eq!(shop.ongoing(&["push", "orders", "o.csv", "--map", "map.toml", "--show", "1"]).0, 2);
    assert_eq!(shop.files(), ["map.toml", "o.csv"]);
}

/// The map that is proposed for a file, and what was said about it.
fn proposed(shop: &Shop, kind: &str, file: &str) -> (String, String) {
    let (map, errors) = shop.done(&["push", kind, file, "--example-map"]);
    fs::write(shop.file("map.toml"), &map).unwrap();
    (map, errors)
}

#[test]
fn a_map_is_proposed_for_the_export_of_an_old_system() {
    let shop = Shop::with_stock(&[("A", 10), ("B", 10)]);
    let csv = "Ordernr;Kundnr;Kundnamn;Adress;Postnr;Ort;Leveransdatum;Artikelnr;Antal;Säljare\r\n\
               1001;7;Åsa;Storgatan 1;11122;Göteborg;24.12.2026;A;1,5;Bo\r\n\
               1001;7;Åsa;Storgatan 1;11122;Göteborg;24.12.2026;B;2;Bo\r\n\
               1002;8;Örjan;Lillgatan 2;22211;Malmö;01.12.2026;A;3;Eva\r\n";
    let latin: Vec<u8> = csv.chars().map(|char| u8::try_from(u32::from(char)).unwrap()).collect();
    fs::write(shop.file("o.csv"), latin).unwrap();
    let (map, errors) = proposed(&shop, "orders", "o.csv");
    for line in [
        "delimiter = \";\"",
        "encoding = \"windows-1252\"",
        "decimal_comma = true",
        "date_format = \"%d.%m.%Y\"",
        "group_by = \"Ordernr\"",
        "OrderInfo.GoodsOwnerOrderNumber = \"Ordernr\"",
        "OrderInfo.DeliveryDate = \"Leveransdatum\"",
        "Customer.Name = \"Kundnamn\"",
        "Customer.City = \"Ort\"",
        "CustomerOrderLines.ArticleNumber = \"Artikelnr\"",
        "CustomerOrderLines.NumberOfItems = \"Antal\"",
        "# ? = \"Säljare\"",
    ] {
        assert!(map.lines().any(|known| known.starts_with(line)), "{line}: {map}");
    }
    assert!(errors.contains("no member was found for the columns \"Säljare\""), "{errors}");
    let show = ["push", "orders", "o.csv", "--map", "map.toml", "--check", "--show", "1001"];
    let (shown, _) = shop.done(&show);
    for part in ["\"1.5\"", "Göteborg", "2026-12-24T00:00:00"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let (code, figures, errors) = push(&shop, &["o.csv", "--map", "map.toml"]);
    assert_eq!((code, &figures["done"]), (0, &json!(2)), "{errors}");
}

#[test]
fn a_map_is_proposed_for_articles_and_for_files_without_a_header() {
    let shop = Shop::open();
    fs::write(shop.file("a.csv"), "sku,name,ean,weight,fragile colour\nA-1,\"Mug, blue\",7310000000001,1.25,x\nA-2,Bowl,7310000000002,\"1,200.5\",\n").unwrap();
    let (map, errors) = proposed(&shop, "articles", "a.csv");
    for line in [
        "thousands = \",\"",
        "ArticleNumber = \"sku\"",
        "ArticleName = \"name\"",
        "BarCode = \"ean\"",
        "Weight = \"weight\"",
        "# ? = \"fragile colour\"",
    ] {
        assert!(map.lines().any(|known| known.starts_with(line)), "{line}: {map}");
    }
    assert!(!map.contains("delimiter") && !map.contains("encoding"), "{map}");
    assert!(errors.contains("fragile colour"), "{errors}");
    shop.done(&["push", "articles", "a.csv", "--map", "map.toml", "--check"]);

    fs::write(shop.file("n.csv"), "A-1;5\nA-2;6\n").unwrap();
    let (map, errors) = proposed(&shop, "articles", "n.csv");
    assert!(map.contains("no_header = true") && map.contains("# ? = 1"), "{map}");
    assert!(errors.contains("no column was found for ArticleNumber"), "{errors}");

    fs::write(shop.file("d.csv"), "Order,Delivery date,Item,Qty\n1,05/06/2026,A,1\n2,07/08/2026,A,1\n")
        .unwrap();
    let (map, errors) = proposed(&shop, "orders", "d.csv");
    assert!(
        map.contains("%d/%m/%Y") && errors.contains("whether day or month comes first is uncertain"),
        "{map}{errors}"
    );

    fs::write(shop.file("x.csv"), b"PK\x03\x04 not a table").unwrap();
    let (code, out, errors) = shop.ongoing(&["push", "orders", "x.csv", "--example-map"]);
    assert!(code == 65 && out.is_empty() && errors.contains("ZIP archive"), "{errors}");
}

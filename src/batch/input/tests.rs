//! Inputs as they come: what is read, what is refused, and where.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::dynamic::json_from_text;

/// A file of these bytes, read as records of a kind.
fn read(kind: &str, name: &str, bytes: &[u8], map: Option<&str>) -> Vec<Result<Record, String>> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    read_source(kind, Input::new(path), map, folder.path())
}

fn read_source(kind: &str, source: Input, map: Option<&str>, folder: &Path) -> Vec<Result<Record, String>> {
    let map = map.map(|text| ColumnMap::parse(text, "map.toml").unwrap());
    let source = map.into_iter().fold(source, Input::map);
    let prefix = format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR);
    let shown = |error: InputError| {
        let hint = error.hint.as_ref().map_or(String::new(), |hint| format!(" ({hint})"));
        format!("{error}{hint}").replace(&prefix, "")
    };
    match source.records(Kind::find(kind).unwrap()) {
        Ok(records) => records.map(|record| record.map_err(shown)).collect(),
        Err(error) => vec![Err(shown(error))],
    }
}

fn errors(records: Vec<Result<Record, String>>) -> Vec<String> {
    records.into_iter().filter_map(Result::err).collect()
}

fn payloads(records: Vec<Result<Record, String>>) -> Vec<Value> {
    records.into_iter().map(|record| Value::Object(record.unwrap().payload)).collect()
}

// ---- JSON Lines ------------------------------------------------------------------------------------------------

#[test]
fn json_lines_with_marks_blanks_and_line_ends_of_windows() {
    let text = "\u{feff}{\"ArticleNumber\":\"A\",\"Weight\":1.500}\r\n\r\n   \n\
                {\"@goodsOwner\":\"B\",\"@rejected\":{\"why\":1},\"ArticleNumber\":\"C\"}";
    let records = read("articles", "a.jsonl", text.as_bytes(), None);
    let found: Vec<_> = records.into_iter().map(Result::unwrap).collect();
    assert_eq!(found[0].payload["Weight"].to_string(), "1.500");
    assert_eq!((found[0].place.line, found[1].place.line), (Some(1), Some(4)));
    assert_eq!((found[0].goods_owner.as_deref(), found[1].goods_owner.as_deref()), (None, Some("B")));
    let expected = json!({
        "ArticleNumber": "C", "ArticleOperation": "CreateOrUpdate", "ArticleIdentification": "ArticleNumber",
    });
    assert_eq!(Value::Object(found[1].payload.clone()), expected);
}

#[test]
fn all_mistakes_of_json_lines_are_told() {
    let text =
        b"{\"a\":1,\"a\":2}\n[1]\n{\n{\"ArticleNumber\":\"A\"}\n{\"b\":\"\xe5\"}\n{\"@goodsOwner\":7}\n";
    let records = read("articles", "a.jsonl", text, None);
    assert_eq!(records.iter().filter(|record| record.is_ok()).count(), 1);
    assert_eq!(
        errors(records),
        [
            "a.jsonl:1: duplicate member `a` (column 10)",
            "a.jsonl:2: a record is an object with the members of the payload: {\"..\": ..} (`jq -c '.[]' FILE` puts \
             each item of a list on its own line)",
            "a.jsonl:3: not JSON: EOF while parsing an object (column 0) (each record must be on one line; \
             `jq -c . FILE` writes it so)",
            "a.jsonl:5: not UTF-8 (byte 7 of the line) (save it as UTF-8; another encoding would garble names and \
             addresses)",
            "a.jsonl:6: @goodsOwner: 7 is not the code of a goods owner (the code is a text in quotes)",
            "a.jsonl:6: ArticleIdentification: the required member is missing (the values are \
             SystemId, ArticleNumber, ProductCode, ArticleName)",
        ]
    );
}

// ---- CSV -------------------------------------------------------------------------------------------------------

const ORDERS: &str = "\
delimiter = ';'
encoding = 'windows-1252'
decimal_comma = true
date_format = '%d.%m.%Y'
group_by = 'Order'
goods_owner = 'Owner'
[columns]
OrderInfo.GoodsOwnerOrderNumber = 'Order'
OrderInfo.DeliveryDate = 'Date'
Customer.Name = 'Name'
CustomerOrderLines.ArticleNumber = 'Article'
CustomerOrderLines.NumberOfItems = { column = 'Qty', default = 1 }
[constants]
OrderInfo.Language = 'sv'
";

#[test]
fn rows_with_one_key_are_one_order() {
    let text = b"Order;Owner;Date;Name;Article;Qty\r\n\
                 1;X;24.12.2026;\"\xc5sa; \xd6berg\r\n(2)\";A;1,5\r\n\r\n\
                 1;X;24.12.2026;\"\xc5sa; \xd6berg\r\n(2)\";B;\r\n\
                 2;;24.12.2026;; C ;3\r\n";
    let records = read("orders", "o.csv", text, Some(ORDERS));
    let places: Vec<String> = records.iter().flatten().map(|record| record.place.to_string()).collect();
    assert!(places[0].ends_with("o.csv:2") && places[1].ends_with("o.csv:7"), "{places:?}");
    let owners: Vec<_> = records.iter().flatten().map(|record| record.goods_owner.clone()).collect();
    assert_eq!(owners, [Some("X".to_owned()), None]);
    let orders = payloads(records);
    assert_eq!(orders[0]["OrderInfo"]["DeliveryDate"], "2026-12-24T00:00:00");
    assert_eq!(orders[0]["OrderInfo"]["Language"], "sv");
    assert_eq!(orders[0]["Customer"]["Name"], "Åsa; Öberg\r\n(2)");
    assert_eq!(orders[0]["Customer"]["CustomerIdentification"], "FullNameAndAddress");
    let quantities: Vec<&str> = orders[0]["CustomerOrderLines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["NumberOfItems"].as_str().unwrap())
        .collect();
    assert_eq!(quantities, ["1.5", "1"]);
    // Nothing filled in: no customer at all.
    assert_eq!(orders[1].get("Customer"), None);
    assert_eq!(orders[1]["CustomerOrderLines"][0]["ArticleNumber"], "C");
}

#[test]
fn all_mistakes_of_rows_are_told_and_their_orders_left_out() {
    let text = b"Order;Owner;Date;Name;Article;Qty\n\
                 1;;24.12.2026;A;A;1,5,0\n\
                 1;;32.12.2026;A;A;2\n\
                 2;;;A;A;1\n\
                 2;;;B;A;1\n\
                 2;X;;A;A;1\n\
                 3;;;A;A\n\
                 4;;;A;A;1\n";
    let records = read("orders", "o.csv", text, Some(ORDERS));
    let kept: Vec<_> = records.iter().flatten().map(|record| record.place.line).collect();
    assert_eq!(kept, [Some(8)]);
    assert_eq!(
        errors(records),
        [
            "o.csv:2: column \"Qty\" (CustomerOrderLines.NumberOfItems): \"1,5,0\" is not a decimal number (decimal)",
            "o.csv:3: column \"Date\" (OrderInfo.DeliveryDate): \"32.12.2026\" is not a time in the format %d.%m.%Y \
             (set date_format in the column map to the format of the times: %Y has four digits, %y two)",
            "o.csv:5: column \"Name\" (Customer.Name) differs from line 4, the first row of the same record",
            "o.csv:6: the goods owner differs from line 4, the first row of the same record",
            "o.csv:7: the row is short: 5 cells, expected 6; column \"Qty\" is missing (a cell that contains a line end \
             must be in quotes; an empty cell at the end of a row needs its delimiter too)",
        ]
    );
}

#[test]
fn a_row_without_a_key_takes_the_orders_beside_it_along() {
    let text = "Order;Owner;Date;Name;Article;Qty\n1;;;;A;1\n;;;;B;1\n2;;;;A;1\n3;;;;A;1\n;;;;B;1\n3;;;;C;1\n4;;;;A;1\n";
    let records = read("orders", "o.csv", text.as_bytes(), Some(ORDERS));
    let kept: Vec<_> = records.iter().flatten().map(|record| record.place.line).collect();
    assert_eq!(kept, [Some(8)]);
    assert_eq!(
        errors(records),
        [
            "o.csv:3: column \"Order\": the row has no key (2 rows: lines 3, 6)",
            "o.csv:4: skipped: line 3 just before it cannot be read and may belong to it",
        ]
    );
}

#[test]
fn the_map_and_the_header_must_agree() {
    let error = |text: &str, map: &str| errors(read("orders", "o.csv", text.as_bytes(), Some(map))).remove(0);
    let map = "[columns]\nOrderInfo.GoodsOwnerOrderNumber = 'Order no'\n";
    assert_eq!(
        error("Order nr,Name\n1,A\n", map),
        "map.toml:2: column \"Order no\" not found (did you mean `Order nr`?)"
    );
    assert!(error("Order no;Name\n1;A\n", map).ends_with("but ';': is that the delimiter?)"));
    assert_eq!(
        error("Order no,Order no\n1,A\n", map),
        "map.toml:2: column \"Order no\" is in the file twice: 1 and 2 (give its number instead of its name)"
    );
    assert!(error("", map).starts_with("o.csv:1: the file is empty"));
    let by_number = "no_header = true\n[columns]\nOrderInfo.GoodsOwnerOrderNumber = 2\n";
    let orders = payloads(read("orders", "o.csv", b"x,1\ny,2\n", Some(by_number)));
    assert_eq!(orders[1]["OrderInfo"]["GoodsOwnerOrderNumber"], "2");
    assert!(
        error("x\n", by_number).starts_with("o.csv:1: the row is short: \"x\" is its only cell, expected 2"),
        "too few cells for the map"
    );
    let named = "no_header = true\n[columns]\nOrderInfo.GoodsOwnerOrderNumber = 'a'\n";
    assert_eq!(
        error("x\n", named),
        "map.toml:3: column \"a\" has a name, but the file has no header (give its number, from 1)"
    );
    let without = errors(read("orders", "o.csv", b"x\n", None)).remove(0);
    assert!(without.starts_with("o.csv: a CSV file requires a column map"), "{without}");
}

#[test]
fn encodings_are_known_by_their_mark_or_by_the_map() {
    let map = "[columns]\nArticleNumber = 'No'\nArticleName = 'Name'\n";
    let names = |name: &str, bytes: &[u8], map: &str| {
        read("articles", name, bytes, Some(map))
            .into_iter()
            .map(|record| record.map(|record| record.payload["ArticleName"].as_str().unwrap().to_owned()))
            .collect::<Vec<_>>()
    };
    let wide: Vec<u8> = "\u{feff}No\tName\nA\tkött\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(names("a.tsv", &wide, map), [Ok("kött".to_owned())]);
    assert_eq!(names("a.csv", "\u{feff}No,Name\nA,kött\n".as_bytes(), map), [Ok("kött".to_owned())]);
    let wrong = names("a.csv", b"No,Name\nA,k\xf6tt\nB,fisk\n", map);
    assert!(
        wrong[1]
            .as_ref()
            .unwrap_err()
            .starts_with("a.csv:2: column \"Name\" (ArticleName): \"k\u{fffd}tt\" is not UTF-8")
    );
    assert_eq!(wrong[0], Ok("fisk".to_owned()));
    let marked = names("a.csv", "\u{feff}No,Name\n".as_bytes(), &format!("encoding = 'iso-8859-1'\n{map}"));
    assert_eq!(
        marked,
        [Err("a.csv:1: the byte-order mark of the file says UTF-8, the column map says windows-1252 (remove `encoding` from map.toml)".into())]
    );
}

#[test]
fn a_quote_that_is_never_closed_ends_the_file_not_the_memory() {
    let map = "[columns]\nArticleNumber = 'No'\n";
    let mut text = b"No\nA\n\"B\n".to_vec();
    text.extend(std::iter::repeat_n(b"0123456789abcde\n", (line_reader::LONGEST >> 4) + 2).flatten());
    let records = read("articles", "a.csv", &text, Some(map));
    assert!(records[0].is_ok() && records.len() == 2);
    let error = errors(records).remove(0);
    assert!(
        error.starts_with("a.csv:3: the quoted cell that starts here is longer than 64 MiB (double a quote"),
        "{error}"
    );
}

#[test]
fn quotes_and_blanks_are_as_the_map_says() {
    let map = "quote = \"'\"\ntrim = false\n[columns]\nArticleNumber = 'No'\nArticleName = 2\n";
    let articles = payloads(read("articles", "a.csv", b"No,Name\n' A,1',5\" pipe\n", Some(map)));
    assert_eq!(
        (&articles[0]["ArticleNumber"], &articles[0]["ArticleName"]),
        (&json!(" A,1"), &json!("5\" pipe"))
    );
}

// ---- XML -------------------------------------------------------------------------------------------------------

const NAMESPACE: &str = "http://ongoingsystems.se/WSI";

#[test]
fn xml_files_hold_an_envelope_a_request_or_a_payload() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
    let payload = "<ArticleOperation>CreateOrUpdate</ArticleOperation><ArticleNumber>A</ArticleNumber>\
                   <Weight> 1.50 </Weight><QuantityPerPallet/><IsStockArticle xsi:nil='true'/>";
    let xsi = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'";
    let request = format!(
        "<ProcessArticle xmlns='{NAMESPACE}' {xsi}><GoodsOwnerCode>X</GoodsOwnerCode><Password>p</Password>\
         <art>{payload}</art></ProcessArticle>"
    );
    write("1.xml", request.as_bytes());
    let envelope = format!(
        "<?xml version='1.0' encoding='utf-16'?><e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'>\
         <e:Body>{request}</e:Body></e:Envelope>"
    );
    write("2.XML", envelope.as_bytes());
    write("3.xml", format!("<art {xsi}>{payload}</art>").as_bytes());
    write(
        "4.xml",
        format!("<n:ArticleDefinition xmlns:n='{NAMESPACE}' {xsi}>{payload}</n:ArticleDefinition>")
            .as_bytes(),
    );
    write("notes.txt", b"no record");
    let records = read_source("articles", Input::new(folder.path()), None, folder.path());
    assert_eq!(records.len(), 4);
    let owners: Vec<_> = records.iter().flatten().map(|record| record.goods_owner.as_deref()).collect();
    assert_eq!(owners, [Some("X"), Some("X"), None], "the last has members in no namespace");
    let expected = json!({
        "ArticleOperation": "CreateOrUpdate", "ArticleNumber": "A", "Weight": "1.50", "IsStockArticle": null,
        "ArticleIdentification": "ArticleNumber",
    });
    for record in records.iter().flatten() {
        assert_eq!(Value::Object(record.payload.clone()), expected, "{}", record.place);
        assert_eq!(record.place.line, None);
    }
    assert_eq!(
        errors(records),
        [format!(
            "4.xml: ArticleDefinition.ArticleOperation: the element is in no namespace, expected {NAMESPACE} like its parent element"
        )]
    );
}

#[test]
fn what_is_no_record_in_xml_is_refused_with_its_place() {
    let error = |text: &str| errors(read("orders", "o.xml", text.as_bytes(), None)).remove(0);
    assert!(error("<co>\n<OrderInfo>\n</co>").starts_with("o.xml:3: "));
    assert!(error("<!DOCTYPE co><co/>").contains("DOCTYPE"));
    let lost = error("<Order/>");
    assert!(lost.starts_with("o.xml: expected one of ProcessOrder, co, CustomerOrder, in"), "{lost}");
    assert_eq!(
        error("<co><OrderInfo><OrderRemrk>x</OrderRemrk></OrderInfo></co>"),
        "o.xml: CustomerOrder.OrderInfo.OrderRemrk: OrderInfoClass has no member `OrderRemrk` (did you mean \
         `OrderRemark`?)"
    );
    assert_eq!(
        error(
            "<co><CustomerOrderLines><CustomerOrderLine><NumberOfItems>1,5</NumberOfItems></CustomerOrderLine></CustomerOrderLines></co>"
        ),
        "o.xml: CustomerOrder.CustomerOrderLines[1].NumberOfItems: \"1,5\" is not a decimal number (decimal)"
    );
    assert_eq!(
        error("<co><OrderInfo/><OrderInfo/></co>"),
        "o.xml: CustomerOrder.OrderInfo: the member is given twice"
    );
}

/// What the client itself would send is read as it was given.
#[cfg(own_contract)]
#[test]
fn golden_requests_are_read_as_their_json_form() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/exchanges");
    let mut seen = 0;
    for kind in crate::batch::kind::KINDS {
        for point in ["all_members", "minimal"] {
            let case = folder.join(format!("{}__{point}", kind.operation));
            let input = json_from_text(&fs::read_to_string(case.join("input.json")).unwrap()).unwrap();
            let operation = kind.operation().unwrap();
            let expected = crate::dynamic::request_from_json(operation, &input).unwrap().to_json();
            let source = Input::new(case.join("request.xml"));
            let record = source.records(kind).unwrap().next().unwrap().unwrap();
            let read = crate::batch::check(operation, &record.payload).unwrap().to_json();
            assert_eq!(read, expected, "{}", case.display());
            seen += 1;
        }
    }
    assert_eq!(seen, 16);
}

// ---- the whole -------------------------------------------------------------------------------------------------

#[test]
fn a_source_can_be_read_twice_and_says_how_far_it_is() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.ndjson");
    fs::write(&path, "{\"ArticleNumber\":\"A\"}\n{\"ArticleNumber\":\"B\"}\n").unwrap();
    let source = Input::new(&path);
    for _ in 0..2 {
        let mut records = source.records(Kind::find("articles").unwrap()).unwrap();
        assert_eq!(records.by_ref().flatten().count(), 2);
        assert_eq!((Some(records.bytes_read()), records.total_bytes()), (Some(44), Some(44)));
    }
    let odd = folder.path().join("a.dat");
    fs::copy(&path, &odd).unwrap();
    let articles = Kind::find("articles").unwrap();
    assert!(Input::new(&odd).records(articles).is_err());
    assert_eq!(Input::new(&odd).format(Format::JsonLines).records(articles).unwrap().count(), 2);
}

#[cfg(own_contract)]
#[test]
fn values_in_memory_are_records() {
    use crate::api::{ArticleDefinition, ArticleIdentificationType, ArticleOperation};
    let article = |number: &str| ArticleDefinition {
        article_number: Some(number.to_owned()),
        ..ArticleDefinition::new(ArticleOperation::CreateOrUpdate, ArticleIdentificationType::ArticleNumber)
    };
    let input = Input::values(["A", "B"].map(article)).unwrap();
    let articles = Kind::find("articles").unwrap();
    // They can be read several times.
    for _ in 0..2 {
        let records: Vec<Record> = input.records(articles).unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(records.len(), 2);
        assert_eq!(records[1].place.to_string(), "memory:2");
        assert_eq!(records[1].payload["ArticleNumber"], "B");
    }
    assert_eq!(input.own_path(articles), Path::new("articles"));
}

#[cfg(unix)]
#[test]
fn a_journal_never_lies_beside_what_does_not_last() {
    for path in ["-", "/dev/stdin", "/proc/self/fd/0", "/dev/null", "/dev/shm/orders.jsonl"] {
        assert!(Input::new(path).reads_once(), "{path}");
    }
    assert!(!Input::new("orders.jsonl").reads_once());
}

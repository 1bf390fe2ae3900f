//! Answers of which a pull must lose nothing: rows under another name, characters that XML forbids, values that the
//! contract does not list.
#![cfg(own_contract)]

mod support;

use std::fs;
use std::path::PathBuf;

use support::{Server, Shown, ongoing, ongoing_with_stdin, xml_answer};

const OLD: &str = "N\nold\n";

/// A folder with the output of the last pull in it.
struct Job {
    folder: tempfile::TempDir,
}

impl Job {
    fn new() -> Job {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("stock.csv"), OLD).unwrap();
        Job { folder }
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("stock.csv")
    }

    /// Pulls inventory from a service that answers with these results, the last one for ever.
    fn pull(&self, results: &[&str], more: &[&str]) -> Shown {
        let server = Server::start(results.iter().map(|result| answer(result)).collect());
        let out = self.out().display().to_string();
        let columns = "N=Article.ArticleNumber,Name=Article.Name";
        let arguments = ["pull", "inventory", "--columns", columns, "--out", &out, "--url", server.url()];
        ongoing(&[&arguments[..], more].concat(), &[])
    }

    fn read(&self) -> String {
        fs::read_to_string(self.out()).unwrap()
    }
}

fn answer(content: &str) -> Vec<u8> {
    xml_answer(
        200,
        &format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope \
             xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><GetInventoryByQueryResponse \
             xmlns=\"http://ongoingsystems.se/WSI\">{content}</GetInventoryByQueryResponse></soap:Body></soap:Envelope>"
        ),
    )
}

fn result(content: &str) -> String {
    format!("<GetInventoryByQueryResult>{content}</GetInventoryByQueryResult>")
}

fn line(name: &str) -> String {
    format!(
        "<InventoryLine><Article><SystemId>7</SystemId><Name>{name}</Name><ArticleNumber>A-7</ArticleNumber></Article>\
         <NumberOfBookedItems>0</NumberOfBookedItems><NumberOfItems>5</NumberOfItems></InventoryLine>"
    )
}

#[test]
fn rows_that_are_all_passed_over_are_an_error_and_the_old_file_stays() {
    let line = line("Mug");
    let lines = format!("<InventoryLines>{line}</InventoryLines>");
    let other_rows = lines.replace("InventoryLine>", "StockLine>").replace("StockLines>", "InventoryLines>");
    for (content, expected) in [
        (
            result(&lines.replace("<InventoryLines>", "<InventoryLines xmlns=\"\">")),
            "GetInventoryByQueryResult: InventoryLines is missing; found the unknown member {}InventoryLines",
        ),
        (
            result(&lines.replace("InventoryLines>", "StockLines>")),
            "GetInventoryByQueryResult: InventoryLines is missing; found the unknown member StockLines",
        ),
        (
            result(&lines.replace("<InventoryLine>", "<InventoryLine xmlns=\"urn:new\">")),
            "GetInventoryByQueryResult.InventoryLines: expected InventoryLine, found {urn:new}InventoryLine",
        ),
        (
            result(&other_rows),
            "GetInventoryByQueryResult.InventoryLines: expected InventoryLine, found StockLine",
        ),
        (
            result(&lines).replace("<GetInventoryByQueryResult>", "<GetInventoryByQueryResult xmlns=\"\">"),
            "found no GetInventoryByQueryResult: the service returned no result",
        ),
        // A list in a row.
        (
            result(&lines.replace(
                "<NumberOfBookedItems>",
                "<ArticleBatches><Lot><Batch>B</Batch></Lot></ArticleBatches><NumberOfBookedItems>",
            ))
            .replace(
                "<InventoryLine>",
                "<InventoryLine xsi:type=\"InventoryLineDetailed\" \
                      xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">",
            ),
            "InventoryLines.InventoryLine[1]",
        ),
    ] {
        let job = Job::new();
        for pages in [&["--page-size", "0"][..], &[]] {
            let shown = job.pull(&[&content], pages);
            assert_eq!(shown.code, 76, "{content}: {}", shown.stderr);
            assert!(shown.stderr.contains(expected), "{expected}: {}", shown.stderr);
            assert!(shown.stderr.contains("nothing was changed"), "{}", shown.stderr);
            assert_eq!(job.read(), OLD);
        }
    }
}

#[test]
fn an_empty_list_is_no_rows() {
    for content in [
        result("<InventoryLines/>"),
        result(""),
        result(
            "<InventoryLines xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:nil=\"true\"/><New>1</New>",
        ),
        result("<New>1</New><InventoryLines></InventoryLines>"),
    ] {
        let job = Job::new();
        let shown = job.pull(&[&content], &[]);
        assert_eq!((shown.code, job.read().as_str()), (0, "N,Name\n"), "{content}: {}", shown.stderr);
    }
}

/// A service that has more members than the contract leaves the list out where it is empty: the end of the pages.
#[test]
fn the_last_page_may_lack_its_list() {
    let first = result(&format!("<InventoryLines>{}</InventoryLines><New>1</New>", line("Mug")));
    let job = Job::new();
    let shown = job.pull(&[&first, &result("<New>1</New>")], &[]);
    assert_eq!((shown.code, job.read().as_str()), (0, "N,Name\nA-7,Mug\n"), "{}", shown.stderr);
}

/// Pulls order statuses, of which one has this name.
fn statuses(name: &str, more: &[&str]) -> Shown {
    let statuses = format!(
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><GetOrderStatusesResponse \
         xmlns=\"http://ongoingsystems.se/WSI\"><GetOrderStatusesResult><OrderStatuses><OrderStatus>\
         <OrderStatusId>450</OrderStatusId><OrderStatusName>{name}</OrderStatusName></OrderStatus></OrderStatuses>\
         </GetOrderStatusesResult></GetOrderStatusesResponse></soap:Body></soap:Envelope>"
    );
    let server = Server::start(vec![xml_answer(200, &statuses)]);
    ongoing(&[&["pull", "order-statuses", "--url", server.url()], more].concat(), &[])
}

#[test]
fn one_rule_for_characters_that_xml_forbids() {
    for (sent, character) in [
        ("\u{1f}", "U+001F"),
        ("&#x1F;", "U+001F"),
        ("&#31;", "U+001F"),
        ("&#0;", "U+0000"),
        ("\u{0}", "U+0000"),
        ("&#xD800;", "U+D800"),
        ("\u{ffff}", "U+FFFF"),
        ("<![CDATA[\u{b}]]>", "U+000B"),
    ] {
        let rows = [line("Plain"), line(&format!("Mug{sent}blue"))].concat().replacen(
            "<SystemId>7<",
            "<SystemId>6<",
            1,
        );
        let content = result(&format!("<InventoryLines>{rows}</InventoryLines>"));
        let job = Job::new();
        let shown = job.pull(&[&content], &["--page-size", "0"]);
        assert_eq!(shown.code, 0, "{sent:?}: {}", shown.stderr);
        assert_eq!(job.read(), "N,Name\nA-7,Plain\nA-7,Mug\u{fffd}blue\n", "{sent:?}");
        let told = format!(
            "warning: row 2 (article A-7): Article.Name has {character}, which XML forbids; replaced by U+FFFD"
        );
        assert!(shown.stderr.contains(&told), "{sent:?}: {}", shown.stderr);

        let shown = statuses(&format!("Sent{sent}"), &["--strict"]);
        assert_eq!((shown.code, shown.stdout.as_str()), (76, ""), "{sent:?}: {}", shown.stderr);
        let refused = "OrderStatus[1].OrderStatusName (byte";
        assert!(shown.stderr.contains(refused), "{}", shown.stderr);
        assert!(
            shown.stderr.contains(&format!("contains {character}, a character that XML forbids")),
            "{}",
            shown.stderr
        );
        assert_eq!(statuses("Sent", &["--strict"]).code, 0);
    }
    // Of a call it is told as well.
    let content = result(&format!("<InventoryLines>{}</InventoryLines>", line("Mug&#x1F;")));
    let server = Server::start(vec![answer(&content)]);
    let shown =
        ongoing_with_stdin(&["call", "GetInventoryByQuery", "-i", "-", "--url", server.url()], &[], "{}");
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    assert!(shown.stdout.contains("Mug\u{fffd}"), "{}", shown.stdout);
    assert!(
        shown.stderr.contains("character that XML forbids, replaced by U+FFFD (U+001F)"),
        "{}",
        shown.stderr
    );
}

#[test]
fn a_row_that_cannot_be_read_names_its_article() {
    let wrong = line("Mug").replace("<NumberOfItems>5<", "<NumberOfItems>five<");
    let job = Job::new();
    let shown = job.pull(&[&result(&format!("<InventoryLines>{wrong}</InventoryLines>"))], &[]);
    assert_eq!((shown.code, job.read().as_str()), (76, OLD), "{}", shown.stderr);
    for expected in ["InventoryLine[1].NumberOfItems", "(article A-7)"] {
        assert!(shown.stderr.contains(expected), "{}", shown.stderr);
    }
}

//! What the command says of answers that are not what was asked for, and the exit codes that batch jobs rely on.
// The operations are those of our own contract.
#![cfg(own_contract)]

mod support;

use support::{Server, Shown, answer, ongoing, ongoing_with_stdin, xml_answer};

const ARTICLE: &str = r#"{"ArticleOperation": "CreateOrUpdate", "ArticleIdentification": "ArticleNumber",
                          "ArticleNumber": "A-1"}"#;

/// A read and a write: what is unknown of a write is harmless in a read.
fn read(answer: Vec<u8>) -> Shown {
    let server = Server::start(vec![answer]);
    ongoing(&["call", "GetOrderStatuses", "--url", server.url()], &[])
}

/// A read that is not retried.
fn once(answer: Vec<u8>) -> Shown {
    let server = Server::start(vec![answer]);
    let args = ["status", "--output", "json", "--url", server.url()];
    let shown = ongoing(&args, &[]);
    Shown { stdout: String::new(), ..shown }
}

fn write(answer: Vec<u8>) -> Shown {
    let server = Server::start(vec![answer]);
    ongoing_with_stdin(&["call", "ProcessArticle", "-i", "-", "--url", server.url()], &[], ARTICLE)
}

fn enclosed(body: &str) -> String {
    format!(
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>{body}</soap:Body>\
         </soap:Envelope>"
    )
}

fn fault(code: &str, reason: &str) -> Vec<u8> {
    let fault = format!(
        "<soap:Fault><faultcode>soap:{code}</faultcode><faultstring>{reason}</faultstring></soap:Fault>"
    );
    xml_answer(500, &enclosed(&fault))
}

fn saved(success: bool, message: &str) -> Vec<u8> {
    xml_answer(
        200,
        &enclosed(&format!(
            "<ProcessArticleResponse xmlns=\"http://ongoingsystems.se/WSI\"><ProcessArticleResult>\
             <OrderId>0</OrderId><InOrderId>0</InOrderId><ArticleDefId>12</ArticleDefId><Success>{success}</Success>\
             <Message>{message}</Message></ProcessArticleResult></ProcessArticleResponse>"
        )),
    )
}

/// A page of some server before the service.
fn html(status: u16) -> Vec<u8> {
    answer(status, "text/html", "<html>no</html>", 15)
}

#[track_caller]
fn expect(shown: Shown, code: i32, texts: &[&str]) {
    assert_eq!(shown.code, code, "{}", shown.stderr);
    assert_eq!(shown.stdout, "", "errors go to standard error");
    for text in texts {
        assert!(shown.stderr.contains(text), "`{text}` is not in:\n{}", shown.stderr);
    }
}

#[test]
fn done() {
    let shown = write(saved(true, "Saved"));
    assert_eq!((shown.code, shown.stderr.as_str()), (0, ""));
    let answer: serde_json::Value = serde_json::from_str(&shown.stdout).expect("the answer is JSON");
    assert_eq!(answer["ArticleDefId"], 12);
}

#[test]
fn what_the_contract_does_not_know_is_noted_or_refused() {
    let body = "<GetOrderStatusesResponse xmlns=\"http://ongoingsystems.se/WSI\"><GetOrderStatusesResult>\
                <Novelty>1</Novelty></GetOrderStatusesResult></GetOrderStatusesResponse>";
    let server = Server::start(vec![xml_answer(200, &enclosed(body))]);
    let call = |more: &[&str]| {
        let args = ["call", "GetOrderStatuses", "--url", server.url()];
        ongoing(&[&args[..], more].concat(), &[])
    };
    let shown = call(&["--output", "xml"]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    assert!(shown.stdout.starts_with("<GetOrderStatusesResponse"), "{}", shown.stdout);
    assert!(shown.stderr.contains("-v shows more"), "{}", shown.stderr);
    let shown = call(&["-v"]);
    assert!(shown.code == 0 && shown.stderr.contains("unknown member skipped (Novelty)"), "{}", shown.stderr);
    expect(call(&["--strict"]), 76, &["unknown member `Novelty`"]);
}

#[test]
fn refused() {
    expect(
        write(saved(false, "No such unit")),
        1,
        &["refused: No such unit", "outcome: refused; nothing was changed"],
    );
    expect(
        write(fault("Client", "Input string was bad")),
        1,
        &["Input string was bad", "nothing was changed"],
    );
    expect(read(fault("Server", "It broke")), 1, &["It broke"]);
}

/// A refusal or fault is about the login by its kind or as a whole, never for a word in it.
#[test]
fn login() {
    expect(
        write(saved(false, "Wrong user name or password")),
        77,
        &["check user name", "nothing was changed"],
    );
    expect(write(fault("Server", "Login failed")), 77, &["check user name", "nothing was changed"]);
    expect(read(html(401)), 77, &["HTTP 401"]);
    for text in
        ["Article \"ANALOG INPUT\" was not found", "Customer \"Password Ltd\"", "No article login failed"]
    {
        expect(write(saved(false, text)), 1, &[text]);
        expect(write(fault("Server", text)), 75, &[text]);
        expect(read(fault("Server", text)), 1, &[text]);
    }
}

/// What a front door answers proves that a write went no further; no other status does.
#[test]
fn statuses_that_prove_nothing_about_a_write() {
    for status in [302, 307, 400, 402, 408, 409, 418, 422, 429, 500, 502, 503, 504, 520] {
        let shown = write(html(status));
        assert!(!shown.stderr.contains("nothing was changed"), "{}", shown.stderr);
        expect(shown, 75, &[&format!("HTTP {status}"), "may have been carried out", "look in the warehouse"]);
    }
    for (status, code) in
        [(401, 77), (403, 76), (404, 76), (405, 76), (413, 1), (414, 76), (415, 76), (431, 76), (501, 76)]
    {
        let shown = write(html(status));
        assert!(!shown.stderr.contains("may have been"), "{}", shown.stderr);
        expect(shown, code, &[&format!("HTTP {status}"), "nothing was changed"]);
    }
}

/// A read changes nothing, and says nothing else.
#[test]
fn a_read_is_never_said_to_have_been_carried_out() {
    let cut = answer(200, "text/xml", "<soap:Env", 500);
    for answer in
        [cut, Vec::new(), html(500), html(502), html(302), fault("Server", "x"), b"SSH-2.0-x\r\n".to_vec()]
    {
        let shown = once(answer);
        assert!(!shown.stderr.contains("carried out"), "{}", shown.stderr);
        let code = shown.code;
        expect(shown, code, &["outcome: not done; nothing was changed in the warehouse"]);
    }
}

#[test]
fn a_gateway_without_an_answer_is_not_a_wrong_address() {
    for status in [408, 502, 504] {
        let shown = once(html(status));
        assert!(!shown.stderr.contains("check the address"), "{}", shown.stderr);
        expect(shown, 75, &[&format!("HTTP {status}"), "got no answer", "try again later"]);
    }
}

#[test]
fn a_server_that_speaks_no_http_is_reached() {
    let ssh = || b"SSH-2.0-OpenSSH_9.6\r\n".to_vec();
    let shown = read(ssh());
    assert!(!shown.stderr.contains("no connection"), "{}", shown.stderr);
    expect(
        shown,
        76,
        &["does not speak HTTP", "the server there is not a web server", "nothing was changed"],
    );
    expect(write(ssh()), 75, &["does not speak HTTP", "may have been carried out"]);
}

#[test]
fn what_is_refused_for_an_unknown_reason_may_have_been_done() {
    let returned = |success: &str, kind: &str| {
        let body = format!(
            "<ProcessReturnOrderResponse xmlns=\"http://ongoingsystems.se/WSI\"><ProcessReturnOrderResult>{success}\
             <ProcessReturnOrderErrors><ProcessReturnOrderError><Message>Line 2</Message><ErrorType>{kind}</ErrorType>\
             </ProcessReturnOrderError></ProcessReturnOrderErrors></ProcessReturnOrderResult>\
             </ProcessReturnOrderResponse>"
        );
        let server = Server::start(vec![xml_answer(200, &enclosed(&body))]);
        let args = ["call", "ProcessReturnOrder", "-i", "-", "--url", server.url()];
        let order = "{\"ReturnCustomerOrderIdentification\": \"OrderNumber\", \
                     \"ReturnOrderIdentification\": \"ReturnOrderNumber\", \"ReturnOrderNumber\": \"R-1\"}";
        ongoing_with_stdin(&args, &[], order)
    };
    let no = "<Success>false</Success>";
    expect(
        returned(no, "OrderNotFound"),
        1,
        &["refused: Line 2 (OrderNotFound)", "outcome: refused; nothing was changed"],
    );
    expect(
        returned(no, "UnknownError"),
        75,
        &["refused: Line 2 (UnknownError)", "may have been carried out"],
    );
    expect(returned(no, "LogonError"), 77, &["check user name"]);
    expect(
        returned("<Success>true</Success>", "OrderRowNotFound"),
        1,
        &["done in part: Line 2 (OrderRowNotFound)", "carried out part"],
    );
}

#[test]
fn an_answer_about_another_record_proves_nothing() {
    let about = |number: &str| {
        let body = format!(
            "<ProcessOrderResponse xmlns=\"http://ongoingsystems.se/WSI\"><ProcessOrderResult>\
             <GoodsOwnerOrderNumber>{number}</GoodsOwnerOrderNumber><OrderId>7</OrderId><InOrderId>0</InOrderId>\
             <Success>true</Success></ProcessOrderResult></ProcessOrderResponse>"
        );
        let server = Server::start(vec![xml_answer(200, &enclosed(&body))]);
        let order = "{\"OrderInfo\": {\"OrderIdentification\": \"GoodsOwnerOrderNumber\", \
                     \"OrderOperation\": \"CreateOrUpdate\", \"GoodsOwnerOrderNumber\": \"WEB-1\"}}";
        ongoing_with_stdin(&["call", "ProcessOrder", "-i", "-", "--url", server.url()], &[], order)
    };
    expect(about("WEB-2"), 75, &["WEB-1 was sent, the answer has WEB-2", "may have been carried out"]);
    for number in ["WEB-1", "", "0"] {
        assert_eq!(about(number).code, 0, "{number}");
    }
}

#[test]
fn success_that_is_nil_is_not_a_refusal() {
    let without = |success: &str| {
        let body = format!(
            "<ProcessArticleResponse xmlns=\"http://ongoingsystems.se/WSI\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><ProcessArticleResult><OrderId>0</OrderId>\
             <InOrderId>0</InOrderId>{success}</ProcessArticleResult></ProcessArticleResponse>"
        );
        xml_answer(200, &enclosed(&body))
    };
    let texts = ["ProcessArticleResult.Success", "may have been carried out"];
    expect(write(without("<Success xsi:nil=\"true\"/>")), 75, &texts);
    expect(write(without("<Success/>")), 75, &texts);
    expect(write(without("")), 75, &texts);
}

#[test]
fn html_instead_of_soap() {
    let html = "<!DOCTYPE html><html><body>Maintenance</body></html>";
    let page = |status| answer(status, "text/html", html, html.len());
    expect(read(page(200)), 76, &["HTTP 200 (an HTML page, 52 bytes)", "check the address"]);
    expect(read(page(404)), 76, &["HTTP 404", "https://<host>/<warehouse>/service.asmx"]);
    expect(write(page(404)), 76, &["nothing was changed"]);
    expect(write(page(502)), 75, &["HTTP 502", "may have been carried out", "look in the warehouse"]);
    expect(write(page(503)), 75, &["HTTP 503"]);
}

#[test]
fn a_truncated_answer() {
    let body = "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Bo";
    let cut = || answer(200, "text/xml", body, body.len() + 500);
    expect(read(cut()), 69, &["GetOrderStatuses", "nothing was changed"]);
    expect(write(cut()), 75, &["ProcessArticle", "may have been carried out", "look in the warehouse"]);
    // Cut by something in between that also put the length right.
    expect(read(xml_answer(200, body)), 76, &["cannot be understood"]);
    expect(write(xml_answer(200, body)), 75, &["cannot be understood", "may have been carried out"]);
}

#[test]
fn the_answer_of_another_operation() {
    let other =
        || xml_answer(200, &enclosed("<GetInventoryResponse xmlns=\"http://ongoingsystems.se/WSI\"/>"));
    expect(read(other()), 76, &["expected GetOrderStatusesResponse", "GetInventoryResponse"]);
    expect(write(other()), 75, &["expected ProcessArticleResponse", "look in the warehouse"]);
}

#[test]
fn no_answer() {
    expect(write(Vec::new()), 75, &["may have been carried out"]);
    expect(
        ongoing(&["call", "GetOrderStatuses", "--url", "http://127.0.0.1:1/x"], &[]),
        69,
        &["no connection to 127.0.0.1", "address: http://127.0.0.1:1/x", "nothing was sent"],
    );
}

#[test]
fn a_message_beside_success_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let (input, journal) = (folder.path().join("a.jsonl"), folder.path().join("a.journal"));
    std::fs::write(&input, "{\"ArticleNumber\": \"A-1\"}\n").unwrap();
    let server = Server::start(vec![saved(true, "the unit was not saved")]);
    let (input, journal) = (input.to_str().unwrap(), journal.to_str().unwrap());
    let shown = ongoing(&["push", "articles", input, "--journal", journal, "--url", server.url()], &[]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    assert!(
        shown.stderr.contains("a.jsonl:1: A-1 done, the service says: the unit was not saved"),
        "{}",
        shown.stderr
    );
    let listed = ongoing(&["journal", journal], &[]);
    assert!(listed.stdout.contains("the unit was not saved"), "{}", listed.stdout);
}

const ORDERS: &str = "<GetOrdersByQueryResponse xmlns=\"http://ongoingsystems.se/WSI\"><GetOrdersByQueryResult>REST\
                      </GetOrdersByQueryResult></GetOrdersByQueryResponse>";

/// Runs a command that reads orders, of which the result holds `rest`.
fn orders(arguments: &[&str], rest: &str) -> Shown {
    let page = |rest: &str| xml_answer(200, &enclosed(&ORDERS.replace("REST", rest)));
    let server = Server::start(vec![page(rest), page("<Orders/>")]);
    ongoing(&[arguments, &["--url", server.url()]].concat(), &[])
}

#[test]
fn a_message_in_the_place_of_a_result_is_no_empty_result() {
    for arguments in
        [&["pull", "orders"][..], &["call", "GetOrdersByQuery", "-i", "{}"], &["show", "order", "1"]]
    {
        for message in ["ErrorMessage", "Message"] {
            let shown = orders(arguments, &format!("<{message}>Timeout &amp; co</{message}>"));
            expect(shown, 76, &["GetOrdersByQueryResult: there is a message only: Timeout & co"]);
        }
        // An empty list beside a message is an answer, and so is nothing at all.
        for rest in ["<Orders/><Message>none</Message>", "<Message/>", ""] {
            let shown = orders(arguments, rest);
            assert!(
                shown.code <= 1 && !shown.stderr.contains("message only"),
                "{arguments:?}: {}",
                shown.stderr
            );
        }
    }
}

#[test]
fn a_row_of_another_name_beside_rows_is_not_left_out() {
    let order = "<Order><OrderInfo><OrderId>1</OrderId></OrderInfo></Order>";
    let shown = orders(&["pull", "orders"], &format!("<Orders>{order}</Orders>"));
    assert_eq!((shown.code, shown.stdout.lines().count()), (0, 1), "{}", shown.stderr);
    for other in ["<WebOrder/>", "<o:Order xmlns:o=\"urn:other\"/>"] {
        let shown = orders(&["pull", "orders"], &format!("<Orders>{order}{other}</Orders>"));
        assert_eq!(shown.code, 76, "{}", shown.stderr);
        assert!(shown.stderr.contains("not all rows of this list can be read"), "{}", shown.stderr);
    }
    // The result itself may have members that are newer than the contract.
    let shown = orders(&["pull", "orders"], &format!("<Orders>{order}</Orders><Newer/>"));
    assert_eq!(shown.code, 0, "{}", shown.stderr);
}

#[test]
fn a_table_that_failed_does_not_say_that_there_are_no_rows() {
    let shown = ongoing(&["pull", "orders", "--format", "table", "--url", "http://127.0.0.1:1/x"], &[]);
    assert!(shown.code == 69 && !shown.stderr.contains("no rows"), "{}", shown.stderr);
    let shown = orders(&["pull", "orders", "--format", "table"], "<Orders/>");
    assert!(shown.code == 0 && shown.stderr.contains("note: no rows"), "{}", shown.stderr);
}

#[test]
fn a_query_of_many_levels_is_refused() {
    let query = "!".repeat(20_000) + "a";
    expect(ongoing(&["list", "--query", &query], &[]), 2, &["more than 200 operators"]);
    assert_eq!(ongoing(&["list", "--query", &("!".repeat(200) + "a"), "-o", "json"], &[]).code, 0);
}

//! What the command says of refusals in members that no contract declares.

use ongoing_wms::dynamic;

use crate::support::{Server, Shown, ongoing, xml_answer};

fn answered(args: &[&str], operation: &str, result: &str) -> Shown {
    let text = format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
         <{operation}Response xmlns=\"http://ongoingsystems.se/WSI\"><{operation}Result>{result}</{operation}Result>\
         </{operation}Response></s:Body></s:Envelope>"
    );
    let server = Server::start(vec![xml_answer(200, &text)]);
    ongoing(&[args, &["--url", server.url()]].concat(), &[])
}

#[test]
fn a_refused_call_or_pull_fails_and_a_wrong_login_has_its_own_exit_code() {
    let errors = |kind: &str| {
        format!(
            "<ThingErrors><ThingError><Message>no</Message><ErrorType>{kind}</ErrorType></ThingError></ThingErrors>"
        )
    };
    for (args, operation) in [
        (&["call", "GetOrderStatuses"] as &[&str], "GetOrderStatuses"),
        (&["pull", "orders"], "GetOrdersByQuery"),
        (&["pull", "inventory"], "GetInventoryByQuery"),
        (&["call", "GetArticleClasses"], "GetArticleClasses"),
    ] {
        if dynamic::find(operation).is_none() {
            continue;
        }
        for (result, code) in [
            ("<Success>false</Success><Message>no</Message>".to_owned(), 1),
            (errors("ThingNotFound"), 1),
            (errors("LogonError"), 77),
        ] {
            let shown = answered(args, operation, &result);
            assert_eq!(shown.code, code, "{args:?} {result}: {}", shown.all());
            assert!(shown.stderr.contains(&format!("{operation}: refused: no")), "{}", shown.stderr);
            assert_eq!(shown.stdout, "");
        }
    }
}

//! Refusals before, between and after rows.

use ongoing_wms::Error;
use ongoing_wms::api::{GetOrdersByQuery, GetReturnOrdersByQuery, GetReturnOrdersResult, NAMESPACE};

use crate::cut::held;

const ERRORS: &str = "<GetReturnOrdersErrors><GetReturnOrdersError><Message>no such number</Message>\
                      <ErrorType>LogonError</ErrorType></GetReturnOrdersError></GetReturnOrdersErrors>";
const ROWS: &str = "<ReturnOrders><ReturnOrderInfo><OrderId>1</OrderId></ReturnOrderInfo></ReturnOrders>";

fn items(result: &str) -> (usize, Option<Error>) {
    let text = format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
         <GetReturnOrdersByQueryResponse xmlns=\"{NAMESPACE}\"><GetReturnOrdersByQueryResult>{result}\
         </GetReturnOrdersByQueryResult></GetReturnOrdersByQueryResponse></s:Body></s:Envelope>"
    );
    let client = held(text);
    let mut rows = 0;
    let mut failed = None;
    for item in client.rows(GetReturnOrdersByQuery::default()) {
        assert!(failed.is_none(), "an error is the last item");
        match item {
            Ok(_) => rows += 1,
            Err(error) => failed = Some(error),
        }
    }
    let called = client.call(GetReturnOrdersByQuery::default());
    assert_eq!(called.is_err(), failed.is_some(), "{called:?} {failed:?}");
    (rows, failed)
}

fn refused(error: Option<Error>) -> String {
    let Some(Error::Refused(error)) = error else { panic!("{error:?}") };
    assert!(error.result::<GetReturnOrdersResult>().is_some_and(|result| !result.success));
    format!("{} {:?}", error.message(), error.kinds())
}

#[test]
fn a_refusal_before_the_rows_is_the_only_item() {
    let (rows, error) = items(&format!("<Success>false</Success>{ERRORS}{ROWS}"));
    assert_eq!((rows, refused(error).as_str()), (0, "no such number [\"LogonError\"]"));
}

#[test]
fn a_refusal_after_the_rows_is_the_last_item() {
    for result in [
        format!("{ROWS}<Success>false</Success>{ERRORS}"),
        format!("<Success>false</Success>{ROWS}{ERRORS}"),
        format!("{ERRORS}{ROWS}<Success>false</Success>"),
    ] {
        let (rows, error) = items(&result);
        assert_eq!((rows, refused(error).as_str()), (1, "no such number [\"LogonError\"]"), "{result}");
    }
}

#[test]
fn a_refusal_without_rows() {
    let (rows, error) = items(&format!("<Success>false</Success>{ERRORS}"));
    assert_eq!((rows, refused(error).is_empty()), (0, false));
}

#[test]
fn an_absent_success_is_no_refusal() {
    let (rows, error) = items(ROWS);
    assert!(matches!(&error, Some(Error::Response(error)) if error.path().ends_with("Success")), "{error:?}");
    assert_eq!(rows, 1);
    assert!(items(&format!("{ROWS}<Success>true</Success>")).1.is_none());
}

/// Rows of an operation whose contract declares neither `Success` nor a list of errors.
#[test]
fn undeclared_members_refuse_wherever_they_stand() {
    const ROWS: &str =
        "<Orders><Order><Success>false</Success><Message>a row's own</Message></Order></Orders>";
    let says = "<Success>false</Success><XErrors><XError><Message>no such number</Message>\
                <ErrorType>LogonError</ErrorType></XError></XErrors>";
    for (result, expected) in
        [(says.to_owned(), 0), (format!("{says}{ROWS}"), 0), (format!("{ROWS}{says}"), 1)]
    {
        let client = held(format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><GetOrdersByQueryResponse \
             xmlns=\"{NAMESPACE}\"><GetOrdersByQueryResult>{result}</GetOrdersByQueryResult>\
             </GetOrdersByQueryResponse></s:Body></s:Envelope>"
        ));
        let mut items: Vec<_> = client.rows(GetOrdersByQuery::default()).collect();
        let Some(Err(Error::Refused(error))) = items.pop() else { panic!("{result}") };
        assert_eq!((error.message(), error.kinds()), ("no such number", &["LogonError".to_owned()][..]));
        assert!(items.len() == expected && items.iter().all(Result::is_ok), "{result}");
    }
}

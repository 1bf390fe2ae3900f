//! Each operation, refused in each of the ways in which the service refuses, is an error with the service's words.

use ongoing_wms::api::OPERATIONS;
use ongoing_wms::dynamic::{self, find_type, pages, request_from_json, rows};
use ongoing_wms::operation::{Effect, OperationInfo};
use ongoing_wms::{Error, Outcome};

use crate::canned::{client, declares_success, least, promises_success};

/// Children of a result that refuse, and what the error must say. Whether the operation's contract declares them is
/// left to chance: with each contract it declares others.
const REFUSALS: &[(&str, &str)] = &[
    ("<Success>false</Success><Message>not here</Message>", "not here"),
    ("<Message>not here</Message><Success>0</Success>", "not here"),
    ("<Success>false</Success><ErrorMessage>not here</ErrorMessage>", "not here"),
    (
        "<Success>false</Success><ThingErrors><ThingError><Message>not here</Message>\
         <ErrorType>LogonError</ErrorType></ThingError></ThingErrors>",
        "not here (LogonError)",
    ),
    (
        "<Error><ErrorType>LogonError</ErrorType><Message>not here</Message></Error><Success>false</Success>",
        "not here (LogonError)",
    ),
];

/// As [`REFUSALS`], where the contract declares no `Success`: a list of errors says it all.
const ERRORS_ONLY: &[(&str, &str)] = &[
    (
        "<ThingErrors><ThingError><Message>not here</Message><ErrorType>LogonError</ErrorType></ThingError>\
         <ThingError><Message>nor there</Message></ThingError></ThingErrors>",
        "not here; nor there (LogonError)",
    ),
    ("<ThingError><ErrorType>LogonError</ErrorType></ThingError>", "LogonError"),
];

/// Children of a result that do not refuse, where the contract declares no `Success`.
const ANSWERS: &[&str] = &[
    "",
    "<ThingErrors/>",
    "<ThingErrors xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:nil=\"true\"/>",
    "<Success xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:nil=\"true\"/>",
    "<Success>1</Success><ErrorMessage/><Message>2 were skipped</Message>",
];

/// As [`ANSWERS`], with what may be rows of another contract: no refusal, though there may be no row to read.
const OTHER_ROWS: &[&str] = &[
    "<x:Success xmlns:x=\"urn:another\">false</x:Success>",
    "<Thing><Success>false</Success><Message>a row's own</Message></Thing>",
    "<Things><Thing><Success>false</Success><Errors><Error><Message>a row's own</Message></Error></Errors></Thing>\
     </Things>",
];

/// What the operation gives, called whole, row by row and page by page.
fn given(operation: &OperationInfo, result: &str) -> Vec<Option<Error>> {
    let client = client(operation, result);
    let least = least(operation);
    let called = request_from_json(operation, &least)
        .unwrap_or_else(|error| panic!("{}: {error}", operation.name))
        .call(&client);
    let mut given = vec![called.err()];
    if let Some(rows) = rows(&client, operation, &least) {
        given.push(rows.unwrap().find_map(Result::err));
    }
    if let Some(pages) = pages(&client, operation, &least, 10) {
        given.push(pages.unwrap().find_map(Result::err));
    }
    given
}

/// Whether the result is a text: nothing can stand in it.
fn is_text(operation: &OperationInfo) -> bool {
    operation.results.first().is_some_and(|result| !result.is_list() && find_type(result.ty).is_none())
}

fn is_refused(operation: &OperationInfo, result: &str, text: &str) {
    for error in given(operation, result) {
        let error = error.unwrap_or_else(|| panic!("{} took this for a success: {result}", operation.name));
        let shown = error.to_string();
        let begin = format!("{}: refused: {text} [", operation.name);
        assert!(shown.starts_with(&begin), "{shown}\nfor {result}");
        // A refused login is not about the request: the same request may be sent with another.
        let login = text.contains("LogonError");
        assert_eq!(error.outcome(), if login { Outcome::NotDone } else { Outcome::Refused }, "{shown}");
        assert_eq!(error.is_login(), login, "{shown}");
    }
}

#[test]
fn each_operation_is_refused_in_each_way() {
    for operation in OPERATIONS.iter().filter(|operation| !is_text(operation)) {
        for (result, text) in REFUSALS {
            is_refused(operation, result, text);
        }
        if !declares_success(operation) {
            for (result, text) in ERRORS_ONLY {
                is_refused(operation, result, text);
            }
        }
    }
}

#[test]
fn what_refuses_nothing_is_an_answer() {
    for operation in OPERATIONS.iter().filter(|operation| !is_text(operation) && !declares_success(operation))
    {
        for result in ANSWERS {
            for error in given(operation, result) {
                assert!(error.is_none(), "{}: {error:?}\nfor {result}", operation.name);
            }
        }
        for result in OTHER_ROWS {
            for error in given(operation, result) {
                let is_answer = matches!(&error, None | Some(Error::Response(_)));
                assert!(is_answer, "{}: {error:?}\nfor {result}", operation.name);
            }
        }
    }
}

/// Errors beside a success: a read has given what it has, a write is done in part.
#[test]
fn errors_beside_a_success_are_about_a_part() {
    let result = "<Success>true</Success><ThingErrors><ThingError><Message>careful</Message></ThingError></ThingErrors>";
    for operation in OPERATIONS.iter().filter(|operation| !is_text(operation)) {
        for error in given(operation, result) {
            match (operation.effect, error) {
                (Effect::Read, None) => {}
                (Effect::Write, Some(error)) => assert_eq!(error.outcome(), Outcome::Partial, "{error}"),
                (_, error) => panic!("{}: {error:?}", operation.name),
            }
        }
    }
}

/// Where the contract promises `Success`, an answer without it proves nothing.
#[test]
fn a_success_that_is_missing_or_nil_is_unknown() {
    let mut seen = 0;
    for operation in OPERATIONS.iter().filter(|operation| promises_success(operation)) {
        for result in ["", "<Success xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:nil=\"true\"/>"]
        {
            for error in given(operation, result) {
                let error = error.unwrap_or_else(|| panic!("{}: {result}", operation.name));
                assert!(matches!(error, Error::Response(_)), "{error}");
                let unknown = operation.effect == Effect::Write;
                assert_eq!(error.outcome() == Outcome::Unknown, unknown, "{error}");
                seen += 1;
            }
        }
    }
    assert!(seen > 0 && dynamic::find("ProcessArticle").is_some_and(promises_success));
}

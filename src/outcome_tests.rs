//! One test a row. What is expected stands here once more, so that a change of the table is made twice, on purpose.

use super::*;
use crate::transport::Phase;

fn failure(delivery: Delivery) -> TransportFailure {
    TransportFailure::new(delivery, "x")
}

fn fault(code: &str) -> Evidence {
    Evidence::of_fault(&Fault {
        code: code.to_owned(),
        reason: "wrong password".to_owned(),
        ..Fault::default()
    })
}

fn refusal(partial: bool, kinds: &[&str]) -> Evidence {
    let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    Evidence::of_refusal(&Refusal { message: "login failed".to_owned(), kinds, partial })
}

fn statuses(statuses: impl IntoIterator<Item = u16>) -> Vec<Evidence> {
    statuses.into_iter().map(Evidence::of_status).collect()
}

/// All that leads to a row gives the same row, and that one says what is expected.
macro_rules! rows {
    ($($name:ident: $given:expr => $evidence:ident, $read:ident, $write:ident, $scope:ident $(, $transient:ident)?;)*) => {
        $(
            #[test]
            fn $name() {
                let given: Vec<Evidence> = $given.into_iter().collect();
                assert!(!given.is_empty());
                for evidence in given {
                    assert_eq!(evidence, Evidence::$evidence);
                    assert_eq!(evidence.outcome(Effect::Read), Outcome::$read);
                    assert_eq!(evidence.outcome(Effect::Write), Outcome::$write);
                    assert_eq!(evidence.scope(), Scope::$scope);
                    assert_eq!(evidence.is_transient(), [$(stringify!($transient))?].contains(&"transient"));
                }
            }
        )*

        #[test]
        fn every_row_has_a_test() {
            let tested = [$(Evidence::$evidence),*];
            for evidence in Evidence::all() {
                assert!(tested.contains(&evidence), "{evidence:?}");
                assert_eq!(evidence.row().evidence, evidence, "the table is in the order of the variants");
            }
            assert_eq!(Evidence::all().count(), Evidence::Success as usize + 1);
        }
    };
}

rows! {
    unsendable: [Evidence::Unsendable] => Unsendable, NotDone, NotDone, Record;
    no_connection: [
        Evidence::of_failure(&failure(Delivery::NotSent)),
        Evidence::of_failure(&failure(Delivery::NotSent).with_timeout(Phase::Connect)),
        // The proxy's own answer is not HTTP; the request was not sent.
        Evidence::of_failure(&failure(Delivery::NotSent).with_not_http()),
    ] => NoConnection, NotDone, NotDone, Session, transient;
    never_connects: [Evidence::of_failure(&failure(Delivery::NotSent).with_permanent())]
        => NeverConnects, NotDone, NotDone, Session;
    no_answer: [
        Evidence::of_failure(&failure(Delivery::Unknown)),
        Evidence::of_failure(&failure(Delivery::Unknown).with_timeout(Phase::ReceiveAnswer)),
        Evidence::of_failure(&failure(Delivery::Unknown).with_permanent()),
    ] => NoAnswer, NotDone, Unknown, Session, transient;
    not_http: [Evidence::of_failure(&failure(Delivery::Unknown).with_not_http())]
        => NotHttp, NotDone, Unknown, Session;
    unauthorized: statuses([401]) => Unauthorized, NotDone, NotDone, RecordAfterSuccess;
    forbidden: statuses([403]) => Forbidden, NotDone, NotDone, RecordAfterSuccess;
    too_large: statuses([413]) => TooLarge, NotDone, NotDone, Record;
    front_door: statuses([404, 405, 414, 415, 431, 501]) => FrontDoor, NotDone, NotDone, RecordAfterSuccess;
    busy: statuses([429, 503]) => Busy, NotDone, Unknown, Session, transient;
    gateway: statuses([408, 502, 504]) => Gateway, NotDone, Unknown, Session, transient;
    redirect: statuses(300..=399) => Redirect, NotDone, Unknown, RecordAfterSuccess;
    no_soap: statuses([200, 202, 204, 299, 400, 402, 406, 407, 409, 410, 412, 416, 418, 422, 423, 428, 451, 500, 505, 507,
        511, 520, 599, 600, 999, 0, 100]) => NoSoap, NotDone, Unknown, RecordAfterSuccess;
    unreadable: [Evidence::Unreadable] => Unreadable, NotDone, Unknown, Record;
    other_record: [Evidence::OtherRecord] => OtherRecord, NotDone, Unknown, Record;
    login: [refusal(false, &["LogonError"]), refusal(false, &["OrderNotFound", "logonerror"])]
        => Login, NotDone, NotDone, RecordAfterSuccess;
    sender_fault: [fault("Client"), fault("Sender"), fault("Client.Authentication")]
        => SenderFault, Refused, Refused, Record;
    version_fault: [fault("VersionMismatch"), fault("MustUnderstand")]
        => VersionFault, NotDone, NotDone, Session;
    server_fault: [fault("Server"), fault("Receiver"), fault(""), fault("Clients"), fault("DataEncodingUnknown")]
        => ServerFault, NotDone, Unknown, Record;
    unknown_error: [
        refusal(false, &["UnknownError"]),
        refusal(false, &["OrderNotFound", "unknownerror"]),
        refusal(false, &["LogonError", "UnknownError"]),
    ] => UnknownError, Refused, Unknown, Record;
    refused: [refusal(false, &[]), refusal(false, &["OrderNotFound"])] => Refused, Refused, Refused, Record;
    partial: [refusal(true, &[]), refusal(true, &["UnknownError"]), refusal(true, &["LogonError"])]

        => Partial, Done, Partial, Record;
    success: [Evidence::Success] => Success, Done, Done, Record;
}

/// A front door is believed only for the statuses that prove that the request went no further.
#[test]
fn no_other_status_proves_that_a_write_was_not_done() {
    let proven: Vec<u16> = (0..=999)
        .filter(|status| Evidence::of_status(*status).outcome(Effect::Write) != Outcome::Unknown)
        .collect();
    assert_eq!(proven, [401, 403, 404, 405, 413, 414, 415, 431, 501]);
}

#[test]
fn a_read_is_never_unknown() {
    for evidence in Evidence::all() {
        assert_ne!(evidence.outcome(Effect::Read), Outcome::Unknown, "{evidence:?}");
    }
}

#[test]
fn a_success_in_the_run_makes_a_doubtful_answer_the_record_s_own() {
    for (scope, before, after) in [
        (Scope::Record, true, true),
        (Scope::RecordAfterSuccess, false, true),
        (Scope::Session, false, false),
    ] {
        assert_eq!((scope.is_record(false), scope.is_record(true)), (before, after));
    }
}

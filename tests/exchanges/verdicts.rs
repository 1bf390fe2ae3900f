//! What an answer proves about success: contradictions, answers about another record, members beside the result.

use std::sync::{Arc, Mutex};

use ongoing_wms::api::{CustomerOrder, NAMESPACE, OrderIdentificationType, OrderInfoClass, OrderOperation};
use ongoing_wms::api::{OrderFile, OrderFileIdentificationType, ProcessOrder, UploadOrderFile};
use ongoing_wms::dynamic::{self, Request};
use ongoing_wms::observe::{NoticeEvent, Observer};
use ongoing_wms::outcome::Evidence;
use ongoing_wms::transport::Replay;
use ongoing_wms::{Client, Credentials, Error, Outcome, RetryPolicy};
use serde_json::json;

const PASSWORD: &str = "hunter2-s3cret";

#[derive(Debug, Default)]
struct Noticed(Mutex<Vec<String>>);

impl Observer for Noticed {
    fn on_notice(&self, event: &NoticeEvent<'_>) {
        self.0.lock().unwrap().push(event.notice.to_string());
    }
}

/// A client with this password whose next answer has this content of the response element.
fn client_with(password: &str, operation: &str, response: &str, noticed: &Arc<Noticed>) -> Client {
    let answer = format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><s:Body><{operation}Response xmlns=\"{NAMESPACE}\">\
         {response}</{operation}Response></s:Body></s:Envelope>"
    );
    Client::builder("https://wms.example/w/service.asmx")
        .credentials(Credentials::new("user", password).goods_owner_code("ACME").goods_owner_id(1))
        .retry(RetryPolicy::never())
        .observer(noticed.clone())
        .transport(Arc::new(Replay::new().answer(operation, 200, answer)))
        .build()
        .unwrap()
}

fn client(operation: &str, response: &str) -> Client {
    client_with(PASSWORD, operation, response, &Arc::default())
}

fn request(operation: &str) -> Box<dyn Request> {
    let input = match operation {
        "ProcessOrder" => json!({"OrderInfo": {
            "OrderIdentification": "GoodsOwnerOrderNumber",
            "OrderOperation": "CreateOrUpdate",
            "GoodsOwnerOrderNumber": "1"
        }}),
        "UploadOrderFile" => json!({"OrderFileIdentificationType": "GoodsOwnerOrderId"}),
        _ => json!({}),
    };
    dynamic::request_from_json(dynamic::find(operation).unwrap(), &input).unwrap()
}

fn order() -> ProcessOrder {
    let info = OrderInfoClass {
        goods_owner_order_number: Some("1".into()),
        ..OrderInfoClass::new(OrderIdentificationType::GoodsOwnerOrderNumber, OrderOperation::CreateOrUpdate)
    };
    ProcessOrder { co: Some(CustomerOrder { order_info: Some(info), ..CustomerOrder::default() }) }
}

/// The error of an answer with this content, which a checked and an unchecked call have in common unless it is a refusal.
fn error(operation: &str, response: &str) -> Option<Error> {
    let error = request(operation).call(&client(operation, response)).err();
    let unchecked = request(operation).call_unchecked(&client(operation, response)).err();
    match &error {
        Some(Error::Refused(_)) | None => assert!(unchecked.is_none(), "{response}: {unchecked:?}"),
        Some(error) => {
            let unchecked = unchecked.unwrap_or_else(|| panic!("{response}: {error} only if checked"));
            assert_eq!(unchecked.evidence(), error.evidence(), "{response}");
        }
    }
    error
}

fn result(operation: &str, members: &str) -> String {
    format!("<{operation}Result>{members}</{operation}Result>")
}

#[test]
fn a_write_that_contradicts_itself_is_unknown() {
    let (yes, no) = ("<Success>true</Success>", "<Success>false</Success>");
    let of = |members: &str| result("ProcessOrder", members);
    for response in [
        of(&format!("<OrderId>7</OrderId>{no}{yes}")),
        of(&format!("<OrderId>7</OrderId>{yes}{no}")),
        of(&format!("{no}<Message>no</Message>{yes}")),
        of(no) + &of(yes),
        of(yes) + &of(no),
        of(yes) + &of(yes),
        of(yes) + "<ProcessOrderResult xsi:nil=\"true\"/>",
        of(yes) + &result("Other", no),
        of(yes) + no,
    ] {
        let error = error("ProcessOrder", &response).unwrap_or_else(|| panic!("{response}"));
        assert!(matches!(error, Error::Response(_)), "{response}: {error}");
        assert_eq!(error.outcome(), Outcome::Unknown, "{response}: {error}");
    }
    for response in [
        of(&format!("{yes}<Success>1</Success>")),
        of(&format!("{yes}<Success xmlns=\"urn:other\">false</Success>")),
        of(yes) + yes,
    ] {
        let error = error("ProcessOrder", &response);
        assert!(error.is_none(), "{response}: {error:?}");
    }
}

#[test]
fn undeclared_members_contradict_as_declared_ones() {
    let (yes, no) = ("<Success>true</Success>", "<Success>false</Success>");
    let of = |members: &str| result("UploadOrderFile", members);
    for response in [
        of(&format!("{no}{yes}")),
        of(yes) + &of(no),
        of(yes) + &of(yes),
        format!("{no}{yes}"),
        format!("{yes}{no}"),
        "<Message/>".repeat(100) + yes + no,
        "<Success>perhaps</Success>".to_owned(),
        of("<Success/>"),
    ] {
        let error = error("UploadOrderFile", &response).unwrap_or_else(|| panic!("{response}"));
        assert!(matches!(error, Error::Response(_)), "{response}: {error}");
        assert_eq!(error.outcome(), Outcome::Unknown, "{response}: {error}");
    }
}

#[test]
fn a_read_that_contradicts_itself_is_not_understood() {
    let rows = "<ReturnOrders/>";
    for (members, is_wrong) in [
        (format!("<Success>false</Success>{rows}<Success>true</Success>"), true),
        (format!("<Success>true</Success>{rows}<Success>false</Success>"), true),
        (format!("<Success>true</Success>{rows}<Success>true</Success>"), false),
    ] {
        let response = result("GetReturnOrdersByQuery", &members);
        let error = error("GetReturnOrdersByQuery", &response);
        assert_eq!(matches!(error, Some(Error::Response(_))), is_wrong, "{members}: {error:?}");
        assert_eq!(error.is_some(), is_wrong, "{members}: {error:?}");
    }
    // The contract does not declare `Success` here.
    let members = "<Success>false</Success><Orders/><Success>true</Success>";
    let error = error("GetOrdersByQuery", &result("GetOrdersByQuery", members));
    assert!(matches!(error, Some(Error::Response(_))), "{error:?}");
}

#[test]
fn an_unchecked_call_does_not_accept_an_answer_about_another_record() {
    let other = result(
        "ProcessOrder",
        "<OrderId>9</OrderId><GoodsOwnerOrderNumber>ZZ</GoodsOwnerOrderNumber><Success>true</Success>",
    );
    assert_eq!(error("ProcessOrder", &other).map(|error| error.evidence()), Some(Evidence::OtherRecord));
    let error = client("ProcessOrder", &other).call_unchecked(order()).unwrap_err();
    assert_eq!((error.evidence(), error.outcome()), (Evidence::OtherRecord, Outcome::Unknown));
    assert!(!error.body().is_empty());
    // A refusal is an answer.
    let refused = result("ProcessOrder", "<ErrorMessage>no</ErrorMessage><Success>false</Success>");
    assert!(client("ProcessOrder", &refused).call_unchecked(order()).is_ok());
}

#[test]
fn an_empty_response_refuses_directly_as_in_a_result() {
    for members in [
        "<Success>false</Success>",
        "<Success>false</Success><Message>no</Message>",
        "<Errors><Error><Message>no</Message></Error></Errors>",
        "<Errors><Error>no</Error></Errors>",
        "<UploadOrderFileError><ErrorType>LogonError</ErrorType></UploadOrderFileError>",
    ] {
        for response in [members.to_owned(), result("UploadOrderFile", members)] {
            let error = error("UploadOrderFile", &response);
            assert!(matches!(error, Some(Error::Refused(_))), "{response}: {error:?}");
        }
    }
    let partial = "<Success>true</Success><Errors><Error><Message>page 2</Message></Error></Errors>";
    assert_eq!(error("UploadOrderFile", partial).map(|error| error.outcome()), Some(Outcome::Partial));
    for response in
        ["", "<Success>true</Success>", "<Message>received</Message>", "<Errors/>", "<Pages>2</Pages>"]
    {
        let error = error("UploadOrderFile", response);
        assert!(error.is_none(), "{response}: {error:?}");
    }
    let file = OrderFile::new(OrderFileIdentificationType::GoodsOwnerOrderId);
    let upload = UploadOrderFile { order_file: Some(file) };
    let typed = client("UploadOrderFile", "<Success>false</Success><Message>no</Message>").call(upload);
    let Err(Error::Refused(refused)) = typed else { panic!("{typed:?}") };
    assert_eq!(refused.message(), "no");
}

#[test]
fn a_refusal_keeps_the_answer_without_passwords() {
    let members = format!(
        "<ErrorMessage>no such user: user/{PASSWORD}</ErrorMessage><Success>false</Success><OrderId>7</OrderId>\
         <Message>a&amp;b</Message>"
    );
    let refused = error("ProcessOrder", &result("ProcessOrder", &members)).unwrap();
    let body = String::from_utf8(refused.body().to_vec()).unwrap();
    assert!(body.contains("user/***</ErrorMessage>") && body.ends_with("</s:Envelope>"), "{body}");
    let Error::Refused(refused) = &refused else { panic!("{refused}") };
    let kept = refused.result_of::<ProcessOrder>().unwrap();
    assert_eq!(kept.error_message.as_deref(), Some("no such user: user/***"));
    assert_eq!((kept.message.as_deref(), kept.order_id), (Some("a&b"), 7));
    for parted in
        ["hunter2<!-- -->-s3cret", "hun<![CDATA[ter2-s3]]>cret", "hunter2<?x?>-s3cret", "&#104;unter2-s3cret"]
    {
        let members =
            format!("<Success>false</Success><ErrorMessage>no</ErrorMessage><Message>{parted}</Message>");
        let Some(Error::Refused(refused)) = error("ProcessOrder", &result("ProcessOrder", &members)) else {
            panic!("{parted}");
        };
        let kept = format!("{:?} {}", refused.result_of::<ProcessOrder>().unwrap(), refused.message());
        assert!(kept.contains("***") && !kept.contains("cret"), "{kept}");
    }
    // The same row by row.
    let members = format!("<Success>false</Success><Message>{PASSWORD}</Message>");
    for members in [format!("{members}<Orders/>"), format!("<Orders><Order/></Orders>{members}")] {
        let response = result("GetOrdersByQuery", &members);
        let query = ongoing_wms::api::GetOrdersByQuery::default();
        let error = client("GetOrdersByQuery", &response).rows(query).find_map(Result::err).unwrap();
        let body = String::from_utf8(error.body().to_vec()).unwrap();
        assert!(body.contains("<Message>***</Message>"), "{body}");
    }
}

/// A number cannot be masked and stay a number.
#[test]
fn a_refusal_that_cannot_be_masked_keeps_no_answer() {
    let members = "<Success>false</Success><Message>no</Message><OrderId>7654321</OrderId>";
    let response = result("ProcessOrder", members);
    let client = client_with("7654321", "ProcessOrder", &response, &Arc::default());
    let error = client.call(order()).unwrap_err();
    assert!(!String::from_utf8_lossy(error.body()).contains("7654321"));
    let Error::Refused(refused) = &error else { panic!("{error}") };
    assert_eq!((refused.message(), refused.result_of::<ProcessOrder>().is_none()), ("no", true));
}

/// The service's own clients go by `Success`: the write is done, but somebody has to read the text.
#[test]
fn an_error_message_beside_success_is_told_to_observers() {
    for (operation, members, told) in [
        (
            "ProcessOrder",
            "<ErrorMessage>no credit</ErrorMessage><OrderId>7</OrderId><Success>true</Success>",
            true,
        ),
        ("ProcessOrder", "<OrderId>7</OrderId><Success>true</Success><Message>no credit</Message>", false),
        ("ProcessOrder", "<ErrorMessage> </ErrorMessage><OrderId>7</OrderId><Success>true</Success>", false),
        ("UploadOrderFile", "<Success>true</Success><ErrorMessage>no credit</ErrorMessage>", true),
    ] {
        let noticed = Arc::new(Noticed::default());
        let client = client_with(PASSWORD, operation, &result(operation, members), &noticed);
        request(operation).call(&client).unwrap();
        let notice = format!("{operation}Result: success with errors (no credit)");
        assert_eq!(noticed.0.lock().unwrap().contains(&notice), told, "{members}: {noticed:?}");
    }
    // Without `Success` it is all that the service says.
    let error = error("UploadOrderFile", "<ErrorMessage>no credit</ErrorMessage>").unwrap();
    assert!(error.to_string().contains("refused: no credit"), "{error}");
}

#[test]
fn an_answer_without_an_id_is_told_to_observers() {
    let noticed = Arc::new(Noticed::default());
    let client =
        client_with(PASSWORD, "ProcessOrder", &result("ProcessOrder", "<Success>true</Success>"), &noticed);
    assert_eq!(client.call(order()).unwrap().order_id, 0);
    let notice = "ProcessOrderResult.OrderId: required member absent, default used";
    assert!(noticed.0.lock().unwrap().iter().any(|told| told == notice), "{noticed:?}");
}

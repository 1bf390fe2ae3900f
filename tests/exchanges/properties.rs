//! What holds for every value of every type, and for every answer that is cut anywhere.

use std::path::PathBuf;
use std::sync::Arc;

use ongoing_wms::api::OPERATIONS;
use ongoing_wms::dynamic::{request_from_json, request_from_xml};
use ongoing_wms::operation::{MemberInfo, OperationInfo};
use ongoing_wms::transport::Replay;
use ongoing_wms::{Client, Credentials, Error, RetryPolicy};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::tree::{Tree, derived, find, is_list, is_structure};

/// Deepest structure in a structure: deeper ones are cut off, so that values stay small.
const DEEPEST: usize = 6;

/// Random requests of each operation.
const REQUESTS: usize = 50;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_request_that_is_written_and_read_is_the_same((operation, value) in any_request()) {
        let client = client(Replay::new());
        let request = request_from_json(operation, &value).unwrap();
        prop_assert_eq!(&request.to_json(), &value);
        let envelope = request.render(&client).unwrap();
        let again = request_from_xml(operation, envelope.expose()).unwrap();
        prop_assert_eq!(&again.to_json(), &value);
        let again = again.render(&client).unwrap();
        prop_assert_eq!(again.expose(), envelope.expose());
    }

    #[test]
    fn a_check_refuses_what_cannot_be_written(
        (operation, mut value) in any_request(),
        place: prop::sample::Index,
        text in select(&["", "x", "å\u{1}", "a text that is long enough\u{FFFE}", "\u{FFFD}\t\n<&"][..]),
        login in select(&[(false, None, None), (true, None, None), (true, Some("ACME"), None),
            (true, None, Some(4711)), (true, Some("ACME"), Some(4711))][..]),
    ) {
        let mut texts = texts_in(&mut value);
        if !texts.is_empty() {
            let at = place.index(texts.len());
            text.clone_into(texts[at]);
        }
        // Other values than texts are texts in JSON, too.
        if let Ok(request) = request_from_json(operation, &value) {
            let client = client_as(login);
            let written = request.render(&client).map(drop).map_err(|error| error.to_string());
            prop_assert_eq!(request.check(&client).map_err(|error| error.to_string()), written);
        }
    }

    #[test]
    fn an_answer_that_is_read_and_written_is_the_same((operation, tree) in any_answer()) {
        let client = client(Replay::new().answer(operation.name, 200, envelope(operation, &tree)));
        let request = request_from_json(operation, &least(operation)).unwrap();
        let answer = request.call_unchecked(&client).unwrap();
        prop_assert_eq!(answer.to_json(), tree.to_json());
        // What is written from it is read as the same again, and strictly.
        let text = answer.to_xml();
        let body = text.split_once("?>").map_or(text.as_str(), |(_, body)| body);
        let wrapped = format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{body}</s:Body></s:Envelope>"
        );
        let client = self::client(Replay::new().answer(operation.name, 200, wrapped));
        let again = request.call_unchecked(&client).unwrap();
        prop_assert_eq!(again.to_json(), tree.to_json());
    }
}

/// Requests of every operation for a validator, the same ones each time. `tests/interop/run.sh` says where.
#[test]
#[ignore = "writes requests to the folder INTEROP_REQUESTS"]
fn random_requests() {
    let folder = std::env::var_os("INTEROP_REQUESTS").expect("INTEROP_REQUESTS says where to");
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(&folder).unwrap();
    let client = client(Replay::new());
    let mut runner = TestRunner::deterministic();
    for operation in &OPERATIONS {
        let requests = request(operation);
        for number in 0..REQUESTS {
            let value = requests.new_tree(&mut runner).unwrap().current();
            let envelope = request_from_json(operation, &value).unwrap().render(&client).unwrap();
            let name = format!("{}__random_{number:02}.xml", operation.name);
            std::fs::write(folder.join(name), envelope.redacted()).unwrap();
        }
    }
}

/// A small answer with everything in it that markup has.
const SMALL: &str = "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- c --><s:Envelope \
                     xmlns:s='http://schemas.xmlsoap.org/soap/envelope/' \
                     xmlns:x=\"http://www.w3.org/2001/XMLSchema-instance\"><s:Header><a b='c'/></s:Header><s:Body>\
                     <UpdateOrderResponse xmlns=\"http://ongoingsystems.se/WSI\"><UpdateOrderResult>\
                     <Success>true</Success><Message>&lt;å &#x1F600;<![CDATA[ ]]>]]&gt;<?p i?></Message>\
                     <OrderId x:nil=\"true\"/></UpdateOrderResult></UpdateOrderResponse></s:Body></s:Envelope>";

#[test]
fn an_answer_cut_at_any_byte_is_an_error() {
    let operation = OPERATIONS.iter().find(|operation| operation.name == "UpdateOrder").unwrap();
    let ask = |body: &[u8]| {
        let client = client(Replay::new().answer(operation.name, 200, body));
        request_from_json(operation, &least(operation)).unwrap().call(&client)
    };
    let whole = ask(SMALL.as_bytes()).map(|answer| answer.to_json()).unwrap();
    assert_eq!(whole, json!({"Success": true, "Message": "<å 😀 ]]>"}));
    for cut in 0..SMALL.len() {
        match ask(&SMALL.as_bytes()[..cut]) {
            Ok(answer) => panic!("cut at {cut}: {}", answer.to_json()),
            Err(Error::Status(_) | Error::Response(_)) => {}
            Err(error) => panic!("cut at {cut}: {error}"),
        }
    }
    // One byte changed: an answer or an error, but never a panic.
    for place in 0..SMALL.len() {
        for byte in [b'<', b'>', b'&', b'"', b' ', b'/', b'x', 0, 0xFF] {
            let mut garbled = SMALL.as_bytes().to_vec();
            garbled[place] = byte;
            let _ = ask(&garbled);
        }
    }
}

fn client(replay: Replay) -> Client {
    Client::builder("https://wms.example/acme/service.asmx")
        .credentials(Credentials::new("u", "p").goods_owner_code("ACME").goods_owner_id(4711))
        .strict(true)
        .retry(RetryPolicy::never())
        .transport(Arc::new(replay))
        .build()
        .unwrap()
}

/// A client with credentials or without, and with this code and id of the goods owner.
fn client_as((has_user, code, id): (bool, Option<&str>, Option<i32>)) -> Client {
    let mut builder = Client::builder("https://wms.example/acme/service.asmx");
    if has_user {
        let mut credentials = Credentials::new("u", "p");
        if let Some(code) = code {
            credentials = credentials.goods_owner_code(code);
        }
        if let Some(id) = id {
            credentials = credentials.goods_owner_id(id);
        }
        builder = builder.credentials(credentials);
    }
    builder.transport(Arc::new(Replay::new())).build().unwrap()
}

fn texts_in(value: &mut Value) -> Vec<&mut String> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter_mut().flat_map(texts_in).collect(),
        Value::Object(members) => members.values_mut().flat_map(texts_in).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// The smallest request in JSON form.
fn least(operation: &OperationInfo) -> Value {
    let payload = operation.own_members().find(|member| Some(member.name) == operation.payload);
    let members = |info: &mut dyn Iterator<Item = &'static MemberInfo>| -> Value {
        let required = info.filter(|member| member.required);
        Value::Object(required.map(|member| (member.name.to_owned(), least_value(member))).collect())
    };
    match payload.and_then(|member| find(member.ty)) {
        Some(info) => members(&mut info.members.iter()),
        None => members(&mut operation.own_members()),
    }
}

fn least_value(member: &MemberInfo) -> Value {
    match find(member.ty) {
        Some(info) if info.values.is_empty() => {
            let required = info.members.iter().filter(|member| member.required);
            Value::Object(required.map(|member| (member.name.to_owned(), least_value(member))).collect())
        }
        Some(info) => json!(info.values[0].0),
        None => match member.ty {
            "dateTime" => json!("2024-01-01T00:00:00"),
            "int" | "long" => json!(0),
            "boolean" => json!(false),
            "decimal" => json!("0"),
            _ => json!(""),
        },
    }
}

fn envelope(operation: &OperationInfo, tree: &Tree) -> String {
    let mut content = String::new();
    tree.to_xml(&mut content, 0, &operation.results[0]);
    let (name, namespace) = (operation.response, operation.namespace);
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><s:Body><{name} xmlns=\"{namespace}\">{content}</{name}>\
         </s:Body></s:Envelope>"
    )
}

// ---- values from the tables --------------------------------------------------------------------------------------

fn any_request() -> impl Strategy<Value = (&'static OperationInfo, Value)> {
    let all: Vec<&'static OperationInfo> = OPERATIONS.iter().collect();
    select(all).prop_flat_map(|operation| request(operation).prop_map(move |value| (operation, value)))
}

fn request(operation: &'static OperationInfo) -> impl Strategy<Value = Value> {
    let payload = operation.own_members().find(|member| Some(member.name) == operation.payload);
    let members: Vec<&'static MemberInfo> = match payload.and_then(|member| find(member.ty)) {
        Some(info) => info.members.iter().collect(),
        None => operation.own_members().collect(),
    };
    structure(members, true, 0).prop_map(|members| Tree::Members(None, members).to_json())
}

fn any_answer() -> impl Strategy<Value = (&'static OperationInfo, Tree)> {
    let with_result = OPERATIONS.iter().filter(|operation| operation.results.len() == 1);
    let structured: Vec<_> = with_result.filter(|operation| is_structure(operation.results[0].ty)).collect();
    select(structured).prop_flat_map(|operation| {
        single(&operation.results[0], false, 0).prop_map(move |tree| (operation, tree))
    })
}

type Members = Vec<(&'static MemberInfo, Tree)>;

fn structure(members: Vec<&'static MemberInfo>, request: bool, depth: usize) -> BoxedStrategy<Members> {
    let each: Vec<BoxedStrategy<Option<(&'static MemberInfo, Tree)>>> = members
        .into_iter()
        // The JSON form of a nil member is absence, that of a password is three stars.
        .filter(|member| !member.name.to_lowercase().contains("password"))
        .map(|member| {
            let own = goods_owner(member, request);
            if let Some(own) = own {
                return Just(Some((member, own))).boxed();
            }
            let must = member.min > 0 && !member.nillable || member.required;
            let too_deep = depth >= DEEPEST && is_structure(member.ty);
            if too_deep && !must {
                return Just(None).boxed();
            }
            let present = value(member, request, depth).prop_map(move |tree| Some((member, tree)));
            if must { present.boxed() } else { prop_oneof![3 => Just(None), 1 => present].boxed() }
        })
        .collect();
    each.prop_map(|members| members.into_iter().flatten().collect()).boxed()
}

/// What the client would fill in: another goods owner is refused.
fn goods_owner(member: &MemberInfo, request: bool) -> Option<Tree> {
    match (member.name, member.ty) {
        ("GoodsOwnerCode", "string") if request => Some(Tree::Text("string", "ACME".to_owned())),
        ("GoodsOwnerId", "int") if request => Some(Tree::Text("int", "4711".to_owned())),
        _ => None,
    }
}

fn value(member: &'static MemberInfo, request: bool, depth: usize) -> BoxedStrategy<Tree> {
    if !is_list(member) {
        return single(member, request, depth);
    }
    // An empty list without a wrapper is absence.
    let least = usize::from(member.item.is_empty());
    prop::collection::vec(single(member, request, depth), least..3).prop_map(Tree::List).boxed()
}

fn single(member: &'static MemberInfo, request: bool, depth: usize) -> BoxedStrategy<Tree> {
    let ty = member.ty;
    if let Some(info) = find(ty).filter(|info| info.values.is_empty()) {
        let plain = structure(info.members.iter().collect(), request, depth + 1)
            .prop_map(|members| Tree::Members(None, members));
        let kinds = derived(ty).map(|info| {
            structure(info.members.iter().collect(), request, depth + 1)
                .prop_map(|members| Tree::Members(Some(info.name), members))
                .boxed()
        });
        return prop::strategy::Union::new(kinds.chain([plain.boxed()])).boxed();
    }
    text(ty).prop_map(move |text| Tree::Text(ty, text)).boxed()
}

fn text(ty: &'static str) -> BoxedStrategy<String> {
    match ty {
        "string" => "[ -~\t\n\r\u{A0}-\u{D7FF}\u{10000}-\u{10FFFF}]{0,12}".boxed(),
        "int" => any::<i32>().prop_map(|number| number.to_string()).boxed(),
        "long" => any::<i64>().prop_map(|number| number.to_string()).boxed(),
        "boolean" => any::<bool>().prop_map(|truth| truth.to_string()).boxed(),
        // 24 digits, the most that libxml2 takes; the golden exchanges have longer ones.
        "decimal" => "-?[1-9][0-9]{0,17}(\\.[0-9]{1,6})?".boxed(),
        "dateTime" => {
            "[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,7})?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])?"
                .boxed()
        }
        "base64Binary" => "([A-Za-z0-9+/]{4}){0,5}".boxed(),
        ty => match find(ty) {
            Some(info) => select(info.values).prop_map(|(value, _)| value.to_owned()).boxed(),
            None => panic!("no values of {ty}"),
        },
    }
}

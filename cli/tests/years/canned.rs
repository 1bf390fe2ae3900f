//! Answers that are given whatever is asked, and the least that an operation can be asked.

use std::io::Cursor;
use std::sync::Arc;

use ongoing_wms::api::NAMESPACE;
use ongoing_wms::dynamic::find_type;
use ongoing_wms::operation::{MemberInfo, OperationInfo};
use ongoing_wms::transport::{HttpAnswer, HttpRequest, Transport, TransportFailure};
use ongoing_wms::{Client, Credentials, GoodsOwner};
use serde_json::{Map, Value, json};

#[derive(Debug)]
struct Held(String);

impl Transport for Held {
    fn send(&self, _: &HttpRequest<'_>) -> Result<HttpAnswer, TransportFailure> {
        let body = Box::new(Cursor::new(self.0.clone().into_bytes()));
        Ok(HttpAnswer { status: 200, headers: Vec::new(), body })
    }
}

/// A client to which each operation answers with this result.
pub fn client(operation: &OperationInfo, result: &str) -> Client {
    let name = operation.name;
    let text = format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
         <{name}Response xmlns=\"{NAMESPACE}\"><{name}Result>{result}</{name}Result></{name}Response>\
         </s:Body></s:Envelope>"
    );
    let owner = GoodsOwner { code: Some("Shop".to_owned()), id: Some(7) };
    Client::builder("https://wms.example/acme/service.asmx")
        .credentials(Credentials::new("user", "secret").goods_owner(owner))
        .transport(Arc::new(Held(text)))
        .build()
        .unwrap()
}

/// A request with nothing but what it cannot do without.
pub fn least(operation: &OperationInfo) -> Value {
    match operation.own_members().find(|member| Some(member.name) == operation.payload) {
        Some(payload) => value(payload),
        None => members(operation.own_members()),
    }
}

fn members<'a>(members: impl Iterator<Item = &'a MemberInfo>) -> Value {
    members
        .filter(|member| member.required)
        .map(|member| (member.name.to_owned(), value(member)))
        .collect::<Map<_, _>>()
        .into()
}

fn value(member: &MemberInfo) -> Value {
    if member.is_list() {
        return json!([]);
    }
    match find_type(member.ty) {
        Some(ty) if !ty.values.is_empty() => json!(ty.values[0].0),
        Some(ty) => members(ty.members.iter()),
        None => match member.ty {
            "int" | "long" => json!(1),
            "boolean" => json!(true),
            "decimal" => json!("1"),
            "dateTime" => json!("2026-11-25T00:00:00"),
            "base64Binary" => json!("eA=="),
            _ => json!("x"),
        },
    }
}

/// The result's own member `Success`.
fn success(operation: &OperationInfo) -> Option<&'static MemberInfo> {
    let results = operation.results.iter().filter(|result| !result.is_list());
    let mut types = results.filter_map(|result| find_type(result.ty));
    types.find_map(|ty| ty.members.iter().find(|member| member.name == "Success"))
}

pub fn declares_success(operation: &OperationInfo) -> bool {
    success(operation).is_some()
}

pub fn promises_success(operation: &OperationInfo) -> bool {
    success(operation).is_some_and(|member| member.min > 0)
}

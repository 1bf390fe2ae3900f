//! A password that sings wherever it is seen: nothing that a program can print may hold it.

use std::sync::{Arc, Mutex};

use ongoing_wms::api::{GetOrder, GetOrderStatuses, ProcessArticle};
use ongoing_wms::observe::{LastExchange, NoticeEvent, Observer, RequestEvent, ResponseEvent};
use ongoing_wms::transport::{Delivery, Replay, TransportFailure};
use ongoing_wms::{Client, Credentials, GoodsOwner, RetryPolicy};

/// With characters that XML and JSON write differently.
const CANARY: &str = "canary<&\"'>å-7731";

/// How the password may look in a text.
fn songs() -> [String; 6] {
    [
        CANARY.to_owned(),
        "canary&lt;&amp;\"'&gt;å-7731".to_owned(),
        "canary&lt;&amp;&quot;&apos;&gt;å-7731".to_owned(),
        "7731".to_owned(),
        "canary%3C".to_owned(),
        "jpjYW5hcnk8".to_owned(),
    ]
}

#[track_caller]
fn silent(what: &str, text: &str) {
    for song in songs() {
        assert!(!text.contains(&song), "{what} shows the password:\n{text}");
    }
}

/// Writes down all that an observer is told.
#[derive(Default)]
struct Diary(Mutex<String>);

impl Observer for Diary {
    fn on_request(&self, event: &RequestEvent<'_>) {
        self.0.lock().unwrap().push_str(&format!("{event:?}\n{}\n", event.body.text()));
    }

    fn on_response(&self, event: &ResponseEvent<'_>) {
        let body = event.body.as_ref().map(|body| body.text().into_owned());
        self.0.lock().unwrap().push_str(&format!("{event:?}\n{body:?}\n"));
    }

    fn on_notice(&self, event: &NoticeEvent<'_>) {
        self.0.lock().unwrap().push_str(&format!("{event:?}\n"));
    }
}

fn envelope(body: &str) -> String {
    format!(
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>{body}</soap:Body>\
         </soap:Envelope>"
    )
}

/// What a service might answer that repeats the password it was sent.
fn answers() -> Vec<String> {
    let escaped = &songs()[1];
    let fault = |text: &str| {
        envelope(&format!(
            "<soap:Fault><faultcode>soap:Server</faultcode><faultstring>{text}</faultstring><detail><Sent \
             xmlns=\"urn:x\"><Password>{escaped}</Password>{text}</Sent></detail></soap:Fault>"
        ))
    };
    vec![
        fault(&format!("no user with {escaped}")),
        // The code, the actor, a subcode, and the name of a header.
        fault("no").replace("soap:Server", escaped),
        fault("no").replace("<detail>", &format!("<faultactor>{escaped}</faultactor><detail>")),
        envelope(&format!(
            "<s:Fault xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Code><s:Value>s:Receiver</s:Value>\
             <s:Subcode><s:Value>{escaped}</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang=\"en\">\
             no</s:Text></s:Reason></s:Fault>"
        ))
        .replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"),
        // In markup that is broken before and after it, in JSON, in a URL, and in base64.
        format!("<Password>x</Password<Password><b>{escaped}</"),
        "{\"Password\": \",<a password=\"canary<&\\\"'>å-7731\"/>".to_owned(),
        "see /login?p=canary%3C%26%22%27%3E%C3%A5-7731 again".to_owned(),
        "Basic dXNlcjpjYW5hcnk8JiInPsOlLTc3MzE=".to_owned(),
        format!("<html><body>you sent {escaped}</body></html>"),
        format!("{CANARY} is wrong"),
        envelope(&format!("<Other xmlns=\"urn:x\"><PassWord>{escaped}</PassWord></Other>")),
        envelope(&format!(
            "<GetOrderResponse xmlns=\"http://ongoingsystems.se/WSI\"><GetOrderResult><Success>{escaped}</Success>"
        )),
        envelope(&format!(
            "<GetOrderResponse xmlns=\"http://ongoingsystems.se/WSI\"><GetOrderResult><Success>false</Success>\
             <WsiSystem><PassWord>{escaped}</PassWord></WsiSystem></GetOrderResult></GetOrderResponse>"
        )),
        String::new(),
    ]
}

#[test]
fn nothing_that_can_be_printed_holds_the_password() {
    let credentials = Credentials::new("user", CANARY).goods_owner_code("ACME");
    silent("Debug of the credentials", &format!("{credentials:?} {credentials:#?}"));
    for answer in answers() {
        let replay = Arc::new(Replay::new().answer("GetOrder", 200, answer.clone()));
        let (last, diary) = (Arc::new(LastExchange::new()), Arc::new(Diary::default()));
        let client = Client::builder("http://localhost/")
            .credentials(credentials.clone())
            .transport(replay.clone())
            .observer(last.clone())
            .observer(diary.clone())
            .retry(RetryPolicy::never())
            .build()
            .unwrap();
        silent("Debug of the client", &format!("{client:?} {client:#?}"));
        let error = client.call(GetOrder { order_id: 1 }).unwrap_err();
        silent("the error", &format!("{error} {error:?} {error:#?}"));
        silent("the error's body", &String::from_utf8_lossy(error.body()));
        let kept = last.get().unwrap();
        silent("the kept answer", &String::from_utf8_lossy(&kept.response.unwrap()));
        silent("the kept request", &String::from_utf8_lossy(&kept.request));
        silent("the recorded request", &String::from_utf8_lossy(&replay.requests()[0].body));
        let diary = diary.0.lock().unwrap();
        silent("what an observer sees", &diary);
        assert!(diary.contains("<Password>***</Password>"), "{diary}");
    }
}

#[test]
fn neither_does_what_was_never_sent() {
    let replay = Replay::new().fail("GetOrderStatuses", TransportFailure::new(Delivery::NotSent, "refused"));
    let client = Client::builder("http://localhost/")
        .credentials(Credentials::new("user", CANARY))
        .transport(Arc::new(replay))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let request = ProcessArticle::default();
    let error = client.render(&request).unwrap_err();
    silent("a request that lacks its goods owner", &format!("{error} {error:?}"));
    let client = client.for_goods_owner(GoodsOwner { code: Some("ACME".into()), id: None });
    let envelope = client.render(&request).unwrap();
    silent("the envelope", &format!("{envelope:?} {}", envelope.redacted()));
    assert!(envelope.expose().contains(&songs()[1]), "it is sent all the same");
    let error = client.call(GetOrderStatuses::default()).unwrap_err();
    silent("a failure of the transport", &format!("{error} {error:?}"));
}

#[test]
fn neither_does_an_address_with_a_key_or_a_login() {
    let builder = Client::builder(format!("http://user:{CANARY}@localhost/"));
    silent("Debug of the builder", &format!("{builder:?} {builder:#?}"));
    let (replay, diary) = (Arc::new(Replay::new()), Arc::new(Diary::default()));
    let client = Client::builder("http://localhost/?key=canary-7731")
        .credentials(Credentials::new("user", "open-sesame"))
        .transport(replay.clone())
        .observer(diary.clone())
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    silent("Debug of the client", &format!("{client:?} {client:#?}"));
    let error = client.call(GetOrder { order_id: 1 }).unwrap_err();
    silent("the error", &format!("{error} {error:?}"));
    silent("what an observer sees", &diary.0.lock().unwrap());
    assert_eq!(replay.requests()[0].url, "http://localhost/?key=canary-7731", "it is sent all the same");
}

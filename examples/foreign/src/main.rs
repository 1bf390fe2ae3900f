//! Logs in to a CRM service, saves a company and finds it again: `foreign-example URL`.
#![forbid(unsafe_code)]

use std::error::Error;
use std::sync::Arc;

use ongoing_wms::Client;
use ongoing_wms::transport::Transport;

#[allow(clippy::all, clippy::pedantic, dead_code, missing_docs)]
mod crm {
    include!(concat!(env!("OUT_DIR"), "/crm.rs"));
}

use crm::{FindHeader, Record, RecordDerived, SessionHeader};

fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).ok_or("usage: foreign-example URL")?;
    for line in run(&url, None)? {
        println!("{line}");
    }
    Ok(())
}

/// What was saved and found, a line each. Sends over HTTP unless another transport is given.
fn run(url: &str, transport: Option<Arc<dyn Transport>>) -> Result<Vec<String>, Box<dyn Error>> {
    let builder = || match &transport {
        Some(transport) => Client::builder(url).transport(Arc::clone(transport)),
        None => Client::builder(url),
    };
    let login = crm::Login { username: "ada".to_owned(), password: "secret".to_owned().into() };
    let session_id = builder().build()?.call(login)?;

    // Every operation that declares this header sends it from here on.
    let session = FindHeader { session_header: Some(SessionHeader { session_id }) };
    let client = builder().header(&session).build()?;

    let company = RecordDerived::Company { employees: Some(36) };
    let record =
        Record { name: "Ada & Söner".to_owned(), derived: Some(Box::new(company)), ..Record::default() };
    let mut lines = vec![format!("saved {}", client.call(crm::Save { record, header: None })?)];

    let find = crm::Find { text: "Ada".to_owned(), header: None };
    let (records, header) = client.call_with_header(&find)?;
    for record in records {
        let id = record.id.flatten().unwrap_or_else(|| "no id".to_owned());
        match record.derived.as_deref() {
            Some(RecordDerived::Company { employees }) => {
                lines.push(format!(
                    "found {id}: {}, {} employees",
                    record.name,
                    employees.unwrap_or_default()
                ));
            }
            _ => lines.push(format!("found {id}: {}", record.name)),
        }
    }
    if let Some(limit) = header.and_then(|header| header.limit_header) {
        lines.push(format!("{} calls left", limit.calls_left));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use ongoing_wms::transport::Replay;

    use super::*;

    #[test]
    fn all_calls_over_recorded_answers() {
        let envelope = |header: &str, body: &str| {
            format!(
                "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"urn:crm\" \
                 xmlns:r=\"urn:records\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
                 <s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
            )
        };
        let records = "<findResponse><record xsi:type=\"r:Company\"><r:Id>7</r:Id><r:Name>Ada</r:Name>\
                       <r:Employees>36</r:Employees></record><record><r:Id xsi:nil=\"true\"/><r:Name>Bo</r:Name>\
                       </record></findResponse>";
        let limit = "<LimitHeader><callsLeft>9</callsLeft></LimitHeader>";
        let replay = Replay::new()
            .answer("login", 200, envelope("", "<loginResponse><sessionId>s1</sessionId></loginResponse>"))
            .answer("save", 200, envelope("", "<saveResponse><id>7</id></saveResponse>"))
            .answer("find", 200, envelope(limit, records));
        let lines = run("https://example.com/crm", Some(Arc::new(replay))).unwrap();
        assert_eq!(lines, ["saved 7", "found 7: Ada, 36 employees", "found no id: Bo", "9 calls left"]);
    }
}

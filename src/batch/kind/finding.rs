//! What the warehouse has under a record's number.

use std::fmt;

use serde_json::{Map, Value};

use super::identity::{Key, folded};
use super::likeness::{self, ComparedTypes, Likeness};
use super::lookup::{Lookup, LookupQuery};
use crate::batch::contract::content::{self, Content};
use crate::batch::contract::json_path::text_at;
use crate::client::Client;
use crate::dynamic;
use crate::error::Error;
use crate::operation::TypeInfo;

/// Maximum number of rows that a look-up reads per key: a service that ignores a filter answers with all rows.
const ROWS_A_KEY: usize = 50;

/// What the warehouse has under a record's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Nothing, or only cancelled records.
    Nothing {
        /// Whether a cancelled record was found.
        cancelled: bool,
    },
    /// Something that differs from the record.
    Other {
        /// Paths of the members that differ.
        differing: Vec<String>,
        /// Whether it shows nothing of this version: each member that changed since the earlier version differs.
        untouched: bool,
    },
    /// Everything that the answer shows of the record is the same.
    Same {
        /// Members of the record that the answer does not show.
        unseen: Vec<String>,
    },
    /// The answer is inconclusive; with the reason.
    Unclear(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finding::Nothing { cancelled: false } => f.write_str("not found in the warehouse"),
            Finding::Nothing { cancelled: true } => f.write_str("found cancelled in the warehouse"),
            Finding::Other { differing: members, .. } => {
                f.write_str("found in the warehouse with a different ")?;
                let some: Vec<&str> = members.iter().take(3).map(String::as_str).collect();
                f.write_str(&some.join(", "))?;
                if members.len() > 3 { write!(f, " and {} more", members.len() - 3) } else { Ok(()) }
            }
            Finding::Same { .. } => f.write_str("found in the warehouse"),
            Finding::Unclear(why) => write!(f, "the look-up failed: {why}"),
        }
    }
}

/// A record to look up.
#[derive(Debug)]
pub(in crate::batch) struct RecordToFind<'p> {
    pub key: &'p Key,
    pub payload: &'p Map<String, Value>,
    /// Whether numbers that differ only in case or outer space are different numbers.
    pub exact: bool,
    /// The contents that the warehouse may have had before; each member that differs from any of them must be shown.
    /// Empty for the first version of a key, of which each shown member must be equal. `None` if the earlier content is
    /// unknown: each member must be shown.
    pub earlier: Option<Vec<Content>>,
}

impl Lookup {
    /// Looks up records that are found in the same way. Returns a finding for each; `sent` is the type of their
    /// payloads.
    ///
    /// # Errors
    /// As [`Client::rows`](crate::Client::rows).
    pub(in crate::batch) fn find(
        &self,
        client: &Client,
        sent: Option<&'static TypeInfo>,
        wanted: &[RecordToFind<'_>],
    ) -> Result<Vec<Finding>, Error> {
        let keys: Vec<&Key> = wanted.iter().map(|wanted| wanted.key).collect();
        let unclear = |why: &str| wanted.iter().map(|_| Finding::Unclear(why.to_owned())).collect();
        let Some(plan) = self.plan(&keys) else { return Ok(unclear("the contract has no query for it")) };
        let types = ComparedTypes { sent, shown: dynamic::row_type(plan.operation) };
        let mut found: Vec<RowFindings> = wanted.iter().map(|_| RowFindings::default()).collect();
        let asked = ask(client, &plan, wanted.len(), &mut |row| {
            let Some(number) = text_at(row, plan.shown) else { return };
            let alike = folded(&number);
            for (wanted, found) in wanted.iter().zip(&mut found) {
                let value = &wanted.key.value;
                let is_it = if wanted.exact { *value == number } else { folded(value) == alike };
                if is_it {
                    found.add(self, wanted, row, types);
                }
            }
        })?;
        let truncated = match asked {
            QueryEnd::All => false,
            QueryEnd::Truncated => true,
            QueryEnd::Not(why) => return Ok(unclear(&why)),
        };
        Ok(found.into_iter().map(|found| found.finding(truncated)).collect())
    }
}

/// The result of a query for rows.
pub(super) enum QueryEnd {
    /// All rows were returned.
    All,
    /// There are more rows than this number of keys can have.
    Truncated,
    /// The warehouse was not queried; with the reason.
    Not(String),
}

/// Queries the rows of this number of keys.
pub(super) fn ask(
    client: &Client,
    plan: &LookupQuery,
    keys: usize,
    each: &mut dyn FnMut(&Map<String, Value>),
) -> Result<QueryEnd, Error> {
    let rows = match dynamic::rows(client, plan.operation, &plan.query) {
        Some(Ok(rows)) => rows,
        Some(Err(error)) => return Ok(QueryEnd::Not(error.message)),
        None => return Ok(QueryEnd::Not("the answer has no rows".to_owned())),
    };
    let most = ROWS_A_KEY * keys.max(4);
    for (index, row) in rows.enumerate() {
        if index == most {
            return Ok(QueryEnd::Truncated);
        }
        each(&serde_json::from_str(&row?.json).unwrap_or_default());
    }
    Ok(QueryEnd::All)
}

/// What the rows so far show of a record.
#[derive(Default)]
struct RowFindings {
    cancelled: bool,
    best: Option<Finding>,
}

impl RowFindings {
    fn add(
        &mut self,
        lookup: &Lookup,
        wanted: &RecordToFind<'_>,
        row: &Map<String, Value>,
        types: ComparedTypes,
    ) {
        if lookup.is_cancelled(row) {
            self.cancelled = true;
            return;
        }
        let finding = judge(wanted, likeness::of(lookup, wanted.payload, row, types), types);
        let differing = |finding: &Finding| match finding {
            Finding::Other { differing, .. } => differing.len(),
            _ => 0,
        };
        if self.best.as_ref().is_none_or(|best| differing(&finding) < differing(best)) {
            self.best = Some(finding);
        }
    }

    fn finding(self, truncated: bool) -> Finding {
        match self.best {
            Some(same @ Finding::Same { .. }) => same,
            _ if truncated => Finding::Unclear("the answer has more rows than requested".to_owned()),
            Some(other) => other,
            None => Finding::Nothing { cancelled: self.cancelled },
        }
    }
}

/// What a comparison means for the record.
fn judge(wanted: &RecordToFind<'_>, likeness: Likeness, types: ComparedTypes) -> Finding {
    let Likeness { mut differing, mut unseen, unseen_empty, unproven } = likeness;
    let mut untouched = false;
    match &wanted.earlier {
        // A first version: empty members that are not shown prove nothing.
        Some(earlier) if earlier.is_empty() => {}
        Some(earlier) => {
            let changed = content::changed(types.sent, wanted.payload, earlier);
            let concerns = |path: &String| changed.iter().any(|changed| overlap(changed, path));
            unseen.extend(unseen_empty);
            differing.retain(concerns);
            unseen.retain(concerns);
            let not_there = differing.iter().chain(&unseen);
            untouched = differing.iter().any(|path| !unproven.contains(path))
                && changed
                    .iter()
                    .filter(|path| !likeness::steers_at(path))
                    .all(|changed| not_there.clone().any(|path| overlap(changed, path)));
        }
        None => unseen.extend(unseen_empty),
    }
    if differing.is_empty() { Finding::Same { unseen } } else { Finding::Other { differing, untouched } }
}

/// Whether one path equals the other or leads to it.
fn overlap(one: &str, other: &str) -> bool {
    let below = |path: &str, above: &str| {
        path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    below(one, other) || below(other, one)
}

#[cfg(test)]
mod tests {
    use std::io::{self, Cursor, Read};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use serde_json::json;

    use super::*;
    use crate::batch::Kind;
    use crate::transport::{HttpAnswer, HttpRequest, Transport, TransportFailure};

    /// A service that does not know the filter: it answers with orders without end.
    #[derive(Debug, Default)]
    struct Endless(Arc<AtomicUsize>);

    struct Rows(Cursor<Vec<u8>>, Arc<AtomicUsize>);

    impl Read for Rows {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            if self.0.position() == self.0.get_ref().len() as u64 {
                let number = self.1.fetch_add(1, Ordering::Relaxed);
                let row = format!(
                    "<Order><OrderInfo><OrderId>{number}</OrderId><GoodsOwnerOrderNumber>X{number}</GoodsOwnerOrderNumber>\
                     </OrderInfo></Order>"
                );
                self.0 = Cursor::new(row.into_bytes());
            }
            self.0.read(out)
        }
    }

    impl Transport for Endless {
        fn send(&self, _: &HttpRequest<'_>) -> Result<HttpAnswer, TransportFailure> {
            let start = "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>\
                         <GetOrdersByQueryResponse xmlns=\"http://ongoingsystems.se/WSI\"><GetOrdersByQueryResult><Orders>";
            let body = Box::new(Rows(Cursor::new(start.as_bytes().to_vec()), Arc::clone(&self.0)));
            let headers = vec![("Content-Type".to_owned(), "text/xml; charset=utf-8".to_owned())];
            Ok(HttpAnswer { status: 200, headers, body })
        }
    }

    #[test]
    fn a_look_up_reads_a_bounded_number_of_rows() {
        let rows = Arc::new(AtomicUsize::new(0));
        let credentials = crate::Credentials::new("u", "p").goods_owner_code("C").goods_owner_id(1);
        let client = Client::builder("https://test.invalid/service.asmx")
            .credentials(credentials)
            .transport(Arc::new(Endless(Arc::clone(&rows))))
            .build()
            .unwrap();
        let kind = Kind::find("orders").unwrap();
        let payload = json!({
            "OrderInfo": { "OrderIdentification": "GoodsOwnerOrderNumber", "GoodsOwnerOrderNumber": "1" },
        });
        let payload = payload.as_object().unwrap();
        let key = kind.identity.key(payload).unwrap();
        let wanted = RecordToFind { key: &key, payload, exact: false, earlier: Some(Vec::new()) };
        let found = kind.lookup.unwrap().find(&client, kind.payload(), &[wanted]).unwrap();
        // "Not found" would be wrong, since it may be among the unread rows.
        assert!(matches!(&found[..], [Finding::Unclear(_)]), "{found:?}");
        assert!(rows.load(Ordering::Relaxed) < 2_000, "{rows:?}");
    }
}

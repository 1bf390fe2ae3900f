//! Asking the warehouse whether it holds a record.

use std::fmt;

use serde_json::{Map, Value, json};

use super::Kind;
use super::identity::{Key, folded};
use super::likeness::{self, Likeness, Types};
use crate::batch::contract::content::{self, Content};
use crate::batch::contract::json_path::text_at;
use crate::client::Client;
use crate::dynamic::{self, find_type};
use crate::error::Error;
use crate::operation::{MemberInfo, OperationInfo};

/// How the warehouse is asked for records of a kind, and how its rows show what was sent.
#[derive(Debug)]
pub struct Lookup {
    /// The query.
    pub operation: &'static str,
    /// Way of the [`Key`], the filter for it, and where a row has the number.
    pub by: &'static [(&'static str, &'static str, &'static str)],
    /// Objects of a payload, and of a row, that hold the same.
    pub parts: &'static [Part],
    /// The lines.
    pub lines: Option<Lines>,
    /// Where a row has its status, and from which on it is cancelled.
    pub cancelled: Option<(&'static str, i64)>,
}

/// An object of a payload and that of a row; members of the same name are the same.
#[derive(Debug)]
pub struct Part {
    /// Path in the payload; empty for the payload itself.
    pub sent: &'static str,
    /// Path in the row.
    pub shown: &'static str,
    /// Members that have another name, or stand deeper, in the row.
    pub renamed: &'static [(&'static str, &'static str)],
}

/// The lines of a payload and those of a row.
#[derive(Debug)]
pub struct Lines {
    /// As the objects they are; both paths lead to a list.
    pub part: Part,
    /// Member of a line, as sent and as shown, that is the goods owner's own name of it.
    pub code: &'static str,
    /// Member of a shown line that says of which other line it is a part; such lines were not sent.
    pub parent: &'static str,
}

/// Most rows that a look-up reads for each key. A service that does not know a filter answers with all that it has.
const ROWS_A_KEY: usize = 50;

/// What the warehouse holds under a record's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Nothing, or only what is cancelled.
    Nothing {
        /// Whether something cancelled is there.
        cancelled: bool,
    },
    /// Something that differs from the record.
    Other {
        /// Paths of the members that differ.
        differing: Vec<String>,
        /// Whether it shows nothing of the record: each member that changed from what was there before differs.
        untouched: bool,
    },
    /// All that the answer shows of the record is the same.
    Same {
        /// Members of the record that the answer does not show.
        unseen: Vec<String>,
    },
    /// The answer does not tell: why.
    Unclear(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finding::Nothing { cancelled: false } => f.write_str("not found in the warehouse"),
            Finding::Nothing { cancelled: true } => f.write_str("found cancelled in the warehouse"),
            Finding::Other { differing: members, .. } => {
                f.write_str("found in the warehouse with another ")?;
                let some: Vec<&str> = members.iter().take(3).map(String::as_str).collect();
                f.write_str(&some.join(", "))?;
                if members.len() > 3 { write!(f, " and {} more", members.len() - 3) } else { Ok(()) }
            }
            Finding::Same { .. } => f.write_str("found in the warehouse"),
            Finding::Unclear(why) => write!(f, "the look-up does not tell: {why}"),
        }
    }
}

/// A record to look up.
#[derive(Debug)]
pub(in crate::batch) struct Wanted<'p> {
    pub key: &'p Key,
    pub payload: &'p Map<String, Value>,
    /// The contents that the warehouse may have had before; each member that differs from any of them must be seen.
    /// Empty for the first version of a key, of which each member that is shown must be the same. `None` where something
    /// was there before and nobody knows what: each member must be seen.
    pub earlier: Option<Vec<Content>>,
}

/// The query for some keys of one way.
struct Plan {
    operation: &'static OperationInfo,
    /// Its input.
    query: Value,
    /// Where a row has the number.
    shown: &'static str,
}

impl Lookup {
    /// Whether records of this key can be looked up with the contract that the program is built with.
    pub fn serves(&self, key: &Key) -> bool {
        self.plan(&[key]).is_some()
    }

    /// Whether records of this key can be looked up many at a time.
    pub(in crate::batch) fn takes_many(&self, key: &Key) -> bool {
        self.filter(key).is_some_and(|(_, _, member, _)| member.is_list())
    }

    /// Looks records up, all of one way to find them. Gives a finding for each.
    ///
    /// # Errors
    /// As [`Client::rows`](crate::Client::rows).
    pub(in crate::batch) fn find(
        &self,
        client: &Client,
        kind: &Kind,
        wanted: &[Wanted<'_>],
    ) -> Result<Vec<Finding>, Error> {
        let keys: Vec<&Key> = wanted.iter().map(|wanted| wanted.key).collect();
        let unclear = |why: &str| wanted.iter().map(|_| Finding::Unclear(why.to_owned())).collect();
        let Some(plan) = self.plan(&keys) else { return Ok(unclear("the contract has no query for it")) };
        let types = Types {
            sent: kind.operation().and_then(dynamic::payload),
            shown: dynamic::row_type(plan.operation),
        };
        let mut found: Vec<Found> = wanted.iter().map(|_| Found::default()).collect();
        let rows = match dynamic::rows(client, plan.operation, &plan.query) {
            Some(Ok(rows)) => rows,
            Some(Err(error)) => return Ok(unclear(&error.message)),
            None => return Ok(unclear("the answer has no rows")),
        };
        let most = ROWS_A_KEY * wanted.len().max(4);
        let mut truncated = false;
        for (index, row) in rows.enumerate() {
            if index == most {
                truncated = true;
                break;
            }
            let row: Map<String, Value> = serde_json::from_str(&row?.json).unwrap_or_default();
            let Some(number) = text_at(&row, plan.shown) else { continue };
            let number = folded(&number);
            for (wanted, found) in wanted.iter().zip(&mut found) {
                if folded(&wanted.key.value) == number {
                    found.add(self, wanted, &row, types);
                }
            }
        }
        Ok(found.into_iter().map(|found| found.finding(truncated)).collect())
    }

    fn is_cancelled(&self, row: &Map<String, Value>) -> bool {
        self.cancelled.is_some_and(|(path, from)| {
            text_at(row, path)
                .and_then(|status| status.parse::<i64>().ok())
                .is_some_and(|status| status >= from)
        })
    }

    fn filter(
        &self,
        key: &Key,
    ) -> Option<(&'static OperationInfo, &'static MemberInfo, &'static MemberInfo, &'static str)> {
        let (_, filter, shown) = self.by.iter().find(|(way, ..)| *way == key.way)?;
        let operation = dynamic::find(self.operation).filter(|operation| !operation.rows.is_empty())?;
        let payload = operation.own_members().next()?;
        let member = find_type(payload.ty)?.members.iter().find(|member| member.name == *filter)?;
        Some((operation, payload, member, shown))
    }

    /// The query for keys of one way; for several only where the filter is a list.
    fn plan(&self, keys: &[&Key]) -> Option<Plan> {
        let (operation, payload, member, shown) = self.filter(keys.first()?)?;
        let value = |key: &&Key| match member.ty {
            "int" | "long" => key.value.trim().parse::<i64>().ok().map(|number| json!(number)),
            _ => Some(json!(key.value)),
        };
        let values: Vec<Value> = keys.iter().map(value).collect::<Option<_>>()?;
        let value = match (member.is_list(), values.as_slice()) {
            (true, _) => Value::Array(values),
            (false, [one]) => one.clone(),
            (false, _) => return None,
        };
        let mut query = json!({ member.name: value });
        // The lowest id of a page: a page of one row.
        let last = |way: &'static str| way.rsplit_once('.').map_or(way, |(_, name)| name);
        if let Some(paging) = dynamic::paging(operation).filter(|paging| last(paging.from) == member.name) {
            query[last(paging.size)] = json!(1);
        }
        let query = if operation.payload.is_some() { query } else { json!({ payload.name: query }) };
        Some(Plan { operation, query, shown })
    }
}

/// What rows say about a record so far.
#[derive(Default)]
struct Found {
    cancelled: bool,
    best: Option<Finding>,
}

impl Found {
    fn add(&mut self, lookup: &Lookup, wanted: &Wanted<'_>, row: &Map<String, Value>, types: Types) {
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
            _ if truncated => Finding::Unclear("the answer has more rows than asked for".to_owned()),
            Some(other) => other,
            None => Finding::Nothing { cancelled: self.cancelled },
        }
    }
}

/// What a comparison means for the record.
fn judge(wanted: &Wanted<'_>, likeness: Likeness, types: Types) -> Finding {
    let Likeness { mut differing, mut unseen, unseen_empty, unproven } = likeness;
    let mut untouched = false;
    match &wanted.earlier {
        // A first version: what is empty and not shown says nothing.
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

/// Whether one path is the other, or leads to it.
fn overlap(one: &str, other: &str) -> bool {
    let below = |path: &str, above: &str| {
        path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    below(one, other) || below(other, one)
}

const fn part(
    sent: &'static str,
    shown: &'static str,
    renamed: &'static [(&'static str, &'static str)],
) -> Part {
    Part { sent, shown, renamed }
}

pub(super) static ARTICLES: Lookup = Lookup {
    operation: "GetInventoryByQuery",
    by: &[
        ("ArticleNumber", "ArticleNumbersToGet", "Article.ArticleNumber"),
        ("ProductCode", "ProductCodesToGet", "Article.ProductCode"),
        ("SystemId", "ArticleSystemIdFrom", "Article.SystemId"),
    ],
    parts: &[part(
        "",
        "Article",
        &[("ArticleSystemId", "SystemId"), ("ArticleName", "Name"), ("ArticleDescription", "Description")],
    )],
    lines: None,
    cancelled: None,
};

pub(super) static ORDERS: Lookup = Lookup {
    operation: "GetOrdersByQuery",
    by: &[
        ("GoodsOwnerOrderNumber", "OrderNumbersToGet", "OrderInfo.GoodsOwnerOrderNumber"),
        ("GoodsOwnerOrderId", "GoodsOwnerOrderIdToGet", "OrderInfo.GoodsOwnerOrderId"),
        ("ReferenceNumber", "ReferenceNumber", "OrderInfo.ReferenceNumber"),
        ("SystemId", "OrderIdsToGet", "OrderInfo.OrderId"),
    ],
    parts: &[part("OrderInfo", "OrderInfo", &[]), part("Customer", "Consignee", &[("CustomerId", "Id")])],
    lines: Some(Lines {
        part: part(
            "CustomerOrderLines",
            "PickedOrderLines",
            &[
                ("ArticleSystemId", "Article.SystemId"),
                ("ArticleNumber", "Article.ArticleNumber"),
                ("ArticleName", "Article.Name"),
                ("ProductCode", "Article.ProductCode"),
                ("NumberOfItems", "OrderedNumberOfItems"),
            ],
        ),
        code: "ExternalOrderLineCode",
        parent: "ParentOrderLineId",
    }),
    cancelled: Some(("OrderInfo.OrderStatusNumber", 1000)),
};

pub(super) static IN_ORDERS: Lookup = Lookup {
    operation: "GetInOrdersByQuery",
    by: &[
        ("GoodsOwnerOrderNumber", "InOrderNumbersToGet", "InOrderInfo.GoodsOwnerOrderNumber"),
        ("SystemId", "InOrderIdsToGet", "InOrderInfo.InOrderId"),
    ],
    parts: &[
        part("InOrderInfo", "InOrderInfo", &[("OrderRemark", "Comment")]),
        part("InOrderSupplier", "InOrderSupplier", &[]),
    ],
    lines: Some(Lines {
        part: part(
            "InOrderLines",
            "ReceivedInOrderLines",
            &[
                ("ArticleSystemId", "Article.SystemId"),
                ("ArticleNumber", "Article.ArticleNumber"),
                ("ArticleName", "Article.Name"),
                ("ProductCode", "Article.ProductCode"),
                ("NumberOfItems", "AdvisedNumberOfItems"),
                ("OrderLineComment", "Comment"),
                ("Indate", "InDate"),
            ],
        ),
        code: "ExternalOrderLineCode",
        parent: "ParentInOrderLineId",
    }),
    cancelled: Some(("InOrderInfo.InOrderStatusNumber", 900)),
};

pub(super) static RETURN_ORDERS: Lookup = Lookup {
    operation: "GetReturnOrdersByQuery",
    by: &[
        ("ReturnOrderNumber", "ReturnOrderNumbersToGet", "ReturnOrderNumber"),
        ("CustomerOrder", "CustomerOrderNumbersToGet", "OrderNumber"),
    ],
    parts: &[part("", "", &[("CustomerOrderNumber", "OrderNumber")])],
    lines: Some(Lines {
        part: part("ReturnOrderLines", "ReturnOrderLines", &[]),
        code: "ExternalOrderLineCode",
        parent: "ParentReturnOrderLineId",
    }),
    cancelled: None,
};

pub(super) static PRODUCTION_ORDERS: Lookup = Lookup {
    operation: "GetProductionOrdersByQuery",
    by: &[("ProductionOrderNumber", "ProductionOrderNumberToGet", "ProductionOrderHeader.OrderNumber")],
    parts: &[part(
        "",
        "ProductionOrderHeader",
        &[("ProductionOrderNumber", "OrderNumber"), ("ProductionOrderComment", "Comment")],
    )],
    lines: Some(Lines {
        part: part(
            "ProductionOrderLines",
            "ProductionOrderLines",
            &[
                ("ToProduceNumberOfItems", "OrderedNumberOfItems"),
                ("ProductionOrderLineComment", "OrderLineComment"),
            ],
        ),
        code: "ProductionOrderLineNumber",
        parent: "",
    }),
    cancelled: None,
};

pub(super) static GOODS_OPERATION_ORDERS: Lookup = Lookup {
    operation: "GetGoodsOperationOrdersByQuery",
    by: &[(
        "GoodsOperationOrderNumber",
        "GoodsOperationOrderNumbersToGet",
        "GoodsOperationOrderHeader.GoodsOperationOrderNumber",
    )],
    parts: &[part("", "GoodsOperationOrderHeader", &[])],
    lines: Some(Lines {
        part: part(
            "GoodsOperationOrderLines",
            "GoodsOperationOrderLines",
            &[("ArticleNumber", "Article.ArticleNumber")],
        ),
        code: "GoodsOperationOrderLineNumber",
        parent: "",
    }),
    cancelled: None,
};

pub(super) static SHIPMENTS: Lookup = Lookup {
    operation: "GetShipmentsByQuery",
    by: &[
        ("ShipmentOrderNumber", "ShipmentOrderNumber", "ShipmentHeader.ShipmentOrderNumber"),
        ("ShipmentId", "ShipmentIdsToGet", "ShipmentHeader.ShipmentId"),
    ],
    parts: &[part("ShipmentHeader", "ShipmentHeader", &[])],
    lines: Some(Lines {
        part: part("ShipmentContainerItems", "ShipmentContainerItems", &[]),
        code: "",
        parent: "",
    }),
    cancelled: None,
};

#[cfg(test)]
mod tests {
    use std::io::{self, Cursor, Read};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
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
        let wanted = Wanted { key: &key, payload, earlier: Some(Vec::new()) };
        let found = ORDERS.find(&client, kind, &[wanted]).unwrap();
        // "Not found" would be wrong: it may be among the rows that were not read.
        assert!(matches!(&found[..], [Finding::Unclear(_)]), "{found:?}");
        assert!(rows.load(Ordering::Relaxed) < 2_000, "{rows:?}");
    }
}

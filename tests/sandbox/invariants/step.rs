//! One thing that happens: a request, or work on the floor.

use ongoing_wms::api::*;
use ongoing_wms::sandbox::{Sandbox, WorkError};
use ongoing_wms::{Client, Decimal, Error};
use proptest::prelude::*;
use proptest::sample::select;

use crate::{article, in_order, order_info};

pub const OWNERS: i32 = 2;
/// Numbers of an owner's articles: plain ones, a kit of two A and one B, one that is made of one A.
pub const ARTICLES: [&str; 4] = ["A", "B", "KIT", "MADE"];

/// A line of a request: perhaps a code, an article, and how many.
type Line = (Option<u8>, String, Decimal);

#[derive(Debug, Clone)]
pub enum Step {
    Order { owner: i32, number: String, operation: OrderOperation, lines: Vec<Line>, status: Option<i32> },
    OrderStatus { owner: i32, number: String, status: i32 },
    InOrder { owner: i32, number: String, operation: InOrderOperation, lines: Vec<Line> },
    Return { owner: i32, number: String, order: String, lines: Vec<Line> },
    Production { owner: i32, number: String, line: Line },
    File { owner: i32, order: String },
    ItemStatus { owner: i32, article: String, items: Decimal },
    Receive(String),
    ReceiveLine(String, String, Decimal),
    Allocate(String),
    Pick(String),
    PickLine(String, String, Decimal),
    Ship(String),
    Collect(String),
    TakeBack(String),
    Produce(String),
    ProduceLine(String, String, Decimal),
    Count(String, Decimal),
    Move(String, Decimal),
    Transfer(String, Vec<(String, Decimal)>),
    Deliver(String),
}

/// What came of a step.
#[derive(Debug)]
pub enum Outcome {
    /// Done; the id of the order that ProcessOrder names.
    Done(Option<i32>),
    Refused,
}

fn owner() -> impl Strategy<Value = i32> {
    1..=OWNERS
}

/// A number of a kind of thing; each owner has its own.
fn number(kind: &'static str) -> impl Strategy<Value = String> {
    (owner(), 1..3).prop_map(move |(owner, number)| format!("{kind}-{owner}-{number}"))
}

/// Whose number it is: most requests are an owner's own.
fn owner_of(number: &str) -> i32 {
    number.split('-').nth(1).and_then(|owner| owner.parse().ok()).unwrap_or_default()
}

/// An article of whoever asks or, now and then, of another.
fn any_article() -> impl Strategy<Value = String> {
    let owner = prop_oneof![15 => Just("@".to_owned()), 1 => owner().prop_map(|owner| owner.to_string())];
    (owner, select(&ARTICLES[..])).prop_map(|(owner, article)| format!("{owner}-{article}"))
}

fn own(number: &str, article: &str) -> String {
    article.replace('@', &owner_of(number).to_string())
}

fn own_lines(number: &str, lines: Vec<Line>) -> Vec<Line> {
    lines.into_iter().map(|(code, article, items)| (code, own(number, &article), items)).collect()
}

/// A number of this kind of thing, and a line of it by its article.
fn a_line(kind: &'static str) -> impl Strategy<Value = (String, String, Decimal)> {
    (number(kind), any_article(), items()).prop_map(|(number, article, items)| {
        let article = own(&number, &article);
        (number, article, items)
    })
}

/// An article, and how many.
fn some_goods() -> impl Strategy<Value = (String, Decimal)> {
    a_line("").prop_map(|(_, article, items)| (article, items))
}

fn items() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        20 => (0..6).prop_map(Decimal::from),
        2 => Just(Decimal::new(5, 1)),
        1 => Just(Decimal::from(-2)),
        1 => Just(Decimal::MAX),
    ]
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    prop::collection::vec((prop::option::of(1_u8..4), any_article(), items()), 0..4)
}

fn status() -> impl Strategy<Value = i32> {
    select(vec![150, 200, 300, 320, 400, 450, 500, 800, 1000, 7])
}

fn operation() -> impl Strategy<Value = OrderOperation> {
    use OrderOperation as Do;
    prop_oneof![8 => Just(Do::CreateOrUpdate), 2 => Just(Do::Update), 2 => Just(Do::Remove), 1 => Just(Do::Create)]
}

pub fn any() -> impl Strategy<Value = Step> {
    prop_oneof![4 => requests(), 5 => work()]
}

fn requests() -> impl Strategy<Value = Step> {
    use InOrderOperation as Do;
    let in_operation = prop_oneof![6 => Just(Do::CreateOrUpdate), 1 => Just(Do::Remove)];
    prop_oneof![
        6 => (number("O"), operation(), lines(), prop::option::weighted(0.1, status())).prop_map(
            |(number, operation, lines, status)| Step::Order {
                owner: owner_of(&number),
                lines: own_lines(&number, lines),
                number,
                operation,
                status,
            },
        ),
        1 => (number("O"), status())
            .prop_map(|(number, status)| Step::OrderStatus { owner: owner_of(&number), number, status }),
        3 => (number("I"), in_operation, lines()).prop_map(|(number, operation, lines)| Step::InOrder {
            owner: owner_of(&number),
            lines: own_lines(&number, lines),
            number,
            operation,
        }),
        2 => (number("R"), number("O"), lines()).prop_map(|(number, order, lines)| Step::Return {
            owner: owner_of(&order),
            lines: own_lines(&order, lines),
            number,
            order,
        }),
        2 => a_line("P").prop_map(|(number, article, items)| Step::Production {
            owner: owner_of(&number),
            number,
            line: (None, article, items),
        }),
        1 => (owner(), number("O")).prop_map(|(owner, order)| Step::File { owner, order }),
        1 => (owner(), some_goods())
            .prop_map(|(owner, (article, items))| Step::ItemStatus { owner, article, items }),
    ]
}

fn work() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => number("I").prop_map(Step::Receive),
        2 => a_line("I").prop_map(|(order, line, items)| Step::ReceiveLine(order, line, items)),
        2 => number("O").prop_map(Step::Allocate),
        3 => number("O").prop_map(Step::Pick),
        2 => a_line("O").prop_map(|(order, line, items)| Step::PickLine(order, line, items)),
        2 => number("O").prop_map(Step::Ship),
        1 => number("O").prop_map(Step::Collect),
        2 => number("R").prop_map(Step::TakeBack),
        1 => number("P").prop_map(Step::Produce),
        1 => a_line("P").prop_map(|(order, line, items)| Step::ProduceLine(order, line, items)),
        2 => some_goods().prop_map(|(article, items)| Step::Count(article, items)),
        1 => some_goods().prop_map(|(article, items)| Step::Move(article, items)),
        1 => (number("T"), prop::collection::vec(some_goods(), 0..3))
            .prop_map(|(number, articles)| Step::Transfer(number, articles)),
        1 => number("T").prop_map(Step::Deliver),
    ]
}

/// The articles, and some of the plain ones in stock.
pub fn furnish(sandbox: &Sandbox, clients: &[Client]) {
    for (owner, client) in (1..).zip(clients) {
        let part = |name: &str, items: i32| StructureArticleDefinition {
            sub_article_definition: Some(article(&format!("{owner}-{name}"))),
            ..StructureArticleDefinition::new(items.into())
        };
        for (name, structure, parts) in [
            ("KIT", ArticleStructureType::StructureArticle, vec![part("A", 2), part("B", 1)]),
            ("MADE", ArticleStructureType::ProductionArticle, vec![part("A", 1)]),
        ] {
            let specification = ArticleStructureSpecification {
                structure_article_definition: parts,
                ..ArticleStructureSpecification::new(structure)
            };
            let whole = ArticleDefinition {
                article_structure_specification: Some(specification),
                ..article(&format!("{owner}-{name}"))
            };
            client.process_article(whole).unwrap();
        }
        let (a, b) = (format!("{owner}-A"), format!("{owner}-B"));
        let number = format!("FIRST-{owner}");
        client.process_in_order(in_order(&number, &[(&a, 12), (&b, 6)])).unwrap();
        sandbox.receive(&number).unwrap();
    }
}

fn order_lines(lines: &[Line]) -> Vec<CustomerOrderLine> {
    let line = |(code, article, items): &Line| {
        let by = match code {
            Some(_) => OrderLineIdentificationType::ExternalOrderLineCode,
            None => OrderLineIdentificationType::ArticleNumber,
        };
        CustomerOrderLine {
            external_order_line_code: code.map(|code| code.to_string()),
            article_number: Some(article.clone()),
            ..CustomerOrderLine::new(by, ArticleIdentificationType::ArticleNumber, *items)
        }
    };
    lines.iter().map(line).collect()
}

fn in_order_lines(lines: &[Line]) -> Vec<InOrderLine> {
    let line = |(code, article, items): &Line| {
        let by = match code {
            Some(_) => OrderLineIdentificationType::ExternalOrderLineCode,
            None => OrderLineIdentificationType::ArticleNumber,
        };
        InOrderLine {
            external_order_line_code: code.map(|code| code.to_string()),
            article_number: Some(article.clone()),
            ..InOrderLine::new(by, ArticleIdentificationType::ArticleNumber, *items)
        }
    };
    lines.iter().map(line).collect()
}

fn return_lines(lines: &[Line]) -> Vec<ReturnOrderLine> {
    let line = |(_, article, items): &Line| ReturnOrderLine {
        article_number: Some(article.clone()),
        ..ReturnOrderLine::new(ReturnOrderLineIdentificationType::ArticleNumber, *items)
    };
    lines.iter().map(line).collect()
}

/// A refusal is an outcome; that the warehouse itself fails is not.
fn asked<T>(result: Result<T, Error>, id: impl FnOnce(T) -> Option<i32>) -> Result<Outcome, TestCaseError> {
    match result {
        Ok(done) => Ok(Outcome::Done(id(done))),
        Err(error @ (Error::Refused(_) | Error::Fault(_)))
            if !error.to_string().contains("the sandbox's database") =>
        {
            Ok(Outcome::Refused)
        }
        Err(error) => Err(TestCaseError::fail(error.to_string())),
    }
}

fn worked(result: Result<(), WorkError>) -> Result<Outcome, TestCaseError> {
    match result {
        Ok(()) => Ok(Outcome::Done(None)),
        Err(WorkError::Broken(text)) => Err(TestCaseError::fail(text)),
        Err(_) => Ok(Outcome::Refused),
    }
}

impl Step {
    pub fn take(&self, sandbox: &Sandbox, clients: &[Client]) -> Result<Outcome, TestCaseError> {
        match self {
            Step::Receive(number) => worked(sandbox.receive(number)),
            Step::ReceiveLine(number, line, items) => {
                worked(sandbox.receive_lines(number, &[(line, *items)]))
            }
            Step::Allocate(number) => worked(sandbox.allocate(number)),
            Step::Pick(number) => worked(sandbox.pick(number)),
            Step::PickLine(number, line, items) => worked(sandbox.pick_lines(number, &[(line, *items)])),
            Step::Ship(number) => worked(sandbox.ship(number, "TRACK")),
            Step::Collect(number) => worked(sandbox.collect(number)),
            Step::TakeBack(number) => worked(sandbox.take_back(number)),
            Step::Produce(number) => worked(sandbox.produce(number)),
            Step::ProduceLine(number, line, items) => {
                worked(sandbox.produce_lines(number, &[(line, *items)]))
            }
            Step::Count(article, items) => worked(sandbox.count(article, *items, "CHECK").map(|_| ())),
            Step::Move(article, items) => worked(sandbox.move_goods(article, *items, "B-2")),
            Step::Transfer(number, articles) => {
                let articles: Vec<_> =
                    articles.iter().map(|(article, items)| (article.as_str(), *items)).collect();
                worked(sandbox.transfer(number, "REF", "SIDE", &articles))
            }
            Step::Deliver(number) => worked(sandbox.deliver_transfer(number)),
            request => request.send(clients),
        }
    }

    fn send(&self, clients: &[Client]) -> Result<Outcome, TestCaseError> {
        let of = |owner: &i32| &clients[usize::try_from(owner - 1).unwrap()];
        match self {
            Step::Order { owner, number, operation, lines, status } => {
                let info =
                    OrderInfoClass { order_status_updated: *status, ..order_info(number, operation.clone()) };
                let order = CustomerOrder {
                    order_info: Some(info),
                    customer_order_lines: Some(order_lines(lines)),
                    ..CustomerOrder::default()
                };
                asked(of(owner).process_order(order), |done| Some(done.order_id))
            }
            Step::OrderStatus { owner, number, status } => {
                let named = OrderUpdateIdentification {
                    goods_owner_order_number: Some(number.clone()),
                    ..OrderUpdateIdentification::new(OrderUpdateIdentificationType::GoodsOwnerOrderNumber)
                };
                let update = UpdateOrder {
                    order_update_identification: Some(named),
                    update_order_status: Some(UpdateOrderStatus::new(*status)),
                    ..UpdateOrder::default()
                };
                asked(of(owner).update_order(update), |_| None)
            }
            Step::InOrder { owner, number, operation, lines } => {
                let mut order = in_order(number, &[]);
                order.in_order_lines = Some(in_order_lines(lines));
                if let Some(info) = &mut order.in_order_info {
                    info.in_order_operation = operation.clone();
                }
                asked(of(owner).process_in_order(order), |_| None)
            }
            Step::Return { owner, number, order, lines } => {
                let wanted = ReturnOrder {
                    customer_order_number: Some(order.clone()),
                    return_order_number: Some(number.clone()),
                    return_order_lines: Some(return_lines(lines)),
                    ..ReturnOrder::new(
                        ReturnCustomerOrderIdentificationType::OrderNumber,
                        ReturnOrderIdentificationType::ReturnOrderNumber,
                    )
                };
                asked(of(owner).process_return_order(wanted), |_| None)
            }
            Step::Production { owner, number, line: (_, article, items) } => {
                let line = ProductionOrderLine {
                    production_order_line_number: Some("1".into()),
                    article_number: Some(article.clone()),
                    ..ProductionOrderLine::new(
                        ProductionOrderLineIdentificationType::ProductionOrderLineNumber,
                        *items,
                    )
                };
                let order = ProductionOrder {
                    production_order_number: Some(number.clone()),
                    production_order_lines: Some(vec![line]),
                    ..ProductionOrder::new(
                        ProductionOrderIdentificationType::ProductionOrderNumber,
                        ProductionOrderOperation::CreateOrUpdate,
                    )
                };
                asked(of(owner).process_production_order(order), |_| None)
            }
            Step::File { owner, order } => {
                let file = File {
                    file_name: Some("note.txt".into()),
                    file_bytes: Some(ongoing_wms::xml::Bytes(b"note".to_vec())),
                    ..File::default()
                };
                let place = OrderFile {
                    file: Some(file),
                    goods_owner_order_number: Some(order.clone()),
                    ..OrderFile::new(OrderFileIdentificationType::GoodsOwnerOrderNumber)
                };
                asked(of(owner).upload_order_file(place), |()| None)
            }
            Step::ItemStatus { owner, article, items } => {
                let operation = UpdateArticleItemsOperation {
                    identification: Some(UpdateArticleItemsIdentification {
                        article_number: Some(article.clone()),
                        ..UpdateArticleItemsIdentification::new(UpdateArticleItemStockStatus::IsInStock)
                    }),
                    number_of_items_to_update: Some(*items),
                    update_article_item_status: Some(UpdateArticleItemStatus {
                        article_item_status_code: Some("SECOND".into()),
                        ..UpdateArticleItemStatus::default()
                    }),
                    ..UpdateArticleItemsOperation::default()
                };
                asked(of(owner).update_article_items(operation), |_| None)
            }
            work => unreachable!("{work:?} is no request"),
        }
    }
}

//! Pushes orders that are in memory. Each takes effect once, however often the program is ended and started again.

use std::error::Error;

use ongoing_wms::Client;
use ongoing_wms::api::*;
use ongoing_wms::batch::push::Silent;
use ongoing_wms::batch::{Input, Kind, Push};
use ongoing_wms::sandbox::Sandbox;

/// What the shop knows of an order.
struct Sale {
    number: u32,
    article: &'static str,
    quantity: u32,
}

pub fn main() -> Result<(), Box<dyn Error>> {
    // A warehouse on this machine. A real one: `Client::builder(url).credentials(Credentials::from_env()?)`.
    let sandbox = Sandbox::start()?;
    let client = Client::builder(sandbox.url()).credentials(sandbox.credentials()).build()?;
    client.process_article(ArticleDefinition {
        article_number: Some("MUG".into()),
        ..ArticleDefinition::new(ArticleOperation::CreateOrUpdate, ArticleIdentificationType::ArticleNumber)
    })?;

    let sales = [
        Sale { number: 1001, article: "MUG", quantity: 2 },
        Sale { number: 1002, article: "MUG", quantity: 1 },
    ];
    // The journal remembers what was sent: keep it beside the program's other data.
    let folder = tempfile::tempdir()?;
    let journal = folder.path().join("orders.journal");
    let kind = Kind::of::<ProcessOrder>().ok_or("the contract has no ProcessOrder")?;
    let push = Push::new(kind, Input::values(sales.iter().map(order))?).journal(&journal);

    let summary = push.run(&client, &Silent)?;
    println!("{} records, {} done, {} requests", summary.records, summary.done, summary.sent);
    // An error where an order was refused, or nobody knows whether it arrived: the next run goes on with it.
    summary.finished()?;

    // Pushed again, the same orders are not sent again.
    let again = push.run(&client, &Silent)?;
    again.finished()?;
    assert_eq!((again.done, again.sent), (2, 0));
    Ok(())
}

fn order(sale: &Sale) -> CustomerOrder {
    let line = CustomerOrderLine {
        article_number: Some(sale.article.into()),
        ..CustomerOrderLine::new(
            OrderLineIdentificationType::ArticleNumber,
            ArticleIdentificationType::ArticleNumber,
            sale.quantity.into(),
        )
    };
    let info = OrderInfoClass {
        goods_owner_order_number: Some(sale.number.to_string()),
        ..OrderInfoClass::new(OrderIdentificationType::GoodsOwnerOrderNumber, OrderOperation::CreateOrUpdate)
    };
    CustomerOrder {
        order_info: Some(info),
        customer_order_lines: Some(vec![line]),
        ..CustomerOrder::default()
    }
}

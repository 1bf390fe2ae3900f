//! Every way in which a call can fail, and what to do about it.

use std::error::Error as StdError;

use ongoing_wms::api::*;
use ongoing_wms::sandbox::{Disturbance, DisturbanceKind, Sandbox};
use ongoing_wms::transport::Delivery;
use ongoing_wms::{Client, Error, Outcome, RetryPolicy};

pub fn main() -> Result<(), Box<dyn StdError>> {
    // A warehouse on this machine, which fails as it is told to.
    let sandbox = Sandbox::start()?;
    let client = Client::builder(sandbox.url())
        .credentials(sandbox.credentials())
        .retry(RetryPolicy::never())
        .build()?;

    // The request is not complete: nothing is sent.
    assert_eq!(next_step(&client.process_article(article(None, "MUG")).unwrap_err()), Next::CorrectTheRecord);
    // The service refuses: the order is not there.
    assert_eq!(next_step(&client.process_order(removal("W-1")).unwrap_err()), Next::CorrectTheRecord);
    for (fault, expected) in [
        (DisturbanceKind::CutBefore, Next::LookFirst),
        (DisturbanceKind::Status { code: 403, retry_after: None }, Next::StopAndTell),
        (DisturbanceKind::Status { code: 503, retry_after: Some(30) }, Next::LookFirst),
    ] {
        sandbox.disturb(Disturbance::on("ProcessArticle", fault));
        let saved = client.process_article(article(Some(ArticleOperation::CreateOrUpdate), "MUG"));
        assert_eq!(next_step(&saved.unwrap_err()), expected);
    }
    Ok(())
}

/// What a program does after a failed write.
#[derive(Debug, PartialEq)]
enum Next {
    /// The same request will fail again: a person has to correct the record.
    CorrectTheRecord,
    /// Nothing was done: send it again, later.
    SendAgain,
    /// It may have been carried out: look in the warehouse before it is sent again.
    LookFirst,
    /// No other request fares better.
    StopAndTell,
}

fn next_step(error: &Error) -> Next {
    match error {
        // Nothing was sent.
        Error::Request(request) => println!("{}: {}", request.path(), request.message()),
        // No answer, or not the whole of it.
        Error::Transport(failure) if failure.delivery() == Delivery::NotSent => {
            println!("not sent: {failure}");
        }
        Error::Transport(failure) => println!("no answer: {failure}; time ran out: {:?}", failure.timeout()),
        // Somebody else answered: a proxy, a firewall, a web server.
        Error::Status(answer) => println!("{answer}; wait: {:?}", error.retry_after()),
        // The answer is not what the contract says.
        Error::Response(answer) => {
            println!("{} at {:?}: {}", answer.path(), answer.offset(), answer.message())
        }
        Error::Fault(fault) => println!("{}; our fault: {}", fault.fault().reason, fault.fault().is_sender()),
        Error::Refused(refused) => {
            println!("refused: {} {:?}", refused.message(), refused.kinds());
            // Passwords in it are masked, as everywhere in an error.
            if let Some(answer) = refused.result_of::<ProcessOrder>() {
                println!("the whole answer: {answer:?}");
            }
        }
        other => println!("{other}"),
    }
    // Whatever it was: one question decides what comes next.
    match error.outcome() {
        Outcome::Refused | Outcome::Partial => Next::CorrectTheRecord,
        Outcome::Unknown => Next::LookFirst,
        Outcome::NotDone if matches!(error, Error::Request(_)) => Next::CorrectTheRecord,
        Outcome::NotDone if matches!(error, Error::Status(_)) || error.is_login() => Next::StopAndTell,
        Outcome::NotDone | Outcome::Done => Next::SendAgain,
    }
}

fn article(operation: Option<ArticleOperation>, number: &str) -> ArticleDefinition {
    // An enumeration from a file may be one that the contract does not have.
    let operation =
        operation.unwrap_or_else(|| ongoing_wms::xml::Text::parse("Archive").expect("any text is read"));
    ArticleDefinition {
        article_number: Some(number.into()),
        ..ArticleDefinition::new(operation, ArticleIdentificationType::ArticleNumber)
    }
}

fn removal(number: &str) -> CustomerOrder {
    let info = OrderInfoClass {
        goods_owner_order_number: Some(number.into()),
        ..OrderInfoClass::new(OrderIdentificationType::GoodsOwnerOrderNumber, OrderOperation::Remove)
    };
    CustomerOrder { order_info: Some(info), ..CustomerOrder::default() }
}

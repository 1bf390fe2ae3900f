//! For tests of the command: a sandbox in this process, and the command called on it as a process of its own.
#![allow(dead_code, reason = "each test uses its part")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ongoing_wms::api::*;
use ongoing_wms::sandbox::Sandbox;
use ongoing_wms::{Client, RetryPolicy};
use serde_json::Value;

pub struct Shop {
    pub sandbox: Sandbox,
    pub client: Client,
    folder: tempfile::TempDir,
}

impl Shop {
    /// A warehouse with nothing in it.
    pub fn open() -> Shop {
        let sandbox = Sandbox::builder().password("open-sesame").start().unwrap();
        let client = Client::builder(sandbox.url())
            .credentials(sandbox.credentials())
            .retry(RetryPolicy::never())
            .build()
            .unwrap();
        Shop { sandbox, client, folder: tempfile::tempdir().unwrap() }
    }

    /// One with these articles in stock.
    pub fn with_stock(articles: &[(&str, i32)]) -> Shop {
        let shop = Shop::open();
        for (number, _) in articles {
            shop.article(number);
        }
        shop.announce("STOCK", articles);
        shop.sandbox.receive("STOCK").unwrap();
        shop
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.file(name)).unwrap()
    }

    /// Names of the files, in order.
    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The values of a file of JSON Lines.
    pub fn lines(&self, name: &str) -> Vec<Value> {
        self.read(name).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ongoing"));
        command
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .env("ONGOING_URL", self.sandbox.url())
            .env("ONGOING_USERNAME", "demo")
            .env("ONGOING_PASSWORD", "open-sesame")
            .env("ONGOING_GOODS_OWNER_CODE", "DEMO")
            .env("ONGOING_GOODS_OWNER_ID", "1");
        command
    }

    /// Exit code, standard output and standard error.
    pub fn ongoing(&self, arguments: &[&str]) -> (i32, String, String) {
        let Output { status, stdout, stderr } = self.command(arguments).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (status.code().unwrap(), text(stdout), text(stderr))
    }

    /// Standard output and standard error of a run that ends well.
    #[track_caller]
    pub fn done(&self, arguments: &[&str]) -> (String, String) {
        let (code, out, errors) = self.ongoing(arguments);
        assert_eq!(code, 0, "{errors}");
        (out, errors)
    }

    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.done(arguments).0).unwrap()
    }

    /// How often an operation was called.
    pub fn calls(&self, operation: &str) -> usize {
        self.sandbox.log().iter().filter(|request| request.operation == operation).count()
    }

    pub fn article(&self, number: &str) {
        let article = ArticleDefinition {
            article_number: Some(number.into()),
            article_name: Some(format!("Blå mugg {number}")),
            weight: "1.25".parse().ok(),
            ..ArticleDefinition::new(
                ArticleOperation::CreateOrUpdate,
                ArticleIdentificationType::ArticleNumber,
            )
        };
        self.client.process_article(article).unwrap();
    }

    pub fn announce(&self, number: &str, articles: &[(&str, i32)]) {
        let line = |(article, items): &(&str, i32)| InOrderLine {
            article_number: Some((*article).into()),
            ..InOrderLine::new(
                OrderLineIdentificationType::ArticleNumber,
                ArticleIdentificationType::ArticleNumber,
                (*items).into(),
            )
        };
        let info = InOrderInfoClass {
            goods_owner_order_number: Some(number.into()),
            ..InOrderInfoClass::new(
                InOrderIdentificationType::GoodsOwnerOrderNumber,
                InOrderOperation::CreateOrUpdate,
            )
        };
        let order = InOrder {
            in_order_info: Some(info),
            in_order_lines: Some(articles.iter().map(line).collect()),
            ..InOrder::default()
        };
        self.client.process_in_order(order).unwrap();
    }

    pub fn order(&self, number: &str, articles: &[(&str, i32)]) {
        let line = |(article, items): &(&str, i32)| CustomerOrderLine {
            article_number: Some((*article).into()),
            external_order_line_code: Some(format!("L-{article}")),
            ..CustomerOrderLine::new(
                OrderLineIdentificationType::ExternalOrderLineCode,
                ArticleIdentificationType::ArticleNumber,
                (*items).into(),
            )
        };
        let info = OrderInfoClass {
            goods_owner_order_number: Some(number.into()),
            ..OrderInfoClass::new(
                OrderIdentificationType::GoodsOwnerOrderNumber,
                OrderOperation::CreateOrUpdate,
            )
        };
        let order = CustomerOrder {
            order_info: Some(info),
            customer_order_lines: Some(articles.iter().map(line).collect()),
            ..CustomerOrder::default()
        };
        self.client.process_order(order).unwrap();
    }
}

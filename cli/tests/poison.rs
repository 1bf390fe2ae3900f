//! A record that is refused with its own words in the text does not end the push: the words are not about the login.
#![cfg(own_contract)]

mod shop;

use std::fs;

use shop::Shop;

#[test]
fn an_article_named_like_a_login_is_refused_alone() {
    let shop = Shop::with_stock(&[("MUG-RED", 100)]);
    let order = |number: u32, article: &str| {
        format!(
            "{{\"OrderInfo\":{{\"GoodsOwnerOrderNumber\":\"LG-{number}\"}},\"CustomerOrderLines\":[{{\
             \"ArticleNumber\":\"{article}\",\"NumberOfItems\":1}}]}}\n"
        )
    };
    let articles = ["MUG-RED", "Analog input card", "USERNAME: log in", "Login failed", "MUG-RED"];
    let lines: String = (1..).zip(articles).map(|(number, article)| order(number, article)).collect();
    fs::write(shop.file("o.jsonl"), lines).unwrap();
    let (code, out, errors) = shop.ongoing(&["push", "orders", "o.jsonl", "--summary", "json"]);
    let figures: serde_json::Value = serde_json::from_str(out.lines().last().unwrap_or("null")).unwrap();
    assert_eq!(code, 1, "{errors}");
    assert_eq!(
        (&figures["done"], &figures["refused"], &figures["pending"]),
        (&2.into(), &3.into(), &0.into())
    );
    assert!(errors.contains("o.jsonl:2: LG-2 refused: "), "{errors}");
}

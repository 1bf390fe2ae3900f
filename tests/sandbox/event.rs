//! The event log, and the classes of articles.

use ongoing_wms::api::*;

use crate::{article, fault, start};

#[test]
fn events_are_kept() {
    let (sandbox, client) = start();
    let event = |header: Option<&str>, order| LogEvent {
        header: header.map(str::to_owned),
        order_id: order,
        ..LogEvent::new(LogEventType::Info)
    };
    client.report_event(event(Some("Orders sent"), None)).unwrap();
    let kept = &sandbox.rows("events").unwrap()[0];
    assert_eq!((&kept["Header"], &kept["Type"]), (&"Orders sent".into(), &"Info".into()));
    assert!(fault(client.report_event(event(None, None))).1.ends_with("Header or Message is missing"));
    let unknown = fault(client.report_event(event(Some("X"), Some(9))));
    assert!(unknown.1.ends_with("The event is about 9, which was not found"));
}

#[test]
fn classes_come_with_articles() {
    let (_sandbox, client) = start();
    let class = ArticleDefinitionClass {
        code: Some("FRAGILE".into()),
        name: Some("Fragile".into()),
        ..ArticleDefinitionClass::default()
    };
    let classes = ArticleDefinitionClasses {
        classes: Some(vec![class]),
        ..ArticleDefinitionClasses::new(ArticleDefinitionClassesOperationType::FindOrCreate)
    };
    let classed = |classes| ArticleDefinition { article_definition_classes: Some(classes), ..article("A") };
    client.process_article(classed(classes.clone())).unwrap();
    let found = client.get_article_classes().unwrap().article_classes.unwrap();
    assert_eq!((found[0].name.as_deref(), found[0].code.as_deref()), (Some("Fragile"), Some("FRAGILE")));
    let nameless =
        ArticleDefinitionClasses { classes: Some(vec![ArticleDefinitionClass::default()]), ..classes };
    let refusal = crate::refusal(client.process_article(classed(nameless)));
    assert_eq!(refusal, "The name of the article class is missing");
}

#[test]
fn categories_come_with_articles() {
    let (_sandbox, client) = start();
    let category = |operation| TypeClass {
        code: Some("CUP".into()),
        name: Some("Cups".into()),
        ..TypeClass::new(operation, TypeIdentification::Code)
    };
    let of = |operation| ArticleDefinition { article_category: Some(category(operation)), ..article("A") };
    let refusal = crate::refusal(client.process_article(of(TypeOperation::Find)));
    assert_eq!(refusal, "The article category with the code \"CUP\" was not found");
    assert!(client.get_article_categories().unwrap().article_categories.unwrap().is_empty());
    client.process_article(of(TypeOperation::FindOrCreate)).unwrap();
    let categories = client.get_article_categories().unwrap().article_categories.unwrap();
    assert_eq!(categories[0].name.as_deref(), Some("Cups"));
}

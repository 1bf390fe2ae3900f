//! Articles: identified, created, updated, refused.

use ongoing_wms::Error;
use ongoing_wms::api::*;

use crate::start;

#[test]
fn one_is_created_and_its_id_given() {
    let (_sandbox, client) = start();
    let definition = ArticleDefinition {
        article_number: Some("A-1".into()),
        article_name: Some("Blue mug".into()),
        ..ArticleDefinition::new(ArticleOperation::CreateOrUpdate, ArticleIdentificationType::ArticleNumber)
    };
    let first = client.process_article(definition.clone()).unwrap();
    assert!(first.success);
    let again = client.process_article(definition).unwrap();
    assert_eq!(first.article_def_id, again.article_def_id);
    let nameless =
        ArticleDefinition::new(ArticleOperation::CreateOrUpdate, ArticleIdentificationType::ArticleNumber);
    match client.process_article(nameless) {
        Err(Error::Refused(refused)) => assert_eq!(refused.message(), "ArticleNumber is missing"),
        other => panic!("{other:?}"),
    }
}

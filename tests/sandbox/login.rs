//! Wrong logins: in band where the answer has a place for it, by fault where it has none.

use ongoing_wms::sandbox::Sandbox;
use ongoing_wms::{Client, Credentials, GoodsOwner};

use crate::{article, client, fault, refusal, start};

#[test]
fn a_wrong_password_both_ways() {
    let (sandbox, _) = start();
    let credentials = Credentials::new("demo", "guess").goods_owner_code("DEMO").goods_owner_id(1);
    let client = Client::builder(sandbox.url()).credentials(credentials).build().unwrap();
    assert_eq!(refusal(client.process_article(article("A"))), "Logon failed: wrong user name or password");
    let (code, reason) = fault(client.get_inventory());
    assert_eq!(code, "Server");
    assert_eq!(
        reason,
        "Server was unable to process request. ---> Logon failed: wrong user name or password"
    );
    assert!(client.get_system_status().unwrap().is_running, "this one needs no login");
}

#[test]
fn a_wrong_goods_owner_both_ways() {
    let (_sandbox, client) = start();
    let stranger = client.for_goods_owner(GoodsOwner { code: Some("OTHER".into()), id: Some(7) });
    let says = refusal(stranger.process_article(article("A")));
    assert_eq!(says, "Logon failed: the user has no goods owner \"OTHER\"");
    assert!(fault(stranger.get_inventory()).1.contains("the user has no goods owner \"7\""));
}

#[test]
fn goods_owners_do_not_see_each_other() {
    let sandbox = Sandbox::builder()
        .warehouse("north")
        .goods_owner("ONE", 11)
        .goods_owner("TWO", 12)
        .user_name("api")
        .password("s3cret")
        .start()
        .unwrap();
    assert!(sandbox.url().ends_with("/north/service.asmx"));
    let one = client(&sandbox);
    let two = one.for_goods_owner(GoodsOwner { code: Some("TWO".into()), id: Some(12) });
    one.process_article(article("A")).unwrap();
    assert_eq!(two.get_inventory().unwrap().inventory_lines.unwrap().len(), 0);
    two.process_article(article("A")).unwrap();
    assert_eq!(one.get_inventory().unwrap().goods_owner_id, 11);
    assert_eq!(two.get_inventory().unwrap().inventory_lines.unwrap().len(), 1);
}

#[test]
fn settings_that_cannot_be() {
    for builder in [
        Sandbox::builder().warehouse("a/b"),
        Sandbox::builder().goods_owner("A", 1).goods_owner("B", 1),
        Sandbox::builder().goods_owner("A", 1).goods_owner("A", 2),
    ] {
        assert!(builder.start().is_err());
    }
    let (sandbox, _) = start();
    let port = sandbox.url().split(&[':', '/'][..]).nth(4).unwrap().parse().unwrap();
    assert!(Sandbox::builder().port(port).start().is_err(), "the port is taken");
}

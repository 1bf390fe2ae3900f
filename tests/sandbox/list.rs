//! The list of what is tested: no operation may just keep what it is given and hand it back.

use ongoing_wms::api::OPERATIONS;
use ongoing_wms::sandbox::Sandbox;

use crate::soap::{envelope, post};
use crate::start;

/// Every test file.
const SOURCES: &[(&str, &str)] = &[
    ("article", include_str!("article.rs")),
    ("count", include_str!("count.rs")),
    ("event", include_str!("event.rs")),
    ("file", include_str!("file.rs")),
    ("in_order", include_str!("in_order.rs")),
    ("invoice", include_str!("invoice.rs")),
    ("list", include_str!("list.rs")),
    ("order", include_str!("order.rs")),
    ("order_query", include_str!("order_query.rs")),
    ("production", include_str!("production.rs")),
    ("report", include_str!("report.rs")),
    ("return_order", include_str!("return_order.rs")),
    ("shipment", include_str!("shipment.rs")),
    ("stock", include_str!("stock.rs")),
    ("story", include_str!("story.rs")),
    ("transfer", include_str!("transfer.rs")),
];

/// An operation; the test in which its effect is seen through another one or by work on the floor, or in which it shows
/// that of another. What each refuses stands in `fixtures/refusals.toml`.
const SEEN: &[(&str, &str)] = &[
    ("ProcessArticle", "article::stock_is_filtered_and_paged"),
    ("UploadArticleDefFile", "file::put_listed_and_got"),
    ("GetArticleCategories", "event::categories_come_with_articles"),
    ("GetArticleGroups", "report::groups_warehouses_and_customers"),
    ("GetArticleClasses", "event::classes_come_with_articles"),
    ("GetArticleMaterials", "transfer::materials_of_articles"),
    ("UpdateArticleMaterials", "transfer::materials_of_articles"),
    ("ProcessOrder", "story::goods_come_in_and_go_out"),
    ("GetOrdersByQuery", "order_query::each_filter_on_its_own_and_together"),
    ("GetOrderStatuses", "list::statuses_are_those_that_orders_show"),
    ("UpdateOrder", "order::single_facts_change_at_any_time"),
    ("UpdateOrderLines", "order::lines_are_reported_with_the_absolute_count"),
    ("UploadOrderFile", "file::put_listed_and_got"),
    ("GetOrder", "order::one_order_by_its_id"),
    ("GetOrderByOrderNumber", "story::goods_come_in_and_go_out"),
    ("GetOrderStatusReport", "report::orders_and_announcements_in_short"),
    ("GetOrderStatusReports", "report::orders_and_announcements_in_short"),
    ("GetOrdersPickabilityByQuery", "stock::orders_stand_in_line"),
    ("GetTransporterContracts", "order::customers_and_transporters_are_found"),
    ("GetTripsByQuery", "shipment::a_trip_takes_shipments_along"),
    ("ProcessTrip", "shipment::a_trip_takes_shipments_along"),
    ("ProcessCustomer", "report::groups_warehouses_and_customers"),
    ("GetInventoryByQuery", "story::goods_come_in_and_go_out"),
    ("GetInventory", "list::all_stock_is_what_the_query_gives"),
    ("GetInventoryPerWarehouse", "transfer::goods_go_to_another_warehouse"),
    ("GetInventoryItems", "article::items_are_shown_one_by_one"),
    ("GetGoodsStatusInventory", "stock::stock_by_goods_status"),
    ("GetHistoricalInventoryByQuery", "stock::stock_on_a_past_date"),
    ("GetInboundTransactionsByQuery", "stock::what_came_in"),
    ("GetReceivedTagsByQuery", "stock::tags_are_read_at_reception"),
    ("GetInventoryChanges", "count::differences_are_read_and_reported"),
    ("SetInventoryChangesToReported", "count::differences_are_read_and_reported"),
    ("UpdateArticleItems", "count::locked_goods_are_neither_sold_nor_picked"),
    ("GetArticleItemChanges", "count::facts_of_items_change_and_are_logged"),
    ("GetMovementsByQuery", "count::goods_are_moved"),
    ("ProcessGoodsOperationOrder", "count::an_order_gives_goods_another_status"),
    ("GetGoodsOperationOrdersByQuery", "count::an_order_gives_goods_another_status"),
    ("GetWarehouseTransferOrderByQuery", "transfer::goods_go_to_another_warehouse"),
    ("ProcessInOrder", "in_order::changed_and_removed_until_reception_begins"),
    ("GetInOrdersByQuery", "in_order::read_by_its_filters_and_reported"),
    ("GetInOrderByOrderNumber", "report::orders_and_announcements_in_short"),
    ("GetInOrderStatusReports", "report::orders_and_announcements_in_short"),
    ("GetInOrderStatuses", "in_order::statuses_are_listed_and_set"),
    ("UpdateInOrder", "in_order::statuses_are_listed_and_set"),
    ("UpdateInOrderLines", "in_order::read_by_its_filters_and_reported"),
    ("UploadInOrderFile", "file::a_file_of_an_announcement_replaces_its_namesake"),
    ("ProcessReturnOrder", "return_order::goods_come_back"),
    ("GetReturnOrdersByQuery", "return_order::goods_come_back"),
    ("ProcessProductionOrder", "production::parts_become_goods"),
    ("GetProductionOrdersByQuery", "production::every_filter_of_production_orders"),
    ("GetProductionArticlesByQuery", "production::articles_made_by_production"),
    ("UpdateProductionOrder", "production::single_facts_can_be_changed"),
    ("UpdateProductionOrderLines", "production::what_was_produced_is_reported"),
    ("GetInvoices", "invoice::work_is_invoiced_and_exported"),
    ("GetInvoicesByQuery", "invoice::work_is_invoiced_and_exported"),
    ("ProcessInvoice", "invoice::rows_change_until_export"),
    ("ProcessShipment", "shipment::a_shipment_carries_orders"),
    ("UpdateShipment", "shipment::inbound_goods_come_by_shipment"),
    ("GetShipmentsByQuery", "shipment::a_shipment_carries_orders"),
    ("GetInboundShipmentsByQuery", "shipment::inbound_goods_come_by_shipment"),
    ("UploadShipmentFile", "shipment::a_shipments_files"),
    ("GetFileList", "file::put_listed_and_got"),
    ("GetFile", "file::put_listed_and_got"),
    ("GetTimeOfLastSync", "story::sync_times_and_the_clock"),
    ("SetTimeOfLastSync", "story::sync_times_and_the_clock"),
    ("ReportEvent", "event::events_are_kept"),
    ("GetSystemInfo", "stock::stock_on_a_past_date"),
    ("GetSystemStatus", "story::sync_times_and_the_clock"),
];

/// `GetFileList` as methods are named: `get_file_list`.
fn method(operation: &str) -> String {
    let mut name = String::new();
    for c in operation.chars() {
        if c.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(c.to_lowercase());
    }
    name
}

/// The functions of a file, by name: each from its name to the brace that ends it.
fn functions(source: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let starts = source.split("\nfn ").flat_map(|part| part.split("\npub fn ")).skip(1);
    starts.filter_map(|part| {
        let text = part.split("\n}\n").next()?;
        Some((text.split(['(', '<']).next()?, text))
    })
}

/// Whether a test calls an operation, by itself or through the helpers of its file and of all tests.
fn calls(test: &str, operation: &str) -> bool {
    let method = format!(".{}(", method(operation));
    let requests =
        [format!(" {operation} {{"), format!(" {operation}Request {{"), format!("({operation} {{")];
    let (file, name) = test.split_once("::").unwrap();
    let (_, source) = SOURCES.iter().find(|(known, _)| *known == file).expect(file);
    assert!(source.contains(&format!("#[test]\nfn {name}()")), "there is no test {test}");
    let known: Vec<_> = functions(source).chain(functions(include_str!("main.rs"))).collect();
    let mut reached = vec![name];
    let mut next = 0;
    while let Some(name) = reached.get(next).copied() {
        next += 1;
        let Some((_, text)) = known.iter().find(|(known, _)| *known == name) else { continue };
        let by_value = text.contains(".call(") && requests.iter().any(|request| text.contains(request));
        if by_value || text.contains(&method) {
            return true;
        }
        let called = |(other, _): &&(&'static str, &str)| {
            let is_part =
                |before: &str| before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'));
            text.match_indices(&format!("{other}(")).any(|(at, _)| !is_part(&text[..at]))
        };
        let new: Vec<&str> = known
            .iter()
            .filter(called)
            .map(|(other, _)| *other)
            .filter(|other| !reached.contains(other))
            .collect();
        reached.extend(new);
    }
    false
}

#[test]
fn every_operation_is_seen() {
    let mut known: Vec<&str> = Sandbox::operations().collect();
    let mut listed: Vec<&str> = SEEN.iter().map(|(operation, _)| *operation).collect();
    known.sort_unstable();
    listed.sort_unstable();
    assert_eq!(known, listed);
    for (operation, test) in SEEN {
        assert!(calls(test, operation), "{test} does not call {operation}");
    }
}

#[test]
fn strangers_are_refused_by_all() {
    let (sandbox, _) = start();
    for operation in &OPERATIONS {
        let says_who = operation.members.iter().any(|member| member.name == "UserName");
        let (who, says) = match says_who {
            true => ("<UserName>demo</UserName><Password>guess</Password>", "Logon failed"),
            // Whoever asks may know the system's state, but the request must be one.
            false => ("<Unfinished>", "There is an error in XML document"),
        };
        let body = format!("<{0} xmlns=\"{1}\">{who}</{0}>", operation.request, operation.namespace);
        let (_, answer) = post(&sandbox, operation.action, &envelope(&body));
        assert!(answer.contains(says), "{}: {answer}", operation.name);
    }
}

#[test]
fn all_stock_is_what_the_query_gives() {
    let (sandbox, client) = start();
    crate::stock(&sandbox, &client, &[("A", 9)]);
    let all = client.get_inventory().unwrap().inventory_lines.unwrap();
    assert_eq!(all[0].number_of_items, crate::quantities(&client, "A")[0]);
    client.process_order(crate::order("O", &[("A", 2)])).unwrap();
    let all = client.get_inventory().unwrap().inventory_lines.unwrap();
    assert_eq!(all[0].number_of_booked_items, 2);
}

#[test]
fn statuses_are_those_that_orders_show() {
    let (sandbox, client) = start();
    crate::stock(&sandbox, &client, &[("A", 9)]);
    client.process_order(crate::order("O", &[("A", 2)])).unwrap();
    sandbox.pick("O").unwrap();
    let info = crate::read_order(&client, "O").order_info.unwrap();
    let statuses = client.get_order_statuses().unwrap().order_statuses.unwrap();
    let same = statuses.iter().find(|status| status.order_status_id == info.order_status_number).unwrap();
    assert_eq!(same.order_status_name, info.order_status_text);
}

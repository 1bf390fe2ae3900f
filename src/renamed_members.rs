//! Members that had another name before the contract of 2024 was known.

/// Old and new names. A pair applies if the new name is known and the old one is not.
const RENAMED: [(&str, &str); 20] = [
    ("ArticleItemId", "OriginalArticleItemId"),
    ("ArticleSystemId", "ArticleDefId"),
    ("CreatedTime", "GoodsOperationOrderNotifiedTime"),
    ("GoodsOwnerOrderNumber", "InOrderNumber"),
    ("InvoiceRowId", "ChargeId"),
    ("LogId", "ArticleItemLogId"),
    ("NewArticleItemVersion", "NewVersion"),
    ("OrderCurrentShipmentInfo", "Shipment"),
    ("PerformedNumberOfItems", "ExecutedNumberOfItems"),
    ("PerformedTime", "GoodsOperationOrderExecutedTime"),
    ("PreviousArticleItemVersion", "PreviousVersion"),
    ("ProductionOrderStatusNumber", "ProductionOrderStatus"),
    ("ReadTime", "TagInDate"),
    ("ReturnOrderStatusTo", "RetunOrderStatusTo"),
    ("ShipmentHeader", "ShipmentInfo"),
    ("SpecificationLines", "Specification"),
    ("Tag", "Serial"),
    ("Time", "ChangeTime"),
    ("UpdateReportedReturnedNumberOfItems", "UpdateOrderLineReportedReturnedNumberOfItems"),
    ("WarehouseInfo", "Warehouse"),
];

/// The new name for an old one, if the new name exists.
pub(crate) fn new_name<'n>(old: &str, names: &[&'n str]) -> Option<&'n str> {
    let (_, new) = RENAMED.iter().find(|(known, _)| *known == old)?;
    names.iter().find(|name| *name == new).copied()
}

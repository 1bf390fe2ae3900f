//! Choices that several kinds share: by which field something is found.

/// By which field an article is found.
pub(super) const ARTICLE: &[(&[&str], &str)] = &[
    (&["ArticleNumber"], "ArticleNumber"),
    (&["ProductCode"], "ProductCode"),
    (&["ArticleSystemId"], "SystemId"),
    (&["ArticleName"], "ArticleName"),
];

/// By which field the line of an order is found: its own code allows the same article on two lines.
pub(super) const LINE: &[(&[&str], &str)] = &[
    (&["ExternalOrderLineCode"], "ExternalOrderLineCode"),
    (&["ArticleNumber"], "ArticleNumber"),
    (&["ArticleName"], "ArticleName"),
];

pub(super) const CUSTOMER: &[(&[&str], &str)] = &[
    (&["ExternalCustomerCode"], "ExternalCustomerCode"),
    (&["CustomerNumber"], "CustomerNumber"),
    (&["CustomerId"], "SystemId"),
    (&["Name"], "FullNameAndAddress"),
];

pub(super) const WAREHOUSE: &[(&[&str], &str)] = &[
    (&["WarehouseCode"], "WarehouseCode"),
    (&["WarehouseId"], "WarehouseId"),
    (&["WarehouseName"], "WarehouseName"),
];

pub(super) const ITEM_STATUS: &[(&[&str], &str)] = &[(&["ArticleItemStatusCode"], "ArticleItemStatusCode")];

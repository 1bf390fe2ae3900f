//! Articles: `ProcessArticle`.

use super::Kind;
use super::choices::ARTICLE;
use super::defaults::{always, given};
use super::identity::{Identity, way};
use super::lookup::{Lookup, part};

pub(super) const KIND: Kind = Kind {
    name: "articles",
    operation: "ProcessArticle",
    lines: "",
    defaults: &[
        always("ArticleOperation", "CreateOrUpdate"),
        given("ArticleIdentification", ARTICLE),
        given(
            "ArticleGroup.ArticleGroupIdentification",
            &[(&["ArticleGroupCode"], "ArticleGroupCode"), (&["ArticleGroupName"], "ArticleGroupName")],
        ),
        given(
            "MainSupplier.SupplierIdentificationType",
            &[(&["SupplierNumber"], "SupplierNumber"), (&["SupplierName"], "SupplierName")],
        ),
    ],
    identity: &Identity {
        by: "ArticleIdentification",
        ways: &[
            way("ArticleNumber", &["ArticleNumber"]),
            way("SystemId", &["ArticleSystemId"]),
            way("ProductCode", &["ProductCode"]),
            way("ArticleName", &["ArticleName"]),
        ],
        operation: "ArticleOperation",
    },
    lookup: Some(&Lookup {
        operation: "GetInventoryByQuery",
        by: &[
            ("ArticleNumber", "ArticleNumbersToGet", "Article.ArticleNumber"),
            ("ProductCode", "ProductCodesToGet", "Article.ProductCode"),
            ("SystemId", "ArticleSystemIdFrom", "Article.SystemId"),
        ],
        parts: &[part(
            "",
            "Article",
            &[
                ("ArticleSystemId", "SystemId"),
                ("ArticleName", "Name"),
                ("ArticleDescription", "Description"),
            ],
        )],
        lines: None,
        status: "",
        cancelled: None,
    }),
    cancel: None,
    example: &[
        "ArticleNumber",
        "ArticleName",
        "BarCode",
        "ArticleDescription",
        "ArticleUnitCode",
        "Weight",
        "Length",
        "Width",
        "Height",
        "Volume",
        "Price",
        "CountryOfOriginCode",
        "StatisticsNumber",
    ],
};

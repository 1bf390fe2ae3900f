//! What can be pushed: for each kind of record the operation that takes it, and what the WSDL does not say of it.

use crate::dynamic;
use crate::operation::OperationInfo;

pub mod defaults;
pub mod identity;
mod likeness;
pub mod lookup;

use defaults::{Default, always, given};
use identity::Identity;
use lookup::Lookup;

/// A kind of record.
#[derive(Debug)]
pub struct Kind {
    /// Name, as on the command line: `orders`.
    pub name: &'static str,
    /// The operation that takes it.
    pub operation: &'static str,
    /// Member of the payload that is the list of lines; empty where there are none.
    pub lines: &'static str,
    /// What a payload has where it says nothing; see [`defaults::apply`].
    pub defaults: &'static [Default],
    /// How a record says which one it is.
    pub identity: &'static Identity,
    /// How the warehouse is asked what it holds; `None` where it cannot be asked, or its answer is not known.
    pub lookup: Option<&'static Lookup>,
    /// Members that most exports have a column for, the record's number first: for
    /// [`ColumnMap::example`](crate::batch::ColumnMap::example).
    pub(in crate::batch) example: &'static [&'static str],
}

impl Kind {
    /// The kind of this name.
    pub fn find(name: &str) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// The operation; `None` where the contract that this program is built with has none of the name.
    pub fn operation(&self) -> Option<&'static OperationInfo> {
        dynamic::find(self.operation)
    }
}

/// By which field an article is found.
const ARTICLE: &[(&[&str], &str)] = &[
    (&["ArticleNumber"], "ArticleNumber"),
    (&["ProductCode"], "ProductCode"),
    (&["ArticleSystemId"], "SystemId"),
    (&["ArticleName"], "ArticleName"),
];

/// By which field the line of an order is found: its own code lets an article be on two lines.
const LINE: &[(&[&str], &str)] = &[
    (&["ExternalOrderLineCode"], "ExternalOrderLineCode"),
    (&["ArticleNumber"], "ArticleNumber"),
    (&["ArticleName"], "ArticleName"),
];

const CUSTOMER: &[(&[&str], &str)] = &[
    (&["ExternalCustomerCode"], "ExternalCustomerCode"),
    (&["CustomerNumber"], "CustomerNumber"),
    (&["CustomerId"], "SystemId"),
    (&["Name"], "FullNameAndAddress"),
];

const WAREHOUSE: &[(&[&str], &str)] = &[
    (&["WarehouseCode"], "WarehouseCode"),
    (&["WarehouseId"], "WarehouseId"),
    (&["WarehouseName"], "WarehouseName"),
];

const ITEM_STATUS: &[(&[&str], &str)] = &[(&["ArticleItemStatusCode"], "ArticleItemStatusCode")];

/// All kinds.
pub static KINDS: &[Kind] = &[
    Kind {
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
        identity: &identity::ARTICLES,
        lookup: Some(&lookup::ARTICLES),
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
    },
    Kind {
        name: "orders",
        operation: "ProcessOrder",
        lines: "CustomerOrderLines",
        defaults: &[
            always("OrderInfo.OrderOperation", "CreateOrUpdate"),
            always("OrderInfo.OrderIdentification", "GoodsOwnerOrderNumber"),
            given("OrderInfo.OutboundWarehouse.WarehouseIdentification", WAREHOUSE),
            always("Customer.CustomerOperation", "CreateOrUpdate"),
            given("Customer.CustomerIdentification", CUSTOMER),
            always("TransporterContract.TransporterContractOperation", "Find"),
            given(
                "TransporterContract.TransporterContractIdentification",
                &[
                    (&["TransporterCode", "TransporterServiceCode"], "CodeAndServiceCode"),
                    (&["TransporterCode"], "Code"),
                    (&["TransporterServiceCode"], "ServiceCode"),
                ],
            ),
            given("CustomerOrderLines.ArticleIdentification", ARTICLE),
            given("CustomerOrderLines.OrderLineIdentification", LINE),
            given("CustomerOrderLines.OrderLineArticleItemStatus.Identification", ITEM_STATUS),
            always("CustomerOrderLines.OrderLineArticleItemStatus.Operation", "Find"),
            always("CustomerOrderLines.Items.Operation", "CreateOrUpdate"),
        ],
        identity: &identity::ORDERS,
        lookup: Some(&lookup::ORDERS),
        example: &[
            "OrderInfo.GoodsOwnerOrderNumber",
            "OrderInfo.ReferenceNumber",
            "OrderInfo.DeliveryDate",
            "OrderInfo.OrderRemark",
            "Customer.CustomerNumber",
            "Customer.Name",
            "Customer.Address",
            "Customer.Address2",
            "Customer.PostCode",
            "Customer.City",
            "Customer.CountryCode",
            "Customer.Email",
            "Customer.MobilePhone",
            "CustomerOrderLines.ExternalOrderLineCode",
            "CustomerOrderLines.ArticleNumber",
            "CustomerOrderLines.NumberOfItems",
            "CustomerOrderLines.OrderLineComment",
        ],
    },
    Kind {
        name: "in-orders",
        operation: "ProcessInOrder",
        lines: "InOrderLines",
        defaults: &[
            always("InOrderInfo.InOrderOperation", "CreateOrUpdate"),
            always("InOrderInfo.InOrderIdentification", "GoodsOwnerOrderNumber"),
            always("InOrderInfo.Warehouse.InOrderWarehouseOperation", "Find"),
            given("InOrderInfo.Warehouse.InOrderWarehouseIdentification", WAREHOUSE),
            always("InOrderSupplier.InOrderSupplierOperation", "CreateOrUpdate"),
            given(
                "InOrderSupplier.InOrderSupplierIdentificationType",
                &[(&["SupplierNumber"], "SupplierNumber"), (&["SupplierName"], "SupplierName")],
            ),
            always("InOrderCustomer.InOrderCustomerOperation", "CreateOrUpdate"),
            given(
                "InOrderCustomer.InOrderCustomerIdentification",
                &[(&["CustomerNumber"], "CustomerNumber"), (&["Name"], "FullNameAndAdress")],
            ),
            given("InOrderLines.ArticleIdentification", ARTICLE),
            given("InOrderLines.OrderLineIdentification", LINE),
            given(
                "InOrderLines.InOrderLineArticleItemStatus.InOrderLineArticleItemStatusIdentification",
                ITEM_STATUS,
            ),
        ],
        identity: &identity::IN_ORDERS,
        lookup: Some(&lookup::IN_ORDERS),
        example: &[
            "InOrderInfo.GoodsOwnerOrderNumber",
            "InOrderInfo.SupplierOrderNumber",
            "InOrderInfo.InDate",
            "InOrderInfo.OrderRemark",
            "InOrderSupplier.SupplierNumber",
            "InOrderSupplier.SupplierName",
            "InOrderLines.ExternalOrderLineCode",
            "InOrderLines.ArticleNumber",
            "InOrderLines.NumberOfItems",
            "InOrderLines.RowBatchNo",
        ],
    },
    Kind {
        name: "return-orders",
        operation: "ProcessReturnOrder",
        lines: "ReturnOrderLines",
        defaults: &[
            given(
                "ReturnOrderIdentification",
                &[(&["ReturnOrderNumber"], "ReturnOrderNumber"), (&[], "CustomerOrder")],
            ),
            given(
                "ReturnCustomerOrderIdentification",
                &[(&["CustomerOrderNumber"], "OrderNumber"), (&["OrderId"], "OrderId")],
            ),
            always("ReturnCause.ReturnCauseOperation", "Find"),
            given(
                "ReturnOrderLines.ReturnOrderLineIdentification",
                &[
                    (&["ExternalOrderLineCode"], "ExternalOrderLineCode"),
                    (&["OrderLineId"], "OrderLineId"),
                    (&["ArticleNumber"], "ArticleNumber"),
                ],
            ),
            always("ReturnOrderLines.ReturnCause.ReturnCauseOperation", "Find"),
        ],
        identity: &identity::RETURN_ORDERS,
        lookup: Some(&lookup::RETURN_ORDERS),
        example: &[
            "CustomerOrderNumber",
            "ReturnOrderComment",
            "ReturnInDate",
            "ReturnOrderLines.ArticleNumber",
            "ReturnOrderLines.ToBeReturnedNumberOfItems",
            "ReturnOrderLines.ReturnCause.ReturnCauseCode",
        ],
    },
    Kind {
        name: "production-orders",
        operation: "ProcessProductionOrder",
        lines: "ProductionOrderLines",
        defaults: &[
            always("ProductionOrderIdentification", "ProductionOrderNumber"),
            always("ProductionOrderOperation", "CreateOrUpdate"),
            always("ProductionOrderLines.ProductionOrderLineIdentification", "ProductionOrderLineNumber"),
        ],
        identity: &identity::PRODUCTION_ORDERS,
        lookup: Some(&lookup::PRODUCTION_ORDERS),
        example: &[
            "ProductionOrderNumber",
            "ProductionOrderComment",
            "ProductionDate",
            "ProductionOrderLines.ProductionOrderLineNumber",
            "ProductionOrderLines.ArticleNumber",
            "ProductionOrderLines.ToProduceNumberOfItems",
        ],
    },
    Kind {
        name: "customers",
        operation: "ProcessCustomer",
        lines: "",
        defaults: &[always("CustomerOperation", "CreateOrUpdate"), given("CustomerIdentification", CUSTOMER)],
        identity: &identity::CUSTOMERS,
        lookup: None,
        example: &[
            "CustomerNumber",
            "Name",
            "Address",
            "Address2",
            "PostCode",
            "City",
            "CountryCode",
            "Email",
            "MobilePhone",
        ],
    },
    Kind {
        name: "shipments",
        operation: "ProcessShipment",
        lines: "ShipmentContainerItems",
        defaults: &[
            always("ShipmentHeader.ShipmentOperation", "CreateOrUpdate"),
            given(
                "ShipmentHeader.ShipmentIdentification",
                &[
                    (&["ShipmentOrderNumber"], "ShipmentOrderNumber"),
                    (&["TransporterOrderNumber"], "TransporterOrderNumber"),
                    (&["WayBill"], "WayBill"),
                    (&["ShipmentId"], "ShipmentId"),
                ],
            ),
        ],
        identity: &identity::SHIPMENTS,
        lookup: Some(&lookup::SHIPMENTS),
        example: &[
            "ShipmentHeader.ShipmentOrderNumber",
            "ShipmentHeader.TransporterOrderNumber",
            "ShipmentHeader.InDate",
            "ShipmentHeader.ShipmentComment",
            "ShipmentContainerItems.LabelId",
            "ShipmentContainerItems.NumberOfItems",
            "ShipmentContainerItems.Weight",
            "ShipmentContainerItems.Comment",
        ],
    },
    Kind {
        name: "goods-operation-orders",
        operation: "ProcessGoodsOperationOrder",
        lines: "GoodsOperationOrderLines",
        defaults: &[
            always("GoodsOperationOrderIdentification", "GoodsOperationOrderNumber"),
            always(
                "GoodsOperationOrderLines.GoodsOperationOrderLineIdentification",
                "GoodsOperationOrderLineNumber",
            ),
            always("GoodsOperationOrderLines.GoodsOperationOrderLineOperation", "CreateOrUpdate"),
            always("GoodsOperationOrderLines.GoodsOperationOrderLineArticleIdentification", "ArticleNumber"),
            always("GoodsOperationOrderLines.GoodsOperationOrderLineArticleOperation", "Find"),
            given("GoodsOperationOrderLines.FromArticleItemStatus.Identification", ITEM_STATUS),
            always("GoodsOperationOrderLines.FromArticleItemStatus.Operation", "Find"),
            given("GoodsOperationOrderLines.ToArticleItemStatus.Identification", ITEM_STATUS),
            always("GoodsOperationOrderLines.ToArticleItemStatus.Operation", "Find"),
        ],
        identity: &identity::GOODS_OPERATION_ORDERS,
        lookup: Some(&lookup::GOODS_OPERATION_ORDERS),
        example: &[
            "GoodsOperationOrderNumber",
            "GoodsOperationOrderComment",
            "GoodsOperationOrderLines.GoodsOperationOrderLineNumber",
            "GoodsOperationOrderLines.ArticleNumber",
            "GoodsOperationOrderLines.NumberOfItems",
            "GoodsOperationOrderLines.FromArticleItemStatus.ArticleItemStatusCode",
            "GoodsOperationOrderLines.ToArticleItemStatus.ArticleItemStatusCode",
        ],
    },
];

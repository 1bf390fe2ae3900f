//! How each type of answer reports a refusal.

use crate::sandbox::contract::*;
use crate::sandbox::refused::{RefusalKind, Refused};
use crate::xml::DateTime;

/// How a type of answer reports refusals.
pub(crate) trait InBand: Sized {
    /// The answer with the refusal; `None` if the type has no member for it, so that a fault is needed.
    fn refused(refused: &Refused) -> Option<Self>;
}

/// Answers with a list of errors with kinds.
macro_rules! in_a_list {
    ($($ty:ident { $list:ident: $error:ident { $kind:ident } })*) => {$(
        impl InBand for $ty {
            fn refused(refused: &Refused) -> Option<Self> {
                let kind = match &refused.reason {
                    RefusalKind::Login => "LogonError",
                    RefusalKind::Rule(kind) => &**kind,
                    RefusalKind::Broken => return None,
                };
                let listed = $kind::ALL.iter().find(|listed| listed.as_str() == kind);
                let error = $error {
                    message: Some(refused.message.clone()),
                    error_type: listed.unwrap_or(&$kind::UnknownError).clone(),
                };
                Some($ty { success: false, $list: Some(vec![error]), ..$ty::default() })
            }
        }
    )*};
}

/// Answers with Success and Message.
macro_rules! in_a_message {
    ($($ty:ident)*) => {$(
        impl InBand for $ty {
            fn refused(refused: &Refused) -> Option<Self> {
                (refused.reason != RefusalKind::Broken).then(|| $ty {
                    success: false,
                    message: Some(refused.message.clone()),
                    ..$ty::default()
                })
            }
        }
    )*};
}

/// Has one error instead of a list.
impl InBand for GetGoodsOwnerInboundTransactionsResult {
    fn refused(refused: &Refused) -> Option<Self> {
        use GetGoodsOwnerInboundTransactionsErrorType as Kind;
        let error_type = match &refused.reason {
            RefusalKind::Login => Kind::LogonError,
            RefusalKind::Rule(_) => Kind::Unknown,
            RefusalKind::Broken => return None,
        };
        let error = GetGoodsOwnerInboundTransactionsErrorResult {
            error_type,
            message: Some(refused.message.clone()),
        };
        Some(GetGoodsOwnerInboundTransactionsResult {
            success: false,
            error: Some(error),
            ..GetGoodsOwnerInboundTransactionsResult::default()
        })
    }
}

/// Answers without a member for errors, or with one that is not in the contract: every client sees a fault.
macro_rules! by_fault {
    ($($ty:ty)*) => {$(
        impl InBand for $ty {
            fn refused(_: &Refused) -> Option<Self> {
                None
            }
        }
    )*};
}

in_a_list! {
    ProcessReturnOrderResult {
        process_return_order_errors: ProcessReturnOrderError { ProcessReturnOrderErrorType }
    }
    GetReturnOrdersResult { get_return_orders_errors: GetReturnOrdersError { GetReturnOrderErrorTypes } }
    GetInventoryPerWarehouseResult {
        get_inventory_per_warehouse_errors: GetInventoryPerWarehouseError { GetInventoryPerWarehouseErrorTypes }
    }
    ProcessProductionOrderResult {
        process_production_order_errors: ProcessProductionOrderError { ProcessProductionOrderErrorType }
    }
    GoodsOperationOrderResult {
        process_goods_operation_order_errors: ProcessGoodsOperationOrderError { ProcessGoodsOperationOrderErrorType }
    }
    UpdateArticleItemsResult { errors: UpdateArticleItemsResultError { UpdateArticleItemsErrorType } }
    SetInventoryChangesToReportedResult {
        errors: SetInventoryChangesToReportedResultError { SetInventoryChangesToReportedErrorType }
    }
    UploadInOrderFileResult { errors: UploadInOrderFileResultError { UploadInOrderFileErrorType } }
    UploadShipmentFileResult { errors: UploadShipmentFileResultError { UploadShipmentFileErrorType } }
}

in_a_message! {
    FileResultClass UpdateShipmentResult UpdateOrderResult UpdateOrderLinesResult UpdateInOrderResult
    UpdateInOrderLinesResult UpdateProductionOrderLinesResult GetProductionArticlesResult GetInvoicesResultV2
    GetTripsResult GetInboundShipmentsResult GetHistoricalInventoryResult GetArticleItemChangesResult
    GetReceivedTagsResult
}

by_fault! {
    () GetOrdersResult GetOrderStatusesResult GetInOrdersResult GetInOrderStatusesResult InventoryResult
    InventoryItemsResult GetTransporterContractsResult FileList Option<File> Option<DateTime> Option<Order>
    SystemInfo SystemStatus Option<OrderStatusReport> OrderStatusReportsResult InOrderStatusReportsResult
    Option<ReceivedInOrder> GetArticleGroupsResult GetArticleCategoriesResult GetArticleClassesResult
    GoodsStatusInventoryResult UpdateProductionOrderResult GetProductionOrdersResult GetShipmentsResult
    GetInvoicesResult GetWarehouseTransferOrdersResult GetArticleMaterialsResult UpdateArticleMaterialsResult
    InventoryChangesResult GetGoodsOwnerMovementsResult GetGoodsOperationOrdersResult GetOrdersPickabilityResult
}

//! From an operation's name to what carries it out: the one list of what the sandbox can do.

use super::contract::*;
use super::desk::Desk;
use super::refused::{InBand, Refused};
use super::soap::SoapFault;
use super::store::Store;
use super::{
    article, article_code, count, customer, event, file, goods_operation, goods_status, history, in_order,
    in_order_query, in_order_status, in_order_update, inventory, invoice, item_update, length, material,
    movement, order, order_query, order_status, order_update, passed_over, pickability, production_order,
    production_query, report, return_order, shipment, shipment_query, shipment_update, status, sync_time,
    tag, transfer, transporter, trip,
};
use crate::credentials::Secret;
use crate::envelope::{self, Envelope};
use crate::operation::{Effect, Operation, OperationInfo};
use crate::xml::ReadError;
use crate::xml::read::Received;

/// What requests are carried out on.
#[derive(Debug)]
pub(super) struct Warehouse {
    pub store: Store,
    pub user: String,
    pub password: Secret,
    /// Whether a request with members that the contract does not have is refused.
    pub strict: bool,
}

/// A request on its way to its operation.
pub(super) struct Asked<'a> {
    pub text: &'a str,
    pub envelope: Envelope<'a>,
    /// Members that are passed over, by their paths.
    pub passed_over: &'a mut Vec<String>,
}

/// An operation that the sandbox has.
pub(super) struct Entry {
    pub info: &'static OperationInfo,
    pub run: fn(Asked<'_>, &Warehouse) -> Result<String, SoapFault>,
}

macro_rules! table {
    ($($operation:ident => $work:path,)*) => {
        pub(super) static TABLE: &[Entry] = &[$(Entry {
            info: <$operation as Operation>::INFO,
            run: |asked, warehouse| answer::<$operation>(asked, warehouse, $work),
        },)*];
    };
}

table! {
    ProcessArticle => article::process,
    UploadArticleDefFile => file::upload_for_article,
    GetArticleCategories => article_code::categories,
    GetArticleGroups => article_code::groups,
    ProcessOrder => order::process,
    GetOrdersByQuery => order_query::by_query,
    GetOrderStatuses => order_status::all,
    UpdateOrderRequest => order_update::facts,
    UpdateOrderLinesRequest => order_update::lines,
    UploadOrderFile => file::upload_for_order,
    GetOrder => order_query::by_id,
    GetOrderByOrderNumber => order_query::by_number,
    GetOrderStatusReport => report::order,
    GetOrderStatusReports => report::orders,
    GetTransporterContracts => transporter::contracts,
    ProcessCustomer => customer::process,
    GetInventoryByQuery => inventory::by_query,
    GetInventory => inventory::all,
    GetInventoryPerWarehouse => inventory::per_warehouse,
    GetInventoryItems => inventory::items,
    ProcessInOrder => in_order::process,
    GetInOrdersByQuery => in_order_query::by_query,
    GetInOrderByOrderNumber => report::in_order,
    GetInOrderStatusReports => report::in_orders,
    GetInOrderStatuses => in_order_status::all,
    UpdateInOrderRequest => in_order_update::facts,
    UpdateInOrderLinesRequest => in_order_update::lines,
    ProcessReturnOrder => return_order::process,
    GetReturnOrdersByQuery => return_order::by_query,
    GetFileList => file::list,
    GetFile => file::get,
    GetTimeOfLastSync => sync_time::get,
    SetTimeOfLastSync => sync_time::set,
    UploadInOrderFileRequest => file::upload_for_in_order,
    GetArticleClasses => article_code::classes,
    ReportEvent => event::report,
    GetGoodsStatusInventory => goods_status::inventory,
    GetHistoricalInventoryByQuery => history::inventory,
    GetInboundTransactionsByQuery => history::inbound,
    GetOrdersPickabilityByQuery => pickability::by_query,
    GetReceivedTagsByQuery => tag::by_query,
    GetInventoryChanges => count::changes,
    SetInventoryChangesToReported => count::set_reported,
    UpdateArticleItems => item_update::update,
    GetArticleItemChanges => item_update::changes,
    GetMovementsByQuery => movement::by_query,
    ProcessGoodsOperationOrder => goods_operation::process,
    GetGoodsOperationOrdersByQuery => goods_operation::by_query,
    ProcessProductionOrder => production_order::process,
    UpdateProductionOrderRequest => production_order::update,
    UpdateProductionOrderLinesRequest => production_order::update_lines,
    GetProductionOrdersByQuery => production_query::by_query,
    GetProductionArticlesByQuery => production_query::articles,
    ProcessShipment => shipment::process,
    UpdateShipmentRequest => shipment_update::update,
    GetShipmentsByQuery => shipment_query::by_query,
    GetInboundShipmentsByQuery => shipment_query::inbound,
    UploadShipmentFileRequest => file::upload_for_shipment,
    ProcessTrip => trip::process,
    GetTripsByQuery => trip::by_query,
    GetInvoices => invoice::all,
    GetInvoicesByQuery => invoice::by_query,
    ProcessInvoice => invoice::process,
    GetWarehouseTransferOrderByQuery => transfer::by_query,
    GetArticleMaterials => material::by_query,
    UpdateArticleMaterialsRequest => material::update,
    GetSystemInfo => status::system_info,
    GetSystemStatus => status::system_status,
}

/// Reads a request, has it carried out, and writes the answer.
fn answer<O: Operation>(
    mut asked: Asked<'_>,
    warehouse: &Warehouse,
    work: fn(&Desk<'_>, O) -> Result<O::Response, Refused>,
) -> Result<String, SoapFault>
where
    O::Response: InBand,
{
    let version = asked.envelope.version;
    let mut operation = O::blank();
    let unreadable = |error: Box<ReadError>| SoapFault::unreadable(&error, asked.text);
    operation.read(&mut asked.envelope.reader).map_err(unreadable)?;
    asked.envelope.close().map_err(unreadable)?;
    let passed_over = asked.passed_over;
    passed_over.extend(passed_over::of(O::INFO, asked.envelope.reader.passed_over()));
    let sender = asked.envelope.reader.received();
    let hint = passed_over::hint(&operation, sender, passed_over);
    let admitted = |desk: &Desk<'_>| {
        if warehouse.strict {
            passed_over::refuse(passed_over)?;
        }
        length::check(&operation).and_then(|()| work(desk, operation))
    };
    let response = match warehouse.carry_out(O::INFO, sender, admitted) {
        Ok(response) => response,
        Err(mut refused) => {
            refused.message.push_str(&hint);
            O::Response::refused(&refused).ok_or_else(|| SoapFault::refused(&refused))?
        }
    };
    let (text, _) = envelope::response::<O>(version, &response)
        .map_err(|error| SoapFault::refused(&Refused::broken(error.to_string())))?;
    Ok(text)
}

impl Warehouse {
    /// Works on the state as it is; what is refused leaves nothing behind.
    fn carry_out<T>(
        &self,
        info: &OperationInfo,
        sender: &Received,
        work: impl FnOnce(&Desk<'_>) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        let admitted = |desk: &Desk<'_>| {
            self.admit(info, sender, desk)?;
            work(desk)
        };
        match info.effect {
            Effect::Read => self.store.read(admitted),
            Effect::Write => self.store.write(admitted),
        }
    }

    /// Works in a transaction, without asking who asks.
    pub fn transaction<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Desk<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.store.write(work)
    }

    /// Checks user, password and goods owner, as far as the operation has them.
    fn admit(&self, info: &OperationInfo, sender: &Received, desk: &Desk<'_>) -> Result<(), Refused> {
        let has = |name: &str| info.members.iter().any(|member| member.sender && member.name == name);
        if !has("UserName") {
            return Ok(());
        }
        let user = sender.user_name.as_deref().unwrap_or_default();
        let password = sender.password.as_deref().unwrap_or_default();
        if !user.eq_ignore_ascii_case(&self.user) || password != self.password.expose() {
            return Err(Refused::login("Logon failed: wrong user name or password"));
        }
        let code = sender.goods_owner_code.as_deref().filter(|_| has("GoodsOwnerCode"));
        let id = sender.goods_owner_id.filter(|_| has("GoodsOwnerId"));
        if has("GoodsOwnerCode") || has("GoodsOwnerId") {
            desk.serve(code, id)?;
        }
        Ok(())
    }
}

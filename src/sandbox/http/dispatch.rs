//! Maps operations to their implementations: the list of what the sandbox supports.

use super::in_band::InBand;
use super::notes::Notes;
use super::soap_fault::SoapFault;
use super::unknown_members;
use serde_json::{Value, json};

use crate::envelope::{self, OpenedEnvelope, SoapVersion};
use crate::operation::{Effect, Operation, OperationInfo};
use crate::sandbox::articles::article;
use crate::sandbox::contract::*;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::inbound::{in_order, return_order, tag};
use crate::sandbox::orders::{order, pickability, transporter};
use crate::sandbox::refused::Refused;
use crate::sandbox::shipping::{shipment, trip};
use crate::sandbox::stock::{count, goods_operation, goods_status, history, item_update, movement, transfer};
use crate::sandbox::warehouse::Warehouse;
use crate::sandbox::{
    articles, customers, events, files, inbound, invoices, orders, production, shipping, stock, sync_times,
    system, text_length,
};
use crate::xml::ReadError;
use crate::xml::read::Received;
use crate::xml::write::Login;

/// A request for an operation.
pub(crate) struct SoapRequest<'a> {
    pub text: &'a str,
    pub envelope: OpenedEnvelope<'a>,
    /// Notes for the log.
    pub notes: &'a mut Notes,
    /// The refusal on demand, if any.
    pub refusal: Option<Refused>,
}

/// An operation of the sandbox.
pub(crate) struct OperationHandler {
    pub info: &'static OperationInfo,
    pub run: fn(SoapRequest<'_>, &Warehouse) -> Result<String, SoapFault>,
    /// Writes the envelope of a request in JSON form.
    pub request: fn(&Value, Login<'_>) -> Result<String, String>,
}

macro_rules! table {
    ($($operation:ident => $work:path,)*) => {
        pub(crate) static TABLE: &[OperationHandler] = &[$(OperationHandler {
            info: <$operation as Operation>::INFO,
            run: |asked, warehouse| answer::<$operation>(asked, warehouse, $work),
            request: request::<$operation>,
        },)*];
    };
}

table! {
    ProcessArticle => article::process,
    UploadArticleDefFile => files::upload_for_article,
    GetArticleCategories => articles::codes::categories,
    GetArticleGroups => articles::codes::groups,
    ProcessOrder => order::process,
    GetOrdersByQuery => orders::query::by_query,
    GetOrderStatuses => orders::status::all,
    UpdateOrderRequest => orders::update::facts,
    UpdateOrderLinesRequest => orders::update::lines,
    UploadOrderFile => files::upload_for_order,
    GetOrder => orders::query::by_id,
    GetOrderByOrderNumber => orders::query::by_number,
    GetOrderStatusReport => orders::short_report::order,
    GetOrderStatusReports => orders::short_report::orders,
    GetTransporterContracts => transporter::contracts,
    ProcessCustomer => customers::process,
    GetInventoryByQuery => stock::query::by_query,
    GetInventory => stock::query::all,
    GetInventoryPerWarehouse => stock::query::per_warehouse,
    GetInventoryItems => stock::query::items,
    ProcessInOrder => in_order::process,
    GetInOrdersByQuery => inbound::query::by_query,
    GetInOrderByOrderNumber => inbound::short_report::by_number,
    GetInOrderStatusReports => inbound::short_report::all,
    GetInOrderStatuses => inbound::status::all,
    UpdateInOrderRequest => inbound::update::facts,
    UpdateInOrderLinesRequest => inbound::update::lines,
    ProcessReturnOrder => return_order::process,
    GetReturnOrdersByQuery => return_order::by_query,
    GetFileList => files::list,
    GetFile => files::get,
    GetTimeOfLastSync => sync_times::get,
    SetTimeOfLastSync => sync_times::set,
    UploadInOrderFileRequest => files::upload_for_in_order,
    GetArticleClasses => articles::codes::classes,
    ReportEvent => events::report,
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
    ProcessProductionOrder => production::order::process,
    UpdateProductionOrderRequest => production::order::update,
    UpdateProductionOrderLinesRequest => production::order::update_lines,
    GetProductionOrdersByQuery => production::query::by_query,
    GetProductionArticlesByQuery => production::query::articles,
    ProcessShipment => shipment::process,
    UpdateShipmentRequest => shipping::update::update,
    GetShipmentsByQuery => shipping::query::by_query,
    GetInboundShipmentsByQuery => shipping::query::inbound,
    UploadShipmentFileRequest => files::upload_for_shipment,
    ProcessTrip => trip::process,
    GetTripsByQuery => trip::by_query,
    GetInvoices => invoices::all,
    GetInvoicesByQuery => invoices::by_query,
    ProcessInvoice => invoices::process,
    GetWarehouseTransferOrderByQuery => transfer::by_query,
    GetArticleMaterials => articles::materials::by_query,
    UpdateArticleMaterialsRequest => articles::materials::update,
    GetSystemInfo => system::system_info,
    GetSystemStatus => system::system_status,
}

/// Writes a request from its JSON form, or from that of its payload.
fn request<O: Operation>(value: &Value, login: Login<'_>) -> Result<String, String> {
    let whole = match O::INFO.payload {
        Some(payload) if value.get(payload).is_none() => json!({ payload: value }),
        _ => value.clone(),
    };
    let operation: O = crate::xml::json::from_value(&whole).map_err(|error| error.to_string())?;
    let (text, _) = envelope::request(SoapVersion::V1_1, O::INFO, &operation, login, "")
        .map_err(|error| error.to_string())?;
    Ok(text)
}

/// Reads a request, carries it out, and writes the answer.
fn answer<O: Operation>(
    mut asked: SoapRequest<'_>,
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
    let notes = asked.notes;
    notes.passed_over = unknown_members::of(O::INFO, asked.envelope.reader.passed_over());
    let sender = asked.envelope.reader.received();
    let hint = unknown_members::hint(&operation, sender, &notes.passed_over);
    let owner = &mut notes.goods_owner;
    let passed_over = &notes.passed_over;
    let refusal = asked.refusal;
    let work = |desk: &Desk<'_>| {
        admit(warehouse, O::INFO, sender, desk)?;
        *owner = desk.owner().ok().map(|owner| owner.code);
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
        if warehouse.strict {
            unknown_members::refuse(passed_over)?;
        }
        text_length::check(&operation).and_then(|()| work(desk, operation))
    };
    // A refusal leaves no changes.
    let done = match O::INFO.effect {
        Effect::Read => warehouse.store.read(work),
        Effect::Write => warehouse.store.write(work),
    };
    let response = match done {
        Ok(response) => response,
        Err(mut refused) => {
            refused.message.push_str(&hint);
            notes.refused(&refused);
            O::Response::refused(&refused).ok_or_else(|| SoapFault::refused(&refused))?
        }
    };
    let (text, _) = envelope::response::<O>(version, &response)
        .map_err(|error| SoapFault::refused(&Refused::broken(error.to_string())))?;
    Ok(text)
}

/// Checks user, password and goods owner, as far as the operation has them.
fn admit(
    warehouse: &Warehouse,
    info: &OperationInfo,
    sender: &Received,
    desk: &Desk<'_>,
) -> Result<(), Refused> {
    let has = |name: &str| info.members.iter().any(|member| member.sender && member.name == name);
    if !has("UserName") {
        return Ok(());
    }
    let user = sender.user_name.as_deref().unwrap_or_default();
    let password = sender.password.as_deref().unwrap_or_default();
    if !user.eq_ignore_ascii_case(&warehouse.user) || password != warehouse.password.expose() {
        return Err(Refused::login("Logon failed: wrong user name or password"));
    }
    let code = sender.goods_owner_code.as_deref().filter(|_| has("GoodsOwnerCode"));
    let id = sender.goods_owner_id.filter(|_| has("GoodsOwnerId"));
    if has("GoodsOwnerCode") || has("GoodsOwnerId") {
        desk.serve(code, id)?;
    }
    Ok(())
}

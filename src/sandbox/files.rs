//! Files of articles, orders, in-orders and shipments.

use rusqlite::{OptionalExtension as _, Row, ToSql};

use super::contract::*;
use super::refused::Refused;
use crate::sandbox::articles::article;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{given, set_moment, time};
use crate::sandbox::inbound::in_order;
use crate::sandbox::orders::order;
use crate::sandbox::shipping::shipment;
use crate::xml::Bytes;

/// What a file belongs to.
#[derive(Default)]
struct FileLinks {
    article: Option<i32>,
    batch: Option<String>,
    order: Option<i32>,
    in_order: Option<i32>,
    shipment: Option<i32>,
}

pub(crate) fn upload_for_article(desk: &Desk<'_>, request: UploadArticleDefFile) -> Result<(), Refused> {
    let number = request.article_no.ok_or_else(|| Refused::missing("ArticleNo"))?;
    let article = article::by_number(desk, &number)?
        .ok_or_else(|| Refused::rule(format!("Article \"{number}\" was not found")))?;
    store(
        desk,
        request.file,
        &FileLinks { article: Some(article), batch: request.batch_no, ..FileLinks::default() },
    )
}

pub(crate) fn upload_for_order(desk: &Desk<'_>, request: UploadOrderFile) -> Result<(), Refused> {
    use OrderFileIdentificationType as By;
    let wanted = request.order_file.ok_or_else(|| Refused::missing("OrderFile"))?;
    desk.serve(None, Some(wanted.goods_owner_id))?;
    let key = match given!(wanted.order_file_identification_type, OrderFileIdentificationType) {
        By::GoodsOwnerOrderId => {
            order::OrderKey::goods_owner_order_id(wanted.goods_owner_order_id.as_deref())?
        }
        By::SystemId => order::OrderKey::system_id(wanted.order_system_id)?,
        _ => order::OrderKey::number(wanted.goods_owner_order_number.as_deref())?,
    };
    let order = order::must_find(desk, &key)?.id;
    store(desk, wanted.file, &FileLinks { order: Some(order), ..FileLinks::default() })
}

fn store(desk: &Desk<'_>, file: Option<File>, place: &FileLinks) -> Result<(), Refused> {
    let file = file.ok_or_else(|| Refused::missing("File"))?;
    let name = file.file_name.filter(|name| !name.is_empty()).ok_or_else(|| Refused::missing("FileName"))?;
    let content = file.file_bytes.ok_or_else(|| Refused::missing("FileBytes"))?;
    desk.execute(
        "INSERT INTO file (owner, name, mime, content, delete_at, batch, article, customer_order, in_order, shipment)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        rusqlite::params![
            desk.owner()?.id,
            name,
            file.mime_type,
            content.0,
            set_moment(file.file_will_be_deleted_at),
            place.batch,
            place.article,
            place.order,
            place.in_order,
            place.shipment,
        ],
    )?;
    Ok(())
}

/// Adds a file to an in-order; replaces one with the same name.
pub(crate) fn upload_for_in_order(
    desk: &Desk<'_>,
    request: UploadInOrderFileRequest,
) -> Result<UploadInOrderFileResult, Refused> {
    let wanted = request.operation.ok_or_else(|| Refused::missing("Operation"))?;
    let named = wanted.in_order_identification;
    let named = named.filter(|named| named.in_order_id.is_some() || named.goods_owner_order_number.is_some());
    let named = named.ok_or_else(|| {
        Refused::kind(
            "InvalidIdentification",
            "InOrderIdentification needs InOrderId or GoodsOwnerOrderNumber",
        )
    })?;
    let found = match named.in_order_id {
        Some(id) => in_order::find_by_id(desk, Some(id))?,
        None => in_order::find_by_number(desk, named.goods_owner_order_number.as_deref())?,
    };
    let place = FileLinks {
        in_order: Some(
            found.ok_or_else(|| Refused::kind("InOrderNotFound", "The in-order was not found"))?.id,
        ),
        ..FileLinks::default()
    };
    let file = wanted.file.map(|file| File {
        file_name: file.file_name,
        file_bytes: file.file_bytes,
        mime_type: file.mime_type,
        file_will_be_deleted_at: file.file_will_be_deleted_at,
        ..File::default()
    });
    let uploaded = UploadedInOrderFile { file_id: replace(desk, file, &place)? };
    Ok(UploadInOrderFileResult {
        success: true,
        uploaded_in_order_file: Some(uploaded),
        ..UploadInOrderFileResult::default()
    })
}

/// Adds a file to a shipment; replaces one with the same name.
pub(crate) fn upload_for_shipment(
    desk: &Desk<'_>,
    request: UploadShipmentFileRequest,
) -> Result<UploadShipmentFileResult, Refused> {
    let wanted = request.operation.ok_or_else(|| Refused::missing("Operation"))?;
    let id = wanted.shipment_identification.and_then(|named| named.shipment_id);
    let id =
        id.ok_or_else(|| Refused::kind("InvalidIdentification", "ShipmentIdentification needs ShipmentId"))?;
    let found = shipment::by_id(desk, id)?;
    let found =
        found.ok_or_else(|| Refused::kind("ShipmentNotFound", format!("Shipment {id} was not found")))?;
    let place = FileLinks { shipment: Some(found), ..FileLinks::default() };
    let file = wanted.file.map(|file| File {
        file_name: file.file_name,
        file_bytes: file.file_bytes,
        mime_type: file.mime_type,
        file_will_be_deleted_at: file.file_will_be_deleted_at,
        ..File::default()
    });
    let uploaded = UploadedShipmentFile { file_id: replace(desk, file, &place)? };
    Ok(UploadShipmentFileResult {
        success: true,
        uploaded_shipment_file: Some(uploaded),
        ..UploadShipmentFileResult::default()
    })
}

/// Adds a file or replaces the one with the same name. Returns the file's id.
fn replace(desk: &Desk<'_>, file: Option<File>, place: &FileLinks) -> Result<i32, Refused> {
    let file = file.ok_or_else(|| Refused::kind("NoFileSpecified", "File is missing"))?;
    let is_whole =
        file.file_name.as_deref().is_some_and(|name| !name.is_empty()) && file.file_bytes.is_some();
    if !is_whole {
        return Err(Refused::kind("InvalidFileSpecified", "A file needs FileName and FileBytes"));
    }
    let file_name = file.file_name.clone();
    desk.execute(
        "DELETE FROM file WHERE owner = ?1 AND name = ?2 AND (in_order = ?3 OR shipment = ?4)",
        (desk.owner()?.id, file_name, place.in_order, place.shipment),
    )?;
    store(desk, Some(file), place)?;
    Ok(i32::try_from(desk.last_insert_rowid()).unwrap_or(i32::MAX))
}

pub(crate) fn list(desk: &Desk<'_>, request: GetFileList) -> Result<FileList, Refused> {
    let asked = request.file_search_values.is_some();
    let wanted = request.file_search_values.unwrap_or_default();
    let owner = match asked {
        true => desk.serve(wanted.goods_owner_code.as_deref(), wanted.goods_owner_id)?,
        // Some programs query without search values, for all files of the user's goods owner.
        false => desk.serve_only()?,
    };
    let mut filter = Condition::new();
    filter.and("file.owner = ?", owner.id);
    filter.and("(file.delete_at IS NULL OR file.delete_at > ?)", desk.stamp());
    filter.and_if("article.number = ?", wanted.article_no);
    filter.and_if("article.name = ?", wanted.article_name);
    filter.and_if("customer_order.number = ?", wanted.order_number);
    filter.and_if("customer_order.id = ?", wanted.order_id);
    filter.and_if("article.id = ?", wanted.article_system_id);
    filter.and_if("file.in_order = ?", wanted.in_order_id);
    filter.and_if("file.shipment = ?", wanted.shipment_id);
    filter.and_if("substr(file.name, 1, length(?1)) = ?1", wanted.file_name_begins_with);
    filter.and_if("substr(file.name, -length(?1)) = ?1", wanted.file_name_ends_with);
    let sql = format!(
        "SELECT file.id, file.name, mime, article.number, article.name, customer_order.number, customer_order.id,
         article.id, in_order FROM file LEFT JOIN article ON article.id = file.article
         LEFT JOIN customer_order ON customer_order.id = file.customer_order {} ORDER BY file.id",
        filter.sql()
    );
    let read = |row: &Row<'_>| {
        Ok(FileInfo {
            file_id: row.get(0)?,
            file_name: row.get(1)?,
            mime_type: row.get(2)?,
            goods_owner_id: Some(owner.id),
            goods_owner_code: Some(owner.code.clone()),
            article_no: row.get(3)?,
            article_name: row.get(4)?,
            order_number: row.get(5)?,
            order_id: row.get(6)?,
            article_system_id: row.get(7)?,
            in_order_id: row.get(8)?,
        })
    };
    let mut statement = desk.prepare(&sql)?;
    let files = statement.query_map(filter.values(), read)?.collect::<Result<_, _>>()?;
    Ok(FileList { files_info_list: Some(files) })
}

pub(crate) fn get(desk: &Desk<'_>, request: GetFile) -> Result<Option<File>, Refused> {
    let id: &dyn ToSql = &request.file_id;
    let read = |row: &Row<'_>| {
        let deleted: Option<String> = row.get(3)?;
        Ok(File {
            file_name: row.get(0)?,
            mime_type: row.get(1)?,
            file_bytes: Some(Bytes(row.get(2)?)),
            file_id: request.file_id,
            file_will_be_deleted_at: deleted.as_deref().map(time),
        })
    };
    let sql = "SELECT name, mime, content, delete_at FROM file
               WHERE id = ?1 AND (delete_at IS NULL OR delete_at > ?2)";
    let found = desk.query_row(sql, rusqlite::params![id, desk.stamp()], read).optional()?;
    match found {
        Some(file) => Ok(Some(file)),
        None => Err(Refused::rule(format!("File {} was not found", request.file_id))),
    }
}

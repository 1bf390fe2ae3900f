//! Customers, the consignees of orders: found or created when an order arrives.

use rusqlite::{OptionalExtension as _, params};

use super::contract::*;
use super::refused::Refused;
use crate::sandbox::db::definition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{from_json, given, take, to_json};

/// Finds, creates or updates the customer of an order. The order keeps the returned copy, even if the customer changes
/// later.
pub(crate) fn resolve(desk: &Desk<'_>, customer: &Customer) -> Result<Consignee, Refused> {
    use CustomerOperation as Do;
    let operation = given!(customer.customer_operation, CustomerOperation);
    let found = match operation {
        Do::Create => None,
        _ => find(desk, customer)?,
    };
    let (id, old) = match (found, &operation) {
        (Some((id, card)), Do::Find | Do::CreateNotUpdate) => return Ok(Consignee { id, ..card }),
        (Some((id, card)), _) => (Some(id), card),
        (None, Do::Find) => return Err(Refused::rule("The customer was not found")),
        (None, _) => (None, Consignee::default()),
    };
    let card = written(old, customer);
    let json = to_json(&card).to_string();
    let owner = desk.owner()?.id;
    let id = match id {
        Some(id) => {
            desk.execute(
                "UPDATE customer SET number = ?2, external_code = coalesce(?3, external_code), name = ?4, card = ?5
                 WHERE id = ?1",
                params![id, card.customer_number, customer.external_customer_code, card.name, json],
            )?;
            id
        }
        None => desk.query_row(
            "INSERT INTO customer (owner, number, external_code, name, card) VALUES (?1, ?2, ?3, ?4, ?5)
             RETURNING id",
            params![owner, card.customer_number, customer.external_customer_code, card.name, json],
            |row| row.get(0),
        )?,
    };
    Ok(Consignee { id, ..card })
}

fn find(desk: &Desk<'_>, customer: &Customer) -> Result<Option<(i32, Consignee)>, Refused> {
    use CustomerIdentificationType as By;
    let owner = desk.owner()?.id;
    let filled = |text: &Option<String>, member: &str| {
        text.clone().filter(|text| !text.is_empty()).ok_or_else(|| Refused::missing(member))
    };
    let (condition, keys) = match given!(customer.customer_identification, CustomerIdentificationType) {
        By::SystemId => {
            let id = customer.customer_id.ok_or_else(|| Refused::missing("Customer.CustomerId"))?;
            ("id = ?2", vec![Some(id.to_string())])
        }
        By::CustomerNumber => {
            ("number = ?2", vec![Some(filled(&customer.customer_number, "Customer.CustomerNumber")?)])
        }
        By::FullNameAndAddress => {
            let name = filled(&customer.name, "Customer.Name")?;
            let parts = [&customer.address, &customer.post_code, &customer.city];
            (
                "name = ?2 AND card ->> '$.Address' IS ?3 AND card ->> '$.PostCode' IS ?4
                 AND card ->> '$.City' IS ?5",
                std::iter::once(Some(name)).chain(parts.into_iter().cloned()).collect(),
            )
        }
        _ => {
            let code = filled(&customer.external_customer_code, "Customer.ExternalCustomerCode")?;
            ("external_code = ?2", vec![Some(code)])
        }
    };
    let sql = format!("SELECT id, card FROM customer WHERE owner = ?1 AND {condition} ORDER BY id LIMIT 1");
    let values = std::iter::once(Some(owner.to_string())).chain(keys);
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i32>(0)?, row.get::<_, String>(1)?));
    let found = desk.prepare_cached(&sql)?.query_row(rusqlite::params_from_iter(values), read).optional()?;
    found.map(|(id, card)| Ok((id, from_json(&card)?))).transpose()
}

/// Updates the customer from the request; members that it leaves out stay unchanged.
fn written(mut card: Consignee, customer: &Customer) -> Consignee {
    take!(customer => card;
        customer_number, name, address, address2, address3, post_code, city, tele_phone, remark, email, mobile_phone,
        country_code, country_state_code, delivery_instruction);
    card.notify_by_email = customer.notify_by_email;
    card.notify_by_sms = customer.notify_by_sms;
    card.notify_by_telephone = Some(customer.notify_by_telephone);
    if let Some(group) = &customer.customer_group {
        take!(group => card; customer_group_code, customer_group_name);
    }
    if let Some(invoice) = &customer.invoice_address {
        let mut address = ConsigneeInvoiceAddress::default();
        take!(invoice => address;
            name, address, address2, address3, post_code, city, country_code, tele_phone, mobile_phone, email);
        card.invoice_address = Some(address);
    }
    card
}

pub(crate) fn process(desk: &Desk<'_>, request: ProcessCustomer) -> Result<FileResultClass, Refused> {
    let customer = request.customer.ok_or_else(|| Refused::missing("Customer"))?;
    let kept = resolve(desk, &customer)?;
    definition::keep(desk, "customer", kept.id, &customer)?;
    Ok(FileResultClass { success: true, ..FileResultClass::default() })
}

//! Transporters and their services.

use rusqlite::{Connection, OptionalExtension as _, Row};

use crate::sandbox::contract::*;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::given;
use crate::sandbox::refused::Refused;

/// The transporter contracts of a new goods owner, with invented transporters.
const CONTRACTS: &[(&str, &str, &str, &str)] = &[
    ("Swift Parcel", "SWIFT", "Home delivery", "HOME"),
    ("Swift Parcel", "SWIFT", "Pick-up point", "POINT"),
    ("North Freight", "NORTH", "Pallet", "PALLET"),
];

/// Gives a new goods owner its contracts.
pub(crate) fn seed(db: &Connection, owner: i32) -> rusqlite::Result<()> {
    for (name, code, service_name, service_code) in CONTRACTS {
        insert(db, owner, (name, code, Some(*service_name), Some(*service_code), None))?;
    }
    Ok(())
}

type Contract<'a> = (&'a str, &'a str, Option<&'a str>, Option<&'a str>, Option<&'a str>);

fn insert(db: &Connection, owner: i32, contract: Contract<'_>) -> rusqlite::Result<usize> {
    let (name, code, service_name, service_code, customer_number) = contract;
    db.execute(
        "INSERT INTO transporter (owner, name, code, service_name, service_code, customer_number)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (owner, name, code, service_name, service_code, customer_number),
    )
}

pub(crate) fn contracts(
    desk: &Desk<'_>,
    _: GetTransporterContracts,
) -> Result<GetTransporterContractsResult, Refused> {
    let owner = desk.owner()?;
    let mut statement = desk.prepare_cached(
        "SELECT name, code, service_name, service_code, customer_number FROM transporter WHERE owner = ?1
         ORDER BY code, service_code",
    )?;
    let read = |row: &Row<'_>| {
        let code: Option<String> = row.get(3)?;
        let service = TransporterService {
            transporter_service_name: row.get(2)?,
            transporter_service_code: code.clone(),
        };
        Ok(TransporterContract {
            transporter_name: row.get(0)?,
            transporter_code: row.get(1)?,
            transporter_service_code: code,
            transporter_customer_number: row.get(4)?,
            transporter_services: Some(vec![service]),
            ..TransporterContract::default()
        })
    };
    let contracts = statement.query_map([owner.id], read)?.collect::<Result<_, _>>()?;
    Ok(GetTransporterContractsResult { transporter_contracts: Some(contracts) })
}

/// The transporter of an order.
pub(crate) fn resolve(
    desk: &Desk<'_>,
    wanted: &TransporterContractClass,
) -> Result<TransporterClass, Refused> {
    use TransporterContractIdentificationType as By;
    let by = given!(wanted.transporter_contract_identification, TransporterContractIdentificationType);
    let code = wanted.transporter_code.as_deref().filter(|code| !code.is_empty());
    let service = wanted.transporter_service_code.as_deref().filter(|code| !code.is_empty());
    let (by_code, by_service) = match by {
        By::Code => (true, false),
        By::ServiceCode => (false, true),
        _ => (true, true),
    };
    if by_code && code.is_none() {
        return Err(Refused::missing("TransporterContract.TransporterCode"));
    }
    if by_service && service.is_none() {
        return Err(Refused::missing("TransporterContract.TransporterServiceCode"));
    }
    let customer =
        wanted.customer_number.as_deref().filter(|_| by == By::CodeAndServiceCodeAndCustomerNumber);
    let owner = desk.owner()?;
    let found = desk
        .query_row(
            "SELECT rowid, name, code, service_code FROM transporter WHERE owner = ?1
             AND (?2 IS NULL OR code = ?2) AND (?3 IS NULL OR service_code = ?3)
             AND (?4 IS NULL OR customer_number = ?4)",
            (owner.id, code.filter(|_| by_code), service.filter(|_| by_service), customer),
            |row| {
                Ok(TransporterClass {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    code: row.get(2)?,
                    service_code: row.get(3)?,
                    transporter_name: row.get(1)?,
                    service_comment: None,
                })
            },
        )
        .optional()?;
    let create = given!(wanted.transporter_contract_operation, TransporterContractOperation)
        == TransporterContractOperation::CreateOrUpdate;
    match (found, code) {
        (Some(found), _) => Ok(found),
        (None, Some(code)) if create => {
            insert(desk, owner.id, (code, code, service, service, wanted.customer_number.as_deref()))?;
            let id = i32::try_from(desk.last_insert_rowid()).unwrap_or(i32::MAX);
            let text = |text: &str| Some(text.to_owned());
            Ok(TransporterClass {
                id,
                name: text(code),
                code: text(code),
                service_code: service.map(str::to_owned),
                transporter_name: text(code),
                service_comment: None,
            })
        }
        _ => {
            let (code, service) = (code.unwrap_or_default(), service.unwrap_or_default());
            Err(Refused::rule(format!(
                "Transporter contract \"{code}\" with service \"{service}\" was not found"
            )))
        }
    }
}

//! Trips of vehicles, with their stops.
//!
//! The members of a trip in answers are not in the contract; they are the same as in requests.

use rusqlite::{OptionalExtension as _, params};

use super::shipment;
use crate::sandbox::contract::*;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{given, moment, to_json};
use crate::sandbox::db::typed_rows;
use crate::sandbox::refused::Refused;

pub(crate) fn process(desk: &Desk<'_>, request: ProcessTrip) -> Result<FileResultClass, Refused> {
    let trip = request.trip.ok_or_else(|| Refused::missing("Trip"))?;
    let named = trip.goods_owner.as_ref().ok_or_else(|| Refused::missing("GoodsOwner"))?;
    // A missing id is 0.
    let id = Some(named.goods_owner_id).filter(|id| *id != 0);
    let owner = desk.serve(named.goods_owner_code.as_deref(), id)?.id;
    let number = trip.trip_number.as_deref().filter(|number| !number.is_empty());
    let number = number.ok_or_else(|| Refused::missing("TripNumber"))?;
    let start = moment(trip.start_time.ok_or_else(|| Refused::missing("StartTime"))?);
    let known = match given!(trip.trip_operation, TripOperationType) {
        // Always creates a new one.
        TripOperationType::Create => None,
        _ => desk
            .query_row(
                "SELECT id FROM trip WHERE owner = ?1 AND number = ?2 AND start = ?3 ORDER BY id DESC LIMIT 1",
                (owner, number, &start),
                |row| row.get(0),
            )
            .optional()?,
    };
    let id: i32 = match known {
        Some(id) => id,
        None => desk.query_row(
            "INSERT INTO trip (owner, number, start) VALUES (?1, ?2, ?3) RETURNING id",
            (owner, number, &start),
            |row| row.get(0),
        )?,
    };
    let route = trip.trip_route.as_ref().and_then(|route| route.route_code.as_ref());
    desk.execute(
        "UPDATE trip SET name = coalesce(?2, name), route = coalesce(?3, route) WHERE id = ?1",
        (id, &trip.trip_name, route),
    )?;
    for stop in trip.trip_stops.iter().flatten() {
        save_stop(desk, id, stop)?;
    }
    Ok(FileResultClass { success: true, ..FileResultClass::default() })
}

fn save_stop(desk: &Desk<'_>, trip: i32, stop: &TripStop) -> Result<(), Refused> {
    let sequence = stop.sequence.ok_or_else(|| Refused::missing("Sequence"))?;
    if given!(stop.trip_stop_operation, TripStopOperation) == TripStopOperation::Remove {
        return match desk
            .execute("DELETE FROM trip_stop WHERE trip = ?1 AND sequence = ?2", (trip, sequence))?
        {
            0 => Err(Refused::rule(format!("The trip has no stop {sequence}"))),
            _ => Ok(()),
        };
    }
    if let Some(id) = stop.shipment_id {
        shipment::must_exist(desk, id)?;
    }
    desk.execute(
        "INSERT INTO trip_stop (trip, sequence, shipment, location, definition) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (trip, sequence) DO UPDATE SET shipment = coalesce(excluded.shipment, shipment),
         location = coalesce(excluded.location, location), definition = excluded.definition",
        params![trip, sequence, stop.shipment_id, stop.location_info, to_json(stop).to_string()],
    )?;
    Ok(())
}

pub(crate) fn by_query(desk: &Desk<'_>, request: GetTripsByQuery) -> Result<GetTripsResult, Refused> {
    let query = request.trips_query.ok_or_else(|| Refused::missing("TripsQuery"))?;
    let mut filter = Condition::new();
    filter.and("owner = ?", desk.owner()?.id);
    filter.one_of("id", query.trip_ids_to_get.as_deref());
    let sql = format!(
        "SELECT id, id AS \"TripHeader.TripId\", name AS \"TripHeader.TripName\", number AS \"TripHeader.TripNumber\",
         start AS \"TripHeader.StartTime\", route AS \"TripHeader.RouteCode\",
         (SELECT code FROM goods_owner WHERE goods_owner.id = owner) AS \"TripHeader.GoodsOwnerName\",
         owner AS \"TripHeader.GoodsOwnerId\" FROM trip {} ORDER BY id",
        filter.sql()
    );
    let trips = typed_rows::all(desk, &sql, filter.values())?;
    Ok(GetTripsResult { success: true, trips: Some(trips), ..GetTripsResult::default() })
}

//! Named sets of columns that most jobs need.

use super::{ColumnError, Columns, Source};

/// The columns of a table for a usual job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    name: &'static str,
    operation: &'static str,
    each: Option<&'static str>,
    columns: &'static [&'static str],
}

static PRESETS: [Preset; 3] = [
    Preset {
        name: "stock",
        operation: "GetInventoryByQuery",
        each: None,
        columns: &[
            "ArticleNumber=Article.ArticleNumber",
            "Name=Article.Name",
            "InStock=NumberOfItemsDecimal",
            "Booked=NumberOfBookedItemsDecimal",
            "Sellable=SellableNumberOfItems",
            "Locked=NumberOfLockedItems",
            "ToReceive=ToReceiveNumberOfItems",
        ],
    },
    Preset {
        name: "tracking",
        operation: "GetOrdersByQuery",
        each: Some("Tracking"),
        columns: &[
            "OrderNumber=OrderInfo.GoodsOwnerOrderNumber",
            "OrderId=OrderInfo.OrderId",
            "Status=OrderInfo.OrderStatusNumber",
            "Transporter=Transporter.Code",
            "OrderWaybill=OrderInfo.WayBill",
            "Waybill=Tracking.Waybill",
            "Url=Tracking.TrackingUrl",
            "IsReturn=Tracking.IsReturn",
            "ShippedTime=OrderInfo.ShippedTime",
        ],
    },
    Preset {
        name: "lines",
        operation: "GetOrdersByQuery",
        each: Some("PickedOrderLines"),
        columns: &[
            "OrderNumber=OrderInfo.GoodsOwnerOrderNumber",
            "OrderId=OrderInfo.OrderId",
            "Status=OrderInfo.OrderStatusNumber",
            "LineCode=PickedOrderLines.ExternalOrderLineCode",
            "ArticleNumber=PickedOrderLines.Article.ArticleNumber",
            "Ordered=PickedOrderLines.OrderedNumberOfItems",
            "Picked=PickedOrderLines.PickedNumberOfItems",
            "Reported=PickedOrderLines.ReportedNumberOfItems",
        ],
    },
];

impl Preset {
    /// Returns all presets.
    pub fn all() -> &'static [Preset] {
        &PRESETS
    }

    /// Returns the preset of this name.
    pub fn find(name: &str) -> Option<&'static Preset> {
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// Returns its name, as on the command line.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns whether its columns are those of this source's rows.
    pub fn is_for(&self, source: &Source) -> bool {
        source.operation().name == self.operation
    }

    /// Returns the list whose items are the records.
    pub fn each(&self) -> Option<&'static str> {
        self.each
    }

    /// Returns those columns that the contract of this build has, as for [`Columns::choose`].
    ///
    /// # Errors
    /// The contract has none of the columns, or not the list.
    pub fn columns(&self, source: &Source) -> Result<Vec<&'static str>, ColumnError> {
        let is_known = |column: &&str| Columns::choose(source, self.each, [*column]).is_ok();
        let known: Vec<&str> = self.columns.iter().copied().filter(is_known).collect();
        match known.is_empty() {
            true => Columns::choose(source, self.each, self.columns.iter().copied()).map(|_| Vec::new()),
            false => Ok(known),
        }
    }
}

#[cfg(all(test, own_contract))]
mod tests {
    use super::*;
    use crate::dynamic;

    #[test]
    fn our_contract_has_all_columns() {
        for preset in Preset::all() {
            assert!(dynamic::find(preset.operation).is_some());
            let source = Source::find(preset.operation).unwrap();
            assert!(preset.is_for(&source));
            let known = preset.columns(&source).unwrap();
            // The contract of 2017 has no such member.
            let newer = "IsReturn=Tracking.IsReturn";
            assert!(
                preset.columns.iter().all(|column| known.contains(column) || *column == newer),
                "{known:?}"
            );
        }
    }
}

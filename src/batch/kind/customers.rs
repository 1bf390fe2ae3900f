//! Customers: `ProcessCustomer`.

use super::Kind;
use super::choices::CUSTOMER;
use super::defaults::{always, given};
use super::identity::{Identity, way};

pub(super) const KIND: Kind = Kind {
    name: "customers",
    operation: "ProcessCustomer",
    lines: "",
    defaults: &[always("CustomerOperation", "CreateOrUpdate"), given("CustomerIdentification", CUSTOMER)],
    identity: &Identity {
        by: "CustomerIdentification",
        ways: &[
            way("CustomerNumber", &["CustomerNumber"]),
            way("ExternalCustomerCode", &["ExternalCustomerCode"]),
            way("SystemId", &["CustomerId"]),
            way("FullNameAndAddress", &["Name", "Address", "Address2", "PostCode", "City", "CountryCode"]),
        ],
        operation: "CustomerOperation",
    },
    lookup: None,
    cancel: None,
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
};

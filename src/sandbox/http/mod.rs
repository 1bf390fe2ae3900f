//! The server: SOAP requests, the admin interface and the page.

pub(crate) mod admin;
pub(crate) mod dispatch;
pub(crate) mod log;
pub(crate) mod page;
pub(crate) mod response_body;
pub(crate) mod server;
pub(crate) mod soap;
pub(crate) mod unknown_members;

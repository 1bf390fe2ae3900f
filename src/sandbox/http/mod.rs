//! The server: SOAP requests, the admin interface and the page.

pub(crate) mod admin;
pub(crate) mod describe;
pub(crate) mod dispatch;
pub(crate) mod event_stream;
pub(crate) mod host;
pub(crate) mod in_band;
pub(crate) mod look;
pub(crate) mod notes;
pub(crate) mod page;
pub(crate) mod request_body;
pub(crate) mod resend;
pub(crate) mod response_body;
pub(crate) mod server;
pub(crate) mod service;
pub(crate) mod soap;
pub(crate) mod soap_fault;
pub(crate) mod unknown_members;
pub(crate) mod wsdl;

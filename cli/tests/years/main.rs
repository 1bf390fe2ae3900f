//! What must hold whatever year's contract the build is made from: `ONGOING_WSDL=FILE cargo test --test years`.
// Everything here goes by the tables of the contract at hand, never by a type of it.

mod canned;
mod command;
mod night;
mod refusals;
mod rows;

#[path = "../support/mod.rs"]
mod support;

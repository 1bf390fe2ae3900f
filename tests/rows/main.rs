//! Answers read row by row, over real sockets: as they arrive, cut anywhere, of any length.
#![cfg(own_contract)]

mod arrival;
mod cut;
mod length;
mod memory;
mod pages;
mod refusal;
mod server;
mod shape;

//! The programs of `examples/` run to their end.
#![cfg(all(own_contract, feature = "batch", feature = "sandbox"))]

#[path = "../examples/async_calls.rs"]
mod async_calls;
#[path = "../examples/client_settings.rs"]
mod client_settings;
#[path = "../examples/handle_errors.rs"]
mod handle_errors;
#[path = "../examples/push_orders.rs"]
mod push_orders;
#[path = "../examples/stock_report.rs"]
mod stock_report;
#[path = "../examples/test_offline.rs"]
mod test_offline;

#[test]
fn push_orders() {
    push_orders::main().unwrap();
}

#[test]
fn client_settings() {
    client_settings::main().unwrap();
}

#[test]
fn stock_report() {
    stock_report::main().unwrap();
}

#[test]
fn handle_errors() {
    handle_errors::main().unwrap();
}

#[test]
fn test_offline() {
    test_offline::main().unwrap();
}

#[test]
fn async_calls() {
    async_calls::main().unwrap();
}

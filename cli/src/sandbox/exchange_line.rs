//! Formats an exchange as a line for people.

use clap::builder::styling::{AnsiColor, Style};
use serde_json::Value;

use crate::terminal::one_line;

const DONE: Style = AnsiColor::Green.on_default();
const REFUSED: Style = AnsiColor::Yellow.on_default();
const WRONG: Style = AnsiColor::Red.on_default();
const QUIET: Style = Style::new().dimmed();

/// Number, time, outcome, name, keys, duration and message. Colours are stripped if they are not wanted.
pub fn exchange_line(exchange: &Value) -> String {
    let text = |name: &str| exchange[name].as_str().unwrap_or_default();
    let style = match text("outcome") {
        "done" => DONE,
        "refused" => REFUSED,
        "running" => QUIET,
        _ => WRONG,
    };
    let name = match (text("kind"), text("name")) {
        ("work", name) => format!("[{}]", clean(name)),
        (_, "") => "(no operation)".to_owned(),
        (_, name) => clean(name),
    };
    // The time of day in 2026-11-25T20:41:00.123Z.
    let time = text("time").get(11..23).unwrap_or_default();
    let (id, outcome) = (exchange["id"].as_u64().unwrap_or_default(), text("outcome"));
    let mut line = format!("{QUIET}{id:>5} {time}{QUIET:#} {style}{outcome:<9}{style:#} {name}");
    let mut keys = exchange["keys"].as_array().into_iter().flatten().filter_map(|key| key["value"].as_str());
    let shown: Vec<&str> = keys.by_ref().take(3).collect();
    if !shown.is_empty() {
        let more = if keys.next().is_some() { ", .." } else { "" };
        line.push_str(&format!(" {}{more}", clean(&shown.join(", "))));
    }
    if let Some(ms) = exchange["ms"].as_f64() {
        line.push_str(&format!(" {QUIET}{ms} ms{QUIET:#}"));
    }
    if let Some(disturbance) = exchange["disturbance"].as_str() {
        line.push_str(&format!(" {WRONG}{}{WRONG:#}", clean(disturbance)));
    }
    if let Some(message) = exchange["message"].as_str() {
        line.push_str(&format!(": {}", clean(message)));
    }
    let unknown: Vec<&str> =
        exchange["unknown"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if !unknown.is_empty() {
        line.push_str(&format!(" {REFUSED}not in the contract: {}{REFUSED:#}", clean(&unknown.join(", "))));
    }
    line
}

/// Texts of callers must not control the terminal.
fn clean(text: &str) -> String {
    let spaced: String =
        text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }).collect();
    one_line(&spaced).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_says_what_happened_and_keeps_the_terminal_safe() {
        let exchange = json!({
            "id": 7, "kind": "request", "time": "2026-11-25T20:41:00.123Z", "name": "ProcessOrder",
            "outcome": "refused", "keys": [{ "kind": "order", "value": "1001" }], "ms": 3.2,
            "disturbance": null, "message": "no\u{1b}[2J\nway", "unknown": ["co.Colour"],
        });
        let line = anstream::adapter::strip_str(&exchange_line(&exchange)).to_string();
        assert!(line.starts_with("    7 20:41:00.123 refused   ProcessOrder 1001 3.2 ms: no"), "{line}");
        assert!(!exchange_line(&exchange).contains("\u{1b}[2J") && !line.contains('\n'), "{line}");
        assert!(line.ends_with("not in the contract: co.Colour"), "{line}");
    }
}

//! `ongoing status`: checks whether the service answers and accepts the login, and how far off its clock is.

use std::time::{Duration, Instant, SystemTime};

use ongoing_wms::Error;
use ongoing_wms::dynamic;
use ongoing_wms::outcome::Evidence;
use ongoing_wms::xml::DateTime;
use serde_json::{Value, json};

use super::call::Caller;
use super::connection::{self, shown};
use super::failure::note;
use super::page::{OutputFormat, Page, print_json};
use super::watch::Verbosity;

/// Show whether the service answers and accepts the login
///
/// Makes three reads without retries: GetSystemStatus, GetOrderStatuses (for the login), GetSystemInfo (for the clock).
/// The exit code tells what failed first: 69 the service cannot be reached, 75 it asks to try later, 76 its answer is
/// not understood, 77 the login is not accepted, 78 a setting is missing.
#[derive(clap::Args)]
pub struct Args {
    /// Format of the answer
    #[arg(long, short, value_enum, default_value_t = OutputFormat::Text)]
    output: OutputFormat,
    #[command(flatten)]
    connection: Box<connection::Args>,
    #[command(flatten)]
    verbosity: Verbosity,
}

/// The findings.
#[derive(Default)]
struct Report {
    running: Option<bool>,
    text: Option<String>,
    build_time: Option<String>,
    login: Option<bool>,
    round_trip: Option<Duration>,
    clock: Option<ServiceClock>,
    limited: Option<Limited>,
}

/// The service is rate limiting.
struct Limited {
    status: u16,
    retry_after: Option<Duration>,
}

/// The service's clock compared to ours.
struct ServiceClock {
    time: String,
    /// Minutes from UTC: as given, or the nearest quarter of an hour if the time has no zone.
    zone: i64,
    has_zone: bool,
    /// Seconds that it is ahead of ours.
    ahead: f64,
    /// Half the round trip plus half of the last digit given.
    within: f64,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let mut caller = Caller::new(&args.connection, &args.verbosity)?;
    caller.connection.once = true;
    let mut report = Report::default();
    let outcome = ask(&caller, &mut report);
    if let Some(error) = outcome.as_ref().err().and_then(|error| error.downcast_ref::<Error>()) {
        report.limited = limited(error);
    }
    match args.output {
        OutputFormat::Json => print_json(&as_json(&caller, &report))?,
        OutputFormat::Text => print_text(&caller, &report)?,
    }
    outcome
}

fn ask(caller: &Caller, report: &mut Report) -> anyhow::Result<()> {
    let status = timed(caller, "GetSystemStatus", report)?;
    report.running = status["IsRunning"].as_bool();
    report.text = status["SystemStatusText"].as_str().map(str::to_owned);
    report.build_time = status["BuildTime"].as_str().map(str::to_owned);
    if let Err(error) = timed(caller, "GetOrderStatuses", report) {
        let call = error.downcast_ref::<Error>();
        report.login = call.filter(|error| error.is_login()).map(|_| false);
        return Err(error);
    }
    report.login = Some(true);
    if dynamic::find("GetSystemInfo").is_none() {
        return Ok(());
    }
    let before = SystemTime::now();
    let started = Instant::now();
    match timed(caller, "GetSystemInfo", report) {
        Ok(info) => {
            let half = started.elapsed() / 2;
            report.clock = info["SystemTime"].as_str().and_then(|time| clock(time, before + half, half));
        }
        // Not all systems have this operation, and a missing clock is not a failure.
        Err(error) => note(format!("the service's clock is unknown: {}", error.root_cause())),
    }
    Ok(())
}

/// Calls an operation; the shortest call counts as the round trip, since the first one also connects.
fn timed(caller: &Caller, operation: &str, report: &mut Report) -> anyhow::Result<Value> {
    let started = Instant::now();
    let result = caller.result(operation, &json!({}))?;
    let elapsed = started.elapsed();
    report.round_trip = Some(report.round_trip.map_or(elapsed, |known| known.min(elapsed)));
    Ok(result)
}

fn limited(error: &Error) -> Option<Limited> {
    let status = error.status().filter(|_| error.evidence() == Evidence::Busy)?;
    Some(Limited { status, retry_after: error.retry_after() })
}

fn clock(text: &str, ours: SystemTime, half: Duration) -> Option<ServiceClock> {
    const QUARTER: f64 = 900.0;
    let time: DateTime = text.parse().ok()?;
    let ours = chrono::DateTime::<chrono::Utc>::from(ours);
    let seconds = |difference: chrono::TimeDelta| difference.as_seconds_f64();
    let (zone, ahead) = match time.offset() {
        Some(offset) => (
            i64::from(offset.local_minus_utc()) / 60,
            seconds(time.to_utc(offset).signed_duration_since(ours)),
        ),
        None => {
            let difference = seconds(time.naive().signed_duration_since(ours.naive_utc()));
            let quarters = (difference / QUARTER).round();
            (quarters as i64 * 15, difference - quarters * QUARTER)
        }
    };
    let last_digit = if text.contains('.') { 0.0 } else { 0.5 };
    let within = half.as_secs_f64() + last_digit;
    Some(ServiceClock { time: text.to_owned(), zone, has_zone: time.offset().is_some(), ahead, within })
}

fn print_text(caller: &Caller, report: &Report) -> anyhow::Result<()> {
    let mut page = Page::new();
    let mut row = |name: &str, text: &str| page.row(&[(name, 11)], 0, text);
    let address = caller.connection.settings.url.as_deref().map_or("not set".to_owned(), shown);
    row("address", &address)?;
    let owner = caller.connection.goods_owner();
    let id = owner.id.map_or("none".to_owned(), |id| id.to_string());
    row("goods owner", &format!("code {}, id {id}", owner.code.as_deref().unwrap_or("none")))?;
    row("service", &service_in_words(report))?;
    row(
        "login",
        match report.login {
            Some(true) => "accepted",
            Some(false) => "not accepted",
            None => "not known",
        },
    )?;
    if let Some(time) = report.round_trip {
        row("round trip", &format!("{:.1} ms", time.as_secs_f64() * 1e3))?;
    }
    if let Some(clock) = &report.clock {
        row("clock", &clock_in_words(clock))?;
    }
    if let Some(limited) = &report.limited {
        let wait = limited.retry_after.map_or(String::new(), |wait| format!(", for {} s", wait.as_secs()));
        row("limit", &format!("the service is rate limiting (HTTP {}{wait})", limited.status))?;
    }
    page.finish()
}

fn service_in_words(report: &Report) -> String {
    let mut text = match report.running {
        Some(true) => "runs",
        Some(false) => "answers, but says that it is not running",
        None => "not known",
    }
    .to_owned();
    text.extend(report.build_time.iter().map(|time| format!(", built {time}")));
    text.extend(report.text.iter().filter(|text| !text.is_empty()).map(|text| format!(": {text}")));
    text
}

fn clock_in_words(clock: &ServiceClock) -> String {
    let (hours, minutes) = (clock.zone.abs() / 60, clock.zone.abs() % 60);
    let sign = if clock.zone < 0 { '-' } else { '+' };
    let fits = if clock.has_zone { "" } else { "no zone given: fits " };
    let zone = format!("{fits}UTC{sign}{hours:02}:{minutes:02}");
    let way = if clock.ahead < 0.0 { "behind" } else { "ahead of" };
    format!("{:.1} s {way} ours, within {:.1} s ({}, {zone})", clock.ahead.abs(), clock.within, clock.time)
}

fn as_json(caller: &Caller, report: &Report) -> Value {
    let owner = caller.connection.goods_owner();
    let rounded = |seconds: f64| (seconds * 1e3).round() / 1e3;
    json!({
        "address": caller.connection.settings.url.as_deref().map(shown),
        "goodsOwner": { "code": owner.code, "id": owner.id },
        "service": {
            "reached": report.running.is_some(),
            "running": report.running,
            "text": report.text,
            "buildTime": report.build_time,
        },
        "loginAccepted": report.login,
        "roundTripSeconds": report.round_trip.map(|time| rounded(time.as_secs_f64())),
        "clock": report.clock.as_ref().map(|clock| json!({
            "systemTime": clock.time,
            "zoneMinutes": clock.zone,
            "zoneGiven": clock.has_zone,
            "aheadSeconds": rounded(clock.ahead),
            "withinSeconds": rounded(clock.within),
        })),
        "limit": report.limited.as_ref().map(|limited| json!({
            "status": limited.status,
            "retryAfterSeconds": limited.retry_after.map(|wait| wait.as_secs()),
        })),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_without_a_zone_is_taken_for_the_nearest() {
        let ours = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        // 2027-01-15T08:00:00Z
        for (text, zone, ahead) in [
            ("2027-01-15T09:00:02", 60, 2.0),
            ("2027-01-15T07:59:57.500", 0, -2.5),
            ("2027-01-15T03:29:59", -270, -1.0),
            ("2027-01-15T10:00:05+02:00", 120, 5.0),
            ("2027-01-15T08:20:00Z", 0, 1200.0),
        ] {
            let clock = clock(text, ours, Duration::from_millis(20)).unwrap();
            assert_eq!((clock.zone, (clock.ahead * 10.0).round() / 10.0), (zone, ahead), "{text}");
        }
    }
}

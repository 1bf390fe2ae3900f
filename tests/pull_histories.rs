//! Whatever is done to the service's clock, its offset, its rows and the calls of a pull: every change is delivered.
//!
//! Each history is made of a seed: `HISTORIES=20000 cargo test --release --test pull_histories` runs more of them.
#![cfg(all(feature = "batch", own_contract))]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Cursor;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use chrono::{NaiveDateTime, TimeDelta};
use ongoing_wms::batch::pull::{Event, Form, Output, Pull, Since, Source};
use ongoing_wms::transport::{HttpAnswer, HttpRequest, Transport, TransportFailure};
use ongoing_wms::{Client, Credentials, RetryPolicy};

const NAMESPACE: &str = "http://ongoingsystems.se/WSI";

/// Random numbers that are the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn minutes(&mut self, most: i64) -> TimeDelta {
        let range = u64::try_from(2 * most + 1).unwrap();
        TimeDelta::minutes(i64::try_from(self.below(range)).unwrap() - most)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Zone {
    /// The clock tells no zone: it is what people see on the wall.
    None,
    /// The clock tells its offset from UTC, which may change.
    Offset,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Trouble {
    None,
    /// The answer breaks off after some rows.
    Cut,
    /// The time is refused.
    NotStored,
    /// The time is stored, and the answer lost.
    StoredInSilence,
    /// The program is killed when the output is in place: nothing is remembered, nothing is stored.
    Killed,
}

#[derive(Clone, Debug)]
struct Order {
    remark: u64,
    /// What the service's clock showed when it changed: local where it has no zone, else in UTC.
    stamp: NaiveDateTime,
}

struct Service {
    random: Random,
    zone: Zone,
    /// What a right clock in UTC shows.
    time: NaiveDateTime,
    /// By how much the service's clock is off.
    shift: TimeDelta,
    offset: i64,
    orders: BTreeMap<u64, Order>,
    stored: Option<String>,
    trouble: Trouble,
    /// Orders that changed since the pull began.
    changing: Vec<u64>,
}

impl Service {
    /// What stamps are made of.
    fn clock(&self) -> NaiveDateTime {
        match self.zone {
            Zone::None => self.time + self.shift + TimeDelta::minutes(self.offset),
            Zone::Offset => self.time + self.shift,
        }
    }

    fn shown(&self) -> String {
        match self.zone {
            Zone::None => self.clock().format("%Y-%m-%dT%H:%M:%S%.f").to_string(),
            Zone::Offset => {
                let local = self.clock() + TimeDelta::minutes(self.offset);
                format!(
                    "{}+{:02}:{:02}",
                    local.format("%Y-%m-%dT%H:%M:%S%.f"),
                    self.offset / 60,
                    self.offset % 60
                )
            }
        }
    }

    /// A time that a request has, as stamps are.
    fn read(&self, text: &str) -> NaiveDateTime {
        match chrono::DateTime::parse_from_rfc3339(text) {
            Ok(time) => time.naive_utc(),
            Err(_) => text.parse().unwrap(),
        }
    }

    fn change(&mut self) {
        let id = 1 + self.random.below(12);
        // Few texts, so that a change is often undone.
        let (remark, stamp) = (self.random.below(3), self.clock());
        self.orders.insert(id, Order { remark, stamp });
        self.changing.push(id);
    }

    fn pass(&mut self, most: u64) {
        self.time += TimeDelta::milliseconds(i64::try_from(self.random.below(most * 1_000)).unwrap());
    }

    fn answer(&mut self, operation: &str, body: &str) -> Vec<u8> {
        let value = |name: &str| {
            let (_, rest) = body.split_once(&format!("<{name}>"))?;
            Some(rest.split_once('<')?.0.to_owned())
        };
        let content = match operation {
            "GetSystemInfo" => format!(
                "<GetSystemInfoResult><SystemTime>{}</SystemTime></GetSystemInfoResult>",
                self.shown()
            ),
            "GetTimeOfLastSync" => match &self.stored {
                Some(time) => format!("<GetTimeOfLastSyncResult>{time}</GetTimeOfLastSyncResult>"),
                None => String::new(),
            },
            "SetTimeOfLastSync" => {
                if self.trouble == Trouble::NotStored {
                    return Vec::new();
                }
                self.stored = value("syncTime");
                if self.trouble == Trouble::StoredInSilence {
                    return Vec::new();
                }
                String::new()
            }
            _ => {
                // The world does not stand still while pages are read.
                self.pass(5);
                if self.random.below(3) == 0 {
                    self.change();
                }
                let from = value("LastUpdatedFrom").map(|text| self.read(&text));
                let first: u64 = value("OrderIdFrom").map_or(0, |text| text.parse().unwrap());
                let most: usize = value("MaxOrdersToGet").unwrap().parse().unwrap();
                let mut rows = String::new();
                for (id, Order { remark, .. }) in self
                    .orders
                    .range(first..)
                    .filter(|(_, order)| from.is_none_or(|from| order.stamp >= from))
                    .take(most)
                {
                    write!(
                        rows,
                        "<Order><OrderInfo><OrderId>{id}</OrderId><OrderRemark>{remark}</OrderRemark></OrderInfo>\
                         <Success>true</Success></Order>"
                    )
                    .unwrap();
                }
                format!("<GetOrdersByQueryResult><Orders>{rows}</Orders></GetOrdersByQueryResult>")
            }
        };
        let answer = format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><{operation}Response \
             xmlns=\"{NAMESPACE}\">{content}</{operation}Response></s:Body></s:Envelope>"
        );
        let length = match self.trouble {
            Trouble::Cut if operation == "GetOrdersByQuery" => {
                self.random.below(answer.len() as u64) as usize
            }
            _ => answer.len(),
        };
        answer.as_bytes()[..length].to_vec()
    }
}

struct Shared(Mutex<Service>);

impl Transport for Shared {
    fn send(&self, request: &HttpRequest<'_>) -> Result<HttpAnswer, TransportFailure> {
        let body = str::from_utf8(request.body).unwrap();
        let answer = self.0.lock().unwrap().answer(request.operation, body);
        Ok(HttpAnswer { status: 200, headers: Vec::new(), body: Box::new(Cursor::new(answer)) })
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared")
    }
}

/// How the clock may be set between two pulls whose times are stored.
#[derive(Clone, Copy)]
enum Setting {
    /// Once, by any amount.
    Once,
    /// Often, and never by more than an hour in all.
    WithinAnHour,
    /// This machine's clock instead.
    Own,
}

fn read_rows(path: &Path) -> Vec<(u64, u64)> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let row = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let remark = row["OrderInfo"]["OrderRemark"].as_str().unwrap().parse().unwrap();
        (row["OrderInfo"]["OrderId"].as_u64().unwrap(), remark)
    };
    text.lines().map(row).collect()
}

/// Runs a history; the rows that were left out.
fn history(seed: u64) -> u64 {
    let mut random = Random(seed);
    let zone = if random.below(3) == 0 { Zone::Offset } else { Zone::None };
    let shared = Arc::new(Shared(Mutex::new(Service {
        random: Random(seed ^ 0xabcd),
        zone,
        time: "2026-10-24T12:00:00".parse().unwrap(),
        shift: TimeDelta::zero(),
        offset: 120,
        orders: BTreeMap::new(),
        stored: None,
        trouble: Trouble::None,
        changing: Vec::new(),
    })));
    let client = Client::builder("http://localhost/")
        .credentials(Credentials::new("user", "password").goods_owner_code("DEMO").goods_owner_id(1))
        .transport(shared.clone())
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (out, memory) = (folder.path().join("orders.jsonl"), folder.path().join("orders.jsonl.memory"));
    let pull = Pull::new(Source::find("orders").unwrap()).since(Since::LastSync).memory(&memory).page_size(4);
    let pull = pull.retries(0, Duration::ZERO);

    // What somebody knows who reads all outputs, and somebody who reads those of runs that ended well.
    let mut known: [BTreeMap<u64, u64>; 2] = Default::default();
    let mut own_shift = TimeDelta::zero();
    let (mut setting, mut base, mut left_out) = (Setting::Once, TimeDelta::zero(), 0);
    let mut settings_left = 1;
    for step in 0..30 {
        let mut service = shared.0.lock().unwrap();
        service.time += TimeDelta::seconds(1);
        for _ in 0..random.below(4) {
            match random.below(6) {
                0 => service.pass(86_400),
                1 => service.pass(4 * 3_600),
                2 => service.pass(600),
                3 if settings_left > 0 => match setting {
                    Setting::Once => {
                        service.shift += random.minutes(240);
                        settings_left = 0;
                    }
                    Setting::WithinAnHour => service.shift = base + random.minutes(30),
                    Setting::Own => own_shift += random.minutes(240),
                },
                4 if zone == Zone::Offset => service.offset = 60 * i64::try_from(random.below(4)).unwrap(),
                _ => service.change(),
            }
        }
        service.trouble = match random.below(12) {
            0 => Trouble::Cut,
            1 => Trouble::NotStored,
            2 => Trouble::StoredInSilence,
            3 => Trouble::Killed,
            _ => Trouble::None,
        };
        service.changing.clear();
        let (trouble, begun) = (service.trouble, service.orders.clone());
        let now = SystemTime::from((service.time + own_shift).and_utc());
        drop(service);

        let _ = std::fs::remove_file(&out);
        let mut told = |event: Event<'_>| match event {
            // Not a panic, whose message would be shown.
            Event::Placed(_) if trouble == Trouble::Killed => std::panic::resume_unwind(Box::new("killed")),
            _ => {}
        };
        let form = Form::json_lines(Output::file(&out).unwrap());
        let run = AssertUnwindSafe(|| pull.clone().now(now).run(&client, form, &mut told));
        let done = std::panic::catch_unwind(run).ok().and_then(Result::ok);
        let is_well = done.is_some();
        assert_eq!(
            is_well,
            matches!(trouble, Trouble::None | Trouble::StoredInSilence),
            "seed {seed}: {done:?}"
        );
        let rows = read_rows(&out);
        for (reader, known) in known.iter_mut().enumerate() {
            if reader == 0 || is_well {
                known.extend(rows.iter().copied());
            }
        }
        let Some(figures) = done else { continue };
        left_out += figures.repeated;
        let service = shared.0.lock().unwrap();
        for (id, order) in begun.iter().filter(|(id, _)| !service.changing.contains(id)) {
            for (reader, known) in known.iter().enumerate() {
                assert_eq!(
                    known.get(id),
                    Some(&order.remark),
                    "seed {seed}, step {step}, reader {reader}: order {id} changed at {} and was not delivered; asked from {:?}, stored {:?}",
                    order.stamp,
                    figures.from,
                    figures.stored
                );
            }
        }
        (setting, base, settings_left) = match random.below(3) {
            0 => (Setting::Once, service.shift, 1),
            1 => (Setting::WithinAnHour, service.shift, 1),
            _ => (Setting::Own, service.shift, 1),
        };
    }
    left_out
}

#[test]
fn every_change_is_delivered_at_least_once() {
    let histories = std::env::var("HISTORIES").ok().and_then(|text| text.parse().ok()).unwrap_or(200);
    // Most of the time goes into waiting for the disk.
    let part = |first: u64| (first..=histories).step_by(8).map(history).sum::<u64>();
    let left_out: u64 = std::thread::scope(|scope| {
        let parts: Vec<_> = (1..=8).map(|first| scope.spawn(move || part(first))).collect();
        parts.into_iter().map(|part| part.join().unwrap()).sum()
    });
    // The overlap is asked for again, and most of it has not changed.
    assert!(left_out > 10 * histories, "{left_out}");
}

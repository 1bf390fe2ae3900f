//! The figures at the end of the demo.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ongoing_wms::observe::{Observer, RequestEvent, ResponseEvent};
use ongoing_wms::text::thousands;

use crate::page::Page;

/// The counters, filled by an observer and by the steps.
#[derive(Default)]
pub struct DemoFigures {
    calls: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
    pub articles: AtomicU64,
    pub received_lines: AtomicU64,
    pub orders: AtomicU64,
    pub refused: AtomicU64,
    pub repeated: AtomicU64,
    pub doubled: AtomicU64,
    pub shipped: AtomicU64,
}

pub fn add(figure: &AtomicU64, number: usize) {
    figure.fetch_add(number as u64, Ordering::Relaxed);
}

impl Observer for DemoFigures {
    fn on_request(&self, event: &RequestEvent<'_>) {
        add(&self.calls, 1);
        add(&self.sent, event.body.len());
    }

    fn on_response(&self, event: &ResponseEvent<'_>) {
        add(&self.received, event.body.as_ref().map_or(0, |body| body.len()));
    }
}

impl DemoFigures {
    pub fn print(&self, page: &mut Page, time: Duration) -> io::Result<()> {
        let get = |figure: &AtomicU64| figure.load(Ordering::Relaxed);
        page.line("")?;
        page.heading("Figures")?;
        let rows = [
            ("articles saved", get(&self.articles)),
            ("lines received", get(&self.received_lines)),
            ("orders accepted", get(&self.orders)),
            ("orders shipped", get(&self.shipped)),
            ("orders refused", get(&self.refused)),
            ("orders repeated", get(&self.repeated)),
            ("orders doubled", get(&self.doubled)),
            ("calls", get(&self.calls)),
            ("bytes sent", get(&self.sent)),
            ("bytes received", get(&self.received)),
        ];
        for (what, number) in rows {
            page.line(&format!("  {what:16}{:>9}", thousands(number)))?;
        }
        page.line(&format!("  {:16}{:>6} ms", "time", time.as_millis()))
    }
}

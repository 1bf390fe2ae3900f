//! Lets the warehouse work by itself: everything that waits advances one step at each tick, oldest first.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{fmt, io};

use serde_json::json;

use super::staff;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::find::{
    FoundThing, GOODS_OPERATION, IN_ORDER, Numbered, ORDER, PRODUCTION_ORDER, RETURN_ORDER,
};
use crate::sandbox::shared::Shared;
use crate::sandbox::stock::goods_operation;
use crate::sandbox::work_error::WorkError;
use crate::sandbox::{inbound, production};

/// Things of one kind that wait for work.
struct Job {
    kind: &'static Numbered,
    waiting: &'static str,
    /// Name of the argument that names the thing, for the log.
    argument: &'static str,
    /// Returns the name of what it did.
    step: fn(&Desk<'_>, &FoundThing) -> Result<&'static str, WorkError>,
}

/// Goods in come first. Below status 500 nothing of these kinds is finished; orders below 300 are not released.
const JOBS: &[Job] = &[
    Job {
        kind: &IN_ORDER,
        waiting: "SELECT id FROM in_order WHERE status < 500 ORDER BY id",
        argument: "inOrder",
        step: |desk, in_order| staff::receive(desk, in_order, None).map(|()| "receive"),
    },
    Job {
        kind: &RETURN_ORDER,
        waiting: "SELECT DISTINCT return_order FROM return_order_line
                  WHERE CAST(returned AS REAL) < CAST(wanted AS REAL) ORDER BY return_order",
        argument: "returnOrder",
        step: |desk, return_order| inbound::receive_return::take_back(desk, return_order).map(|()| "return"),
    },
    Job {
        kind: &GOODS_OPERATION,
        waiting: "SELECT id FROM goods_operation WHERE done IS NULL ORDER BY id",
        argument: "goodsOperationOrder",
        step: |desk, order| goods_operation::carry_out(desk, order).map(|()| "carry-out"),
    },
    Job {
        kind: &PRODUCTION_ORDER,
        waiting: "SELECT id FROM production_order WHERE status < 500 ORDER BY id",
        argument: "productionOrder",
        step: |desk, order| production::work::produce(desk, order, None).map(|()| "produce"),
    },
    Job {
        kind: &ORDER,
        waiting: "SELECT id FROM customer_order WHERE status BETWEEN 300 AND 499 ORDER BY id",
        argument: "order",
        step: staff::next_step,
    },
];

/// The thread that works; stops when dropped.
pub(crate) struct Auto {
    stop: Option<Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Auto {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // The thread returns nothing; if it panicked, there is nothing left to stop.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Auto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Auto")
    }
}

/// Works until the [`Auto`] is dropped.
pub(crate) fn start(shared: Arc<Shared>, pace: Duration) -> io::Result<Auto> {
    let (stop, stopped) = mpsc::channel();
    let thread = thread::Builder::new().name("sandbox floor".to_owned()).spawn(move || {
        while matches!(stopped.recv_timeout(pace), Err(RecvTimeoutError::Timeout)) {
            tick(&shared, &stopped);
        }
    })?;
    Ok(Auto { stop: Some(stop), thread: Some(thread) })
}

/// One step for each thing that waits now. What fails is retried at the next tick.
fn tick(shared: &Shared, stopped: &Receiver<Infallible>) {
    let waiting = shared.warehouse.transaction(|desk| {
        JOBS.iter().map(|job| Ok((job, ids(desk, job.waiting)?))).collect::<Result<Vec<_>, WorkError>>()
    });
    // If the database fails, the next caller is told.
    for (job, ids) in waiting.unwrap_or_default() {
        for id in ids {
            if stopped.try_recv() == Err(TryRecvError::Disconnected) {
                return;
            }
            let step = |desk: &Desk<'_>| {
                let found = job.kind.by_id(desk, id)?;
                Ok::<_, WorkError>(((job.step)(desk, &found)?, found.number))
            };
            // Things that must wait are not reported.
            if let Ok((action, number)) = shared.warehouse.transaction(step) {
                let _ = shared.remember(action, &json!({ job.argument: number }), "auto", || {
                    Ok::<_, WorkError>(((), json!({ "id": id, "number": number })))
                });
            }
        }
    }
}

fn ids(desk: &Desk<'_>, sql: &str) -> Result<Vec<i32>, WorkError> {
    let mut statement = desk.prepare_cached(sql)?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, rusqlite::Error>>()?)
}

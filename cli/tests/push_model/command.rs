//! The `ongoing` command as a process, and what it tells.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::preload;
use crate::record::Kind;
use crate::service::{PASSWORD, Service, USER};

/// How long a request may wait in the model's queue is less, by far.
const SETTLE: &str = "0.8";

/// No run takes so long.
const LONGEST: Duration = Duration::from_secs(120);

/// What a run told.
#[derive(Debug, Default)]
pub struct Told {
    /// `None`: it was killed.
    pub code: Option<i32>,
    pub figures: Value,
    pub errors: String,
}

/// A line of `ongoing journal`.
#[derive(Debug, Clone)]
pub struct Entry {
    pub owner: String,
    pub key: String,
    pub state: String,
    pub reason: String,
}

/// Where and as whom it runs.
pub struct Place<'a> {
    pub folder: &'a Path,
    pub service: &'a Service,
    pub owner: &'a str,
    pub clock: i32,
    pub exact: bool,
}

pub fn journal(kind: Kind) -> String {
    format!("{}.journal", kind.name())
}

impl Place<'_> {
    fn command(&self) -> Command {
        let ours = || env!("CARGO_BIN_EXE_ongoing").into();
        let mut command = Command::new(env::var_os("PUSH_MODEL_COMMAND").unwrap_or_else(ours));
        command
            .current_dir(self.folder)
            .env("ONGOING_URL", self.service.url())
            .env("ONGOING_USERNAME", USER)
            .env("ONGOING_PASSWORD", PASSWORD)
            .env("ONGOING_GOODS_OWNER_CODE", self.owner)
            .env("ONGOING_CONFIG", "")
            .env("NO_COLOR", "1")
            .env_remove("ONGOING_GOODS_OWNER_ID")
            .env_remove("ONGOING_PROFILE")
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if self.clock != 0
            && let Some(library) = clock_library()
        {
            command.env("LD_PRELOAD", library).env("MODEL_CLOCK", self.clock.to_string());
        }
        command
    }

    /// Another command, to its end.
    pub fn run(&self, arguments: &[&str]) -> Told {
        told(self.command().args(arguments).spawn().unwrap())
    }

    /// Without the input with `--resume`.
    pub fn push(&self, kind: Kind, more: &[String]) -> Child {
        let mut command = self.command();
        command.args(["push", kind.name(), "--journal", &journal(kind)]);
        if !more.iter().any(|flag| flag == "--resume") {
            command.arg(format!("{}.jsonl", kind.name()));
        }
        if self.exact {
            command.arg("--exact-keys");
        }
        command.args([
            "--resend-delay",
            SETTLE,
            "--timeout",
            "3",
            "--max-failures",
            "0",
            "--summary",
            "json",
        ]);
        command.args(more).spawn().unwrap()
    }

    /// What the journal says of each record; `None` where it is refused.
    pub fn entries(&self, kind: Kind) -> Option<Vec<Entry>> {
        if !self.folder.join(journal(kind)).exists() {
            return Some(Vec::new());
        }
        let output = self.command().args(["journal", &journal(kind), "--output", "json"]).output().unwrap();
        if !output.status.success() {
            return None;
        }
        let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let entry = |line: &str| {
            let value: Value = serde_json::from_str(line).unwrap();
            Entry {
                owner: value["goodsOwner"].as_str().unwrap_or(self.owner).to_owned(),
                key: text(&value, "key"),
                state: text(&value, "state"),
                reason: text(&value, "reason"),
            }
        };
        Some(String::from_utf8(output.stdout).unwrap().lines().map(entry).collect())
    }
}

/// Waits for the end, which must come.
pub fn told(mut child: Child) -> Told {
    let read = |stream: Option<Box<dyn std::io::Read + Send>>| {
        thread::spawn(move || {
            let mut text = String::new();
            let _ = stream.map(|mut stream| stream.read_to_string(&mut text));
            text
        })
    };
    let out = read(child.stdout.take().map(|stream| Box::new(stream) as _));
    let errors = read(child.stderr.take().map(|stream| Box::new(stream) as _));
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begun.elapsed() > LONGEST {
            let _ = child.kill();
            panic!("a run did not end in {LONGEST:?}: {}", errors.join().unwrap());
        }
        thread::sleep(Duration::from_millis(3));
    };
    let out = out.join().unwrap();
    let figures = out.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
    Told { code: status.code(), figures, errors: errors.join().unwrap() }
}

/// The library that puts the command's clock wrong, where it can be made: on Linux, with a C compiler.
fn clock_library() -> Option<&'static Path> {
    static LIBRARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    LIBRARY.get_or_init(|| preload::library("preload/clock.c")).as_deref()
}

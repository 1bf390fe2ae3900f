//! The output file of a command: what happens to an existing one, and what is said where it cannot be written.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use ongoing_wms::batch::pull::{Output, has_time};

use super::exit::Exit;
use super::failure::Failure;
use super::interrupt;
use super::standard_output;

/// What happens to an existing output file. Devices, named pipes and the like are written to in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    Keep(Why),
    Continue,
    Replace,
}

/// Why an existing file is kept, and the command fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    NoClobber,
    /// Only `--force` replaces it.
    NotForced,
    /// Another file of this run has the name.
    SameRun,
    /// Its name contains the time.
    Timed,
}

impl Existing {
    /// As wanted, but a file whose name contains the time is never replaced.
    pub fn timed(self, pattern: &Path) -> Existing {
        match self {
            Existing::Replace if has_time(pattern) => Existing::Keep(Why::Timed),
            wanted => wanted,
        }
    }
}

impl Why {
    fn failure(self, path: &Path) -> Failure {
        let path = path.display();
        let failure = |what: &str| Failure::new(Exit::Output, format!("{path} {what}"));
        match self {
            Why::NoClobber => failure("still exists, and --no-clobber keeps it").hint(
                "remove the file once its rows are processed, then run the command again: it delivers the same rows",
            ),
            Why::NotForced => failure("already exists")
                .hint("use --force to overwrite it, or --out with a single file for another name"),
            Why::Timed => failure("already exists, and a file that is named by the time is not replaced")
                .hint("use a finer time, such as %Y%m%dT%H%M%S%fZ; `ongoing pull` can also --append"),
            Why::SameRun => failure("was just written: another of these files has the same name")
                .hint("fetch this one alone, with --out for another name"),
        }
    }
}

pub fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Opens the output of rows before anything is requested.
pub fn begin_rows(path: &Path, existing: Existing) -> Result<Output, Failure> {
    match (is_stdout(path), existing) {
        (false, _) => begin_first(path, existing),
        (true, Existing::Replace) => {
            standard_output::needed("use --out FILE")?;
            Ok(Output::stdout())
        }
        (true, Existing::Keep(_) | Existing::Continue) => {
            Err(Failure::new(Exit::Usage, "--no-clobber and --append need an output file: --out FILE"))
        }
    }
}

/// Opens an output file before anything is requested. Ctrl-C removes the temporary file.
pub fn begin_first(path: &Path, existing: Existing) -> Result<Output, Failure> {
    let out = begin(path, existing).map_err(|failure| failure.hint("nothing was requested"))?;
    let unfinished: Vec<PathBuf> = out.temporary().into_iter().map(Path::to_owned).collect();
    if !unfinished.is_empty() {
        interrupt::before_the_end(move || {
            for path in unfinished {
                let _ = std::fs::remove_file(path);
            }
        });
    }
    Ok(out)
}

/// Opens an output file.
pub fn begin(path: &Path, existing: Existing) -> Result<Output, Failure> {
    let out = match existing {
        Existing::Keep(_) => Output::new_file(path),
        Existing::Continue => Output::append(path),
        Existing::Replace => Output::file(path),
    };
    out.map_err(|error| {
        let failure = not_written(&error, path, existing);
        match error.kind() {
            io::ErrorKind::AlreadyExists => failure,
            io::ErrorKind::ResourceBusy => failure.hint("run the command again when that one has ended"),
            _ => failure.hint(
                "a temporary file is written beside it first, so its folder must exist and be writable",
            ),
        }
    })
}

/// Writes a file as a whole.
pub fn write(mut out: Output, bytes: &[u8], path: &Path, existing: Existing) -> Result<(), Failure> {
    let written = out.write_all(bytes).and_then(|()| out.finish());
    written.map_err(|error| not_written(&error, path, existing))
}

fn not_written(error: &io::Error, path: &Path, existing: Existing) -> Failure {
    match (error.kind(), existing) {
        (io::ErrorKind::AlreadyExists, Existing::Keep(why)) => why.failure(path),
        _ => Failure::new(Exit::Output, format!("{} cannot be written: {error}", path.display())),
    }
}

/// The failure to write or finish an output of rows.
pub fn not_finished(error: io::Error, path: &Path, existing: Existing) -> anyhow::Error {
    match error.kind() {
        // It was created in the meantime.
        io::ErrorKind::AlreadyExists => not_written(&error, path, existing).into(),
        _ => unwritten(error),
    }
}

/// The failure to write rows.
pub fn unwritten(error: io::Error) -> anyhow::Error {
    match error.kind() {
        io::ErrorKind::BrokenPipe => {
            Failure::new(Exit::Output, "standard output was closed before all rows were written")
                .hint("the rows up to there are no complete answer; --out FILE writes all of them or none")
                .into()
        }
        _ => error.into(),
    }
}

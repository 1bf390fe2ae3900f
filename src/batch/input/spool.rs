//! Copies input that can be read only once to a private, unnamed temporary file, which is gone when the program ends.

use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use super::InputError;
use crate::xml::WriteError;

/// A copy of an input.
#[derive(Debug, Clone)]
pub struct Spool {
    file: Arc<File>,
    pub length: u64,
}

/// Why an input could not be copied.
#[derive(Debug)]
#[non_exhaustive]
pub enum SpoolError {
    /// The input cannot be read.
    Input(InputError),
    /// The temporary file cannot be written.
    Temporary(io::Error),
}

impl fmt::Display for SpoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SpoolError::Input(error) => error.fmt(f),
            SpoolError::Temporary(error) => {
                write!(f, "the input cannot be copied to a temporary file: {error}")
            }
        }
    }
}

impl Error for SpoolError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            SpoolError::Input(error) => Some(error),
            SpoolError::Temporary(error) => Some(error),
        }
    }
}

/// Whether a path can be read only once: standard input, a pipe, a device. Paths below `/dev` and `/proc` count too,
/// since not every system can read them twice from the start, and what lies in `/dev/shm` does not outlast the machine: the
/// journal must not lie beside it.
pub fn reads_once(path: &Path) -> bool {
    let is_special = || path.starts_with("/dev") || path.starts_with("/proc");
    let is_other = || path.metadata().is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir());
    path.as_os_str() == "-" || is_special() || is_other()
}

impl Spool {
    /// Copies the whole input, called `name` in messages; `-` is standard input.
    pub fn fill(path: &Path, name: &str) -> Result<Spool, SpoolError> {
        let wrong = |error: io::Error| {
            SpoolError::Input(InputError::at(name, None, format!("the input cannot be read: {error}")))
        };
        let mut input: Box<dyn Read> = match path.as_os_str() == "-" {
            true => Box::new(io::stdin()),
            false => Box::new(File::open(path).map_err(wrong)?),
        };
        let mut file = tempfile::tempfile().map_err(SpoolError::Temporary)?;
        let mut buffer = vec![0; 1 << 16];
        let mut length = 0;
        loop {
            let read = match input.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(wrong(error)),
            };
            file.write_all(&buffer[..read]).map_err(SpoolError::Temporary)?;
            length += read as u64;
        }
        file.rewind().map_err(SpoolError::Temporary)?;
        Ok(Spool { file: Arc::new(file), length })
    }

    /// Writes texts to a temporary file, one per line.
    pub fn lines(
        name: &str,
        lines: impl Iterator<Item = Result<String, WriteError>>,
    ) -> Result<Spool, SpoolError> {
        let file = tempfile::tempfile().map_err(SpoolError::Temporary)?;
        let mut writer = BufWriter::with_capacity(1 << 16, file);
        let mut length = 0;
        for (number, line) in (1u64..).zip(lines) {
            let line =
                line.map_err(|error| SpoolError::Input(InputError::at(name, number, error.to_string())))?;
            writer.write_all(line.as_bytes()).map_err(SpoolError::Temporary)?;
            writer.write_all(b"\n").map_err(SpoolError::Temporary)?;
            length += line.len() as u64 + 1;
        }
        let mut file = writer.into_inner().map_err(|error| SpoolError::Temporary(error.into_error()))?;
        file.rewind().map_err(SpoolError::Temporary)?;
        Ok(Spool { file: Arc::new(file), length })
    }

    /// Reads the copy from its start.
    pub fn reader(&self) -> SpoolReader {
        SpoolReader { file: Arc::clone(&self.file), at: 0 }
    }
}

/// Reads a copy from its own position.
pub struct SpoolReader {
    file: Arc<File>,
    at: u64,
}

impl Read for SpoolReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = read_at(&self.file, out, self.at)?;
        self.at += length as u64;
        Ok(length)
    }
}

#[cfg(unix)]
fn read_at(file: &File, out: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, out, at)
}

#[cfg(windows)]
fn read_at(file: &File, out: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, out, at)
}

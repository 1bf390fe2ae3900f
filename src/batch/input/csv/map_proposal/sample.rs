//! The beginning of a file: its text, and its rows.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::batch::input::csv::layout::separator_line;
use crate::batch::input::csv::text::{CsvText, Dialect, RawRow};
use crate::batch::input::{InputError, encoding, file_signature};

/// Number of bytes of the file that are examined.
const SAMPLE: u64 = 1 << 20;

/// Letters of Scandinavia and Germany as code page 850 writes them, and as windows-1252 does.
const CODE_PAGE_850: &[u8] = b"\x84\x86\x94\x81\x8e\x8f\x99\x9a\x82\x9b\x91";
const WINDOWS_1252: &[u8] = b"\xe4\xe5\xf6\xfc\xc4\xc5\xd6\xdc\xe9\xf8\xe6";

/// The beginning of the file, up to the end of a line.
pub fn text(
    file: &str,
    path: &Path,
    settings: &mut Vec<String>,
    questions: &mut Vec<String>,
) -> Result<String, InputError> {
    let unreadable = |error| InputError::at(file, None, format!("the file cannot be read: {error}"));
    let mut bytes = Vec::new();
    File::open(path).and_then(|input| input.take(SAMPLE).read_to_end(&mut bytes)).map_err(unreadable)?;
    let whole = (bytes.len() as u64) < SAMPLE;
    if let Some(signature) = file_signature::of(&bytes)
        && signature.is_packed()
    {
        let (what, hint) = signature.wrong(false);
        return Err(InputError::at(file, None, what).hint(hint));
    }
    let (encoding, start) = match encoding::mark(&bytes) {
        Some((encoding, length)) => (Some(encoding), length),
        None => (None, 0),
    };
    let is_wide = encoding.is_some_and(encoding::is_wide);
    let end = match bytes.iter().rposition(|byte| *byte == b'\n' || *byte == b'\r') {
        // Half a row would be a short one; of UTF-16 the second byte of the line feed belongs to it.
        Some(end) if !whole => (end + 1 + usize::from(is_wide)).min(bytes.len()),
        _ => bytes.len(),
    };
    let body = bytes.get(start..end).unwrap_or_default();
    if let Some(encoding) = encoding {
        return encoding::whole(encoding, body)
            .ok_or_else(|| InputError::at(file, None, format!("the file is not valid {}", encoding.name())));
    }
    if let Ok(text) = std::str::from_utf8(body) {
        return Ok(text.to_owned());
    }
    let count = |letters: &[u8]| body.iter().filter(|byte| letters.contains(byte)).count();
    if count(CODE_PAGE_850) > count(WINDOWS_1252) {
        questions.push(
            "the file may be in code page 850, which is not supported: export it as windows-1252 or UTF-8"
                .to_owned(),
        );
    }
    settings.push("encoding = \"windows-1252\"".to_owned());
    encoding::find("windows-1252")
        .and_then(|encoding| encoding::whole(encoding, body))
        .ok_or_else(|| InputError::at(file, None, "the encoding of the file is unknown"))
}

/// The rows, split by the delimiter that gives the most columns in most rows.
pub fn table(text: &str) -> (Vec<Vec<String>>, char) {
    let share = |rows: &[Vec<String>]| {
        let width = rows.first().map_or(0, Vec::len);
        let same = rows.iter().filter(|row| row.len() == width).count();
        (same * 10 >= rows.len() * 9, width)
    };
    let tried = [',', ';', '\t', '|'].map(|delimiter| (rows(text, delimiter), delimiter));
    let best = tried.into_iter().rev().max_by_key(|(rows, _)| share(rows));
    best.unwrap_or_default()
}

fn rows(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let delimiter = u8::try_from(delimiter).unwrap_or(b',');
    let dialect = Dialect { delimiter, quote: Some(b'"'), escape: None, trims: true };
    let mut reader = CsvText::new(text.as_bytes(), dialect, text.len() + 1);
    let (mut row, mut rows) = (RawRow::default(), Vec::new());
    // A row that cannot be read ends the look: the check tells of it.
    while let Ok(true) = reader.next_row(&mut row) {
        if rows.is_empty()
            && let Some(named) = separator_line(&row, delimiter)
        {
            reader.dialect().delimiter = named;
            continue;
        }
        let cells: Vec<String> =
            row.cells().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(cells);
        }
    }
    rows
}

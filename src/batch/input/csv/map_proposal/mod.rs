//! Proposes a column map for an existing file.

mod header_words;
mod sample;

use std::path::Path as FilePath;

use super::column_map::{column_of, constants};
use crate::batch::contract::value::{self, Notation};
use crate::batch::input::InputError;
use crate::batch::kind::Kind;
use crate::dynamic::find_type;
use crate::operation::{Builtin, MemberInfo, TypeInfo};
use crate::suggest::shell_word;
use crate::text::counted;

/// Maximum number of cells of a column that are examined, and that are shown.
const CELLS: usize = 1_000;
const SHOWN: usize = 3;

/// Maximum depth of the members.
const DEEPEST: usize = 3;

const WIDTH: usize = 52;

/// Formats of times, the most common first; `None` is that of XML.
const DATES: [Option<&str>; 14] = [
    None,
    Some("%Y%m%d"),
    Some("%Y-%m-%d %H:%M"),
    Some("%Y-%m-%d %H:%M:%S"),
    Some("%d.%m.%Y"),
    Some("%d.%m.%Y %H:%M"),
    Some("%d.%m.%Y %H:%M:%S"),
    Some("%d/%m/%Y"),
    Some("%m/%d/%Y"),
    Some("%d/%m/%Y %H:%M"),
    Some("%m/%d/%Y %H:%M"),
    Some("%d-%m-%Y"),
    Some("%Y/%m/%d"),
    Some("%Y%m%d%H%M%S"),
];

/// Pairs of words for yes and no.
const TRUTHS: [(&str, &str); 9] = [
    ("J", "N"),
    ("Y", "N"),
    ("JA", "NEJ"),
    ("ja", "nein"),
    ("Ja", "Nej"),
    ("Ja", "Nein"),
    ("yes", "no"),
    ("Yes", "No"),
    ("X", ""),
];

/// A column map that is proposed for a file: how it is written, and which column is probably which member.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MapProposal {
    /// The map, with comments.
    pub text: String,
    /// Columns for which no member was found, as the map names them.
    pub unplaced: Vec<String>,
    /// Required members for which no column was found.
    pub missing: Vec<String>,
    /// Questions that the file does not answer, for the reader of the map.
    pub questions: Vec<String>,
}

/// A column of the file.
struct SampleColumn<'r> {
    /// As the map names it: a text in quotes, or a number.
    shown: String,
    header: Option<&'r str>,
    /// Cells that are not empty.
    cells: Vec<&'r str>,
    date_format: Option<&'static str>,
    /// The place among the members; see [`CandidateMember`].
    placed: Option<usize>,
}

/// A member that a column can fill.
struct CandidateMember {
    path: String,
    member: &'static MemberInfo,
    /// Whether most exports have it.
    usual: bool,
}

impl MapProposal {
    /// Reads the beginning of a file, and proposes a map for it. A person is to read the text before it is used.
    ///
    /// # Errors
    /// A file that cannot be read, is empty, or is not text.
    pub fn of(kind: &Kind, file: impl AsRef<FilePath>) -> Result<MapProposal, InputError> {
        propose(kind, file.as_ref())
    }
}

fn propose(kind: &Kind, path: &FilePath) -> Result<MapProposal, InputError> {
    let file = path.display().to_string();
    let ty = kind.payload().ok_or_else(|| {
        InputError::at(&file, None, format!("the contract of this program has no {}", kind.operation))
    })?;
    let mut settings = Vec::new();
    let mut questions = Vec::new();
    let text = sample::text(&file, path, &mut settings, &mut questions)?;
    let tabs = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("tsv"));
    let (rows, delimiter) = sample::table(&text);
    let Some(first) = rows.first() else {
        return Err(InputError::at(&file, 1, "the file is empty"));
    };
    let usual = if tabs { '\t' } else { ',' };
    if delimiter != usual && !text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("sep=")) {
        settings.push(format!("delimiter = {}", quoted(delimiter.to_string())));
    }
    let has_header = is_header(first);
    if !has_header {
        settings.push("no_header = true               # columns are numbers, from 1".to_owned());
    }
    let data = if has_header { &rows[1..] } else { &rows[..] };
    let mut columns = columns(has_header.then_some(first), first.len(), data);
    let notation = numbers(&columns, delimiter);
    if notation.decimal_comma {
        settings.push("decimal_comma = true".to_owned());
    }
    if let Some(separator) = notation.thousands {
        settings.push(format!("thousands = {}", quoted(separator.to_string())));
    }
    let candidates = candidates(kind, ty);
    place(&mut columns, &candidates, &notation);
    let date_format = date_format(&columns, &candidates, &mut questions);
    settings.extend(date_format.map(|format| format!("date_format = {}", quoted(format))));
    settings.extend(truths(&columns, &candidates));
    let rows = data.len();
    let map =
        Map { kind, file: &file, settings, columns: &columns, candidates: &candidates, date_format, rows };
    let unplaced = columns.iter().filter(|column| column.placed.is_none());
    let unplaced = unplaced.map(|column| column.shown.clone()).collect();
    Ok(MapProposal { text: map.text(&questions), unplaced, missing: map.missing(), questions })
}

// ---- how the cells are written --------------------------------------------------------------------------------------

/// Whether a row names the columns: nothing in it is a number or a time, and nothing comes twice.
fn is_header(row: &[String]) -> bool {
    let is_name = |cell: &String| {
        cell.chars().any(char::is_alphabetic) && DATES.iter().all(|format| !value::is_time(cell, *format))
    };
    let named: Vec<&String> = row.iter().filter(|cell| !cell.is_empty()).collect();
    let is_double = named.iter().enumerate().any(|(index, cell)| named[..index].contains(cell));
    named.len() * 2 > row.len() && !is_double && named.into_iter().all(is_name)
}

fn columns<'r>(
    header: Option<&'r Vec<String>>,
    width: usize,
    data: &'r [Vec<String>],
) -> Vec<SampleColumn<'r>> {
    let column = |index: usize| {
        let header = header.and_then(|header| header.get(index)).map(String::as_str);
        let name = header.filter(|name| !name.is_empty());
        let cells: Vec<&str> = data
            .iter()
            .filter_map(|row| row.get(index))
            .map(String::as_str)
            .filter(|cell| !cell.is_empty())
            .take(CELLS)
            .collect();
        let fits = |format: &&Option<&str>| cells.iter().all(|cell| value::is_time(cell, **format));
        let date_format = DATES.iter().find(fits).copied().flatten().filter(|_| !cells.is_empty());
        let shown = name.map_or_else(|| (index + 1).to_string(), quoted);
        SampleColumn { shown, header: name, cells, date_format, placed: None }
    };
    (0..width).map(column).collect()
}

/// How numbers are written: as most columns can be read.
fn numbers(columns: &[SampleColumn<'_>], delimiter: char) -> Notation {
    let notation = |decimal_comma: bool, thousands: Option<char>| Notation {
        decimal_comma,
        thousands,
        ..Notation::default()
    };
    let point = [notation(false, None), notation(false, Some(',')), notation(false, Some(' '))];
    let comma = [notation(true, None), notation(true, Some('.')), notation(true, Some(' '))];
    let [plain, with_comma, with_space] = point;
    // `1,234` in a file with commas between its cells is more than a thousand.
    let mut all = vec![plain];
    match delimiter {
        ',' => {
            all.extend([with_comma, with_space]);
            all.extend(comma);
        }
        _ => {
            all.extend(comma);
            all.extend([with_comma, with_space]);
        }
    }
    let readable = |notation: &Notation| {
        let is_number =
            |column: &&SampleColumn<'_>| column.cells.iter().all(|cell| value::is_decimal(cell, notation));
        columns.iter().filter(|column| !column.cells.is_empty()).filter(is_number).count()
    };
    let best = all.iter().map(&readable).max().unwrap_or_default();
    all.into_iter().find(|notation| readable(notation) == best).unwrap_or_default()
}

// ---- which column is which member --------------------------------------------------------------------------------

fn candidates(kind: &Kind, ty: &'static TypeInfo) -> Vec<CandidateMember> {
    let mut found = Vec::new();
    collect(kind, ty, "", 1, &mut found);
    found
}

fn collect(kind: &Kind, ty: &'static TypeInfo, above: &str, depth: usize, found: &mut Vec<CandidateMember>) {
    for member in ty.members.iter().filter(|member| !member.attribute) {
        let path = if above.is_empty() { member.name.to_owned() } else { format!("{above}.{}", member.name) };
        // The rows of a file fill one list.
        if member.is_list() && path != kind.lines {
            continue;
        }
        match find_type(member.ty) {
            Some(ty) if !ty.values.is_empty() => {}
            Some(ty) if depth < DEEPEST => collect(kind, ty, &path, depth + 1, found),
            Some(_) => {}
            None if member.is_list() => {}
            None if matches!(member.builtin(), None | Some(Builtin::Any | Builtin::Base64Binary)) => {}
            None => {
                let usual = kind.example.contains(&path.as_str());
                found.push(CandidateMember { path, member, usual });
            }
        }
    }
}

/// Assigns to each column the member with the most similar name, the most certain pairs first.
fn place(columns: &mut [SampleColumn<'_>], candidates: &[CandidateMember], notation: &Notation) {
    let mut pairs = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        let Some(header) = column.header else { continue };
        for (index, candidate) in candidates.iter().enumerate() {
            let likeness = likeness(header, candidate);
            if likeness >= SURE && fits(column, candidate.member, notation) {
                pairs.push((likeness, at, index));
            }
        }
    }
    // Where two are as near, the first column and the first member of the contract.
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (_, at, index) in pairs {
        let is_taken = columns.iter().any(|column| column.placed == Some(index));
        if columns[at].placed.is_none() && !is_taken {
            columns[at].placed = Some(index);
        }
    }
}

/// Minimum similarity of a name.
const SURE: f64 = 0.75;

fn likeness(header: &str, candidate: &CandidateMember) -> f64 {
    let header = header_words::plain(header);
    let last = header_words::plain(column_of(&candidate.path));
    let by_name = match () {
        () if header == header_words::plain(&candidate.path) => 1.0,
        () if header == last => 0.95,
        () if header_words::means(&header, &candidate.path) => 0.94,
        () => strsim::normalized_damerau_levenshtein(&header, &last) * 0.9,
    };
    let depth = candidate.path.matches('.').count() as f64;
    by_name + if candidate.usual { 0.04 } else { 0.0 } - depth * 0.005
}

/// Whether all cells can be values of the member.
fn fits(column: &SampleColumn<'_>, member: &MemberInfo, notation: &Notation) -> bool {
    let notation = Notation {
        date_format: column.date_format.map(str::to_owned),
        true_values: words(column).map(|(yes, _)| yes.to_owned()).into_iter().collect(),
        false_values: words(column).map(|(_, no)| no.to_owned()).into_iter().collect(),
        ..notation.clone()
    };
    column.cells.iter().all(|cell| value::read(member, cell, &notation).is_ok())
}

/// The words for yes and no that a column has.
fn words(column: &SampleColumn<'_>) -> Option<(&'static str, &'static str)> {
    let has_only = |(yes, no): &(&str, &str)| column.cells.iter().all(|cell| cell == yes || cell == no);
    TRUTHS.into_iter().find(|pair| !column.cells.is_empty() && has_only(pair))
}

fn truths(columns: &[SampleColumn<'_>], candidates: &[CandidateMember]) -> Vec<String> {
    let is_truth = |column: &&SampleColumn<'_>| {
        column.placed.is_some_and(|at| candidates[at].member.builtin() == Some(Builtin::Boolean))
    };
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    for (true_value, false_value) in columns.iter().filter(is_truth).filter_map(words) {
        for (known, word) in [(&mut yes, true_value), (&mut no, false_value)] {
            if !word.is_empty() && !known.contains(&quoted(word)) {
                known.push(quoted(word));
            }
        }
    }
    let list = |name: &str, words: &[String]| {
        (!words.is_empty()).then(|| format!("{name} = [{}]", words.join(", ")))
    };
    [list("true_values", &yes), list("false_values", &no)].into_iter().flatten().collect()
}

/// The format of most columns with times.
fn date_format(
    columns: &[SampleColumn<'_>],
    candidates: &[CandidateMember],
    questions: &mut Vec<String>,
) -> Option<&'static str> {
    let times: Vec<&SampleColumn<'_>> = columns
        .iter()
        .filter(|column| {
            column.placed.is_some_and(|at| candidates[at].member.builtin() == Some(Builtin::DateTime))
        })
        .collect();
    for column in &times {
        if column.date_format.is_some_and(|format| format.starts_with("%d/%m"))
            && column
                .cells
                .iter()
                .all(|cell| value::is_time(cell, column.date_format.map(month_first).as_deref()))
        {
            questions.push(format!("column {}: whether day or month comes first is uncertain", column.shown));
        }
    }
    let formats: Vec<&'static str> = times.iter().filter_map(|column| column.date_format).collect();
    let count = |format: &str| formats.iter().filter(|other| **other == format).count();
    // Times as XML writes them need no format, and would not be read by one.
    formats.iter().copied().max_by_key(|format| count(format)).filter(|_| formats.len() == times.len())
}

fn month_first(format: &str) -> String {
    format.replacen("%d/%m", "%m/%d", 1)
}

// ---- the map -----------------------------------------------------------------------------------------------------

struct Map<'a> {
    kind: &'a Kind,
    file: &'a str,
    settings: Vec<String>,
    columns: &'a [SampleColumn<'a>],
    candidates: &'a [CandidateMember],
    date_format: Option<&'static str>,
    rows: usize,
}

impl Map<'_> {
    fn text(&self, questions: &[String]) -> String {
        let (kind, file) = (self.kind.name, one_line(self.file));
        let mut text = format!(
            "# Proposed from {} of {file}. Read it, then try it:\n# ongoing push {kind} {} --map THIS.toml --check\n",
            counted(self.rows as u64, "row"),
            shell_word(&file),
        );
        for question in questions {
            text.push_str(&format!("# Please check: {question}.\n"));
        }
        text.push('\n');
        self.settings.iter().for_each(|setting| text.push_str(&format!("{setting}\n")));
        let key = self.kind.example.first().and_then(|key| self.column_for(key));
        if let (false, Some(key)) = (self.kind.lines.is_empty(), key) {
            text.push_str(&format!(
                "\n# Consecutive rows with the same value in this column are one record.\ngroup_by = {}\n",
                key.shown
            ));
        }
        text.push_str("\n# Member = column. A member whose cell is empty is left out.\n[columns]\n");
        let mut placed: Vec<(usize, &SampleColumn<'_>)> =
            self.columns.iter().filter_map(|column| Some((column.placed?, column))).collect();
        placed.sort_by_key(|(at, _)| *at);
        for (at, column) in placed {
            let CandidateMember { path, member, .. } = &self.candidates[at];
            let own = column.date_format.filter(|format| {
                member.builtin() == Some(Builtin::DateTime) && Some(*format) != self.date_format
            });
            let entry = match own {
                Some(format) => {
                    format!("{path} = {{ column = {}, date_format = {} }}", column.shown, quoted(format))
                }
                None => format!("{path} = {}", column.shown),
            };
            text.push_str(&format!("{entry:WIDTH$}{}\n", some_of(column)));
        }
        let unplaced: Vec<_> = self.columns.iter().filter(|column| column.placed.is_none()).collect();
        if !unplaced.is_empty() {
            text.push_str(
                "\n# Columns for which no member was found: replace `?` by a member, or leave the column out.\n",
            );
        }
        for column in unplaced {
            let entry = format!("# ? = {}", column.shown);
            text.push_str(&format!("{entry:WIDTH$}{}\n", some_of(column)));
        }
        let missing = self.missing();
        if !missing.is_empty() {
            text.push_str("\n# Required members for which no column was found.\n");
            missing.iter().for_each(|path| text.push_str(&format!("# {path} = \"\"\n")));
        }
        text.push_str("\n# Member = value, the same in each record. Those that start with # are the defaults.\n[constants]\n");
        for (path, value) in constants(self.kind, self.kind.payload()) {
            text.push_str(&format!("# {path} = \"{value}\"\n"));
        }
        text
    }

    fn column_for(&self, path: &str) -> Option<&SampleColumn<'_>> {
        self.columns.iter().find(|column| column.placed.is_some_and(|at| self.candidates[at].path == path))
    }

    /// Required members without a column, among them the record's number.
    fn missing(&self) -> Vec<String> {
        let key = self.kind.example.first();
        let is_needed = |candidate: &&CandidateMember| {
            candidate.usual && (candidate.member.required || key == Some(&candidate.path.as_str()))
        };
        let needed = self.candidates.iter().filter(is_needed);
        needed
            .filter(|needed| self.column_for(&needed.path).is_none())
            .map(|needed| needed.path.clone())
            .collect()
    }
}

/// The first cells of a column, as a comment.
fn some_of(column: &SampleColumn<'_>) -> String {
    let mut shown: Vec<String> = Vec::new();
    for cell in &column.cells {
        let cell: String = one_line(cell).chars().take(24).collect();
        if !shown.contains(&cell) && shown.len() < SHOWN {
            shown.push(cell);
        }
    }
    match shown.is_empty() {
        true => " # empty in all rows".to_owned(),
        false => format!(" # {}", shown.join(" | ")),
    }
}

/// Replaces control characters by spaces: a line end would end a comment.
fn one_line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

/// A text in TOML.
fn quoted(text: impl AsRef<str>) -> String {
    serde_json::Value::from(text.as_ref()).to_string()
}

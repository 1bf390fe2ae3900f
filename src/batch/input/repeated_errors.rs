//! Groups the same error in many rows or files: reported once, with its first place and the count.

use std::collections::HashMap;

use super::InputError;
use crate::text::counted;

/// Maximum number of distinct errors.
const MOST: usize = 100;

/// Number of lines that an error lists besides the row count.
const LINES: usize = 5;

/// Errors by cause, in the order of their first rows.
#[derive(Debug, Default)]
pub struct RepeatedErrors {
    found: Vec<RepeatedError>,
    by_cause: HashMap<String, usize>,
    /// The number of further errors, and the line of the first.
    others: Option<(u64, InputError)>,
}

#[derive(Debug)]
struct RepeatedError {
    first: InputError,
    lines: Vec<u64>,
    rows: u64,
}

impl RepeatedErrors {
    /// Adds an error. Errors with the same cause are reported as the first one.
    pub fn add(&mut self, cause: String, line: impl Into<Option<u64>>, make: impl FnOnce() -> InputError) {
        let line = line.into();
        if let Some(index) = self.by_cause.get(&cause) {
            let problem = &mut self.found[*index];
            problem.rows += 1;
            if problem.lines.len() < LINES && problem.lines.last() != line.as_ref() {
                problem.lines.extend(line);
            }
            return;
        }
        if self.found.len() >= MOST {
            self.others.get_or_insert_with(|| (0, make())).0 += 1;
            return;
        }
        self.by_cause.insert(cause, self.found.len());
        self.found.push(RepeatedError { first: make(), lines: line.into_iter().collect(), rows: 1 });
    }

    /// The errors, each once.
    pub fn take(&mut self) -> impl Iterator<Item = InputError> + use<> {
        self.by_cause.clear();
        let others = self.others.take().map(|(count, mut first)| {
            if count > 1 {
                first
                    .what
                    .push_str(&format!("; not listed: {} in later rows", counted(count - 1, "more error")));
            }
            first
        });
        std::mem::take(&mut self.found).into_iter().map(RepeatedError::told).chain(others)
    }
}

impl RepeatedError {
    fn told(self) -> InputError {
        let RepeatedError { mut first, lines, rows } = self;
        if rows > 1 && lines.is_empty() {
            first.what.push_str(&format!(" ({rows} files)"));
        } else if rows > 1 {
            let shown: Vec<String> = lines.iter().map(u64::to_string).collect();
            let more = match rows - shown.len() as u64 {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            first.what.push_str(&format!(" ({rows} rows: lines {}{more})", shown.join(", ")));
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_told_once_with_its_rows() {
        let mut problems = RepeatedErrors::default();
        for line in 2..9 {
            problems.add("comma".to_owned(), line, || InputError::at("f", line, "not a number"));
        }
        problems.add("date".to_owned(), 3, || InputError::at("f", 3, "not a date"));
        let told: Vec<String> = problems.take().map(|error| error.to_string()).collect();
        assert_eq!(told, ["f:2: not a number (7 rows: lines 2, 3, 4, 5, 6 and 2 more)", "f:3: not a date"]);
        assert!(problems.take().next().is_none());
    }

    #[test]
    fn faults_without_end_are_counted() {
        let mut problems = RepeatedErrors::default();
        for line in 0..150 {
            problems.add(format!("{line}"), line, || InputError::at("f", line, "x"));
        }
        let told: Vec<InputError> = problems.take().collect();
        assert_eq!(told.len(), MOST + 1);
        assert_eq!(told[MOST].to_string(), "f:100: x; not listed: 49 more errors in later rows");
    }
}

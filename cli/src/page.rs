//! Text for people: columns that wrap on a terminal, and are one line each in a pipe.

use std::io::{self, IsTerminal as _, Write};

use clap::ValueEnum;
use clap::builder::styling::Style;

use super::standard_output::UntilClosed;
use super::terminal::{one_line, safe_json};

/// Format of an answer on standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Format of the figures of a long run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SummaryFormat {
    Text,
    Json,
}

const BOLD: Style = Style::new().bold();

/// Maximum text width on a wide terminal, since longer lines are hard to read.
const WIDEST: usize = 110;

/// A page on standard output.
pub struct Page {
    out: UntilClosed<anstream::AutoStream<io::StdoutLock<'static>>>,
    /// Width of the terminal; `None` in a pipe, where each line is an entry.
    width: Option<usize>,
}

impl Page {
    pub fn new() -> Page {
        let width = io::stdout()
            .is_terminal()
            .then(terminal_size::terminal_size)
            .flatten()
            .map(|(width, _)| usize::from(width.0).clamp(40, WIDEST));
        Page { out: UntilClosed(anstream::AutoStream::auto(io::stdout().lock())), width }
    }

    pub fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", one_line(text))
    }

    pub fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{BOLD}{}{BOLD:#}", one_line(text))
    }

    /// A text with all its lines indented.
    pub fn paragraph(&mut self, indent: usize, text: &str) -> io::Result<()> {
        self.row(&[], indent, text)
    }

    /// A row: an indent of two, columns of given widths two apart, then a text that wraps in its own column.
    pub fn row(&mut self, columns: &[(&str, usize)], indent: usize, text: &str) -> io::Result<()> {
        let mut start = " ".repeat(indent);
        for (column, width) in columns {
            start.push_str(&format!("{:width$}  ", one_line(column)));
        }
        let at = start.chars().count();
        // If the columns leave too little room, the text goes on lines of its own.
        let below = self.width.filter(|width| at + 24 > *width).map(|_| indent + 6);
        let room = self.width.map(|width| width.saturating_sub(below.unwrap_or(at)).max(20));
        let lines = wrap(&one_line(text), room);
        if below.is_some() && !columns.is_empty() {
            writeln!(self.out, "{}", start.trim_end())?;
            start = " ".repeat(indent + 6);
        }
        let rest = " ".repeat(start.chars().count());
        if lines.is_empty() && below.is_none() {
            writeln!(self.out, "{}", start.trim_end())?;
        }
        for (index, line) in lines.iter().enumerate() {
            let start = if index == 0 { &start } else { &rest };
            writeln!(self.out, "{start}{line}")?;
        }
        Ok(())
    }

    pub fn finish(mut self) -> anyhow::Result<()> {
        Ok(self.out.flush()?)
    }
}

/// A JSON value, indented, on standard output.
pub fn print_json(value: &serde_json::Value) -> anyhow::Result<()> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    print(&safe_json(&text))
}

/// A JSON value on one line of standard output, for readers of logs.
pub fn print_line(value: &serde_json::Value) -> anyhow::Result<()> {
    print(&safe_json(&format!("{value}\n")))
}

/// A text on standard output.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = UntilClosed(io::stdout().lock());
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

fn wrap(text: &str, room: Option<usize>) -> Vec<String> {
    let Some(room) = room else {
        return if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    };
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn wraps_only_where_there_is_an_edge() {
        assert_eq!(wrap("one two three", Some(7)), ["one two", "three"]);
        assert_eq!(wrap("one  two three", None), ["one  two three"]);
        assert_eq!(wrap("unbreakable", Some(4)), ["unbreakable"]);
        assert!(wrap("", None).is_empty());
    }
}

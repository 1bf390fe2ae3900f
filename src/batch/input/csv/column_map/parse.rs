//! The text of a column map.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{ColumnMap, ColumnSelector, Constant, Mapped, NamedColumn};
use crate::batch::contract::value::{Notation, is_date_format};
use crate::batch::input::{InputError, encoding};
use crate::suggest::did_you_mean;

const KEYS: [&str; 16] = [
    "delimiter",
    "quote",
    "escape",
    "multiline_cells",
    "encoding",
    "decimal_comma",
    "thousands",
    "date_format",
    "true_values",
    "false_values",
    "no_header",
    "trim",
    "group_by",
    "goods_owner",
    "columns",
    "constants",
];

const COLUMN_KEYS: [&str; 3] = ["column", "default", "date_format"];

type Parsed<T> = Result<T, InputError>;

pub fn parse(text: &str, file: &str) -> Parsed<ColumnMap> {
    let parser = Parser { text, file };
    let table = DeTable::parse(text).map_err(|error| {
        parser
            .wrong(error.span().unwrap_or_default(), error.message())
            .hint("a map is TOML; a line of it is \"Customer.Name\" = \"Name\"".to_owned())
    })?;
    let mut map = ColumnMap {
        file: file.to_owned(),
        delimiter: None,
        quote: None,
        escape: None,
        multiline_cells: false,
        encoding: None,
        no_header: false,
        trim: true,
        notation: Notation::default(),
        group_by: None,
        goods_owner: None,
        columns: Vec::new(),
        constants: Vec::new(),
    };
    for (key, value) in in_order(table.get_ref()) {
        parser.setting(&mut map, key, value)?;
    }
    if map.columns.is_empty() {
        return Err(InputError::at(file, None, "no column is mapped").hint(
            "[columns] says which column goes to which member: \"Customer.Name\" = \"Name\"".to_owned(),
        ));
    }
    Ok(map)
}

/// The entries in the order of the file, so that the first error is reported.
fn in_order<'t, 'i>(
    table: &'t DeTable<'i>,
) -> Vec<(&'t Spanned<toml::de::DeString<'i>>, &'t Spanned<DeValue<'i>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

struct Parser<'a> {
    text: &'a str,
    file: &'a str,
}

impl Parser<'_> {
    fn line(&self, span: Range<usize>) -> u64 {
        self.text.get(..span.start).unwrap_or_default().matches('\n').count() as u64 + 1
    }

    fn wrong(&self, span: Range<usize>, what: impl Into<String>) -> InputError {
        InputError::at(self.file, self.line(span), what)
    }

    fn setting(
        &self,
        map: &mut ColumnMap,
        key: &Spanned<toml::de::DeString<'_>>,
        value: &Spanned<DeValue<'_>>,
    ) -> Parsed<()> {
        let name: &str = key.get_ref();
        match name {
            "delimiter" => map.delimiter = Some(self.byte(name, value)?),
            "quote" => {
                map.quote = match self.text_of(name, value)? {
                    "" => Some(None),
                    _ => Some(Some(self.byte(name, value)?)),
                }
            }
            "escape" => map.escape = Some(self.byte(name, value)?),
            "multiline_cells" => map.multiline_cells = self.truth(name, value)?,
            "encoding" => map.encoding = Some(self.encoding(value)?),
            "decimal_comma" => map.notation.decimal_comma = self.truth(name, value)?,
            "thousands" => map.notation.thousands = self.character(name, value)?,
            "date_format" => map.notation.date_format = Some(self.date_format(value)?),
            "true_values" => map.notation.true_values = self.texts(name, value)?,
            "false_values" => map.notation.false_values = self.texts(name, value)?,
            "no_header" => map.no_header = self.truth(name, value)?,
            "trim" => map.trim = self.truth(name, value)?,
            "group_by" => map.group_by = Some(self.column(name, value)?),
            "goods_owner" => map.goods_owner = Some(self.column(name, value)?),
            "columns" => self.columns(map, "", self.table(name, value)?)?,
            "constants" => self.constants(map, "", self.table(name, value)?)?,
            name => {
                let hint = did_you_mean(name, KEYS)
                    .or_else(|| name.contains('.').then(|| format!("members belong below [columns]: {name}")))
                    .unwrap_or_else(|| format!("the keys are {}", KEYS.join(", ")));
                return Err(self.wrong(key.span(), format!("unknown key `{name}`")).hint(hint));
            }
        }
        Ok(())
    }

    /// Members can be written as `"A.B" = ..`, `A.B = ..` or as a table.
    fn columns(&self, map: &mut ColumnMap, above: &str, table: &DeTable<'_>) -> Parsed<()> {
        for (key, value) in in_order(table) {
            let path = joined(above, key.get_ref());
            self.not_twice(map, &path, key.span())?;
            match value.get_ref() {
                DeValue::Table(table) if table.contains_key("column") => {
                    let mapped = self.mapped(path, table)?;
                    map.columns.push(mapped);
                }
                DeValue::Table(table) => self.columns(map, &path, table)?,
                _ => {
                    let named = self.column(&path, value)?;
                    map.columns.push(Mapped { path, named, default: None, date_format: None });
                }
            }
        }
        Ok(())
    }

    fn mapped(&self, path: String, table: &DeTable<'_>) -> Parsed<Mapped> {
        let (mut named, mut default, mut date_format) = (None, None, None);
        for (key, value) in in_order(table) {
            match &**key.get_ref() {
                "column" => named = Some(self.column(&path, value)?),
                "default" => default = Some(self.constant(&path, value)?),
                "date_format" => date_format = Some(self.date_format(value)?),
                name => {
                    let hint = did_you_mean(name, COLUMN_KEYS)
                        .unwrap_or_else(|| format!("the keys are {}", COLUMN_KEYS.join(", ")));
                    return Err(self.wrong(key.span(), format!("unknown key `{name}`")).hint(hint));
                }
            }
        }
        match named {
            Some(named) => Ok(Mapped { path, named, default, date_format }),
            // The caller looked for the key.
            None => Err(InputError::at(self.file, None, format!("`{path}` names no column"))),
        }
    }

    fn constants(&self, map: &mut ColumnMap, above: &str, table: &DeTable<'_>) -> Parsed<()> {
        for (key, value) in in_order(table) {
            let path = joined(above, key.get_ref());
            self.not_twice(map, &path, key.span())?;
            match value.get_ref() {
                DeValue::Table(table) => self.constants(map, &path, table)?,
                _ => {
                    let text = self.constant(&path, value)?;
                    map.constants.push(Constant { path, line: self.line(key.span()), text });
                }
            }
        }
        Ok(())
    }

    fn not_twice(&self, map: &ColumnMap, path: &str, span: Range<usize>) -> Parsed<()> {
        let mut paths = map.columns.iter().map(|c| &c.path).chain(map.constants.iter().map(|c| &c.path));
        match paths.any(|known| known == path) {
            true => Err(self.wrong(span, format!("`{path}` is given twice"))),
            false => Ok(()),
        }
    }

    fn constant(&self, path: &str, value: &Spanned<DeValue<'_>>) -> Parsed<String> {
        Ok(match value.get_ref() {
            DeValue::String(text) => text.clone().into_owned(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().replace('_', ""),
            DeValue::Float(number) => number.as_str().replace('_', ""),
            DeValue::Boolean(truth) => truth.to_string(),
            DeValue::Datetime(time) => time.to_string(),
            other => return Err(self.not_a(path, "a value", other, value.span())),
        })
    }

    fn column(&self, what: &str, value: &Spanned<DeValue<'_>>) -> Parsed<NamedColumn> {
        let column = match value.get_ref() {
            DeValue::String(name) => ColumnSelector::Name(name.trim().to_owned()),
            DeValue::Integer(number) => match number.as_str().parse() {
                Ok(number) if number > 0 => ColumnSelector::Number(number),
                _ => return Err(self.wrong(value.span(), format!("`{what}`: columns are counted from 1"))),
            },
            other => return Err(self.not_a(what, "the name of a column", other, value.span())),
        };
        Ok(NamedColumn { column, line: self.line(value.span()) })
    }

    fn table<'t, 'i>(&self, name: &str, value: &'t Spanned<DeValue<'i>>) -> Parsed<&'t DeTable<'i>> {
        value.get_ref().as_table().ok_or_else(|| self.not_a(name, "a table", value.get_ref(), value.span()))
    }

    fn text_of<'t>(&self, name: &str, value: &'t Spanned<DeValue<'_>>) -> Parsed<&'t str> {
        value.get_ref().as_str().ok_or_else(|| self.not_a(name, "a text", value.get_ref(), value.span()))
    }

    fn texts(&self, name: &str, value: &Spanned<DeValue<'_>>) -> Parsed<Vec<String>> {
        let list = value.get_ref().as_array();
        let list = list.ok_or_else(|| self.not_a(name, "a list of texts", value.get_ref(), value.span()))?;
        list.iter().map(|value| self.text_of(name, value).map(str::to_owned)).collect()
    }

    fn truth(&self, name: &str, value: &Spanned<DeValue<'_>>) -> Parsed<bool> {
        value
            .get_ref()
            .as_bool()
            .ok_or_else(|| self.not_a(name, "true or false", value.get_ref(), value.span()))
    }

    fn character(&self, name: &str, value: &Spanned<DeValue<'_>>) -> Parsed<Option<char>> {
        let mut characters = self.text_of(name, value)?.chars();
        match (characters.next(), characters.next()) {
            (first, None) => Ok(first),
            _ => Err(self.wrong(value.span(), format!("`{name}` must be one character"))),
        }
    }

    fn byte(&self, name: &str, value: &Spanned<DeValue<'_>>) -> Parsed<u8> {
        match self.character(name, value)?.map(u8::try_from) {
            Some(Ok(byte)) if byte.is_ascii() && !matches!(byte, b'\n' | b'\r') => Ok(byte),
            _ => Err(self
                .wrong(value.span(), format!("`{name}` must be one ASCII character"))
                .hint("a tab is \"\\t\"".to_owned())),
        }
    }

    fn encoding(&self, value: &Spanned<DeValue<'_>>) -> Parsed<&'static encoding_rs::Encoding> {
        let label = self.text_of("encoding", value)?;
        encoding::find(label).ok_or_else(|| {
            self.wrong(value.span(), format!("unknown encoding {label:?}"))
                .hint("such as utf-8, windows-1252, iso-8859-1, iso-8859-15, utf-16le".to_owned())
        })
    }

    fn date_format(&self, value: &Spanned<DeValue<'_>>) -> Parsed<String> {
        let format = self.text_of("date_format", value)?;
        match is_date_format(format) {
            true => Ok(format.to_owned()),
            false => Err(self
                .wrong(value.span(), format!("{format:?} is not a date format"))
                .hint("%Y-%m-%d, %d.%m.%Y, %Y%m%d%H%M%S: as of strftime".to_owned())),
        }
    }

    fn not_a(&self, name: &str, expected: &str, found: &DeValue<'_>, span: Range<usize>) -> InputError {
        self.wrong(span, format!("`{name}` is {expected}, not {}", found.type_str()))
    }
}

fn joined(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_may_be_written_in_several_ways() {
        let text = "[columns]\n\"A.B\" = \"b\"\nA.C = { column = 3, default = 1.50 }\n[columns.D]\nE = \"e\"\n\
                    [constants]\nF.G = true\n";
        let map = parse(text, "m.toml").unwrap();
        let columns: Vec<_> =
            map.columns.iter().map(|c| (c.path.as_str(), c.named.column.clone(), c.named.line)).collect();
        let name = |name: &str| ColumnSelector::Name(name.to_owned());
        assert_eq!(
            columns,
            [("A.B", name("b"), 2), ("A.C", ColumnSelector::Number(3), 3), ("D.E", name("e"), 5)]
        );
        assert_eq!(map.columns[1].default.as_deref(), Some("1.50"));
        assert_eq!((map.constants[0].path.as_str(), map.constants[0].text.as_str()), ("F.G", "true"));
    }

    #[test]
    fn mistakes_have_their_line() {
        for (text, expected) in [
            ("\ndelimeter = ';'", "m:2: unknown key `delimeter` (did you mean `delimiter`?)"),
            ("trim = 1", "m:1: `trim` is true or false, not integer"),
            ("\n\nencoding = 'latin9000'", "m:3: unknown encoding \"latin9000\""),
            ("date_format = '%Q'", "m:1: \"%Q\" is not a date format"),
            ("delimiter = ';;'", "m:1: `delimiter` must be one character"),
            ("[columns]\nA = 0", "m:2: `A`: columns are counted from 1"),
            ("[columns]\nA = 'x'\n[constants]\nA = 'y'", "m:4: `A` is given twice"),
            (
                "[columns]\nA = { column = 'x', defualt = 1 }",
                "m:2: unknown key `defualt` (did you mean `default`?)",
            ),
            ("[columns\nA = 1", "m:1: "),
            ("trim = true", "m: no column is mapped"),
        ] {
            let error = parse(text, "m").unwrap_err();
            let hint = error.hint.clone().filter(|_| expected.ends_with(')'));
            let shown = format!("{error}{}", hint.map_or(String::new(), |hint| format!(" ({hint})")));
            assert!(shown.starts_with(expected), "{text}: {shown}");
        }
    }
}

//! The layout of a table as settings.

use std::error::Error as StdError;
use std::fmt;

use serde::Deserialize;

use super::{ColumnError, Columns, Layout, LayoutError, Preset, Source};

/// The layout of a table as settings: `ongoing pull --layout FILE`, or options in JSON form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct LayoutSettings {
    /// Columns, as for [`Columns::choose`]; empty for all.
    pub columns: Vec<String>,
    /// The list whose items are the records.
    pub each: Option<String>,
    /// See [`Layout::delimiter`]. Defaults to a comma, with `decimal_comma` to a semicolon.
    pub delimiter: Option<String>,
    /// See [`Layout::encoding`].
    pub encoding: Option<String>,
    /// See [`Layout::decimal_comma`].
    pub decimal_comma: bool,
    /// See [`Layout::replace`].
    pub replace: bool,
    /// See [`Layout::byte_order_mark`].
    pub bom: bool,
    /// See [`Layout::no_formulas`].
    pub no_formulas: bool,
    /// See [`Layout::crlf`].
    pub crlf: bool,
    /// See [`Layout::date_format`].
    pub date_format: Option<String>,
    /// See [`Layout::unset_times`].
    pub unset_times: bool,
    /// See [`Layout::keep_empty`].
    pub keep_empty: bool,
}

/// Why settings are not a valid layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LayoutSettingsError {
    /// The rows do not have a column.
    Column(ColumnError),
    /// Another setting is wrong.
    Layout(LayoutError),
}

impl fmt::Display for LayoutSettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LayoutSettingsError::Column(error) => error.fmt(f),
            LayoutSettingsError::Layout(error) => error.fmt(f),
        }
    }
}

impl StdError for LayoutSettingsError {}

impl From<LayoutError> for LayoutSettingsError {
    fn from(error: LayoutError) -> LayoutSettingsError {
        LayoutSettingsError::Layout(error)
    }
}

impl LayoutSettings {
    /// Returns the settings of a preset, with those columns that the contract of this build has.
    ///
    /// # Errors
    /// As [`Preset::columns`].
    pub fn of_preset(preset: &Preset, source: &Source) -> Result<LayoutSettings, ColumnError> {
        Ok(LayoutSettings {
            columns: preset.columns(source)?.into_iter().map(str::to_owned).collect(),
            each: preset.each().map(str::to_owned),
            // An order without tracking numbers is still an order.
            keep_empty: preset.each().is_some(),
            ..LayoutSettings::default()
        })
    }

    /// Returns the layout for the rows of a source.
    ///
    /// # Errors
    /// The rows do not have a column, or an encoding, delimiter or date format is invalid.
    pub fn layout(&self, source: &Source) -> Result<Layout, LayoutSettingsError> {
        let each = self.each.as_deref();
        let columns = match self.columns.is_empty() {
            true => Columns::all(source, each),
            false => Columns::choose(source, each, self.columns.iter().map(String::as_str)),
        };
        let delimiter = self.delimiter.as_deref().unwrap_or(if self.decimal_comma { ";" } else { "," });
        let layout = Layout::new(columns.map_err(LayoutSettingsError::Column)?)
            .delimiter(delimiter)?
            .encoding(self.encoding.as_deref().unwrap_or("utf-8"))?
            .byte_order_mark(self.bom)?;
        let layout = match &self.date_format {
            Some(format) => layout.date_format(format)?,
            None => layout,
        };
        Ok(layout
            .crlf(self.crlf)
            .unset_times(self.unset_times)
            .keep_empty(self.keep_empty)
            .decimal_comma(self.decimal_comma)
            .replace(self.replace)
            .no_formulas(self.no_formulas))
    }
}

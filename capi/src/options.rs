//! Options in JSON form.

use ongoing_wms::dynamic::json_from_text;
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// Reads options; an empty text has none of them.
pub fn read<T: DeserializeOwned + Default>(text: &str) -> Result<T, Failure> {
    if text.is_empty() {
        return Ok(T::default());
    }
    let wrong = |error: serde_json::Error| Failure::usage(format!("options: {error}"));
    json_from_text(text).and_then(serde_json::from_value).map_err(wrong)
}

//! One folder: what is given.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ongoing_wms::dynamic;
use ongoing_wms::operation::OperationInfo;
use serde_json::Value;

/// The files that a person (or the scaffold) writes.
pub const GIVEN: [&str; 3] = ["input.json", "response.xml", "case.toml"];

pub struct Case {
    pub folder: PathBuf,
    pub operation: &'static OperationInfo,
    pub input: Value,
    /// `None` where nothing may be sent.
    pub response: Option<Vec<u8>>,
    pub settings: Settings,
}

/// `case.toml`.
pub struct Settings {
    /// Version of SOAP for the request: `1.1` or `1.2`.
    pub soap: String,
    /// HTTP status of the answer.
    pub status: u16,
    /// HTTP headers of the answer.
    pub headers: BTreeMap<String, String>,
    /// Members of the credentials that are not there: `goods_owner_code`, `goods_owner_id`.
    pub without: Vec<String>,
}

impl Default for Settings {
    fn default() -> Settings {
        let headers = [("Content-Type".to_owned(), "text/xml; charset=utf-8".to_owned())];
        Settings { soap: "1.1".to_owned(), status: 200, headers: headers.into(), without: Vec::new() }
    }
}

impl Settings {
    fn read(text: &str) -> Result<Settings, String> {
        let mut settings = Settings::default();
        for (key, value) in text.parse::<toml::Table>().map_err(|error| error.to_string())? {
            let wrong = || format!("{key} = {value:?}");
            let text = |value: &toml::Value| value.as_str().map(str::to_owned).ok_or_else(wrong);
            match key.as_str() {
                "soap" => settings.soap = text(&value)?,
                "status" => {
                    let status = value.as_integer().and_then(|status| u16::try_from(status).ok());
                    settings.status = status.ok_or_else(wrong)?;
                }
                "headers" => {
                    for (name, value) in value.as_table().ok_or_else(wrong)? {
                        settings.headers.insert(name.clone(), text(value)?);
                    }
                }
                "without" => {
                    let members = value.as_array().ok_or_else(wrong)?;
                    settings.without = members.iter().map(text).collect::<Result<_, _>>()?;
                }
                _ => return Err(wrong()),
            }
        }
        Ok(settings)
    }
}

/// Where all folders are.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/exchanges")
}

impl Case {
    /// All folders, by name.
    pub fn all() -> Vec<Case> {
        let mut folders: Vec<PathBuf> =
            fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path()).collect();
        folders.sort();
        assert!(!folders.is_empty());
        folders.into_iter().map(Case::load).collect()
    }

    fn load(folder: PathBuf) -> Case {
        let shown = folder.display().to_string();
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (operation, _point) =
            name.split_once("__").unwrap_or_else(|| panic!("{shown}: no <Operation>__<point>"));
        let operation = dynamic::find(operation).unwrap_or_else(|| panic!("{shown}: no such operation"));
        let input = fs::read_to_string(folder.join("input.json")).unwrap_or_else(|e| panic!("{shown}: {e}"));
        let input = serde_json::from_str(&input).unwrap_or_else(|e| panic!("{shown}/input.json: {e}"));
        let settings = match fs::read_to_string(folder.join("case.toml")) {
            Ok(text) => Settings::read(&text).unwrap_or_else(|e| panic!("{shown}/case.toml: {e}")),
            Err(_) => Settings::default(),
        };
        let response = fs::read(folder.join("response.xml")).ok();
        Case { folder, operation, input, response, settings }
    }
}

//! The login and the goods owner of a client.

use std::env;
use std::ffi::OsString;
use std::fmt;

use zeroize::Zeroizing;

use crate::config::{ConfigError, setting};
use crate::xml::value::{Family, Json, Text, ValueError};

/// A password: never shown by `Debug`, wiped from memory when dropped.
///
/// Defaults to the empty text.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(Zeroizing::new(text.into()))
    }

    /// Returns the text itself. Never log it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Secret {
        Secret::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Secret {
        Secret::new(text)
    }
}

impl Text for Secret {
    const EXPECTED: &'static str = "text (string)";
    const FAMILY: Family = Family::Text;
    const JSON: Json = Json::String;
    const SECRET: bool = true;

    fn parse(text: &str) -> Result<Secret, ValueError> {
        Ok(Secret::new(text))
    }

    fn format(&self, out: &mut String) {
        out.push_str(self.expose());
    }

    fn blank() -> Secret {
        Secret::default()
    }

    fn as_text(&self) -> Option<&str> {
        Some(self.expose())
    }
}

/// A goods owner. Operations require the code, the id, or both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct GoodsOwner {
    /// The code of the goods owner. Defaults to none.
    pub code: Option<String>,
    /// The id of the goods owner in the warehouse system. Defaults to none.
    pub id: Option<i32>,
}

/// The login to a warehouse and the goods owner it is used for.
///
/// ```
/// # use ongoing_wms::Credentials;
/// let credentials = Credentials::new("user", "password").goods_owner_code("TestGoodsOwner");
/// assert!(!format!("{credentials:?}").contains("password\""));
/// ```
#[derive(Debug, Clone)]
pub struct Credentials {
    user_name: String,
    password: Secret,
    goods_owner: GoodsOwner,
}

const USER_NAME: &str = "ONGOING_USERNAME";
const PASSWORD: &str = "ONGOING_PASSWORD";
const GOODS_OWNER_CODE: &str = "ONGOING_GOODS_OWNER_CODE";
const GOODS_OWNER_ID: &str = "ONGOING_GOODS_OWNER_ID";

impl Credentials {
    /// Creates a login without a goods owner.
    pub fn new(user_name: impl Into<String>, password: impl Into<Secret>) -> Credentials {
        Credentials {
            user_name: user_name.into(),
            password: password.into(),
            goods_owner: GoodsOwner::default(),
        }
    }

    /// Sets the code of the goods owner. Defaults to none.
    pub fn goods_owner_code(mut self, code: impl Into<String>) -> Credentials {
        self.goods_owner.code = Some(code.into());
        self
    }

    /// Sets the id of the goods owner. Defaults to none.
    pub fn goods_owner_id(mut self, id: i32) -> Credentials {
        self.goods_owner.id = Some(id);
        self
    }

    /// Replaces code and id together, so that they never belong to two goods owners.
    pub fn goods_owner(mut self, goods_owner: GoodsOwner) -> Credentials {
        self.goods_owner = goods_owner;
        self
    }

    /// Returns the login name.
    pub fn get_user_name(&self) -> &str {
        &self.user_name
    }

    /// Returns the password.
    pub fn get_password(&self) -> &Secret {
        &self.password
    }

    /// Returns the goods owner, with code and id as far as they were set.
    pub fn get_goods_owner(&self) -> &GoodsOwner {
        &self.goods_owner
    }

    /// Reads `ONGOING_USERNAME` and `ONGOING_PASSWORD`, which must be set, and `ONGOING_GOODS_OWNER_CODE` and
    /// `ONGOING_GOODS_OWNER_ID`, which may be. An empty variable counts as not set; line ends and a byte-order mark at
    /// the ends of a value are ignored.
    ///
    /// # Errors
    /// Everything that is missing or wrong at once; a control character inside a value is.
    pub fn from_env() -> Result<Credentials, ConfigError> {
        Credentials::from_lookup(|name| env::var_os(name))
    }

    fn from_lookup(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Credentials, ConfigError> {
        let mut wrong = Vec::new();
        let mut read = |name: &str, required: bool| {
            // Wiped when dropped: one of them is the password.
            let value = match lookup(name).map(OsString::into_string) {
                Some(Ok(value)) => Secret::new(value),
                Some(Err(_)) => {
                    wrong.push(format!("{name} is not UTF-8"));
                    return None;
                }
                None => Secret::default(),
            };
            match setting(name, value.expose()) {
                Ok("") if required => wrong.push(format!("{name} is not set")),
                Ok("") => {}
                Ok(value) => return Some(value.to_owned()),
                Err(error) => wrong.push(error.message().to_owned()),
            }
            None
        };
        let user_name = read(USER_NAME, true);
        let password = read(PASSWORD, true).map(Secret::new);
        let code = read(GOODS_OWNER_CODE, false);
        let id = read(GOODS_OWNER_ID, false);
        let id = id.and_then(|text| match i32::parse(&text) {
            Ok(id) => Some(id),
            Err(e) => {
                wrong.push(format!("{GOODS_OWNER_ID}: {e}"));
                None
            }
        });
        match (user_name, password) {
            (Some(user_name), Some(password)) if wrong.is_empty() => {
                Ok(Credentials { user_name, password, goods_owner: GoodsOwner { code, id } })
            }
            _ => Err(ConfigError::new(format!("environment: {}", wrong.join("; ")))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(pairs: &[(&str, &str)]) -> Result<Credentials, String> {
        Credentials::from_lookup(|name| {
            pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| OsString::from(v))
        })
        .map_err(|e| e.to_string())
    }

    #[test]
    fn reads_the_environment() {
        let all =
            from(&[(USER_NAME, "u"), (PASSWORD, " p "), (GOODS_OWNER_CODE, "Owner"), (GOODS_OWNER_ID, "12")])
                .unwrap();
        assert_eq!(all.get_user_name(), "u");
        assert_eq!(all.get_password().expose(), " p ");
        assert_eq!(*all.get_goods_owner(), GoodsOwner { code: Some("Owner".into()), id: Some(12) });
        let crlf = from(&[
            (USER_NAME, "u\r"),
            (PASSWORD, "\u{feff}p\r\n"),
            (GOODS_OWNER_CODE, "\r"),
            (GOODS_OWNER_ID, "12\r\n"),
        ])
        .unwrap();
        assert_eq!((crlf.get_user_name(), crlf.get_password().expose()), ("u", "p"));
        assert_eq!(*crlf.get_goods_owner(), GoodsOwner { code: None, id: Some(12) });
        let least = from(&[(USER_NAME, "u"), (PASSWORD, "p"), (GOODS_OWNER_CODE, "")]).unwrap();
        assert_eq!(*least.get_goods_owner(), GoodsOwner::default());
    }

    #[test]
    fn names_all_that_is_wrong_at_once_and_no_password() {
        assert_eq!(
            from(&[]).unwrap_err(),
            "environment: ONGOING_USERNAME is not set; ONGOING_PASSWORD is not set"
        );
        let error = from(&[(USER_NAME, "\r"), (PASSWORD, "can\tary")]).unwrap_err();
        assert!(
            error.contains("ONGOING_USERNAME is not set; ONGOING_PASSWORD contains a control"),
            "{error}"
        );
        assert!(!error.contains("ary"));
        assert_eq!(
            from(&[(PASSWORD, "canary"), (GOODS_OWNER_ID, "twelve")]).unwrap_err(),
            "environment: ONGOING_USERNAME is not set; \
             ONGOING_GOODS_OWNER_ID: \"twelve\" is not a whole number (int)"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_password_that_is_not_utf8_is_not_shown() {
        use std::os::unix::ffi::OsStringExt as _;
        let e = Credentials::from_lookup(|_| Some(OsString::from_vec(b"canary\xff".to_vec()))).unwrap_err();
        assert!(!format!("{e} {e:?}").contains("canary"));
        assert!(e.to_string().contains("ONGOING_PASSWORD is not UTF-8"));
    }

    #[test]
    fn debug_hides_the_password() {
        let credentials = Credentials::new("u", "canary").goods_owner_code("c").goods_owner_id(3);
        let shown = format!("{credentials:?} {credentials:#?} {:?}", credentials.get_password());
        assert!(!shown.contains("canary") && shown.contains("Secret(***)"));
        let replaced = credentials.goods_owner(GoodsOwner { code: None, id: Some(4) });
        assert_eq!(replaced.get_goods_owner().code, None);
    }
}

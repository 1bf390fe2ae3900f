//! What `ongoing config init` writes.

/// The known settings.
#[derive(Debug, Default)]
pub struct KnownSettings<'a> {
    pub url: Option<&'a str>,
    pub user_name: Option<&'a str>,
    pub goods_owner_code: Option<&'a str>,
    pub goods_owner_id: Option<i32>,
}

/// The file: known settings are set, all others are comments.
pub fn text(known: &KnownSettings<'_>) -> String {
    // A JSON string is also a TOML string.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let line = |name: &str, known: Option<String>, example: &str| match known {
        Some(value) => format!("{name} = {value}\n"),
        None => format!("# {name} = {example}\n"),
    };
    let parts = [
        HEAD.to_owned(),
        line("url", known.url.map(quoted), "\"https://api.ongoingsystems.se/WAREHOUSE/service.asmx\""),
        "\n# The login. The password is not in this file: it is in the first line of another one that only its owner can\n\
         # read (chmod 600), beside this file; or in ONGOING_PASSWORD.\n"
            .to_owned(),
        line("user_name", known.user_name.map(quoted), "\"integration\""),
        line("password_file", None, "\"password.txt\""),
        "\n# The goods owner. Most operations require the code, some the id; ask your warehouse for both.\n".to_owned(),
        line("goods_owner_code", known.goods_owner_code.map(quoted), "\"Shop\""),
        line("goods_owner_id", known.goods_owner_id.map(|id| id.to_string()), "7"),
        TAIL.to_owned(),
    ];
    parts.concat()
}

const HEAD: &str = "\
# Settings of `ongoing` for commands that run in this folder; from other folders use --config FILE or ONGOING_CONFIG.
# Flags override environment variables (ONGOING_URL, ..), which override this file.
# `ongoing config show` shows each setting and where it comes from; `ongoing config check` reports what is missing.

# Address of the service.
";

const TAIL: &str = "
# Certificate authorities to trust besides the built-in ones: a PEM file.
# ca_file = \"company.pem\"

# Version of SOAP to send.
# soap_version = \"1.1\"

# Allow http:// to other machines. The password then travels unencrypted.
# allow_plain_http = false

# Maximum time of a call with its retries, in seconds; rows of a pull may take longer.
# call_timeout = 900

# Largest answer that is read whole, and largest row of one that is read row by row, in bytes.
# max_answer_bytes = 536870912
# max_row_bytes = 67108864

# Folder for the journals of `push`. Default: beside the input.
# journal_folder = \"journals\"

# Days after which `push` no longer sends an open record.
# max_age = 7

# Whether `push` sends refused records again: \"never\", or \"each-run\".
# retry_refused = \"never\"

# Another system, chosen with --profile test; its settings override those above.
# [profiles.test]
# url = \"https://HOST/TEST/service.asmx\"
";

#[cfg(test)]
mod tests {
    use super::*;
    use ongoing_wms::batch::settings::{KEYS, parse};

    #[test]
    fn what_is_known_is_set() {
        let known = KnownSettings {
            url: Some("https://wms.example/a/service.asmx"),
            user_name: Some("a \"b\" \\å"),
            goods_owner_code: Some("Shop"),
            goods_owner_id: Some(7),
        };
        let settings = parse(&text(&known), "x", None).unwrap().0;
        assert_eq!(settings.url.as_deref(), known.url);
        assert_eq!(settings.user_name.as_deref(), known.user_name);
        assert_eq!((settings.goods_owner_code.as_deref(), settings.goods_owner_id), (Some("Shop"), Some(7)));
    }

    #[test]
    fn each_key_is_there_and_its_example_is_right() {
        let text = text(&KnownSettings::default());
        assert!(parse(&text, "x", None).unwrap().0.url.is_none());
        // Each example is a valid setting when its comment mark is removed.
        let is_example = |line: &str| {
            line.strip_prefix("# ").is_some_and(|line| line.starts_with('[') || line.contains(" = "))
        };
        let examples: Vec<&str> =
            text.lines().filter(|line| is_example(line)).map(|line| &line[2..]).collect();
        parse(&examples.join("\n"), "x", Some("test")).unwrap();
        for key in KEYS {
            assert!(examples.iter().any(|line| line.starts_with(&format!("{key} = "))), "{key}");
        }
    }
}

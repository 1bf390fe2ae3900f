//! Recognizes texts by which the service rejects a login.
//!
//! Answers without kinds say so in a text alone. A text may quote the caller's data ("Article ANALOG INPUT was not
//! found"), so it counts only where all of it is one of the known sentences, at most followed by the login that was sent.

use crate::credentials::Credentials;

/// Known sentences, in lower case, without the full stop.
const SENTENCES: [&str; 22] = [
    "access denied",
    "authentication failed",
    "incorrect user name or password",
    "incorrect username or password",
    "invalid credentials",
    "invalid login",
    "invalid user name or password",
    "invalid username or password",
    "log in failed",
    "login failed",
    "logon failed",
    "logon failed: no goods owner was given",
    "logon failed: the user has no goods owner",
    "logon failed: wrong user name or password",
    "logon failed: wrong username or password",
    "the user name or password is incorrect",
    "unauthorized",
    "user name or password is wrong",
    "wrong login",
    "wrong user name or password",
    "wrong username or password",
    "you are not authorized",
];

/// Whether the whole text says that the login was rejected. Passwords in it are already masked.
pub(crate) fn is_login_refusal(text: &str, sent: Option<&Credentials>) -> bool {
    let sentence = innermost(text).trim().to_lowercase();
    SENTENCES.iter().any(|known| sentence.strip_prefix(known).is_some_and(|rest| is_login(rest, sent)))
}

/// ASP.NET puts the texts of outer exceptions before the innermost one, and a stack trace after it.
fn innermost(text: &str) -> &str {
    let inner = text.rsplit("---> ").next().unwrap_or_default().trim_start();
    let inner = inner.lines().next().unwrap_or_default();
    match inner.split_once(": ") {
        Some((class, rest)) if is_exception(class) => rest,
        _ => inner,
    }
}

/// The name of a .NET exception: `System.Exception`.
fn is_exception(class: &str) -> bool {
    class.ends_with("Exception") && class.chars().all(|char| char.is_ascii_alphanumeric() || char == '.')
}

/// Whether a text consists of punctuation and parts of the login only.
fn is_login(text: &str, sent: Option<&Credentials>) -> bool {
    let mut parts = vec!["***".to_owned()];
    if let Some(sent) = sent {
        let owner = sent.get_goods_owner();
        parts.push(sent.get_user_name().to_lowercase());
        parts.extend(owner.code.as_deref().map(str::to_lowercase));
        parts.extend(owner.id.map(|id| id.to_string()));
    }
    parts.retain(|part| !part.is_empty());
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|char: char| char.is_whitespace() || ".!:;,/'\"()".contains(char));
        match parts.iter().find_map(|part| rest.strip_prefix(part.as_str())) {
            Some(after) => rest = after,
            None => return rest.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_texts_count_and_words_do_not() {
        let sent = Credentials::new("api-user", "x").goods_owner_code("ACME").goods_owner_id(7);
        for text in [
            "Login failed",
            "Login failed.",
            "Wrong username or password: api-user / ***",
            "Logon failed: wrong user name or password",
            "Logon failed: the user has no goods owner \"ACME\"",
            "Logon failed: the user has no goods owner \"7\"",
            "Server was unable to process request. ---> Logon failed: no goods owner was given",
            "System.Web.Services.Protocols.SoapException: Server was unable to process request. ---> \
             System.Exception: Login failed.\n   at Ongoing.WSI.Logon()",
        ] {
            assert!(is_login_refusal(text, Some(&sent)), "{text}");
        }
        for text in [
            "",
            "Article \"Analog input card\" was not found",
            "Article \"LOGIN\" was not found",
            "There is no article with the number Login failed",
            "Login failed: article A-1 was not found",
            "Server was unable to process request. ---> Article \"x ---> y\" needs a username",
            "Logon failed: the user has no goods owner \"OTHER\"",
            "unauthorized article",
            "Access denied to order ACME-1",
        ] {
            assert!(!is_login_refusal(text, Some(&sent)), "{text}");
        }
        assert!(is_login_refusal("Login failed", None));
        assert!(!is_login_refusal("Login failed: ACME", None));
    }
}

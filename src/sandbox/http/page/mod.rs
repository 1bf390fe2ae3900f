//! The web page: its files, and the answers that deliver them.

mod without_scripts;

/// Headers of the page and its files. The page may run its own files and talk to its own sandbox, nothing else; no
/// other page may frame it.
pub(crate) const HEADERS: [(&str, &str); 4] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-cache"),
];

/// Where [`file`]s are.
pub(crate) const PATH: &str = "/page/";

const FRAME: &str = include_str!("index.html");

/// Placeholder in the page for what is shown without JavaScript.
const WITHOUT_SCRIPTS: &str = "<!-- without scripts -->";

/// The page, with the service's address that the caller used.
pub(crate) fn html(url: &str) -> String {
    FRAME.replacen(WITHOUT_SCRIPTS, &without_scripts::html(url), 1)
}

macro_rules! files {
    ($media:ident: $($name:literal)*) => { [$(($name, $media, include_str!($name))),*] };
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

static SCRIPTS: &[(&str, &str, &str)] = &files!(SCRIPT:
    "api.js" "app.js" "badge.js" "clipboard.js" "columns.js" "connect.js" "controls.js" "copy_as.js" "dialog.js" "disturbances.js"
    "dom.js" "events.js" "exchange_view.js" "exchanges.js" "field.js" "operation.js" "operations.js" "order_life.js" "requests.js" "row.js"
    "snippets.js" "split.js" "stock_chart.js" "table.js" "tabs.js" "text.js" "toast.js" "window_list.js" "work.js"
    "xml_tokens.js" "xml_view.js"
);

static OTHERS: &[(&str, &str, &str)] = &[
    ("page.css", "text/css; charset=utf-8", include_str!("page.css")),
    ("icon.svg", "image/svg+xml", include_str!("icon.svg")),
];

/// The media type and the text of a file of the page.
pub(crate) fn file(name: &str) -> Option<(&'static str, &'static str)> {
    let found = SCRIPTS.iter().chain(OTHERS).find(|(known, ..)| *known == name);
    found.map(|(_, media, text)| (*media, *text))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Names in `from './name.js'` and in `/page/name`.
    fn names(text: &str) -> impl Iterator<Item = &str> {
        let after = |mark| text.split(mark).skip(1).map(|rest| rest.split(['\'', '"']).next().unwrap());
        after("from './").chain(after("=\"/page/"))
    }

    #[test]
    fn every_file_of_the_page_is_served() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sandbox/http/page");
        for entry in fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if !name.ends_with(".rs") && name != "index.html" {
                assert!(file(&name).is_some(), "{name} is not served");
            }
        }
    }

    #[test]
    fn whatever_a_file_asks_for_is_there() {
        let texts = SCRIPTS.iter().map(|(name, _, text)| (*name, *text)).chain([("index.html", FRAME)]);
        for (asker, text) in texts {
            for name in names(text) {
                assert!(file(name).is_some(), "{asker} asks for {name}");
            }
        }
        assert!(names(FRAME).count() >= 3 && FRAME.contains(WITHOUT_SCRIPTS));
    }

    #[test]
    fn no_text_is_ever_read_as_html() {
        for (name, _, text) in SCRIPTS {
            for door in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "new Function",
                "DOMParser",
            ] {
                assert!(!text.contains(door), "{name} uses {door}");
            }
        }
    }
}

//! Exit codes: their text in `--help`, and the code for a failure.

use std::io;

pub use ongoing_wms::exit::Exit;
use ongoing_wms::{ConfigError, Error};

use super::failure::Failure;

/// The codes, for `--help` and the man page.
pub const TABLE: &str = "\
Exit codes:
    0  done
    1  the service refused the request in whole or in part, or failed without
       changing anything; `wsdl diff`: there is a breaking difference
    2  the command line is invalid
   65  the input is invalid; nothing was sent
   69  no connection, or a read without a complete answer; nothing was changed
   70  a bug in this program
   74  the output or a journal cannot be written; calls may have been made
   75  the outcome is unknown, or the service asks to try later: the message
       says which; after an unknown outcome check the warehouse first
   76  the answer is not the service's, or cannot be understood; nothing was
       changed
   77  the service rejected user name, password or goods owner
   78  a setting is missing or wrong; nothing was sent
  130  interrupted by Ctrl-C (on Unix, as the shell shows the signal; 143 is
       SIGTERM): the request in flight may have been carried out";

/// The exit code for a failure.
pub fn of(error: &anyhow::Error) -> Exit {
    for cause in error.chain() {
        if let Some(failure) = cause.downcast_ref::<Failure>() {
            return failure.exit;
        }
        if let Some(error) = cause.downcast_ref::<Error>() {
            return Exit::of_call(error);
        }
        if cause.is::<ConfigError>() {
            return Exit::Config;
        }
    }
    // The only other failure with an external cause is writing the output.
    if error.chain().next().is_some_and(|error| error.is::<io::Error>()) { Exit::Output } else { Exit::Bug }
}

#[cfg(test)]
mod tests {
    use ongoing_wms::Effect;
    use ongoing_wms::outcome::{Evidence, Outcome};

    use super::*;

    #[test]
    fn the_table_lists_every_code() {
        for exit in Exit::ALL {
            assert!(TABLE.contains(&format!("\n{:5}  ", exit as u8)), "{exit:?}");
        }
        assert!(TABLE.lines().all(|line| line.len() < 80));
    }

    /// The page of the docs is printed from the table. A mismatch writes the new page and fails.
    #[test]
    fn the_page_of_the_docs_is_as_the_table() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/outcomes.md");
        let page = page();
        if std::fs::read_to_string(&path).ok().as_deref() == Some(&page) {
            return;
        }
        if std::env::var_os("CI").is_none() {
            std::fs::write(&path, &page).unwrap();
        }
        panic!("{} differs; the new page is written, read it", path.display());
    }

    fn page() -> String {
        let mut page = include_str!("outcomes_head.md").to_owned();
        for evidence in Evidence::all() {
            let cell = |effect| {
                let outcome = evidence.outcome(effect);
                (outcome, Exit::of_evidence(evidence, outcome) as u8)
            };
            let ((read, read_code), (write, write_code)) = (cell(Effect::Read), cell(Effect::Write));
            let scope = if evidence == Evidence::Success { "" } else { evidence.scope().as_str() };
            let retried = match evidence.is_transient() {
                true if write == Outcome::NotDone => "reads and writes",
                true => "reads",
                false => "no",
            };
            page.push_str(&format!(
                "| {} | {read} | {read_code} | {write} | {write_code} | {scope} | {retried} |\n",
                evidence.when()
            ));
        }
        page.push_str("\n## Exit codes\n\n```text\n");
        page.push_str(TABLE);
        page.push_str("\n```\n");
        page
    }
}

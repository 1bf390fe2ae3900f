//! What `ongoing push` shows of an input without sending anything.

use std::path::Path;

use ongoing_wms::Client;
use ongoing_wms::batch::push::{Plan, Shown};
use ongoing_wms::batch::{ColumnMap, Kind, MapProposal, Push};
use ongoing_wms::text::counted;

use super::super::exit::Exit;
use super::super::failure::{Failure, note, warn};
use super::super::offer::Offer;
use super::super::page::{Page, SummaryFormat, print, print_json, print_line};
use super::super::pretty;
use super::{Args, PushMessages, outcome};

/// Prints a column map to start from, for the file if one is given.
pub fn example_map(kind: &Kind, file: Option<&Path>) -> anyhow::Result<()> {
    let Some(file) = file else { return print(&ColumnMap::example(kind)) };
    let proposal = MapProposal::of(kind, file).map_err(outcome::wrong_input)?;
    print(&proposal.text)?;
    proposal.questions.iter().for_each(warn);
    if !proposal.missing.is_empty() {
        warn(format!("no column was found for {}", proposal.missing.join(", ")));
    }
    if !proposal.unplaced.is_empty() {
        note(format!("no member was found for the columns {}", proposal.unplaced.join(", ")));
    }
    let check = Offer::of("push").with(kind.name).file(file).with("--map").with("FILE").with("--check");
    note(format!("read the map, then try it: {check}"));
    Ok(())
}

/// Shows what a push would do with each record.
pub fn dry_run(args: &Args, push: &Push, seen: &PushMessages) -> anyhow::Result<()> {
    args.verbosity.start_log();
    let connection = args.connection.connection(false)?;
    let mut page = Page::new();
    let mut written = Ok(());
    let as_json = args.summary == SummaryFormat::Json;
    let client = connection.check_client()?;
    let plan = push.plan(&client, connection.settings.url.as_deref(), seen, &mut |entry, planned| {
        if written.is_ok() && !as_json {
            written = page.row(&[(planned.as_str(), 7), (&entry.name(), 24)], 0, &entry.place);
        }
    });
    let plan = plan.map_err(outcome::not_begun)?;
    written?;
    page.finish()?;
    if as_json {
        return print_line(&plan.to_json());
    }
    note(format!("{}: {}; nothing was sent", push.kind.name, in_words(&plan)));
    Ok(())
}

fn in_words(plan: &Plan) -> String {
    let mut text = counted(plan.records, "record");
    for (number, what) in [
        (plan.unchanged, "done earlier"),
        (plan.superseded, "repaired since"),
        (plan.withdrawn, "withdrawn"),
        (plan.send, "to send"),
        (plan.update, "to update"),
        (plan.look_up, "to look up first"),
        (plan.refused, "refused earlier and not sent again"),
        (plan.too_old, "too old for --max-age"),
        (plan.left, "left from earlier inputs"),
    ] {
        if number > 0 {
            text.push_str(&format!(", {number} {what}"));
        }
    }
    text
}

/// Shows the payload and request of these records. Returns the error for records that are not in the input, to be shown
/// after the errors of the others.
pub fn show(push: &Push, client: &Client, keys: &[String]) -> anyhow::Result<Option<Failure>> {
    if keys.is_empty() {
        return Ok(None);
    }
    let mut found: Vec<Shown> = Vec::new();
    push.show(client, &|key| keys.iter().any(|wanted| wanted == key), &mut |shown| found.push(shown))
        .map_err(outcome::not_begun)?;
    for shown in &found {
        let mut page = Page::new();
        page.heading(&format!("{}: {}:{}", shown.place, shown.goods_owner, shown.key))?;
        page.finish()?;
        print_json(&shown.payload.clone().into())?;
        match &shown.request {
            Ok(request) => print(&pretty::indented(request))?,
            Err(why) => warn(format!("{}: the request cannot be made: {why}", shown.place)),
        }
    }
    let missing: Vec<&str> =
        keys.iter().filter(|key| !found.iter().any(|shown| shown.key == **key)).map(String::as_str).collect();
    Ok((!missing.is_empty()).then(|| {
        let what = format!("the input has no readable record with the number {}", missing.join(", "));
        Failure::new(Exit::BadInput, what)
    }))
}

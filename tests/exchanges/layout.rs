//! Lays an envelope out for reading, without losing what was sent.

/// Puts each element that holds elements on lines of its own.
///
/// Panics where the layout could not be told from the envelope's own text.
pub fn lay_out(envelope: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    let mut rest = envelope;
    let mut after_start = false;
    while let Some(end) = rest.find('>') {
        let (tag, more) = rest.split_at(end + 1);
        let text_before = !tag.starts_with('<');
        let is_end = tag.contains("</");
        let is_empty = tag.ends_with("/>") || tag.ends_with("?>");
        if is_end {
            depth = depth.saturating_sub(1);
        }
        // A line break goes between two tags, but never into an element that is empty or holds text only.
        let breaks_nothing = !(text_before || is_end && after_start);
        if breaks_nothing && !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        if out.ends_with('\n') {
            out.push_str(&"  ".repeat(depth));
        }
        out.push_str(tag);
        after_start = !is_end && !is_empty;
        if after_start {
            depth += 1;
        }
        rest = more;
    }
    out.push_str(rest);
    out.push('\n');
    assert!(take_away(&out) == envelope, "the layout loses something of\n{envelope}");
    out
}

/// Takes the layout away.
fn take_away(laid_out: &str) -> String {
    let (head, body) = laid_out.split_once('\n').unwrap_or_default();
    let mut out = format!("{head}\n");
    for (number, line) in body.lines().enumerate() {
        // Inside an element's text a line break is part of it.
        if number == 0 || (line.trim_start_matches(' ').starts_with('<') && out.ends_with('>')) {
            out.push_str(line.trim_start_matches(' '));
        } else {
            out.push('\n');
            out.push_str(line);
        }
    }
    out
}

#[test]
fn each_element_of_elements_stands_on_its_lines() {
    let head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
    let sent = "<a x=\"1\"><b>t &gt; u</b><c/><d></d><e> </e><f><g>1\n\n 2\n</g></f></a>";
    let expected = "<a x=\"1\">\n  <b>t &gt; u</b>\n  <c/>\n  <d></d>\n  <e> </e>\n  <f>\n    <g>1\n\n 2\n</g>\n  </f>\n</a>\n";
    assert_eq!(lay_out(&format!("{head}{sent}")), format!("{head}{expected}"));
}

#[test]
#[should_panic(expected = "the layout loses something")]
fn a_text_that_looks_like_layout_is_refused() {
    lay_out("<?xml version=\"1.0\"?>\n<a><b>\n</b></a>");
}

//! What the page shows without scripts: how to reach the sandbox, and all its actions.

use crate::sandbox::actions::list;
use crate::sandbox::contract::OPERATIONS;
use crate::sandbox::disturbances::parse::KINDS;
use crate::sandbox::http::wsdl::escaped;

/// The operations by group, and the actions.
pub(super) fn html(url: &str) -> String {
    let (url, root) = (escaped(url), escaped(root(url)));
    let mut text = format!(
        "<p>A SOAP service that replaces Ongoing WMS for testing integrations. Nothing here is real. With JavaScript, \
         this page shows requests as they arrive, and the warehouse.</p>\n\
         <table class=\"plain\"><tr><th>Service</th><td><code>{url}</code></td></tr>\
         <tr><th>Contract</th><td><a href=\"{url}?WSDL\">{url}?WSDL</a></td></tr>\
         <tr><th>Warehouse now</th><td><a href=\"{root}/admin/state\">what it holds</a>, \
         <a href=\"{root}/admin/log\">the last requests</a>, \
         <a href=\"{root}/admin/disturbances\">waiting disturbances</a></td></tr></table>\n"
    );
    actions(&mut text, &root);
    disturbances(&mut text);
    operations(&mut text);
    text
}

/// `http://host:port` of an address.
fn root(url: &str) -> &str {
    let host = url.find("//").map_or(0, |at| at + 2);
    url[host..].find('/').map_or(url, |end| &url[..host + end])
}

fn actions(text: &mut String, root: &str) {
    text.push_str(&format!(
        "<h2>The warehouse's work</h2>\n<p>Act as the warehouse staff with the command or with <code>POST \
         {root}/admin/&lt;action&gt;</code>:</p>\n\
         <pre>ongoing sandbox receive PO-7 --line 1=5 --url {root}\n\
         curl {root}/admin/receive -H 'Content-Type: application/json' \\\n     \
         -d '{{\"inOrder\": \"PO-7\", \"lines\": [{{\"line\": \"1\", \"number\": 5}}]}}'</pre>\n\
         <table class=\"plain\"><tr><th>Action</th><th>What it does, and its arguments</th></tr>\n"
    ));
    for action in list::all() {
        let (name, doc) = (escaped(action.name), escaped(action.doc));
        text.push_str(&format!("<tr><td><code>{name}</code></td><td>{doc}"));
        for argument in action.arguments {
            text.push_str(&format!(
                "<div class=\"muted\"><code>{}</code>: <i>{}</i>{} {}</div>",
                escaped(argument.name),
                escaped(argument.kind.shape()),
                if argument.required { "" } else { " <small>optional</small>" },
                escaped(argument.doc),
            ));
        }
        text.push_str("</td></tr>\n");
    }
    text.push_str("</table>\n");
}

fn disturbances(text: &mut String) {
    text.push_str(
        "<h2>Disturbances</h2>\n<p>What <code>disturb</code> can do to the next request, to a number of \
         requests, or to each with a probability.</p>\n<table class=\"plain\">\n",
    );
    for kind in KINDS {
        let (name, doc) = (kind.name, escaped(kind.doc));
        text.push_str(&format!("<tr><td><code>{name}</code></td><td>{doc}</td></tr>\n"));
    }
    text.push_str("</table>\n");
}

fn operations(text: &mut String) {
    text.push_str("<h2>Operations of the service</h2>\n");
    let mut groups: Vec<&str> = Vec::new();
    for operation in &OPERATIONS {
        if !groups.contains(&operation.group) {
            groups.push(operation.group);
        }
    }
    for group in groups {
        text.push_str(&format!("<h3>{}</h3>\n<dl>\n", escaped(group)));
        for operation in OPERATIONS.iter().filter(|operation| operation.group == group) {
            let (name, doc) = (escaped(operation.name), escaped(operation.doc));
            text.push_str(&format!("<dt>{name}</dt><dd>{doc}</dd>\n"));
        }
        text.push_str("</dl>\n");
    }
}

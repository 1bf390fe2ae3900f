//! Changes the structure of answers: adds unknown members, or reorders members.

use crate::xml::{Element, Node};

/// Adds a member to each structure in the body.
pub(crate) fn with_extra(answer: &str) -> String {
    changed(answer, &|element| {
        let extra = Element::new(element.namespace.clone(), "NewerThanTheContract").with_text("1");
        element.children.insert(0, Node::Element(extra));
    })
}

/// Reverses the members of each structure in the body. The items of lists keep their order.
pub(crate) fn reordered(answer: &str) -> String {
    changed(answer, &|element| element.children.reverse())
}

fn changed(answer: &str, change: &dyn Fn(&mut Element)) -> String {
    let Ok(mut envelope) = Element::from_xml(answer) else { return answer.to_owned() };
    // Below the body is the response, and below that its result.
    for body in envelope.children.iter_mut().filter_map(inner) {
        for response in body.children.iter_mut().filter_map(inner) {
            response.children.iter_mut().filter_map(inner).for_each(|result| walk(result, change));
        }
    }
    envelope.to_xml()
}

fn inner(node: &mut Node) -> Option<&mut Element> {
    match node {
        Node::Element(element) => Some(element),
        Node::Text(_) => None,
    }
}

fn walk(element: &mut Element, change: &dyn Fn(&mut Element)) {
    element.children.iter_mut().filter_map(inner).for_each(|child| walk(child, change));
    let mut names: Vec<&str> = element.elements().map(|child| child.name.as_str()).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    // A structure has several members, each once; an element with one child may be a list.
    if count > 1 && names.len() == count {
        change(element);
    }
}

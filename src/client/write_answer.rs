//! Checks the answer of a write: whether it is about the record that was sent, and which lines succeeded.
//!
//! Both use names and places in the XML, not types, so that they work with the contract of any year. Answers of writes
//! are short.

use memchr::{memchr, memmem, memrchr};

use crate::envelope::{self, BodyContent};
use crate::xml::{Element, Reader};

/// The maximum depth of the record's own numbers and ids below the request element:
/// `ProcessOrder.co.OrderInfo.OrderId`. Those of its lines are deeper.
const DEPTH: usize = 3;

/// Members of an answer with another name in the request.
const ALIASES: [(&str, &str); 1] = [("ArticleDefId", "ArticleSystemId")];

/// Member with what went wrong.
const ERROR_MESSAGE: &str = "ErrorMessage";

/// Members that name a line of an answer; the first one present is used.
const LINE_NAMES: [&str; 2] = ["Number", "Id"];

/// A member of an answer that names another record than the one sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Other {
    /// Path of elements to the member.
    pub path: String,
    /// The value sent, and the value in the answer.
    pub message: String,
}

/// Whether a search of the bytes shows that [`WriteAnswer`] would find nothing: each number or id of the answer is that of
/// the request or does not occur in it, no line has its own `Success`, and there is no error message. `false` if the bytes
/// alone do not tell. Saves most calls a second reading of both texts.
pub(super) fn is_plain(answer: &str, request: &str) -> bool {
    let bytes = answer.as_bytes();
    // References, comments and CDATA hide text from a search. A result's `Success` has two tags; that of a line comes
    // after it.
    let is_simple = memchr(b'&', bytes).is_none() && memmem::find(bytes, b"<!").is_none();
    is_simple
        && memmem::find_iter(bytes, "Success").nth(2).is_none()
        && ends(answer).all(|(name, value)| {
            if name == ERROR_MESSAGE {
                return value.is_some_and(|text| text.trim().is_empty());
            }
            if !name.ends_with("Number") && !name.ends_with("Id") {
                return true;
            }
            let Some(value) = value.map(str::trim) else { return false };
            let mut names = [Some(name), alias(name)].into_iter().flatten();
            value.is_empty() || value == "0" || names.all(|name| is_sent(request, name, value))
        })
}

/// The local names of the elements that end in XML, each with the text before its end tag.
fn ends(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    memmem::find_iter(text.as_bytes(), "</").map(|end| {
        let (before, tag) = (&text[..end], &text[end + 2..]);
        let name = &tag[..memchr(b'>', tag.as_bytes()).unwrap_or(tag.len())];
        let name = name.rsplit_once(':').map_or(name, |(_, local)| local);
        (name.trim_end(), text_at_end(before))
    })
}

/// The text behind the last tag; `None` if it is not clear where the tag ends.
fn text_at_end(text: &str) -> Option<&str> {
    let tag = &text[memrchr(b'<', text.as_bytes())?..];
    let text = &tag[memchr(b'>', tag.as_bytes())? + 1..];
    memchr(b'>', text.as_bytes()).is_none().then_some(text)
}

/// Whether a request has one element with this name and this value, or no such element.
fn is_sent(request: &str, name: &str, value: &str) -> bool {
    let end = format!("</{name}>");
    let mut found = memmem::find_iter(request.as_bytes(), &end);
    match (found.next(), found.next()) {
        (None, _) => true,
        (Some(end), None) => text_at_end(&request[..end]) == Some(value),
        (Some(_), Some(_)) => false,
    }
}

/// The raw answer of a write.
pub(super) struct WriteAnswer {
    response: Element,
}

impl WriteAnswer {
    /// Reads the answer once more; `None` where it has no content.
    pub fn read(answer: &str) -> Option<WriteAnswer> {
        content(answer).map(|response| WriteAnswer { response })
    }

    /// The results, and the response itself, which may say directly what a result says.
    fn results(&self) -> impl Iterator<Item = &Element> {
        std::iter::once(&self.response).chain(self.response.elements())
    }

    /// The first number or id that is present, not empty, not 0, and different from the one sent.
    pub fn other(&self, request: &str) -> Option<Other> {
        let mut said = Vec::new();
        for result in self.results() {
            let numbers =
                result.elements().filter_map(|member| Some((result, &*member.name, number(member)?)));
            said.extend(numbers);
        }
        let sent = sent(request, said.iter().map(|(_, name, _)| *name))?;
        said.iter().find_map(|(result, name, found)| {
            let is_it = |sent: &&(String, String)| sent.0 == **name || Some(&*sent.0) == alias(name);
            let sent: Vec<&str> = sent.iter().filter(is_it).map(|(_, number)| &**number).collect();
            if sent.is_empty() || sent.iter().any(|sent| is_same(sent, found)) {
                return None;
            }
            let message = format!("{} was sent, the answer has {found}", sent.join(", "));
            Some(Other { path: format!("{}.{name}", result.name), message })
        })
    }

    /// What went wrong, in the words of the service; `None` if it does not say.
    pub fn error_message(&self) -> Option<String> {
        let messages = self.results().filter_map(|result| result.child(ERROR_MESSAGE));
        let mut texts = messages.filter(|message| !message.is_nil()).map(Element::text);
        texts.find(|text| !text.trim().is_empty())
    }

    /// The lines with a `Success` of their own, in a result that has one too: whether any line succeeded, and the texts
    /// of those that failed.
    pub fn lines(&self) -> (bool, Vec<String>) {
        let mut any_done = false;
        let mut failed = Vec::new();
        let told_success = self.results().filter(|result| result.child("Success").is_some());
        let lists = told_success.flat_map(Element::elements);
        for line in lists.flat_map(Element::elements) {
            let success = line.child("Success").filter(|success| !success.is_nil()).map(Element::text);
            match success.as_deref().map(str::trim) {
                Some("true" | "1") => any_done = true,
                Some("false" | "0") => failed.push(told(line)),
                _ => {}
            }
        }
        (any_done, failed)
    }
}

/// The element in the body of an envelope.
fn content(text: &str) -> Option<Element> {
    in_body(text)?.element().ok()
}

/// Creates a reader at the element in the body of an envelope.
fn in_body(text: &str) -> Option<Reader<'_>> {
    let envelope = envelope::open(text, "", false).ok()??;
    match envelope.content {
        BodyContent::Element { .. } => Some(envelope.reader),
        BodyContent::Fault(_) | BodyContent::Nothing => None,
    }
}

/// The record's own numbers and ids with these names in a request, each with its name; `None` if it has none. The
/// request is read only as far as the last of them, since its many lines mostly follow.
fn sent<'n>(request: &str, names: impl Iterator<Item = &'n str>) -> Option<Vec<(String, String)>> {
    let names: Vec<&str> = names.flat_map(|name| [Some(name), alias(name)]).flatten().collect();
    // Searches from the front, since memchr then compares many bytes at once.
    let end_of_last = |name: &&str| memmem::find_iter(request.as_bytes(), &format!("</{name}>")).last();
    let until = names.iter().filter_map(end_of_last).max()?;
    let mut sent = Vec::new();
    let wanted = |name: &str| names.contains(&name);
    let mut each =
        |element: &Element| sent.extend(number(element).map(|number| (element.name.clone(), number)));
    in_body(request)?.each_named(&wanted, DEPTH, until as u64, &mut each).ok()?;
    Some(sent)
}

/// The value of a member that is a number or id, if it is set.
fn number(member: &Element) -> Option<String> {
    let is_number = member.name.ends_with("Number") || member.name.ends_with("Id");
    if !is_number || member.is_nil() || member.elements().next().is_some() {
        return None;
    }
    Some(member.text().trim().to_owned()).filter(|text| !text.is_empty() && text != "0")
}

/// The name in the request of a member of the answer, if it differs.
fn alias(name: &str) -> Option<&'static str> {
    ALIASES.iter().find(|(answered, _)| *answered == name).map(|(_, sent)| *sent)
}

/// The service ignores case when it looks for records, and may answer with the stored case.
fn is_same(sent: &str, found: &str) -> bool {
    let as_number = |text: &str| text.parse::<i64>().ok();
    sent.to_lowercase() == found.to_lowercase()
        || as_number(sent).is_some_and(|number| as_number(found) == Some(number))
}

/// Describes a line that failed: which one, and why.
fn told(line: &Element) -> String {
    let named = LINE_NAMES.iter().find_map(|ending| {
        let member =
            line.elements().find(|member| member.name.ends_with(ending) && number(member).is_some())?;
        Some(format!("{} {}", member.name, member.text().trim()))
    });
    let reason = line.child("Message").or_else(|| line.child("ErrorMessage")).map(Element::text);
    let reason =
        reason.filter(|text| !text.trim().is_empty()).unwrap_or_else(|| "no reason given".to_owned());
    format!("{}: {}", named.as_deref().unwrap_or("a line"), reason.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enclosed(body: &str) -> String {
        format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{body}</s:Body></s:Envelope>"
        )
    }

    fn other(request: &str, result: &str) -> Option<String> {
        let (text, request) = (enclosed(&format!("<R><Result>{result}</Result></R>")), enclosed(request));
        let answer = WriteAnswer::read(&text).unwrap();
        let other = answer.other(&request).map(|other| format!("{}: {}", other.path, other.message));
        assert!(other.is_none() || !is_plain(&text, &request), "{result}");
        other
    }

    const ORDER: &str = "<P><co><OrderInfo><GoodsOwnerOrderNumber>web-1</GoodsOwnerOrderNumber><OrderId>7</OrderId>\
                         </OrderInfo><Lines><Line><ShipmentId>9</ShipmentId></Line></Lines></co></P>";

    #[test]
    fn another_number_or_id_is_seen() {
        let found = other(ORDER, "<GoodsOwnerOrderNumber>WEB-2</GoodsOwnerOrderNumber>").unwrap();
        assert_eq!(found, "Result.GoodsOwnerOrderNumber: web-1 was sent, the answer has WEB-2");
        assert!(other(ORDER, "<OrderId>8</OrderId>").is_some());
        let article = "<P><art><ArticleSystemId>3</ArticleSystemId></art></P>";
        assert!(other(article, "<ArticleDefId>4</ArticleDefId>").is_some());
    }

    #[test]
    fn what_says_nothing_or_the_same_is_right() {
        for result in [
            "",
            "<GoodsOwnerOrderNumber/>",
            "<GoodsOwnerOrderNumber> WEB-1 </GoodsOwnerOrderNumber>",
            "<OrderId>0</OrderId>",
            "<OrderId>07</OrderId>",
            "<OrderId xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:nil=\"true\">8</OrderId>",
            // The request does not have these members.
            "<InOrderId>8</InOrderId><Message>8</Message>",
            // Only a line of the request has it.
            "<ShipmentId>8</ShipmentId>",
            // The member is a list.
            "<OrderId><int>8</int></OrderId>",
        ] {
            assert_eq!(other(ORDER, result), None, "{result}");
        }
        // The request renames the record: both ids are right.
        let renamed = "<P><U><Identification><OrderId>7</OrderId></Identification><New><OrderId>8</OrderId></New></U></P>";
        assert_eq!(other(renamed, "<OrderId>8</OrderId>"), None);
    }

    #[test]
    fn usual_answers_need_no_second_look() {
        let request = enclosed(ORDER);
        let plain =
            |result: &str| is_plain(&enclosed(&format!("<R><Result>{result}</Result></R>")), &request);
        for result in [
            "<Success>true</Success><OrderId>7</OrderId><GoodsOwnerOrderNumber>web-1</GoodsOwnerOrderNumber>",
            "<a:OrderId>7</a:OrderId ><InOrderId>8</InOrderId><ArticleDefId>4</ArticleDefId>",
            "<OrderId>0</OrderId><OrderId/><Message>web-2</Message>",
            "<ErrorMessage> </ErrorMessage><ErrorMessage/>",
        ] {
            assert!(plain(result), "{result}");
        }
        for result in [
            "<OrderId>8</OrderId>",
            "<x:OrderId y='>'>8</x:OrderId\n>",
            "<OrderId><!-- -->7</OrderId>",
            "<OrderId>&#55;</OrderId>",
            "<OrderId>8>7</OrderId>",
            "<GoodsOwnerOrderNumber>WEB-1</GoodsOwnerOrderNumber>",
            "<Success>true</Success><Lines><Line><Success>false</Success></Line></Lines>",
            "<Success>true</Success><ErrorMessage>no credit</ErrorMessage>",
        ] {
            assert!(!plain(result), "{result}");
        }
        let twice = enclosed("<P><OrderId>7</OrderId><OrderId>8</OrderId></P>");
        assert!(!is_plain(&enclosed("<R><Result><OrderId>7</OrderId></Result></R>"), &twice));
    }

    #[test]
    fn lines_are_told_one_by_one() {
        let result = "<Success>true</Success><Results><Line><Message>no stock</Message><Success>false</Success>\
                      <LineId>4</LineId></Line><Line><Success>1</Success></Line><Line><Success>false</Success></Line>\
                      </Results>";
        let answer = WriteAnswer::read(&enclosed(&format!("<R><Result>{result}</Result></R>"))).unwrap();
        let failed = vec!["LineId 4: no stock".to_owned(), "a line: no reason given".to_owned()];
        assert_eq!(answer.lines(), (true, failed));
    }
}

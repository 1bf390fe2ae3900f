//! Elements that are not in the contract: skipped and noticed, or kept.

use super::path::path_without_indexes;
use super::{At, Reader, ReaderSource, Result};
use crate::xml::any::Element;
use crate::xml::notice::NoticeKind;
use crate::xml::split_name;

/// Maximum number of skipped members that are named.
const MOST_PASSED_OVER: usize = 100;

impl Reader<'_> {
    /// Remembers a member found in another namespace, which must not get a default.
    #[cold]
    pub(super) fn look_for_stray(&mut self, at: &mut At, names: &[&'static str]) -> Result<()> {
        let ReaderSource::Xml(xml) = &self.form else { return Ok(()) };
        let local = xml.tag.local();
        if let Some(index) = names.iter().position(|name| split_name(name).1 == local) {
            at.rare.get_or_insert_default().strayed.push((index, xml.namespace()?.to_owned()));
        }
        Ok(())
    }

    pub(super) fn skip_unknown(&mut self) -> Result<()> {
        let is_kept = self.look_at_unknown();
        let (kind, name) = self.unknown_name()?;
        match is_kept && !self.strict {
            true => self.notices.add(NoticeKind::UndeclaredVerdict, path_without_indexes(&self.path), &name),
            false => self.passed(kind, &name)?,
        }
        self.skipped += 1;
        self.pass_over(&name);
        self.skip()
    }

    /// Records a member's path when reading like the service.
    pub(super) fn pass_over(&mut self, name: &str) {
        let Some(passed) = &mut self.service else { return };
        let path = path_without_indexes(&self.path);
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        if passed.len() < MOST_PASSED_OVER && !passed.contains(&path) {
            passed.push(path);
        }
    }

    /// The members that the service skipped so far, each once, the first hundred.
    #[cfg(feature = "sandbox")]
    pub(crate) fn passed_over(&self) -> &[String] {
        self.service.as_deref().unwrap_or_default()
    }

    /// Whether the element that was found is kept because it is part of the verdict.
    #[cold]
    pub(super) fn look_at_unknown(&mut self) -> bool {
        let (Some(watched), ReaderSource::Xml(xml)) = (&mut self.watched, &self.form) else { return false };
        match self.path.as_slice() {
            [] => !watched.look_at_answer(xml) && watched.look_at_child(xml),
            [result] => watched.look_at_result(xml, split_name(result.name).1),
            _ => false,
        }
    }

    /// Reads the whole element that was found, if the contract does not declare its content.
    pub(in crate::xml) fn untyped_element(&mut self) -> Result<Element> {
        if let (Some(watched), ReaderSource::Xml(xml), [_]) =
            (&mut self.watched, &self.form, self.path.as_slice())
        {
            watched.look_at_answer(xml);
        }
        self.element()
    }

    pub(super) fn unknown_name(&self) -> Result<(NoticeKind, String)> {
        match &self.form {
            ReaderSource::Xml(xml) if xml.is_main() => {
                Ok((NoticeKind::UnknownMember, xml.tag.local().to_owned()))
            }
            ReaderSource::Xml(xml) => {
                let namespace = xml.namespace()?;
                Ok((NoticeKind::ForeignMember, format!("{{{namespace}}}{}", xml.tag.local())))
            }
            #[cfg(feature = "serde")]
            ReaderSource::Json(json) => Ok((NoticeKind::UnknownMember, json.key().to_owned())),
        }
    }

    pub(super) fn keep_unknown(&mut self, any: &mut Vec<Element>) -> Result<()> {
        match &mut self.form {
            ReaderSource::Xml(_) => {
                self.look_at_unknown();
                if self.service.is_some() {
                    let (_, name) = self.unknown_name()?;
                    self.pass_over(&name);
                }
                any.push(self.element()?);
            }
            #[cfg(feature = "serde")]
            ReaderSource::Json(json) => {
                let Some(texts) = json.any() else { return self.skip_unknown() };
                for text in texts {
                    let text = text.map_err(|message| self.error(message))?;
                    let element = Element::from_xml(text)
                        .map_err(|error| self.error(format!("@any, {text:.40}: {}", error.message)))?;
                    any.push(element);
                }
            }
        }
        Ok(())
    }
}

//! Blocks of a SOAP header.

use super::{At, NextChild, Reader, ReaderSource, Result};
use crate::xml::notice::NoticeKind;
use crate::xml::{Element, Xml};

impl Reader<'_> {
    /// Reads the header that was found.
    pub fn header<T: Xml>(&mut self, slot: &mut Option<T>) -> Result<()> {
        let mut header = T::blank();
        header.read(self)?;
        *slot = Some(header);
        Ok(())
    }

    /// Reads the header in the JSON form of a request.
    pub fn json_header<T: Xml>(&mut self, slot: &mut Option<T>) -> Result<()> {
        #[cfg(feature = "serde")]
        if let ReaderSource::Json(json) = &mut self.form
            && let Some((header, request)) = json.aside("@header")
        {
            json.stand_on(header);
            self.path.push(super::PathStep { name: "@header", index: 0 });
            self.header(slot)?;
            self.path.pop();
            if let ReaderSource::Json(json) = &mut self.form {
                json.stand_on(request);
                json.take("@header");
            }
        }
        let _ = slot;
        Ok(())
    }

    /// Advances to the next block that `names` lists. Blocks have no order.
    pub fn block(&mut self, at: &mut At, names: &[&'static str]) -> Result<Option<usize>> {
        loop {
            at.next = 0;
            match self.step(at, names)? {
                NextChild::Known(index) => return Ok(Some(index)),
                NextChild::End => return Ok(None),
                NextChild::Unknown if matches!(self.form, ReaderSource::Xml(_)) => {
                    let block = self.element()?;
                    self.other_block(&block)?;
                }
                NextChild::Unknown => self.skip_unknown()?,
            }
        }
    }

    /// Skips a header without known blocks.
    pub(crate) fn other_header(&mut self) -> Result<()> {
        let header = self.element()?;
        header.elements().try_for_each(|block| self.other_block(block))
    }

    /// A block is not for us; one that must be understood is noticed, and refused when strict.
    fn other_block(&mut self, block: &Element) -> Result<()> {
        let must = |(name, value): &(String, String)| {
            name.ends_with("}mustUnderstand") && matches!(value.trim(), "1" | "true")
        };
        if block.attributes.iter().any(must) {
            self.passed(NoticeKind::HeaderBlock, &block.name)?;
        }
        Ok(())
    }
}

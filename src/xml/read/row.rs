//! Reads one row that was cut out of an answer, as if the reader had read the whole document up to it.

use super::super::Xml;
use super::super::notice::{NoticeKind, Notices};
use super::super::source::XmlSource;
use super::{PathStep, Reader, ReaderSource, Result, placed, settled};

impl<'a> Reader<'a> {
    /// Creates a reader of the row `index` at the path `names`.
    pub(in crate::xml) fn row(source: XmlSource<'a>, names: &[&'static str], index: usize) -> Self {
        let mut reader = Self::with(ReaderSource::Xml(source));
        reader.path = names.iter().map(|name| PathStep { name, index: 0 }).collect();
        reader.number(index);
        reader.in_row = true;
        reader
    }

    /// Reads the row; `None` if it is nil.
    pub(crate) fn row_value<T: Xml>(&mut self) -> Result<Option<T>> {
        if !self.begin_row().map_err(|error| placed(&self.path, error))? {
            return Ok(None);
        }
        let mut value = T::blank();
        value.read(self).map_err(settled)?;
        Ok(Some(value))
    }

    fn begin_row(&mut self) -> Result<bool> {
        if let ReaderSource::Xml(xml) = &mut self.form {
            xml.root()?;
        }
        let nil = self.is_nil()?;
        if nil {
            self.passed(NoticeKind::NilItem, "")?;
            self.skip()?;
        }
        Ok(!nil)
    }

    /// Length of the row's text, and what was skipped in it.
    pub(in crate::xml) fn into_parts(self) -> (usize, Notices) {
        let length = match &self.form {
            ReaderSource::Xml(xml) => xml.position(),
            #[cfg(feature = "serde")]
            ReaderSource::Json(_) => 0,
        };
        (length, self.notices)
    }
}

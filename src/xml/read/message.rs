//! The element in a body: the result in a response, the sender's members in a request.

use super::field::OptionalField;
use super::{ReadError, Reader, ReaderSource, Result};
use crate::xml::any::Element;
use crate::xml::{Xml, split_name};

impl Reader<'_> {
    /// Reads a response element without content.
    pub fn empty_answer(&mut self) -> Result<()> {
        self.optional_answer::<Element>("").map(|_| ())
    }

    /// Reads a response element of several members.
    pub fn answer<T: Xml>(&mut self) -> Result<T> {
        let mut answer = T::blank();
        answer.read(self)?;
        Ok(answer)
    }

    /// Reads the result in a response element.
    pub fn required_answer<T: Xml>(&mut self, name: &'static str) -> Result<T> {
        let mut answer = None;
        let nil = self.result(name, &mut answer)?;
        match answer {
            Some(answer) => Ok(answer),
            None => Err(self.no_result(name, nil)),
        }
    }

    /// Reads the result in a response element, and returns whether it is nil.
    fn result(&mut self, name: &'static str, answer: &mut dyn OptionalField) -> Result<bool> {
        let mut nil = false;
        self.only_child(name, &mut |p| {
            nil = p.is_nil()?;
            p.optional(answer)
        })?;
        Ok(nil)
    }

    #[cold]
    fn no_result(&self, name: &str, nil: bool) -> Box<ReadError> {
        let name = split_name(name).1;
        self.error(match nil {
            true => format!("{name} is nil: the service returned no result"),
            false => format!("found no {name}: the service returned no result"),
        })
    }

    /// Reads the result in a response element, if there is one.
    pub fn optional_answer<T: Xml>(&mut self, name: &'static str) -> Result<Option<T>> {
        let mut answer = None;
        self.result(name, &mut answer)?;
        Ok(answer)
    }

    /// Reads the list that is a response element's result.
    pub fn array_answer<T: Xml>(&mut self, name: &'static str, item: &'static str) -> Result<Option<Vec<T>>> {
        let mut answer = None;
        self.only_child(name, &mut |p| p.array(&mut answer, item))?;
        Ok(answer)
    }

    /// As [`array_answer`](Self::array_answer), for items that may be nil.
    pub fn array_answer_of_nillable<T: Xml>(
        &mut self,
        name: &'static str,
        item: &'static str,
    ) -> Result<Option<Vec<Option<T>>>> {
        let mut answer = None;
        self.only_child(name, &mut |p| p.array_of_nillable(&mut answer, item))?;
        Ok(answer)
    }

    /// Reads the repeated elements that are a response element's result.
    pub fn repeated_answer<T: Xml>(&mut self, name: &'static str) -> Result<Vec<T>> {
        let mut answer = Vec::new();
        self.only_child(name, &mut |p| p.repeat(&mut answer))?;
        Ok(answer)
    }

    /// As [`repeated_answer`](Self::repeated_answer), for elements that may be nil.
    pub fn repeated_nillable_answer<T: Xml>(&mut self, name: &'static str) -> Result<Vec<Option<T>>> {
        let mut answer = Vec::new();
        self.only_child(name, &mut |p| p.repeat_nillable(&mut answer))?;
        Ok(answer)
    }

    /// Reads an element that contains only children with one name. Not generic, so that it is compiled once.
    pub(super) fn only_child(
        &mut self,
        name: &'static str,
        read: &mut dyn FnMut(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let mut at = self.enter("")?;
        while self.child(&mut at, &[name])?.is_some() {
            read(self)?;
        }
        self.leave(at, &[name], 0, 0)
    }

    /// Reads UserName.
    pub fn user_name(&mut self) -> Result<()> {
        self.received.user_name = self.sender()?;
        Ok(())
    }

    /// Reads Password.
    pub fn password(&mut self) -> Result<()> {
        self.received.password = self.sender()?;
        Ok(())
    }

    /// Reads GoodsOwnerCode.
    pub fn goods_owner_code(&mut self) -> Result<()> {
        self.received.goods_owner_code = self.sender()?;
        Ok(())
    }

    /// Reads GoodsOwnerId.
    pub fn goods_owner_id(&mut self) -> Result<()> {
        self.received.goods_owner_id = self.sender()?;
        Ok(())
    }

    fn sender<T: Xml>(&mut self) -> Result<Option<T>> {
        match self.form {
            ReaderSource::Xml(_) => self.item(),
            #[cfg(feature = "serde")]
            ReaderSource::Json(_) => Err(self
                .error("this member is not part of the input: the client fills it in from the credentials")),
        }
    }
}

//! Members about the sender, which the client fills in from its credentials.

use std::fmt;

use super::{Login, Writer, WriterStep};
use crate::xml::Text;

impl<'a> Writer<'a> {
    /// The user's name, from the credentials.
    pub fn user_name(&mut self, name: &'static str) {
        self.sender(name, "a user name", "ONGOING_USERNAME", |login| login.user_name.map(str::to_owned));
    }

    /// The password, from the credentials.
    pub fn password(&mut self, name: &'static str) {
        self.sender(name, "a password", "ONGOING_PASSWORD", |login| login.password.map(str::to_owned));
    }

    /// The goods owner's code, from the credentials.
    pub fn goods_owner_code(&mut self, name: &'static str) {
        self.sender(name, "the goods owner's code", "ONGOING_GOODS_OWNER_CODE", |login| {
            login.goods_owner_code.map(str::to_owned)
        });
    }

    /// The goods owner's id, from the credentials.
    pub fn goods_owner_id(&mut self, name: &'static str) {
        self.sender(name, "the goods owner's id", "ONGOING_GOODS_OWNER_ID", |login| login.goods_owner_id);
    }

    fn sender<T: Text>(
        &mut self,
        name: &'static str,
        what: &str,
        variable: &str,
        pick: impl Fn(&Login<'a>) -> Option<T>,
    ) {
        let Some(login) = self.login else { return };
        match pick(&login) {
            Some(value) => self.value(name, &value),
            None => {
                self.path.push(WriterStep { name, index: 0 });
                self.refuse(format!("this operation needs {what}; set it in Credentials or in {variable}"));
                self.path.pop();
            }
        }
    }

    /// A goods owner's code inside a payload: filled from the credentials where it is empty.
    pub fn own_code(&mut self, name: &'static str, value: &Option<String>) {
        let own = self.login.and_then(|login| login.goods_owner_code);
        match (value.as_deref().filter(|code| !code.is_empty()), own) {
            (Some(code), Some(own)) if code != own => {
                self.conflict(name, code, own);
            }
            (None, Some(own)) => self.value(name, &own.to_owned()),
            _ => self.optional(name, value),
        }
    }

    /// A goods owner's id inside a payload: filled from the credentials where it is empty.
    pub fn own_id(&mut self, name: &'static str, value: &Option<i32>) {
        let own = self.login.and_then(|login| login.goods_owner_id);
        match (value.filter(|id| *id != 0), own) {
            (Some(id), Some(own)) if id != own => self.conflict(name, id, own),
            (None, Some(own)) => self.value(name, &own),
            _ => self.optional(name, value),
        }
    }

    /// As [`own_id`](Self::own_id), for a member that is nil where nobody knows it.
    pub fn nillable_own_id(&mut self, name: &'static str, value: &Option<i32>) {
        let own = self.login.and_then(|login| login.goods_owner_id);
        match (value, own) {
            (None, None) => self.nil(name),
            _ => self.own_id(name, value),
        }
    }

    /// As [`own_id`](Self::own_id), for a member that the contract requires. With `needed`, a request without an
    /// id is refused, since nothing else in it names the goods owner.
    pub fn required_own_id(&mut self, name: &'static str, value: &i32, needed: bool) {
        let own = self.login.and_then(|login| login.goods_owner_id);
        match (*value, own) {
            (0, Some(own)) => self.value(name, &own),
            (0, None) if needed && self.login.is_some() => {
                self.sender(name, "the goods owner's id", "ONGOING_GOODS_OWNER_ID", |_| None::<i32>);
            }
            (id, Some(own)) if id != own => self.conflict(name, id, own),
            (id, _) => self.value(name, &id),
        }
    }

    fn conflict(&mut self, name: &'static str, given: impl fmt::Display, own: impl fmt::Display) {
        self.path.push(WriterStep { name, index: 0 });
        self.refuse(format!(
            "the request names goods owner {given}, but the client works for {own}; leave the member out, or use \
             Client::for_goods_owner"
        ));
        self.path.pop();
    }
}

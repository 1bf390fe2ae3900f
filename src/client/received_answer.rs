//! An HTTP answer that was received, before it is opened as an envelope.

use std::io::Read;
use std::time::SystemTime;

use super::decoded;
use crate::envelope;
use crate::error::Context;
use crate::observe::ExchangeId;
use crate::operation::OperationInfo;
use crate::retry::{Happened, retry_after};
use crate::xml::ReadError;

/// An HTTP answer that was read.
pub(super) struct ReceivedAnswer {
    pub info: &'static OperationInfo,
    pub exchange: ExchangeId,
    pub status: u16,
    pub retry_after: Option<String>,
    pub content_type: Option<String>,
    pub content_encoding: Option<String>,
    /// The text as UTF-8, if its encoding is known.
    pub body: Vec<u8>,
    /// Why the body cannot be decoded.
    pub undecodable: Option<Box<ReadError>>,
    /// Length of the received part of the body.
    pub length: usize,
    /// The body, if it is not read yet.
    pub rest: Option<Box<dyn Read + Send>>,
}

impl ReceivedAnswer {
    /// What all errors of this answer have in common, except for the body.
    pub fn context(&self) -> Context {
        Context {
            exchange: Some(self.exchange),
            status: Some(self.status),
            retry_after: self.retry_after.as_deref().and_then(|text| retry_after(text, SystemTime::now())),
            length: self.length,
            ..Context::new(self.info.name, self.info.effect)
        }
    }

    /// Returns the answer with its body, and leaves it without.
    pub fn taken(&mut self) -> ReceivedAnswer {
        ReceivedAnswer {
            retry_after: self.retry_after.clone(),
            content_type: self.content_type.clone(),
            content_encoding: self.content_encoding.clone(),
            body: std::mem::take(&mut self.body),
            undecodable: self.undecodable.take(),
            rest: None,
            ..*self
        }
    }

    pub fn decode(&mut self) {
        match decoded::decode(&self.body, self.content_type.as_deref()) {
            Ok(None) => {}
            Ok(Some(text)) => self.body = text,
            Err(error) => {
                self.undecodable = decoded::not_decodable(&error).map(|(what, at)| ReadError::at(at, what));
            }
        }
    }

    /// Whether the answer is a success without content, as for one-way operations.
    pub fn is_empty_success(&self) -> bool {
        self.info.response.is_empty()
            && self.body.trim_ascii().is_empty()
            && (200..300).contains(&self.status)
    }

    /// The status if a front door rejected the request. A SOAP answer never counts as that, whatever its status.
    pub fn turned_away(&self) -> Option<Happened<'_>> {
        let is_soap = || {
            let text = str::from_utf8(&self.body).ok();
            text.is_some_and(|text| matches!(envelope::open(text, "", false), Ok(Some(_)) | Err(_)))
        };
        if (200..300).contains(&self.status) || is_soap() {
            return None;
        }
        Some(Happened::Status { status: self.status, retry_after: self.retry_after.as_deref() })
    }
}

//! Headers of requests and answers, where the contract declares them.

use super::{Client, ResponseSlot};
use crate::error::Error;
use crate::operation::{AnswersWithHeader, HeaderBlocks, OperationInfo};
use crate::xml::{ReadError, WriteError, Writer, split_name, top_elements};

/// A block that is sent with every request whose operation declares it.
#[derive(Debug, Clone)]
pub(super) struct Block {
    namespace: String,
    name: String,
    text: String,
}

/// Writes the blocks of a header in advance.
pub(super) fn write<H: HeaderBlocks>(header: &H) -> Result<Vec<Block>, WriteError> {
    let mut w = Writer::xml(H::NAMESPACE, None);
    w.outside(&|w| {
        header.write(w);
        true
    });
    let (text, _) = w.finish()?;
    let unreadable = |error: Box<ReadError>| WriteError { path: error.path, message: error.message };
    let mut blocks = Vec::new();
    for ((namespace, name), range) in top_elements(&text).map_err(unreadable)? {
        blocks.push(Block { namespace, name, text: text[range].to_owned() });
    }
    Ok(blocks)
}

/// The blocks that an operation declares, as one text.
pub(super) fn blocks(all: &[Block], info: &OperationInfo, declared: &[&str]) -> String {
    let is_declared = |block: &&Block| {
        let full = declared.iter().map(|name| split_name(name));
        full.into_iter().any(|(namespace, local)| {
            local == block.name && namespace.unwrap_or(info.namespace) == block.namespace
        })
    };
    all.iter().filter(is_declared).map(|block| block.text.as_str()).collect()
}

impl Client {
    /// Calls an operation like [`call`](Client::call), and also returns the declared blocks of the answer's header;
    /// `None` if the answer has no header.
    ///
    /// # Errors
    /// As [`call`](Client::call).
    pub fn call_with_header<O: AnswersWithHeader>(
        &self,
        operation: &O,
    ) -> Result<(O::Response, Option<O::Header>), Error> {
        let mut header = None;
        let mut response = ResponseSlot::<O>(None);
        self.accepted(O::INFO, O::HEADERS, operation, &mut |p| p.header(&mut header), &mut response)?;
        response.taken().map(|response| (response, header))
    }
}

//! Reads an answer row by row. As in [`exchange`](super::exchange), nothing here depends on the operation's types.

use std::io::{ErrorKind, Read};
use std::time::Instant;

use super::data_rate::DataRate;
use super::decoded::{Decoded, not_decodable};
use super::exchange::UnexpectedAnswer;
use super::received_answer::ReceivedAnswer;
use super::{Client, Envelope};
use crate::envelope;
use crate::error::{Error, RefusingAnswer, TransportError};
use crate::fault::Refusal;
use crate::operation::OperationInfo;
#[cfg(feature = "batch")]
use crate::transport::Delivery;
use crate::transport::TransportFailure;
#[cfg(feature = "batch")]
use crate::verdict;
use crate::verdict::Verdict;
use crate::xml::cut::{CutPlan, CutStep, Cutter, FullName};
#[cfg(feature = "batch")]
use crate::xml::form::FormFinder;
use crate::xml::{self, ReadError, Reader, Replaced};

/// The content of an answer besides its rows: its verdict, and the whole.
pub(crate) type AnswerRest = (Verdict, RefusingAnswer);

/// Reads the content of an answer besides its rows.
pub(crate) type ReadRest = fn(&mut Reader<'_>) -> xml::Result<AnswerRest>;

/// An answer whose rows are arriving.
pub(crate) struct RowStream {
    client: Client,
    answer: ReceivedAnswer,
    input: Box<dyn Read + Send>,
    rate: DataRate,
    cutter: Cutter,
    read_rest: ReadRest,
    begun: bool,
}

impl Client {
    /// Sends a request whose answer is read row by row.
    pub(crate) fn stream(
        &self,
        info: &'static OperationInfo,
        envelope: &Envelope,
        names: &'static [&'static str],
        read_rest: ReadRest,
    ) -> Result<RowStream, Error> {
        let mut answer = self.send(info, envelope, false)?;
        let input = body_of(&mut answer);
        Ok(self.stream_of(answer, input, envelope::way_to(info, names), names.to_vec(), read_rest))
    }

    fn stream_of(
        &self,
        answer: ReceivedAnswer,
        input: Box<dyn Read + Send>,
        way: Vec<Vec<FullName>>,
        names: Vec<&'static str>,
        read_rest: ReadRest,
    ) -> RowStream {
        let cutter = Cutter::new(CutPlan {
            way,
            names,
            main: answer.info.namespace.to_owned(),
            strict: self.settings.strict,
            limit: self.settings.max_row_bytes,
        });
        RowStream {
            client: self.clone(),
            rate: DataRate::new(&self.settings.timeouts),
            answer,
            input,
            cutter,
            read_rest,
            begun: false,
        }
    }

    /// As [`stream`](Self::stream), for rows that are not in the contract. Which elements are rows is known only at the
    /// end of the answer, so the answer is kept in a temporary file until then.
    #[cfg(feature = "batch")]
    pub(crate) fn stream_by_form(
        &self,
        info: &'static OperationInfo,
        envelope: &Envelope,
        read_rest: ReadRest,
    ) -> Result<RowStream, Error> {
        let mut answer = self.send(info, envelope, false)?;
        let (file, form) = match self.put_aside(body_of(&mut answer)) {
            Ok(aside) => aside,
            Err((length, failure)) => {
                answer.length = length as usize;
                let failure = failure.at(&format!("byte {length}"));
                return Err(Error::Transport(TransportError(Box::new((answer.context(), failure)))));
            }
        };
        let mut names: Vec<_> = info.results.iter().map(|result| result.name).collect();
        let mut way = envelope::way_to(info, &names);
        let rows = form.way();
        names.extend(rows.iter().map(|_| "*"));
        way.extend(rows);
        Ok(self.stream_of(answer, Box::new(file), way, names, read_rest))
    }

    /// Reads an answer and examines its structure. An error has the number of bytes received before it.
    #[cfg(feature = "batch")]
    fn put_aside(
        &self,
        mut body: Box<dyn Read + Send>,
    ) -> Result<(std::fs::File, FormFinder), (u64, TransportFailure)> {
        use std::io::{Seek as _, Write as _};
        let lost = |length| {
            move |error: std::io::Error| {
                let what = format!("the answer cannot be written to a temporary file: {error}");
                (length, TransportFailure::new(Delivery::Unknown, what))
            }
        };
        let mut file = tempfile::tempfile().map_err(lost(0))?;
        let mut form = FormFinder::new(verdict::is_aside);
        let mut rate = DataRate::new(&self.settings.timeouts);
        let (mut chunk, mut length) = (vec![0; 64 << 10], 0);
        loop {
            let begun = Instant::now();
            match body.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => {
                    rate.count(begun.elapsed(), read).map_err(|slow| (length, slow))?;
                    length += read as u64;
                    form.feed(&chunk[..read]);
                    file.write_all(&chunk[..read]).map_err(lost(length))?;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err((length, TransportFailure::from_body(error))),
            }
        }
        file.rewind().map_err(lost(length))?;
        Ok((file, form))
    }

    /// Reads an answer whose rows were cut out, and gives the reason if required rows are missing.
    fn rest(
        &self,
        answer: &ReceivedAnswer,
        cutter: &mut Cutter,
        read_rest: ReadRest,
    ) -> Result<(AnswerRest, Option<Box<ReadError>>), UnexpectedAnswer> {
        let mut envelope = self.open(answer)?;
        let (verdict, response) = read_rest(&mut envelope.reader)?;
        let lost = cutter.lost_rows(envelope.reader.notices());
        envelope.reader.add_notices(cutter.notices());
        let undeclared = self.finish(answer, envelope)?;
        Ok(((verdict.completed(undeclared), response), lost))
    }
}

/// The body of an answer, whether it was read or not.
fn body_of(answer: &mut ReceivedAnswer) -> Box<dyn Read + Send> {
    match answer.rest.take() {
        Some(rest) => Box::new(Decoded::new(rest, answer.content_type.clone())),
        None => Box::new(std::io::Cursor::new(std::mem::take(&mut answer.body))),
    }
}

impl RowStream {
    /// Advances to the next row; `Ok(false)` at the end of a valid answer. After an error there are no more rows.
    pub fn next(
        &mut self,
        read: &mut dyn FnMut(&mut Reader<'_>) -> xml::Result<bool>,
    ) -> Result<bool, Error> {
        loop {
            match self.cutter.step(read) {
                Ok(CutStep::More) => self.fill()?,
                Ok(CutStep::Row) => return self.check_begin().map(|()| true),
                Ok(CutStep::End) => return self.end().map(|()| false),
                Err(error) => {
                    self.measure();
                    let shown = self.cutter.text_in_hand();
                    return Err(self.client.wrong_in(&self.answer, shown, UnexpectedAnswer::Response(error)));
                }
            }
        }
    }

    /// Reads what has arrived.
    fn fill(&mut self) -> Result<(), Error> {
        let begun = Instant::now();
        let error = loop {
            match self.input.read(self.cutter.space()) {
                Ok(length) => {
                    self.cutter.filled(length);
                    // The end of an answer is never too slow.
                    match self.rate.count(begun.elapsed(), length) {
                        Err(slow) if length > 0 => return Err(self.broke_off(slow)),
                        _ => return Ok(()),
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => break error,
            }
        };
        let Some((what, place)) = not_decodable(&error) else {
            return Err(self.broke_off(TransportFailure::from_body(error)));
        };
        self.measure();
        let wrong = UnexpectedAnswer::Response(ReadError::at(place, what));
        Err(self.client.wrong_in(&self.answer, self.cutter.text_in_hand(), wrong))
    }

    fn broke_off(&mut self, failure: TransportFailure) -> Error {
        self.measure();
        let failure = failure.at(&self.cutter.place());
        Error::Transport(TransportError(Box::new((self.answer.context(), failure))))
    }

    /// An earlier page had rows: a list that is left out is empty.
    pub fn may_lack_list(&mut self) {
        self.cutter.may_lack_list();
    }

    /// An element of another name or namespace among the rows is an error, not a notice.
    pub fn needs_every_row(&mut self) {
        self.cutter.needs_every_row();
    }

    /// The forbidden XML characters in the last row.
    pub fn replaced(&self) -> &[Replaced] {
        self.cutter.replaced()
    }

    fn measure(&mut self) {
        self.answer.length = self.cutter.length() as usize;
    }

    /// Reports a refusal that precedes the rows before the first row.
    fn check_begin(&mut self) -> Result<(), Error> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        self.answer.body = self.cutter.closed_frame();
        let begin = self.client.open(&self.answer).ok().and_then(|mut envelope| {
            let (verdict, response) = (self.read_rest)(&mut envelope.reader).ok()?;
            let verdict = verdict.completed(Verdict::undeclared(&envelope.reader.take_watched()));
            // Members that have not arrived prove nothing, and the reason of a refusal may follow the rows.
            let says =
                !super::exchange::lacks_success(envelope.reader.notices()) && verdict.is_settled_refusal();
            verdict.refusal(self.answer.info.effect).filter(|_| says).map(|refusal| (refusal, response))
        });
        self.measure();
        match begin {
            Some((refusal, response)) => Err(self.refused(refusal, response)),
            None => {
                self.answer.body = Vec::new();
                Ok(())
            }
        }
    }

    /// The error for a refusal; the answer's body is used up.
    fn refused(&mut self, refusal: Refusal, response: RefusingAnswer) -> Error {
        let answer = self.answer.taken();
        let read_rest = self.read_rest;
        self.client.refused(answer, refusal, response, &mut |p| Ok(read_rest(p)?.1))
    }

    /// Reads everything except the rows.
    fn end(&mut self) -> Result<(), Error> {
        self.measure();
        self.answer.body = self.cutter.frame().to_vec();
        match self.client.rest(&self.answer, &mut self.cutter, self.read_rest) {
            Ok(((verdict, response), lost)) => {
                let ReceivedAnswer { info, exchange, .. } = self.answer;
                match (self.client.judged(info, exchange, &verdict), lost) {
                    (Some(refusal), _) => Err(self.refused(refusal, response)),
                    (None, Some(lost)) => {
                        Err(self.client.wrong(&self.answer, UnexpectedAnswer::Response(lost)))
                    }
                    (None, None) => Ok(()),
                }
            }
            Err(mut wrong) => {
                if let UnexpectedAnswer::Response(error) = &mut wrong {
                    error.offset = error.offset.map(|place| self.cutter.offset_of(place));
                }
                Err(self.client.wrong(&self.answer, wrong))
            }
        }
    }
}

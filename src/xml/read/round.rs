//! Repeated groups: rounds of elements without an enclosing element.

use std::ops::RangeInclusive;

use super::{At, Mode, NextChild, Reader, ReaderSource, Result, find, placed, settled};
use crate::xml::Xml;
use crate::xml::notice::NoticeKind;
use crate::xml::source::SourceStep;

impl Reader<'_> {
    /// Reads the round of a repeated group that begins with the member that was found. `names` are the indexes of the
    /// group's elements and, last, that of the group's own name, which only the JSON form has.
    pub fn group<T: Xml>(
        &mut self,
        at: &mut At,
        names: RangeInclusive<usize>,
        rounds: &mut Vec<T>,
    ) -> Result<()> {
        if !matches!(self.form, ReaderSource::Xml(_)) {
            // The JSON form knows only the group's own name, not those of its elements.
            return match self.path.last() {
                Some(step) if step.name.starts_with('@') => self.repeat(rounds),
                _ => {
                    self.path.pop();
                    self.skip_unknown()
                }
            };
        }
        self.path.truncate(at.level);
        let mut round = T::blank();
        round.read(self).map_err(settled)?;
        rounds.push(round);
        at.mode = std::mem::replace(&mut self.after_round, Mode::Plain);
        at.meet(*names.end());
        at.next = names.start() + 1;
        Ok(())
    }

    /// Starts one round of a repeated group. `members` has for each of its names the number of its alternative, and
    /// whether it repeats within a round.
    pub fn enter_round(&mut self, members: &'static [(usize, bool)]) -> Result<At> {
        if !matches!(self.form, ReaderSource::Xml(_)) {
            return self.enter("");
        }
        let mut at = At::new(self.path.len(), Mode::RoundBegun);
        at.rare.get_or_insert_default().round.members = members;
        Ok(at)
    }

    /// As `step`, if the next child is not simply the one that is read next.
    #[cold]
    pub(super) fn unusual_step(&mut self, at: &mut At, names: &[&'static str]) -> Result<NextChild> {
        let ReaderSource::Xml(xml) = &mut self.form else { return Ok(NextChild::End) };
        let found = match at.mode {
            Mode::Ended => return Ok(NextChild::End),
            Mode::Plain | Mode::Held => {
                at.mode = Mode::Plain;
                find(names, at.next, xml)?
            }
            Mode::RoundBegun => {
                at.mode = Mode::Round;
                find(names, 0, xml)?
            }
            Mode::Round => loop {
                match xml.step().map_err(|error| placed(&self.path, error))? {
                    SourceStep::End => return Ok(self.end_round(at, Mode::Ended)),
                    SourceStep::Child => break find(names, at.next, xml)?,
                    SourceStep::Text if self.strict => return Err(self.error("found text between members")),
                    SourceStep::Text => {
                        let path = super::path_without_indexes(&self.path);
                        self.notices.add(NoticeKind::StrayText, path, "");
                    }
                }
            },
        };
        if at.mode == Mode::Round {
            let round = &mut at.rare.get_or_insert_default().round;
            match found {
                Some(index) if round.goes_on_with(index) => round.last = Some(index),
                _ => return Ok(self.end_round(at, Mode::Held)),
            }
        }
        self.found(at, names, found)
    }

    fn end_round(&mut self, at: &mut At, parent: Mode) -> NextChild {
        at.mode = Mode::Ended;
        self.after_round = parent;
        NextChild::End
    }
}

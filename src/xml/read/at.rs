//! The state of reading one value.

/// The state of reading one value.
#[derive(Debug)]
pub struct At {
    /// Length of the path to the value.
    pub(super) level: usize,
    /// Index of the member that the contract expects next.
    pub(super) next: usize,
    /// Bit `i` is set when member `i` was found, for the first 128 members.
    pub(super) seen: u128,
    pub(super) mode: Mode,
    pub(super) rare: Option<Box<Rare>>,
}

/// How the next child is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// By reading further.
    Plain,
    /// The parent has no more children.
    Ended,
    /// It has been read already: a group before it ended there.
    Held,
    /// In one round of a repeated group, of which the first child has been read.
    RoundBegun,
    Round,
}

/// State that only few values need.
#[derive(Debug, Default)]
pub(super) struct Rare {
    /// As `seen`, for members from the 129th on.
    pub(super) beyond: Vec<u128>,
    /// Members found in another namespace: index and namespace.
    pub(super) strayed: Vec<(usize, String)>,
    pub(super) round: Round,
}

/// The state of one round of a repeated group.
#[derive(Debug, Default)]
pub(super) struct Round {
    /// For each member its alternative, and whether it repeats within a round.
    pub(super) members: &'static [(usize, bool)],
    pub(super) last: Option<usize>,
}

impl Round {
    /// Whether a member continues the round; otherwise it starts another one.
    pub(super) fn goes_on_with(&self, index: usize) -> bool {
        let Some(last) = self.last else { return true };
        let (Some((before, repeats)), Some((after, _))) = (self.members.get(last), self.members.get(index))
        else {
            return false;
        };
        before == after && (index > last || (index == last && *repeats))
    }
}

impl At {
    pub(super) fn new(level: usize, mode: Mode) -> At {
        At { level, next: 0, seen: 0, mode, rare: None }
    }

    /// Records that a member was found; returns whether it was found before.
    #[inline]
    pub(super) fn meet(&mut self, index: usize) -> bool {
        let word = match index / WORD {
            0 => &mut self.seen,
            more => self.beyond(more),
        };
        let bit = 1u128 << (index % WORD);
        let again = *word & bit != 0;
        *word |= bit;
        again
    }

    #[cold]
    pub(super) fn beyond(&mut self, word: usize) -> &mut u128 {
        let beyond = &mut self.rare.get_or_insert_default().beyond;
        if beyond.len() < word {
            beyond.resize(word, 0);
        }
        &mut beyond[word - 1]
    }

    pub(super) fn has_met(&self, index: usize) -> bool {
        let word = match (index / WORD, &self.rare) {
            (0, _) => self.seen,
            (more, Some(rare)) => rare.beyond.get(more - 1).copied().unwrap_or_default(),
            (_, None) => 0,
        };
        word >> (index % WORD) & 1 != 0
    }
}

/// Members of one word of a mask.
pub(super) const WORD: usize = 128;

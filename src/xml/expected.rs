//! Looks first where a member usually comes next.

/// Returns the index of an item: of the first one from the expected place on, else of the first one before it.
#[inline]
pub(crate) fn find_from<T>(items: &[T], expected: usize, is_it: impl Fn(&T) -> bool) -> Option<usize> {
    let (before, from) = items.split_at(expected.min(items.len()));
    let found = from.iter().position(&is_it).map(|index| index + before.len());
    found.or_else(|| before.iter().position(is_it))
}

/// Remembers which member came after which one: most objects of a type have the same few of its members, in the same
/// order.
#[cfg(feature = "serde")]
pub(crate) struct MemberOrders {
    types: Vec<MemberOrder>,
}

/// The order of the members of one type.
#[cfg(feature = "serde")]
struct MemberOrder {
    /// Address of the names.
    names: usize,
    /// The member that was found last where this one was expected.
    instead: Vec<usize>,
}

#[cfg(feature = "serde")]
impl MemberOrders {
    /// Number of types that are remembered; of others the same is found, but not as fast.
    const MOST: usize = 200;

    pub const fn new() -> MemberOrders {
        MemberOrders { types: Vec::new() }
    }

    /// Index of the type with these names.
    pub fn of<T>(&mut self, names: &[T]) -> usize {
        let address = names.as_ptr().addr();
        if let Some(known) = self.types.iter().position(|ty| ty.names == address) {
            return known;
        }
        if self.types.len() < MemberOrders::MOST {
            self.types.push(MemberOrder { names: address, instead: Vec::new() });
        }
        self.types.len() - 1
    }

    /// As [`find_from`], if each name occurs once.
    pub fn find<T>(
        &mut self,
        ty: usize,
        names: &[T],
        expected: usize,
        is_it: impl Fn(&T) -> bool,
    ) -> Option<usize> {
        let instead = &mut self.types[ty].instead;
        if let Some(guess) = instead.get(expected)
            && names.get(*guess).is_some_and(&is_it)
        {
            return Some(*guess);
        }
        let found = find_from(names, expected, is_it)?;
        // `expected` may be one behind the last.
        if expected <= names.len() {
            instead.resize(instead.len().max(expected + 1), 0);
            instead[expected] = found;
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expected_place_comes_first() {
        let find = |expected, wanted| find_from(&["a", "b", "a"], expected, |item| *item == wanted);
        assert_eq!(
            [find(0, "a"), find(1, "a"), find(2, "b"), find(9, "b")],
            [Some(0), Some(2), Some(1), Some(1)]
        );
        assert_eq!(find(1, "c"), None);
    }

    #[cfg(feature = "serde")]
    #[test]
    fn what_is_remembered_changes_nothing() {
        let (some, others) = (["a", "b", "c", "d"], ["d", "a"]);
        let mut orders = MemberOrders::new();
        let ty = orders.of(&some);
        assert_eq!([orders.of(&others), orders.of(&some)], [1, ty]);
        for wanted in ["b", "a", "d", "x", "b", "a", "d", "c", "b", "x"] {
            for expected in [0, 2, 4, 9] {
                // The names of another type at the same place, too.
                for names in [&some[..], &others[..]] {
                    let is_it = |name: &&str| *name == wanted;
                    let found = orders.find(ty, names, expected, is_it);
                    assert_eq!(found, find_from(names, expected, is_it), "{wanted} {expected}");
                }
            }
        }
    }
}

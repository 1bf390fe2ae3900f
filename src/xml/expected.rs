//! Looks first where a member usually comes next.

/// Returns the index of an item: of the first one from the expected place on, else of the first one before it.
#[inline]
pub(crate) fn find_from<T>(items: &[T], expected: usize, is_it: impl Fn(&T) -> bool) -> Option<usize> {
    let (before, from) = items.split_at(expected.min(items.len()));
    let found = from.iter().position(&is_it).map(|index| index + before.len());
    found.or_else(|| before.iter().position(is_it))
}

#[cfg(test)]
mod tests {
    use super::find_from;

    #[test]
    fn the_expected_place_comes_first() {
        let find = |expected, wanted| find_from(&["a", "b", "a"], expected, |item| *item == wanted);
        assert_eq!(
            [find(0, "a"), find(1, "a"), find(2, "b"), find(9, "b")],
            [Some(0), Some(2), Some(1), Some(1)]
        );
        assert_eq!(find(1, "c"), None);
    }
}

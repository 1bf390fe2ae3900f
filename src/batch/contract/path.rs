//! A path through the contract, resolved to its members: `CustomerOrderLines.ArticleNumber`.

use crate::api::TYPES;
use crate::dynamic::find_type;
use crate::operation::{MemberInfo, TypeInfo};
use crate::suggest::did_you_mean;

/// The members along the path, starting at a type.
#[derive(Debug, Clone)]
pub struct Path {
    members: Vec<&'static MemberInfo>,
}

/// The step of a path that does not exist.
#[derive(Debug)]
pub struct Stray<'p> {
    /// Index of the step.
    pub index: usize,
    pub name: &'p str,
    /// The type that lacks this member; `None` for the first step and after a built-in.
    pub ty: Option<&'static TypeInfo>,
}

/// Why a path is invalid: what is wrong, and what to do.
pub type Lost = (String, Option<String>);

/// Which members of a type a path may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Through {
    /// Only its own.
    Own,
    /// Also those of types that extend it, since an answer may contain one of these.
    Derived,
}

impl Path {
    /// Resolves the steps of a path, starting with these members.
    pub fn resolve<'p>(
        start: &[&'static MemberInfo],
        steps: &[&'p str],
        through: Through,
    ) -> Result<Path, Stray<'p>> {
        let mut members: Vec<&'static MemberInfo> = Vec::new();
        let mut ty: Option<&'static TypeInfo> = None;
        for (index, name) in steps.iter().enumerate() {
            let found = match (index, ty) {
                (0, _) => start.iter().copied().find(|member| member.name == *name),
                (_, Some(ty)) => members_of(ty, through).find(|member| member.name == *name),
                (_, None) => None,
            };
            let Some(member) = found else { return Err(Stray { index, name, ty }) };
            members.push(member);
            ty = find_type(member.ty);
        }
        Ok(Path { members })
    }

    /// Resolves a path from a payload to a member that is a single value or a list of single values.
    pub fn find(payload: &'static TypeInfo, path: &str) -> Result<Path, Lost> {
        let steps: Vec<&str> = path.split('.').collect();
        let start: Vec<&'static MemberInfo> = payload.members.iter().collect();
        let found = Path::resolve(&start, &steps, Through::Own)
            .map_err(|stray| lost(payload, path, &steps[..stray.index], &stray))?;
        match find_type(found.last().ty).filter(|ty| ty.values.is_empty()) {
            None => Ok(found),
            Some(below) => {
                let some: Vec<&str> = below.members.iter().map(|member| member.name).take(4).collect();
                let hint = format!("name one of its members: {path}.{} ..", some.join(&format!(", {path}.")));
                Err((format!("`{path}` is not a single value"), Some(hint)))
            }
        }
    }

    /// The member itself.
    pub fn last(&self) -> &'static MemberInfo {
        // Splitting a path gives at least one step.
        self.members[self.members.len() - 1]
    }

    /// The type that has the member.
    #[cfg(test)]
    pub fn parent(&self, payload: &'static TypeInfo) -> &'static TypeInfo {
        self.members[..self.members.len() - 1].iter().fold(payload, |_, member| {
            find_type(member.ty).expect("a path leads through structures to a value")
        })
    }

    /// All members along the path.
    pub fn members(&self) -> impl ExactSizeIterator<Item = &'static MemberInfo> + '_ {
        self.members.iter().copied()
    }

    /// Index of the first list on the path, and the number of lists.
    pub fn lists(&self) -> (Option<usize>, usize) {
        let mut lists = self.members().enumerate().filter(|(_, member)| member.is_list());
        (lists.next().map(|(index, _)| index), self.members().filter(|member| member.is_list()).count())
    }

    /// Whether this path starts with the first `length` members of the other one.
    pub fn shares(&self, other: &Path, length: usize) -> bool {
        let enough = self.members.len() >= length && other.members.len() >= length;
        let pairs = self.members.iter().zip(&other.members).take(length);
        enough && pairs.into_iter().all(|(own, others)| std::ptr::eq(*own, *others))
    }
}

/// The members of a type.
pub fn members_of(ty: &'static TypeInfo, through: Through) -> impl Iterator<Item = &'static MemberInfo> {
    let derived = TYPES.iter().filter(move |other| through == Through::Derived && other.base == ty.name);
    std::iter::once(ty).chain(derived).flat_map(|ty| ty.members)
}

/// The member at a path from a type.
pub fn member_at(ty: &'static TypeInfo, path: &str) -> Option<&'static MemberInfo> {
    let steps: Vec<&str> = path.split('.').collect();
    let start: Vec<&'static MemberInfo> = ty.members.iter().collect();
    Path::resolve(&start, &steps, Through::Own).ok().map(|path| path.last())
}

/// The type of the member at a path from a type; an empty path leads to the type itself.
pub fn type_at(ty: &'static TypeInfo, path: &str) -> Option<&'static TypeInfo> {
    if path.is_empty() { Some(ty) } else { find_type(member_at(ty, path)?.ty) }
}

fn lost(payload: &'static TypeInfo, path: &str, above: &[&str], stray: &Stray<'_>) -> Lost {
    match stray.ty.filter(|ty| ty.values.is_empty()) {
        None if stray.index > 0 => {
            (format!("`{path}` does not exist: `{}` is a single value", above.join(".")), None)
        }
        ty => unknown(payload, ty.unwrap_or(payload), stray.name),
    }
}

fn unknown(payload: &'static TypeInfo, ty: &TypeInfo, name: &str) -> Lost {
    let hint = did_you_mean(name, ty.members.iter().map(|member| member.name)).or_else(|| {
        let elsewhere = elsewhere(payload, name);
        (!elsewhere.is_empty()).then(|| format!("did you mean {}?", elsewhere.join(", ")))
    });
    (format!("{} has no member `{name}`", ty.name), hint)
}

/// Paths to members of this name, at most two levels down: deeper ones are unlikely to be meant.
fn elsewhere(payload: &'static TypeInfo, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for member in payload.members {
        if member.name.eq_ignore_ascii_case(name) {
            found.push(member.name.to_owned());
        }
        let below = find_type(member.ty).map_or(&[][..], |ty| ty.members);
        let same = below.iter().filter(|below| below.name.eq_ignore_ascii_case(name));
        found.extend(same.map(|below| format!("{}.{}", member.name, below.name)));
    }
    found.truncate(3);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> &'static TypeInfo {
        find_type("CustomerOrder").unwrap()
    }

    #[test]
    fn finds_single_values_and_the_lists_on_the_way() {
        let path = Path::find(order(), "CustomerOrderLines.NumberOfItems").unwrap();
        assert_eq!((path.last().ty, path.lists()), ("decimal", (Some(0), 1)));
        let path = Path::find(order(), "OrderInfo.OrderType.OrderTypeCode").unwrap();
        assert_eq!((path.members().len(), path.lists()), (3, (None, 0)));
    }

    #[test]
    fn says_what_is_wrong_with_a_path() {
        let lost = |path| Path::find(order(), path).unwrap_err();
        let (what, hint) = lost("OrderInfo.GoodsOwnerOrderNumbr");
        assert_eq!(what, "OrderInfoClass has no member `GoodsOwnerOrderNumbr`");
        assert_eq!(hint.unwrap(), "did you mean `GoodsOwnerOrderNumber`?");
        let (what, hint) = lost("NumberOfItems");
        assert_eq!(what, "CustomerOrder has no member `NumberOfItems`");
        assert_eq!(
            hint.unwrap(),
            "did you mean CustomerOrderLines.NumberOfItems, CustomerOrderTextLines.NumberOfItems?"
        );
        assert!(lost("OrderInfo").0.contains("not a single value"));
        assert!(lost("OrderInfo.OrderRemark.Text").0.contains("`OrderInfo.OrderRemark` is a single value"));
    }
}

//! Members of a payload by path: `CustomerOrderLines.ArticleNumber`.

use crate::dynamic::find_type;
use crate::nearest::did_you_mean;
use crate::operation::{MemberInfo, TypeInfo};

/// The members from a payload down to a single value.
#[derive(Debug, Clone)]
pub struct Path {
    members: Vec<&'static MemberInfo>,
}

/// Why a path leads nowhere: what, and what to do.
pub type Lost = (String, Option<String>);

impl Path {
    /// The path in the contract, to a member that is a single value (or a list of such).
    pub fn find(payload: &'static TypeInfo, path: &str) -> Result<Path, Lost> {
        let mut members = Vec::new();
        let mut ty = payload;
        let steps: Vec<&str> = path.split('.').collect();
        for (index, name) in steps.iter().enumerate() {
            let Some(member) = ty.members.iter().find(|member| member.name == *name) else {
                return Err(unknown(payload, ty, name));
            };
            members.push(member);
            let is_last = index + 1 == steps.len();
            match find_type(member.ty).filter(|ty| ty.values.is_empty()) {
                Some(below) if !is_last => ty = below,
                Some(below) => {
                    let some: Vec<&str> = below.members.iter().map(|member| member.name).take(4).collect();
                    let hint =
                        format!("name one of its members: {path}.{} ..", some.join(&format!(", {path}.")));
                    return Err((format!("`{path}` is not a single value"), Some(hint)));
                }
                None if is_last => {}
                None => {
                    let above = steps[..=index].join(".");
                    return Err((format!("`{path}` leads nowhere: `{above}` is a single value"), None));
                }
            }
        }
        Ok(Path { members })
    }

    /// The member itself.
    pub fn last(&self) -> &'static MemberInfo {
        // `find` makes no path without members: splitting gives one step at least.
        self.members[self.members.len() - 1]
    }

    /// The type that has the member.
    #[cfg(test)]
    pub fn parent(&self, payload: &'static TypeInfo) -> &'static TypeInfo {
        self.members[..self.members.len() - 1]
            .iter()
            .fold(payload, |_, member| find_type(member.ty).expect("a path goes through structures"))
    }

    /// All members from the payload down.
    pub fn members(&self) -> impl ExactSizeIterator<Item = &'static MemberInfo> + '_ {
        self.members.iter().copied()
    }

    /// Index of the first list on the way, and how many lists there are.
    pub fn lists(&self) -> (Option<usize>, usize) {
        let mut lists = self.members().enumerate().filter(|(_, member)| member.is_list());
        (lists.next().map(|(index, _)| index), self.members().filter(|member| member.is_list()).count())
    }

    /// Whether this one goes through the first `length` members of that one.
    pub fn shares(&self, other: &Path, length: usize) -> bool {
        let enough = self.members.len() >= length && other.members.len() >= length;
        let pairs = self.members.iter().zip(&other.members).take(length);
        enough && pairs.into_iter().all(|(own, others)| std::ptr::eq(*own, *others))
    }
}

fn unknown(payload: &'static TypeInfo, ty: &TypeInfo, name: &str) -> Lost {
    let hint = did_you_mean(name, ty.members.iter().map(|member| member.name)).or_else(|| {
        let elsewhere = elsewhere(payload, name);
        (!elsewhere.is_empty()).then(|| format!("there is {}", elsewhere.join(", ")))
    });
    (format!("{} has no member `{name}`", ty.name), hint)
}

/// Paths to a member of this name, two levels down at most: deeper ones are not what somebody meant.
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
            "there is CustomerOrderLines.NumberOfItems, CustomerOrderTextLines.NumberOfItems"
        );
        assert!(lost("OrderInfo").0.contains("not a single value"));
        assert!(lost("OrderInfo.OrderRemark.Text").0.contains("`OrderInfo.OrderRemark` is a single value"));
    }
}

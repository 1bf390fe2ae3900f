//! The origin of a report.

use std::fmt;

use crate::transport::shown_address;
use crate::{Client, GoodsOwner};

/// The service and the goods owner that a report was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Address of the service.
    pub service: String,
    /// The goods owner of the lines.
    pub goods_owner: GoodsOwner,
}

impl Origin {
    /// Returns the service and the goods owner of a client.
    pub fn of(client: &Client) -> Origin {
        let goods_owner = client.credentials().map(|known| known.get_goods_owner().clone());
        Origin { service: shown_address(client.url()), goods_owner: goods_owner.unwrap_or_default() }
    }

    /// Returns whether both name the same warehouse and goods owner, as far as they name them.
    pub(super) fn is_same(&self, other: &Origin) -> bool {
        let same = |a: Option<&str>, b: Option<&str>| match (a, b) {
            (Some(a), Some(b)) => Some(a == b),
            _ => None,
        };
        let (ours, theirs) = (&self.goods_owner, &other.goods_owner);
        let id = |owner: &GoodsOwner| owner.id.map(|id| id.to_string());
        let by_code = same(ours.code.as_deref(), theirs.code.as_deref());
        let by_id = same(id(ours).as_deref(), id(theirs).as_deref());
        let is_same_owner = match (by_code, by_id) {
            (None, None) => ours == theirs,
            (by_code, by_id) => by_code.unwrap_or(true) && by_id.unwrap_or(true),
        };
        self.service.trim_end_matches('/') == other.service.trim_end_matches('/') && is_same_owner
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.goods_owner.code, self.goods_owner.id) {
            (Some(code), None) => write!(f, "goods owner {code} at {}", self.service),
            (Some(code), Some(id)) => write!(f, "goods owner {code} (id {id}) at {}", self.service),
            (None, Some(id)) => write!(f, "the goods owner with the id {id} at {}", self.service),
            (None, None) => f.write_str(&self.service),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_warehouse_and_owner() {
        let origin = |service: &str, code: Option<&str>, id: Option<i32>| Origin {
            service: service.to_owned(),
            goods_owner: GoodsOwner { code: code.map(str::to_owned), id },
        };
        let ours = origin("https://a/x", Some("SHOP"), Some(1));
        for (other, is_same) in [
            (origin("https://a/x/", Some("SHOP"), Some(1)), true),
            (origin("https://a/x", Some("SHOP"), None), true),
            (origin("https://a/x", None, Some(1)), true),
            (origin("https://a/x", None, None), false),
            (origin("https://a/x", Some("OTHER"), Some(1)), false),
            (origin("https://a/x", Some("SHOP"), Some(2)), false),
            (origin("https://b/x", Some("SHOP"), Some(1)), false),
        ] {
            assert_eq!(ours.is_same(&other), is_same, "{other}");
        }
    }
}

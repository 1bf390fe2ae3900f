//! Resolves the goods owner of a record, however it is given.

use crate::client::Client;
use crate::credentials::GoodsOwner;
use crate::dynamic;
use crate::operation::{MemberInfo, OperationInfo};

/// Prefix of the id of a goods owner without a code.
const BY_ID: &str = "id:";

/// The goods owners of a batch.
#[derive(Debug, Clone)]
pub(super) struct GoodsOwners {
    client: Client,
    /// That of the client's credentials.
    own: String,
    /// Whether the operation names a goods owner at all.
    named: bool,
}

impl GoodsOwners {
    pub fn new(client: &Client, operation: &OperationInfo) -> GoodsOwners {
        let names = |member: &MemberInfo| {
            member.name.starts_with("GoodsOwner") && member.name != "GoodsOwnerOrderNumber"
        };
        let outside = operation.members.iter().any(|member| member.sender && names(member));
        let inside = || dynamic::payload(operation).is_some_and(|ty| ty.members.iter().any(names));
        let own = client.credentials().map(|known| known.get_goods_owner().clone()).unwrap_or_default();
        GoodsOwners { client: client.clone(), own: text(&own), named: outside || inside() }
    }

    /// The goods owner of a record that names this one or none.
    pub fn resolve(&self, named: Option<&str>) -> String {
        match named {
            _ if !self.named => String::new(),
            Some(code) => code.to_owned(),
            None => self.own.clone(),
        }
    }

    /// The client for a goods owner.
    pub fn client(&self, owner: &str) -> Client {
        if !self.named || owner == self.own {
            return self.client.clone();
        }
        let id = owner.strip_prefix(BY_ID).and_then(|id| id.parse().ok());
        let code = if id.is_some() { None } else { Some(owner.to_owned()) };
        self.client.for_goods_owner(GoodsOwner { code, id })
    }
}

/// The code if there is one, else the id.
fn text(owner: &GoodsOwner) -> String {
    match (&owner.code, owner.id) {
        (Some(code), _) if !code.is_empty() => code.clone(),
        (_, Some(id)) => format!("{BY_ID}{id}"),
        _ => String::new(),
    }
}

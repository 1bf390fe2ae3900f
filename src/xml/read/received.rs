//! The sender of a request that was read.

use std::fmt;

/// The sender's members of a request, which no generated type contains.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Received {
    /// UserName.
    pub user_name: Option<String>,
    /// Password.
    pub password: Option<String>,
    /// GoodsOwnerCode.
    pub goods_owner_code: Option<String>,
    /// GoodsOwnerId.
    pub goods_owner_id: Option<i32>,
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("user_name", &self.user_name)
            .field("password", &self.password.as_ref().map(|_| "***"))
            .field("goods_owner_code", &self.goods_owner_code)
            .field("goods_owner_id", &self.goods_owner_id)
            .finish()
    }
}

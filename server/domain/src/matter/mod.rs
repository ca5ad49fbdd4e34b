//! Matters (事项, 部件), their conditions and the catalogue that lists them.

mod catalogue;
mod condition;
mod key;

pub use catalogue::{Catalogue, Matter};
pub use condition::{Condition, ConditionId, Step};
pub use key::{MatterKey, MatterKeyError, MatterKind};

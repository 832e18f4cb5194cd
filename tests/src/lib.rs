//! What the whole-system tests share.

pub mod tally;
pub mod vault;

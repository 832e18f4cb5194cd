//! What the whole-system tests share.

pub mod dice;
pub mod hand_phone;
pub mod office;
pub mod phone;
pub mod tally;
pub mod vault;

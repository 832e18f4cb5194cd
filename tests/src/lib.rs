//! What the whole-system tests share.
#![forbid(unsafe_code)]

pub mod dice;
pub mod hand_phone;
pub mod office;
pub mod phone;
pub mod tally;
pub mod vault;

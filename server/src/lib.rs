//! The server of Hadir: pure synchronous logic behind a Store, with SQLite, HTTP and the board around it.
//!
//! - [`admin`]: what an operator does, each act logged;
//! - [`board`]: the board's logins and pages;
//! - [`limits`]: every number that bounds what one party may cost another, each with its reason;
//! - [`store`]: what is kept, as traits, with a model in memory and SQLite, and the suite that both pass.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

pub mod admin;
pub mod board;
pub mod limits;
pub mod store;

//! The server of Hadir: pure synchronous logic behind a Store, with SQLite, HTTP and the board around it.
//!
//! - [`admin`]: what an operator does, each act logged;
//! - [`server`]: a whole running server in one value; [`datadir`]: where it keeps things; [`backup`]: copies of them;
//! - [`http`], [`service`]: sockets and threads around the pure half; [`changes`]: tells boards that they are out of date;
//! - [`board`]: the board's logins and pages; [`day`]: judges what the board shows;
//! - [`handle`]: what the server does with a request, without sockets, threads, clocks or SQL;
//! - [`assignment`]: where each person works on each date, and what of it goes to their phone;
//! - [`policies`]: the policies of published packs;
//! - [`limits`]: every number that bounds what one party may cost another, each with its reason;
//! - [`store`]: what is kept, as traits, with a model in memory and SQLite, and the suite that both pass.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

pub mod admin;
pub mod asks;
pub mod assignment;
pub mod backup;
pub mod board;
pub mod changes;
pub mod datadir;
pub mod day;
pub mod handle;
pub mod http;
pub mod limits;
pub mod policies;
pub mod restore;
pub mod server;
pub mod service;
pub mod store;
#[cfg(test)]
mod testing;

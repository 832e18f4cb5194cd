//! The board: a page that shows a unit's day and keeps itself up to date, for logins that the operator made.
//!
//! - [`Board`]: its routes over HTTP, server-sent events included;
//! - [`password`]: how passwords are kept; [`session`]: cookies and sign-in links.

mod ask_words;
pub(crate) mod assets;
mod http;
mod live;
mod pages;
pub mod password;
mod proof;
pub mod session;
mod sight;
mod throttle;
mod words;

pub use http::Board;

#[cfg(test)]
mod sample;

//! The board: a page that shows a unit's day and keeps itself up to date, for logins that the operator made.
//!
//! - [`password`]: how passwords are kept; [`session`]: cookies and sign-in links.

pub mod password;
pub mod session;

//! The pages: HTML from a day's view, escaped by maud, whole without scripts.

pub(crate) mod asks;
pub(crate) mod board;
mod cell;
mod entry;
pub(crate) mod help;
mod layout;
mod lookup;
pub(crate) mod proof;
pub(crate) mod rule;
mod rule_rows;
mod shape;
mod share;
pub(crate) mod sign_in;
pub(crate) mod table;
pub(crate) mod why;

#[cfg(test)]
mod tests;

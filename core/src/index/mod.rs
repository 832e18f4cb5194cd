//! Where the records of a day lie in the journal: an index that nothing waits for.
//!
//! It follows from the journal alone, so it may be lost, damaged or late at any moment: whoever asks and gets no answer
//! looks the same thing up in an index made on the spot in memory, from every frame. It holds positions and numbers, and
//! nothing that a person did or when.
//!
//! - [`Filer`] decides, record by record, under which day a record is filed;
//! - [`Keeper`] keeps that in a [`Table`](crate::ports::index::Table) and answers [`Question`]s;
//! - [`Index`] is how the engine reaches a keeper that works beside it.

mod filing;
mod keeper;
mod rows;
#[cfg(test)]
pub(crate) mod tests;

pub use filing::{Filer, FilingDay};
pub use keeper::{Keeper, KeeperError};
pub use rows::Place;

use crate::{
    journal::{Pos, Reader},
    model::SessionId,
};

/// A stretch of one session's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionSpan {
    /// The session.
    pub session: SessionId,
    /// Elapsed milliseconds of the first reading.
    pub from_ms: u64,
    /// Elapsed milliseconds of the last.
    pub to_ms: u64,
}

/// What an index is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// The records filed under the days from one to another, both included.
    Days {
        /// The first day.
        from: FilingDay,
        /// The last day.
        to: FilingDay,
    },
    /// The newest so many records, by their place in the chain: no clock has a say in it.
    Newest(usize),
    /// The time tokens that say most about stretches of sessions: those within, and the nearest before and after.
    Tokens(Vec<SessionSpan>),
    /// The receipts that cover records, by (epoch, place).
    Receipts(Vec<(u32, u64)>),
}

/// What an index answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// To a question for records: by epoch and place, rising.
    Places(Vec<Place>),
    /// To a question for tokens or receipts: where they lie, rising.
    Positions(Vec<Pos>),
}

/// An index that works beside the engine. No call waits longer than its own deadline, whatever happened to the index.
pub trait Index: Send + Sync {
    /// Has the index follow the journal up to where `reader` ends, some time. Never waits.
    fn follow(&self, reader: Reader);

    /// Asks about the journal up to where `reader` ends. `None` when no answer is to be had in good time: then it is
    /// looked up without an index.
    fn ask(&self, reader: Reader, question: Question) -> Option<Answer>;

    /// The number of the last frame that an earlier process had this index follow a store's journal to, once that is known.
    fn witness(&self, store: [u8; 16]) -> Option<u64>;

    /// Gives the index up and removes what it kept. Waits for its end, within bounds.
    fn remove(&self);
}

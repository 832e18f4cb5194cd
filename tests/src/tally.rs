//! The state that a process on a journal keeps: how many records, and a hash over all of them in order.

use hadir_core::{
    journal::{Entry, Frame, FrameKind, Journal, JournalError, Opened},
    model::EnvelopeHash,
};

/// How many records there are and what they were. As a snapshot: 8 bytes of count and the hash's text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many.
    pub count: u64,
    /// A hash over all of them, in order.
    pub chain: String,
}

impl Tally {
    /// Takes one more record.
    pub fn add(&mut self, body: &[u8]) {
        self.count += 1;
        self.chain = EnvelopeHash::of(&format!("{}{}", self.chain, String::from_utf8_lossy(body))).to_string();
    }

    /// Writes it for the journal.
    #[must_use]
    pub fn snapshot(&self) -> Vec<u8> {
        [&self.count.to_le_bytes()[..], self.chain.as_bytes()].concat()
    }

    /// Rebuilds it from what an open gave back.
    #[must_use]
    pub fn of(opened: &Opened) -> Self {
        let mut tally = opened.snapshot.as_deref().map_or_else(Self::default, |snapshot| {
            let (count, chain) = snapshot.split_at(snapshot.len().min(8));
            let count = count.try_into().map_or(0, u64::from_le_bytes);
            Self { count, chain: String::from_utf8_lossy(chain).into_owned() }
        });
        for Frame { kind, body, .. } in &opened.frames {
            if *kind == FrameKind::Record {
                tally.add(body);
            }
        }
        tally
    }

    /// Commits one record, and begins the next segment when it is time.
    ///
    /// # Errors
    /// As [`Journal::commit`].
    pub fn commit(&mut self, journal: &mut Journal, body: &[u8]) -> Result<(), JournalError> {
        journal.commit(&[Entry { kind: FrameKind::Record, body }], || self.snapshot())?;
        self.add(body);
        if journal.needs_roll() {
            journal.roll(&self.snapshot())?;
            journal.maintain()?;
        }
        Ok(())
    }
}

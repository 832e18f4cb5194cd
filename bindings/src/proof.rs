//! *Bagikan bukti*: a text to share, with a short code that the office can check.

use hadir_core::text::proof as said;

use crate::{engine::CheckInEngine, error::HadirError, words::record};

/// A text to share.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct ShareText {
    /// The whole text.
    pub text: String,
    /// The code in it: *K7Q2M-9D4XA*.
    pub code: String,
    /// Whether the place is in it.
    pub with_place: bool,
    /// Whether there is a place that could be added.
    pub has_place: bool,
}

impl std::fmt::Debug for ShareText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ShareText({}, …)", self.code)
    }
}

#[uniffi::export]
impl CheckInEngine {
    /// What a person may show of a record: name, schedule, recorded time, sent or not, and a code that the board verifies. The
    /// place is in it only if `with_place`: ask the person each time.
    ///
    /// # Errors
    /// [`HadirError::NotFound`]; [`HadirError::Store`] when the store can't be read.
    pub fn share_text(&self, id: String, with_place: bool) -> Result<ShareText, HadirError> {
        let id = record(&id, self.lang())?;
        self.run(|engine, lang| {
            let placed = engine.proof(id, true)?;
            let has_place = placed.place.is_some();
            let proof = if with_place { placed } else { engine.proof(id, false)? };
            let with_place = proof.place.is_some();
            Ok(ShareText { text: said::text(&proof, lang), code: proof.code.to_string(), with_place, has_place })
        })
    }
}

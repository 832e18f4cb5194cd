//! Small readers of what a shell passes: dates, ids, numbers.

use chrono::NaiveDate;
use hadir_core::{
    model::{RecordId, Words},
    schedule::WindowId,
    text::Lang,
};

use crate::error::HadirError;

/// A date as a shell got it: `2026-11-24`.
pub(crate) fn date(text: &str, lang: Lang) -> Result<NaiveDate, HadirError> {
    text.parse().map_err(|_| HadirError::bad_input("Tanggal tidak dapat dibaca.", "The date can't be read.", lang))
}

/// A record's id as a shell got it.
pub(crate) fn record(text: &str, lang: Lang) -> Result<RecordId, HadirError> {
    text.parse().map_err(|_| HadirError::NotFound {
        text: lang.pick("Catatan itu tidak dikenal.", "That record is not known.").to_owned(),
    })
}

/// A window's id as a shell got it.
pub(crate) fn window(text: &str, lang: Lang) -> Result<WindowId, HadirError> {
    WindowId::new(text).map_err(|_| HadirError::NotFound {
        text: lang.pick("Jadwal itu tidak dikenal.", "That window is not known.").to_owned(),
    })
}

/// What a person typed, at most 300 characters; nothing where it is empty.
pub(crate) fn typed(text: Option<&str>, lang: Lang) -> Result<Option<Words>, HadirError> {
    Words::optional(text.unwrap_or_default())
        .map_err(|error| HadirError::BadInput { text: hadir_core::text::ask::error(&error, lang) })
}

/// A count for a shell: more than anyone looks at is as good as the most.
pub(crate) fn count(count: impl TryInto<u32>) -> u32 {
    count.try_into().unwrap_or(u32::MAX)
}

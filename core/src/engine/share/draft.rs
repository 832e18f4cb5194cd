//! The open batch as a small sealed file. It is exchanged by a rename and never synced: a killed process loses nothing, and
//! a power cut may take the batch with it, which a batch's one sync is there to bound.

use super::batch::OpenBatch;
use crate::{
    ports::{
        Disk, DiskError, DiskErrorKind, Entropy,
        disk::{UNFINISHED, read_all},
    },
    seal::frame::FrameKey,
};

const NAME: &str = "share.draft";
const ABOUT: &[u8] = b"hadir/share-draft/1";
/// Far more than the words and points of a batch take.
const MAX_BYTES: u64 = 256 << 10;

/// Reads the draft; `None` where there is none, or none of this store and this build.
pub(super) fn read(disk: &dyn Disk, key: &FrameKey) -> Option<OpenBatch> {
    let sealed = read_all(disk, NAME, MAX_BYTES).ok()?;
    serde_json::from_slice(&key.open(ABOUT, &sealed).ok()?).ok()
}

/// Exchanges the draft.
pub(super) fn write(disk: &dyn Disk, entropy: &dyn Entropy, key: &FrameKey, open: &OpenBatch) -> Result<(), DiskError> {
    let broken = |what: String| DiskError::new("seal", NAME, DiskErrorKind::Io(what));
    let plain = serde_json::to_vec(open).map_err(|error| broken(error.to_string()))?;
    let mut sealed = Vec::with_capacity(plain.len() + 64);
    key.seal_into(entropy, ABOUT, &plain, &mut sealed).map_err(|error| broken(error.to_string()))?;
    let unfinished = format!("{NAME}{UNFINISHED}");
    match disk.remove(&unfinished) {
        Ok(()) => {}
        Err(error) if error.kind == DiskErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    disk.create(&unfinished)?.write_at(0, &sealed)?;
    disk.rename(&unfinished, NAME)
}

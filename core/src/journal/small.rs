//! Small sealed files beside the segments, replaced atomically: drafts, and the receipts of freed records.

use crate::{
    ports::{
        Disk, DiskErrorKind,
        disk::{read_all, replace},
    },
    seal::frame::FrameKey,
};

use super::{
    Journal, JournalError,
    frame::{crc, u32_at},
    secrets::Secrets,
};

const MAGIC: [u8; 8] = *b"HADIRSML";
/// The format that this version writes, and the newest it reads.
const FORMAT: u16 = 1;
const HEAD_LEN: usize = 28;
const AAD_LABEL: &[u8] = b"hadir/store/1/small";
/// The largest that is read: the receipts of one segment take a tenth of it.
const MAX_LEN: u64 = 4 << 20;
/// The end of the name that a damaged file gets.
const SET_ASIDE: &str = ".bad";

/// Who may read a small file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// Nobody but this phone.
    Own,
    /// This phone, and the agency if the store has to be recovered.
    Recoverable,
}

/// What lies under a name.
#[derive(Clone, PartialEq, Eq)]
pub enum SmallFile {
    /// Nothing.
    Missing,
    /// What was saved.
    Found(Vec<u8>),
    /// Something that is not what was saved; it was set aside, so that it is told once.
    Damaged,
}

impl std::fmt::Debug for SmallFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Missing => "Missing",
            Self::Found(_) => "Found(…)",
            Self::Damaged => "Damaged",
        })
    }
}

/// The name of a draft's file; `label` has lower-case letters, digits and `-`.
fn draft_name(label: &str) -> String {
    format!("{DRAFT}{label}.bin")
}

const DRAFT: &str = "draft-";

impl Journal {
    /// Saves a draft in place of the one before under this label. It is sealed for this phone alone and never travels.
    /// Costs two syncs; after a power cut the old or the new one is there, whole.
    ///
    /// # Errors
    /// [`JournalError::Disk`], [`JournalError::Entropy`]; the draft before is still there.
    pub fn save_draft(&mut self, label: &str, plain: &[u8]) -> Result<(), JournalError> {
        self.save_small(&draft_name(label), Audience::Own, "draft", plain)
    }

    /// Reads a draft. A damaged one is set aside and told as such, never an error.
    ///
    /// # Errors
    /// [`JournalError::Disk`] when the medium does not give it back.
    pub fn load_draft(&mut self, label: &str) -> Result<SmallFile, JournalError> {
        let name = draft_name(label);
        let found = self.load_small(&name, Audience::Own, "draft")?;
        if found == SmallFile::Damaged {
            self.disk.rename(&name, &format!("{name}{SET_ASIDE}"))?;
            self.disk.sync_dir()?;
        }
        Ok(found)
    }

    /// Removes a draft, and what was set aside under its label; that there is none is no error.
    ///
    /// # Errors
    /// [`JournalError::Disk`].
    pub fn discard_draft(&mut self, label: &str) -> Result<(), JournalError> {
        let name = draft_name(label);
        let mut removed = false;
        for name in [format!("{name}{SET_ASIDE}"), name] {
            match self.disk.remove(&name) {
                Ok(()) => removed = true,
                Err(error) if error.kind == DiskErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        if removed { Ok(self.disk.sync_dir()?) } else { Ok(()) }
    }

    /// The labels of the drafts that lie here.
    ///
    /// # Errors
    /// [`JournalError::Disk`].
    pub fn drafts(&self) -> Result<Vec<String>, JournalError> {
        let label = |name: String| {
            let name = name.strip_suffix(SET_ASIDE).unwrap_or(&name);
            name.strip_prefix(DRAFT)?.strip_suffix(".bin").map(str::to_owned)
        };
        let mut labels: Vec<String> = self.disk.list()?.into_iter().filter_map(|file| label(file.name)).collect();
        labels.dedup();
        Ok(labels)
    }

    pub(super) fn save_small(
        &mut self,
        name: &str,
        audience: Audience,
        purpose: &str,
        plain: &[u8],
    ) -> Result<(), JournalError> {
        let mut bytes = head(&self.secrets).to_vec();
        let aad = aad(&bytes, name);
        key(&self.secrets, audience, purpose).seal_into(&*self.entropy, &aad, plain, &mut bytes)?;
        let check = crc(&bytes);
        bytes.extend_from_slice(&check.to_le_bytes());
        Ok(replace(&*self.disk, name, &bytes)?)
    }

    pub(super) fn load_small(&self, name: &str, audience: Audience, purpose: &str) -> Result<SmallFile, JournalError> {
        load_small(&*self.disk, &self.secrets, name, audience, purpose)
    }
}

/// Reads a small file of the store with these secrets.
pub(super) fn load_small(
    disk: &dyn Disk,
    secrets: &Secrets,
    name: &str,
    audience: Audience,
    purpose: &str,
) -> Result<SmallFile, JournalError> {
    let bytes = match read_all(disk, name, MAX_LEN) {
        Ok(bytes) => bytes,
        Err(error) if error.kind == DiskErrorKind::NotFound => return Ok(SmallFile::Missing),
        Err(error) => return Err(error.into()),
    };
    let open = || {
        let (inside, check) = bytes.split_last_chunk::<4>()?;
        let (found, sealed) = inside.split_first_chunk::<HEAD_LEN>()?;
        if u32_at(check, 0) != crc(inside) || *found != head(secrets) {
            return None;
        }
        key(secrets, audience, purpose).open(&aad(found, name), sealed).ok()
    };
    Ok(open().map_or(SmallFile::Damaged, SmallFile::Found))
}

fn key(secrets: &Secrets, audience: Audience, purpose: &str) -> FrameKey {
    let key = match audience {
        Audience::Own => secrets.derive_own(format!("hadir/own/1/{purpose}").as_bytes()),
        Audience::Recoverable => secrets.derive(format!("hadir/store/1/{purpose}").as_bytes()),
    };
    FrameKey::new(&key)
}

fn head(secrets: &Secrets) -> [u8; HEAD_LEN] {
    let mut head = [0; HEAD_LEN];
    head[..8].copy_from_slice(&MAGIC);
    head[8..10].copy_from_slice(&FORMAT.to_le_bytes());
    head[12..].copy_from_slice(&secrets.store);
    head
}

fn aad(head: &[u8], name: &str) -> Vec<u8> {
    [AAD_LABEL, head, name.as_bytes()].concat()
}

//! Making a store, and opening one whatever happened to it.

use std::sync::Arc;

use crate::ports::{
    Disk, DiskError, DiskErrorKind, Entropy, KeyVault,
    disk::{UNFINISHED, replace},
};

use super::{
    Current, Journal, JournalError, Opened, Options, RecoveryReport, Stats, Warning, aside, load,
    owner::Owner,
    recover,
    secrets::{self, Secrets},
    segment::{Link, SEGMENT_HEADER_LEN, Spare, name_of, number_of},
    wipe,
};

impl Journal {
    /// Makes a new store with fresh secrets, whose first segment begins with `snapshot`, and opens it.
    ///
    /// # Errors
    /// [`JournalError::Exists`] when there is a store; [`JournalError::VaultMissing`] when there are segments of one;
    /// [`JournalError::InUse`], [`JournalError::Vault`], [`JournalError::Entropy`] or [`JournalError::Disk`] otherwise.
    /// A later attempt starts afresh.
    pub fn create(
        disk: Arc<dyn Disk>,
        vault: &dyn KeyVault,
        entropy: Arc<dyn Entropy>,
        options: Options,
        snapshot: &[u8],
    ) -> Result<Self, JournalError> {
        let (owner, _) = Owner::acquire(&*disk)?;
        wipe::finish(&*disk)?;
        aside::finish(&*disk)?;
        match secrets::find(&*disk) {
            Ok(None) => {}
            Ok(Some(_)) | Err(JournalError::VaultDamaged { .. }) => return Err(JournalError::Exists),
            Err(error) => return Err(error),
        }
        remove_leftovers(&*disk)?;
        let secrets = Secrets::generate(&*entropy)?;
        let wrapped = secrets.wrap(vault)?;
        let mut journal = Self {
            disk,
            entropy,
            secrets: Arc::new(secrets),
            segment_bytes: options.segment_bytes.max(SEGMENT_HEADER_LEN as u32),
            current: None,
            spare: None,
            link: Link { segment: 0, end: 0, last_no: 0, oldest: 1 },
            oldest_on_disk: 1,
            swept: 1,
            newest: 0,
            next_no: 1,
            snapshot_len: snapshot.len(),
            buffer: Vec::new(),
            stats: Stats::default(),
            _owner: owner,
        };
        journal.maintain()?;
        journal.roll(snapshot)?;
        journal.maintain()?;
        // Last, because a store exists from the moment that its keys do.
        secrets::store(&*journal.disk, &wrapped)?;
        Ok(journal)
    }

    /// Opens the store and brings back what it holds. Damage never makes it fail; it is in the report.
    ///
    /// # Errors
    /// [`JournalError::NoStore`]; [`JournalError::InUse`]; [`JournalError::Vault`] when the key store does not give the
    /// keys; [`JournalError::VaultMissing`] or [`JournalError::VaultDamaged`] when they are not there to be given;
    /// [`JournalError::NewerFormat`], with nothing touched; [`JournalError::Disk`] when the directory cannot be read.
    pub fn open(
        disk: Arc<dyn Disk>,
        vault: &dyn KeyVault,
        entropy: Arc<dyn Entropy>,
        options: Options,
    ) -> Result<(Self, Opened), JournalError> {
        let (owner, warning) = Owner::acquire(&*disk)?;
        wipe::finish(&*disk)?;
        aside::finish(&*disk)?;
        let Some(found) = secrets::find(&*disk)? else {
            check_leftovers(&*disk)?;
            return Err(JournalError::NoStore);
        };
        let secrets = found.wrapped.unwrap(vault)?;
        let recovered = recover::recover(&*disk, &secrets, options.witness)?;

        let mut warnings: Vec<Warning> = warning.into_iter().chain(recovered.warnings).collect();
        if let Some((name, bytes)) = found.repair {
            warnings.push(match replace(&*disk, name, &bytes) {
                Ok(()) => Warning::VaultRepaired(name),
                Err(error) => Warning::VaultNotRepaired(name, error),
            });
        }
        let link = recovered.link;
        remove_unfinished(&*disk);
        let made_sure = make_sure(&*disk, link, recovered.last_write);
        let current = recovered.room.and_then(|len| {
            // If it cannot be opened for writing now, the next commit begins another.
            let file = disk.open(&name_of(link.segment)).ok()?;
            Some(Current { binding: secrets.binding(link.segment), file, len })
        });
        let spare = recovered
            .spare
            .and_then(|(segment, len)| Some(Spare { segment, file: disk.open(&name_of(segment)).ok()?, len }));
        let mut journal = Self {
            disk,
            entropy,
            secrets: Arc::new(secrets),
            segment_bytes: options.segment_bytes.max(SEGMENT_HEADER_LEN as u32),
            current,
            spare,
            link,
            oldest_on_disk: link.oldest,
            swept: 0,
            newest: recovered.newest,
            next_no: recovered.next_no,
            snapshot_len: recovered.snapshot.as_ref().map_or(0, Vec::len),
            buffer: Vec::new(),
            stats: Stats::default(),
            _owner: owner,
        };
        if let Err(error) = made_sure {
            journal.current = None;
            journal.spare = None;
            warnings.push(Warning::NotSynced(error));
        } else if let Err(JournalError::Disk(error)) = journal.maintain() {
            warnings.push(Warning::NoSpare(error));
        }
        let report = RecoveryReport { gaps: recovered.gaps, tail: recovered.tail, warnings };
        let opened =
            Opened { snapshot: recovered.snapshot, frames: recovered.frames, unfinished: recovered.unfinished, report };
        Ok((journal, opened))
    }
}

/// Removes what an interrupted process was still writing; it only takes space.
fn remove_unfinished(disk: &dyn Disk) {
    for file in disk.list().into_iter().flatten().filter(|file| file.name.ends_with(UNFINISHED)) {
        let _ = disk.remove(&file.name);
    }
}

/// Makes what an open found as durable as it looks. A process that was killed leaves writes and names that every reader
/// sees and a power cut still takes; and where a sync failed, only writing the same bytes again makes the system try again.
/// Only the last write can be in that state, because each was synced before the next.
fn make_sure(disk: &dyn Disk, link: Link, last_write: u32) -> Result<(), DiskError> {
    disk.sync_dir()?;
    if link.segment == 0 || link.end <= last_write {
        return Ok(());
    }
    let file = disk.open(&name_of(link.segment))?;
    let mut bytes = vec![0; (link.end - last_write) as usize];
    let read = file.read_at(last_write.into(), &mut bytes)?;
    file.write_at(last_write.into(), &bytes[..read])?;
    file.sync_data()
}

/// Checks that nothing was ever recorded in the segments that lie here without keys.
pub(super) fn check_leftovers(disk: &dyn Disk) -> Result<(), JournalError> {
    let segments = load::segments(disk)?;
    for segment in &segments {
        if !load::load(disk, *segment)?.is_unused() {
            return Err(JournalError::VaultMissing { segments: segments.len() });
        }
    }
    Ok(())
}

/// Removes what an interrupted create left.
fn remove_leftovers(disk: &dyn Disk) -> Result<(), JournalError> {
    check_leftovers(disk)?;
    for file in disk.list()? {
        if number_of(&file.name).is_some() || file.name.ends_with(UNFINISHED) {
            match disk.remove(&file.name) {
                Err(error) if error.kind != DiskErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
    }
    Ok(disk.sync_dir()?)
}

//! Old stores of phones that lost their keys: what waits, what the machine with the recovery key is given, and what it
//! gives back. This server can't open anything.

use std::collections::{BTreeMap, BTreeSet};

use base64ct::{Base64UrlUnpadded, Encoding};
use hadir_core::{
    envelope::{PublicKey, Unverified},
    journal::RecoveryWrap,
    model::{B64, InstallId, KeyId, PersonId, Record},
    wire::{OldFile, OldStoreLine, RecoveredLine, RecoveredObject, VERSION},
};

use super::{Admin, AdminError};
use crate::{
    handle::{Returned, bring_back},
    limits::IMPORT_AT_ONCE,
    store::{OldPiece, OldRecovery, Result as StoreResult, StoreExt as _, StoreRead, StoreTx},
};

/// An old store that lies on the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldStoreSeen {
    /// The installation that sent it.
    pub install: InstallId,
    /// Whose phone that is.
    pub person: PersonId,
    /// The old store's id.
    pub store: B64<16>,
    /// The installation whose records it holds, as it says.
    pub of: Option<InstallId>,
    /// The recovery key that opens it.
    pub kid: Option<KeyId>,
    /// Files that are complete.
    pub complete: usize,
    /// Files that are still on their way.
    pub coming: usize,
    /// Bytes that are here.
    pub bytes: u64,
    /// When the last file was complete, milliseconds.
    pub complete_ms: Option<i64>,
    /// When its records were last brought back, if they were.
    pub recovered_ms: Option<i64>,
}

impl OldStoreSeen {
    /// Whether it waits for the holder of the recovery key: something of it is here that was not brought back.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.complete > 0 && self.complete_ms > self.recovered_ms
    }
}

/// What an import did, for one old store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// Its counts.
    pub recovery: OldRecovery,
    /// The people whose records they are.
    pub people: BTreeSet<PersonId>,
}

/// Whoever imports a line, and the segments of it that are complete here with their times.
type Times = BTreeMap<u32, i64>;

fn seen(store: &dyn StoreRead) -> Result<Vec<(OldStoreSeen, Vec<OldPiece>)>, AdminError> {
    let mut grouped: BTreeMap<(InstallId, [u8; 16]), Vec<OldPiece>> = BTreeMap::new();
    for piece in store.old_pieces()? {
        grouped.entry((piece.key.install, piece.key.store.0)).or_default().push(piece);
    }
    let recoveries = store.old_recoveries()?;
    let mut all = Vec::new();
    for ((install, id), pieces) in grouped {
        let Some(installation) = store.installation(&install)? else { continue };
        let mut wrap = None;
        for piece in pieces.iter().filter(|piece| piece.key.name == "recovery" && piece.kept.is_some()) {
            wrap = RecoveryWrap::parse(&store.old_bytes(&piece.key)?).ok().or(wrap);
        }
        let complete = pieces.iter().filter(|piece| piece.kept.is_some()).count();
        let of_it = |one: &&OldRecovery| (one.install, one.store.0) == (install, id);
        all.push((
            OldStoreSeen {
                install,
                person: installation.person,
                store: B64(id),
                of: wrap.as_ref().map(|wrap| wrap.install),
                kid: wrap.as_ref().map(|wrap| wrap.kid),
                complete,
                coming: pieces.len() - complete,
                bytes: pieces.iter().map(|piece| piece.have).sum(),
                complete_ms: pieces.iter().filter_map(|piece| piece.complete_ms).max(),
                recovered_ms: recoveries.iter().filter(of_it).map(|one| one.at_ms).max(),
            },
            pieces,
        ));
    }
    Ok(all)
}

/// The old stores on the server, by the installation that sent them.
///
/// # Errors
/// What the store reports.
pub fn old_stores(store: &dyn StoreRead) -> Result<Vec<OldStoreSeen>, AdminError> {
    Ok(seen(store)?.into_iter().map(|(seen, _)| seen).collect())
}

impl Admin<'_> {
    /// The old stores on the server.
    ///
    /// # Errors
    /// What the store reports.
    pub fn old_stores(&self) -> Result<Vec<OldStoreSeen>, AdminError> {
        let mut found = Ok(Vec::new());
        self.store.query(|store| {
            found = old_stores(store);
            Ok(())
        })?;
        found
    }

    /// What the machine with the recovery key is given: every old store that waits, or all of them.
    ///
    /// # Errors
    /// What the store reports.
    pub fn export_old(&self, all: bool) -> Result<Vec<OldStoreLine>, AdminError> {
        // Gigabytes, perhaps: read beside the writer, which takes what phones send meanwhile. They leave only once that is logged.
        let mut found = Ok(Vec::new());
        self.store.query(|store| {
            found = exported(store, all);
            Ok(())
        })?;
        let lines = found?;
        self.act("recover.export", |_| Ok(((), format!("{} old stores", lines.len()))))?;
        Ok(lines)
    }

    /// Brings the records of an old store back, as if they had been sent: received when their segment was complete here,
    /// and counted as their signer's. Bringing them back again changes nothing.
    ///
    /// # Errors
    /// [`AdminError::UnknownOldStore`] when no such store was sent here.
    pub fn import_old(&self, line: &RecoveredLine) -> Result<Recovered, AdminError> {
        let times = self.act("recover.begin", |tx| {
            let times = times(tx.as_read(), line)?;
            let detail = format!("old store {} sent by {}: {} records", line.store, line.install, line.records.len());
            Ok((times, detail))
        })?;
        let mut recovery = OldRecovery {
            install: line.install,
            store: line.store,
            at_ms: self.now_ms,
            by: self.by.to_owned(),
            stored: 0,
            repeated: 0,
            conflicts: 0,
            refused: 0,
            gaps: line.gaps + line.unread.len() as u64,
        };
        let mut people = BTreeSet::new();
        // In pieces, so that phones wait for none of them for long. Stopped between two, it is begun again from the front.
        for objects in line.records.chunks(IMPORT_AT_ONCE) {
            self.store.update(|tx| import(objects, &times, (&mut recovery, &mut people), tx))?;
        }
        self.act("recover.import", |tx| {
            tx.add_old_recovery(&recovery)?;
            let detail = format!(
                "old store {} sent by {}: {} stored, {} here before, {} conflicts, {} refused, {} gaps",
                line.store,
                line.install,
                recovery.stored,
                recovery.repeated,
                recovery.conflicts,
                recovery.refused,
                recovery.gaps
            );
            Ok((Recovered { recovery, people }, detail))
        })
    }
}

fn exported(store: &dyn StoreRead, all: bool) -> Result<Vec<OldStoreLine>, AdminError> {
    let mut lines = Vec::new();
    for (seen, pieces) in seen(store)?.into_iter().filter(|(seen, _)| all || seen.waits()) {
        let mut files = Vec::new();
        for piece in pieces.iter().filter(|piece| piece.kept.is_some()) {
            let bytes = Base64UrlUnpadded::encode_string(&store.old_bytes(&piece.key)?);
            files.push(OldFile { name: piece.key.name.clone(), bytes });
        }
        lines.push(OldStoreLine { v: VERSION, install: seen.install, store: seen.store, files });
    }
    Ok(lines)
}

/// Brings records back, counts what became of each, and notes whose they are.
fn import(
    objects: &[RecoveredObject],
    times: &Times,
    (recovery, people): (&mut OldRecovery, &mut BTreeSet<PersonId>),
    tx: &mut dyn StoreTx,
) -> StoreResult<()> {
    for object in objects {
        let Some(received_ms) = times.get(&object.segment).copied() else {
            recovery.refused += 1;
            continue;
        };
        let signer = Unverified::<Record>::parse(object.record.as_str()).ok().map(|record| record.kid());
        let phone = match signer {
            Some(signer) => tx.installation(&signer)?,
            None => None,
        };
        let Some((mut phone, key)) = phone.and_then(|phone| {
            let key = PublicKey::new(&B64(phone.key)).ok()?;
            Some((phone, key))
        }) else {
            recovery.refused += 1;
            continue;
        };
        let returned = bring_back(&object.record, &key, &mut phone, received_ms, tx)?;
        match returned {
            Returned::Stored => recovery.stored += 1,
            Returned::Repeated => recovery.repeated += 1,
            Returned::Conflict => recovery.conflicts += 1,
            Returned::NotAuthentic => recovery.refused += 1,
        }
        if returned != Returned::NotAuthentic {
            tx.put_installation(&phone)?;
            people.insert(phone.person);
        }
    }
    Ok(())
}

/// When each segment of an old store was complete here. The file that is imported does not decide about that.
fn times(store: &dyn StoreRead, line: &RecoveredLine) -> Result<Times, AdminError> {
    let mut times = Times::new();
    for piece in store.old_pieces()? {
        if (piece.key.install, piece.key.store) != (line.install, line.store) {
            continue;
        }
        if let (Ok(number), Some(complete_ms)) = (piece.key.name.parse(), piece.complete_ms) {
            // Two versions of one segment: the later moment is the one that surely holds.
            times.entry(number).and_modify(|time: &mut i64| *time = complete_ms.max(*time)).or_insert(complete_ms);
        }
    }
    if times.is_empty() {
        Err(AdminError::UnknownOldStore { install: line.install, store: line.store })
    } else {
        Ok(times)
    }
}

//! Old stores: a store whose keys are gone is set aside when the person enrols anew, goes up as it is once everything
//! else has, and is removed when the server has it in a backup (protocol §9).

use std::{cell::OnceCell, collections::BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    CheckInEngine, EngineError, SyncReport,
    state::Remark,
    store::{Control, Store},
};
use crate::{
    envelope::sign,
    journal::{FrameKind, JournalError, OldPiece, OldStore, PieceName},
    limits::{net, old as limits},
    model::{B64, InstallId, Nonce},
    ports::{Cancel, HttpRequest, HttpResponse, Method},
    wire::{Head, Kept, OldAnswer, Problem, RequestAuth, VERSION, old_path},
};

/// An old store that lies on this phone, for a help desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OldStoreSeen {
    /// Its number among the old stores here.
    pub number: u8,
    /// The installation whose records it holds, as it says; `None` if it was never wrapped for the agency.
    pub install: Option<InstallId>,
    /// Whether the agency can recover it. If not, it stays here until the phone is wiped.
    pub recoverable: bool,
    /// Files that the server does not have yet.
    pub to_send: usize,
    /// Whether the server has all of it, and only the backup is waited for.
    pub sent: bool,
}

/// A file of an old store that the server has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptPiece {
    store: B64<16>,
    name: String,
    hash: B64<32>,
    t_ms: i64,
}

/// The old stores of this directory, and how far the next file is.
#[derive(Debug, Default)]
pub(super) struct OldStores {
    stores: Vec<Known>,
    /// How much the server has of a file, as it last said.
    have: Option<(B64<32>, u64)>,
    /// Files that the server has said once more that it has; forgotten when it turns out to have been restored.
    pub(super) confirmed: BTreeSet<(B64<16>, B64<32>)>,
}

/// An old store whose files are read once each, where the medium gives them back: they never change.
#[derive(Debug)]
struct Known {
    number: u8,
    /// Its id and whose it is; `None` if nobody can recover it.
    id: Option<(B64<16>, InstallId)>,
    /// Each with the hash of its bytes; `None` for one that is empty.
    pieces: Vec<(OldPiece, OnceCell<Option<B64<32>>>)>,
}

impl From<OldStore> for Known {
    fn from(old: OldStore) -> Self {
        let id = old.wrap.as_ref().map(|wrap| (B64(wrap.store), wrap.install));
        let pieces = old.pieces.into_iter().map(|piece| (piece, OnceCell::new())).collect();
        Self { number: old.number, id, pieces }
    }
}

/// What goes up next.
struct Part {
    store: B64<16>,
    name: String,
    size: u64,
    hash: B64<32>,
    at: u64,
    body: Vec<u8>,
}

fn name_of(name: PieceName) -> String {
    match name {
        PieceName::Recovery => "recovery".to_owned(),
        PieceName::Segment(number) => number.to_string(),
    }
}

impl Store {
    /// Looks which old stores lie here.
    pub(super) fn look_for_old(&mut self) {
        // Whoever can't list the directory has greater worries, and they are told elsewhere.
        let stores = self.journal.old_stores().unwrap_or_default().into_iter().map(Known::from).collect();
        self.old = OldStores { stores, ..OldStores::default() };
    }

    /// The files of an old store that are not empty, with their hashes; an error for one that can't be read now, which says
    /// nothing of what it holds.
    fn files<'a>(
        &'a self,
        old: &'a Known,
    ) -> impl Iterator<Item = Result<(&'a OldPiece, B64<32>), JournalError>> + use<'a> {
        old.pieces.iter().filter_map(move |(piece, known)| {
            let hash = match known.get() {
                Some(hash) => *hash,
                None => match self.journal.read_old(piece) {
                    Ok(bytes) => {
                        let hash = (!bytes.is_empty()).then(|| B64(Sha256::digest(&bytes).into()));
                        *known.get_or_init(|| hash)
                    }
                    Err(error) => return Some(Err(error)),
                },
            };
            hash.map(|hash| Ok((piece, hash)))
        })
    }

    fn has_kept(&self, store: B64<16>, hash: B64<32>) -> bool {
        self.state.old_kept.iter().any(|kept| kept.store == store && kept.hash == hash)
    }

    fn next_part(&self) -> Option<Part> {
        let recoverable = self.old.stores.iter().filter_map(|old| Some((old, old.id?.0)));
        let mut lacking = recoverable.filter_map(|(old, store)| {
            let (piece, hash) = self.files(old).flatten().find(|(_, hash)| !self.has_kept(store, *hash))?;
            Some((piece, hash, store))
        });
        let Some((piece, hash, store)) = lacking.next() else { return self.to_confirm() };
        let bytes = self.journal.read_old(piece).ok()?;
        let size = bytes.len();
        // What the server has is asked for first, but for a file that fits into one part.
        let known = self.old.have.filter(|(of, _)| *of == hash).map(|(_, have)| have);
        let at = usize::try_from(known.unwrap_or(0)).unwrap_or(size).min(size);
        let asks = known.is_none() && size > limits::PART_BYTES;
        let end = if asks { at } else { size.min(at + limits::PART_BYTES) };
        let body = bytes[at..end].to_vec();
        Some(Part { store, name: name_of(piece.name), size: size as u64, hash, at: at as u64, body })
    }

    /// The next file to ask about once more before its store is removed: a server that was restored from a backup may lack
    /// what it once had, and nothing else here would tell.
    fn to_confirm(&self) -> Option<Part> {
        let mut in_backup = self.old.stores.iter().filter(|old| self.is_in_a_backup(old));
        let (store, piece, hash) = in_backup.find_map(|old| {
            let (store, _) = old.id?;
            let asked = |hash| self.old.confirmed.contains(&(store, hash));
            let (piece, hash) = self.files(old).flatten().find(|(_, hash)| !asked(*hash))?;
            Some((store, piece, hash))
        })?;
        let size = self.journal.read_old(piece).ok()?.len() as u64;
        Some(Part { store, name: name_of(piece.name), size, hash, at: 0, body: Vec::new() })
    }

    /// Takes what the server says of a part; tells whether it went on.
    fn take_old(&mut self, part: &Part, answer: &OldAnswer) -> Result<bool, EngineError> {
        if let Some(compact) = &answer.kept {
            let Some(kept) = self.trust.as_ref().and_then(|trust| trust.open::<Kept>(compact).ok()) else {
                return Ok(false);
            };
            let kept = kept.payload();
            let (ours, theirs) = ((part.store, part.hash, part.size), (kept.store, kept.hash, kept.size));
            if ours != theirs || kept.name != part.name || kept.install != self.install() {
                return Ok(false);
            }
            let kept = KeptPiece { store: part.store, name: part.name.clone(), hash: part.hash, t_ms: kept.t_ms };
            if self.state.old_kept.contains(&kept) {
                self.old.confirmed.insert((part.store, part.hash));
            } else {
                self.control(vec![Control::json(FrameKind::Note, &Remark::OldKept(kept))])?;
            }
            self.old.have = None;
            return Ok(true);
        }
        if self.has_kept(part.store, part.hash) {
            // It was restored from a backup, and may lack the others too. Not worth a write: each is asked about again before
            // anything goes.
            self.state.old_kept.retain(|kept| kept.store != part.store);
            self.old.confirmed.clear();
        }
        let before = self.old.have.replace((part.hash, answer.have)).filter(|(of, _)| *of == part.hash);
        Ok(before.is_none_or(|(_, before)| answer.have > before) && answer.have < part.size)
    }

    /// Whether the server once had every file of an old store, and has made a backup since.
    fn is_in_a_backup(&self, old: &Known) -> bool {
        let through_ms = self.state.server_head.as_ref().and_then(|seen| seen.head.backed_up_through_ms);
        let (Some(through_ms), Some((store, _))) = (through_ms, old.id) else { return false };
        let mut kept = self.state.old_kept.iter().filter(|kept| kept.store == store).peekable();
        kept.peek().is_some()
            && kept.all(|kept| kept.t_ms <= through_ms)
            && self.files(old).all(|file| file.is_ok_and(|(_, hash)| self.has_kept(store, hash)))
    }

    /// Removes old stores that the server has, as it said once more, and has in a backup.
    pub(super) fn remove_kept(&mut self) {
        let confirmed = |old: &Known| {
            let Some((store, _)) = old.id else { return false };
            self.files(old).all(|file| file.is_ok_and(|(_, hash)| self.old.confirmed.contains(&(store, hash))))
        };
        let safe = |old: &Known| self.is_in_a_backup(old) && confirmed(old);
        let gone: Vec<u8> = self.old.stores.iter().filter(|old| safe(old)).map(|old| old.number).collect();
        for number in gone {
            // If it fails, the next sync tries again: the server has it.
            if self.journal.remove_old(number).is_ok() {
                self.old.stores.retain(|old| old.number != number);
            }
        }
    }

    /// Wraps the store secret for the agency if that is not done, or to another key than the one to be used now.
    pub(super) fn protect(&mut self, now_ms: i64) {
        let install = self.install();
        let key = self.trust.as_ref().and_then(|trust| trust.recovery_key(now_ms));
        if let Some(key) = key {
            // Tried again after every open and every sync; `recovery` among the diagnostics tells whether it is done.
            let _ = self.journal.wrap_for_recovery(&key, install);
        }
    }

    pub(super) fn old_seen(&self) -> Vec<OldStoreSeen> {
        let seen = |old: &Known| {
            let store = old.id.map(|(store, _)| store);
            let has = |hash| store.is_some_and(|store| self.has_kept(store, hash));
            // One that can't be read now is not said to be sent.
            let to_send = self.files(old).filter(|file| !file.as_ref().is_ok_and(|(_, hash)| has(*hash))).count();
            let recoverable = old.id.is_some();
            let sent = recoverable && to_send == 0;
            let install = old.id.map(|(_, install)| install);
            OldStoreSeen { number: old.number, install, recoverable, to_send, sent }
        };
        self.old.stores.iter().map(seen).collect()
    }
}

impl CheckInEngine {
    /// Sends parts of old stores, until the caller's time is over or the server wants no more for now. What goes wrong
    /// here only puts it off: nothing else waits for it.
    pub(super) fn send_old(
        &self,
        left: impl Fn() -> std::time::Duration,
        cancel: &Cancel,
        report: &mut SyncReport,
    ) -> Result<(), EngineError> {
        let mut sent = 0;
        while sent < limits::PARTS_A_SYNC {
            let time_left = left();
            if cancel.is_cancelled() || time_left.is_zero() {
                return Ok(());
            }
            let Some((part, request)) = self.next_old()? else { return Ok(()) };
            let transport = self.transport()?;
            // What is only asked about is not held to the limit, so that a store mostly goes in the sync that confirmed it.
            sent += u32::from(!request.body.is_empty());
            report.requests += 1;
            report.bytes_sent += request.body.len() as u64;
            let answer = transport.send(&request, time_left.min(net::EXCHANGE), cancel);
            let mut inner = self.inner();
            let store = inner.enrolled()?;
            store.count(&request, &answer, self.ports.clock.read());
            let Ok(response) = answer else { return Ok(()) };
            report.bytes_received += response.body.len() as u64;
            match read(&response, store) {
                Ok(Some(answer)) if store.take_old(&part, &answer)? => {}
                Ok(_) => return Ok(()),
                Err(problem) => {
                    report.problems.push(problem.code);
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn next_old(&self) -> Result<Option<(Part, HttpRequest)>, EngineError> {
        let now = self.ports.clock.read();
        let entropy = &*self.ports.entropy;
        let mut nonce = [0; 16];
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        let Some(mut part) = store.next_part() else { return Ok(None) };
        entropy.fill(&mut nonce)?;
        store.session(now, entropy)?;
        let body = std::mem::take(&mut part.body);
        let path = old_path(&part.store, &part.name, part.size, &part.hash, part.at);
        let auth = RequestAuth {
            v: VERSION,
            key: store.key.public().as_b64(),
            method: Method::Post.as_str().to_owned(),
            path: path.clone(),
            body: B64(Sha256::digest(&body).into()),
            nonce: Nonce::new(nonce),
            head: store.state.head,
            time: store.evidence(now),
        };
        let headers = vec![
            ("content-type", "application/octet-stream".to_owned()),
            ("hadir-request", sign(&store.key, &auth)?.into_parts().1),
        ];
        let server = store.state.identity.as_ref().map_or("", |identity| &identity.server);
        let request = HttpRequest { method: Method::Post, url: format!("{server}{path}"), headers, body };
        Ok(Some((part, request)))
    }
}

/// Reads an answer: none, unless it proves to be the server's; or its problem.
fn read(response: &HttpResponse, store: &Store) -> Result<Option<OldAnswer>, Problem> {
    let head = response.header("hadir-head").and_then(|compact| store.trust.as_ref()?.open::<Head>(compact).ok());
    if head.is_none_or(|head| head.payload().install != store.install()) {
        return Ok(None);
    }
    if response.status != 200 {
        return serde_json::from_slice(&response.body).map_or(Ok(None), Err);
    }
    Ok(serde_json::from_slice(&response.body).ok())
}

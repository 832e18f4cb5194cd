//! Old stores: a store whose keys are gone is set aside when the person enrols anew, goes up as it is once everything
//! else has, and is removed when the server has it in a backup (protocol §9).

use std::cell::OnceCell;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    CheckInEngine, EngineError, SyncReport,
    state::Remark,
    store::{Control, Store},
};
use crate::{
    envelope::sign,
    journal::{FrameKind, OldPiece, OldStore, PieceName},
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
}

/// An old store whose files are read once each: they never change.
#[derive(Debug)]
struct Known {
    number: u8,
    /// Its id and whose it is; `None` if nobody can recover it.
    id: Option<(B64<16>, InstallId)>,
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
        self.old = OldStores { stores, have: None };
    }

    /// What the server does not have yet of an old store. A file that is empty or can't be read is left out.
    fn missing<'a>(&'a self, old: &'a Known) -> impl Iterator<Item = (&'a OldPiece, B64<32>)> {
        old.pieces.iter().filter_map(move |(piece, hash)| {
            let hash = *hash.get_or_init(|| {
                let bytes = self.journal.read_old(piece).ok().filter(|bytes| !bytes.is_empty())?;
                Some(B64(Sha256::digest(&bytes).into()))
            });
            let hash = hash?;
            let store = old.id.map(|(store, _)| store);
            let kept = self.state.old_kept.iter().any(|kept| Some(kept.store) == store && kept.hash == hash);
            (!kept).then_some((piece, hash))
        })
    }

    fn next_part(&self) -> Option<Part> {
        let recoverable = self.old.stores.iter().filter_map(|old| Some((old, old.id?.0)));
        let mut next = recoverable.filter_map(|(old, store)| Some((self.missing(old).next()?, store)));
        let ((piece, hash), store) = next.next()?;
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
            self.control(vec![Control::json(FrameKind::Note, &Remark::OldKept(kept))])?;
            self.old.have = None;
            return Ok(true);
        }
        let before = self.old.have.replace((part.hash, answer.have)).filter(|(of, _)| *of == part.hash);
        Ok(before.is_none_or(|(_, before)| answer.have > before) && answer.have < part.size)
    }

    /// Removes old stores that the server has in a backup.
    pub(super) fn remove_kept(&mut self) {
        let Some(through_ms) = self.state.server_head.as_ref().and_then(|seen| seen.head.backed_up_through_ms) else {
            return;
        };
        let safe = |old: &Known| {
            let Some((store, _)) = old.id else { return false };
            let mut kept = self.state.old_kept.iter().filter(|kept| kept.store == store).peekable();
            kept.peek().is_some() && kept.all(|kept| kept.t_ms <= through_ms) && self.missing(old).next().is_none()
        };
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
            let to_send = self.missing(old).count();
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
        for _ in 0..limits::PARTS_A_SYNC {
            let time_left = left();
            if cancel.is_cancelled() || time_left.is_zero() {
                return Ok(());
            }
            let Some((part, request)) = self.next_old()? else { return Ok(()) };
            let transport = self.transport()?;
            report.requests += 1;
            report.bytes_sent += request.body.len() as u64;
            let Ok(response) = transport.send(&request, time_left.min(net::EXCHANGE), cancel) else { return Ok(()) };
            report.bytes_received += response.body.len() as u64;
            let mut inner = self.inner();
            let store = inner.enrolled()?;
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

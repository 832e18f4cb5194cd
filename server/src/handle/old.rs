//! Keeps files of old stores, part by part (protocol §9.1).

use std::collections::HashMap;

use hadir_core::{
    model::{B64, InstallId},
    wire::{Kept, OldAnswer, ProblemCode, VERSION},
};
use sha2::{Digest, Sha256};

use super::{HttpOut, Refusal, ServerKeys, apply::SigningTime, keys::signed};
use crate::{
    limits::{OLD_BYTES, OLD_FILE_BYTES, OLD_FILES, OLD_PART_BYTES, OLD_RETRY_AFTER_S, OLD_TOTAL_BYTES},
    store::{OldKey, OldPiece, Result, StoreTx},
};

/// A part of a file of an old store.
#[derive(Debug)]
pub struct OldPart {
    store: B64<16>,
    name: String,
    size: u64,
    hash: B64<32>,
    at: u64,
    bytes: Vec<u8>,
}

impl OldPart {
    /// Reads the query of a path, and takes the body.
    pub(super) fn read(path: &str, bytes: Vec<u8>) -> std::result::Result<Self, Refusal> {
        let bad = || {
            Refusal::new(
                ProblemCode::BadRequest,
                "the query is store, name, size, hash and at, in this order; name is `recovery` or a segment's number",
            )
        };
        let (_, query) = path.split_once('?').ok_or_else(bad)?;
        let pairs: Vec<(&str, &str)> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        if pairs.iter().map(|(name, _)| *name).ne(["store", "name", "size", "hash", "at"]) {
            return Err(bad());
        }
        let values: HashMap<&str, &str> = pairs.into_iter().collect();
        let number = |name: &str| values[name].parse::<u64>().map_err(|_| bad());
        let name = values["name"].to_owned();
        if name != "recovery" && !name.parse::<u32>().is_ok_and(|number| number > 0 && number.to_string() == name) {
            return Err(bad());
        }
        let (size, at) = (number("size")?, number("at")?);
        if size == 0 || at > size || bytes.len() as u64 > size - at {
            return Err(bad());
        }
        if size > OLD_FILE_BYTES {
            let detail = format!("a file of an old store has at most {OLD_FILE_BYTES} bytes");
            return Err(Refusal::new(ProblemCode::TooLarge, detail));
        }
        if bytes.len() > OLD_PART_BYTES {
            let detail = format!("a part has at most {OLD_PART_BYTES} bytes; send less at once");
            return Err(Refusal::new(ProblemCode::TooLarge, detail));
        }
        let store = values["store"].parse().map_err(|_| bad())?;
        let hash = values["hash"].parse().map_err(|_| bad())?;
        Ok(Self { store, name, size, hash, at, bytes })
    }
}

/// Takes a part and says how much is here.
pub(super) fn keep(
    part: &OldPart,
    install: InstallId,
    time: SigningTime,
    keys: &ServerKeys,
    tx: &mut dyn StoreTx,
) -> Result<HttpOut> {
    let key = OldKey { install, store: part.store, name: part.name.clone(), hash: part.hash };
    let known = tx.old_piece(&key)?;
    if let Some(other) = known.as_ref().filter(|known| known.size != part.size) {
        let detail = format!("this file was announced with {} bytes before", other.size);
        return Ok(Refusal::new(ProblemCode::BadRequest, detail).answer());
    }
    let mut piece = match known {
        Some(known) => known,
        None => match refused(part, &install, tx)? {
            Some(refusal) => return Ok(refusal.answer()),
            None => OldPiece { key: key.clone(), size: part.size, have: 0, complete_ms: None, kept: None },
        },
    };
    // What does not begin where this copy ends was sent before, or will be sent again.
    if piece.complete_ms.is_none() && part.at == piece.have && !part.bytes.is_empty() {
        // What is held counts, and not what was announced: a few phones that announce much and send little would shut out all others.
        if tx.old_totals(None)?.held.saturating_add(part.bytes.len() as u64) > OLD_TOTAL_BYTES {
            let detail = "this server has no room for more old stores; an administrator has to look";
            return Ok(Refusal::for_now(ProblemCode::Unavailable, detail, OLD_RETRY_AFTER_S).answer());
        }
        tx.put_old_piece(&piece)?;
        tx.append_old(&key, part.at, &part.bytes)?;
        piece.have += part.bytes.len() as u64;
        if piece.have == piece.size {
            if B64(Sha256::digest(tx.old_bytes(&key)?).into()) != key.hash {
                tx.clear_old(&key)?;
                tx.put_old_piece(&OldPiece { have: 0, ..piece })?;
                let detail = "the bytes do not have the hash that was announced; they were thrown away, begin again";
                return Ok(Refusal::new(ProblemCode::BadRequest, detail).answer());
            }
            let (store, name, size, hash) = (key.store, key.name.clone(), piece.size, key.hash);
            let kept = Kept { v: VERSION, install, store, name, size, hash, t_ms: time.t_ms };
            piece.kept = Some(signed(&keys.receipt, &kept)?.compact().to_owned());
            piece.complete_ms = Some(time.now_ms);
        }
        tx.put_old_piece(&piece)?;
    }
    Ok(HttpOut::json(200, &OldAnswer { have: piece.have, kept: piece.kept }))
}

/// Whether a new file is too much for its sender.
fn refused(part: &OldPart, install: &InstallId, tx: &dyn StoreTx) -> Result<Option<Refusal>> {
    let own = tx.old_totals(Some(install))?;
    if own.files >= OLD_FILES || own.bytes.saturating_add(part.size) > OLD_BYTES {
        let detail = format!("an installation may send {OLD_FILES} files and {OLD_BYTES} bytes of old stores");
        return Ok(Some(Refusal::new(ProblemCode::TooLarge, detail)));
    }
    Ok(None)
}

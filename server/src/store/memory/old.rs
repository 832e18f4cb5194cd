//! Old stores in the model.

use std::collections::BTreeMap;

use hadir_core::model::InstallId;

use super::State;
use crate::store::{OldKey, OldPiece, OldRead, OldRecovery, OldTotals, OldWrite, Result};

#[derive(Clone, Default)]
pub(super) struct Part {
    pieces: BTreeMap<OldKey, (u64, OldPiece)>,
    bytes: BTreeMap<OldKey, Vec<u8>>,
    recoveries: Vec<OldRecovery>,
}

impl OldRead for State {
    fn old_piece(&self, key: &OldKey) -> Result<Option<OldPiece>> {
        Ok(self.old.pieces.get(key).map(|(_, piece)| piece.clone()))
    }
    fn old_pieces(&self) -> Result<Vec<OldPiece>> {
        let mut all: Vec<_> = self.old.pieces.values().cloned().collect();
        all.sort_by_key(|(no, piece)| (piece.key.install, piece.key.store.0, *no));
        Ok(all.into_iter().map(|(_, piece)| piece).collect())
    }
    fn old_bytes(&self, key: &OldKey) -> Result<Vec<u8>> {
        Ok(self.old.bytes.get(key).cloned().unwrap_or_default())
    }
    fn old_totals(&self, install: Option<&InstallId>) -> Result<OldTotals> {
        let of = |piece: &&OldPiece| install.is_none_or(|install| piece.key.install == *install);
        let pieces = || self.old.pieces.values().map(|(_, piece)| piece).filter(of);
        Ok(OldTotals {
            files: pieces().count() as u64,
            bytes: pieces().map(|piece| piece.size).sum(),
            held: pieces().map(|piece| piece.have).sum(),
        })
    }
    fn old_recoveries(&self) -> Result<Vec<OldRecovery>> {
        Ok(self.old.recoveries.clone())
    }
}

impl OldWrite for State {
    fn put_old_piece(&mut self, piece: &OldPiece) -> Result<()> {
        let no = self.old.pieces.len() as u64;
        self.old
            .pieces
            .entry(piece.key.clone())
            .and_modify(|(_, known)| known.clone_from(piece))
            .or_insert_with(|| (no, piece.clone()));
        Ok(())
    }
    fn append_old(&mut self, key: &OldKey, _at: u64, bytes: &[u8]) -> Result<()> {
        self.old.bytes.entry(key.clone()).or_default().extend_from_slice(bytes);
        Ok(())
    }
    fn clear_old(&mut self, key: &OldKey) -> Result<()> {
        self.old.bytes.remove(key);
        Ok(())
    }
    fn add_old_recovery(&mut self, recovery: &OldRecovery) -> Result<()> {
        self.old.recoveries.push(recovery.clone());
        Ok(())
    }
}

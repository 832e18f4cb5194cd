//! The bytes on disk against the vector that an independent script made from `docs/journal.md`.

use std::sync::atomic::{AtomicU8, Ordering};

use serde_json::Value;

use super::*;
use crate::{
    journal::{frame::Entry, segment::SEGMENT_HEADER_LEN},
    ports::{Disk, Entropy, EntropyError, KeyVault, VaultError},
};

fn vector() -> Value {
    serde_json::from_str(include_str!("../../../../tests/vectors/journal.json")).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// The vector's key store: each byte inverted, and a mark.
struct Inverting;

impl KeyVault for Inverting {
    fn wrap(&self, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        Ok(b"wrapped:".iter().copied().chain(secret.iter().map(|byte| !byte)).collect())
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Vec<u8>, VaultError> {
        let secret = wrapped.strip_prefix(b"wrapped:").ok_or(VaultError::Rejected)?;
        Ok(secret.iter().map(|byte| !byte).collect())
    }
}

/// Gives the vector's id and keys first, and then nonces of one repeated byte that counts up.
struct Scripted {
    first: Vec<Vec<u8>>,
    calls: AtomicU8,
}

impl Entropy for Scripted {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        let call = usize::from(self.calls.fetch_add(1, Ordering::Relaxed));
        match self.first.get(call) {
            Some(bytes) => buffer.copy_from_slice(bytes),
            None => buffer.fill((call - self.first.len() + 1) as u8),
        }
        Ok(())
    }
}

fn scripted(vector: &Value) -> Arc<Scripted> {
    let first = ["store_id", "store_secret", "signing_seed"].map(|name| bytes(&vector[name]));
    Arc::new(Scripted { first: first.to_vec(), calls: AtomicU8::new(0) })
}

#[test]
fn a_store_made_here_has_the_bytes_of_the_vector() {
    let vector = vector();
    let disk = ModelDisk::new();
    let mut journal =
        Journal::create(Arc::new(disk.clone()), &Inverting, scripted(&vector), SMALL, &bytes(&vector["snapshot"]))
            .unwrap();
    assert_eq!(disk.content("vault.bin"), bytes(&vector["vault_bin"]));
    assert_eq!(disk.content("vault.copy"), bytes(&vector["vault_bin"]));
    assert_eq!(journal.derive_key("draft").to_vec(), bytes(&vector["draft_key"]));
    // The second commit holds a kind from a later version, which this one never writes; see the next test.
    let record = bytes(&vector["commits"][0][0]["body"]);
    journal.commit(&[Entry { kind: FrameKind::Record, body: &record }], Vec::new).unwrap();
    let expected = bytes(&vector["segment"]);
    let len = journal.end().offset as usize;
    assert!(len > SEGMENT_HEADER_LEN + 72 + record.len());
    assert_eq!(disk.content("00000001.seg")[..len], expected[..len]);
}

#[test]
fn the_vector_opens_here_and_a_later_kind_is_kept() {
    let vector = vector();
    let disk = ModelDisk::new();
    disk.set_content("vault.bin", &bytes(&vector["vault_bin"]));
    disk.set_content("00000001.seg", &bytes(&vector["segment"]));
    let (mut journal, opened) =
        Journal::open(Arc::new(disk.clone()), &Inverting, Arc::new(SeededEntropy::new(1)), SMALL).unwrap();
    assert!(opened.report.is_clean());
    assert_eq!(opened.snapshot, Some(bytes(&vector["snapshot"])));
    assert_eq!(journal.signing_seed().to_vec(), bytes(&vector["signing_seed"]));
    let expected: Vec<_> = vector["commits"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|commit| commit.as_array().unwrap())
        .map(|entry| (entry["kind"].as_u64().unwrap(), bytes(&entry["body"])))
        .collect();
    let found: Vec<_> = opened.frames.into_iter().map(|frame| (u64::from(frame.kind.code()), frame.body)).collect();
    assert_eq!(found, expected);
    assert_eq!(FrameKind::from_code(200), FrameKind::Unknown(200));
    tap(&mut journal, b"next").unwrap();
    assert_eq!(history_bodies(&journal).len(), expected.len() + 1);
    assert!(disk.list().unwrap().iter().any(|file| file.name == "vault.copy"), "the copy was made anew");
}

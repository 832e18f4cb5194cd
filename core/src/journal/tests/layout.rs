//! The bytes on disk against the vector that an independent script made from `docs/journal.md`.

use std::sync::atomic::{AtomicU8, Ordering};

use serde_json::Value;

use super::*;
use crate::{
    envelope::SigningKey,
    journal::{RecoveryWrap, SmallFile, frame::Entry, recover_records, segment::SEGMENT_HEADER_LEN},
    ports::{Disk, Entropy, EntropyError, KeyVault, VaultError},
    seal::wrap::OpeningKey,
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
    assert_eq!(journal.derive_own_key("draft").to_vec(), bytes(&vector["draft_key"]));
    assert_eq!(journal.derive_key("freed").to_vec(), bytes(&vector["freed_key"]));
    // The second commit holds a kind from a later version, which this one never writes; see the next test.
    let [session, record] = [0, 1].map(|at| bytes(&vector["commits"][0][at]["body"]));
    let entry = |kind, body| Entry { kind, body };
    journal.commit(&[entry(FrameKind::Session, &session), entry(FrameKind::Record, &record)], Vec::new).unwrap();
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

#[test]
fn the_wrap_for_the_agency_has_the_bytes_of_the_vector_and_opens_the_records() {
    let vector = vector();
    let key = OpeningKey::from_bytes(bytes(&vector["recovery_key"]).first_chunk().unwrap());
    let install = SigningKey::from_seed(bytes(&vector["signing_seed"]).first_chunk().unwrap()).kid();
    let wrap = RecoveryWrap::parse(&bytes(&vector["recovery_bin"])).unwrap();
    assert_eq!((wrap.store.to_vec(), wrap.install, wrap.kid), (bytes(&vector["store_id"]), install, key.kid()));
    assert_eq!(wrap.open_for_tests(&key).to_vec(), bytes(&vector["store_secret"]));
    let found = recover_records(&wrap, &key, &[(1, bytes(&vector["segment"]))]).unwrap();
    assert_eq!((found.records.len(), found.gaps), (1, 0));
    assert_eq!(found.records[0].compact.as_bytes(), bytes(&vector["commits"][0][1]["body"]));

    // The other way: what is written here differs from the vector by the ephemeral key alone, which is random.
    let disk = ModelDisk::new();
    let entropy = scripted(&vector);
    let mut journal = Journal::create(Arc::new(disk.clone()), &Inverting, entropy, SMALL, b"").unwrap();
    journal.wrap_for_recovery(key.public(), install).unwrap();
    let (ours, theirs) = (disk.content("recovery.bin"), bytes(&vector["recovery_bin"]));
    assert_eq!((ours.len(), &ours[..92]), (theirs.len(), &theirs[..92]));
    assert_eq!(RecoveryWrap::parse(&ours).unwrap().open_for_tests(&key).to_vec(), bytes(&vector["store_secret"]));
}

#[test]
fn the_draft_of_the_vector_opens_here() {
    let vector = vector();
    let disk = ModelDisk::new();
    let mut journal = Journal::create(Arc::new(disk.clone()), &Inverting, scripted(&vector), SMALL, b"").unwrap();
    disk.set_content(vector["draft_name"].as_str().unwrap(), &bytes(&vector["draft_file"]));
    assert_eq!(journal.load_draft("2020-03-23").unwrap(), SmallFile::Found(bytes(&vector["draft_plain"])));
}

//! What the agency's recovery key opens and what it does not, old stores set aside, and a wipe that leaves nothing.

use std::collections::BTreeMap;

use super::*;
use crate::{
    journal::{
        OldStore, PieceName, RecoveredRecords, RecoveryError, RecoveryWrap, agency::RECOVERY_FILES, recover_records,
        secrets::VAULT_FILES, set_aside, wipe,
    },
    model::InstallId,
    ports::{VaultError, disk::model::Cut},
    seal::wrap::OpeningKey,
};

const INSTALL: InstallId = InstallId::new([9; 32]);

fn agency(seed: u8) -> OpeningKey {
    OpeningKey::from_bytes(&[seed; 32])
}

/// A store of `records` over several segments, wrapped for the agency, closed.
fn wrapped(records: u8) -> Bench {
    let bench = Bench::new();
    let mut journal = bench.create_with(b"a snapshot that is nobody else's business").unwrap();
    assert!(journal.wrap_for_recovery(agency(1).public(), INSTALL).unwrap());
    for n in 0..records {
        let session = Entry { kind: FrameKind::Session, body: b"readings of the clock" };
        let record = body(n);
        let record = Entry { kind: FrameKind::Record, body: record.as_bytes() };
        journal.commit(&[session, record], || b"state".to_vec()).unwrap();
        journal.maintain().unwrap();
    }
    drop(journal);
    bench
}

fn body(n: u8) -> String {
    format!("record {n} {}", "x".repeat(500))
}

/// The bytes that the agency would be given of what lies in `disk` under `prefix`.
fn given(disk: &ModelDisk, prefix: &str) -> (RecoveryWrap, Vec<(u32, Vec<u8>)>) {
    let wrap = RecoveryWrap::parse(&disk.content(&format!("{prefix}recovery.bin"))).unwrap();
    let segments = disk.names().into_iter().filter_map(|name| {
        let number = name.strip_prefix(prefix)?.strip_suffix(".seg")?.parse().ok()?;
        Some((number, disk.content(&name)))
    });
    (wrap, segments.collect())
}

fn recovered(disk: &ModelDisk, prefix: &str) -> RecoveredRecords {
    let (wrap, segments) = given(disk, prefix);
    recover_records(&wrap, &agency(1), &segments).unwrap()
}

fn compacts(found: &RecoveredRecords) -> Vec<String> {
    found.records.iter().map(|record| record.compact.clone()).collect()
}

#[test]
fn the_agency_brings_back_every_record_and_nothing_else() {
    let bench = wrapped(12);
    let found = recovered(&bench.disk, "");
    assert_eq!(compacts(&found), (0..12).map(body).collect::<Vec<_>>());
    assert_eq!((found.gaps, found.unread.as_slice()), (0, &[][..]));
    assert!(found.records.windows(2).all(|two| two[0].segment <= two[1].segment));
}

#[test]
fn neither_the_signing_seed_nor_the_snapshot_nor_the_clock_follows_from_what_the_agency_gets() {
    let bench = wrapped(2);
    let (journal, _) = bench.open().unwrap();
    let (wrap, segments) = given(&bench.disk, "");
    let secret = wrap.open_for_tests(&agency(1));
    // All that the secret leads to by the ways that this version knows.
    let seed = *journal.signing_seed();
    assert_ne!(*secret, seed);
    let everything = std::iter::once(secret.to_vec())
        .chain(segments.iter().map(|(_, bytes)| bytes.clone()))
        .chain(bench.disk.names().into_iter().map(|name| bench.disk.content(&name)));
    for bytes in everything {
        assert!(!bytes.windows(32).any(|window| window == seed), "the seed lies nowhere in the open");
    }
    for (number, bytes) in &segments {
        let binding = crate::journal::secrets::recoverable_binding(&wrap.store, &secret, *number);
        let scan = crate::journal::scan::scan(bytes, &[], bytes.len(), &binding);
        for found in scan.frames.iter().filter(|found| found.is_snapshot() || found.header.code == 9) {
            assert!(found.body.is_empty(), "kind {} is not for the agency", found.header.code);
            // Not even with the key for the rest.
            let sealed = &bytes[found.offset as usize + 28..found.end as usize - 4];
            let aad = binding.aad(found.offset, &found.header.encode());
            assert!(binding.key.open(&aad, sealed).is_err());
        }
    }
    assert_ne!(*journal.derive_own_key("draft"), *journal.derive_key("draft"));
}

#[test]
fn another_recovery_key_or_an_altered_wrap_opens_nothing() {
    let bench = wrapped(1);
    let (wrap, segments) = given(&bench.disk, "");
    let other = recover_records(&wrap, &agency(2), &segments);
    assert_eq!(other, Err(RecoveryError::OtherKey { wanted: agency(1).kid(), found: agency(2).kid() }));
    let (mut stolen, mut renamed) = (wrap.clone(), wrap);
    stolen.store = [0; 16];
    assert_eq!(recover_records(&stolen, &agency(1), &segments), Err(RecoveryError::DoesNotOpen));
    renamed.install = InstallId::new([1; 32]);
    assert_eq!(recover_records(&renamed, &agency(1), &segments), Err(RecoveryError::DoesNotOpen));
    let bytes = bench.disk.content("recovery.bin");
    for bit in 0..bytes.len() * 8 {
        let mut altered = bytes.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        assert!(RecoveryWrap::parse(&altered).is_err(), "bit {bit}");
    }
    for len in 0..bytes.len() {
        assert!(RecoveryWrap::parse(&bytes[..len]).is_err(), "cut to {len}");
    }
}

#[test]
fn damage_costs_the_agency_only_what_it_touched_and_is_counted() {
    let bench = wrapped(12);
    let name = "00000002.seg";
    let mut bytes = bench.disk.content(name);
    bytes[1_200..1_210].fill(0xaa);
    bench.disk.set_content(name, &bytes);
    let found = recovered(&bench.disk, "");
    assert_eq!(found.records.len(), 11);
    assert!(found.gaps > 0);
    bench.disk.delete(name);
    let found = recovered(&bench.disk, "");
    assert!(found.gaps > 0 && found.records.len() < 11);
    let (wrap, mut segments) = given(&bench.disk, "");
    segments.push((99, b"rubbish".to_vec()));
    assert_eq!(recover_records(&wrap, &agency(1), &segments).unwrap().unread, [99]);
}

#[test]
fn the_store_is_wrapped_once_and_again_when_the_recovery_key_is_another_or_a_file_is_damaged() {
    let bench = wrapped(1);
    let (mut journal, _) = bench.open().unwrap();
    let calls = bench.vault.calls();
    assert!(!journal.wrap_for_recovery(agency(1).public(), INSTALL).unwrap(), "it is already");
    assert!(journal.wrap_for_recovery(agency(2).public(), INSTALL).unwrap(), "the key was rotated");
    assert_eq!(journal.recovery_kid(), Some(agency(2).kid()));
    bench.disk.set_content("recovery.copy", b"rubbish");
    assert!(journal.wrap_for_recovery(agency(2).public(), INSTALL).unwrap(), "both files are good again");
    assert_eq!(bench.disk.content("recovery.bin"), bench.disk.content("recovery.copy"));
    assert_eq!(bench.vault.calls(), calls, "the key store was not asked");
    let (wrap, segments) = given(&bench.disk, "");
    assert_eq!(recover_records(&wrap, &agency(2), &segments).unwrap().records.len(), 1);
}

#[test]
fn a_power_cut_while_it_is_wrapped_anew_leaves_a_wrap_to_the_old_key_or_the_new() {
    for nth in 0..24 {
        for cut in [Cut::LosesAll, Cut::KeepsAll, Cut::Tears(nth)] {
            let bench = wrapped(1);
            let (mut journal, _) = bench.open().unwrap();
            bench.disk.die(nth);
            let _ = journal.wrap_for_recovery(agency(2).public(), INSTALL);
            drop(journal);
            bench.disk.power_cut(cut);
            let wraps = RECOVERY_FILES.map(|name| {
                bench.disk.names().contains(&name.to_owned()).then(|| RecoveryWrap::parse(&bench.disk.content(name)))
            });
            assert!(wraps.iter().flatten().any(Result::is_ok), "{nth} {cut:?}");
            let (mut journal, _) = bench.open().unwrap();
            journal.wrap_for_recovery(agency(2).public(), INSTALL).unwrap();
            assert_eq!(journal.recovery_kid(), Some(agency(2).kid()));
        }
    }
}

fn old_stores(bench: &Bench) -> Vec<OldStore> {
    bench.open().unwrap().0.old_stores().unwrap()
}

#[test]
fn a_store_whose_key_is_gone_is_set_aside_and_a_new_one_is_made_beside_it() {
    let mut bench = wrapped(12);
    bench.vault = MemoryVault::new(2);
    assert_eq!(bench.open().unwrap_err(), JournalError::Vault(VaultError::Rejected));
    set_aside(&bench.disk).unwrap();
    assert_eq!(bench.open().unwrap_err(), JournalError::NoStore);
    assert_eq!(set_aside(&bench.disk), Err(JournalError::NoStore), "there is nothing more");
    drop(bench.create().unwrap());
    let stores = old_stores(&bench);
    assert_eq!(stores.len(), 1);
    assert_eq!((stores[0].number, stores[0].install(), stores[0].kid()), (1, Some(INSTALL), Some(agency(1).kid())));
    assert_eq!(stores[0].pieces[0].name, PieceName::Recovery);
    let (mut journal, _) = bench.open().unwrap();
    let segments: Vec<_> = stores[0]
        .pieces
        .iter()
        .filter_map(|piece| match piece.name {
            PieceName::Segment(number) => Some((number, journal.read_old(piece).unwrap())),
            PieceName::Recovery => None,
        })
        .collect();
    assert!(segments.iter().any(|(_, bytes)| bytes.is_empty()), "a spare that nothing was written to is nothing");
    let wrap = RecoveryWrap::parse(&journal.read_old(&stores[0].pieces[0]).unwrap()).unwrap();
    let found = recover_records(&wrap, &agency(1), &segments).unwrap();
    assert_eq!(compacts(&found), (0..12).map(body).collect::<Vec<_>>(), "without the zeros at the ends too");
    // It happens again: the second is another old store.
    drop(journal);
    bench.vault = MemoryVault::new(3);
    set_aside(&bench.disk).unwrap();
    drop(bench.create().unwrap());
    assert_eq!(old_stores(&bench).iter().map(|old| old.number).collect::<Vec<_>>(), [1, 2]);
    journal = bench.open().unwrap().0;
    journal.remove_old(1).unwrap();
    assert_eq!(journal.old_stores().unwrap().iter().map(|old| old.number).collect::<Vec<_>>(), [2]);
}

#[test]
fn half_deleted_keys_are_set_aside_too_and_a_newer_format_is_not() {
    let bench = wrapped(3);
    VAULT_FILES.into_iter().for_each(|name| bench.disk.delete(name));
    assert!(matches!(bench.open(), Err(JournalError::VaultMissing { .. })));
    set_aside(&bench.disk).unwrap();
    drop(bench.create().unwrap());
    assert_eq!(recovered(&bench.disk, "old-01-").records.len(), 3);

    let bench = wrapped(3);
    let mut newer = bench.disk.content("vault.bin");
    newer[8] = 2;
    let inside = newer.len() - 4;
    let check = crate::journal::frame::crc(&newer[..inside]).to_le_bytes();
    newer[inside..].copy_from_slice(&check);
    bench.disk.set_content("vault.bin", &newer);
    assert!(matches!(set_aside(&bench.disk), Err(JournalError::NewerFormat { .. })));
    assert!(bench.disk.names().contains(&"vault.bin".to_owned()));
}

#[test]
fn setting_aside_may_be_interrupted_anywhere_and_loses_nothing() {
    let total = {
        let bench = wrapped(6);
        let before = bench.disk.operations();
        set_aside(&bench.disk).unwrap();
        bench.disk.operations() - before
    };
    for nth in 0..total {
        for cut in [Cut::LosesAll, Cut::KeepsAll, Cut::Tears(nth), Cut::Tears(nth + 100)] {
            let mut bench = wrapped(6);
            bench.vault = MemoryVault::new(2);
            bench.disk.die(nth);
            let _ = set_aside(&bench.disk);
            bench.disk.power_cut(cut);
            // What a person does: open, be told, enrol.
            if let Err(error) = bench.open().map(drop) {
                match error {
                    JournalError::NoStore => {}
                    JournalError::Vault(VaultError::Rejected) => set_aside(&bench.disk).unwrap(),
                    error => panic!("cut at {nth}, {cut:?}: {error}"),
                }
            }
            drop(bench.create().unwrap());
            assert_eq!(old_stores(&bench).len(), 1, "cut at {nth}, {cut:?}: {:?}", bench.disk.names());
            let found = recovered(&bench.disk, "old-01-");
            assert_eq!((found.records.len(), found.gaps), (6, 0), "cut at {nth}, {cut:?}");
        }
    }
}

/// What lies on the disk that somebody with both keys could still read records with.
fn readable(disk: &ModelDisk) -> usize {
    let names = disk.names();
    let mut readable = 0;
    for prefix in ["", "old-01-"] {
        let segments = names.iter().filter(|name| name.starts_with(prefix) && name.ends_with(".seg")).count();
        let unfinished = |name: &str| [format!("{prefix}{name}"), format!("{prefix}{name}.tmp")];
        let keys = VAULT_FILES.iter().chain(&RECOVERY_FILES).flat_map(|name| unfinished(name));
        readable += usize::from(segments > 0 && keys.into_iter().any(|key| names.contains(&key)));
    }
    readable
}

#[test]
fn after_a_power_cut_in_a_wipe_either_the_store_is_whole_or_nothing_can_be_decrypted() {
    let make = || {
        let mut bench = wrapped(6);
        bench.vault = MemoryVault::new(2);
        set_aside(&bench.disk).unwrap();
        let mut journal = bench.create().unwrap();
        journal.wrap_for_recovery(agency(1).public(), INSTALL).unwrap();
        for n in 0..6 {
            tap(&mut journal, body(n).as_bytes()).unwrap();
        }
        bench.disk.set_content("draft-form.bin", b"a sealed draft");
        bench.disk.set_content("recovery.bin.tmp", &bench.disk.content("recovery.bin"));
        bench
    };
    let segments = |disk: &ModelDisk| -> BTreeMap<String, Vec<u8>> {
        disk.names()
            .into_iter()
            .filter(|name| name.ends_with(".seg"))
            .map(|name| (name.clone(), disk.content(&name)))
            .collect()
    };
    let whole = segments(&make().disk);
    let mut nth = 0;
    let mut seen = [false; 2];
    loop {
        let mut done = false;
        for cut in [Cut::LosesAll, Cut::KeepsAll, Cut::Tears(nth), Cut::Tears(nth + 1_000)] {
            let bench = make();
            bench.disk.die(nth);
            done = wipe(&bench.disk).is_ok();
            bench.disk.power_cut(cut);
            let left = readable(&bench.disk);
            seen[usize::from(left == 0)] = true;
            if left > 0 {
                assert_eq!(
                    segments(&bench.disk),
                    whole,
                    "cut at {nth}, {cut:?}: a part is gone and the rest is readable"
                );
            }
            // The next open finishes it, or finds everything.
            match bench.open() {
                Ok((journal, opened)) => {
                    assert!(opened.report.is_clean());
                    assert_eq!(history_bodies(&journal).len(), 6);
                }
                Err(JournalError::NoStore) => {
                    assert!(bench.disk.names().iter().all(|name| name == "lock"), "{:?}", bench.disk.names());
                }
                Err(error) => panic!("cut at {nth}, {cut:?}: {error}"),
            }
        }
        if done {
            break;
        }
        nth += 1;
    }
    assert_eq!(seen, [true, true], "both happened");
}

//! A day on which the server comes back from yesterday's backup, and one on which its key was rotated while the phone slept:
//! a real engine, real HTTP and a real database.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use hadir_core::{
    engine::{Attempt, CheckInEngine, LogFilter, SyncEnd, SyncReport},
    history,
    model::{EnvelopeHash, Fix, FixSource},
    outbox::Delivery,
    ports::Cancel,
};
use hadir_tests::{office::Office, phone};

fn tap(engine: &CheckInEngine) {
    let fix = Fix::new(-5.147_7, 119.432_7, 12.0, 800, FixSource::Gnss).unwrap();
    engine.check_in(Attempt::with_fix(fix)).unwrap();
}

fn sync(engine: &CheckInEngine) -> SyncReport {
    engine.sync(Duration::from_secs(60), &Cancel::default()).unwrap()
}

/// Every place of the phone's history with the hash of its record.
fn written(engine: &CheckInEngine) -> BTreeMap<(u32, u64), EnvelopeHash> {
    let log = engine.log(&LogFilter::default()).unwrap();
    log.into_iter().map(|entry| ((entry.link.epoch, entry.link.seq), entry.link.hash)).collect()
}

fn segments(directory: &Path) -> Vec<std::path::PathBuf> {
    let files = fs::read_dir(directory).unwrap().map(|file| file.unwrap().path());
    let mut found: Vec<_> = files.filter(|path| path.extension().is_some_and(|ending| ending == "seg")).collect();
    found.sort();
    found
}

#[test]
fn after_a_restore_from_yesterdays_backup_every_record_is_back_or_its_gap_is_proven() {
    let home = tempfile::tempdir().unwrap();
    let mut office = Office::found(&home.path().join("server")).unwrap();
    let directory = home.path().join("phone");
    let engine = phone::open(&directory).unwrap();
    engine.enrol(&office.invite().unwrap(), &Cancel::default()).unwrap();
    let install = engine.diagnostics().install.unwrap();
    tap(&engine);
    assert_eq!(sync(&engine).end, SyncEnd::Done);
    let backup = home.path().join("yesterday.db");
    office.backup(&backup).unwrap();
    let before = office.records(&install).unwrap().len() as u64;

    // Today: taps that fill several segments, all received by the office, and then lost by it.
    while segments(&directory).len() < 4 {
        tap(&engine);
    }
    assert_eq!(sync(&engine).end, SyncEnd::Done);
    tap(&engine);
    assert_eq!(sync(&engine).end, SyncEnd::Done);
    let whole = written(&engine);
    let held: BTreeMap<_, _> = office.places(&install).unwrap();
    assert_eq!(held, whole, "the office had everything");
    drop(engine);
    // The oldest bytes are no longer on the phone.
    fs::remove_file(&segments(&directory)[0]).unwrap();
    office.stop();
    let restored = office.restore(&backup).unwrap();
    assert_eq!(restored.totals.records, before);
    office.start().unwrap();

    let engine = phone::open(&directory).unwrap();
    let here = written(&engine);
    assert!(here.len() < whole.len(), "some are gone");
    let report = sync(&engine);
    assert_eq!((report.end, report.pending), (SyncEnd::Done, 0), "{report:?}");
    assert!(report.proven > 0);
    let back: BTreeMap<_, _> = office
        .records(&install)
        .unwrap()
        .into_iter()
        .map(|row| ((row.record.epoch, row.record.seq), row.record.hash))
        .collect();
    let proven = office.proven(&install).unwrap();
    for (place, hash) in &whole {
        let is = back.get(place).or_else(|| proven.get(place));
        assert_eq!(is, Some(hash), "{place:?} is back, or its gap is proven");
    }
    assert!(here.keys().all(|place| back.contains_key(place)), "what the phone has is back as a record");
    assert_eq!(proven.len() as u64, report.proven, "only what is gone is proven");

    // The next day goes on as ever.
    tap(&engine);
    let report = sync(&engine);
    assert_eq!((report.end, report.pending, report.proven), (SyncEnd::Done, 0, 0), "{report:?}");
}

#[test]
fn after_a_restore_a_phone_takes_what_is_published_and_planned_anew() {
    let home = tempfile::tempdir().unwrap();
    let mut office = Office::found(&home.path().join("server")).unwrap();
    let engine = phone::open(&home.path().join("phone")).unwrap();
    engine.enrol(&office.invite().unwrap(), &Cancel::default()).unwrap();
    let backup = home.path().join("yesterday.db");
    office.backup(&backup).unwrap();
    // Rules, assignments and certificates that the phone gets, and that the office then forgets.
    for _ in 0..3 {
        office.publish().unwrap();
        office.rotate_receipt_key().unwrap();
        let report = sync(&engine);
        assert_eq!((report.end, report.packs, report.assignments), (SyncEnd::Done, 1, 1), "{report:?}");
    }
    let held = engine.diagnostics();
    office.stop();
    assert!(office.restore(&backup).unwrap().trust_kept);
    office.start().unwrap();
    let report = sync(&engine);
    assert_eq!((report.end, report.assignments), (SyncEnd::Done, 1), "one that is newer than what it has: {report:?}");
    let number = office.publish().unwrap();
    let report = sync(&engine);
    assert_eq!((report.end, report.packs, report.assignments), (SyncEnd::Done, 1, 1), "{report:?}");
    assert_eq!(report.not_taken, [""; 0]);
    assert_eq!((engine.diagnostics().pack, engine.diagnostics().trust), (Some(number), held.trust));
}

#[test]
fn a_phone_that_slept_through_a_rotation_of_the_receipt_key_goes_on_by_itself() {
    let home = tempfile::tempdir().unwrap();
    let mut office = Office::found(&home.path().join("server")).unwrap();
    let directory = home.path().join("phone");
    let engine = phone::open(&directory).unwrap();
    engine.enrol(&office.invite().unwrap(), &Cancel::default()).unwrap();
    tap(&engine);
    assert_eq!(sync(&engine).end, SyncEnd::Done);
    let before = engine.diagnostics().trust;
    tap(&engine);
    drop(engine);
    office.rotate_receipt_key().unwrap();
    office.rotate_receipt_key().unwrap();

    let engine = phone::open(&directory).unwrap();
    let report = sync(&engine);
    assert_eq!((report.end, report.pending), (SyncEnd::Done, 0), "{report:?}");
    assert_eq!(engine.diagnostics().trust, before.map(|serial| serial + 2));
    let log = engine.log(&LogFilter::default()).unwrap();
    assert!(log.iter().all(|entry| entry.delivery == Delivery::Received));
    let report = history::verify(&engine.export().unwrap(), Some(&office.root()));
    assert_eq!(report.problems, [], "receipts under the old key and the new one hold");
}

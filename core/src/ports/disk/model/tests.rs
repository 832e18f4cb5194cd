//! The model disk does to files what it says it does.

use super::*;
use crate::ports::disk::{conformance, replace};

fn named(disk: &ModelDisk, name: &str) -> Box<dyn DiskFile> {
    let file = disk.create(name).unwrap();
    disk.sync_dir().unwrap();
    file
}

#[test]
fn the_disk_in_memory_keeps_the_contract() {
    conformance::run(&mut || Box::new(ModelDisk::new()));
}

#[test]
fn what_was_not_synced_is_gone_after_a_power_cut() {
    let disk = ModelDisk::new();
    let file = named(&disk, "a");
    file.write_at(0, b"kept").unwrap();
    file.sync_data().unwrap();
    file.write_at(4, b" lost").unwrap();
    disk.create("b").unwrap();
    disk.power_cut(Cut::LosesAll);
    assert_eq!(disk.names(), ["a"]);
    assert_eq!(disk.content("a"), b"kept");
    assert!(file.write_at(0, b"x").is_err(), "a file opened before the cut is dead");
}

#[test]
fn a_torn_write_leaves_whole_sectors() {
    let mut mixed = 0;
    for seed in 0..50 {
        let disk = ModelDisk::new();
        let file = named(&disk, "a");
        file.write_at(0, &[1; 2048]).unwrap();
        file.sync_data().unwrap();
        file.write_at(100, &[2; 1800]).unwrap();
        let after = disk.after_power_cut(Cut::Tears(seed)).content("a");
        for sector in after[512..1536].chunks(512) {
            assert!(sector.iter().all(|b| *b == sector[0]), "a sector is kept or lost as one");
        }
        mixed += usize::from(after.contains(&2) && after[100..1900].contains(&1));
    }
    assert!(mixed > 30, "tears must be frequent, seen {mixed}");
}

#[test]
fn a_failed_sync_is_not_made_good_by_the_next_one() {
    let disk = ModelDisk::new();
    let file = named(&disk, "a");
    file.write_at(0, b"doubt").unwrap();
    disk.fail(0, Fault::Io);
    assert!(file.sync_data().is_err());
    file.sync_data().unwrap();
    assert_eq!(disk.content("a"), b"doubt", "readers still see it");
    disk.power_cut(Cut::LosesAll);
    assert_eq!(disk.content("a"), b"", "the medium never had it");
}

#[test]
fn a_full_disk_refuses_growth_and_takes_overwrites() {
    let disk = ModelDisk::new();
    let file = named(&disk, "a");
    file.write_at(0, &[0; 100]).unwrap();
    disk.set_capacity(Some(100));
    file.write_at(50, &[1; 50]).unwrap();
    assert_eq!(file.write_at(99, &[1; 2]).unwrap_err().kind, DiskErrorKind::Full);
    disk.set_capacity(None);
    file.write_at(99, &[1; 2]).unwrap();
}

#[test]
fn a_replaced_file_is_old_or_new_at_every_moment_and_under_every_fault() {
    for nth in 0..6 {
        for fault in [None, Some(Fault::Io), Some(Fault::Full), Some(Fault::ReadOnly), Some(Fault::Short)] {
            for seed in 0..20 {
                let disk = ModelDisk::new();
                replace(&disk, "a", &[1; 1500]).unwrap();
                if let Some(fault) = fault {
                    disk.fail(nth, fault);
                }
                let done = replace(&disk, "a", &[2; 1500]);
                let after = disk.after_power_cut(Cut::Tears(seed)).content("a");
                assert!(after == [1; 1500] || after == [2; 1500], "torn with {fault:?} at {nth}");
                assert!(done.is_err() || after == [2; 1500], "lost what was said to be kept");
            }
        }
    }
}

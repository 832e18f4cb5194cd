//! What every implementation of [`Disk`] must do; run it on each.

use super::{Disk, DiskErrorKind, Lock, read_all, replace};

/// Runs every case, each on a fresh empty disk from `make`.
///
/// # Panics
/// When the disk breaks the port's contract; the message names the case.
pub fn run(make: &mut dyn FnMut() -> Box<dyn Disk>) {
    names_live_as_the_calls_say(&*make());
    bytes_stay_where_they_were_written(&*make());
    wrong_names_are_refused(&*make());
    errors_have_their_kind(&*make());
    a_lock_has_one_holder(&*make());
    every_sync_is_counted(&*make());
    a_file_is_replaced_whole(&*make());
    two_disks_are_told_apart(&*make(), &*make());
}

fn names_live_as_the_calls_say(disk: &dyn Disk) {
    assert!(disk.list().expect("lists").is_empty(), "a fresh disk is empty");
    disk.create("b").expect("creates").write_at(0, b"12345").expect("writes");
    disk.create("a.seg").expect("creates");
    disk.sync_dir().expect("syncs");
    let listed: Vec<_> = disk.list().expect("lists").into_iter().map(|f| (f.name, f.len)).collect();
    assert_eq!(listed, [("a.seg".to_owned(), 0), ("b".to_owned(), 5)], "names are sorted, lengths true");
    disk.rename("b", "a.seg").expect("a rename replaces");
    assert_eq!(read_all(disk, "a.seg", 100).expect("reads"), b"12345");
    assert_eq!(read_all(disk, "a.seg", 3).expect("reads"), b"123", "a limit is kept");
    disk.remove("a.seg").expect("removes");
    assert!(disk.list().expect("lists").is_empty());
}

fn bytes_stay_where_they_were_written(disk: &dyn Disk) {
    let file = disk.create("f").expect("creates");
    assert!(file.is_empty().expect("measures"));
    file.write_at(4, b"efgh").expect("writes beyond the end");
    file.write_at(1, b"bc").expect("overwrites");
    let mut buf = [9; 10];
    assert_eq!(file.read_at(0, &mut buf).expect("reads"), 8, "a read stops at the end");
    assert_eq!(&buf, b"\0bc\0efgh\x09\x09", "a gap reads as zeros and the rest of the buffer is left");
    assert_eq!(file.read_at(6, &mut buf[..2]).expect("reads"), 2);
    assert_eq!(&buf[..2], b"gh");
    assert_eq!(file.read_at(8, &mut buf).expect("reads at the end"), 0);
    assert_eq!(file.read_at(1 << 40, &mut buf).expect("reads far beyond"), 0);
    file.set_len(2).expect("cuts");
    file.set_len(4).expect("lengthens");
    assert_eq!(read_all(disk, "f", 100).expect("reads"), b"\0b\0\0", "what was cut off stays away");
    let again = disk.open("f").expect("opens");
    again.write_at(0, b"X").expect("an opened file can be written");
    assert_eq!(file.read_at(0, &mut buf[..1]).expect("reads"), 1);
    assert_eq!(buf[0], b'X', "two handles see one file");
}

fn wrong_names_are_refused(disk: &dyn Disk) {
    for name in ["", ".", "..", "../x", "a/b", "/etc/passwd", ".hidden", "a\0b", "kéy", &"x".repeat(200)] {
        let kind = disk.create(name).err().map(|e| e.kind);
        assert_eq!(kind, Some(DiskErrorKind::BadName), "create {name:?}");
        assert_eq!(disk.open(name).err().map(|e| e.kind), Some(DiskErrorKind::BadName), "open {name:?}");
        assert_eq!(disk.remove(name).err().map(|e| e.kind), Some(DiskErrorKind::BadName), "remove {name:?}");
        assert_eq!(disk.rename("a", name).err().map(|e| e.kind), Some(DiskErrorKind::BadName), "rename {name:?}");
    }
}

fn errors_have_their_kind(disk: &dyn Disk) {
    disk.create("a").expect("creates");
    assert_eq!(disk.create("a").err().map(|e| e.kind), Some(DiskErrorKind::Exists));
    assert_eq!(disk.open("b").err().map(|e| e.kind), Some(DiskErrorKind::NotFound));
    assert_eq!(disk.remove("b").err().map(|e| e.kind), Some(DiskErrorKind::NotFound));
    assert_eq!(disk.rename("b", "c").err().map(|e| e.kind), Some(DiskErrorKind::NotFound));
}

fn a_lock_has_one_holder(disk: &dyn Disk) {
    let held = disk.lock("lock").expect("locks");
    if matches!(held, Lock::Unsupported) {
        return;
    }
    assert!(matches!(held, Lock::Held(_)), "a free lock is given, not {held:?}");
    assert!(matches!(disk.lock("lock").expect("asks"), Lock::Busy), "a held lock is busy");
    assert!(matches!(disk.lock("other").expect("asks"), Lock::Held(_)), "another lock is another lock");
    drop(held);
    assert!(matches!(disk.lock("lock").expect("locks"), Lock::Held(_)), "a dropped lock is free again");
}

fn every_sync_is_counted(disk: &dyn Disk) {
    let before = disk.syncs();
    let file = disk.create("a").expect("creates");
    file.write_at(0, b"x").expect("writes");
    assert_eq!(disk.syncs(), before, "nothing but a sync syncs");
    file.sync_data().expect("syncs");
    assert_eq!(disk.syncs(), before + 1);
    disk.sync_dir().expect("syncs");
    assert_eq!(disk.syncs(), before + 2);
}

fn a_file_is_replaced_whole(disk: &dyn Disk) {
    replace(disk, "a", b"first, and longer").expect("makes a file");
    replace(disk, "a", b"second").expect("replaces a file");
    assert_eq!(read_all(disk, "a", 100).expect("reads"), b"second");
    disk.create("a.tmp").expect("leaves something behind, as an interrupted call does");
    replace(disk, "a", b"third").expect("replaces in spite of it");
    assert_eq!(read_all(disk, "a", 100).expect("reads"), b"third");
    assert_eq!(disk.list().expect("lists").len(), 1, "nothing is left behind");
}

fn two_disks_are_told_apart(one: &dyn Disk, two: &dyn Disk) {
    assert_ne!(one.identity(), two.identity());
    assert_eq!(one.identity(), one.identity());
}

//! Storage that fails, is cut off, is full, or is an older copy of itself.

use proptest::prelude::*;

use super::*;
use crate::{
    history,
    index::tests::{InlineIndex, Trouble},
    model::{Body, EpochCause, Kind, RecordId},
    ports::disk::model::Cut,
};

fn epochs(world: &World) -> Vec<(u32, EpochCause)> {
    let records = world.office().records_kept();
    let started = records.iter().filter_map(|record| match record.body() {
        Ok(Body::Epoch(start)) => Some((record.epoch, start.cause)),
        _ => None,
    });
    started.collect()
}

fn ids(engine: &CheckInEngine) -> Vec<RecordId> {
    let taps = LogFilter { kinds: vec![Kind::CheckIn], ..LogFilter::default() };
    engine.log(&taps).unwrap().into_iter().map(|entry| entry.id).collect()
}

#[test]
fn a_tap_survives_a_power_cut_right_after_it_returned() {
    let mut world = World::ordinary();
    let engine = world.enrolled();
    let mut tapped = Vec::new();
    for at in 0..60 {
        world.pass(MINUTE);
        tapped.push(world.tap(&engine).id);
        if at % 7 == 0 {
            world.sync(&engine);
        }
        let after = world.disk.after_power_cut(if at % 2 == 0 { Cut::LosesAll } else { Cut::Tears(at) });
        let before = std::mem::replace(&mut world.disk, after);
        assert_eq!(ids(&world.open()), tapped);
        world.disk = before;
    }
}

#[test]
fn the_state_after_an_open_is_the_state_before_it() {
    let world = World::ordinary();
    let engine = world.enrolled();
    for at in 0..250_u64 {
        world.pass(10_000);
        world.tap(&engine);
        if at % 20 == 0 {
            world.sync(&engine);
        }
        if at % 50 == 49 {
            let copy = world.disk.after_power_cut(Cut::LosesAll);
            let twin = World { disk: copy, office: world.office.clone(), ..World::ordinary() };
            let state = |engine: &CheckInEngine| {
                let mut inner = engine.inner();
                let mut state = inner.enrolled().unwrap().state.clone();
                // A hint, and the last head of a quiet poll, are not worth a write.
                (state.pending_from, state.server_head) = (None, None);
                String::from_utf8(state.to_snapshot()).unwrap()
            };
            assert_eq!(state(&twin.open()), state(&engine), "after {at} taps");
        }
    }
}

#[test]
fn a_full_disk_refuses_the_tap_by_name_and_recovers_with_space() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.disk.set_capacity(Some(world.disk.used()));
    let mut tapped = Vec::new();
    let refused = loop {
        match engine.check_in(no_fix()) {
            Ok(recorded) => tapped.push(recorded.id),
            Err(error) => break error,
        }
        assert!(tapped.len() < 10_000);
    };
    assert_eq!(refused, EngineError::StoreFull);
    assert!(tapped.len() > 20, "space for days was there ahead: {}", tapped.len());
    assert!(engine.today().is_ok());
    world.disk.set_capacity(None);
    tapped.push(world.tap(&engine).id);
    assert_eq!(ids(&engine), tapped);
    world.deliver(&engine);
}

#[test]
fn records_that_the_medium_lost_are_reported_in_a_new_epoch_and_the_rest_is_delivered() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.office().down = true;
    let tapped: Vec<RecordId> = (0..10).map(|_| world.tap(&engine).id).collect();
    drop(engine);
    // One sector in the middle of the taps goes bad.
    let name = world.disk.names().into_iter().find(|name| name.ends_with(".seg")).unwrap();
    let mut bytes = world.disk.content(&name);
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    bytes[end - 6_000..end - 5_500].fill(0xaa);
    world.disk.set_content(&name, &bytes);

    world.office().down = false;
    let engine = world.open();
    assert!(engine.today().unwrap().needs.iter().any(|need| matches!(need, Need::StoreDamaged { gaps: 1, .. })));
    let left = ids(&engine);
    assert!(left.len() < 10 && left.len() >= 8, "{}", left.len());
    let after = world.tap(&engine);
    assert_eq!(after.link.epoch, 2, "the very next record says it");
    world.deliver(&engine);
    assert_eq!(epochs(&world), [(2, EpochCause::Damage)]);
    for id in left.iter().chain([&after.id]) {
        assert!(world.office().by_id.contains_key(id), "everything that was left is delivered");
    }
    assert!(tapped.iter().any(|id| !world.office().by_id.contains_key(id)));
    let report = history::verify(&engine.export().unwrap(), Some(&world.office().trust.root));
    assert_eq!(report.problems, [], "an honest loss is no fraud");
    assert!(report.epochs.iter().any(|epoch| !epoch.declared_lost.is_empty()));
}

#[test]
fn a_sector_that_fails_after_its_records_were_looked_up_stops_delivery_for_one_sync_at_most() {
    let world = World::ordinary();
    let engine = world.enrolled();
    for _ in 0..30 {
        world.tap(&engine);
    }
    let bad = world.tap(&engine);
    let after: Vec<_> = (0..30).map(|_| world.tap(&engine).id).collect();
    // The first batch goes up; all of them were looked up for it.
    let request = |office: &mut office::Office, count| office.faults.extend(std::iter::repeat_n(None, count));
    request(&mut world.office(), 2);
    world.office().faults.push_back(Some(office::Fault::Transport(crate::ports::TransportError::Broken)));
    world.sync(&engine);
    let pos = place_of(&engine, &bad);
    world.disk.spoil_sector(&format!("{:08}.seg", pos.segment), u64::from(pos.offset) + 40);
    let mut failures = 0;
    for _ in 0..20 {
        match engine.sync(LONG, &Cancel::default()) {
            Ok(SyncReport { end: SyncEnd::Waiting { for_ms, .. }, .. }) => world.pass(for_ms),
            Ok(report) if report.pending == 0 => break,
            Ok(_) => {}
            Err(_) => failures += 1,
        }
    }
    assert!(failures <= 1, "{failures} syncs failed");
    assert!(after.iter().skip(3).all(|id| world.office().by_id.contains_key(id)), "what lies behind it is delivered");
    assert_eq!(epochs(&world), [(2, EpochCause::Damage)]);
}

#[test]
fn a_lost_tail_that_was_witnessed_is_told_although_the_process_dies_right_after() {
    let index = Arc::new(InlineIndex::new(Trouble::None));
    let mut world = World { index: Some(index.clone()), ..World::ordinary() };
    let engine = world.enrolled();
    world.tap(&engine);
    world.deliver(&engine);
    drop(engine);
    let engine = world.open();
    {
        let mut inner = engine.inner();
        let store = inner.enrolled().unwrap();
        *index.told.lock().unwrap() = Some(store.journal.last_no() + 3);
        engine.follow(store);
    }
    drop(engine);
    // The index has followed what is left, and witnesses no more than that.
    world.index = None;
    world.disk = world.disk.after_power_cut(Cut::LosesAll);
    let engine = world.open();
    assert_eq!(world.tap(&engine).link.epoch, 2);
    world.deliver(&engine);
    assert_eq!(epochs(&world), [(2, EpochCause::LostTail)]);
}

#[test]
fn a_restored_copy_opens_an_epoch_and_nothing_is_stored_twice() {
    let mut world = World::ordinary();
    let engine = world.enrolled();
    world.tap(&engine);
    world.deliver(&engine);
    let backup = world.disk.after_power_cut(Cut::LosesAll);
    world.pass(MINUTE);
    world.tap(&engine);
    world.deliver(&engine);
    drop(engine);

    world.disk = backup;
    world.pass(MINUTE);
    let engine = world.open();
    let forked = world.tap(&engine);
    world.deliver(&engine);
    world.pass(MINUTE);
    let after = world.tap(&engine);
    world.deliver(&engine);
    assert_eq!(epochs(&world), [(2, EpochCause::RestoredCopy)]);
    assert_eq!(after.link.epoch, 2);
    let office = world.office();
    assert!(office.by_id.contains_key(&after.id));
    let kept_somewhere =
        office.by_id.contains_key(&forked.id) || office.conflicts.iter().any(|kept| kept.hash == forked.link.hash);
    assert!(kept_somewhere, "the tap of the copy is with the office, as a record or as evidence");
}

#[test]
fn a_server_restored_from_a_backup_gets_everything_again() {
    let world = World::ordinary();
    let engine = world.enrolled();
    for _ in 0..8 {
        world.pass(MINUTE);
        world.tap(&engine);
        world.deliver(&engine);
    }
    let whole = world.office().kept.clone();
    world.office().kept.retain(|(_, seq), _| *seq <= 5);
    world.office().by_id.retain(|_, (_, seq)| *seq <= 5);
    world.pass(MINUTE);
    world.sync(&engine);
    world.deliver(&engine);
    let office = world.office();
    assert!(whole.iter().all(|(place, kept)| office.kept.get(place) == Some(kept)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// The medium dies at any operation of a few taps and syncs; the phone opens again and has everything that was acknowledged.
    #[test]
    fn a_death_at_any_moment_loses_nothing_acknowledged(nth in 0..400_u64, seed in any::<u64>()) {
        let mut world = World::ordinary();
        let engine = world.enrolled();
        let mut acknowledged = Vec::new();
        world.disk.die(nth);
        for at in 0..40 {
            world.pass(MINUTE);
            if let Ok(recorded) = engine.check_in(no_fix()) {
                acknowledged.push(recorded.id);
            }
            if at % 5 == 4 {
                let _ = engine.sync(LONG, &Cancel::default());
            }
        }
        world.disk = world.disk.after_power_cut(Cut::Tears(seed));
        drop(engine);
        let engine = world.open();
        let found = ids(&engine);
        for id in &acknowledged {
            prop_assert!(found.contains(id));
        }
        world.tap(&engine);
        world.deliver(&engine);
        let office = world.office();
        for id in &found {
            prop_assert!(office.by_id.contains_key(id));
        }
        prop_assert_eq!(&office.conflicts, &[]);
    }
}

/// Eight bytes anywhere in the first segment: whatever they took with them, the next tap is recorded and arrives.
#[test]
fn no_eight_bytes_of_a_store_cut_a_phone_off() {
    // What follows makes of the damage a gap, and not a commit that was never finished.
    let used = || {
        let world = World::ordinary();
        let engine = world.enrolled();
        world.tap(&engine);
        world.deliver(&engine);
        drop(engine);
        world
    };
    let end = {
        let world = used();
        let content = world.disk.content("00000001.seg");
        content.len() - content.iter().rev().take_while(|byte| **byte == 0).count()
    };
    let mut cut_off = 0;
    for at in (0..end).step_by(192) {
        let world = used();
        let mut content = world.disk.content("00000001.seg");
        content[at..at + 8].copy_from_slice(b"XXXXXXXX");
        world.disk.set_content("00000001.seg", &content);
        let engine = world.open();
        if !engine.is_enrolled() {
            // Who it is stands in one place, and only an invite brings it back.
            cut_off += 192;
            continue;
        }
        let tapped = world.tap(&engine);
        world.deliver(&engine);
        assert!(world.office().kept.contains_key(&(tapped.link.epoch, tapped.link.seq)), "at byte {at} of {end}");
        engine.export().unwrap();
    }
    assert!(cut_off < 1_024, "{cut_off} of {end} bytes");
}

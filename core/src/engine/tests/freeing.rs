//! What the phone frees, what it keeps, and what it says of it.

use super::*;
use crate::{
    history,
    journal::FrameKind,
    ports::disk::model::Cut,
    wire::{Receipt, ReceiptAnswer},
};

const DAY: u64 = 86_400_000;

/// Three months of taps, each delivered, on a phone with small segments; the server backs up every day.
fn months(days: u64) -> (World, CheckInEngine) {
    let world = World::ordinary();
    let settings = Settings { segment_bytes: 16 << 10, ..world.settings() };
    let engine = CheckInEngine::open(world.ports(), settings).unwrap();
    engine.enrol(&world.link(), &Cancel::default()).unwrap();
    for _ in 0..days {
        day(&world, &engine);
    }
    (world, engine)
}

fn day(world: &World, engine: &CheckInEngine) {
    for _ in 0..2 {
        world.pass(DAY / 2);
        world.tap(engine);
        world.deliver(engine);
    }
    let now_ms = world.office().now_ms;
    world.office().backed_up_through_ms = Some(now_ms);
    world.deliver(engine);
}

fn segments(world: &World) -> usize {
    world.disk.names().iter().filter(|name| name.ends_with(".seg")).count()
}

fn taps(engine: &CheckInEngine) -> usize {
    let taps = LogFilter { kinds: vec![crate::model::Kind::CheckIn], ..LogFilter::default() };
    engine.log(&taps).unwrap().len()
}

#[test]
fn two_months_after_a_backup_the_records_go_and_their_receipts_prove_them() {
    let (world, engine) = months(60);
    assert_eq!(engine.diagnostics().freed, None, "nothing is old enough");
    let (before, records) = (segments(&world), taps(&engine));
    assert_eq!(records, 120);
    for _ in 0..40 {
        day(&world, &engine);
    }
    let freed = engine.diagnostics().freed.expect("something went");
    assert!(taps(&engine) < 200 && taps(&engine) >= 124, "62 days are here: {}", taps(&engine));
    assert!(segments(&world) < before + 10, "{} then, {} now", before, segments(&world));
    let export = engine.export().unwrap();
    let report = history::verify(&export, Some(&world.office().trust.root));
    assert_eq!(report.problems, [], "freed is neither lost nor tampered with");
    assert_eq!(report.epochs[0].freed, [history::Span { from_seq: 1, to_seq: freed.1 }]);
    assert_eq!(report.epochs[0].declared_lost, []);
    let month = engine.month(Some(crate::schedule::YearMonth::of(world.date))).unwrap();
    let first = month.days.iter().find(|day| day.date == world.date).unwrap();
    assert_eq!(first.known, DayKnown::NotJudged { why: NotJudged::Freed }, "nobody missed what is no longer here");
    assert_eq!(month.totals.missed, 0);

    // The state is the same after an open, and when it has to be made from frames alone.
    let through = |engine: &CheckInEngine| {
        let mut inner = engine.inner();
        let state = &inner.enrolled().unwrap().state;
        (state.head, state.outbox.pending_count(), state.freed.map(|freed| freed.seq))
    };
    let expected = through(&engine);
    drop(engine);
    let engine = world.open();
    assert_eq!(through(&engine), expected);
    let rebuilt = {
        let inner = engine.inner();
        super::store::from_frames(&inner.store.as_ref().unwrap().journal, |_, _| ()).unwrap()
    };
    assert_eq!((rebuilt.head, rebuilt.outbox.pending_count()), (expected.0, expected.1));
    assert!(rebuilt.doubt.is_none() && rebuilt.identity.is_some() && rebuilt.trust.is_some());
}

#[test]
fn a_state_that_is_made_from_frames_after_freeing_invents_no_loss_and_no_doubt() {
    // A month without the office: the receipts of those records lie in a later segment. And a loss, told in an epoch.
    let (world, engine) = months(2);
    let taps: Vec<_> = (0..60)
        .map(|_| {
            world.pass(DAY / 2);
            world.tap(&engine)
        })
        .collect();
    world.spoil(&engine, &taps[4]);
    world.deliver(&engine);
    for _ in 0..80 {
        if engine.diagnostics().freed.is_none() {
            day(&world, &engine);
        }
    }
    let freed = engine.diagnostics().freed.expect("something went");
    let inner = engine.inner();
    let store = inner.store.as_ref().unwrap();
    let newest = store.state.head.unwrap();
    let receipts = store.journal.kept().unwrap().frames.into_iter().filter(|frame| frame.kind == FrameKind::Receipt);
    let covers = |body: &[u8]| {
        let answer: ReceiptAnswer = serde_json::from_slice(body).unwrap();
        let receipt = super::state::trusted::<Receipt>(&answer.receipt).unwrap();
        receipt.epoch == freed.0 && (receipt.from..=receipt.to).contains(&freed.1)
    };
    assert!(
        !receipts.into_iter().any(|frame| covers(&frame.body)),
        "the receipt of the last freed record is kept as a frame"
    );
    let rebuilt = super::store::from_frames(&store.journal, |_, _| ()).unwrap();
    assert!(rebuilt.doubt.is_none(), "{:?}", rebuilt.doubt);
    assert_eq!((rebuilt.head, rebuilt.outbox.pending()), (Some(newest), None));
    let lost = |state: &super::state::State| {
        (1..=newest.epoch)
            .flat_map(|epoch| (1..=newest.seq + 200).map(move |seq| (epoch, seq)))
            .filter(|(epoch, seq)| state.outbox.delivery(*epoch, *seq) == crate::outbox::Delivery::Lost)
            .count()
    };
    assert!(lost(&rebuilt) <= lost(&store.state), "{} and {}", lost(&rebuilt), lost(&store.state));
}

#[test]
fn without_a_backup_nothing_goes_and_a_parked_record_holds_back_what_follows() {
    let (world, engine) = months(3);
    world.office().backed_up_through_ms = None;
    let parked = {
        let tap = world.tap(&engine);
        world.office().poison.push(tap.id);
        world.deliver(&engine);
        tap
    };
    for _ in 0..80 {
        world.pass(DAY);
        world.tap(&engine);
        world.deliver(&engine);
    }
    assert_eq!(engine.diagnostics().freed, None, "no backup, nothing goes");
    let now_ms = world.office().now_ms;
    world.office().backed_up_through_ms = Some(now_ms);
    world.pass(MINUTE);
    world.deliver(&engine);
    for _ in 0..20 {
        day(&world, &engine);
    }
    let freed = engine.diagnostics().freed.map_or(0, |(_, seq)| seq);
    assert!(freed < parked.link.seq, "the parked record is still here");
    assert_eq!(engine.diagnostics().parked.len(), 1);
    // A person decides; after that it goes like the others, by the time at which it came itself.
    world.office().poison.clear();
    engine.release(parked.link.epoch, parked.link.seq).unwrap();
    let backed_up = world.office().backed_up_through_ms;
    for _ in 0..70 {
        world.pass(DAY);
        world.tap(&engine);
        world.deliver(&engine);
    }
    let freed = || engine.diagnostics().freed.map_or(0, |(_, seq)| seq);
    assert!(freed() < parked.link.seq, "no backup has it yet");
    assert_eq!(world.office().backed_up_through_ms, backed_up);
    for _ in 0..30 {
        day(&world, &engine);
    }
    assert!(engine.diagnostics().freed.is_some_and(|(_, seq)| seq >= parked.link.seq));
    let report = history::verify(&engine.export().unwrap(), Some(&world.office().trust.root));
    assert_eq!(report.problems, []);
}

#[test]
fn a_power_cut_at_any_moment_of_freeing_leaves_a_history_that_verifies() {
    let (mut world, engine) = months(75);
    drop(engine);
    let before = world.disk.after_power_cut(Cut::KeepsAll);
    let (kept, by_id) = {
        let office = world.office();
        (office.kept.clone(), office.by_id.clone())
    };
    for nth in (0..160).step_by(20) {
        // The office as it was, too: to it, the disk of before is no older copy.
        world.disk = before.after_power_cut(Cut::KeepsAll);
        {
            let mut office = world.office();
            (office.kept, office.by_id) = (kept.clone(), by_id.clone());
        }
        let settings = Settings { segment_bytes: 16 << 10, ..world.settings() };
        {
            let engine = CheckInEngine::open(world.ports(), settings.clone()).unwrap();
            world.disk.die(nth);
            for _ in 0..4 {
                world.pass(DAY / 4);
                let _ = engine.check_in(no_fix());
                let _ = engine.sync(LONG, &Cancel::default());
            }
        }
        world.disk = world.disk.after_power_cut(Cut::Tears(nth));
        let engine = CheckInEngine::open(world.ports(), settings).unwrap();
        world.deliver(&engine);
        let report = history::verify(&engine.export().unwrap(), Some(&world.office().trust.root));
        assert_eq!(report.problems, [], "{nth}");
    }
}

#[test]
fn a_history_that_calls_a_place_freed_without_a_receipt_does_not_verify() {
    let (world, engine) = months(2);
    let root = world.office().trust.root;
    let mut export = engine.export().unwrap();
    assert_eq!(history::verify(&export, Some(&root)).problems, []);
    // The first records are hidden as freed: the receipts prove them, and the link of the next is checked against them.
    export.records.drain(..3);
    export.freed = vec![history::FreedPlaces { epoch: 1, from_seq: 1, to_seq: 3 }];
    assert_eq!(history::verify(&export, Some(&root)).problems, []);
    let mut without = export.clone();
    without.receipts.remove(0);
    assert!(!history::verify(&without, Some(&root)).problems.is_empty(), "nothing proves them");
    let mut silent = export.clone();
    silent.freed.clear();
    assert!(!history::verify(&silent, Some(&root)).problems.is_empty(), "and freed has to be said");
    export.records.remove(0);
    assert!(!history::verify(&export, Some(&root)).problems.is_empty(), "one more is missing");
}

#[test]
fn a_server_restored_from_an_old_backup_is_shown_the_receipts_of_what_was_freed() {
    let (world, engine) = months(100);
    let (_, freed) = engine.diagnostics().freed.unwrap();
    let whole = world.office().kept.clone();
    world.office().restore((1, 3));
    for _ in 0..20 {
        world.pass(MINUTE);
        world.deliver(&engine);
    }
    let office = world.office();
    for (place, kept) in &whole {
        let back = office.kept.get(place).map(|back| back.hash).or_else(|| office.proven.get(place).copied());
        assert_eq!(back, Some(kept.hash), "{place:?} is back, or its gap is proven");
    }
    assert!(office.proven.len() as u64 >= freed - 3, "{} of {freed}", office.proven.len());
}

//! Orders to try a parked record again, and servers that come back from a backup.

use super::{office::Fault, *};
use crate::{
    model::{EpochCause, Kind},
    outbox::Delivery,
    wire::{ProblemCode, ReleaseOrder},
};

fn order(t_ms: i64, tapped: &Recorded) -> ReleaseOrder {
    ReleaseOrder { t_ms, epoch: tapped.link.epoch, seq: tapped.link.seq }
}

fn delivery(engine: &CheckInEngine, tapped: &Recorded) -> Delivery {
    let log = engine.log(&LogFilter::default()).unwrap();
    log.into_iter().find(|entry| entry.id == tapped.id).unwrap().delivery
}

#[test]
fn an_administrators_order_reaches_the_phone_with_the_next_sync_and_the_original_replaces_the_stub() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let taps: Vec<_> = (0..5).map(|_| world.tap(&engine)).collect();
    world.office().poison.push(taps[2].id);
    world.deliver(&engine);
    assert!(matches!(delivery(&engine, &taps[2]), Delivery::Parked { .. }));
    drop(engine);

    let engine = world.open();
    let at = (taps[2].link.epoch, taps[2].link.seq);
    {
        let mut office = world.office();
        office.poison.clear();
        let t_ms = office.now_ms;
        office.orders.push(order(t_ms, &taps[2]));
    }
    let report = world.sync(&engine);
    assert_eq!((report.end, report.received), (SyncEnd::Done, 1));
    let kept = world.office().kept[&at].clone();
    assert_eq!((kept.stub, kept.hash), (false, taps[2].link.hash));
    assert_eq!(engine.today().unwrap().needs, []);
    assert_eq!(delivery(&engine, &taps[2]), Delivery::Received);
}

#[test]
fn an_order_is_obeyed_once_and_the_office_hears_that_it_came_to_nothing() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let tapped = world.tap(&engine);
    world.office().poison.push(tapped.id);
    world.deliver(&engine);
    let at = (tapped.link.epoch, tapped.link.seq);
    let t_ms = world.office().now_ms;
    world.office().orders.push(order(t_ms, &tapped));
    world.deliver(&engine);
    assert_eq!(world.office().tried.get(&at), Some(&t_ms), "the stub names the order");
    assert!(matches!(delivery(&engine, &tapped), Delivery::Parked { .. }));
    // The same order again, as a server would say it whose answer was lost: nothing is sent for it.
    world.office().orders.push(order(t_ms, &tapped));
    drop(engine);
    let engine = world.open();
    let before = world.office().paths.len();
    world.sync(&engine);
    assert_eq!(world.office().paths[before..].iter().filter(|path| *path == "/v1/records").count(), 0);
    // A later one is obeyed.
    world.office().poison.clear();
    world.office().orders.push(order(t_ms + 1, &tapped));
    world.sync(&engine);
    assert_eq!(delivery(&engine, &tapped), Delivery::Received);
}

#[test]
fn an_order_for_a_record_that_is_not_parked_changes_nothing() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let tapped = world.tap(&engine);
    world.deliver(&engine);
    let t_ms = world.office().now_ms;
    world.office().orders.extend([order(t_ms, &tapped), ReleaseOrder { t_ms: t_ms + 1, epoch: 9, seq: 77 }]);
    assert_eq!(world.sync(&engine).end, SyncEnd::Done);
    assert_eq!((delivery(&engine, &tapped), engine.today().unwrap().needs), (Delivery::Received, vec![]));
}

/// Taps that fill segments, each delivered in the segment after it, until the first segments can go: what the freeing of bytes
/// leaves behind.
fn with_freed_bytes(world: &World) -> (CheckInEngine, Vec<Recorded>) {
    let engine = world.enrolled();
    world.deliver(&engine);
    let segments = |world: &World| world.disk.names().into_iter().filter(|name| name.ends_with(".seg")).count();
    let mut taps = Vec::new();
    let fill = |taps: &mut Vec<Recorded>| {
        let before = segments(world);
        while segments(world) == before {
            world.pass(1_000);
            taps.push(world.tap(&engine));
            engine.inner().store.as_mut().unwrap().tidy();
        }
    };
    world.office().down = true;
    fill(&mut taps);
    fill(&mut taps);
    world.office().down = false;
    world.deliver(&engine);
    drop(engine);
    let mut names: Vec<String> = world.disk.names().into_iter().filter(|name| name.ends_with(".seg")).collect();
    names.sort();
    world.disk.delete(&names[0]);
    (world.open(), taps)
}

#[test]
fn of_bytes_that_are_gone_a_restored_server_is_shown_its_own_receipts_and_the_rest_comes_back() {
    let world = World::ordinary();
    let (engine, taps) = with_freed_bytes(&world);
    let here: Vec<_> = engine.log(&LogFilter::default()).unwrap().iter().map(|entry| entry.link.seq).collect();
    let first = *here.first().unwrap();
    assert!(first > 10, "some bytes are gone: {first}");
    let whole = world.office().kept.clone();
    world.office().restore((1, 3));
    // The app is killed right after the proof was taken: what it still holds must go up all the same.
    world.office().faults.extend([None, None, Some(Fault::Transport(crate::ports::TransportError::Unreachable))]);
    let report = world.sync(&engine);
    assert_eq!((report.proven, world.office().shown.len()), (first - 1 - 3, 1), "{report:?}");
    drop(engine);
    let engine = world.open();
    world.deliver(&engine);
    {
        let office = world.office();
        for (place, kept) in &whole {
            let back = office.kept.get(place).map(|back| back.hash).or_else(|| office.proven.get(place).copied());
            assert_eq!(back, Some(kept.hash), "{place:?} is back, or its gap is proven");
        }
        assert!(office.proven.keys().all(|(_, seq)| (4..first).contains(seq)));
    }
    let after = world.tap(&engine);
    world.deliver(&engine);
    assert_eq!(delivery(&engine, &after), Delivery::Received);
    let shown = world.office().shown.len();
    world.sync(&engine);
    assert_eq!(world.office().shown.len(), shown, "shown once");
    assert!(taps.len() > 20);
}

#[test]
fn a_proof_that_the_server_does_not_take_is_told_as_a_loss_and_holds_up_nothing() {
    let world = World::ordinary();
    let (engine, _) = with_freed_bytes(&world);
    world.office().restore((1, 3));
    world.office().refuses_proofs = true;
    world.deliver(&engine);
    let epochs: Vec<_> =
        world.office().records_kept().into_iter().filter(|record| record.kind == Kind::Epoch).collect();
    assert_eq!(epochs.len(), 1);
    let crate::model::Body::Epoch(start) = epochs[0].body().unwrap() else { panic!("an epoch") };
    assert_eq!(start.cause, EpochCause::Damage);
    let after = world.tap(&engine);
    world.deliver(&engine);
    assert_eq!(delivery(&engine, &after), Delivery::Received);
}

#[test]
fn a_restored_server_whose_clock_is_behind_is_shown_its_own_later_head_and_signs_nothing_earlier_again() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.pass(60 * MINUTE);
    world.tap(&engine);
    world.deliver(&engine);
    let last_ms = engine.diagnostics().last_contact_ms.unwrap();
    {
        let mut office = world.office();
        office.restore((1, 1));
        office.off_ms = -30 * 60_000;
    }
    world.pass(MINUTE);
    let tapped = world.tap(&engine);
    let report = world.sync(&engine);
    world.deliver(&engine);
    assert_eq!(report.end, SyncEnd::Done, "{report:?}");
    assert_eq!(delivery(&engine, &tapped), Delivery::Received);
    assert_eq!(engine.diagnostics().last_contact_ms, Some(last_ms), "never an earlier time");
    let office = world.office();
    assert_eq!(office.shown.len(), 1);
    let tokens: Vec<_> = engine.inner().store.as_ref().unwrap().state.anchors.clone();
    assert!(tokens.iter().all(|token| token.t_ms >= last_ms - 60 * 60_000), "{tokens:?}");
    assert!(tokens.iter().all(|token| token.t_ms != office.now_ms + office.off_ms), "a false time is no evidence");
}

#[test]
fn an_older_head_from_a_cache_is_no_news_and_ends_nothing() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.pass(MINUTE);
    world.tap(&engine);
    world.office().faults.extend([None, Some(Fault::Problem(ProblemCode::BadRequest))]);
    world.deliver(&engine);
    assert_eq!(world.office().shown.len(), 0, "an answer at the same time as the newest is no reason");
}

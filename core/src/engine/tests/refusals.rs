//! A server that refuses, lies, is not there, or is not the server.

use proptest::prelude::*;

use super::{office::Fault, *};
use crate::{
    envelope::{SigningKey, sign},
    model::{B64, Kind},
    outbox::Delivery,
    ports::TransportError,
    sync::WaitReason,
    wire::{Pack, ProblemCode},
};

#[test]
fn an_enrolment_with_another_root_is_refused() {
    let world = World::ordinary();
    let mut invite = world.office().invite();
    invite.root = SigningKey::from_seed(&[200; 32]).public().as_b64();
    let refused = world.open().enrol(&Office::link(&invite), &Cancel::default());
    assert!(matches!(refused, Err(EngineError::Trust(_))), "{refused:?}");
    invite = world.office().invite();
    invite.agency = "lain".into();
    let refused = world.open().enrol(&Office::link(&invite), &Cancel::default());
    assert!(matches!(refused, Err(EngineError::NotOurServer(_))), "{refused:?}");
    invite = world.office().invite();
    invite.code = B64([0; 16]);
    let refused = world.open().enrol(&Office::link(&invite), &Cancel::default());
    assert!(matches!(refused, Err(EngineError::EnrolRefused { code: ProblemCode::InviteUnknown, .. })), "{refused:?}");
}

#[test]
fn an_enrolment_while_the_servers_clock_is_behind_says_that_the_invite_stays_good() {
    let world = World::ordinary();
    let engine = world.open();
    world.office().faults.push_back(Some(Fault::Problem(ProblemCode::ClockBehind)));
    let refused = engine.enrol(&world.link(), &Cancel::default()).unwrap_err();
    assert!(refused.is_transient(), "{refused:?}");
    let told = crate::text::engine::error(&refused, crate::text::Lang::Id);
    assert!(told.contains("Undangan tetap berlaku"), "{told}");
    engine.enrol(&world.link(), &Cancel::default()).unwrap();
}

#[test]
fn an_enrolment_through_a_captive_portal_says_so_and_works_later() {
    let world = World::ordinary();
    let engine = world.open();
    world.office().faults.push_back(Some(Fault::Html));
    let refused = engine.enrol(&world.link(), &Cancel::default());
    assert!(matches!(refused, Err(EngineError::NotOurServer(_))), "{refused:?}");
    engine.enrol(&world.link(), &Cancel::default()).unwrap();
}

#[test]
fn a_captive_portals_page_is_no_receipt() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.tap(&engine);
    world.office().faults.extend([None, Some(Fault::Html)]);
    let report = world.sync(&engine);
    assert!(matches!(report.end, SyncEnd::Waiting { why: WaitReason::NotOurServer, .. }));
    assert!(report.pending > 0);
    world.deliver(&engine);
}

#[test]
fn forged_and_tampered_receipts_are_not_believed() {
    for fault in [Fault::ForgedReceipt, Fault::TamperedOutcomes] {
        let world = World::ordinary();
        let engine = world.enrolled();
        let tapped = world.tap(&engine);
        // A signer that is not known may have a certificate that the phone does not: it asks, and tries once more.
        world.office().faults.extend([None, Some(fault.clone()), None, Some(fault)]);
        assert!(world.sync(&engine).pending > 0);
        let log = engine.log(&LogFilter::default()).unwrap();
        let entry = log.iter().find(|entry| entry.id == tapped.id).unwrap();
        assert_eq!((&entry.delivery, entry.receipt), (&Delivery::Waiting, None));
        world.deliver(&engine);
    }
}

#[test]
fn a_refused_record_is_parked_shown_and_goes_up_when_it_is_released() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let taps: Vec<_> = (0..9).map(|_| world.tap(&engine)).collect();
    world.office().poison.push(taps[4].id);
    world.deliver(&engine);
    let needs = engine.today().unwrap().needs;
    let [Need::Parked { epoch, seq, reason }] = &needs[..] else { panic!("{needs:?}") };
    assert_eq!((*seq, reason.as_str()), (taps[4].link.seq, "bad_record"));
    assert!(world.office().kept[&(*epoch, *seq)].stub);
    assert!(world.office().by_id.contains_key(&taps[8].id), "the rest went on");
    drop(engine);
    let engine = world.open();
    assert_eq!(engine.diagnostics().parked.len(), 1, "it is parked after a restart too");
    world.office().poison.clear();
    engine.release(*epoch, *seq).unwrap();
    assert_eq!(engine.release(*epoch, *seq), Err(EngineError::NotParked));
    world.sync(&engine);
    assert!(world.office().by_id.contains_key(&taps[4].id));
    assert_eq!(engine.today().unwrap().needs, []);
}

#[test]
fn a_released_record_whose_bytes_are_gone_is_told_as_lost_once_and_holds_up_nothing() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let taps: Vec<_> = (0..5).map(|_| world.tap(&engine)).collect();
    world.office().poison.push(taps[2].id);
    world.deliver(&engine);
    world.spoil(&engine, &taps[2]);
    engine.release(taps[2].link.epoch, taps[2].link.seq).unwrap();
    for _ in 0..3 {
        world.deliver(&engine);
        world.pass(MINUTE);
        world.tap(&engine);
    }
    world.deliver(&engine);
    let epochs = world.office().records_kept().iter().filter(|record| record.kind == Kind::Epoch).count();
    assert_eq!((epochs, engine.diagnostics().parked.len()), (1, 0));
    let report = crate::history::verify(&engine.export().unwrap(), Some(&world.office().trust.root));
    assert_eq!(report.problems, [], "it is declared, and no fraud");
}

#[test]
fn a_server_that_forgot_the_phone_loses_nothing_and_may_enrol_it_again() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.tap(&engine);
    world.deliver(&engine);
    world.pass(MINUTE);
    let waiting = world.tap(&engine);
    let trust = world.office().trust.clone();
    let fresh = World::ordinary();
    {
        let mut office = fresh.office();
        office.now_ms = world.office().now_ms;
        assert_eq!(office.trust.root, trust.root);
        office.trust = trust;
    }
    std::mem::swap(&mut *world.office(), &mut *fresh.office());
    let report = world.sync(&engine);
    assert!(matches!(report.end, SyncEnd::Waiting { why: WaitReason::NotEnrolled, .. }));
    assert_eq!(engine.today().unwrap().needs, [Need::EnrolAgain]);
    assert!(engine.check_in(no_fix()).is_ok(), "taps go on");
    engine.enrol(&world.link(), &Cancel::default()).unwrap();
    let report = world.sync(&engine);
    assert_eq!((report.end, report.pending), (SyncEnd::Done, 0), "at once, not when the wait is over");
    assert!(world.office().by_id.contains_key(&waiting.id));
    assert_eq!(
        world.office().records_kept().iter().filter(|r| r.kind == Kind::CheckIn).count(),
        3,
        "all of it, from the start"
    );
    assert_eq!(engine.today().unwrap().needs, []);
}

#[test]
fn an_enrolment_of_a_phone_that_knows_a_newer_list_of_certificates_does_not_go_back() {
    let world = World::ordinary();
    let older = world.office().trust.clone();
    world
        .office()
        .certify(crate::wire::KeyUse::Recovery, crate::seal::wrap::OpeningKey::from_bytes(&[1; 32]).public().x());
    let engine = world.enrolled();
    let held = engine.diagnostics().trust;
    // The server forgot the phone, and was put together again from old files.
    world.office().expect_another_phone();
    world.sync(&engine);
    let newer = std::mem::replace(&mut world.office().trust, older);
    let refused = engine.enrol(&world.link(), &Cancel::default());
    assert!(matches!(refused, Err(EngineError::Trust(crate::trust::TrustError::Older { .. }))), "{refused:?}");
    assert_eq!(engine.diagnostics().trust, held);
    world.office().trust = newer;
    engine.enrol(&world.link(), &Cancel::default()).unwrap();
}

#[test]
fn an_old_build_says_that_an_update_is_needed_and_goes_on_recording() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.office().faults.push_back(Some(Fault::Problem(ProblemCode::UnsupportedVersion)));
    let report = world.sync(&engine);
    assert!(matches!(report.end, SyncEnd::Waiting { why: WaitReason::UpdateNeeded, .. }));
    assert_eq!(engine.today().unwrap().needs, [Need::Update { packs: vec![] }]);
    world.tap(&engine);
    world.deliver(&engine);
    assert_eq!(engine.today().unwrap().needs, []);
}

#[test]
fn a_busy_server_is_left_alone_for_as_long_as_it_asks() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.tap(&engine);
    world.office().faults.push_back(Some(Fault::Busy(120)));
    let SyncEnd::Waiting { for_ms, why: WaitReason::ServerBusy } = world.sync(&engine).end else { panic!("it waits") };
    assert!((120_000..=240_000).contains(&for_ms));
    let before = world.office().paths.len();
    world.pass(100_000);
    assert!(matches!(world.sync(&engine).end, SyncEnd::Waiting { .. }));
    assert_eq!(world.office().paths.len(), before, "nothing was sent");
}

#[test]
fn a_revoked_phone_keeps_recording_and_says_so() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.office().revoked = true;
    world.sync(&engine);
    drop(engine);
    let engine = world.open();
    assert_eq!(engine.today().unwrap().needs, [Need::Revoked]);
    world.tap(&engine);
    world.deliver(&engine);
}

#[test]
fn a_pack_by_an_uncertified_key_is_not_taken() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let forged = {
        let office = world.office();
        let pack: Pack = super::super::state::trusted(&office.packs[0]).unwrap();
        sign(&SigningKey::from_seed(&[201; 32]), &Pack { number: 2, ..pack }).unwrap().into_parts().1
    };
    world.office().packs.push(forged);
    let report = world.sync(&engine);
    assert_eq!((report.packs, report.not_taken.len()), (0, 1));
    assert_eq!(engine.diagnostics().pack, Some(1));
}

#[test]
fn an_outage_is_noted_in_the_history_when_it_is_over() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.office().down = true;
    for _ in 0..4 {
        world.sync(&engine);
        engine.network_changed();
    }
    world.office().down = false;
    world.deliver(&engine);
    let log = engine.log(&LogFilter::default()).unwrap();
    assert!(log.iter().any(|entry| matches!(entry.what, LogWhat::UploadFailed { count: 4, .. })));
}

fn fault() -> impl Strategy<Value = Option<Fault>> {
    prop::sample::select(vec![
        None,
        None,
        Some(Fault::Transport(TransportError::Timeout)),
        Some(Fault::Transport(TransportError::Broken)),
        Some(Fault::AnswerLost),
        Some(Fault::Html),
        Some(Fault::Busy(3)),
        Some(Fault::ForgedReceipt),
        Some(Fault::TamperedOutcomes),
        Some(Fault::Problem(ProblemCode::BadRequest)),
        Some(Fault::Problem(ProblemCode::TooLarge)),
        Some(Fault::Problem(ProblemCode::ClockBehind)),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Taps, restarts and syncs over a network that fails at random; in the end the office has every record once, in a whole chain.
    #[test]
    fn whatever_the_network_does_every_tap_arrives_once(
        faults in prop::collection::vec(fault(), 0..40),
        restarts in prop::collection::vec(any::<bool>(), 8),
    ) {
        let world = World::ordinary();
        let mut engine = world.enrolled();
        world.office().faults.extend(faults);
        let mut tapped = Vec::new();
        for restart in restarts {
            world.pass(MINUTE);
            tapped.push(world.tap(&engine));
            world.sync(&engine);
            if restart {
                drop(engine);
                engine = world.open();
            }
        }
        world.office().faults.clear();
        world.deliver(&engine);
        let office = world.office();
        prop_assert_eq!(&office.conflicts, &[]);
        for tap in &tapped {
            let kept = &office.kept[&(tap.link.epoch, tap.link.seq)];
            prop_assert!(kept.stub || kept.hash == tap.link.hash);
        }
        let records = office.records_kept();
        let mut after: Option<crate::model::EnvelopeHash> = None;
        for (record, kept) in records.iter().zip(office.kept.values()) {
            if office.kept.values().all(|kept| !kept.stub) {
                prop_assert_eq!(record.prev, after);
            }
            after = Some(kept.hash);
        }
    }
}

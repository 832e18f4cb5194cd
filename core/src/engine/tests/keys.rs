//! Keys that are rotated while the phone sleeps, a server with a key that nobody vouches for, and packs of a later build.

use super::*;
use crate::{
    envelope::SigningKey,
    form::Answers,
    model::{Body, RecordId},
    outbox::Delivery,
    seal::{
        health::{self, Binding},
        wrap::OpeningKey,
    },
    sync::WaitReason,
    trust::{Grant, certify, found},
    wire::{KeyUse, Pack},
};

fn received(engine: &CheckInEngine, id: RecordId) -> bool {
    let log = engine.log(&LogFilter::default()).unwrap();
    log.iter().any(|entry| entry.id == id && entry.delivery == Delivery::Received)
}

#[test]
fn a_phone_that_slept_through_rotations_of_the_receipt_key_fetches_the_list_and_goes_on() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let tapped = world.tap(&engine);
    drop(engine);
    // Twice, so that the phone has never heard of the key in between.
    world.office().rotate(KeyUse::Receipt, 31);
    world.pass(40 * 24 * 60 * MINUTE);
    world.office().rotate(KeyUse::Receipt, 32);
    world.pass(MINUTE);
    let engine = world.open();
    let report = world.sync(&engine);
    assert_eq!((report.end, report.pending, report.tokens), (SyncEnd::Done, 0, 1), "{report:?}");
    assert!(received(&engine, tapped.id));
    assert_eq!(engine.diagnostics().trust, Some(7));
    assert_eq!(world.office().paths.iter().filter(|path| *path == "/v1/trust").count(), 1);
    // What was receipted under the old key is still proven, and the next sync asks nothing twice.
    let report = history_of(&world, &engine);
    assert_eq!(report, []);
    let before = world.office().paths.len();
    world.sync(&engine);
    assert_eq!(world.office().paths[before..], ["/v1/head"]);
}

fn history_of(world: &World, engine: &CheckInEngine) -> Vec<crate::history::Problem> {
    crate::history::verify(&engine.export().unwrap(), Some(&world.office().trust.root)).problems
}

#[test]
fn a_longer_date_for_the_same_key_reaches_a_phone_that_slept_past_the_first_end() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.office().rotate(KeyUse::Receipt, 31);
    world.sync(&engine);
    let tapped = world.tap(&engine);
    world.pass(400 * 24 * 60 * MINUTE);
    // The certificate of a year has ended, and the server got another one for its key.
    world.office().rotate(KeyUse::Receipt, 31);
    let report = world.sync(&engine);
    assert_eq!((report.end, report.pending), (SyncEnd::Done, 0), "{report:?}");
    assert!(received(&engine, tapped.id));
}

#[test]
fn new_policy_and_assignment_keys_reach_a_sleeping_phone_with_what_they_sign() {
    let world = World::ordinary();
    let engine = world.enrolled();
    {
        let mut office = world.office();
        office.rotate(KeyUse::Policy, 41);
        office.rotate(KeyUse::Assignment, 42);
        let mut policy = shipped_policy("default").unwrap().unwrap();
        policy.title = "Aturan baru".into();
        office.publish(&policy);
        office.mode(world.date, "wfo");
    }
    let report = world.sync(&engine);
    assert_eq!((report.packs, report.assignments, report.not_taken), (1, 1, vec![]));
    assert_eq!(engine.today().unwrap().rule.unwrap().pack, 2);
}

#[test]
fn new_health_and_recovery_keys_reach_a_phone_although_nothing_else_is_new() {
    let world = World::of("palopo-2020", "wfo");
    let engine = world.enrolled();
    let fresh = [OpeningKey::from_bytes(&[51; 32]), OpeningKey::from_bytes(&[52; 32])];
    for key in &fresh {
        world.office().certify(KeyUse::Health, key.public().x());
    }
    let recovery = OpeningKey::from_bytes(&[53; 32]);
    world.office().certify(KeyUse::Recovery, recovery.public().x());
    let report = world.sync(&engine);
    assert_eq!((report.packs, report.assignments), (0, 0));
    assert_eq!(engine.diagnostics().trust, Some(8));
    let keys = engine.inner().store.as_ref().unwrap().trust.as_ref().unwrap().recovery_keys(world.office().now_ms);
    assert!(keys.len() == 1 && keys[0] == *recovery.public());

    world.until("16:30");
    let tomorrow = world.date.succ_opt().unwrap();
    let answers: Answers = (1..=6).map(|question| (question.to_string(), false)).collect();
    // Whatever the phone's own clock says: the keys are good at the newest time that the server told.
    world.clock.reboot(1_000);
    world.clock.set_wall(1_546_300_800_000);
    let before = engine.submit_form(tomorrow, &answers);
    assert!(matches!(before, Err(EngineError::NoFormDue(_))), "in 2019 no form was due: {before:?}");
    world.clock.set_wall(world.office().now_ms);
    let submitted = engine.submit_form(tomorrow, &answers).unwrap();
    world.deliver(&engine);
    let record = world.office().records_kept().into_iter().find(|record| record.id == submitted.id).unwrap();
    let Ok(Body::HealthForm(form)) = record.body() else { panic!("a form") };
    let person = "nip:198503302003121002".parse().unwrap();
    for key in &fresh {
        assert!(health::open(key, &Binding::of_record(&record, &form, &person), &form.sealed).is_ok());
    }
}

#[test]
fn a_server_with_a_key_that_nobody_vouches_for_is_never_believed_and_the_right_one_heals_it() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let tapped = world.tap(&engine);
    world.office().sign_with(KeyUse::Receipt, 66);
    let report = world.sync(&engine);
    assert!(matches!(report.end, SyncEnd::Waiting { why: WaitReason::UnknownKey, .. }), "{report:?}");
    assert_eq!((report.received, report.tokens, report.requests), (0, 0, 3), "asked, the list, asked again");
    let stranger = SigningKey::from_seed(&[66; 32]).kid();
    assert_eq!(engine.today().unwrap().needs, [Need::UnknownServer { kid: stranger }]);
    let later = world.tap(&engine);
    drop(engine);
    let engine = world.open();
    assert_eq!(engine.diagnostics().unknown_key, Some(stranger), "a help desk sees it after a restart too");
    assert!(!received(&engine, tapped.id));

    world.office().sign_with(KeyUse::Receipt, 3);
    world.deliver(&engine);
    assert_eq!(engine.today().unwrap().needs, []);
    assert!(received(&engine, tapped.id) && received(&engine, later.id));
}

#[test]
fn a_list_of_another_root_is_not_taken_even_from_something_that_signs_by_it() {
    let world = World::ordinary();
    let engine = world.enrolled();
    world.tap(&engine);
    let genuine = world.office().trust.clone();
    {
        // An impostor with a root of its own, which certifies its own key.
        let root = SigningKey::from_seed(&[67; 32]);
        let mut office = world.office();
        let x = SigningKey::from_seed(&[68; 32]).public().as_b64();
        let grant = Grant { key_use: KeyUse::Receipt, x, nbf_ms: 0, exp_ms: i64::MAX >> 12 };
        let mut trust = found("kota", &root).unwrap();
        for _ in 0..9 {
            trust = certify(&trust, &root, &grant).unwrap();
        }
        office.trust = trust;
        office.sign_with(KeyUse::Receipt, 68);
    }
    let report = world.sync(&engine);
    assert!(matches!(report.end, SyncEnd::Waiting { why: WaitReason::UnknownKey, .. }), "{report:?}");
    assert_eq!(report.not_taken.len(), 1);
    assert_eq!(engine.diagnostics().trust, Some(5));
    {
        let mut office = world.office();
        office.trust = genuine;
        office.sign_with(KeyUse::Receipt, 3);
    }
    world.deliver(&engine);
    assert_eq!(engine.diagnostics().pending, 0);
}

#[test]
fn a_list_that_ends_before_the_one_held_is_not_taken() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let old = world.office().trust.clone();
    world.office().rotate(KeyUse::Receipt, 31);
    world.sync(&engine);
    assert_eq!(engine.diagnostics().trust, Some(6));
    world.office().trust = old;
    world.office().sign_with(KeyUse::Receipt, 66);
    let report = world.sync(&engine);
    assert_eq!(report.not_taken.len(), 1, "{report:?}");
    assert_eq!(engine.diagnostics().trust, Some(6));
}

/// The first pack again, as a later build would write it.
fn later(world: &World, change: impl FnOnce(&mut serde_json::Value)) -> Pack {
    let office = world.office();
    let pack: Pack = super::super::state::trusted(&office.packs[0]).unwrap();
    let mut policy: serde_json::Value = serde_json::from_str(pack.policy.get()).unwrap();
    change(&mut policy);
    let policy = serde_json::value::RawValue::from_string(policy.to_string()).unwrap();
    Pack { number: office.packs.len() as u64 + 1, t_ms: office.now_ms, policy, ..pack }
}

#[test]
fn a_rule_of_a_later_schema_asks_for_an_update_and_taps_go_on_by_the_rule_that_can_be_read() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let newer = later(&world, |policy| {
        policy["schema"] = 9_999.into();
        policy["a_word_of_the_future"] = true.into();
    });
    world.office().publish_pack(&newer);
    let report = world.sync(&engine);
    assert_eq!((report.end, report.packs, report.not_taken), (SyncEnd::Done, 1, vec![]));
    let today = engine.today().unwrap();
    assert_eq!(today.needs, [Need::Update { packs: vec![2] }]);
    assert_eq!(today.rule.map(|rule| rule.pack), Some(1));
    world.until("08:00");
    let tapped = world.tap(&engine);
    assert!(matches!(tapped.counts, TapNow::OnTime { .. }));
    world.deliver(&engine);
    let asked = world.office().paths.iter().filter(|path| path.starts_with("/v1/packs")).count();
    world.sync(&engine);
    assert_eq!(world.office().paths.iter().filter(|path| path.starts_with("/v1/packs")).count(), asked, "asked once");
    drop(engine);
    assert_eq!(world.open().today().unwrap().needs, [Need::Update { packs: vec![2] }]);
}

#[test]
fn a_pack_of_a_later_protocol_asks_for_an_update_and_holds_up_no_later_one() {
    let world = World::ordinary();
    let engine = world.enrolled();
    let newer = later(&world, |_| {});
    world.office().publish_pack(&Pack { v: 2, ..newer });
    let mut policy = shipped_policy("default").unwrap().unwrap();
    policy.title = "Aturan baru".into();
    world.office().publish(&policy);
    let report = world.sync(&engine);
    assert_eq!((report.end, report.packs, report.not_taken), (SyncEnd::Done, 1, vec![]));
    let needs = engine.today().unwrap().needs;
    assert!(needs.contains(&Need::Update { packs: vec![] }), "{needs:?}");
    assert_eq!(engine.today().unwrap().rule.map(|rule| rule.pack), Some(3));
    world.tap(&engine);
    world.deliver(&engine);
}

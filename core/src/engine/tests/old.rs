//! The phone's key store in every mood, and what becomes of a store whose keys are gone.

use super::*;
use crate::{
    envelope::{PublicKey, Unverified},
    form::Answers,
    journal::{GapCause, PieceName, RecoveryWrap, recover_records},
    model::{B64, Body, EpochCause, Record},
    ports::{VaultError, vault::LyingVault},
    seal::wrap::OpeningKey,
    wire::KeyUse,
};

fn recovery_key(seed: u8) -> OpeningKey {
    OpeningKey::from_bytes(&[seed; 32])
}

/// A world whose agency has a recovery key.
fn world() -> World {
    let world = World::ordinary();
    world.office().certify(KeyUse::Recovery, recovery_key(1).public().x());
    world
}

fn contents(world: &World) -> Vec<(String, Vec<u8>)> {
    world.disk.names().into_iter().map(|name| (name.clone(), world.disk.content(&name))).collect()
}

fn open(world: &World) -> Result<CheckInEngine, EngineError> {
    CheckInEngine::open(world.ports(), world.settings())
}

#[test]
fn each_trouble_of_the_key_store_is_named_with_its_way_on_and_touches_nothing() {
    let world = world();
    let engine = world.enrolled();
    let tap = world.tap(&engine).id;
    drop(engine);
    let before = contents(&world);
    let ways = [
        (VaultError::Locked, WayOn::Unlock),
        (VaultError::Unavailable, WayOn::TryAgain),
        (VaultError::KeyGone, WayOn::EnrolAgain),
        (VaultError::Rejected, WayOn::EnrolAgain),
    ];
    for (trouble, way_on) in ways {
        world.vault.set_trouble(Some(trouble));
        let error = open(&world).unwrap_err();
        assert_eq!((&error, error.way_on()), (&EngineError::Vault(trouble), way_on));
        assert_eq!(error.is_transient(), trouble.is_transient());
        let to_enrol = CheckInEngine::open_to_enrol(world.ports(), world.settings());
        match way_on {
            WayOn::EnrolAgain => {
                let engine = to_enrol.unwrap();
                assert!(engine.has_lost_its_keys() && !engine.is_enrolled());
            }
            _ => assert_eq!(to_enrol.unwrap_err(), error, "what passes is waited for"),
        }
        assert_eq!(contents(&world), before, "{trouble:?} touched something");
    }
    world.vault.set_trouble(None);
    let engine = open(&world).unwrap();
    assert!(engine.log(&LogFilter::default()).unwrap().iter().any(|entry| entry.id == tap), "and all is there");
}

#[test]
fn a_key_store_in_trouble_while_enrolling_leaves_no_store_behind_and_another_try_enrols() {
    let world = world();
    for trouble in [VaultError::Locked, VaultError::Unavailable, VaultError::KeyGone, VaultError::Rejected] {
        world.vault.set_trouble(Some(trouble));
        let engine = world.open();
        assert_eq!(engine.enrol(&world.link(), &Cancel::default()), Err(EngineError::Vault(trouble)));
        assert!(!engine.is_enrolled());
        assert!(world.office().paths.is_empty(), "the server has not heard of a key that is not kept");
    }
    world.vault.set_trouble(None);
    assert!(world.enrolled().is_enrolled());
}

/// A key store that looks, whenever it is asked, whether the engine is held up by that.
struct Watching {
    vault: MemoryVault,
    engine: Mutex<std::sync::Weak<CheckInEngine>>,
    asked: Mutex<Vec<bool>>,
}

impl Watching {
    fn look(&self) {
        let engine = self.engine.lock().unwrap().upgrade();
        self.asked.lock().unwrap().extend(engine.map(|engine| engine.inner.try_lock().is_ok()));
    }
}

impl KeyVault for Watching {
    fn wrap(&self, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.look();
        self.vault.wrap(secret)
    }
    fn unwrap(&self, wrapped: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.look();
        self.vault.unwrap(wrapped)
    }
}

#[test]
fn nothing_waits_for_a_slow_key_store_while_somebody_enrols() {
    let (world, ..) = lost();
    world.office().down = false;
    let vault = Arc::new(Watching { vault: MemoryVault::new(3), engine: Mutex::default(), asked: Mutex::default() });
    let ports = Ports { vault: vault.clone(), ..world.ports() };
    let engine = Arc::new(CheckInEngine::open_to_enrol(ports, world.settings()).unwrap());
    *vault.engine.lock().unwrap() = Arc::downgrade(&engine);
    engine.enrol(&world.link(), &Cancel::default()).unwrap();
    let asked = vault.asked.lock().unwrap();
    assert!(asked.len() > 4 && asked.iter().all(|free| *free), "{asked:?}");
}

#[test]
fn a_key_store_that_lies_is_found_out_while_enrolling_and_while_opening() {
    let world = world();
    let lying = Ports { vault: Arc::new(LyingVault), ..world.ports() };
    let engine = CheckInEngine::open(lying.clone(), world.settings()).unwrap();
    assert_eq!(engine.enrol(&world.link(), &Cancel::default()), Err(EngineError::Vault(VaultError::Rejected)));
    drop(engine);
    let engine = world.enrolled();
    let (install, tap) = (engine.diagnostics().install, world.tap(&engine).id);
    drop(engine);
    let error = CheckInEngine::open(lying, world.settings()).unwrap_err();
    assert_eq!(error, EngineError::Vault(VaultError::Rejected), "it would sign as somebody else");
    let engine = world.open();
    assert_eq!(engine.diagnostics().install, install);
    assert!(engine.log(&LogFilter::default()).unwrap().iter().any(|entry| entry.id == tap));
}

#[test]
fn the_key_store_is_asked_in_open_and_enrol_and_never_else() {
    let world = world();
    let engine = world.enrolled();
    let calls = world.vault.calls();
    assert_eq!(calls, 4, "two secrets wrapped, and unwrapped to be sure");
    world.until("07:50");
    for _ in 0..200 {
        world.pass(1_000);
        world.tap(&engine);
    }
    world.deliver(&engine);
    world.office().certify(KeyUse::Recovery, recovery_key(2).public().x());
    world.deliver(&engine);
    engine.today().unwrap();
    engine.log(&LogFilter::default()).unwrap();
    engine.export().unwrap();
    assert_eq!(world.vault.calls(), calls);
    drop(engine);
    drop(world.open());
    assert_eq!(world.vault.calls(), calls + 2);
}

fn wrapped_to(engine: &CheckInEngine) -> Option<crate::model::KeyId> {
    engine.diagnostics().recovery
}

#[test]
fn a_store_is_wrapped_for_the_agency_as_soon_as_there_is_a_key_and_again_when_it_is_another() {
    let world = World::ordinary();
    let engine = world.enrolled();
    assert_eq!(wrapped_to(&engine), None, "the agency has no recovery key yet");
    for seed in [1, 2] {
        world.office().certify(KeyUse::Recovery, recovery_key(seed).public().x());
        world.deliver(&engine);
        assert_eq!(wrapped_to(&engine), Some(recovery_key(seed).kid()));
    }
    drop(engine);
    world.disk.delete("recovery.bin");
    world.disk.delete("recovery.copy");
    assert_eq!(wrapped_to(&world.open()), Some(recovery_key(2).kid()), "an open makes it anew");
}

/// Taps that were never sent, on a phone whose key store then loses its key.
fn lost() -> (World, Vec<crate::model::RecordId>, PublicKey) {
    let mut world = world();
    let engine = world.enrolled();
    world.tap(&engine);
    world.deliver(&engine);
    world.office().down = true;
    let taps = (0..150).map(|_| {
        world.pass(MINUTE);
        world.tap(&engine).id
    });
    let taps = taps.collect();
    drop(engine);
    world.vault = Arc::new(MemoryVault::new(2));
    let (_, key) = world.office().expect_another_phone();
    (world, taps, PublicKey::new(&key.unwrap()).unwrap())
}

fn enrol_again(world: &World) -> CheckInEngine {
    let engine = CheckInEngine::open_to_enrol(world.ports(), world.settings()).unwrap();
    assert!(engine.has_lost_its_keys());
    engine.enrol(&world.link(), &Cancel::default()).unwrap();
    assert!(!engine.has_lost_its_keys() && engine.is_enrolled());
    engine
}

/// What the agency reads from what its server was sent.
fn recovered(world: &World, key: &PublicKey) -> Vec<Record> {
    let office = world.office();
    let whole = office.old.iter().filter(|(_, (_, complete))| complete.is_some());
    let (mut wrap, mut segments) = (None, Vec::new());
    for ((_, name, _), (bytes, _)) in whole {
        match name.parse() {
            Ok(number) => segments.push((number, bytes.clone())),
            Err(_) => wrap = Some(RecoveryWrap::parse(bytes).unwrap()),
        }
    }
    let found = recover_records(&wrap.unwrap(), &recovery_key(1), &segments).unwrap();
    assert_eq!((found.gaps, found.unread), (0, Vec::new()));
    let open = |compact: String| Unverified::<Record>::parse(compact).unwrap().verify(key).unwrap().into_payload();
    found.records.into_iter().map(|record| open(record.compact)).collect()
}

#[test]
fn after_the_key_is_gone_the_person_enrols_again_and_every_tap_reaches_the_agency() {
    let (world, taps, key) = lost();
    let before = contents(&world);
    let engine = CheckInEngine::open_to_enrol(world.ports(), world.settings()).unwrap();
    assert_eq!(
        engine.enrol("no invite", &Cancel::default()).map_err(|e| matches!(e, EngineError::Invite(_))),
        Err(true)
    );
    let over = {
        let office = world.office();
        crate::wire::Invite { exp_ms: office.now_ms, ..office.invite() }
    };
    let refused = engine.enrol(&over.link(), &Cancel::default());
    assert!(matches!(refused, Err(EngineError::EnrolRefused { .. })), "{refused:?}");
    assert!(engine.has_lost_its_keys());
    assert_eq!(contents(&world), before, "without a good invite the old store stays as it is");
    drop(engine);

    let engine = {
        world.office().down = false;
        enrol_again(&world)
    };
    let seen = engine.diagnostics().old;
    assert_eq!(seen.len(), 1);
    assert!(seen[0].recoverable && seen[0].to_send > 1 && !seen[0].sent, "{seen:?}");
    assert_ne!(engine.diagnostics().install, seen[0].install);

    // The network breaks off in the middle, more than once; and the process ends.
    let mut engine = engine;
    for cut in [1, 3, 2] {
        let faults = std::iter::repeat_n(None, cut + 2).chain([Some(office::Fault::AnswerLost)]);
        world.office().faults = faults.collect();
        world.sync(&engine);
        world.office().faults.clear();
        drop(engine);
        engine = world.open();
        world.pass(MINUTE);
    }
    world.deliver(&engine);
    let seen = engine.diagnostics().old;
    assert!(seen[0].sent, "{seen:?}");
    let paths = world.office().paths.len();
    world.sync(&engine);
    let again = world.office().paths[paths..].iter().filter(|path| path.starts_with("/v1/old")).count();
    assert_eq!(again, 0, "what the server has is not sent again");

    let found = recovered(&world, &key);
    let ids: Vec<_> = found.iter().map(|record| record.id).collect();
    assert!(taps.iter().all(|tap| ids.contains(tap)), "{} of {}", ids.len(), taps.len());

    // It is kept until the server has it in a backup.
    assert!(world.disk.names().iter().any(|name| name.starts_with("old-01-")));
    let now_ms = world.office().now_ms;
    world.office().backed_up_through_ms = Some(now_ms - 10 * MINUTE as i64);
    world.pass(MINUTE);
    world.deliver(&engine);
    assert_eq!(engine.diagnostics().old.len(), 1, "the backup is older than the last part");
    world.office().backed_up_through_ms = Some(now_ms + MINUTE as i64);
    world.pass(MINUTE);
    world.deliver(&engine);
    assert_eq!(engine.diagnostics().old, []);
    assert!(!world.disk.names().iter().any(|name| name.starts_with("old-")));
    world.tap(&engine);
    world.deliver(&engine);
}

#[test]
fn a_store_whose_keys_come_back_before_the_person_enrols_again_is_not_set_aside() {
    let world = world();
    let engine = world.enrolled();
    let tap = world.tap(&engine).id;
    drop(engine);
    world.vault.set_trouble(Some(VaultError::Rejected));
    let engine = CheckInEngine::open_to_enrol(world.ports(), world.settings()).unwrap();
    assert!(engine.has_lost_its_keys());
    world.vault.set_trouble(None);
    assert_eq!(engine.enrol(&world.link(), &Cancel::default()), Err(EngineError::AlreadyEnrolled));
    assert!(!engine.has_lost_its_keys() && engine.is_enrolled());
    assert!(engine.log(&LogFilter::default()).unwrap().iter().any(|entry| entry.id == tap));
    assert_eq!(engine.diagnostics().old, []);
}

#[test]
fn a_server_restored_from_a_backup_is_sent_an_old_store_again_before_that_is_removed() {
    let (world, taps, key) = lost();
    world.office().down = false;
    let engine = enrol_again(&world);
    world.deliver(&engine);
    world.sync(&engine);
    assert!(engine.diagnostics().old[0].sent);
    // All of it is in some backup, as the head says; but the one that was restored is from before.
    world.office().old.clear();
    world.pass(MINUTE);
    let now_ms = world.office().now_ms;
    world.office().backed_up_through_ms = Some(now_ms);
    world.pass(MINUTE);
    for _ in 0..4 {
        world.sync(&engine);
    }
    assert!(recovered(&world, &key).len() > taps.len(), "it has all of it again");
    assert_eq!(engine.diagnostics().old.len(), 1, "and no backup of it yet");
    let now_ms = world.office().now_ms;
    world.office().backed_up_through_ms = Some(now_ms);
    world.pass(MINUTE);
    world.sync(&engine);
    assert_eq!(engine.diagnostics().old, []);
}

#[test]
fn a_file_of_an_old_store_that_can_not_be_read_now_is_neither_sent_nor_removed() {
    let (world, taps, key) = lost();
    world.office().down = false;
    let engine = enrol_again(&world);
    let name = world.disk.names().into_iter().find(|name| name.starts_with("old-01-0")).unwrap();
    let healthy = world.disk.after_power_cut(crate::ports::disk::model::Cut::KeepsAll);
    world.disk.spoil_sector(&name, 0);
    for _ in 0..4 {
        world.sync(&engine);
        world.pass(MINUTE);
    }
    let now_ms = world.office().now_ms;
    world.office().backed_up_through_ms = Some(now_ms);
    world.sync(&engine);
    let seen = engine.diagnostics().old;
    assert!(seen.len() == 1 && seen[0].to_send == 1 && !seen[0].sent, "{seen:?}");
    assert!(world.disk.names().contains(&name));
    // It was a passing fault: what lies there goes up.
    drop(engine);
    let world = World { disk: healthy, ..world };
    let engine = world.open();
    for _ in 0..4 {
        world.sync(&engine);
    }
    assert!(recovered(&world, &key).len() > taps.len());
}

#[test]
fn taps_never_wait_for_an_old_store_and_a_server_that_wants_none_only_puts_it_off() {
    let (world, ..) = lost();
    world.office().down = false;
    let engine = enrol_again(&world);
    let tap = world.tap(&engine).id;
    // Token and records pass; then the first part is refused.
    world.office().faults =
        [None, None, Some(office::Fault::Problem(crate::wire::ProblemCode::TooLarge))].into_iter().collect();
    let report = world.sync(&engine);
    assert_eq!((report.end, report.pending), (SyncEnd::Done, 0));
    assert_eq!(report.problems, [crate::wire::ProblemCode::TooLarge]);
    assert!(world.office().by_id.contains_key(&tap));
    assert_eq!(engine.diagnostics().old.len(), 1);
    world.deliver(&engine);
    assert!(engine.diagnostics().old[0].sent, "the next sync sends it");
}

#[test]
fn an_old_store_that_was_never_wrapped_is_kept_and_not_sent() {
    let mut world = World::ordinary();
    let engine = world.enrolled();
    world.tap(&engine);
    drop(engine);
    world.vault = Arc::new(MemoryVault::new(2));
    world.office().expect_another_phone();
    let engine = enrol_again(&world);
    world.deliver(&engine);
    let seen = engine.diagnostics().old;
    assert_eq!((seen.len(), seen[0].recoverable, seen[0].sent), (1, false, false));
    assert!(world.office().old.is_empty());
    engine.wipe().unwrap();
    assert_eq!(world.disk.names(), ["lock"]);
}

#[test]
fn a_clone_beside_a_key_store_that_does_not_know_it_is_enrolled_anew_as_a_lost_one() {
    let (world, taps, key) = lost();
    world.disk.delete("vault.bin");
    world.disk.set_content("vault.copy", b"half a copy");
    let error = open(&world).unwrap_err();
    assert_eq!(error.way_on(), WayOn::EnrolAgain, "{error}");
    world.office().down = false;
    let engine = enrol_again(&world);
    world.deliver(&engine);
    assert!(recovered(&world, &key).len() > taps.len());
}

#[test]
fn a_store_that_a_newer_version_wrote_goes_on_in_a_new_epoch_and_says_so() {
    let world = world();
    let engine = world.enrolled();
    world.tap(&engine);
    world.deliver(&engine);
    {
        let mut inner = engine.inner();
        let store = inner.enrolled().unwrap();
        let snapshot = store.state.to_snapshot();
        store.journal.roll(&snapshot).unwrap();
    }
    world.tap(&engine);
    drop(engine);
    // The newest segment is one of a later format.
    let used = |name: &String| world.disk.content(name).iter().any(|byte| *byte != 0);
    let name = world.disk.names().into_iter().filter(|name| name.ends_with(".seg") && used(name)).max().unwrap();
    let mut bytes = world.disk.content(&name);
    bytes[8] = 2;
    let mut crc = flate2::Crc::new();
    crc.update(&bytes[..60]);
    bytes[60..64].copy_from_slice(&crc.sum().to_le_bytes());
    world.disk.set_content(&name, &bytes);

    let engine = world.open();
    assert!(engine.today().unwrap().needs.contains(&Need::NewerStore));
    let tap = world.tap(&engine);
    assert_eq!(tap.link.epoch, 2);
    world.deliver(&engine);
    let started = world.office().records_kept().into_iter().find_map(|record| match record.body() {
        Ok(Body::Epoch(start)) => Some(start.cause),
        _ => None,
    });
    assert_eq!(started, Some(EpochCause::UnreadableFormat));
    assert_eq!(world.disk.content(&name), bytes, "not a byte of it is touched");
    drop(engine);
    let engine = world.open();
    assert!(!engine.today().unwrap().needs.contains(&Need::NewerStore), "said once; the epoch stands");
    let report = engine.diagnostics().report.unwrap();
    assert!(report.gaps.iter().all(|gap| gap.cause != GapCause::NewerFormat));
    assert!(engine.log(&LogFilter::default()).unwrap().len() > 2);
}

fn answers(given: &[(&str, bool)]) -> Answers {
    given.iter().map(|(question, yes)| ((*question).to_owned(), *yes)).collect()
}

#[test]
fn a_half_filled_form_is_kept_for_this_phone_alone_and_gone_once_it_is_submitted() {
    let world = World::of("default", "wfo");
    world.office().certify(KeyUse::Recovery, recovery_key(1).public().x());
    let engine = world.enrolled();
    let date = engine.today().unwrap().forms[0].duty.target_date;
    assert_eq!(engine.load_draft(date).unwrap(), DraftFound::Nothing);
    engine.save_draft(date, &answers(&[("1", true), ("2", false)])).unwrap();
    let bytes = world.office().paths.len();
    world.deliver(&engine);
    drop(engine);
    let engine = world.open();
    let DraftFound::Draft(draft) = engine.load_draft(date).unwrap() else { panic!("no draft") };
    assert!(draft.answers == answers(&[("1", true), ("2", false)]));
    assert!(world.office().paths[bytes..].iter().all(|path| !path.contains("draft")));

    // A damaged one stops nothing.
    let name = world.disk.names().into_iter().find(|name| name.starts_with("draft-")).unwrap();
    let mut bytes = world.disk.content(&name);
    bytes[40] ^= 1;
    world.disk.set_content(&name, &bytes);
    drop(engine);
    let engine = world.open();
    assert_eq!(engine.load_draft(date).unwrap(), DraftFound::Unusable);
    assert_eq!(engine.load_draft(date).unwrap(), DraftFound::Nothing);

    engine.save_draft(date, &answers(&[("1", true)])).unwrap();
    let whole = ["1", "2", "3", "4", "5", "6"].map(|question| (question, false));
    engine.submit_form(date, &answers(&whole)).unwrap();
    assert_eq!(engine.load_draft(date).unwrap(), DraftFound::Nothing);
    assert!(!world.disk.names().iter().any(|name| name.starts_with("draft-")));
    let none = engine.save_draft(date.checked_add_days(Days::new(300)).unwrap(), &Answers::new());
    assert!(matches!(none, Err(EngineError::NoFormDue(_))));
}

#[test]
fn the_names_of_pieces_are_those_of_the_protocol() {
    let mut names: Vec<String> = Vec::new();
    let (world, ..) = lost();
    world.office().down = false;
    let engine = enrol_again(&world);
    world.deliver(&engine);
    names.extend(world.office().old.keys().map(|(_, name, _)| name.clone()));
    names.sort();
    assert!(names.contains(&"recovery".to_owned()) && names.contains(&"1".to_owned()), "{names:?}");
    assert_ne!(PieceName::Recovery, PieceName::Segment(1));
    let first = world.office().old.keys().next().cloned();
    assert!(first.is_some_and(|(store, ..)| store != B64([0; 16])));
}

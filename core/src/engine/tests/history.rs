//! Long histories, with an index, without one, and with one that is of no use: the answers are the same.

use proptest::prelude::*;

use super::*;
use crate::index::tests::{InlineIndex, Trouble};

const DAY: u64 = 24 * 60 * MINUTE;

/// What a phone goes through.
#[derive(Debug, Clone, Copy)]
enum Event {
    Taps(u8),
    Sync,
    Days(u8),
    /// The wall clock is set off by so many hours.
    Clock(i8),
    Restart,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        6 => (1..6_u8).prop_map(Event::Taps),
        3 => Just(Event::Sync),
        3 => (1..4_u8).prop_map(Event::Days),
        1 => (-60..60_i8).prop_map(Event::Clock),
        1 => Just(Event::Restart),
    ];
    proptest::collection::vec(event, 1..25)
}

fn move_wall(world: &World, by_ms: i64) {
    world.clock.set_wall(world.clock.read().wall_ms + by_ms);
}

fn live(world: &World, events: &[Event]) {
    let mut engine = world.enrolled();
    for event in events {
        match event {
            Event::Taps(count) => {
                for _ in 0..*count {
                    world.pass(7 * MINUTE);
                    world.tap(&engine);
                }
            }
            Event::Sync => drop(world.sync(&engine)),
            Event::Days(count) => world.pass(u64::from(*count) * DAY),
            Event::Clock(hours) => move_wall(world, i64::from(*hours) * 3_600_000),
            Event::Restart => {
                drop(engine);
                world.clock.reboot(5_000);
                engine = world.open();
            }
        }
    }
}

/// Everything that a person may ask about the past, as text.
fn asked(engine: &CheckInEngine, date: NaiveDate) -> String {
    let at = |days: u64| DayTime::parse("00:00").unwrap().on(date + Days::new(days), Zone::UTC);
    let filters = [
        LogFilter::default(),
        LogFilter { limit: Some(5), ..LogFilter::default() },
        LogFilter { limit: Some(5), without_server_time: true, ..LogFilter::default() },
        LogFilter { limit: Some(40), kinds: vec![crate::model::Kind::CheckIn], ..LogFilter::default() },
        LogFilter { from_ms: Some(at(2)), ..LogFilter::default() },
        LogFilter { from_ms: Some(at(1)), until_ms: Some(at(6)), limit: Some(9), ..LogFilter::default() },
        LogFilter { until_ms: Some(at(3)), ..LogFilter::default() },
    ];
    let logs: Vec<_> = filters.iter().map(|filter| engine.log(filter).unwrap()).collect();
    let ids = logs[0].iter().step_by(17).map(|entry| entry.id);
    let whys: Vec<_> = ids.map(|id| engine.why_record(id).unwrap()).collect();
    let days: Vec<_> = (0..12).map(|day| engine.day(date + Days::new(day)).unwrap()).collect();
    format!("{logs:?}\n{whys:?}\n{days:?}\n{:?}", engine.today().unwrap())
}

/// The answers of one world with an index in `trouble`, and how often that was used.
fn with(world: &World, trouble: Option<Trouble>) -> (String, u32) {
    let index = trouble.map(|trouble| Arc::new(InlineIndex::new(trouble)));
    let twin = World {
        disk: world.disk.clone(),
        vault: world.vault.clone(),
        clock: world.clock.clone(),
        entropy: Arc::new(SeededEntropy::new(9)),
        office: world.office.clone(),
        date: world.date,
        zone: world.zone,
        boot_mark: world.boot_mark.clone(),
        tls: world.tls.clone(),
        index: index.clone().map(|index| index as Arc<dyn Index>),
    };
    let text = asked(&twin.open(), world.date);
    let used = index.map_or(0, |index| *index.answered.lock().unwrap());
    (text, used)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_is_the_same_with_an_index_without_one_and_with_one_of_no_use(events in events()) {
        let world = World::ordinary();
        live(&world, &events);
        let (without, _) = with(&world, None);
        for trouble in [Trouble::None, Trouble::Hangs, Trouble::Lies, Trouble::LiesOfEvidence, Trouble::Fails] {
            // Not compared by prop_assert_eq: a page of history says less than where it began to differ.
            let found = with(&world, Some(trouble)).0;
            let differs = found.chars().zip(without.chars()).position(|(a, b)| a != b);
            prop_assert!(found == without, "{:?}, from character {:?}", trouble, differs);
        }
    }
}

/// An index that looks, whenever it is asked, whether a tap would have to wait for it.
#[derive(Default)]
struct Watching {
    engine: Mutex<std::sync::Weak<CheckInEngine>>,
    asked: Mutex<Vec<bool>>,
}

impl Index for Watching {
    fn follow(&self, _: crate::journal::Reader) {}
    fn ask(&self, _: crate::journal::Reader, _: crate::index::Question) -> Option<crate::index::Answer> {
        let engine = self.engine.lock().unwrap().upgrade();
        self.asked.lock().unwrap().extend(engine.map(|engine| engine.inner.try_lock().is_ok()));
        None
    }
    fn witness(&self, _: [u8; 16]) -> Option<u64> {
        None
    }
    fn remove(&self) {}
}

#[test]
fn a_tap_does_not_wait_for_a_look_into_the_history() {
    let mut world = World::ordinary();
    live(&world, &[Event::Taps(3), Event::Sync, Event::Days(2)]);
    let index = Arc::new(Watching::default());
    world.index = Some(index.clone());
    let engine = Arc::new(world.open());
    *index.engine.lock().unwrap() = Arc::downgrade(&engine);
    asked(&engine, world.date);
    let asked = index.asked.lock().unwrap();
    assert!(asked.len() > 10 && asked.iter().all(|free| *free), "{asked:?}");
}

#[test]
fn an_index_is_really_asked_and_a_long_history_is_all_there() {
    let world = World::ordinary();
    let events: Vec<Event> = (0..12).flat_map(|_| [Event::Taps(4), Event::Sync, Event::Days(1)]).collect();
    live(&world, &events);
    let (text, used) = with(&world, Some(Trouble::None));
    assert!(used > 20, "the index answered {used} times");
    assert!(text == with(&world, None).0);
}

#[test]
fn the_newest_records_are_those_that_were_made_last_whatever_the_clock_said() {
    for index in [None, Some(Arc::new(InlineIndex::new(Trouble::None)) as Arc<dyn Index>)] {
        let world = World { index, ..World::ordinary() };
        let mut engine = world.enrolled();
        for _ in 0..100 {
            world.pass(MINUTE);
            world.tap(&engine);
        }
        // A clock of last year, in a session that no token dates.
        drop(engine);
        world.clock.reboot(5_000);
        move_wall(&world, -400 * 86_400_000);
        engine = world.open();
        let made: Vec<_> = (0..3).map(|_| world.tap(&engine).id).collect();
        let newest = engine.log(&LogFilter { limit: Some(3), ..LogFilter::default() }).unwrap();
        assert_eq!(newest.iter().map(|entry| entry.id).collect::<Vec<_>>(), made);
        let newest = engine.log(&LogFilter { limit: Some(90), ..LogFilter::default() }).unwrap();
        assert_eq!(newest.len(), 90);
        let all = engine.log(&LogFilter::default()).unwrap();
        assert!(newest.iter().map(|entry| entry.id).eq(all[all.len() - 90..].iter().map(|entry| entry.id)));
    }
}

#[test]
fn a_history_without_the_servers_time_is_as_long_as_was_asked_for() {
    for index in [None, Some(Arc::new(InlineIndex::new(Trouble::None)) as Arc<dyn Index>)] {
        let world = World { index, ..World::ordinary() };
        let engine = world.enrolled();
        let mut taps = Vec::new();
        for _ in 0..12 {
            world.pass(7 * MINUTE);
            taps.push(world.tap(&engine).id);
            world.deliver(&engine);
        }
        let all = engine.log(&LogFilter::default()).unwrap();
        assert!(all.iter().filter(|entry| entry.what == LogWhat::TimeToken).count() >= 12);
        let seen = |limit| {
            let filter = LogFilter { limit, without_server_time: true, ..LogFilter::default() };
            let found = engine.log(&filter).unwrap();
            assert!(found.iter().all(|entry| entry.what != LogWhat::TimeToken));
            found.into_iter().map(|entry| entry.id).collect::<Vec<_>>()
        };
        let whole = seen(None);
        assert!(whole.ends_with(&taps));
        for limit in [0, 1, 5, whole.len(), whole.len() + 1, 500] {
            assert_eq!(seen(Some(limit)), whole[whole.len().saturating_sub(limit)..]);
        }
    }
}

#[test]
fn a_record_whose_clock_was_wrong_is_found_on_its_day_once_a_token_dates_it() {
    let mut world = World::ordinary();
    world.index = Some(Arc::new(InlineIndex::new(Trouble::None)));
    let engine = world.enrolled();
    world.until("08:00");
    move_wall(&world, -3 * 3_600_000 * 24 * 365);
    let tapped = world.tap(&engine);
    assert!(
        engine
            .log(&LogFilter { from_ms: Some(world.office().now_ms - 1_000), ..LogFilter::default() })
            .unwrap()
            .is_empty()
    );
    world.deliver(&engine);
    let from_ms = Some(DayTime::parse("00:00").unwrap().on(world.date, world.zone));
    let found = engine.log(&LogFilter { from_ms, ..LogFilter::default() }).unwrap();
    assert!(found.iter().any(|entry| entry.id == tapped.id), "{found:?}");
    world.pass(DAY);
    let day = engine.day(world.date).unwrap().expect("a rule was in force");
    assert_eq!(day.windows[0].tap.map(|tap| tap.record), Some(tapped.id));
}

#[test]
fn an_index_whose_tokens_and_receipts_lie_elsewhere_is_not_believed() {
    let world = World::ordinary();
    live(&world, &[Event::Taps(5), Event::Sync, Event::Days(1), Event::Taps(3), Event::Sync]);
    assert!(with(&world, Some(Trouble::LiesOfEvidence)).0 == with(&world, None).0);
}

//! Simulated phones: true time runs, clocks drift, people lie, and the bounds must hold.

use proptest::prelude::*;

use super::*;
use crate::model::{GnssTime, SessionId};

const START_MS: i64 = 1_795_000_000_000;
const SERVER_ERR_MS: u32 = 250;

/// What happens to a phone.
#[derive(Debug, Clone)]
enum Event {
    /// True time passes, milliseconds.
    Pass(u32),
    /// The phone is off for some milliseconds: a new session.
    Reboot(u32),
    /// The process restarts in the same boot without a proof of it: a new run.
    Restart,
    /// The wall clock is set off by this much, milliseconds.
    SetClock(i64),
    /// A record is made.
    Record,
    /// A token is fetched: milliseconds to the server and back, and the error of the server's clock.
    Token(u16, u16, i16),
    /// Everything is uploaded and receipted; the error of the server's clock.
    Sync(i16),
}

fn event() -> impl Strategy<Value = Event> {
    let err = -250_i16..=250;
    prop_oneof![
        4 => (0..7_200_000_u32).prop_map(Event::Pass),
        1 => (0..7_200_000_u32).prop_map(Event::Reboot),
        1 => Just(Event::Restart),
        1 => prop_oneof![-90_000_000..90_000_000_i64, Just(i64::MIN), Just(i64::MAX)].prop_map(Event::SetClock),
        6 => Just(Event::Record),
        2 => (0..8_000_u16, 0..8_000_u16, err.clone()).prop_map(|(to, back, err)| Event::Token(to, back, err)),
        1 => err.prop_map(Event::Sync),
    ]
}

#[derive(Debug)]
struct SimRecord {
    true_ms: i64,
    time: TimeEvidence,
    receipt_ms: Option<i64>,
    arrival_ms: Option<i64>,
}

/// A phone whose continuous clock is honest and whose wall clock is not.
#[derive(Debug)]
struct Phone {
    true_ms: i64,
    session: u8,
    run: u32,
    session_start_ms: i64,
    drift_ppm: i64,
    wall_off_ms: i64,
    receipt_ms: Option<i64>,
    records: Vec<SimRecord>,
    anchors: Vec<Anchor>,
}

impl Phone {
    fn live(drifts: &[i64], events: &[Event]) -> Self {
        let mut phone = Self {
            true_ms: START_MS,
            session: 0,
            run: 0,
            session_start_ms: START_MS,
            drift_ppm: drifts[0],
            wall_off_ms: 0,
            receipt_ms: None,
            records: Vec::new(),
            anchors: Vec::new(),
        };
        for event in events {
            phone.meet(event, drifts);
        }
        phone
    }

    fn elapsed_ms(&self) -> u64 {
        let since = i128::from(self.true_ms - self.session_start_ms);
        u64::try_from(since * (1_000_000 + i128::from(self.drift_ppm)) / 1_000_000).unwrap()
    }

    fn meet(&mut self, event: &Event, drifts: &[i64]) {
        match *event {
            Event::Pass(ms) => self.true_ms += i64::from(ms),
            Event::Reboot(off_ms) => {
                self.true_ms += i64::from(off_ms);
                self.session += 1;
                self.run = 0;
                self.session_start_ms = self.true_ms;
                self.drift_ppm = drifts[usize::from(self.session) % drifts.len()];
            }
            Event::Restart => self.run += 1,
            Event::SetClock(off_ms) => self.wall_off_ms = off_ms,
            Event::Record => {
                let time = TimeEvidence {
                    wall_ms: self.true_ms.saturating_add(self.wall_off_ms),
                    session: SessionId::new([self.session; 16]),
                    run: self.run,
                    elapsed_ms: self.elapsed_ms(),
                    gnss: None,
                };
                let receipt_ms = self.receipt_ms;
                self.records.push(SimRecord { true_ms: self.true_ms, time, receipt_ms, arrival_ms: None });
            }
            Event::Token(to, back, err) => {
                let s_ms = self.elapsed_ms();
                self.true_ms += i64::from(to);
                let t_ms = self.true_ms + i64::from(err);
                self.true_ms += i64::from(back);
                let session = SessionId::new([self.session; 16]);
                let anchor = Anchor::new(session, self.run, s_ms, self.elapsed_ms(), t_ms, SERVER_ERR_MS);
                self.anchors.push(anchor.unwrap());
            }
            Event::Sync(err) => {
                let server_ms = self.true_ms + i64::from(err);
                for record in self.records.iter_mut().filter(|record| record.arrival_ms.is_none()) {
                    record.arrival_ms = Some(server_ms);
                }
                self.receipt_ms = Some(server_ms);
            }
        }
    }

    fn bounds(&self, anchors: &[Anchor], with_delivery: bool) -> Vec<Timed> {
        let entries: Vec<ChainEntry<'_>> = self
            .records
            .iter()
            .enumerate()
            .map(|(at, record)| ChainEntry {
                time: &record.time,
                after: at.checked_sub(1),
                receipt_ms: record.receipt_ms.filter(|_| with_delivery),
                arrival_ms: record.arrival_ms.filter(|_| with_delivery),
            })
            .collect();
        bounds_of_chain(&entries, &anchors.iter().collect(), SERVER_ERR_MS)
    }
}

fn phones() -> impl Strategy<Value = Phone> {
    let drifts = prop::collection::vec(prop_oneof![Just(-500_i64), Just(500), -500..=500_i64], 4);
    (drifts, prop::collection::vec(event(), 1..60)).prop_map(|(drifts, events)| Phone::live(&drifts, &events))
}

proptest! {
    #[test]
    fn true_time_lies_within_the_bounds_whatever_the_wall_clock_says(phone in phones()) {
        for (record, timed) in phone.records.iter().zip(phone.bounds(&phone.anchors, true)) {
            prop_assert!(timed.proven.contains(record.true_ms), "{:?} misses {}", timed, record.true_ms);
            prop_assert!(timed.bounds.contains(record.true_ms), "{:?} misses {}", timed, record.true_ms);
        }
    }

    #[test]
    fn more_evidence_never_widens(phone in phones(), kept in any::<prop::sample::Index>()) {
        let all = phone.bounds(&phone.anchors, true);
        let some = phone.bounds(&phone.anchors[..kept.index(phone.anchors.len() + 1)], true);
        let undelivered = phone.bounds(&phone.anchors, false);
        for ((all, some), undelivered) in all.iter().zip(some).zip(undelivered) {
            prop_assert!(all.proven.is_within(some.proven), "{:?} with fewer tokens was {:?}", all, some);
            prop_assert!(all.proven.is_within(undelivered.proven), "{:?} before delivery was {:?}", all, undelivered);
        }
    }

    #[test]
    fn an_honest_wall_clock_never_contradicts(phone in phones()) {
        for (record, timed) in phone.records.iter().zip(phone.bounds(&phone.anchors, true)) {
            if record.time.wall_ms == record.true_ms {
                prop_assert_ne!(timed.grade, Grade::Contradictory);
                prop_assert_eq!(timed.judged_ms(), record.true_ms);
            }
        }
    }

    #[test]
    fn a_history_is_never_received_past_the_present(phone in phones()) {
        let timed = phone.bounds(&phone.anchors, true);
        prop_assert!(received_past(&timed).is_none_or(|past| past <= phone.true_ms));
        let whole = timed.last().and_then(|last| last.proven.earliest_ms);
        prop_assert_eq!(received_past(&timed), whole, "the chain's order makes the last record the latest");
    }

    #[test]
    fn the_preview_of_a_reading_holds_and_is_no_tighter_than_the_server_finds(phone in phones()) {
        let anchors: Anchors = phone.anchors.iter().collect();
        let all = phone.bounds(&phone.anchors, true);
        for (at, record) in phone.records.iter().enumerate() {
            let before = at.checked_sub(1).map(|before| &all[before]);
            let preview = bounds_of_reading(&record.time, before, &anchors);
            prop_assert!(preview.proven.contains(record.true_ms));
            prop_assert!(all[at].proven.is_within(preview.proven));
        }
    }

    #[test]
    fn evidence_of_any_nonsense_neither_panics_nor_decides(
        walls in prop::collection::vec((any::<i64>(), any::<u8>(), any::<u32>(), any::<u64>(), any::<Option<i64>>(), any::<Option<i64>>(), any::<Option<usize>>()), 0..20),
        tokens in prop::collection::vec((any::<u8>(), any::<u32>(), any::<u64>(), any::<u64>(), any::<i64>(), any::<u32>()), 0..10),
        gnss in any::<(i64, u64)>(),
    ) {
        let anchors: Anchors = tokens
            .iter()
            .filter_map(|&(session, run, s, r, t, err)| Anchor::new(SessionId::new([session % 3; 16]), run % 3, s, r, t, err).ok())
            .collect::<Vec<_>>()
            .iter()
            .collect();
        let times: Vec<TimeEvidence> = walls
            .iter()
            .map(|&(wall_ms, session, run, elapsed_ms, ..)| TimeEvidence {
                wall_ms,
                session: SessionId::new([session % 3; 16]),
                run: run % 3,
                elapsed_ms,
                gnss: Some(GnssTime { t_ms: gnss.0, elapsed_ms: gnss.1 }),
            })
            .collect();
        let entries: Vec<ChainEntry<'_>> = walls
            .iter()
            .zip(&times)
            .map(|(&(.., receipt_ms, arrival_ms, after), time)| ChainEntry { time, after, receipt_ms, arrival_ms })
            .collect();
        for (timed, time) in bounds_of_chain(&entries, &anchors, u32::MAX).iter().zip(&times) {
            prop_assert_eq!(timed.claimed_ms, time.wall_ms);
            prop_assert!(timed.proven.is_empty() || timed.bounds.contains(timed.judged_ms()));
            let _ = gnss_difference_ms(time);
            let _ = anchors.estimate(time.session, time.run, time.elapsed_ms);
        }
    }
}

const HOUR_MS: i64 = 3_600_000;
const EIGHT_MS: i64 = START_MS + 8 * HOUR_MS;

fn reading(wall_ms: i64, session: u8, run: u32, elapsed_ms: i64) -> TimeEvidence {
    let session = SessionId::new([session; 16]);
    TimeEvidence { wall_ms, session, run, elapsed_ms: u64::try_from(elapsed_ms).unwrap(), gnss: None }
}

fn token(session: u8, run: u32, elapsed_ms: i64, t_ms: i64) -> Anchor {
    let s_ms = u64::try_from(elapsed_ms).unwrap();
    Anchor::new(SessionId::new([session; 16]), run, s_ms, s_ms + 300, t_ms, 100).unwrap()
}

fn only(time: &TimeEvidence, anchors: &[Anchor], receipt_ms: Option<i64>, arrival_ms: Option<i64>) -> Timed {
    bounds_of_chain(&[ChainEntry { time, after: None, receipt_ms, arrival_ms }], &anchors.iter().collect(), 100)[0]
}

#[test]
fn a_token_fetched_at_noon_anchors_the_tap_of_the_morning() {
    let tap = reading(EIGHT_MS, 1, 0, HOUR_MS);
    let timed = only(&tap, &[token(1, 0, 5 * HOUR_MS, EIGHT_MS + 4 * HOUR_MS)], None, None);
    assert_eq!(timed.grade, Grade::Anchored);
    assert_eq!(timed.bounds.side(EIGHT_MS + 10_000), Side::Before);
    assert_eq!(timed.bounds.side(EIGHT_MS - 10_000), Side::After);
}

#[test]
fn a_clock_set_back_by_fifty_minutes_contradicts_and_does_not_help() {
    let tap = reading(EIGHT_MS - 50 * 60_000, 1, 0, HOUR_MS);
    let timed = only(&tap, &[token(1, 0, HOUR_MS + 60_000, EIGHT_MS + 60_000)], None, None);
    assert_eq!(timed.grade, Grade::Contradictory);
    assert!((timed.judged_ms() - EIGHT_MS).abs() < 1_000, "judged by the bounds: {timed:?}");
}

#[test]
fn a_token_of_another_run_is_a_presumption_that_other_evidence_can_refute() {
    let tap = reading(EIGHT_MS, 1, 0, HOUR_MS);
    let later_run = [token(1, 1, 2 * HOUR_MS, EIGHT_MS + HOUR_MS)];
    assert_eq!(only(&tap, &later_run, None, None).grade, Grade::Presumed);

    // The phone was off for three hours in between, so that the run's clock seems to lie three hours later.
    let restarted = [token(1, 1, 2 * HOUR_MS, EIGHT_MS + 4 * HOUR_MS)];
    let refuted = only(&tap, &restarted, Some(EIGHT_MS - HOUR_MS), Some(EIGHT_MS + HOUR_MS));
    assert_eq!((refuted.grade, refuted.presumed), (Grade::Bounded, None), "the arrival shows it");
    let doubtful = only(&tap, &restarted, Some(EIGHT_MS - HOUR_MS), Some(EIGHT_MS + 5 * HOUR_MS));
    assert_eq!(doubtful.grade, Grade::Contradictory, "only the claim disagrees");
    assert_eq!((doubtful.bounds, doubtful.judged_ms()), (doubtful.proven, EIGHT_MS), "so nobody is late by it");
}

#[test]
fn without_a_token_receipt_and_arrival_bound_and_one_of_them_leaves_it_unanchored() {
    let tap = reading(EIGHT_MS, 1, 0, 0);
    assert_eq!(only(&tap, &[], Some(EIGHT_MS - 5), Some(EIGHT_MS + 5)).grade, Grade::Bounded);
    assert_eq!(only(&tap, &[], None, Some(EIGHT_MS + 5)).grade, Grade::Unanchored);
    assert_eq!(only(&tap, &[], Some(EIGHT_MS - 5), None).grade, Grade::Unanchored);
    assert_eq!(only(&tap, &[], None, None), bounds_of_reading(&tap, None, &Anchors::default()));
}

#[test]
fn clocks_of_1970_and_2100_contradict_as_soon_as_anything_bounds_them() {
    for wall_ms in [0, 4_102_444_800_000, i64::MIN, i64::MAX] {
        let tap = reading(wall_ms, 1, 0, HOUR_MS);
        assert_eq!(only(&tap, &[], None, None).grade, Grade::Unanchored);
        let timed = only(&tap, &[], Some(EIGHT_MS), Some(EIGHT_MS + 5));
        assert_eq!(timed.grade, Grade::Contradictory);
        assert!(timed.bounds.contains(timed.judged_ms()));
    }
}

#[test]
fn the_order_of_the_chain_bounds_what_stands_between_two_known_records() {
    let readings =
        [reading(EIGHT_MS, 1, 0, 0), reading(EIGHT_MS + 60_000, 2, 0, 0), reading(EIGHT_MS + 120_000, 3, 0, 0)];
    let anchors = [token(1, 0, 0, EIGHT_MS), token(3, 0, 0, EIGHT_MS + 120_000)].iter().collect();
    let entry = |at: usize, after| ChainEntry { time: &readings[at], after, receipt_ms: None, arrival_ms: None };
    let all = bounds_of_chain(&[entry(0, None), entry(1, Some(0)), entry(2, Some(1))], &anchors, 0);
    assert_eq!(all[1].grade, Grade::Bounded);
    assert_eq!(
        (all[1].bounds.earliest_ms, all[1].bounds.latest_ms),
        (all[0].bounds.earliest_ms, all[2].bounds.latest_ms)
    );

    // A new epoch follows the last good record that it names, and says nothing about those after that.
    let forked = bounds_of_chain(&[entry(0, None), entry(1, Some(0)), entry(2, Some(0))], &anchors, 0);
    assert_eq!(forked[1].bounds.latest_ms, None);
}

#[test]
fn satellite_time_that_disagrees_with_the_wall_clock_is_named_with_its_difference() {
    let gnss = |t_ms, elapsed_ms| TimeEvidence {
        gnss: Some(GnssTime { t_ms, elapsed_ms }),
        ..reading(EIGHT_MS, 1, 0, HOUR_MS)
    };
    assert_eq!(gnss_difference_ms(&gnss(EIGHT_MS - HOUR_MS + 500, 0)), None);
    assert_eq!(gnss_difference_ms(&gnss(EIGHT_MS + 50 * 60_000, 3_600_000)), Some(-50 * 60_000));
    assert_eq!(gnss_difference_ms(&gnss(EIGHT_MS - i64::from(CLOCK_TOLERANCE_MS), 3_600_000)), None);
    assert_eq!(gnss_difference_ms(&reading(0, 1, 0, 0)), None);
}

//! Days of people whose phones speak the protocol by hand, through the server's own desk.

mod share;

use std::sync::Arc;

use chrono::NaiveDate;
use hadir_core::{
    envelope::sign,
    judge::{DayState, EntryState, ExcuseKind, Flag, OtherWhy, Ruling, WindowState},
    model::{
        Body, CheckIn, EntryVerdict, EnvelopeHash, EpochCause, EpochStart, Fix, FixSource, HealthForm, Link, Nonce,
        Note, Sealed, TimeEvidence,
    },
    place::Signal,
    policy::Policy,
    ports::SeededEntropy,
    roster::{Fact, FactKind, LeaveKind, Reason},
    schedule::WindowId,
    time::Grade,
    wire::{TimeToken, VERSION},
};

use super::{DayError, Days, PersonDay, PhoneNote, Scope, Tally};
use crate::{
    admin::Admin,
    changes::{Change, Changes},
    store::{MemoryStore, Store, StoreExt},
    testing::{Bench, MONDAY_MS, Phone, default_policy, pack, person_id, server_keys},
};

const HOUR: i64 = 3_600_000;
const MINUTE: i64 = 60_000;
/// Midnight before [`MONDAY_MS`] in Makassar.
const MIDNIGHT: i64 = MONDAY_MS - 9 * HOUR;

fn monday() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 2).unwrap()
}

fn at(hours: i64, minutes: i64) -> i64 {
    MIDNIGHT + hours * HOUR + minutes * MINUTE
}

struct Office {
    bench: Bench,
    days: Days,
    changes: Arc<Changes>,
    store: Arc<dyn Store>,
}

impl Office {
    /// Three people at home under `default`, before the first window.
    fn new() -> Self {
        Self::under(&default_policy())
    }

    fn under(policy: &Policy) -> Self {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
        let mut bench = Bench::new(Arc::clone(&store));
        bench.now_ms = at(7, 0);
        // Published before anyone enrols.
        store.update(|tx| tx.add_pack(&pack(2, policy, at(6, 0)))).unwrap();
        let changes = Arc::new(Changes::default());
        let days = Days::new(Arc::clone(&store), Arc::clone(&changes));
        Self { bench, days, changes, store }
    }

    fn admin<T>(&self, act: impl FnOnce(&Admin<'_>) -> T) -> T {
        let entropy = SeededEntropy::new(5);
        let done = act(&Admin::new(&*self.store, &entropy, "operator", self.bench.now_ms));
        self.changes.announce(Change::Anything);
        done
    }

    fn enrol(&mut self, number: u32) -> Handset {
        Handset { phone: self.bench.enrolled(number), number, sent: 0, booted_ms: at(6, 0), assignment: None }
    }

    /// Delivers what a phone holds, at `now_ms`.
    fn deliver(&mut self, handset: &mut Handset, now_ms: i64) {
        self.bench.now_ms = now_ms;
        let waiting = handset.phone.records[handset.sent..].to_vec();
        let input = handset.phone.upload(&waiting);
        assert_eq!(self.bench.send(input).status, 200);
        handset.sent = handset.phone.records.len();
        self.changes.announce(Change::People(Arc::from([person_id(handset.number)])));
    }

    fn person(&self, number: u32, now_ms: i64) -> Arc<PersonDay> {
        self.days.person(&person_id(number), Some(monday()), now_ms).unwrap().unwrap()
    }

    fn states(&self, number: u32, now_ms: i64) -> Vec<WindowState> {
        self.person(number, now_ms).verdict.windows.iter().map(|window| window.effective()).collect()
    }
}

/// A phone with a clock of its own.
struct Handset {
    phone: Phone,
    number: u32,
    sent: usize,
    booted_ms: i64,
    assignment: Option<EnvelopeHash>,
}

impl Handset {
    fn time(&self, true_ms: i64, wall_ms: i64) -> TimeEvidence {
        TimeEvidence { wall_ms, elapsed_ms: u64::try_from(true_ms - self.booted_ms).unwrap(), ..self.phone.time() }
    }

    fn add(&mut self, true_ms: i64, wall_ms: i64, body: &Body) {
        let seq = self.phone.records.len() as u64 + 1;
        let mut record = self.phone.payload(seq, u8::try_from(seq).unwrap(), body);
        record.time = self.time(true_ms, wall_ms);
        record.assignment = self.assignment;
        self.phone.add(&record);
    }

    fn tap_at(&mut self, true_ms: i64, lat: f64) {
        let fix = Fix::new(lat, 120.2, 12.0, 0, FixSource::Gnss).unwrap();
        self.add(true_ms, true_ms, &Body::CheckIn(CheckIn::Fix(fix)));
    }

    fn tap(&mut self, true_ms: i64) {
        self.tap_at(true_ms, -2.4 - f64::from(self.number) / 100.0);
    }

    /// A token that the server gave at `true_ms`, as a note.
    fn token(&mut self, true_ms: i64) {
        self.token_saying(true_ms, true_ms);
    }

    /// A token that the server gave at `true_ms` and that says something else.
    fn token_saying(&mut self, true_ms: i64, t_ms: i64) {
        let nonce = Nonce::new(u128::try_from(true_ms).unwrap().to_be_bytes());
        let token = TimeToken { v: VERSION, install: self.phone.key.kid(), nonce, t_ms, err_ms: 100 };
        let token = sign(&server_keys().receipt, &token).unwrap().compact().to_owned();
        let TimeEvidence { session, run, elapsed_ms, .. } = self.time(true_ms, true_ms);
        let note = Note::TimeToken { token, session, run, s_ms: elapsed_ms - 200, r_ms: elapsed_ms + 200 };
        self.add(true_ms + 300, true_ms + 300, &Body::Note(note));
    }

    fn form(&mut self, true_ms: i64, for_date: NaiveDate, verdict: EntryVerdict) {
        let sealed = Sealed { recipients: Vec::new(), content: String::new() };
        let form = HealthForm { form: "form1".into(), form_version: 1, for_date, verdict, sealed };
        self.add(true_ms, true_ms, &Body::HealthForm(form));
    }
}

#[test]
fn taps_made_without_a_network_are_on_time_when_they_come_with_their_tokens() {
    let mut office = Office::new();
    let mut phone = office.enrol(1);
    phone.token(at(7, 1));
    phone.tap(at(8, 3));
    phone.tap(at(11, 27));
    assert_eq!(office.states(1, at(11, 30))[..2], [WindowState::NotYetReceived, WindowState::Open]);
    phone.token(at(12, 40));
    office.deliver(&mut phone, at(12, 41));
    let day = office.person(1, at(12, 41));
    let states: Vec<_> = day.verdict.windows.iter().map(|window| window.state).collect();
    use WindowState::{Late, OnTime, Upcoming};
    assert_eq!(states, [OnTime, Late { minutes: 12 }, Upcoming, Upcoming]);
    let tap = day.verdict.windows[0].tap.unwrap();
    assert_eq!((tap.grade, tap.arrival_ms), (Grade::Anchored, Some(at(12, 41))));
    assert!(!day.verdict.needs_a_look(), "{:?}", day.verdict.windows[0].flags);
}

#[test]
fn times_signed_by_a_clock_that_was_ahead_judge_nobody_once_it_is_mended() {
    let ahead = at(7, 1) + 30 * 24 * HOUR;
    let mut office = Office::new();
    let mut phone = office.enrol(1);
    // The server says next month: the phone's tap of eight seems to be made then.
    office.bench.now_ms = ahead;
    assert_eq!(office.bench.send(phone.phone.ask("GET", "/v1/head", Vec::new())).status, 204);
    phone.token_saying(at(7, 1), ahead);
    phone.tap(at(8, 3));
    office.deliver(&mut phone, ahead + 2 * HOUR);
    assert_ne!(office.states(1, at(8, 5))[0], WindowState::OnTime);

    office.bench.now_ms = at(9, 0);
    let view = office.days.view(&Scope { top: None, date: Some(monday()) }, at(9, 0)).unwrap();
    assert!(view.clock_behind_ms.is_some(), "the board says so");
    office.admin(|admin| admin.mend_clock(at(9, 0), None, "jam melompat").unwrap());
    let day = office.person(1, at(9, 1));
    assert_eq!(day.verdict.windows[0].state, WindowState::OnTime);
    let tap = day.verdict.windows[0].tap.unwrap();
    assert_eq!((tap.at_ms, tap.arrival_ms), (at(8, 3), Some(at(9, 0))), "it came before the clock was mended");
    assert_eq!(day.phones, [PhoneNote::ToldFalseTime]);
    let view = office.days.view(&Scope { top: None, date: Some(monday()) }, at(9, 1)).unwrap();
    assert_eq!(view.clock_behind_ms, None);
    // The days that truly come are still within what was signed falsely: what is made and arrives on them is theirs.
    let day = 24 * HOUR;
    phone.tap(at(8, 3) + day);
    office.deliver(&mut phone, at(8, 5) + day);
    let tuesday = monday().succ_opt().unwrap();
    let day_of = |office: &Office| office.days.person(&person_id(1), Some(tuesday), at(8, 6) + day).unwrap().unwrap();
    let tap = day_of(&office).verdict.windows[0].tap.unwrap();
    assert_eq!((tap.at_ms, tap.arrival_ms), (at(8, 3) + day, Some(at(8, 5) + day)));
    let install = phone.phone.key.kid();
    office.bench.now_ms = at(9, 0) + day;
    office.admin(|admin| admin.revoke(&install, "hilang").unwrap());
    assert!(day_of(&office).verdict.windows[0].tap.is_some(), "it was revoked after the tap");
}

#[test]
fn a_phone_that_names_a_huge_epoch_holds_up_nobody_and_what_it_does_not_say_it_lost_is_a_gap() {
    let mut office = Office::new();
    for (number, lost) in [(1, false), (2, true)] {
        let mut phone = office.enrol(number);
        phone.token(at(7, 1));
        office.deliver(&mut phone, at(7, 2));
        let last = phone.phone.records.last().unwrap();
        let good = Link { epoch: if lost { 1 } else { 4 }, seq: last.payload().seq, hash: last.hash() };
        let start = EpochStart { cause: EpochCause::LostTail, last_good: Some(good), missing: None };
        let mut record = phone.phone.payload(1, 200, &Body::Epoch(start));
        (record.epoch, record.prev) = (u32::MAX, Some(good.hash));
        record.time = phone.time(at(10, 30), at(10, 30));
        phone.phone.add(&record);
        office.deliver(&mut phone, at(10, 31));
        let notes = office.person(number, at(10, 32)).phones.clone();
        assert_eq!(notes.contains(&PhoneNote::Gap), !lost, "{notes:?}");
    }
}

#[test]
fn a_window_is_missed_only_after_the_phone_was_heard_past_it() {
    let mut office = Office::new();
    let mut phone = office.enrol(1);
    phone.token(at(7, 1));
    office.deliver(&mut phone, at(7, 2));
    assert_eq!(office.states(1, at(10, 0))[0], WindowState::NotYetReceived);
    assert_eq!(office.person(1, at(10, 0)).last_heard_ms, Some(at(7, 2)));
    phone.token(at(10, 30));
    office.deliver(&mut phone, at(10, 31));
    assert_eq!(office.states(1, at(10, 32))[0], WindowState::Missed);
    let view = office.days.view(&Scope::default(), at(10, 32)).unwrap();
    assert_eq!(view.people[0].tally(view.windows.first()), Tally::Missed);
    assert_eq!(view.people[1].tally(view.windows.first()), Tally::NotReceived, "no phone was heard at all");
    assert_eq!(view.people[1].phones, [PhoneNote::NoPhone]);
}

#[test]
fn three_households_on_one_point_are_to_be_looked_at_and_spouses_are_not() {
    let mut office = Office::new();
    let mut phones: Vec<Handset> = (1..=3).map(|number| office.enrol(number)).collect();
    let same = Flag::Signal(Signal::IdenticalCoordinates { households: 3, people: 3 });
    for phone in &mut phones {
        phone.token(at(7, 30));
        phone.tap_at(at(8, 0), -2.4);
        phone.token(at(8, 5));
        office.deliver(phone, at(8, 6));
    }
    let flags = |office: &Office| -> Vec<bool> {
        (1..=3).map(|n| office.person(n, at(8, 7)).verdict.windows[0].flags.contains(&same)).collect()
    };
    assert_eq!(flags(&office), [true; 3]);
    office
        .store
        .update(|tx| {
            for number in [1, 2] {
                let mut person = tx.person(&person_id(number))?.unwrap();
                person.household = Some("rumah-7".into());
                tx.put_person(&person)?;
            }
            Ok(())
        })
        .unwrap();
    office.changes.announce(Change::Anything);
    assert_eq!(flags(&office), [false; 3]);
}

#[test]
fn a_cough_closes_the_office_tomorrow_and_excuses_the_day() {
    let mut office = Office::new();
    let mut phone = office.enrol(1);
    let tuesday = monday().succ_opt().unwrap();
    phone.form(at(8, 30), tuesday, EntryVerdict::MayNotEnter);
    office.deliver(&mut phone, at(8, 31));
    let today = office.person(1, at(8, 32));
    assert_eq!((today.entry.state, today.entry_received_ms), (EntryState::MayNotEnter, Some(at(8, 31))));
    assert_ne!(today.verdict.state, DayState::HealthDirection, "today is as it was");
    let tomorrow = office.days.person(&person_id(1), Some(tuesday), at(8, 32)).unwrap().unwrap();
    assert_eq!(tomorrow.verdict.state, DayState::HealthDirection);
    assert_eq!(tomorrow.tally(None), Tally::Excused);
}

#[test]
fn a_ruling_stands_beside_what_was_computed() {
    let mut office = Office::new();
    let mut phone = office.enrol(1);
    phone.token(at(7, 1));
    phone.tap(at(8, 40));
    phone.token(at(8, 41));
    office.deliver(&mut phone, at(8, 42));
    office.admin(|admin| {
        let ruling = Ruling::Excused(ExcuseKind::Technical);
        admin.rule(&person_id(1), monday(), Some("w0800"), ruling, "listrik padam").unwrap();
    });
    let window = office.person(1, at(9, 0)).verdict.windows[0].clone();
    assert_eq!(window.state, WindowState::Late { minutes: 25 });
    assert_eq!(window.effective(), WindowState::Excused { kind: ExcuseKind::Technical });
    assert_eq!(window.corrections[0].note, "listrik padam");
}

#[test]
fn a_revoked_phone_is_named_and_its_later_taps_do_not_count() {
    let mut office = Office::new();
    let mut phone = office.enrol(1);
    phone.token(at(7, 1));
    phone.tap(at(8, 0));
    phone.token(at(8, 1));
    office.deliver(&mut phone, at(8, 2));
    office.bench.now_ms = at(9, 30);
    office.admin(|admin| admin.revoke(&phone.phone.key.kid(), "hilang").unwrap());
    phone.tap(at(11, 0));
    phone.token(at(11, 1));
    office.deliver(&mut phone, at(11, 2));
    let day = office.person(1, at(11, 3));
    assert_eq!(day.phones, [PhoneNote::Revoked(at(9, 30))]);
    assert_eq!(day.verdict.windows[0].state, WindowState::OnTime);
    assert_ne!(day.verdict.windows[1].state, WindowState::OnTime);
    assert_eq!(day.verdict.others[0].why, OtherWhy::Revoked { revoked_ms: at(9, 30) });
}

#[test]
fn a_recall_that_has_not_reached_the_phone_makes_nobody_late_or_missing() {
    let mut office = Office::new();
    let mut phone = office.enrol(1);
    phone.token(at(7, 1));
    phone.tap(at(8, 0));
    phone.token(at(8, 1));
    office.deliver(&mut phone, at(8, 2));
    office.bench.now_ms = at(9, 0);
    office.admin(|admin| admin.recall(&person_id(1), monday(), "rapat").unwrap());
    let day = office.person(1, at(9, 1));
    assert_eq!(day.verdict.state, DayState::AtOffice);
    assert_eq!(day.tally(None), Tally::AtOffice);
    let why = day.mode_why.as_ref().unwrap();
    assert!(
        matches!(why, Reason::Fact { kind: FactKind::Recalled, reference: Some(note) } if note == "rapat"),
        "{why:?}"
    );
}

#[test]
fn a_stricter_rule_counts_from_when_the_phone_knew_it() {
    let mut office = Office::new();
    let mut phone = office.enrol(1);
    // The person was on leave by the assignment that the phone has; the leave is cancelled while it is offline.
    let leave = Fact::days(person_id(2), monday(), monday(), FactKind::Leave(LeaveKind::Annual));
    let no = office.admin(|admin| admin.add_fact(&leave).unwrap());
    let mut second = office.enrol(2);
    office.bench.now_ms = at(7, 30);
    office.admin(|admin| admin.cancel_fact(no).unwrap());
    for phone in [&mut phone, &mut second] {
        phone.token(at(7, 40));
        phone.token(at(10, 30));
        office.deliver(phone, at(10, 31));
    }
    assert_eq!(office.states(1, at(10, 32))[0], WindowState::Missed, "whoever always owed the tap missed it");
    assert_ne!(office.states(2, at(10, 32))[0], WindowState::Missed, "who thought of leave did not");
}

#[test]
fn a_half_day_is_excused_and_whoever_still_relied_on_it_missed_nothing() {
    let mut office = Office::new();
    let windows = vec![WindowId::new("w0800").unwrap()];
    let morning = Fact::days(person_id(1), monday(), monday(), FactKind::Leave(LeaveKind::Annual));
    let morning = Fact { windows, ..morning };
    let no = office.admin(|admin| admin.add_fact(&morning).unwrap());
    let mut phone = office.enrol(1);
    let excused = WindowState::Excused { kind: ExcuseKind::Leave };
    phone.token(at(7, 40));
    phone.token(at(10, 30));
    office.deliver(&mut phone, at(10, 31));
    assert_eq!(office.states(1, at(10, 32))[..2], [excused, WindowState::Upcoming]);
    // Cancelled behind the phone's back: its assignment still says that no tap is due.
    office.bench.now_ms = at(10, 40);
    office.admin(|admin| admin.cancel_fact(no).unwrap());
    assert_eq!(office.states(1, at(10, 41))[0], excused);
    office.admin(|admin| admin.add_fact(&Fact { person: person_id(2), ..morning }).unwrap());
    let mut never_told = office.enrol(2);
    never_told.token(at(10, 45));
    office.deliver(&mut never_told, at(10, 46));
    assert_eq!(office.states(2, at(10, 47))[0], excused, "what is in the person's favour needs no word to the phone");
}

#[test]
fn what_was_not_announced_is_not_read_again_and_what_was_is() {
    let mut office = Office::new();
    let mut phone = office.enrol(1);
    phone.token(at(7, 1));
    let before = office.person(1, at(8, 10));
    phone.tap(at(8, 5));
    phone.token(at(8, 6));
    let generation = office.days.generation();
    office.deliver(&mut phone, at(8, 7));
    assert!(office.days.generation() > generation);
    let after = office.person(1, at(8, 10));
    assert_eq!(
        (before.verdict.windows[0].state, after.verdict.windows[0].state),
        (WindowState::Open, WindowState::OnTime)
    );
}

#[test]
fn a_view_says_when_it_will_change_by_time_alone() {
    let office = Office::new();
    let view = office.days.view(&Scope { top: None, date: Some(monday()) }, at(7, 0)).unwrap();
    assert_eq!(view.next_change_ms, Some(at(7, 45)));
    assert_eq!(view.current().map(|window| window.label.as_str()), Some("08.00"));
    let labels: Vec<_> = view.windows.iter().map(|window| window.label.as_str()).collect();
    assert_eq!(labels, ["08.00", "11.00", "14.00", "16.00"]);
}

#[test]
fn without_an_agency_or_a_policy_the_error_says_what_to_run() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let days = Days::new(store, Arc::new(Changes::default()));
    let refused = days.view(&Scope::default(), at(8, 0));
    assert!(matches!(refused, Err(DayError::NoAgency)));
}

/// Prints how long a board of 1,000 people takes; run with `cargo test --release -p hadir-server -- --ignored thousand --nocapture`.
#[test]
#[ignore = "measures"]
fn a_board_of_a_thousand_people_is_drawn_quickly() {
    use std::time::Instant;

    use crate::{store::SqliteStore, testing::fill};
    let directory = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(directory.path().join("hadir.db")).unwrap());
    fill(&*store, 1_000);
    store.update(|tx| tx.add_pack(&pack(2, &default_policy(), at(6, 0)))).unwrap();
    let changes = Arc::new(Changes::default());
    let days = Days::new(Arc::clone(&store), Arc::clone(&changes));
    let mut bench = Bench::again(Arc::clone(&store));
    bench.now_ms = at(7, 0);
    let mut office = Office { bench, days, changes, store };
    let mut last = None;
    for number in 1..=1_000 {
        let mut phone = office.enrol(number);
        phone.token(at(7, 1));
        phone.tap(at(8, 1));
        phone.token(at(8, 2));
        phone.tap(at(11, 1));
        phone.token(at(11, 2));
        office.deliver(&mut phone, at(11, 3));
        office.bench.now_ms = at(7, 0);
        last = Some(phone);
    }
    let timed = |what: &str, work: &mut dyn FnMut()| {
        let begun = Instant::now();
        work();
        eprintln!("{what}: {:.1} ms", begun.elapsed().as_secs_f64() * 1e3);
    };
    let view = || office.days.view(&Scope { top: None, date: Some(monday()) }, at(11, 5)).unwrap();
    timed("first view, everything read", &mut || drop(view()));
    timed("view, nothing changed", &mut || drop(view()));
    office.changes.announce(Change::People(Arc::from([person_id(500)])));
    timed("view, one person changed", &mut || drop(view()));
    drop(last);
}

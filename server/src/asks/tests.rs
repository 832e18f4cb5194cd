//! What people ask, from the phone's record to the office's answer, on both stores.

use std::sync::Arc;

use chrono::NaiveDate;
use hadir_core::{
    ask::Standing,
    judge::{ExcuseKind, Ruling, WindowState},
    model::{Acknowledge, Acknowledged, Appeal, Ask, AskWhat, Body, EnvelopeHash, Grounds, Note, Request, Words},
    ports::SeededEntropy,
    roster::FactKind,
    wire::{Answer, Assignment, AssignmentAnswer},
};
use proptest::prelude::*;

use super::*;
use crate::{
    admin::{Admin, AdminError},
    changes::{Change, Changes},
    day::{Days, NoteWhat},
    policies::PolicyBook,
    store::{MemoryStore, SqliteStore, Store, StoreExt as _},
    testing::{Bench, MONDAY_MS, Phone, opened, person_id},
};

fn monday() -> NaiveDate {
    "2026-03-02".parse().unwrap()
}

struct Office {
    bench: Bench,
    days: Days,
    changes: Arc<Changes>,
    phone: Phone,
    _dir: Option<tempfile::TempDir>,
}

impl Office {
    fn over(store: Arc<dyn Store>, dir: Option<tempfile::TempDir>) -> Self {
        let mut bench = Bench::new(Arc::clone(&store));
        let phone = bench.enrolled(1);
        let changes = Arc::new(Changes::default());
        let days = Days::new(store, Arc::clone(&changes));
        Self { bench, days, changes, phone, _dir: dir }
    }

    /// The same office over each store.
    fn both() -> [Self; 2] {
        let dir = tempfile::tempdir().unwrap();
        let sqlite = SqliteStore::open(dir.path().join("hadir.db")).unwrap();
        [Self::over(Arc::new(MemoryStore::default()), None), Self::over(Arc::new(sqlite), Some(dir))]
    }

    fn admin<T>(&self, by: &str, act: impl FnOnce(&Admin<'_>) -> T) -> T {
        let entropy = SeededEntropy::new(3);
        let done = act(&Admin::new(&*self.bench.store, &entropy, by, self.bench.now_ms));
        self.changes.announce(Change::Anything);
        done
    }

    /// Records a body on the phone of person 1 and delivers it.
    fn says(&mut self, body: &Body) -> EnvelopeHash {
        let seq = self.phone.records.len() as u64 + 1;
        let record = self.phone.payload(seq, u8::try_from(seq).unwrap(), body);
        let envelope = self.phone.add(&record);
        let hash = envelope.hash();
        let input = self.phone.upload(&[envelope]);
        assert_eq!(self.bench.send(input).status, 200);
        self.changes.announce(Change::People(Arc::from([person_id(1)])));
        hash
    }

    fn asks(&mut self, what: AskWhat, windows: &[&str]) -> EnvelopeHash {
        let windows = windows.iter().map(|id| (*id).to_owned()).collect();
        let note = Some(Words::new("urusan keluarga").unwrap());
        self.says(&Body::Request(Request::Ask(Ask::new(what, monday(), monday(), windows, note).unwrap())))
    }

    fn appeals(&mut self, window: Option<&str>) -> EnvelopeHash {
        let text = Some(Words::new("HP saya rusak").unwrap());
        self.says(&Body::Appeal(Appeal::new(monday(), window.map(str::to_owned), Grounds::Phone, text).unwrap()))
    }

    fn ask(&self, hash: EnvelopeHash) -> OfficeAsk {
        self.bench.store.query(|read| find(read, &hash)).unwrap().unwrap()
    }

    fn assignment(&mut self) -> Assignment {
        let answer = self.bench.send(self.phone.ask("GET", "/v1/assignment", Vec::new()));
        let answer: AssignmentAnswer = serde_json::from_slice(&answer.body).unwrap();
        opened(&answer.assignment)
    }

    fn window(&self, id: &str, now_ms: i64) -> hadir_core::judge::WindowVerdict {
        let day = self.days.person(&person_id(1), Some(monday()), now_ms).unwrap().unwrap();
        day.verdict.windows.iter().find(|window| window.id.as_str() == id).unwrap().clone()
    }

    fn facts(&self) -> Vec<(FactKind, bool)> {
        let facts = self.bench.store.query(|read| read.facts(Some(&person_id(1)), monday(), monday())).unwrap();
        facts.into_iter().map(|stored| (stored.new.fact.kind, stored.cancelled.is_some())).collect()
    }

    fn acts(&self) -> Vec<String> {
        let acts = self.bench.store.query(|read| read.acts(0, 99)).unwrap();
        acts.into_iter().map(|act| act.what).collect()
    }
}

const EVENING_MS: i64 = MONDAY_MS + 12 * 3_600_000;

#[test]
fn a_granted_request_is_a_fact_that_the_judge_knows_and_the_phone_is_told() {
    for mut office in Office::both() {
        let hash = office.asks(AskWhat::Sick, &["w1400", "w1600"]);
        assert_eq!(office.ask(hash).standing, Standing::Open);
        assert!(office.assignment().decisions.is_empty());
        office.admin("kepala", |admin| admin.grant_request(&hash, Some("lekas sembuh"), Some(0))).unwrap();
        assert_eq!(office.facts(), [(FactKind::Sick, false)]);
        let excused = |office: &Office, id: &str| office.window(id, EVENING_MS).effective();
        assert_eq!(excused(&office, "w1400"), WindowState::Excused { kind: ExcuseKind::Sick });
        assert_ne!(excused(&office, "w1100"), WindowState::Excused { kind: ExcuseKind::Sick }, "half a day");
        let told = office.assignment().decisions;
        assert_eq!((told[0].reference, told[0].answer, told[0].by.as_str()), (hash, Answer::Granted, "kepala"));
        assert_eq!(told[0].reason.as_ref().map(Words::as_str), Some("lekas sembuh"));
        assert!(office.acts().contains(&"request.grant".to_owned()));
    }
}

#[test]
fn a_technical_reason_excuses_its_window_and_leaves_the_day_as_it_is() {
    for mut office in Office::both() {
        let hash = office.asks(AskWhat::Technical, &["w1100"]);
        office.admin("kepala", |admin| admin.grant_request(&hash, None, None)).unwrap();
        assert_eq!(
            office.window("w1100", EVENING_MS).effective(),
            WindowState::Excused { kind: ExcuseKind::Technical }
        );
        assert_ne!(
            office.window("w0800", EVENING_MS).effective(),
            WindowState::Excused { kind: ExcuseKind::Technical }
        );
    }
}

#[test]
fn a_later_decision_holds_both_stay_and_what_was_granted_is_taken_back() {
    for mut office in Office::both() {
        let hash = office.asks(AskWhat::AnnualLeave, &[]);
        let first = office.admin("kepala", |admin| admin.grant_request(&hash, None, Some(0))).unwrap();
        office.admin("kepala", |admin| admin.refuse_request(&hash, "rapat anggaran", Some(first))).unwrap();
        let ask = office.ask(hash);
        assert_eq!(ask.standing, Standing::Refused);
        let answers: Vec<_> = ask.decisions.iter().map(|decision| decision.new.answer).collect();
        assert_eq!(answers, [Answer::Granted, Answer::Refused]);
        assert_eq!(office.facts(), [(FactKind::Leave(hadir_core::roster::LeaveKind::Annual), true)]);
        office.admin("kepala", |admin| admin.grant_request(&hash, None, None)).unwrap();
        assert_eq!(office.ask(hash).standing, Standing::Granted);
        assert_eq!(office.facts().iter().filter(|(_, cancelled)| !cancelled).count(), 1);
    }
}

#[test]
fn what_was_decided_withdrawn_or_never_asked_is_not_decided_again() {
    for mut office in Office::both() {
        let hash = office.asks(AskWhat::DutyTrip, &[]);
        let refused = |office: &Office, result: std::result::Result<u64, AdminError>, facts: usize| {
            assert_eq!(office.facts().len(), facts);
            result.unwrap_err().to_string()
        };
        let stranger = EnvelopeHash::of("nothing");
        let unknown = office.admin("kepala", |admin| admin.grant_request(&stranger, None, None));
        assert!(refused(&office, unknown, 0).contains("no such"));
        let appeal = office.appeals(Some("w0800"));
        let not_that = office.admin("kepala", |admin| admin.grant_request(&appeal, None, None));
        assert!(refused(&office, not_that, 0).contains("no such"));
        let empty = office.admin("kepala", |admin| admin.refuse_request(&hash, "  ", None));
        assert!(refused(&office, empty, 0).contains("the reason"));
        office.admin("kepala", |admin| admin.grant_request(&hash, None, Some(0))).unwrap();
        let twice = office.admin("kepala", |admin| admin.grant_request(&hash, None, None));
        assert!(refused(&office, twice, 1).contains("already"));
        let stale = office.admin("sekretaris", |admin| admin.refuse_request(&hash, "tidak", Some(0)));
        assert!(refused(&office, stale, 1).contains("meanwhile"));
        office.says(&Body::Request(Request::Withdraw(hash)));
        assert_eq!(office.ask(hash).standing, Standing::WithdrawnAfterGrant);
        office.admin("kepala", |admin| admin.refuse_request(&hash, "ditarik", None)).unwrap();
        assert_eq!(office.ask(hash).standing, Standing::Withdrawn);
        let again = office.admin("kepala", |admin| admin.grant_request(&hash, None, None));
        assert!(refused(&office, again, 1).contains("withdrawn"));
    }
}

#[test]
fn nobody_withdraws_what_somebody_else_asked() {
    for mut office in Office::both() {
        let hash = office.asks(AskWhat::DutyTrip, &[]);
        let mut other = office.bench.enrolled(2);
        let record = other.payload(1, 1, &Body::Request(Request::Withdraw(hash)));
        let envelope = other.add(&record);
        let input = other.upload(&[envelope]);
        assert_eq!(office.bench.send(input).status, 200);
        assert_eq!(office.ask(hash).standing, Standing::Open);
    }
}

#[test]
fn an_upheld_appeal_is_a_correction_beside_what_was_computed() {
    for mut office in Office::both() {
        let before = office.window("w0800", EVENING_MS).state;
        let hash = office.appeals(Some("w0800"));
        assert!(office.window("w0800", EVENING_MS).is_appealed());
        assert_eq!(office.days.view(&crate::day::Scope::default(), EVENING_MS).unwrap().open_asks, 1);
        let uphold = |admin: &Admin<'_>| admin.uphold_appeal(&hash, &[], Ruling::OnTime, "absensi rapat", Some(0));
        office.admin("kepala", uphold).unwrap();
        let after = office.window("w0800", EVENING_MS);
        assert_eq!((after.state, after.effective()), (before, WindowState::OnTime));
        assert_eq!(after.appeals[0].standing, Standing::Granted);
        assert_eq!(after.corrections[0].by, "kepala");
        assert_eq!(office.days.view(&crate::day::Scope::default(), EVENING_MS).unwrap().open_asks, 0);
        let told = office.assignment();
        assert_eq!((told.decisions[0].answer, told.corrections[0].ruling.as_str()), (Answer::Granted, "on_time"));
        // Taken back: what was computed holds again, and everything stays in sight.
        office.admin("bupati", |admin| admin.reject_appeal(&hash, "saksi menarik ucapan", None)).unwrap();
        let last = office.window("w0800", EVENING_MS);
        assert_eq!(last.effective(), before);
        assert_eq!((last.corrections.len(), last.appeals[0].standing), (2, Standing::Refused));
    }
}

#[test]
fn an_appeal_against_a_day_corrects_the_windows_that_it_is_upheld_for() {
    for mut office in Office::both() {
        let hash = office.appeals(None);
        let windows = ["w0800".to_owned(), "w1100".to_owned()];
        let ruling = Ruling::Excused(ExcuseKind::Technical);
        office.admin("kepala", |admin| admin.uphold_appeal(&hash, &windows, ruling, "HP dinas rusak", None)).unwrap();
        let excused = WindowState::Excused { kind: ExcuseKind::Technical };
        let states: Vec<_> =
            ["w0800", "w1100", "w1400"].iter().map(|id| office.window(id, EVENING_MS).effective() == excused).collect();
        assert_eq!(states, [true, true, false]);
    }
}

#[test]
fn who_decides_again_on_an_appeal_against_a_day_decides_on_what_was_corrected_before() {
    for mut office in Office::both() {
        let hash = office.appeals(None);
        // As the board does it: on whatever weighs on the person at that moment.
        let uphold = |office: &Office, ruling| {
            let windows = office.days.windows_to_correct(&office.ask(hash), EVENING_MS).unwrap();
            office
                .admin("kepala", |admin| admin.uphold_appeal(&hash, &windows, ruling, "HP dinas rusak", None))
                .unwrap();
        };
        let states =
            |office: &Office| ["w0800", "w1100", "w1400", "w1600"].map(|id| office.window(id, EVENING_MS).effective());
        uphold(&office, Ruling::OnTime);
        assert_eq!(states(&office), [WindowState::OnTime; 4]);
        office.bench.now_ms += 60_000;
        let excused = Ruling::Excused(ExcuseKind::Technical);
        let again = office.days.windows_to_correct(&office.ask(hash), EVENING_MS).unwrap();
        assert_eq!(again, [""; 0], "nothing weighs any more");
        office.admin("kepala", |admin| admin.uphold_appeal(&hash, &again, excused, "salah pilih", None)).unwrap();
        assert_eq!(states(&office), [WindowState::Excused { kind: ExcuseKind::Technical }; 4]);
    }
}

#[test]
fn an_upheld_appeal_against_a_window_that_the_day_does_not_have_is_shown_with_the_day() {
    for mut office in Office::both() {
        let hash = office.appeals(Some("w0900"));
        office.admin("kepala", |admin| admin.uphold_appeal(&hash, &[], Ruling::OnTime, "apel", None)).unwrap();
        let day = office.days.person(&person_id(1), Some(monday()), EVENING_MS).unwrap().unwrap();
        assert_eq!(day.verdict.appeals[0].standing, Standing::Granted);
        assert_eq!(day.verdict.corrections.iter().map(|ruled| ruled.note.as_str()).collect::<Vec<_>>(), ["apel"]);
    }
}

#[test]
fn who_confirmed_a_recall_is_known_and_who_did_not_too() {
    for mut office in Office::both() {
        for number in [1, 2] {
            office.admin("kepala", |admin| admin.recall(&person_id(number), monday(), "rapat")).unwrap();
        }
        office.assignment();
        let issued = office.bench.store.query(|read| read.newest_assignment(&office.phone.key.kid())).unwrap().unwrap();
        let seen = |office: &Office| {
            let found = office.bench.store.query(|read| recalls(read, None, monday(), monday())).unwrap();
            found.iter().map(|recall| recall.seen_ms.is_some()).collect::<Vec<_>>()
        };
        assert_eq!(seen(&office), [false, false]);
        office.says(&Body::Acknowledge(Acknowledge { what: Acknowledged::Pack, reference: issued.hash }));
        assert_eq!(seen(&office), [false, false], "that confirms something else");
        office.says(&Body::Acknowledge(Acknowledge { what: Acknowledged::Recall, reference: issued.hash }));
        assert_eq!(seen(&office), [true, false]);
        let day = office.days.person(&person_id(1), Some(monday()), EVENING_MS).unwrap().unwrap();
        assert!(day.recalls[0].seen_ms.is_some());
    }
}

#[test]
fn who_enrolled_after_a_rule_saw_it_then_and_the_others_when_they_say_so() {
    for mut office in Office::both() {
        let policy = crate::testing::default_policy();
        let published = MONDAY_MS + 1_000;
        office.bench.store.update(|tx| tx.add_pack(&crate::testing::pack(2, &policy, published))).unwrap();
        office.bench.now_ms = published + 1_000;
        office.bench.enrolled(2);
        let book = office.bench.store.query(|read| PolicyBook::load(read)).unwrap();
        let booked = book.by_number(2).unwrap().clone();
        let seen = |office: &Office| {
            let found = office.bench.store.query(|read| pack_seen(read, &booked)).unwrap();
            found.iter().map(|one| (one.seen_ms.is_some(), one.with_enrolment)).collect::<Vec<_>>()
        };
        assert_eq!(seen(&office), [(false, false), (true, true)]);
        office.says(&Body::Acknowledge(Acknowledge { what: Acknowledged::Pack, reference: booked.hash }));
        assert_eq!(seen(&office), [(true, false), (true, true)]);
        let left = crate::store::Person { active: false, ..crate::testing::person(2) };
        office.bench.store.update(|tx| tx.put_person(&left)).unwrap();
        assert_eq!(seen(&office), [(true, false)], "who left is not waited for");
    }
}

#[test]
fn what_a_phone_noticed_stands_in_the_day_of_its_person() {
    for mut office in Office::both() {
        let since_ms = MONDAY_MS - 60_000;
        office.says(&Body::Note(Note::UploadFailed { code: "unavailable".into(), count: 4, since_ms }));
        let day = office.days.person(&person_id(1), Some(monday()), EVENING_MS).unwrap().unwrap();
        let expected = NoteWhat::UploadFailed { code: "unavailable".into(), count: 4, since_ms };
        assert_eq!(day.notes.iter().map(|note| &note.what).collect::<Vec<_>>(), [&expected]);
    }
}

#[test]
fn what_this_build_can_not_read_is_kept_shown_and_not_decided() {
    for mut office in Office::both() {
        let readable = Body::Request(Request::Withdraw(EnvelopeHash::of("x")));
        let mut record = office.phone.payload(1, 1, &readable);
        record.raw_body = serde_json::value::RawValue::from_string(r#"{"ask":{"what":"moon"}}"#.into()).unwrap();
        let envelope = office.phone.add(&record);
        let (hash, input) = (envelope.hash(), office.phone.upload(&[envelope]));
        assert_eq!(office.bench.send(input).status, 200);
        assert_eq!(office.ask(hash).asked, Asked::Unread);
        let granted = office.admin("kepala", |admin| admin.grant_request(&hash, None, None));
        assert!(matches!(granted, Err(AdminError::UnknownAsk(_))));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_order_in_which_requests_and_withdrawals_arrive_plays_no_part(order in Just((0..4_usize).collect::<Vec<_>>()).prop_shuffle()) {
        let mut office = Office::over(Arc::new(MemoryStore::default()), None);
        let ask = |what| Body::Request(Request::Ask(Ask::new(what, monday(), monday(), Vec::new(), None).unwrap()));
        let mut made = Vec::new();
        let mut add = |office: &mut Office, body: &Body| {
            let seq = office.phone.records.len() as u64 + 1;
            let record = office.phone.payload(seq, u8::try_from(seq).unwrap(), body);
            made.push(office.phone.add(&record));
            made.last().unwrap().hash()
        };
        let (trip, leave) = (add(&mut office, &ask(AskWhat::DutyTrip)), add(&mut office, &ask(AskWhat::AnnualLeave)));
        add(&mut office, &Body::Request(Request::Withdraw(trip)));
        add(&mut office, &Body::Request(Request::Withdraw(EnvelopeHash::of("never asked"))));
        for (step, at) in order.into_iter().enumerate() {
            office.bench.now_ms = MONDAY_MS + i64::try_from(step).unwrap() * 60_000;
            let input = office.phone.upload(&[made[at].clone()]);
            prop_assert_eq!(office.bench.send(input).status, 200);
        }
        prop_assert_eq!(office.ask(trip).standing, Standing::Withdrawn);
        prop_assert_eq!(office.ask(leave).standing, Standing::Open);
    }
}

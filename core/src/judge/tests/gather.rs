//! From signed records to a judged day.

use super::*;
use crate::judge::gather;
use crate::model::{
    Body, CheckIn, EnvelopeHash, EpochCause, EpochStart, Fix, FixSource, KeyId, Kind, Link, NoFix, Record, SeqRange,
};
use crate::place::{Geofence, Place, PlaceLimits, Signal};

const SESSION: SessionId = SessionId::new([4; 16]);

fn clocks(time: &str) -> TimeEvidence {
    let elapsed_ms = u64::try_from(at(time) - at("06:00")).unwrap();
    TimeEvidence { wall_ms: at(time), session: SESSION, run: 0, elapsed_ms, gnss: None }
}

fn record_at(epoch: u32, seq: u64, time: &str, body: &Body) -> Record {
    let (kind, raw_body) = body.to_raw().unwrap();
    Record {
        v: 1,
        id: RecordId::new(at(time), [u8::try_from(seq).unwrap(); 10]),
        install: KeyId::new([1; 32]),
        epoch,
        seq,
        prev: None,
        receipt: None,
        pack: None,
        assignment: None,
        app: "test/1".into(),
        kind,
        time: clocks(time),
        raw_body,
    }
}

fn fix(lon: f64) -> Body {
    Body::CheckIn(CheckIn::Fix(Fix::new(-2.99, lon, 20.0, 0, FixSource::Gnss).unwrap()))
}

fn no_fix() -> Body {
    Body::CheckIn(CheckIn::NoFix(NoFix::Timeout))
}

fn link(epoch: u32, seq: u64) -> Link {
    Link { epoch, seq, hash: EnvelopeHash::new([0; 32]) }
}

fn epoch_start(last_good: Option<Link>, missing: Option<SeqRange>) -> Body {
    Body::Epoch(EpochStart { cause: EpochCause::LostTail, last_good, missing })
}

/// Reads records that came at 12.41, with a token fetched at 12.40.
fn read(records: &[Record], requests: &[RequestSeen<'_>]) -> Gathered {
    let elapsed = clocks("12:40").elapsed_ms;
    let anchors = [Anchor::new(SESSION, 0, elapsed, elapsed + 500, at("12:40") + 200, 100).unwrap()].iter().collect();
    let policy = shipped_policy("palopo-2021").unwrap().unwrap();
    let fence = Geofence::try_from(policy.region.as_ref().unwrap()).unwrap();
    let reader = Reader {
        installation: 0,
        enrolled_ms: 0,
        revoked_ms: None,
        anchors: &anchors,
        fence: Some(&fence),
        limits: &PlaceLimits::default(),
        server_err_ms: 100,
    };
    let arrival_ms = Some(at("12:41"));
    let entries: Vec<HistoryEntry<'_>> =
        records.iter().map(|record| HistoryEntry { record, receipt_ms: None, arrival_ms }).collect();
    gather(&reader, &entries, requests)
}

fn day_of(gathered: &Gathered) -> Day {
    let installations = vec![gathered.installation.clone()];
    Day { installations, ..Day::at_home().with(gathered.taps.clone()) }
}

/// How far a history has been received, in whole minutes after 06.00.
fn past_min(gathered: &Gathered) -> Option<i64> {
    gathered.installation.received_past_ms.map(|past| (past - at("06:00") + 30_000).div_euclid(60_000))
}

#[test]
fn records_become_taps_with_time_place_and_signals() {
    let records = [
        record_at(1, 1, "08:00:09", &fix(120.19)),
        record_at(1, 2, "11:02", &fix(120.19)),
        record_at(1, 3, "11:02:10", &fix(120.29)),
        record_at(1, 4, "12:40:01", &no_fix()),
    ];
    let gathered = read(&records, &[]);
    let taps = &gathered.taps;
    assert!(taps.iter().all(|tap| tap.timed.grade == Grade::Anchored));
    assert_eq!(taps[0].placement.unwrap().place, Place::Inside);
    assert_eq!((&taps[0].signals, &taps[1].signals), (&vec![], &vec![]));
    assert!(matches!(taps[2].signals[..], [Signal::ImpossibleSpeed { since, .. }] if since == records[1].id));
    assert_eq!((taps[3].placement, &taps[3].signals[..]), (None, &[Signal::NoFix { reason: NoFix::Timeout }][..]));
    assert_eq!(gathered.fixes.iter().filter(|fix| fix.is_some()).count(), 3);
    assert_eq!(past_min(&gathered), Some(400));
    assert_eq!(day_of(&gathered).states()[..2], [WindowState::OnTime; 2]);
}

#[test]
fn a_gap_ends_what_has_been_received_and_a_later_window_stays_open() {
    let records = [record_at(1, 1, "07:50", &no_fix()), record_at(1, 3, "12:30", &no_fix())];
    let gathered = read(&records, &[]);
    assert_eq!(past_min(&gathered), Some(110), "up to 07.50: place 2 has not come");
    assert_eq!(day_of(&gathered).states()[1], WindowState::NotYetReceived);
    let whole = [record_at(1, 1, "07:50", &no_fix()), record_at(1, 2, "12:30", &no_fix())];
    assert_eq!(day_of(&read(&whole, &[])).states()[1], WindowState::Missed);
}

#[test]
fn a_request_tells_that_nothing_came_after_its_head() {
    let records = [record_at(1, 1, "07:50", &no_fix())];
    let time = clocks("12:39");
    let asked = |head| past_min(&read(&records, &[RequestSeen { time: &time, head }]));
    assert_eq!(asked(Some(link(1, 1))), Some(399));
    assert_eq!(asked(Some(link(1, 2))), Some(110), "its head has not come");
    assert_eq!(past_min(&read(&[], &[RequestSeen { time: &time, head: None }])), Some(399), "it has no records at all");
}

#[test]
fn a_loss_that_the_phone_reports_holds_its_windows_open_and_no_others() {
    let missing = SeqRange { from_seq: 2, to_seq: 3 };
    let lost = [
        record_at(1, 1, "08:00", &no_fix()),
        record_at(2, 1, "12:10", &epoch_start(Some(link(1, 1)), Some(missing))),
        record_at(2, 2, "12:40", &no_fix()),
    ];
    let mut day = day_of(&read(&lost, &[]));
    assert_eq!(day.states()[..2], [WindowState::OnTime, WindowState::NotYetReceived]);
    let reasons = &day.judged().windows[1].reasons;
    assert!(reasons.iter().any(|reason| matches!(reason, Reason::RecordsLost { .. })), "{reasons:?}");

    let mut came = lost.to_vec();
    came.splice(1..1, [record_at(1, 2, "08:01", &no_fix()), record_at(1, 3, "08:02", &no_fix())]);
    day = day_of(&read(&came, &[]));
    assert_eq!(day.states()[1], WindowState::Missed, "the office had them all along");

    let unknown = [lost[0].clone(), record_at(2, 1, "12:10", &epoch_start(None, None)), lost[2].clone()];
    assert_eq!(day_of(&read(&unknown, &[])).states()[1], WindowState::NotYetReceived);
}

#[test]
fn an_epoch_whose_last_good_record_has_not_come_adds_nothing() {
    let records = [record_at(1, 1, "07:50", &no_fix()), record_at(2, 1, "12:10", &epoch_start(Some(link(1, 7)), None))];
    assert_eq!(past_min(&read(&records, &[])), Some(110));
    let over_a_gap = [records[0].clone(), record_at(1, 7, "12:00", &no_fix()), records[1].clone()];
    assert_eq!(past_min(&read(&over_a_gap, &[])), Some(110), "places 2 to 6 have not come");
}

#[test]
fn a_tap_whose_body_cannot_be_read_is_a_tap() {
    let mut strange = record_at(1, 1, "08:00", &no_fix());
    strange.raw_body = serde_json::value::to_raw_value(&serde_json::json!({"fix": {"lat": 1}})).unwrap();
    assert_eq!(strange.kind, Kind::CheckIn);
    assert_eq!(day_of(&read(&[strange], &[])).states()[0], WindowState::OnTime);
}

#[test]
fn a_change_has_reached_the_phone_once_a_record_names_it() {
    let (pack, assignment) = (EnvelopeHash::new([7; 32]), EnvelopeHash::new([8; 32]));
    let mut records = [record_at(1, 1, "08:00", &no_fix()), record_at(1, 2, "12:39", &no_fix())];
    let reached = |records: &[Record]| {
        let entries: Vec<HistoryEntry<'_>> =
            records.iter().map(|record| HistoryEntry { record, receipt_ms: None, arrival_ms: None }).collect();
        read(records, &[]).reached_ms(&entries, pack, assignment)
    };
    assert_eq!(reached(&records), None);
    (records[0].pack, records[1].pack, records[1].assignment) = (Some(pack), Some(pack), Some(assignment));
    let at_ms = reached(&records).unwrap();
    assert!((at("12:39")..at("12:39:01")).contains(&at_ms), "the latest instant of the second record");
}

//! Live share in a unit's day.

use std::num::NonZeroU32;

use hadir_core::{
    judge::{Here, ShareFlag, ShareState},
    model::{ShareThen, SpanFixes, SpanIs, Track, TrackSpan},
    policy::shipped,
};

use super::*;

/// `default`, with live share from 07:30 to 15:30 for those at home, and no check-ins.
fn sharing_policy() -> Policy {
    let (_, toml) = shipped().iter().find(|(id, _)| *id == "parepare-2021").unwrap();
    let toml = toml.replace("valid_from = 2021-07-01", "valid_from = 2026-01-01");
    Policy::parse(&toml.replace("center = [119.66, -4.02]", "center = [120.2, -2.4]")).unwrap()
}

fn span(outside_m: Option<u32>, minutes: i64) -> TrackSpan {
    let fixes = SpanFixes { fixes: NonZeroU32::MIN, accuracy_m: 10, mock: false };
    let is = outside_m.map_or(SpanIs::Inside(fixes), |by_m| SpanIs::Outside { fixes, by_m });
    TrackSpan { is, ms: NonZeroU32::new(u32::try_from(minutes * MINUTE).unwrap()).unwrap() }
}

impl Handset {
    fn track(&mut self, true_ms: i64, spans: Vec<TrackSpan>, then: ShareThen) {
        let track = Track { for_date: monday(), until: None, spans, points: Vec::new(), then };
        self.add(true_ms, true_ms, &Body::Track(track));
    }
}

#[test]
fn a_phone_that_shares_is_on_the_board_and_one_that_was_not_heard_is_not_received_yet() {
    let mut office = Office::under(&sharing_policy());
    let mut phone = office.enrol(1);
    office.enrol(2);
    phone.token(at(7, 29));
    phone.track(at(7, 30), vec![], ShareThen::Sharing);
    phone.track(at(7, 35), vec![span(None, 5)], ShareThen::Sharing);
    office.deliver(&mut phone, at(7, 36));
    let view = office.days.view(&Scope::default(), at(7, 40)).unwrap();
    assert_eq!(view.share.map(|hours| hours.ends_ms), Some(at(15, 30)));
    assert!(view.windows.is_empty());
    let state = |at: usize| view.people[at].verdict.share.as_ref().unwrap().state;
    assert_eq!((state(0), view.people[0].tally(None)), (ShareState::Sharing { here: Here::Inside }, Tally::Sharing));
    assert_eq!((state(1), view.people[1].tally(None)), (ShareState::NotYetReceived, Tally::NotReceived));
    assert!(view.next_change_ms.unwrap() <= at(8, 0), "it grows stale by time alone");
    let later = office.days.view(&Scope::default(), at(8, 1)).unwrap();
    assert_eq!(later.people[0].tally(None), Tally::NotReceived, "silence is not received yet, never missed");
}

#[test]
fn an_exit_is_to_be_looked_at_until_a_permit_or_a_ruling_settles_it() {
    let mut office = Office::under(&sharing_policy());
    let mut phones = [office.enrol(1), office.enrol(2)];
    for phone in &mut phones {
        phone.token(at(7, 29));
        phone.track(at(15, 30), vec![span(None, 120), span(Some(2_500), 30), span(None, 330)], ShareThen::Over);
        phone.token(at(15, 45));
        office.deliver(phone, at(15, 46));
    }
    office.bench.now_ms = at(15, 50);
    let permit = Fact::days(person_id(2), monday(), monday(), FactKind::MayLeaveRegion);
    office.admin(|admin| admin.add_fact(&permit).unwrap());
    let one = office.person(1, at(16, 0));
    let share = one.verdict.share.clone().unwrap();
    assert_eq!((share.state, share.percent), (ShareState::Shared, Some(100)));
    assert!(
        matches!(share.flags[..], [ShareFlag::LeftRegion(exit)] if exit.from_ms == at(9, 30) && exit.by_m == 2_500)
    );
    assert_eq!(one.tally(None), Tally::Check);
    let two = office.person(2, at(16, 0));
    assert_eq!(two.tally(None), Tally::Sharing);
    assert_eq!(two.verdict.share.as_ref().unwrap().exits.len(), 1, "told, and not flagged");
    office.bench.now_ms = at(16, 5);
    office
        .admin(|admin| admin.rule(&person_id(1), monday(), Some("share"), Ruling::Checked, "rapat di Barru").unwrap());
    let settled = office.person(1, at(16, 6));
    assert_eq!(settled.tally(None), Tally::Sharing);
    assert_eq!(settled.verdict.share.as_ref().unwrap().corrections.len(), 1);
}

#[test]
fn a_body_that_is_no_batch_is_stored_and_claims_nothing() {
    let mut office = Office::under(&sharing_policy());
    let mut phone = office.enrol(1);
    phone.token(at(7, 29));
    phone.track(at(7, 40), vec![span(None, 10)], ShareThen::Sharing);
    let seq = phone.phone.records.len() as u64 + 1;
    let body = Body::CheckIn(CheckIn::NoFix(hadir_core::model::NoFix::Off));
    let mut record = phone.phone.payload(seq, 9, &body);
    record.time = phone.time(at(7, 45), at(7, 45));
    record.kind = hadir_core::model::Kind::Track;
    phone.phone.add(&record);
    phone.token(at(7, 46));
    office.deliver(&mut phone, at(7, 47));
    let share = office.person(1, at(7, 48)).verdict.share.clone().unwrap();
    assert_eq!(share.shared.inside_ms, 10 * 60_000);
}

#[test]
fn an_appeal_against_a_day_is_upheld_for_its_live_share_too_where_that_weighs() {
    use hadir_core::{
        judge::SHARE,
        model::{Appeal, Grounds},
    };
    let mut office = Office::under(&sharing_policy());
    let mut phone = office.enrol(1);
    phone.token(at(7, 29));
    phone.token(at(15, 45));
    let appeal = Appeal::new(monday(), None, Grounds::Phone, None).unwrap();
    phone.add(at(15, 50), at(15, 50), &Body::Appeal(appeal));
    let hash = phone.phone.records.last().unwrap().hash();
    phone.token(at(15, 55));
    office.deliver(&mut phone, at(15, 56));
    let share = |office: &Office| office.person(1, at(16, 0)).verdict.share.as_ref().unwrap().effective();
    assert_eq!(share(&office), ShareState::NotShared);
    let ask = office.store.query(|read| crate::asks::find(read, &hash)).unwrap().unwrap();
    let windows = office.days.windows_to_correct(&ask, at(16, 0)).unwrap();
    assert_eq!(windows, [SHARE]);
    let excused = Ruling::Excused(ExcuseKind::Technical);
    office.admin(|admin| admin.uphold_appeal(&hash, &windows, excused, "HP rusak", None).unwrap());
    assert_eq!(share(&office), ShareState::Excused { kind: ExcuseKind::Technical });
}

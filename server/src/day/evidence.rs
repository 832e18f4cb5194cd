//! What is known of one person around one date, before it is judged: taps, forms, phones, what they knew of the rules.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use hadir_core::{
    envelope::Unverified,
    judge::{ExcuseKind, FormSeen, Installation as Received, Tap, TrackSeen},
    model::{Acknowledge, Acknowledged, Body, EnvelopeHash, Fix, Note, RecordId},
    place::Geofence,
    schedule::{Mode, Zone},
    trust::TrustStore,
    wire::Assignment,
};

use super::{
    NoteSeen, NoteWhat, PhoneNote,
    history::{self, History},
};
use crate::{
    policies::PolicyBook,
    store::{Installation, IssuedAssignment, Person, Result, StoreError, StoreRead},
};

/// Days before a duty date whose records still bear on it: forms open the day before, tokens reach across a night.
const DAYS_BEFORE: u64 = 3;
/// Days after it: what came within the grace, with the tokens that came along.
const DAYS_AFTER: u64 = 9;

/// What is known of one person around one date.
#[derive(Debug)]
pub(super) struct Evidence {
    /// The person.
    pub(super) person: Person,
    /// Taps with their fixes, without the signals that several people show together.
    pub(super) taps: Vec<(Tap, Option<Fix>)>,
    /// Batches of live share.
    pub(super) tracks: Vec<TrackSeen>,
    /// Self-assessments, with when each was received, milliseconds.
    pub(super) forms: Vec<(FormSeen, i64)>,
    /// Installations, as the judge reads them.
    pub(super) received: Vec<Received>,
    /// When a phone last reached the server, milliseconds.
    pub(super) last_heard_ms: Option<i64>,
    /// Notes on the phones.
    pub(super) phones: Vec<PhoneNote>,
    /// What the phones noted on the date.
    pub(super) notes: Vec<NoteSeen>,
    /// When each appeal was made, by the evidence, milliseconds.
    pub(super) appealed: BTreeMap<RecordId, i64>,
    /// What each record says that the phone knew, in the order of its chain.
    pub(super) knew: Vec<Knew>,
    /// Assignments given to the phones that count and that reach to the date, by when they were signed.
    pub(super) given: Vec<Given>,
}

/// What an assignment said of the date.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// Its hash, as records name it.
    pub(super) hash: EnvelopeHash,
    /// When it was signed, milliseconds.
    pub(super) t_ms: i64,
    /// The day as it named it; `None` where it does not reach to the date.
    pub(super) day: Option<GivenDay>,
}

/// A day as an assignment named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GivenDay {
    /// Where the person works.
    pub(super) mode: Mode,
    /// The shift worked.
    pub(super) shift: Option<String>,
    /// Windows in which no tap is due.
    pub(super) excused: Vec<(String, ExcuseKind)>,
}

/// Which rule and which assignment a record says that the person saw.
#[derive(Debug, Clone, Copy)]
pub(super) struct Knew {
    /// The pack.
    pub(super) pack: Option<EnvelopeHash>,
    /// The assignment.
    pub(super) assignment: Option<EnvelopeHash>,
    /// The latest instant of the record without presuming anything, milliseconds.
    pub(super) latest_ms: Option<i64>,
}

/// How everyone's evidence around a date is read.
pub(super) struct Finder<'a> {
    source: history::Source<'a>,
    date: NaiveDate,
    zone: Zone,
}

impl<'a> Finder<'a> {
    /// Reads around a date; `fence` is the region of the rule in force.
    pub(super) fn new(
        store: &'a dyn StoreRead,
        trust: &'a TrustStore,
        book: &PolicyBook,
        fence: Option<&'a Geofence>,
        date: NaiveDate,
    ) -> Self {
        let zone = book.on(date).or_else(|| book.newest()).map_or(Zone::UTC, |b| b.policy.zone);
        let midnight = |date: Option<NaiveDate>, else_ms| date.map_or(else_ms, |date| zone.midnight_ms(date));
        let from_ms = midnight(date.checked_sub_days(Days::new(DAYS_BEFORE)), i64::MIN);
        let until_ms = midnight(date.checked_add_days(Days::new(DAYS_AFTER)), i64::MAX);
        Self { source: history::Source { store, trust, fence, from_ms, until_ms }, date, zone }
    }

    /// Reads what the store knows of a person with these installations.
    pub(super) fn find(&self, person: Person, phones: &[Installation]) -> Result<Evidence> {
        let mut found = Evidence {
            person,
            taps: Vec::new(),
            tracks: Vec::new(),
            forms: Vec::new(),
            received: Vec::new(),
            last_heard_ms: phones.iter().map(|phone| phone.seen_ms).max(),
            phones: Vec::new(),
            notes: Vec::new(),
            appealed: BTreeMap::new(),
            knew: Vec::new(),
            given: Vec::new(),
        };
        for (at, phone) in phones.iter().enumerate() {
            let history = history::read(&self.source, at, phone)?;
            self.note(&mut found, at, phone, &history);
            found.take(history, |at_ms| self.zone.local(at_ms).date() == self.date);
            if phone.revoked.is_none() {
                for issued in self.source.store.assignments(&phone.id, self.date, self.date)? {
                    let day = day_on(&issued, self.date)?;
                    found.given.push(Given { hash: issued.hash, t_ms: issued.t_ms, day });
                }
            }
        }
        found.given.sort_by_key(|given| given.t_ms);
        if phones.is_empty() {
            found.phones.push(PhoneNote::NoPhone);
        }
        Ok(found)
    }

    fn note(&self, found: &mut Evidence, at: usize, phone: &Installation, history: &History) {
        let is_today = |ms: i64| self.zone.local(ms).date() == self.date;
        match &phone.revoked {
            Some(revoked) if is_today(revoked.at_ms) => found.phones.push(PhoneNote::Revoked(revoked.at_ms)),
            // What an installation that ended before the date left behind is that day's matter.
            Some(_) => return,
            None => {}
        }
        if at > 0 && is_today(phone.enrolled_ms) {
            found.phones.push(PhoneNote::Enrolled(phone.enrolled_ms));
        }
        if history.parked > 0 {
            found.phones.push(PhoneNote::Parked(history.parked));
        } else if history.has_gap {
            found.phones.push(PhoneNote::Gap);
        }
        if phone.ahead.is_some() {
            found.phones.push(PhoneNote::ToldFalseTime);
        }
        if history.forks {
            found.phones.push(PhoneNote::Fork);
        }
        if history.losses.iter().any(|at_ms| is_today(*at_ms)) {
            found.phones.push(PhoneNote::ReportedLoss);
        }
    }
}

impl Evidence {
    fn take(&mut self, history: History, is_today: impl Fn(i64) -> bool) {
        let History { records, received_ms, gathered, .. } = history;
        self.received.push(gathered.installation);
        for (record, timed) in records.iter().zip(&gathered.timed) {
            let mut knew = Knew { pack: record.pack, assignment: record.assignment, latest_ms: timed.proven.latest_ms };
            match record.body() {
                // Who confirms a rule that begins tomorrow has seen it, though the record names today's.
                Ok(Body::Acknowledge(Acknowledge { what: Acknowledged::Pack, reference })) => {
                    knew.pack = Some(reference);
                }
                Ok(Body::Acknowledge(Acknowledge { reference, .. })) => knew.assignment = Some(reference),
                Ok(Body::Appeal(_)) => drop(self.appealed.insert(record.id, timed.judged_ms())),
                Ok(Body::Note(note)) if is_today(timed.judged_ms()) => {
                    self.notes.push(NoteSeen { at_ms: timed.judged_ms(), what: note_what(note) });
                }
                _ => {}
            }
            self.knew.push(knew);
        }
        self.taps.extend(gathered.taps.into_iter().zip(gathered.fixes));
        self.tracks.extend(gathered.tracks);
        let arrival = |form: &FormSeen| {
            let at = records.iter().position(|record| record.id == form.record);
            at.map_or(i64::MAX, |at| received_ms[at])
        };
        self.forms.extend(gathered.forms.into_iter().map(|form| (form, arrival(&form))));
    }
}

fn note_what(note: Note) -> NoteWhat {
    match note {
        Note::TimeToken { .. } => NoteWhat::TimeToken,
        Note::ClockChanged { from_ms, to_ms, .. } => NoteWhat::ClockChanged { from_ms, to_ms },
        Note::UploadFailed { code, count, since_ms } => NoteWhat::UploadFailed { code, count, since_ms },
    }
}

/// The day that an assignment names for a date.
fn day_on(issued: &IssuedAssignment, date: NaiveDate) -> Result<Option<GivenDay>> {
    if !(issued.from..=issued.until).contains(&date) {
        return Ok(None);
    }
    let parsed = Unverified::<Assignment>::parse(issued.compact.as_str())
        .map_err(|_| StoreError::Corrupt("assignments.compact"))?;
    let days = &parsed.unverified_payload().days;
    Ok(days.iter().find(|day| day.date == date).and_then(|day| {
        let excused = day.excused.iter();
        Some(GivenDay {
            mode: Mode::from_name(&day.mode)?,
            shift: day.shift.clone(),
            excused: excused.map(|it| (it.window.clone(), ExcuseKind::read(&it.kind))).collect(),
        })
    }))
}

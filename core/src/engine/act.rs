//! What a person does: taps, forms, confirmations. Each is on disk when its call returns, by one commit.

use chrono::NaiveDate;

use super::{
    CheckInEngine, EngineError, GnssReading,
    now::Now,
    screen::TapNow,
    state::{RecentWhat, Setting},
    store::{Control, Draft, Store, new_record_id},
};
use crate::{
    form::{Answers, FormDefinition, Scored, definition},
    journal::FrameKind,
    model::{Acknowledge, Acknowledged, Body, CheckIn, EnvelopeHash, Fix, HealthForm, Link, NoFix, RecordId},
    outbox::Delivery,
    seal::health::{Binding, HealthAnswers, seal},
};

/// A tap: what the platform said about the place.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// What [`CheckInEngine::begin_tap`] gave for this press of the button: the record will bear it, and the same attempt said
    /// twice is one record. `None`: a press of its own.
    pub id: Option<RecordId>,
    /// The fix, or why there is none. The attempt counts either way.
    pub check_in: CheckIn,
    /// Satellite time, where the platform gives it apart from the system clock.
    pub gnss: Option<GnssReading>,
}

impl Attempt {
    /// A tap with a fix.
    #[must_use]
    pub const fn with_fix(fix: Fix) -> Self {
        Self { id: None, check_in: CheckIn::Fix(fix), gnss: None }
    }

    /// A tap without one.
    #[must_use]
    pub const fn without_fix(why: NoFix) -> Self {
        Self { id: None, check_in: CheckIn::NoFix(why), gnss: None }
    }
}

/// A tap that is on disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// The record.
    pub id: RecordId,
    /// Its place in the history.
    pub link: Link,
    /// When, as it is shown: by which clock, and how well that is proven so far.
    pub at: Now,
    /// What it says of the place.
    pub check_in: CheckIn,
    /// What it counts as, so far as this phone can tell.
    pub counts: TapNow,
    /// Where it is: an attempt said again may have been received meanwhile.
    pub delivery: Delivery,
    /// How many records wait to be sent.
    pub pending: u64,
}

/// A form that is on disk.
#[derive(Debug, Clone, PartialEq)]
pub struct FormSubmitted {
    /// The record.
    pub id: RecordId,
    /// Its place in the history.
    pub link: Link,
    /// The office day that it is for.
    pub for_date: NaiveDate,
    /// What the answers come to; for the person's eyes.
    pub scored: Scored,
    /// How many records wait to be sent.
    pub pending: u64,
}

impl CheckInEngine {
    /// Records a tap. It is never refused for its place, its time, or for being one too many. An attempt that is recorded
    /// already is told again.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`]; [`EngineError::StoreFull`] and [`EngineError::Store`] when it could not be put on
    /// disk: then nothing was recorded.
    pub fn check_in(&self, attempt: Attempt) -> Result<Recorded, EngineError> {
        let reading = self.ports.clock.read();
        let entropy = &*self.ports.entropy;
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        store.session(reading, entropy)?;
        if let Some(told) = attempt.id.and_then(|id| store.told_again(id)) {
            return Ok(told);
        }
        let at = store.now(reading);
        let counts = store.tap_at(&at, None);
        let id = attempt.id.map_or_else(|| new_record_id(entropy, reading), Ok)?;
        let check_in = attempt.check_in;
        let draft = Draft { id, body: Body::CheckIn(check_in.clone()) };
        let made = store.record(draft, reading, attempt.gnss, entropy)?;
        let pending = store.state.outbox.pending_count();
        Ok(Recorded { id: made.id, link: made.link, at, check_in, counts, delivery: Delivery::Waiting, pending })
    }

    /// The form that is to be filled for a date; `None` if none is due for it now.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`]; [`EngineError::UnknownForm`] for a form of a newer build.
    pub fn form_definition(&self, for_date: NaiveDate) -> Result<Option<&'static FormDefinition>, EngineError> {
        let today = self.today()?;
        let Some(form) = today.forms.into_iter().find(|form| form.duty.target_date == for_date) else {
            return Ok(None);
        };
        let (form, version) = (form.duty.form, form.duty.version);
        definition(&form, version).map(Some).ok_or(EngineError::UnknownForm { form, version })
    }

    /// Seals a self-assessment to the health office and records it; the verdict alone stays in the open.
    /// A second one for the same date is taken too: nothing is thrown away.
    ///
    /// # Errors
    /// [`EngineError::NoFormDue`]; [`EngineError::Form`] when questions are left open; [`EngineError::Seal`] when the
    /// health office has too few keys; and as [`CheckInEngine::check_in`].
    pub fn submit_form(&self, for_date: NaiveDate, answers: &Answers) -> Result<FormSubmitted, EngineError> {
        let form = self.form_definition(for_date)?.ok_or(EngineError::NoFormDue(for_date))?;
        let scored = form.score(answers)?;
        let reading = self.ports.clock.read();
        let entropy = &*self.ports.entropy;
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        store.session(reading, entropy)?;
        let at = store.now(reading);
        let id = new_record_id(entropy, reading)?;
        let body = {
            let assignment = store.rules.assignment(&store.state).ok_or(EngineError::NotEnrolled)?;
            let person = &assignment.person;
            let keys =
                store.trust.as_ref().map(|trust| trust.health_keys(store.server_time_ms(&at))).unwrap_or_default();
            let binding = Binding {
                install: store.install(),
                record: id,
                person: &person.id,
                form: &form.id,
                form_version: form.version,
                for_date,
                verdict: scored.verdict,
            };
            let answers = answers.iter().map(|(question, yes)| (question.to_owned(), yes)).collect();
            let answers = HealthAnswers::new(answers, &person.name, &person.unit_name, assignment.phone.as_deref());
            let sealed = seal(entropy, &keys, &binding, &answers)?;
            let (form, form_version) = (form.id.clone(), form.version);
            Body::HealthForm(HealthForm { form, form_version, for_date, verdict: scored.verdict, sealed })
        };
        let made = store.record(Draft { id, body }, reading, None, entropy)?;
        // It is recorded; a draft that can't be removed now is removed with the next, or with its day.
        let _ = store.journal.discard_draft(&super::draft::label(for_date));
        let pending = store.state.outbox.pending_count();
        Ok(FormSubmitted { id: made.id, link: made.link, for_date, scored, pending })
    }

    /// Records that the person saw a recall, a rule or an assignment; `reference` is what the need in `today()` names.
    ///
    /// # Errors
    /// As [`CheckInEngine::check_in`].
    pub fn acknowledge(&self, what: Acknowledged, reference: EnvelopeHash) -> Result<RecordId, EngineError> {
        let reading = self.ports.clock.read();
        let entropy = &*self.ports.entropy;
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        let body = Body::Acknowledge(Acknowledge { what, reference });
        let draft = Draft { id: new_record_id(entropy, reading)?, body };
        Ok(store.record(draft, reading, None, entropy)?.id)
    }

    /// Has a parked record tried again with the next sync.
    ///
    /// # Errors
    /// [`EngineError::NotParked`] when there is none in that place; and as [`CheckInEngine::check_in`].
    pub fn release(&self, epoch: u32, seq: u64) -> Result<(), EngineError> {
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        let parked = store.state.outbox.parked_places();
        let place = parked.into_iter().find(|place| (place.link.epoch, place.link.seq) == (epoch, seq));
        let place = place.ok_or(EngineError::NotParked)?;
        store.control(vec![Control::json(
            FrameKind::Released,
            &Setting { link: place.link, reason: place.reason, order_ms: None },
        )])
    }
}

impl Store {
    /// What recording a tap answered, for one that is here already.
    fn told_again(&self, id: RecordId) -> Option<Recorded> {
        let recent = self.state.recent.iter().find(|recent| recent.id == id)?;
        let RecentWhat::Tap(check_in) = &recent.what else { return None };
        let (at, link) = (self.now_of(&recent.time), recent.link);
        let counts = self.tap_at(&at, Some(link));
        let delivery = self.state.outbox.delivery(link.epoch, link.seq);
        let pending = self.state.outbox.pending_count();
        Some(Recorded { id, link, at, check_in: check_in.clone(), counts, delivery, pending })
    }
}

//! The home screen in one snapshot, and confirming what it asks to confirm.

use hadir_core::{
    engine::{self, FormState, Need},
    judge::{EntryState, WindowState},
    model::{Acknowledged, EntryVerdict, EnvelopeHash},
    outbox::Delivery,
    schedule::Mode,
    text::{
        Lang, engine as said, home, judge, policy,
        time::{DayClock, short_date},
    },
};

use crate::{engine::CheckInEngine, error::HadirError, share::ShareCard};

/// Everything that the home screen shows.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Today {
    /// The duty date, `2026-11-24`; what a night shift does after midnight belongs to the date of its start.
    pub date: String,
    /// For people: *Selasa, 24 November 2026*.
    pub date_text: String,
    /// The office's zone: *WITA*.
    pub zone: String,
    /// What time it is, by the best clock there is: *08.00.09 WITA*.
    pub now_text: String,
    /// By which clock that is said.
    pub clock_text: String,
    /// Who is enrolled here.
    pub person: PersonCard,
    /// *Bekerja dari rumah.*
    pub day_title: String,
    /// *Absen 4 kali hari ini.*
    pub day_detail: String,
    /// Whether this is a day at home by health direction: neither late nor absent.
    pub health_direction: bool,
    /// The rule in force; `None`: there is none, and taps are recorded all the same.
    pub rule: Option<RuleCard>,
    /// What stands around the one large button.
    pub tap: TapCard,
    /// The windows owed, rising.
    pub windows: Vec<WindowRow>,
    /// Taps of the date that count for no window.
    pub others: Vec<OtherRow>,
    /// Self-assessments that can be filled now, or were filled for today or a coming date, nearest first.
    pub forms: Vec<FormRow>,
    /// Whether the person may enter the office today, by their own self-assessment: a sentence, where there is one.
    pub entry_text: Option<String>,
    /// Live sharing, where it is owed today.
    pub share: Option<ShareCard>,
    /// What the rule tells people in this mode.
    pub notices: Vec<String>,
    /// What needs the person, most urgent first.
    pub needs: Vec<NeedRow>,
    /// How many records wait to be sent.
    pub pending: u64,
    /// *2 menunggu dikirim · terakhir terhubung 08.01.*
    pub delivery_text: String,
    /// In how many milliseconds something of this changes by itself, so that the screen is drawn anew then; at most an hour.
    pub changes_in_ms: u64,
}

/// The person, as the agency names them.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct PersonCard {
    /// Name.
    pub name: String,
    /// Name of the unit.
    pub unit: String,
    /// The agency's id.
    pub agency: String,
}

impl std::fmt::Debug for PersonCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PersonCard(… of {})", self.agency)
    }
}

/// The rule in force, as it is named to the person.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RuleCard {
    /// Its title.
    pub title: String,
    /// What it stands on: *Surat Edaran 800/935/BKPSDM/2021, 27 Jul 2021*.
    pub basis: String,
    /// Who issued it.
    pub issuer: String,
    /// From where times and tolerances come, and what a reader should know about the rule's silences.
    pub notes: Vec<String>,
}

/// What stands around the button. The button is never disabled.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TapCard {
    /// *Jadwal 11.00 sedang dibuka.*
    pub title: String,
    /// *Tepat waktu sampai 11.15.*
    pub detail: String,
    /// What the button says: *Absen sekarang*.
    pub button: String,
    /// Whether a tap is owed now: the button is filled, else it is an outline.
    pub owed_now: bool,
}

/// How a window stands: a shape and a colour; the word stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum WindowMark {
    /// A tick in a disc.
    OnTime,
    /// A clock.
    Late,
    /// A diamond with a mark: counted, and a person may look at it.
    Look,
    /// A ring with a dot.
    Open,
    /// A dashed ring.
    Later,
    /// A struck ring.
    Missed,
    /// A dashed frame: never to be taken for missed.
    NotReceived,
    /// A tick in a ring: excused.
    Excused,
    /// A dash.
    NotOwed,
}

/// What became of a record: a colour; the word stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum DeliveryMark {
    /// On this phone only, so far.
    Waiting,
    /// The server has it.
    Received,
    /// It needs a person.
    Parked,
    /// The server keeps it beside another of the same place.
    Conflict,
    /// This phone's storage lost it before it was received.
    Lost,
}

impl From<&Delivery> for DeliveryMark {
    fn from(delivery: &Delivery) -> Self {
        match delivery {
            Delivery::Waiting => Self::Waiting,
            Delivery::Received => Self::Received,
            Delivery::Parked { .. } => Self::Parked,
            Delivery::Conflict => Self::Conflict,
            Delivery::Lost => Self::Lost,
        }
    }
}

/// A window with what became of it, as far as this phone knows.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct WindowRow {
    /// Names it for `why`.
    pub id: String,
    /// *08.00.*
    pub label: String,
    /// Shape and colour.
    pub mark: WindowMark,
    /// *Tepat waktu.*
    pub title: String,
    /// *07.58.41 · sudah diterima*; empty where there is nothing to say.
    pub detail: String,
    /// What a person at the office may look at, two or three words each; empty mostly. `why` tells the whole of it.
    pub flags: Vec<String>,
    /// The tap that counts.
    pub record: Option<String>,
    /// Whether that tap was received.
    pub delivery: Option<DeliveryMark>,
}

/// A tap that counts for no window.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct OtherRow {
    /// The record.
    pub record: String,
    /// *Di luar jadwal.*
    pub title: String,
    /// *09.12.03 · menunggu dikirim.*
    pub detail: String,
    /// What a person at the office may look at, two or three words each.
    pub flags: Vec<String>,
    /// Whether it was received.
    pub delivery: DeliveryMark,
}

/// How a self-assessment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum FormMark {
    /// It can be filled.
    Due,
    /// It can be filled, after the time of entry.
    DueLate,
    /// Filled: may enter.
    MayEnter,
    /// Filled: may not enter.
    MayNotEnter,
}

/// A self-assessment on the home screen.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FormRow {
    /// The office day that it is for; names it for `form`.
    pub date: String,
    /// *Penilaian mandiri untuk 25 Nov 2026.*
    pub title: String,
    /// *Belum mengisi, isi sebelum 07.30.*
    pub detail: String,
    /// How it stands.
    pub mark: FormMark,
    /// Whether it can be filled on this phone now.
    pub can_fill: bool,
}

/// What kind of thing needs the person; a shell chooses a picture and, with `acknowledge`, whether there is a button to confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum NeedKind {
    /// Enrol again. Offer the enrolment.
    EnrolAgain,
    /// What answers is not the agency's server.
    UnknownServer,
    /// This phone was revoked.
    Revoked,
    /// The app must be updated. Offer the store.
    Update,
    /// A recall to the office. It rings, and is confirmed.
    Recall,
    /// A rule to be confirmed.
    NewRule,
    /// A decision to be confirmed. Offer the requests.
    Decision,
    /// A record that needs a person. Offer the parked records.
    Parked,
    /// The phone's storage lost something.
    StoreDamaged,
    /// The phone's clock is off. Offer the date settings.
    ClockOff,
    /// The health office can't be sealed to.
    NoHealthKeys,
}

/// Something that needs the person.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct NeedRow {
    /// Of which kind.
    pub kind: NeedKind,
    /// What is the matter, and what to do.
    pub text: String,
    /// Whether it is to ring, once for each text.
    pub urgent: bool,
    /// What to pass to [`CheckInEngine::acknowledge`]; `None` where there is nothing to confirm.
    pub confirm: Option<String>,
}

#[uniffi::export]
impl CheckInEngine {
    /// The home screen, in one snapshot. Reads nothing from the medium; under a millisecond.
    ///
    /// # Errors
    /// [`HadirError::NotEnrolled`], [`HadirError::Closed`].
    pub fn today(&self) -> Result<Today, HadirError> {
        self.run(|engine, lang| Ok(draw(&engine.today()?, lang)))
    }

    /// Records that the person saw what a [`NeedRow`] named in `confirm`. On disk when it returns.
    ///
    /// # Errors
    /// [`HadirError::NotFound`] for a text that no need gave; [`HadirError::StoreFull`] and [`HadirError::Store`]: then it was not recorded.
    pub fn acknowledge(&self, confirm: String) -> Result<(), HadirError> {
        self.attempt(|engine, lang| {
            let (what, reference) = confirmed(&confirm).ok_or_else(|| HadirError::NotFound {
                text: lang.pick("Tidak ada yang perlu dikonfirmasi.", "There is nothing to confirm.").to_owned(),
            })?;
            engine.acknowledge(what, reference).map(drop).map_err(|error| HadirError::of(&error, lang))
        })
    }
}

/// What a need is confirmed by: the kind and the hash, as one text.
fn confirm(need: &Need) -> Option<String> {
    match need {
        Need::Recall { reference, .. } => Some(format!("recall:{reference}")),
        Need::NewRule { reference, .. } => Some(format!("rule:{reference}")),
        Need::Decision { reference, .. } => Some(format!("decision:{reference}")),
        _ => None,
    }
}

fn confirmed(text: &str) -> Option<(Acknowledged, EnvelopeHash)> {
    let (kind, reference) = text.split_once(':')?;
    let what = match kind {
        "recall" => Acknowledged::Recall,
        "rule" => Acknowledged::Pack,
        "decision" => Acknowledged::Decision,
        _ => return None,
    };
    Some((what, reference.parse().ok()?))
}

pub(crate) fn draw(today: &engine::Today, lang: Lang) -> Today {
    let clock = home::clock_of(today, lang);
    let (day, tap) = (home::day(today, lang), home::tap(today, lang));
    Today {
        date: today.date.to_string(),
        date_text: policy::date(today.date, lang),
        zone: today.zone.abbreviation().to_owned(),
        now_text: clock.second(today.now.ms),
        clock_text: said::clock_source(today.now.source, lang).to_owned(),
        person: PersonCard {
            name: today.person.name.clone(),
            unit: today.person.unit_name.clone(),
            agency: today.agency.clone(),
        },
        day_title: day.title,
        day_detail: day.detail,
        health_direction: today.mode.as_ref().is_some_and(|mode| mode.mode == Mode::HealthDirection),
        rule: today.rule.as_ref().map(|rule| rule_card(rule, lang)),
        tap: TapCard {
            title: tap.title,
            detail: tap.detail,
            button: home::button(&today.tap, lang).to_owned(),
            owed_now: matches!(today.tap, engine::TapNow::OnTime { .. } | engine::TapNow::Late { .. }),
        },
        windows: today.windows.iter().map(|window| window_row(window, &clock)).collect(),
        others: today.others.iter().map(|other| other_row(other, &clock)).collect(),
        forms: today.forms.iter().map(|form| form_row(form, &clock)).collect(),
        entry_text: today
            .entry
            .filter(|entry| entry.form.is_some() || entry.state == EntryState::MayNotEnter)
            .map(|entry| judge::entry(entry, lang)),
        share: today.share.as_ref().map(|share| ShareCard::of(share, today.now.ms, &clock)),
        notices: today.notices.iter().map(|notice| lang.pick(&notice.id, &notice.en).to_owned()).collect(),
        needs: today.needs.iter().map(|need| need_row(need, lang)).collect(),
        pending: today.pending,
        delivery_text: home::delivery(today, lang),
        changes_in_ms: changes_in(today),
    }
}

fn rule_card(rule: &engine::RuleToday, lang: Lang) -> RuleCard {
    let mut basis = rule.legal.kind.clone();
    if let Some(number) = &rule.legal.number {
        basis = format!("{basis} {number}");
    }
    if let Some(date) = rule.legal.date {
        basis = format!("{basis}, {}", short_date(date, lang));
    }
    let mut notes = home::sources(rule, lang);
    notes.extend(rule.note.clone());
    RuleCard { title: rule.title.clone(), basis, issuer: rule.legal.issuer.clone(), notes }
}

fn window_row(window: &engine::WindowToday, clock: &DayClock) -> WindowRow {
    let (card, flags) = (home::window(window, clock), home::flags_in_brief(&window.flags, clock.lang));
    WindowRow {
        id: window.window.id.to_string(),
        label: window.window.label.clone(),
        mark: WindowMark::of(window.state, !flags.is_empty()),
        title: card.title,
        detail: card.detail,
        flags,
        record: window.tap.map(|tap| tap.record.to_string()),
        delivery: window.delivery.as_ref().map(DeliveryMark::from),
    }
}

impl WindowMark {
    pub(crate) const fn of(state: WindowState, flagged: bool) -> Self {
        match state {
            WindowState::OnTime | WindowState::Late { .. } if flagged => Self::Look,
            WindowState::OnTime => Self::OnTime,
            WindowState::Late { .. } => Self::Late,
            WindowState::NotYetReceived => Self::NotReceived,
            WindowState::Missed => Self::Missed,
            WindowState::Upcoming => Self::Later,
            WindowState::Open => Self::Open,
            WindowState::NotOwed => Self::NotOwed,
            WindowState::Excused { .. } => Self::Excused,
        }
    }
}

fn other_row(other: &engine::OtherToday, clock: &DayClock) -> OtherRow {
    let card = home::other(other, clock);
    OtherRow {
        record: other.tap.tap.record.to_string(),
        title: card.title,
        detail: card.detail,
        flags: home::flags_in_brief(&other.tap.flags, clock.lang),
        delivery: (&other.delivery).into(),
    }
}

fn form_row(form: &engine::FormToday, clock: &DayClock) -> FormRow {
    let card = home::form(form, clock);
    let (mark, open) = match form.state {
        FormState::Due => (FormMark::Due, true),
        FormState::DueLate => (FormMark::DueLate, true),
        FormState::Submitted { verdict: EntryVerdict::MayEnter, .. } => (FormMark::MayEnter, false),
        FormState::Submitted { verdict: EntryVerdict::MayNotEnter, .. } => (FormMark::MayNotEnter, false),
    };
    FormRow {
        date: form.duty.target_date.to_string(),
        title: card.title,
        detail: card.detail,
        mark,
        can_fill: open && form.known,
    }
}

fn need_row(need: &Need, lang: Lang) -> NeedRow {
    let kind = match need {
        Need::EnrolAgain => NeedKind::EnrolAgain,
        Need::UnknownServer { .. } => NeedKind::UnknownServer,
        Need::Revoked => NeedKind::Revoked,
        Need::Update { .. } | Need::NewerStore => NeedKind::Update,
        Need::Recall { .. } => NeedKind::Recall,
        Need::NewRule { .. } => NeedKind::NewRule,
        Need::Decision { .. } => NeedKind::Decision,
        Need::Parked { .. } => NeedKind::Parked,
        Need::StoreDamaged { .. } => NeedKind::StoreDamaged,
        Need::ClockOff { .. } => NeedKind::ClockOff,
        Need::NoHealthKeys => NeedKind::NoHealthKeys,
    };
    NeedRow { kind, text: said::need(need, lang), urgent: kind == NeedKind::Recall, confirm: confirm(need) }
}

/// Until the next edge of a window, a form or live share, at least a second and at most an hour.
fn changes_in(today: &engine::Today) -> u64 {
    let windows = today.windows.iter().map(|window| &window.window);
    let windows = windows.flat_map(|w| [w.opens_ms, w.on_time_until_ms, w.late_until_ms]);
    let forms = today.forms.iter().map(|form| form.duty.late_from_ms);
    let share = today.share.iter().flat_map(|share| [share.hours.starts_ms, share.hours.ends_ms]);
    // A late tap counts whole minutes, and "opens in 12 minutes" is said in them.
    let minute = 60_000 - today.now.ms.rem_euclid(60_000);
    let told_in_minutes = matches!(today.tap, engine::TapNow::Late { .. } | engine::TapNow::OutsideSchedule);
    let minute = told_in_minutes.then_some(today.now.ms + minute);
    let next = windows.chain(forms).chain(share).chain(minute).filter(|edge| *edge > today.now.ms).min();
    let left = next.map_or(3_600_000, |edge| u64::try_from(edge - today.now.ms).unwrap_or(3_600_000));
    left.clamp(1_000, 3_600_000)
}

//! Days out of the store: what is slow to read is kept per person and forgotten when that person's phone or paper changes;
//! judging is quick and done each time, since signals of several people together touch each other.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::NaiveDate;
use hadir_core::{
    judge::Outage,
    model::PersonId,
    place::Geofence,
    policy::Employment,
    roster::Placement,
    schedule::Window,
    trust::{TrustError, TrustStore},
    wire::Trust,
};
use tokio::sync::broadcast::{self, error::TryRecvError};

use super::{
    DayView, Hours, PersonDay,
    evidence::Finder,
    judging::{Bench, Court, Crowd},
    model::{DayOfPerson, RuleInForce},
};
use crate::{
    asks::{self, Asked, OfficeAsk},
    assignment::{placements, shifts},
    changes::{Change, Changes},
    limits::CLOCK_ERROR_MS,
    policies::{BookedPolicy, PolicyBook},
    store::{AskMarks, Installation, Person, Store, StoreError, StoreExt, StoreRead, TurnState, Unit, UnitId, subtree},
};

/// Why a day can't be shown.
#[derive(Debug, thiserror::Error)]
pub enum DayError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The agency was never set up.
    #[error("there is no agency yet; run `hadir admin init`")]
    NoAgency,
    /// The stored trust list does not hold.
    #[error("the stored trust list is refused: {0}")]
    Trust(#[from] TrustError),
    /// No policy was published yet, so not even the zone is known.
    #[error("no policy has been published yet; run `hadir admin publish`")]
    NoPolicy,
}

/// Which day of whom.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Scope {
    /// The unit whose subtree is shown; none: the whole agency.
    pub top: Option<UnitId>,
    /// The duty date; none: today's.
    pub date: Option<NaiveDate>,
}

/// Dates whose evidence is kept at once: today, the day before, and one that somebody looks up.
const DATES: usize = 3;

/// Up to how many people are read one by one; more are read with everyone at once.
const FEW: usize = 20;

/// Assembles days and remembers what did not change.
pub struct Days {
    store: Arc<dyn Store>,
    changes: Arc<Changes>,
    known: Mutex<Known>,
}

struct Known {
    news: broadcast::Receiver<Change>,
    /// What is known of dates; the one used last stands last.
    dates: Vec<(NaiveDate, DateKnown)>,
    book: PolicyBook,
    /// What people ask, from when on, and how much of it there was when it was read.
    asks: Option<(AskMarks, i64, Arc<[OfficeAsk]>)>,
    /// Up to where turns were dealt when the dates were read: dealing moves people whom nobody announced.
    turns: Option<TurnState>,
}

/// What is known of one date.
#[derive(Default)]
struct DateKnown {
    people: HashMap<PersonId, KnownPerson>,
    /// The instants between which no verdict changes by time alone, and the outages under which they were judged.
    holds: Option<(i64, Option<i64>, Vec<Outage>)>,
}

struct KnownPerson {
    bench: Arc<Bench>,
    /// The day as it was judged, with the signals of several people that it was judged under.
    judged: Option<(Crowd, Arc<PersonDay>)>,
}

impl Known {
    /// What people asked at or after an instant, or a while before it; read anew only if something came or was decided.
    fn asks(&mut self, store: &dyn StoreRead, from_ms: i64) -> Result<Arc<[OfficeAsk]>, StoreError> {
        let marks = store.ask_marks()?;
        if let Some((_, _, known)) = self.asks.as_ref().filter(|(of, from, _)| *of == marks && *from <= from_ms) {
            return Ok(Arc::clone(known));
        }
        let asks: Arc<[OfficeAsk]> = asks::load(store, None, from_ms)?.into();
        self.asks = Some((marks, from_ms, Arc::clone(&asks)));
        Ok(asks)
    }

    /// Forgets what was announced to have changed.
    fn hear(&mut self) {
        loop {
            match self.news.try_recv() {
                Ok(Change::People(people)) => {
                    for (_, known) in &mut self.dates {
                        people.iter().for_each(|id| drop(known.people.remove(id)));
                    }
                }
                Ok(Change::Anything) | Err(TryRecvError::Lagged(_)) => {
                    self.dates.clear();
                    self.asks = None;
                }
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
        }
    }
}

impl std::fmt::Debug for Days {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Days").field("generation", &self.generation()).finish_non_exhaustive()
    }
}

impl Days {
    /// Days of a store, kept fresh by what is announced.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, changes: Arc<Changes>) -> Self {
        let known = Known {
            news: changes.subscribe(),
            dates: Vec::new(),
            book: PolicyBook::default(),
            asks: None,
            turns: None,
        };
        Self { store, changes, known: Mutex::new(known) }
    }

    /// Rises with each change that was announced. A view that is asked for after this was read shows at least that change.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.changes.count()
    }

    /// The units that a login for `top` may choose from: that one and all below it, or all; by name.
    ///
    /// # Errors
    /// What the store reports.
    pub fn units_below(&self, top: Option<&UnitId>) -> Result<Vec<(UnitId, String)>, DayError> {
        let units = self.store.query(|store| store.units())?;
        let seen = top.map(|top| subtree(&units, top));
        let mut below: Vec<_> = units
            .into_iter()
            .filter(|unit| seen.as_ref().is_none_or(|seen| seen.contains(&unit.id)))
            .map(|unit| (unit.id, unit.name))
            .collect();
        below.sort_by(|a, b| a.1.cmp(&b.1));
        Ok(below)
    }

    /// The policy in force on a date, or on today's duty date; `None` if there is none.
    ///
    /// # Errors
    /// What the store reports.
    pub fn rule_on(&self, date: Option<NaiveDate>, now_ms: i64) -> Result<Option<(NaiveDate, BookedPolicy)>, DayError> {
        let book = self.store.query(PolicyBook::load)?;
        let date = date.or_else(|| book.duty_date(now_ms));
        Ok(date.and_then(|date| book.on(date).map(|booked| (date, booked.clone()))))
    }

    /// A unit's day as it stands at `now_ms`.
    ///
    /// # Errors
    /// [`DayError`] says what is missing.
    pub fn view(&self, scope: &Scope, now_ms: i64) -> Result<DayView, DayError> {
        // The whole assembly holds the lock: two boards that open together read the store once.
        let mut known = self.known();
        known.hear();
        let mut view = None;
        self.store.query(|store| {
            view = Some(self.assemble(&mut known, store, scope, now_ms));
            Ok(())
        })?;
        view.unwrap_or(Err(DayError::NoAgency))
    }

    /// Where changes are announced.
    pub(crate) const fn changes(&self) -> &Arc<Changes> {
        &self.changes
    }

    /// The windows that a ruling on an appeal is about: the one that it names, or of its day those that weigh on the
    /// person, the live share among them.
    ///
    /// # Errors
    /// As [`Days::view`].
    pub fn windows_to_correct(&self, ask: &OfficeAsk, now_ms: i64) -> Result<Vec<String>, DayError> {
        use hadir_core::judge::{SHARE, ShareState, WindowState};
        let Asked::Appeal(appeal) = &ask.asked else { return Ok(Vec::new()) };
        if let Some(window) = appeal.window() {
            return Ok(vec![window.to_owned()]);
        }
        let weighs =
            |state| matches!(state, WindowState::Late { .. } | WindowState::Missed | WindowState::NotYetReceived);
        let day = self.person(&ask.person, Some(appeal.date()), now_ms)?;
        let Some(verdict) = day.as_ref().map(|day| &day.verdict) else { return Ok(Vec::new()) };
        let windows = verdict.windows.iter().filter(|window| weighs(window.effective()));
        let share = verdict.share.as_ref().filter(|share| {
            share.needs_a_look() || matches!(share.effective(), ShareState::NotShared | ShareState::NotYetReceived)
        });
        Ok(windows.map(|window| window.id.to_string()).chain(share.map(|_| SHARE.to_owned())).collect())
    }

    /// One person's day, as [`Days::view`] shows it; `None` for nobody on the staff list.
    ///
    /// # Errors
    /// As [`Days::view`].
    pub fn person(
        &self,
        person: &PersonId,
        date: Option<NaiveDate>,
        now_ms: i64,
    ) -> Result<Option<Arc<PersonDay>>, DayError> {
        let view = self.view(&Scope { top: None, date }, now_ms)?;
        Ok(view.people.into_iter().find(|day| day.id == *person))
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn assemble(
        &self,
        known: &mut Known,
        store: &dyn StoreRead,
        scope: &Scope,
        now_ms: i64,
    ) -> Result<DayView, DayError> {
        let agency = store.agency()?.ok_or(DayError::NoAgency)?;
        let turns = store.turn_state()?;
        if known.book.refresh(store)? || known.turns != turns {
            known.dates.clear();
            known.turns = turns;
        }
        let book = known.book.clone();
        let (Some(zone), Some(today)) = (book.zone(now_ms), book.duty_date(now_ms)) else {
            return Err(DayError::NoPolicy);
        };
        let date = scope.date.unwrap_or(today);
        let entry_for = date.succ_opt().unwrap_or(date);
        let units = store.units()?;
        // What is open, as its page lists it; and appeals against the date, which are made on it or after.
        let asks = known.asks(store, asks::listed_from_ms(now_ms).min(zone.midnight_ms(date)))?;
        let court = Court::open(store, &book, date, entry_for, now_ms, &asks)?;
        let mut of_date = match known.dates.iter().position(|(of, _)| *of == date) {
            Some(at) => known.dates.remove(at).1,
            None => DateKnown::default(),
        };
        let staff = read_unknown(&mut of_date, store, &agency.trust, &court)?;
        let everyone = of_date.judge(&court, &staff, &units);
        let graces = of_date.people.values().map(|known| known.bench.grace_until_ms()).collect();
        let roll_over = court.next_change(&everyone, &graces, scope.date.is_none(), zone, today);
        let until = court.next_change(&everyone, &graces, false, zone, today);
        of_date.holds = Some((now_ms, until, court.outages().to_vec()));
        known.dates.push((date, of_date));
        if known.dates.len() > DATES {
            known.dates.remove(0);
        }
        let shown = scope.top.as_ref().map(|top| subtree(&units, top));
        let shown: Option<BTreeSet<&str>> = shown.as_ref().map(|shown| shown.iter().map(UnitId::as_str).collect());
        let mut people = everyone;
        people.retain(|person| shown.as_ref().is_none_or(|shown| shown.contains(person.unit.as_str())));
        let open_asks = open_asks(&asks, &people);
        people.sort_by(|a, b| (&a.unit_name, &a.unit, &a.name, &a.id).cmp(&(&b.unit_name, &b.unit, &b.name, &b.id)));
        let top = scope.top.as_ref().and_then(|top| units.iter().find(|unit| unit.id == *top));
        let rule = book.on(date).map(|booked| RuleInForce {
            policy: booked.policy.id.clone(),
            citation: citation(booked),
            pack: booked.number,
        });
        Ok(DayView {
            place: top.map_or_else(|| agency.name.clone(), |unit| unit.name.clone()),
            agency: top.map(|_| agency.name.clone()),
            date,
            today,
            zone,
            now_ms,
            rule,
            outages: court.outages().to_vec(),
            clock_behind_ms: clock_behind(store, now_ms)?,
            shows_entry: true,
            entry_for,
            next_change_ms: roll_over,
            windows: columns(&people),
            share: share_hours(&people),
            open_asks,
            people,
        })
    }
}

/// Reads what is not known of people yet, and returns everyone on the staff list.
fn read_unknown(
    of_date: &mut DateKnown,
    store: &dyn StoreRead,
    trust: &Trust,
    court: &Court<'_>,
) -> Result<Vec<PersonId>, DayError> {
    let staff: Vec<Person> = store.staff()?.into_iter().filter(|person| person.active).collect();
    let ids = staff.iter().map(|person| person.id.clone()).collect();
    let unknown: Vec<Person> = staff.into_iter().filter(|person| !of_date.people.contains_key(&person.id)).collect();
    if unknown.is_empty() {
        return Ok(ids);
    }
    let (date, entry_for, book) = (court.date(), court.entry_for(), court.book());
    let trust = TrustStore::verify(trust, &trust.root)?;
    let region = book.on(date).and_then(|booked| booked.policy.region.as_ref());
    let fence = region.and_then(|region| Geofence::try_from(region).ok());
    let finder = Finder::new(store, &trust, book, fence.as_ref(), date);
    let mut placed: HashMap<(PersonId, NaiveDate), Placement> = HashMap::new();
    let mut phones: HashMap<PersonId, Vec<Installation>> = HashMap::new();
    let mut worked: HashMap<(PersonId, NaiveDate), String> = HashMap::new();
    // A night reaches into the date, and the date's own into the next.
    let (before, after) = (date.pred_opt().unwrap_or(date), entry_for.succ_opt().unwrap_or(entry_for));
    let whom: Vec<Option<&PersonId>> = match unknown.len() {
        ..=FEW => unknown.iter().map(|person| Some(&person.id)).collect(),
        _ => vec![None],
    };
    for whom in whom {
        for placement in placements(store, book, whom, date, entry_for)? {
            placed.insert((placement.person.clone(), placement.date), placement);
        }
        worked.extend(shifts(store, book, whom, before, after)?);
        for phone in store.installations(whom)? {
            phones.entry(phone.person.clone()).or_default().push(phone);
        }
    }
    for person in unknown {
        let id = person.id.clone();
        let found = finder.find(person, phones.get(&id).map_or(&[][..], Vec::as_slice))?;
        let of = |date| placed.get(&(id.clone(), date));
        let shift_on = |date| worked.get(&(id.clone(), date)).map(String::as_str);
        let bench = Arc::new(court.bench(found, of(date), of(entry_for), shift_on)?);
        of_date.people.insert(id, KnownPerson { bench, judged: None });
    }
    Ok(ids)
}

impl DateKnown {
    /// Judges everyone whose evidence, signals or time have changed; the others' days are those of before.
    fn judge(&mut self, court: &Court<'_>, staff: &[PersonId], units: &[Unit]) -> Vec<Arc<PersonDay>> {
        let now_ms = court.now_ms();
        let holds = self.holds.as_ref().is_some_and(|(from, until, outages)| {
            (*from..until.unwrap_or(i64::MAX)).contains(&now_ms) && outages == court.outages()
        });
        let benches: Vec<Arc<Bench>> =
            staff.iter().filter_map(|id| self.people.get(id)).map(|known| Arc::clone(&known.bench)).collect();
        let mut crowds = Court::crowds(&benches);
        let mut days = Vec::with_capacity(benches.len());
        for (at, bench) in benches.iter().enumerate() {
            let crowd = crowds.remove(&at).unwrap_or_default();
            let Some(known) = self.people.get_mut(&bench.person().id) else { continue };
            let day = match &known.judged {
                Some((under, day)) if holds && *under == crowd => Arc::clone(day),
                _ => Arc::new(person_day(bench, court.judge(bench, &crowd), units, court)),
            };
            known.judged = Some((crowd, Arc::clone(&day)));
            days.push(day);
        }
        days
    }
}

/// How many requests and appeals of these people await a decision.
fn open_asks(asks: &[OfficeAsk], people: &[Arc<PersonDay>]) -> usize {
    let shown: BTreeSet<&PersonId> = people.iter().map(|person| &person.id).collect();
    asks.iter().filter(|ask| ask.standing.awaits_decision() && shown.contains(&ask.person)).count()
}

/// How far the clock is behind what was signed, beyond the error that it may have.
fn clock_behind(store: &dyn StoreRead, now_ms: i64) -> Result<Option<u64>, DayError> {
    let ahead = store.highest_signed_ms()?.map_or(0, |highest| highest.saturating_sub(now_ms));
    Ok(u64::try_from(ahead).ok().filter(|ahead| *ahead > u64::from(CLOCK_ERROR_MS)))
}

/// How people cite a rule: the number of the circular, else its title.
fn citation(booked: &BookedPolicy) -> String {
    let legal = &booked.policy.legal;
    match &legal.number {
        Some(number) => {
            let mut kind = legal.kind.chars();
            let kind: String = kind.next().map_or_else(String::new, |first| first.to_uppercase().chain(kind).collect());
            format!("{kind} {number}")
        }
        None => booked.policy.title.clone(),
    }
}

fn person_day(bench: &Bench, day: DayOfPerson, units: &[Unit], court: &Court<'_>) -> PersonDay {
    let person = bench.person();
    let unit_name = units.iter().find(|unit| unit.id == person.unit).map(|unit| unit.name.clone());
    PersonDay {
        id: person.id.clone(),
        name: person.name.clone(),
        group: group(person, court.book(), court.date()),
        unit: person.unit.to_string(),
        unit_name: unit_name.unwrap_or_else(|| person.unit.to_string()),
        verdict: day.verdict,
        begins_ms: day.begins_ms,
        mode_why: day.mode_why,
        entry_mode: day.entry_mode,
        entry: day.entry,
        entry_received_ms: day.entry_received_ms,
        entry_opens_ms: day.entry_opens_ms,
        last_heard_ms: bench.evidence().last_heard_ms,
        phones: bench.evidence().phones.clone(),
        notes: bench.evidence().notes.clone(),
        recalls: bench.recalls().to_vec(),
    }
}

/// What stands beside a name: the title of the policy's group of that rank, else the rank, else the terms of employment.
fn group(person: &Person, book: &PolicyBook, date: NaiveDate) -> String {
    let titled = person.rank.as_ref().and_then(|rank| {
        let policy = &book.on(date)?.policy;
        policy.groups.iter().find(|group| group.who.ranks.contains(rank)).map(|group| group.title.clone())
    });
    let rank = person.rank.as_ref().filter(|rank| !rank.is_empty()).map(|rank| {
        let mut chars = rank.chars();
        chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
    });
    titled.or(rank).unwrap_or_else(|| match person.employment {
        Employment::Asn => "ASN".to_owned(),
        Employment::NonAsn => "Non-ASN".to_owned(),
    })
}

/// The hours of live share that anyone owes.
fn share_hours(people: &[Arc<PersonDay>]) -> Option<Hours> {
    let owed = people.iter().filter_map(|person| person.verdict.share.as_ref()).map(|share| share.hours);
    owed.map(|span| Hours { starts_ms: span.starts_ms, ends_ms: span.ends_ms })
        .reduce(|a, b| Hours { starts_ms: a.starts_ms.min(b.starts_ms), ends_ms: a.ends_ms.max(b.ends_ms) })
}

/// Every window that anyone owes, once, by its opening.
fn columns(people: &[Arc<PersonDay>]) -> Vec<Window> {
    let mut columns: Vec<Window> = Vec::new();
    for verdict in people.iter().filter(|person| person.has_windows()).flat_map(|person| &person.verdict.windows) {
        if !columns.iter().any(|column| column.id == verdict.id) {
            columns.push(verdict.window.clone());
        }
    }
    columns.sort_by_key(|window| (window.opens_ms, window.late_until_ms));
    columns
}

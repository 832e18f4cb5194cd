//! Days out of the store: what is slow to read is kept per person and forgotten when that person's phone or paper changes;
//! judging is quick and done each time, since signals of several people together touch each other.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::NaiveDate;
use hadir_core::{
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
    DayView, PersonDay,
    evidence::{Evidence, Finder},
    judging::{Bench, Court},
    model::{DayOfPerson, RuleInForce},
};
use crate::{
    assignment::placements,
    changes::{Change, Changes},
    policies::{BookedPolicy, PolicyBook},
    store::{Installation, Person, Store, StoreError, StoreExt, StoreRead, Unit, UnitId, subtree},
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

/// Assembles days and remembers what did not change.
pub struct Days {
    store: Arc<dyn Store>,
    changes: Arc<Changes>,
    known: Mutex<Known>,
}

struct Known {
    news: broadcast::Receiver<Change>,
    /// What was read of people, by date; the date used last stands last.
    dates: Vec<(NaiveDate, HashMap<PersonId, Arc<Evidence>>)>,
    book: PolicyBook,
}

impl Known {
    /// Forgets what was announced to have changed.
    fn hear(&mut self) {
        loop {
            match self.news.try_recv() {
                Ok(Change::People(people)) => {
                    for (_, known) in &mut self.dates {
                        people.iter().for_each(|id| drop(known.remove(id)));
                    }
                }
                Ok(Change::Anything) | Err(TryRecvError::Lagged(_)) => self.dates.clear(),
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
        let known = Known { news: changes.subscribe(), dates: Vec::new(), book: PolicyBook::default() };
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
        if known.book.refresh(store)? {
            known.dates.clear();
        }
        let book = known.book.clone();
        let (Some(zone), Some(today)) = (book.zone(now_ms), book.duty_date(now_ms)) else {
            return Err(DayError::NoPolicy);
        };
        let date = scope.date.unwrap_or(today);
        let entry_for = date.succ_opt().unwrap_or(date);
        let units = store.units()?;
        let placed = placed(store, &book, date, entry_for)?;
        let evidence = self.evidence(known, store, &agency.trust, &book, date)?;
        let court = Court::open(store, &book, date, entry_for, now_ms)?;
        let benches: Vec<Bench<'_>> = evidence
            .iter()
            .map(|found| {
                let of = |date| placed.get(&(found.person.id.clone(), date));
                court.bench(found, of(date), of(entry_for))
            })
            .collect::<Result<_, _>>()?;
        let shown = scope.top.as_ref().map(|top| subtree(&units, top));
        let days = court.judge(&benches);
        let mut people: Vec<Arc<PersonDay>> = benches
            .iter()
            .zip(days)
            .filter(|(bench, _)| shown.as_ref().is_none_or(|shown| shown.contains(&bench.person().unit)))
            .map(|(bench, day)| Arc::new(person_day(bench, day, &units, &book, date)))
            .collect();
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
            entry_for,
            next_change_ms: court.next_change(&people, scope.date.is_none(), zone, today),
            windows: columns(&people),
            people,
        })
    }

    /// What is known of everyone around a date; only what was forgotten is read again.
    fn evidence(
        &self,
        known: &mut Known,
        store: &dyn StoreRead,
        trust: &Trust,
        book: &PolicyBook,
        date: NaiveDate,
    ) -> Result<Vec<Arc<Evidence>>, DayError> {
        let mut people = match known.dates.iter().position(|(of, _)| *of == date) {
            Some(at) => known.dates.remove(at).1,
            None => HashMap::new(),
        };
        let staff: Vec<Person> = store.staff()?.into_iter().filter(|person| person.active).collect();
        if staff.iter().any(|person| !people.contains_key(&person.id)) {
            let trust = TrustStore::verify(trust, &trust.root)?;
            let mut phones: HashMap<PersonId, Vec<Installation>> = HashMap::new();
            for phone in store.installations(None)? {
                phones.entry(phone.person.clone()).or_default().push(phone);
            }
            let region = book.on(date).and_then(|booked| booked.policy.region.as_ref());
            let fence = region.and_then(|region| Geofence::try_from(region).ok());
            let finder = Finder::new(store, &trust, book, fence.as_ref(), date);
            for person in &staff {
                if !people.contains_key(&person.id) {
                    let own = phones.get(&person.id).map_or(&[][..], Vec::as_slice);
                    people.insert(person.id.clone(), Arc::new(finder.find(person.clone(), own)?));
                }
            }
        }
        let all = staff.iter().filter_map(|person| people.get(&person.id).cloned()).collect();
        known.dates.push((date, people));
        if known.dates.len() > DATES {
            known.dates.remove(0);
        }
        Ok(all)
    }
}

fn placed(
    store: &dyn StoreRead,
    book: &PolicyBook,
    date: NaiveDate,
    entry_for: NaiveDate,
) -> Result<BTreeMap<(PersonId, NaiveDate), Placement>, StoreError> {
    let placed = placements(store, book, None, date, entry_for)?;
    Ok(placed.into_iter().map(|placement| ((placement.person.clone(), placement.date), placement)).collect())
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

fn person_day(bench: &Bench<'_>, day: DayOfPerson, units: &[Unit], book: &PolicyBook, date: NaiveDate) -> PersonDay {
    let person = bench.person();
    let unit_name = units.iter().find(|unit| unit.id == person.unit).map(|unit| unit.name.clone());
    PersonDay {
        id: person.id.clone(),
        name: person.name.clone(),
        group: group(person, book, date),
        unit: person.unit.to_string(),
        unit_name: unit_name.unwrap_or_else(|| person.unit.to_string()),
        verdict: day.verdict,
        mode_why: day.mode_why,
        entry_mode: day.entry_mode,
        entry: day.entry,
        entry_received_ms: day.entry_received_ms,
        last_heard_ms: bench.evidence().last_heard_ms,
        phones: bench.evidence().phones.clone(),
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

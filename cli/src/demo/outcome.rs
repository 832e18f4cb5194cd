//! What the day came to: people against windows, the ledger, the promises, and files to check it all with.

use std::fs;

use chrono::NaiveDate;
use hadir_core::{
    history,
    judge::{DayState, Entry, EntryState, Flag, OtherWhy, ShareFlag, ShareState, ShareVerdict, WindowState},
    model::{EntryVerdict, Unknown},
    place::Signal,
    text::{self, Lang},
    time::Grade,
    trust::keyfile::{self, Role as KeyRole},
    wire::KeyUse,
};
use hadir_server::{
    changes::Changes,
    day::{DayView, Days, PersonDay, Scope},
};
use serde::Serialize;

use super::{DemoError, cast::Role, director::Director, hostile::Attempt, ledger::Ledger};
use crate::secret_file;

/// Taps that wait when the app is removed before it could send.
const TAPS_BEFORE_REINSTALL: usize = 2;

/// One promise and whether this day kept it.
#[derive(Debug, Clone, Serialize)]
pub struct Promise {
    /// What is promised, English.
    pub promise: &'static str,
    /// What is promised, Indonesian.
    #[serde(skip)]
    pub id: &'static str,
    /// Whether it held; `None` where nothing on this day put it to the test.
    pub held: Option<bool>,
}

/// A person's line of the table.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// Name.
    pub name: String,
    /// What kind of day.
    pub state: DayState,
    /// Whether check-ins are still owed on the day.
    #[serde(skip)]
    pub owes: bool,
    /// A word for the day, Indonesian and English.
    #[serde(skip)]
    pub day: [String; 2],
    /// A cell for each window.
    pub cells: Vec<Cell>,
    /// Live share, where it is owed.
    pub share: Option<ShareCell>,
    /// Entry for the next office day.
    pub entry: Entry,
    /// The mishap, if there was one.
    #[serde(skip)]
    pub role: Option<Role>,
}

/// Live share in the table.
#[derive(Debug, Clone, Serialize)]
pub struct ShareCell {
    /// How it stands.
    pub state: ShareState,
    /// Whether a person is to look at it.
    pub look: bool,
    /// How much of what is known was surely inside or outside.
    pub percent: Option<u8>,
    /// How many exact points came.
    pub points: usize,
    /// Why, in Indonesian and English, a line each.
    pub why: [Vec<String>; 2],
}

/// A cell of the table.
#[derive(Debug, Clone, Serialize)]
pub struct Cell {
    /// The window's label.
    pub window: String,
    /// How it stands.
    pub state: WindowState,
    /// Whether a person is to look at it.
    pub look: bool,
    /// How well its time is proven.
    pub grade: Option<Grade>,
    /// Why, in Indonesian and English, a line each.
    pub why: [Vec<String>; 2],
}

/// What the day came to.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// The policy that played.
    pub policy: String,
    /// The duty date.
    pub date: NaiveDate,
    /// The seed.
    pub seed: u64,
    /// How many phones.
    pub phones: usize,
    /// The count.
    pub ledger: Ledger,
    /// Taps in all.
    pub taps: usize,
    /// Taps that an app which needs the network at the tap would have failed.
    pub taps_without_server: usize,
    /// What the hostile client tried.
    pub hostile: Vec<Attempt>,
    /// People against windows.
    pub table: Vec<Line>,
    /// The windows' labels.
    pub windows: Vec<String>,
    /// What was promised.
    pub promises: Vec<Promise>,
    /// Mishaps that befell nobody, for want of people who owe taps.
    pub left_out: Vec<Role>,
    /// Who may not enter, as the health office read it: name, and the questions answered *ya*.
    pub health_office: Vec<Opened>,
    /// An exported history.
    pub export: Option<std::path::PathBuf>,
    /// The agency's public root, to check it with.
    pub root: String,
}

/// A form that the health office opened.
#[derive(Debug, Clone, Serialize)]
pub struct Opened {
    /// Whose.
    pub name: String,
    /// Under which number they can be called.
    pub phone: Option<String>,
    /// The declared verdict.
    pub may_enter: bool,
    /// Whether the answers come to what was declared.
    pub declared_rightly: bool,
}

impl Outcome {
    /// Counts and judges the day, from outside the engines.
    ///
    /// # Errors
    /// What can't be read or written.
    pub fn count(director: &mut Director<'_>, date: NaiveDate, seed: u64) -> Result<Self, DemoError> {
        let ledger = Ledger::count(&director.phones, &director.world.database())?;
        let days = Days::new(director.world.store(), std::sync::Arc::new(Changes::default()));
        let scope = Scope { date: Some(date), ..Scope::default() };
        let view =
            days.view(&scope, director.world.clock.now_ms()).map_err(|error| DemoError::Day(error.to_string()))?;
        let table: Vec<Line> = director
            .world
            .players
            .iter()
            .enumerate()
            .map(|(number, player)| {
                let role = director.roles.get(&number).copied();
                let day = view.people.iter().find(|person| person.id == player.id);
                day.map(|day| line(day, role)).ok_or(DemoError::Unexpected("somebody is missing from the day"))
            })
            .collect::<Result<_, _>>()?;
        let health_office = open_forms(director)?;
        let (export, export_is_good) = export(director)?;
        let mut promises = promises(director, &ledger, &view, &health_office, export_is_good);
        promises.extend(director.promises_to_askers(&view)?);
        Ok(Self {
            policy: director.world.policy.id.clone(),
            date,
            seed,
            phones: director.phones.len(),
            ledger,
            taps: director.tally.taps,
            taps_without_server: director.tally.taps_without_server,
            hostile: director.tally.hostile.clone(),
            windows: view.windows.iter().map(|window| window.label.clone()).collect(),
            table,
            promises,
            left_out: director.left_out.clone(),
            health_office,
            export,
            root: director.world.root()?.to_string(),
        })
    }

    /// Whether every promise held.
    #[must_use]
    pub fn held(&self) -> bool {
        self.promises.iter().all(|promise| promise.held != Some(false))
    }
}

fn line(day: &PersonDay, role: Option<Role>) -> Line {
    let in_both = |say: &dyn Fn(Lang) -> String| [say(Lang::Id), say(Lang::En)];
    let cells = day
        .verdict
        .windows
        .iter()
        .map(|verdict| Cell {
            window: verdict.window.label.clone(),
            state: verdict.effective(),
            look: verdict.needs_a_look(),
            grade: verdict.tap.as_ref().map(|tap| tap.grade),
            why: [Lang::Id, Lang::En].map(|lang| text::judge::why(verdict, &text::judge::clock_of(&day.verdict, lang))),
        })
        .collect();
    Line {
        name: day.name.clone(),
        state: day.verdict.state,
        owes: day.verdict.state == DayState::OwesCheckIn,
        day: in_both(&|lang| text::judge::day_state(day.verdict.state, lang).to_owned()),
        cells,
        share: day.verdict.share.as_ref().map(|share| ShareCell {
            state: share.effective(),
            look: share.needs_a_look(),
            percent: share.percent,
            points: share.points,
            why: [Lang::Id, Lang::En].map(|lang| text::share::why(share, &text::judge::clock_of(&day.verdict, lang))),
        }),
        entry: day.entry,
        role,
    }
}

/// The health office opens what it was given, with one of its keys, as on its own machine.
fn open_forms(director: &Director<'_>) -> Result<Vec<Opened>, DemoError> {
    let dates: std::collections::BTreeSet<NaiveDate> = director.tally.forms.iter().map(|(_, date, _)| *date).collect();
    let path = director.world.dir.join("health-office/key-1.jwk");
    let key = keyfile::read_opening(KeyRole::Use(KeyUse::Health), &secret_file::read(&path)?)
        .map_err(|error| DemoError::Disk(path, error.to_string()))?;
    let mut opened = Vec::new();
    for date in dates {
        for form in director.world.health_export(date)? {
            let form = form.open(&key).map_err(|error| DemoError::Day(error.to_string()))?;
            opened.push(Opened {
                name: form.answers.name().to_owned(),
                phone: form.answers.phone().map(str::to_owned),
                may_enter: !form.may_not_enter(),
                declared_rightly: form.declared_rightly(),
            });
        }
    }
    Ok(opened)
}

/// Exports one phone's history, and checks it as `hadir verify` does.
fn export(director: &mut Director<'_>) -> Result<(Option<std::path::PathBuf>, bool), DemoError> {
    let root = director.world.root()?;
    let path = director.world.dir.join("history.json");
    let with_most = |director: &Director<'_>| {
        let phones = director.phones.iter().filter(|phone| phone.destroyed.is_empty());
        phones.max_by_key(|phone| phone.acknowledged.len()).map(|phone| phone.number)
    };
    let Some(phone) = with_most(director) else { return Ok((None, true)) };
    let export = director.phones[phone].open(|engine| engine.export())?;
    let json = serde_json::to_string_pretty(&export).map_err(|error| DemoError::Day(error.to_string()))?;
    fs::write(&path, json).map_err(DemoError::file(&path))?;
    Ok((Some(path), history::verify(&export, Some(&root)).is_good()))
}

fn promises(
    director: &Director<'_>,
    ledger: &Ledger,
    view: &DayView,
    health_office: &[Opened],
    export_is_good: bool,
) -> Vec<Promise> {
    let of = |role: Role| {
        let phones = director.roles.iter().filter(move |(_, r)| **r == role).map(|(phone, _)| *phone);
        phones.filter_map(|phone| {
            let id = &director.world.players[phone].id;
            view.people.iter().find(|person| person.id == *id)
        })
    };
    let flagged = |person: &PersonDay, is: &dyn Fn(&Signal) -> bool| {
        person
            .verdict
            .windows
            .iter()
            .flat_map(|window| &window.flags)
            .any(|flag| matches!(flag, Flag::Signal(signal) if is(signal)))
    };
    let on_time = |person: &PersonDay, window: usize| {
        person.verdict.windows.get(window).is_some_and(|verdict| verdict.state == WindowState::OnTime)
    };
    let shares = |role: Role, holds: &dyn Fn(&ShareVerdict) -> bool| {
        of(role).all(|person| person.verdict.share.as_ref().is_some_and(holds))
    };
    let left = |share: &ShareVerdict| share.flags.iter().any(|flag| matches!(flag, ShareFlag::LeftRegion(_)));
    let points = |person: &PersonDay| person.verdict.share.as_ref().map_or(0, |share| share.points);
    let leavers = of(Role::LeavesRegion).count();
    let points_in_all: usize = view.people.iter().map(|person| points(person)).sum();
    let hostile = &director.tally.hostile;
    let waited: usize = director.roles.values().filter(|role| **role == Role::ReinstalledWaiting).count();
    let destroyed_expected = waited * view.windows.len().min(TAPS_BEFORE_REINSTALL);
    let forms_right = director.tally.forms.iter().all(|(phone, date, verdict)| {
        let id = &director.world.players[*phone].id;
        view.entry_for != *date
            || view.people.iter().find(|person| person.id == *id).is_some_and(|person| match verdict {
                EntryVerdict::MayEnter => person.entry.state == EntryState::MayEnter,
                EntryVerdict::MayNotEnter => person.entry.state == EntryState::MayNotEnter,
            })
    });
    let spouses = director.roles.values().filter(|r| **r == Role::Spouse).count() == 2;
    let plays = |role: Role| director.roles.values().any(|r| *r == role);
    let always = |promise, id, held| Promise { promise, id, held: Some(held) };
    let promise = |promise, id, tested: bool, held: bool| Promise { promise, id, held: tested.then_some(held) };
    let mut promises = vec![
        always(
            "nothing that was recorded is lost, doubled or altered",
            "yang tercatat tidak hilang, tidak ganda, tidak berubah",
            ledger.balances(),
        ),
        promise(
            "what a reinstall destroyed is counted and named",
            "yang terhapus karena pemasangan ulang dihitung dan disebut",
            plays(Role::ReinstalledWaiting),
            ledger.destroyed_by_reinstall == destroyed_expected,
        ),
        promise(
            "no server and no network made anyone late or missed at the first window",
            "server mati atau tanpa sinyal tidak membuat siapa pun terlambat pada jadwal pertama",
            director.tally.taps > 0,
            of(Role::NoNetwork).chain(of(Role::Killed)).chain(of(Role::Late)).all(|person| on_time(person, 0)),
        ),
        promise(
            "a mock location is taken and flagged",
            "lokasi tiruan diterima dan ditandai",
            plays(Role::MockLocation),
            of(Role::MockLocation).all(|person| flagged(person, &|signal| matches!(signal, Signal::Mock { .. }))),
        ),
        promise(
            "a tap without a fix, or with a poor one, is taken and flagged",
            "absen tanpa lokasi, atau dengan lokasi kurang teliti, diterima dan ditandai",
            plays(Role::NoFix) || plays(Role::PoorFixAtTheEdge),
            of(Role::NoFix).chain(of(Role::PoorFixAtTheEdge)).all(|person| {
                person.verdict.windows.iter().any(|window| window.tap.is_some() && window.needs_a_look())
            }),
        ),
        promise(
            "whoever was called back is at the office, and missed nothing by it",
            "yang dipanggil ke kantor tercatat di kantor, dan tidak terlewat karenanya",
            plays(Role::Recalled),
            of(Role::Recalled).all(|person| {
                let missed = |state| matches!(state, WindowState::Missed | WindowState::NotYetReceived);
                person.verdict.state == DayState::AtOffice
                    && !person.verdict.windows.iter().any(|window| missed(window.state))
            }),
        ),
        promise(
            "what a revoked phone taps later is kept and does not count",
            "absen dari HP yang dicabut disimpan dan tidak dihitung",
            plays(Role::Revoked) && view.windows.len() > 2,
            of(Role::Revoked).all(|person| {
                let mut kept = person.verdict.others.iter();
                kept.any(|other| matches!(other.why, OtherWhy::Revoked { .. }))
                    && person.verdict.windows.iter().skip(2).all(|window| window.tap.is_none())
            }),
        ),
        promise(
            "three households on one point are flagged, two spouses are not",
            "tiga rumah tangga di satu titik ditandai, suami istri tidak",
            plays(Role::SamePoint) && spouses,
            of(Role::SamePoint)
                .all(|person| flagged(person, &|signal| matches!(signal, Signal::IdenticalCoordinates { .. })))
                && of(Role::Spouse)
                    .all(|person| !flagged(person, &|signal| matches!(signal, Signal::IdenticalCoordinates { .. }))),
        ),
        promise(
            "a clock set back does not make a late tap punctual",
            "jam yang dimundurkan tidak membuat absen terlambat menjadi tepat waktu",
            plays(Role::ClockSetBack),
            of(Role::ClockSetBack).all(|person| {
                let counted = person.verdict.windows.iter().filter_map(|window| window.tap.as_ref());
                counted.clone().any(|tap| tap.grade == Grade::Contradictory)
                    && person.verdict.windows.iter().any(|window| {
                        matches!(window.state, WindowState::Late { .. })
                            && window.tap.as_ref().is_some_and(|tap| tap.grade == Grade::Contradictory)
                    })
            }),
        ),
        promise(
            "health answers were readable to the health office alone, and said what was declared",
            "jawaban kesehatan hanya terbaca Dinas Kesehatan, dan sesuai pernyataannya",
            !director.tally.forms.is_empty(),
            health_office.len() == director.tally.forms.len()
                && health_office.iter().all(|form| form.declared_rightly)
                && forms_right,
        ),
        always(
            "every attempt of a hostile client was refused, and a replay added nothing",
            "semua serangan ditolak, dan pengiriman ulang tidak menambah apa pun",
            hostile.iter().all(Attempt::is_refused) && director.tally.replay_added == 0,
        ),
        always(
            "an exported history verifies with the public root",
            "riwayat yang diekspor lolos uji dengan kunci publik",
            export_is_good,
        ),
    ];
    // Where the rule asks for no live share, there is nothing to promise of it.
    if view.share.is_some() {
        promises.extend([
        promise(
            "who leaves the region without a permit is flagged and not blocked; who has one is not flagged",
            "keluar daerah tanpa izin ditandai dan tidak diblokir; yang berizin tidak ditandai",
            plays(Role::LeavesRegion) && plays(Role::LeavesWithPermit),
            shares(Role::LeavesRegion, &|share| left(share) && share.state == ShareState::Shared)
                && shares(Role::LeavesWithPermit, &|share| !left(share) && !share.exits.is_empty()),
        ),
        promise(
            "of live share the office has one point of an exit without a permit, and none of anybody else",
            "dari berbagi lokasi, kantor hanya menerima satu titik dari yang keluar tanpa izin, selain itu tidak ada",
            plays(Role::LeavesRegion),
            of(Role::LeavesRegion).all(|person| points(person) == 1) && points_in_all == leavers,
        ),
        promise(
            "a pause is told as a pause, and a phone that is off is not received yet, never missed",
            "jeda disebut jeda, dan HP yang mati berstatus belum diterima, bukan terlewat",
            plays(Role::PausesShare) && plays(Role::SwitchedOff),
            shares(Role::PausesShare, &|share| {
                share.exits.is_empty() && share.unknown.iter().any(|time| time.why == Unknown::Paused)
            }) && shares(Role::SwitchedOff, &|share| share.state == ShareState::NotYetReceived),
        ),
        ]);
    }
    promises
}

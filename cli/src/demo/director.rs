//! Plays the events: moves the clock, lets phones and operator act through engine and wire, and says what happens.

pub mod asks;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use chrono::NaiveDate;
use hadir_core::{
    adapters::{HttpOptions, HttpTransport, SystemEntropy},
    engine::{Attempt, ShareNow, SyncEnd, SyncReport},
    form::Answers,
    model::{EntryVerdict, Fix, FixSource, NoFix},
    policy::{Region, Shape},
    schedule::Window,
    text::time::DayClock,
};

use super::{
    DemoError,
    cast::Role,
    hostile::{self, Attacker},
    kill,
    pace::Pacer,
    phone::Phone,
    rng::Rng,
    script::{Event, Spot, What},
    words::{Caption, Fate, Special},
    world::World,
};
use crate::out::Out;

/// Above this many phones ordinary taps are counted and not told one by one.
const TELL_EACH: usize = 60;

/// A phone's system does not wake an app more often than this.
const LEAST_WAKE_MS: i64 = 60_000;

/// What is counted while the day plays, outside engine and server.
#[derive(Debug, Default)]
pub struct Tally {
    /// Taps.
    pub taps: usize,
    /// Taps made while the phone had no network or the server was down: an app that needs both at the tap fails here.
    pub taps_without_server: usize,
    /// Forms filled, by the office day they are for.
    pub forms: Vec<(usize, NaiveDate, EntryVerdict)>,
    /// What a hostile client tried.
    pub hostile: Vec<hostile::Attempt>,
    /// What people asked of the office.
    pub asked: asks::Asked,
    /// Phones that share live and have not come to the end of its hours.
    pub sharing: BTreeSet<usize>,
    /// Rows that a replayed upload added.
    pub replay_added: i64,
}

/// Plays the day.
pub struct Director<'a> {
    /// The agency.
    pub world: World,
    /// The phones, by their number.
    pub phones: Vec<Phone>,
    /// Who plays which role.
    pub roles: BTreeMap<usize, Role>,
    /// Mishaps that befall nobody, for want of people who owe taps.
    pub left_out: Vec<Role>,
    /// What was counted.
    pub tally: Tally,
    out: Out,
    pacer: Pacer,
    windows: &'a [Window],
    date: NaiveDate,
    /// What is to come, by its instant and the order within it.
    agenda: BTreeMap<(i64, usize), What>,
    rng: Rng,
    homes: Vec<(f64, f64)>,
    edge: (f64, f64),
    /// Taps of the open window that were not told one by one.
    quiet: usize,
    /// Phones that are beyond the region's edge.
    away: BTreeSet<usize>,
    used_invite: hadir_core::model::B64<16>,
}

/// What a director starts with.
pub struct Cast {
    /// The phones.
    pub phones: Vec<Phone>,
    /// Who plays which role.
    pub roles: BTreeMap<usize, Role>,
    /// Mishaps that befall nobody.
    pub left_out: Vec<Role>,
    /// The code of an invite that was used.
    pub used_invite: hadir_core::model::B64<16>,
}

impl<'a> Director<'a> {
    /// Takes the agency and the cast.
    #[must_use]
    pub fn new(
        world: World,
        cast: Cast,
        windows: &'a [Window],
        date: NaiveDate,
        pacer: Pacer,
        mut rng: Rng,
        out: Out,
    ) -> Self {
        let (homes, edge) = homes(&world, &cast, &mut rng);
        let Cast { phones, roles, left_out, used_invite } = cast;
        Self {
            world,
            phones,
            roles,
            left_out,
            tally: Tally::default(),
            out,
            pacer,
            windows,
            date,
            agenda: BTreeMap::new(),
            rng,
            homes,
            edge,
            quiet: 0,
            away: BTreeSet::new(),
            used_invite,
        }
    }

    /// Plays every event.
    ///
    /// # Errors
    /// The first thing that should not happen, such as a disk that can't be written.
    pub fn play(&mut self, events: &[Event], evening_ms: i64) -> Result<(), DemoError> {
        self.agenda = events.iter().enumerate().map(|(order, event)| ((event.at_ms, order), event.what)).collect();
        while let Some(((at_ms, _), what)) = self.agenda.pop_first() {
            if at_ms > evening_ms {
                break;
            }
            self.pacer.advance_to(at_ms);
            self.act(what)?;
        }
        self.pacer.advance_to(evening_ms);
        Ok(())
    }

    fn act(&mut self, what: What) -> Result<(), DemoError> {
        match what {
            What::Tap { phone, spot, window } => self.tap(phone, spot, window),
            What::Share { phone } => self.share(phone),
            What::PauseShare { phone } => {
                self.phones[phone].share(hadir_core::engine::CheckInEngine::pause_share)?;
                self.say(&Caption::SharePaused { who: self.name(phone) });
                Ok(())
            }
            What::Fix { phone, spot } => self.fix(phone, spot),
            What::SwitchOff { phone } => {
                self.phones[phone].switch_off()?;
                self.say(&Caption::SwitchedOff { who: self.name(phone) });
                Ok(())
            }
            What::TapThenKill { phone, window } => self.tap_then_kill(phone, window),
            What::Sync { phone } => self.sync(phone),
            What::Network { phone, on } => {
                self.phones[phone].network = on;
                let waiting = self.phones[phone].waiting().len();
                self.say(&Caption::Network { who: self.name(phone), on, waiting });
                if on {
                    let report = self.phones[phone].sync_with_new_network()?;
                    self.delivered(phone, &report);
                }
                Ok(())
            }
            What::SetWall { phone, offset_ms } => {
                self.phones[phone].wall_offset_ms = offset_ms;
                self.say(&Caption::ClockSet { who: self.name(phone), minutes: offset_ms / 60_000 });
                Ok(())
            }
            What::Form { phone, cough } => self.form(phone, cough),
            What::Reinstall { phone } => self.reinstall(phone),
            What::Revoke { phone } => {
                if let Some(install) = self.phones[phone].install() {
                    self.world.revoke(&install)?;
                    self.say(&Caption::Revoked { who: self.name(phone) });
                }
                Ok(())
            }
            What::Recall { phone } => {
                self.world.recall(&self.world.players[phone].id, self.date)?;
                self.say(&Caption::Recalled { who: self.name(phone) });
                Ok(())
            }
            What::Ask { phone, matter } => self.ask(phone, matter),
            What::Answer { phone } => self.answer(phone),
            What::ServerDown => {
                self.world.stop();
                self.say(&Caption::ServerDown);
                Ok(())
            }
            What::ServerUp => {
                self.world.start()?;
                self.say(&Caption::ServerUp);
                Ok(())
            }
            What::Hostile => self.hostile(),
            What::Bell { window, opens } => {
                let window = &self.windows[window];
                let label = window.label.clone();
                if !opens && self.quiet > 0 {
                    let count = std::mem::take(&mut self.quiet);
                    self.say(&Caption::Taps { count, window: label.clone() });
                }
                self.say(&if opens { Caption::WindowOpens(label) } else { Caption::WindowEnds(label) });
                Ok(())
            }
        }
    }

    fn attempt(&mut self, phone: usize, spot: Spot) -> Result<Attempt, DemoError> {
        let (lat, lon) = self.homes[phone];
        let together = matches!(self.roles.get(&phone), Some(Role::SamePoint | Role::Spouse));
        // A receiver never gives the same seventh decimal twice; those on one point do, that is the point.
        let mut jitter = || if together { 0.0 } else { (self.rng.unit() - 0.5) * 2e-4 };
        let (jitter_lat, jitter_lon) = (jitter(), jitter());
        let accuracy = if together { 12.0 } else { 5.0 + self.rng.unit() * 20.0 };
        let fix = |lat: f64, lon: f64, accuracy: f64| Fix::new(lat, lon, accuracy, 2_000, FixSource::Gnss);
        Ok(match spot {
            Spot::Nowhere => Attempt::without_fix(NoFix::Timeout),
            Spot::Home => Attempt::with_fix(fix(lat + jitter_lat, lon + jitter_lon, accuracy)?.with_mock(false)),
            Spot::Mock => Attempt::with_fix(fix(lat + jitter_lat, lon + jitter_lon, 1.0)?.with_mock(true)),
            Spot::Away => {
                // As far beyond the edge again as a third of the way to it.
                let out = |from: f64, to: f64| to + (to - from) / 3.0;
                let away = (out(lat, self.edge.0) + jitter_lat, out(lon, self.edge.1) + jitter_lon);
                Attempt::with_fix(fix(away.0, away.1, accuracy)?.with_mock(false))
            }
            Spot::Edge => Attempt::with_fix(fix(self.edge.0, self.edge.1, 650.0)?.with_mock(false)),
        })
    }

    fn share(&mut self, phone: usize) -> Result<(), DemoError> {
        self.phones[phone].share(hadir_core::engine::CheckInEngine::share)?;
        self.tally.sharing.insert(phone);
        if self.phones.len() <= TELL_EACH || self.roles.contains_key(&phone) {
            self.say(&Caption::Shares { who: self.name(phone) });
        }
        Ok(())
    }

    fn fix(&mut self, phone: usize, spot: Spot) -> Result<(), DemoError> {
        let attempt = self.attempt(phone, spot)?;
        let before = self.away.contains(&phone);
        let shared = self.phones[phone].share(|engine| engine.track(&attempt.check_in))?;
        let permit = shared.today.as_ref().is_some_and(|share| share.may_leave_region);
        match (before, spot) {
            (false, Spot::Away) => {
                self.away.insert(phone);
                self.say(&Caption::LeavesRegion { who: self.name(phone), permit });
            }
            (true, Spot::Home) => {
                self.away.remove(&phone);
                self.say(&Caption::Returns { who: self.name(phone) });
            }
            _ => {}
        }
        let over = shared.today.is_some_and(|share| share.state == ShareNow::Over);
        if over && self.tally.sharing.remove(&phone) && self.tally.sharing.is_empty() {
            self.say(&Caption::ShareOver);
        }
        Ok(())
    }

    fn tap(&mut self, phone: usize, spot: Spot, window: usize) -> Result<(), DemoError> {
        let attempt = self.attempt(phone, spot)?;
        self.phones[phone].open(|engine| engine.check_in(attempt))?;
        self.tapped(phone, spot, window);
        Ok(())
    }

    fn tapped(&mut self, phone: usize, spot: Spot, window: usize) {
        self.tally.taps += 1;
        let fate = match (self.phones[phone].network, self.world.is_up()) {
            (false, _) => Fate::Waiting,
            (true, false) => Fate::ServerDown,
            (true, true) => Fate::Recorded,
        };
        if fate != Fate::Recorded {
            self.tally.taps_without_server += 1;
        }
        let role = self.roles.get(&phone).copied();
        let window = &self.windows[window];
        let special = match (spot, role) {
            (Spot::Mock, _) => Some(Special::Mock),
            (Spot::Edge, _) => Some(Special::Poor),
            (Spot::Nowhere, _) => Some(Special::NoFix),
            _ if self.phones[phone].wall_offset_ms != 0 => Some(Special::WrongClock),
            _ if self.world.clock.now_ms() >= window.on_time_until_ms => Some(Special::Late),
            (_, Some(Role::SamePoint)) => Some(Special::SamePoint),
            _ => None,
        };
        if special.is_none() && role.is_none() && self.phones.len() > TELL_EACH {
            self.quiet += 1;
            return;
        }
        let window = window.label.clone();
        self.say(&Caption::Tap { who: self.name(phone), window, special, fate });
    }

    fn tap_then_kill(&mut self, phone: usize, window: usize) -> Result<(), DemoError> {
        let (lat, lon) = self.homes[phone];
        let clock: PathBuf = self.world.dir.join("clock");
        kill::tap_then_kill(self.phones[phone].dir(), &clock, self.world.clock.now_ms(), (lat, lon))?;
        self.tapped(phone, Spot::Home, window);
        self.say(&Caption::Killed { who: self.name(phone) });
        // What the killed process acknowledged is read back from the store that it left behind.
        self.phones[phone].open(|_| Ok(()))
    }

    fn sync(&mut self, phone: usize) -> Result<(), DemoError> {
        let report = self.phones[phone].sync()?;
        self.delivered(phone, &report);
        self.try_again(phone, &report);
        Ok(())
    }

    /// The system wakes the app when the core asked to be woken; without a network it waits for one.
    fn try_again(&mut self, phone: usize, report: &SyncReport) {
        if let SyncEnd::Waiting { for_ms, .. } = report.end
            && report.pending > 0
            && self.phones[phone].network
        {
            // Systems gather such wake-ups by the minute.
            let after = i64::try_from(for_ms).unwrap_or(i64::MAX).max(LEAST_WAKE_MS);
            let at_ms = self.world.clock.now_ms().saturating_add(after);
            let asked = self.agenda.iter().any(|((at, _), what)| *what == What::Sync { phone } && *at <= at_ms);
            if !asked {
                // After everything that the script has at that instant.
                self.agenda.insert((at_ms, usize::MAX - phone), What::Sync { phone });
            }
        }
    }

    fn delivered(&self, phone: usize, report: &SyncReport) {
        let told = self.roles.contains_key(&phone) || self.phones.len() <= TELL_EACH;
        if report.received > 0 && told {
            let count = usize::try_from(report.received).unwrap_or(usize::MAX);
            self.say(&Caption::Delivered { who: self.name(phone), count });
        }
    }

    fn form(&mut self, phone: usize, cough: bool) -> Result<(), DemoError> {
        let today = self.phones[phone].open(|engine| engine.today())?;
        let Some(duty) = today.forms.into_iter().find(|form| form.duty.target_date > self.date).map(|form| form.duty)
        else {
            return Ok(());
        };
        let submitted = self.phones[phone].open(|engine| {
            let form = engine.form_definition(duty.target_date)?;
            let mut answers = Answers::new();
            for question in form.map(|form| form.questions.as_slice()).unwrap_or_default() {
                answers.answer(question.id.clone(), cough && question.id == "6");
            }
            engine.submit_form(duty.target_date, &answers)
        })?;
        let verdict = submitted.scored.verdict;
        self.tally.forms.push((phone, submitted.for_date, verdict));
        let date = hadir_core::text::policy::date(submitted.for_date, self.out.lang);
        let may_enter = verdict == EntryVerdict::MayEnter;
        if cough || self.phones.len() <= TELL_EACH {
            self.say(&Caption::Form { who: self.name(phone), date, may_enter });
        }
        self.sync(phone)
    }

    fn reinstall(&mut self, phone: usize) -> Result<(), DemoError> {
        let destroyed = self.phones[phone].reinstall()?;
        self.say(&Caption::Reinstalled { who: self.name(phone), destroyed });
        self.phones[phone].network = true;
        let invite = self.world.invite(&[self.world.players[phone].id.clone()])?.remove(0);
        self.phones[phone].enrol(&invite.link)
    }

    fn hostile(&mut self) -> Result<(), DemoError> {
        let transport =
            HttpTransport::new(&HttpOptions::default()).map_err(|error| DemoError::Network(error.to_string()))?;
        let overheard = self.phones.iter().find_map(Phone::overheard);
        let root = self.world.root()?;
        let url = self.world.url();
        let attacker = Attacker {
            transport: &transport,
            server: &url,
            entropy: &SystemEntropy,
            now_ms: self.world.clock.now_ms(),
            root,
            used_invite: self.used_invite,
            overheard,
        };
        let attempts = attacker.run().map_err(|error| DemoError::Network(error.to_string()))?;
        for attempt in &attempts {
            let what = self.out.lang.pick(attempt.id, attempt.what).to_owned();
            self.say(&Caption::Hostile { what, got: attempt.got.clone(), refused: attempt.is_refused() });
        }
        let before = self.world.rows()?;
        if attacker.replay().is_some() {
            self.tally.replay_added = self.world.rows()? - before;
            self.say(&Caption::Replayed { added: self.tally.replay_added });
        }
        self.tally.hostile = attempts;
        Ok(())
    }

    fn name(&self, phone: usize) -> String {
        self.world.players[phone].name.clone()
    }

    fn say(&self, caption: &Caption) {
        let clock = DayClock { zone: self.world.policy.zone, date: self.date, lang: self.out.lang };
        self.out.say(format!("{}  {}", clock.second(self.world.clock.now_ms()), caption.words(self.out.lang)));
    }
}

/// Latitude and longitude, degrees.
type LatLon = (f64, f64);

/// Where people live, and an edge, under a policy that names no region: around Masamba, as the default policy's do.
const NOWHERE_IN_PARTICULAR: (LatLon, LatLon) = ((-2.55, 120.37), (-2.45, 120.37));

/// Where everyone lives: somewhere inside the region; the three on one point and the two spouses at the same place. And a
/// point on the region's edge.
fn homes(world: &World, cast: &Cast, rng: &mut Rng) -> (Vec<LatLon>, LatLon) {
    let (center, edge) = world.policy.region.as_ref().and_then(middle_and_edge).unwrap_or(NOWHERE_IN_PARTICULAR);
    let mut homes: Vec<(f64, f64)> = (0..cast.phones.len())
        .map(|_| {
            // Within the middle tenth of the way to the edge nobody is outside.
            let part = |rng: &mut Rng| (rng.unit() - 0.5) * 0.2;
            (
                center.0 + (edge.0 - center.0).abs().max(0.01) * part(rng),
                center.1 + (edge.1 - center.1).abs().max(0.01) * part(rng),
            )
        })
        .collect();
    for role in [Role::SamePoint, Role::Spouse] {
        let together: Vec<usize> = cast.roles.iter().filter(|(_, r)| **r == role).map(|(phone, _)| *phone).collect();
        for pair in together.windows(2) {
            homes[pair[1]] = homes[pair[0]];
        }
    }
    (homes, edge)
}

/// The middle of a region's first shape and a point on its edge, as (latitude, longitude).
fn middle_and_edge(region: &Region) -> Option<((f64, f64), (f64, f64))> {
    /// Metres in a degree of latitude, near enough for a made-up place (WGS 84 mean).
    const DEGREE_M: f64 = 111_195.0;
    match region.shapes.first()? {
        Shape::Circle { center, radius_m } => {
            let edge = (center.lat() + f64::from(*radius_m) / DEGREE_M, center.lon());
            Some(((center.lat(), center.lon()), edge))
        }
        Shape::Polygon { outer, .. } => {
            let first = outer.first()?;
            #[expect(clippy::cast_precision_loss, reason = "a ring has few places")]
            let mean =
                |part: fn(&hadir_core::policy::LonLat) -> f64| outer.iter().map(part).sum::<f64>() / outer.len() as f64;
            Some(((mean(|place| place.lat()), mean(|place| place.lon())), (first.lat(), first.lon())))
        }
    }
}

//! `hadir phone play FILE`: a scripted day in one process, on one engine.
//!
//! - `script`: reads the file whole before anything is played;
//! - `timer`: waits for a step's time, by the system's clock or by a clock file, or moves the file itself;
//! - here: each step, by the engine, and its outcome at once.

mod asks;
mod fault;
mod script;
mod timer;

use std::{collections::BTreeMap, fs, path::Path};

use hadir_core::{
    engine::{Shared, Today},
    text::time::DayClock,
};
use serde::Serialize;
use serde_json::{Value, json};

pub(super) use fault::ScriptFaults;
use script::{Act, Script, Step};
pub(super) use timer::Timer;

use super::{
    act::{self, RecordDone},
    args::PlaceArgs,
    ask,
    deliver::{self, SyncDone},
    failure::Failure,
    form,
    handset::Handset,
    screen,
    track::{self, How, ShareDone, gpx},
    words,
};
use crate::out::{Exit, Out};

/// Plays a script. Nothing is played of one with a fault.
pub(super) fn play(place: &PlaceArgs, file: &Path, drive: bool, out: Out) -> Result<Exit, Failure> {
    if drive && place.clock.is_none() {
        return Err(Failure::DriveWhat);
    }
    let text = fs::read_to_string(file).map_err(|error| Failure::File(file.to_owned(), error))?;
    let script = Script::parse(&text).map_err(|faults| Failure::Script(faults.of(file)))?;
    let tracks = tracks(&script, file)?;
    let handset = Handset::enrolled(place)?;
    let zone = handset.engine.today()?.zone;
    let timer = Timer::new(&handset.clock, drive);
    let times = script.times(zone, timer.now_ms()).map_err(|faults| Failure::Script(faults.of(file)))?;
    let clock_file = place.clock.clone().unwrap_or_default();
    let mut player =
        Player { handset: &handset, timer: &timer, tracks: &tracks, clock_file: &clock_file, out, worst: None };
    for (step, at_ms) in script.steps.iter().zip(times) {
        timer
            .wait_until(at_ms, step.number, out)
            .map_err(|error| Failure::Clock(place.clock.clone().unwrap_or_default(), error))?;
        player.step(step)?;
    }
    let pending = handset.engine.diagnostics().pending;
    Ok(player.worst.unwrap_or(if pending == 0 { Exit::Done } else { Exit::NotDelivered }))
}

/// Reads the tracks that a script plays; a file is looked for beside the script. Nothing is played if one has a fault.
fn tracks(script: &Script, file: &Path) -> Result<BTreeMap<usize, Vec<gpx::Point>>, Failure> {
    let beside = file.parent().unwrap_or(Path::new("."));
    let played = script.steps.iter().filter_map(|step| match &step.act {
        Act::PlayTrack { gpx, .. } => Some((step.number, beside.join(gpx))),
        _ => None,
    });
    played.map(|(number, path)| Ok((number, gpx::load(&path)?))).collect()
}

struct Player<'a> {
    handset: &'a Handset,
    timer: &'a Timer,
    /// The tracks that are played, by step.
    tracks: &'a BTreeMap<usize, Vec<gpx::Point>>,
    clock_file: &'a Path,
    out: Out,
    /// The exit code of the first step that did not happen.
    worst: Option<Exit>,
}

/// What a step came to.
struct Outcome {
    object: Value,
    lines: Vec<String>,
}

impl Outcome {
    fn new(object: &impl Serialize, lines: Vec<String>) -> Self {
        Self { object: json!(object), lines }
    }
}

impl Player<'_> {
    /// Plays a step and prints what came of it. A step that fails does not end the day: a phone goes on.
    fn step(&mut self, step: &Step) -> Result<(), Failure> {
        let done = self.act(step);
        let today = self.handset.engine.today()?;
        let (name, at) = (step.act.name(), self.clock(&today).second(self.handset.clock.true_ms()));
        let mut outcome = done.unwrap_or_else(|failure| {
            self.worst.get_or_insert(failure.exit());
            let words = failure.words(self.out.lang);
            let lines = vec![format!("{}: {words}", self.out.lang.pick("gagal", "failed"))];
            Outcome { object: json!({ "did": name, "error": words }), lines }
        });
        outcome.object["step"] = json!(step.number);
        outcome.object["t_ms"] = json!(self.handset.clock.true_ms());
        self.out.object(&outcome.object);
        let mut lines = outcome.lines.into_iter();
        self.out.say(format!("[{}] {at}  {name}: {}", step.number, lines.next().unwrap_or_default()));
        for line in lines {
            self.out.say(format!("      {line}"));
        }
        Ok(())
    }

    fn shared(&self, name: &'static str, shared: &Shared) -> Result<Outcome, Failure> {
        let clock = self.clock(&self.handset.engine.today()?);
        Ok(Outcome::new(&ShareDone::of(name, shared), vec![track::describe(shared, &clock)]))
    }

    fn clock(&self, today: &Today) -> DayClock {
        screen::clock_of(today, self.out)
    }

    fn act(&self, step: &Step) -> Result<Outcome, Failure> {
        let (engine, lang, act) = (&self.handset.engine, self.out.lang, &step.act);
        match act {
            Act::Share(what) => {
                let shared = track::act(engine, *what)?;
                self.shared(act.name(), &shared)
            }
            Act::Track(seen) => {
                let shared = engine.track(seen)?;
                self.shared(act.name(), &shared)
            }
            Act::PlayTrack { accuracy_m, sync_every_min, .. } => {
                let points = self.tracks.get(&step.number).map_or(&[][..], Vec::as_slice);
                let how = How {
                    accuracy_m: *accuracy_m,
                    mock: false,
                    as_recorded: false,
                    sync_every_min: Some(*sync_every_min),
                    deadline_s: script::SYNC_S,
                };
                let failed = |error| Failure::Clock(self.clock_file.to_owned(), error);
                let played = track::run(self.handset, self.timer, points, how, self.out, &failed)?;
                Ok(Outcome::new(&played, played.lines(lang)))
            }
            Act::Tap(attempt) => {
                let recorded = engine.check_in(attempt.clone())?;
                let lines = act::describe(self.handset, act.name(), &recorded, self.out)?;
                Ok(Outcome::new(&RecordDone::tap(act.name(), &recorded), lines))
            }
            Act::Sync { deadline_s } => {
                let report = deliver::run(self.handset, *deadline_s, self.out)?;
                Ok(Outcome::new(&SyncDone::of(&report), words::sync(&report, lang)))
            }
            Act::Form { answers, date } => {
                let date = match date {
                    Some(date) => *date,
                    None => form::due(&engine.today()?).ok_or(Failure::NoForm)?,
                };
                let definition = form::definition(self.handset, date)?;
                let answers = answers.clone().fit(definition).map_err(Failure::Answers)?;
                let submitted = engine.submit_form(date, &answers)?;
                Ok(Outcome::new(&form::done(&submitted), form::describe(&submitted, lang)))
            }
            Act::Ask(step) => {
                let asked = step.play(engine)?;
                let lines = ask::describe(engine, &asked, self.out)?;
                Ok(Outcome::new(&ask::done(step.name(), &asked), lines))
            }
            Act::Requests => {
                let (asks, clock) = (engine.requests()?, self.clock(&engine.today()?));
                let mut lines: Vec<String> = asks.iter().flat_map(|asked| ask::lines(asked, &clock)).collect();
                if lines.is_empty() {
                    lines.push(lang.pick("belum ada permohonan", "no request yet").to_owned());
                }
                Ok(Outcome::new(&json!({ "did": act.name(), "requests": asks }), lines))
            }
            Act::Today => {
                let today = engine.today()?;
                let lines = screen::draw(&today, self.out);
                Ok(Outcome::new(&json!({ "did": act.name(), "today": today }), lines))
            }
            Act::SetClock { offset_ms } => {
                self.handset.clock.set_wall_offset(*offset_ms);
                let line = words::clock_set(*offset_ms, lang);
                Ok(Outcome::new(&json!({ "did": act.name(), "offset_ms": offset_ms }), vec![line]))
            }
            Act::Network { on } => {
                self.handset.network.set(*on);
                if *on {
                    engine.network_changed();
                }
                let line = if *on {
                    lang.pick("ada jaringan", "there is a network")
                } else {
                    lang.pick("tidak ada jaringan", "there is no network")
                };
                Ok(Outcome::new(&json!({ "did": act.name(), "on": on }), vec![line.to_owned()]))
            }
        }
    }
}

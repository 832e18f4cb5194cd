//! `hadir phone play FILE`: a scripted day in one process, on one engine.
//!
//! - `script`: reads the file whole before anything is played;
//! - `timer`: waits for a step's time, by the system's clock or by a clock file, or moves the file itself;
//! - here: each step, by the engine, and its outcome at once.

mod fault;
mod script;
mod timer;

use std::{fs, path::Path};

use hadir_core::{engine::Today, text::time::DayClock};
use serde::Serialize;
use serde_json::{Value, json};

pub(super) use fault::ScriptFaults;
use script::{Act, Script, Step};
use timer::Timer;

use super::{
    act::{self, RecordDone},
    args::PlaceArgs,
    deliver::{self, SyncDone},
    failure::Failure,
    form,
    handset::Handset,
    screen, words,
};
use crate::out::{Exit, Out};

/// Plays a script. Nothing is played of one with a fault.
pub(super) fn play(place: &PlaceArgs, file: &Path, drive: bool, out: Out) -> Result<Exit, Failure> {
    if drive && place.clock.is_none() {
        return Err(Failure::DriveWhat);
    }
    let text = fs::read_to_string(file).map_err(|error| Failure::File(file.to_owned(), error))?;
    let script = Script::parse(&text).map_err(|faults| Failure::Script(faults.of(file)))?;
    let handset = Handset::enrolled(place)?;
    let zone = handset.engine.today()?.zone;
    let timer = Timer::new(&handset.clock, drive);
    let times = script.times(zone, timer.now_ms()).map_err(|faults| Failure::Script(faults.of(file)))?;
    let mut player = Player { handset: &handset, out, worst: None };
    for (step, at_ms) in script.steps.iter().zip(times) {
        timer
            .wait_until(at_ms, step.number, out)
            .map_err(|error| Failure::Clock(place.clock.clone().unwrap_or_default(), error))?;
        player.step(step)?;
    }
    let pending = handset.engine.diagnostics().pending;
    Ok(player.worst.unwrap_or(if pending == 0 { Exit::Done } else { Exit::NotDelivered }))
}

struct Player<'a> {
    handset: &'a Handset,
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
        let done = self.act(&step.act);
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

    fn clock(&self, today: &Today) -> DayClock {
        screen::clock_of(today, self.out)
    }

    fn act(&self, act: &Act) -> Result<Outcome, Failure> {
        let (engine, lang) = (&self.handset.engine, self.out.lang);
        match act {
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

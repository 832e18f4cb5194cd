//! The script: TOML, read whole and checked before anything is played.

use std::{ops::Range, path::PathBuf};

use chrono::{DateTime, NaiveDate, NaiveTime};
use hadir_core::{
    engine::Attempt,
    model::{CheckIn, FixError, NoFix},
    schedule::Zone,
    text::{Lang, time::DayClock},
};
use serde::Deserialize;
use toml::Spanned;

use super::{
    super::{act, args::ShareAct, failure::Failure, form::Written},
    asks::{self, AskStep},
    fault::{Fault, ScriptFaults},
};

/// A step may be so long past when the play begins, and is played at once.
const GRACE_MS: i64 = 60_000;
/// How long a sync of a script may take, seconds.
pub(super) const SYNC_S: u64 = 60;
/// Accuracy of a track's points that say nothing of it, metres; and minutes between two syncs of a track.
const TRACK_M: f64 = 15.0;
const SYNC_EVERY_MIN: u32 = 15;

/// A script that can be played.
#[derive(Debug)]
pub(super) struct Script {
    date: Option<NaiveDate>,
    /// The steps in order; at least one.
    pub(super) steps: Vec<Step>,
}

/// A step.
#[derive(Debug)]
pub(super) struct Step {
    /// Its number, from 1.
    pub(super) number: usize,
    line: usize,
    at: At,
    /// What is done.
    pub(super) act: Act,
}

#[derive(Debug, Clone, Copy)]
enum At {
    Instant(i64),
    Local(NaiveTime),
}

/// What is done in a step.
#[derive(Debug)]
pub(super) enum Act {
    /// A tap, with a fix or without.
    Tap(Attempt),
    /// The person starts, pauses or stops live share.
    Share(ShareAct),
    /// One word of the platform while the place is shared live.
    Track(CheckIn),
    /// A recorded track is played, from the step's time on.
    PlayTrack {
        /// The file.
        gpx: PathBuf,
        /// Accuracy of points that say nothing of it, metres.
        accuracy_m: f64,
        /// Minutes between two syncs.
        sync_every_min: u32,
    },
    /// A sync.
    Sync {
        /// The longest that it may take, seconds.
        deadline_s: u64,
    },
    /// A self-assessment.
    Form {
        /// The answers.
        answers: Written,
        /// For which office day; the next without it.
        date: Option<NaiveDate>,
    },
    /// A request or an appeal.
    Ask(AskStep),
    /// A look at what was asked, and what became of it.
    Requests,
    /// A look at the screen.
    Today,
    /// The person sets the phone's clock wrong, or right again.
    SetClock {
        /// How far it is ahead, milliseconds.
        offset_ms: i64,
    },
    /// The network comes or goes.
    Network {
        /// Whether there is one now.
        on: bool,
    },
}

impl Act {
    /// Its name in scripts and in the output.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Tap(attempt) => match attempt.check_in {
                hadir_core::model::CheckIn::Fix(_) => "check_in",
                hadir_core::model::CheckIn::NoFix(_) => "no_fix",
            },
            Self::Share(ShareAct::Start) => "share_start",
            Self::Share(ShareAct::Pause) => "share_pause",
            Self::Share(ShareAct::Stop) => "share_stop",
            Self::Track(_) => "track",
            Self::PlayTrack { .. } => "play_track",
            Self::Sync { .. } => "sync",
            Self::Form { .. } => "form",
            Self::Ask(ask) => ask.name(),
            Self::Requests => "requests",
            Self::Today => "today",
            Self::SetClock { .. } => "set_clock",
            Self::Network { .. } => "network",
        }
    }
}

/// What can be done, and the keys that go with each: those that must be there, and those that may.
pub(super) const ACTS: [(&str, &[&str], &[&str]); 15] = [
    ("check_in", &["lat", "lon", "accuracy"], &["age", "mock"]),
    ("no_fix", &[], &["why"]),
    ("share_start", &[], &[]),
    ("share_pause", &[], &[]),
    ("share_stop", &[], &[]),
    ("track", &[], &["lat", "lon", "accuracy", "age", "mock", "why"]),
    ("play_track", &["gpx"], &["accuracy", "sync_every"]),
    ("sync", &[], &["deadline"]),
    ("form", &["answers"], &["for"]),
    ("today", &[], &[]),
    ("set_clock", &["minutes"], &[]),
    ("network", &["on"], &[]),
    ("request", &["what"], &["from", "until", "windows", "note"]),
    ("appeal", &["grounds"], &["for", "window", "note"]),
    ("requests", &[], &[]),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScript {
    date: Option<Spanned<toml::Value>>,
    #[serde(default)]
    step: Vec<Spanned<RawStep>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStep {
    at: Spanned<toml::Value>,
    #[serde(rename = "do")]
    act: Spanned<String>,
    lat: Option<Spanned<f64>>,
    lon: Option<Spanned<f64>>,
    accuracy: Option<Spanned<f64>>,
    age: Option<Spanned<f64>>,
    mock: Option<bool>,
    why: Option<String>,
    deadline: Option<u64>,
    answers: Option<String>,
    #[serde(rename = "for")]
    pub(super) for_date: Option<toml::Value>,
    pub(super) what: Option<String>,
    pub(super) from: Option<toml::Value>,
    pub(super) until: Option<toml::Value>,
    pub(super) windows: Option<Vec<String>>,
    pub(super) window: Option<String>,
    pub(super) note: Option<String>,
    pub(super) grounds: Option<String>,
    minutes: Option<f64>,
    gpx: Option<PathBuf>,
    sync_every: Option<Spanned<u32>>,
    on: Option<bool>,
}

impl RawStep {
    /// Which of the keys that depend on the act are there.
    fn keys(&self) -> impl Iterator<Item = &'static str> {
        let there = [
            ("lat", self.lat.is_some()),
            ("lon", self.lon.is_some()),
            ("accuracy", self.accuracy.is_some()),
            ("age", self.age.is_some()),
            ("mock", self.mock.is_some()),
            ("why", self.why.is_some()),
            ("deadline", self.deadline.is_some()),
            ("answers", self.answers.is_some()),
            ("for", self.for_date.is_some()),
            ("what", self.what.is_some()),
            ("from", self.from.is_some()),
            ("until", self.until.is_some()),
            ("windows", self.windows.is_some()),
            ("window", self.window.is_some()),
            ("note", self.note.is_some()),
            ("grounds", self.grounds.is_some()),
            ("minutes", self.minutes.is_some()),
            ("gpx", self.gpx.is_some()),
            ("sync_every", self.sync_every.is_some()),
            ("on", self.on.is_some()),
        ];
        there.into_iter().filter_map(|(key, there)| there.then_some(key))
    }
}

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    /// [`ScriptFaults`] with every fault that can be told from the text alone.
    pub(super) fn parse(text: &str) -> Result<Self, ScriptFaults> {
        let line_of = |span: Range<usize>| 1 + text[..span.start.min(text.len())].matches('\n').count();
        let raw: RawScript = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, line_of);
            ScriptFaults::one(line, Fault::Toml(error.message().to_owned()))
        })?;
        let mut faults = Vec::new();
        let date = raw.date.as_ref().and_then(|date| {
            let read = date_of(date.get_ref());
            if read.is_none() {
                faults.push((line_of(date.span()), Fault::BadDate));
            }
            read
        });
        if raw.step.is_empty() {
            faults.push((1, Fault::NoSteps));
        }
        let mut steps = Vec::new();
        for (number, step) in (1..).zip(&raw.step) {
            let line = line_of(step.span());
            let step = step.get_ref();
            let at = time_of(step.at.get_ref());
            match &at {
                None => faults.push((line_of(step.at.span()), Fault::BadTime(shown(step.at.get_ref())))),
                Some(At::Local(_)) if raw.date.is_none() => faults.push((line_of(step.at.span()), Fault::NeedsDate)),
                Some(_) => {}
            }
            match act_of(step) {
                Ok(act) => steps.extend(at.map(|at| Step { number, line, at, act })),
                Err(found) => {
                    let line = |key: Option<Range<usize>>| line_of(key.unwrap_or_else(|| step.act.span()));
                    faults.extend(found.into_iter().map(|(key, fault)| (line(key), fault)));
                }
            }
        }
        if faults.is_empty() { Ok(Self { date, steps }) } else { Err(ScriptFaults::new(faults)) }
    }

    /// The instants of the steps, milliseconds since 1970; local times are those of the office.
    ///
    /// # Errors
    /// [`ScriptFaults`] where a step is earlier than the one before, or the first is long past.
    pub(super) fn times(&self, zone: Zone, now_ms: i64) -> Result<Vec<i64>, ScriptFaults> {
        let mut times: Vec<i64> = Vec::with_capacity(self.steps.len());
        let mut before = 0;
        for step in &self.steps {
            let at_ms = match (step.at, self.date) {
                (At::Instant(at_ms), _) => at_ms,
                (At::Local(time), Some(date)) => zone.instant_ms(date.and_time(time)),
                (At::Local(_), None) => return Err(ScriptFaults::one(step.line, Fault::NeedsDate)),
            };
            if times.last().is_some_and(|last| at_ms < *last) {
                return Err(ScriptFaults::one(step.line, Fault::Earlier(before)));
            }
            if at_ms < now_ms.saturating_sub(GRACE_MS) {
                // The date is shown where it is not the step's.
                let clock = DayClock { zone, date: zone.local(at_ms).date(), lang: Lang::Id };
                let past = Fault::Past { at: clock.second(at_ms), now: clock.second(now_ms) };
                return Err(ScriptFaults::one(step.line, past));
            }
            before = step.line;
            times.push(at_ms);
        }
        Ok(times)
    }
}

fn shown(value: &toml::Value) -> String {
    value.to_string()
}

pub(super) fn date_of(value: &toml::Value) -> Option<NaiveDate> {
    match value {
        toml::Value::String(text) => text.parse().ok(),
        toml::Value::Datetime(stamp) if stamp.time.is_none() => stamp.to_string().parse().ok(),
        _ => None,
    }
}

fn time_of(value: &toml::Value) -> Option<At> {
    let text = match value {
        toml::Value::String(text) => text.trim().to_owned(),
        toml::Value::Datetime(stamp) => stamp.to_string(),
        _ => return None,
    };
    if let Ok(instant) = DateTime::parse_from_rfc3339(&text) {
        return Some(At::Instant(instant.timestamp_millis()));
    }
    let local = ["%H:%M:%S%.f", "%H:%M"].iter().find_map(|form| NaiveTime::parse_from_str(&text, form).ok());
    local.map(At::Local)
}

/// A fault with the key that it is about, where that is not the act itself.
type Located = (Option<Range<usize>>, Fault);

fn act_of(step: &RawStep) -> Result<Act, Vec<Located>> {
    let name = step.act.get_ref().as_str();
    let Some((act, must, may)) = ACTS.into_iter().find(|(known, ..)| *known == name) else {
        return Err(vec![(None, Fault::UnknownAct(name.to_owned()))]);
    };
    let there: Vec<&'static str> = step.keys().collect();
    let missing = must.iter().copied().filter(|key| !there.contains(key)).map(|key| Fault::Missing { act, key });
    let foreign = there
        .iter()
        .copied()
        .filter(|key| !must.contains(key) && !may.contains(key))
        .map(|key| Fault::NotOf { act, key });
    let faults: Vec<Located> = missing.chain(foreign).map(|fault| (None, fault)).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    // What must be there is there, by the check above; the defaults stand for what may be left out.
    let made = match act {
        "check_in" => return tap(step).map(Act::Tap).map_err(|fault| vec![fault]),
        "share_start" => Ok(Act::Share(ShareAct::Start)),
        "share_pause" => Ok(Act::Share(ShareAct::Pause)),
        "share_stop" => Ok(Act::Share(ShareAct::Stop)),
        "track" => return word(step, &there).map(Act::Track).map_err(|fault| vec![fault]),
        "play_track" => return played(step).map_err(|fault| vec![fault]),
        "no_fix" => no_fix(step.why.as_deref()).map(|why| Act::Tap(Attempt::without_fix(why))),
        "sync" => Ok(Act::Sync { deadline_s: step.deadline.unwrap_or(SYNC_S) }),
        "form" => form(step),
        "request" => asks::request(step).map(Act::Ask),
        "appeal" => asks::appeal(step).map(Act::Ask),
        "requests" => Ok(Act::Requests),
        "set_clock" => minutes(step.minutes.unwrap_or_default()),
        "network" => Ok(Act::Network { on: step.on == Some(true) }),
        _ => Ok(Act::Today),
    };
    made.map_err(|fault| vec![(None, fault)])
}

fn tap(step: &RawStep) -> Result<Attempt, Located> {
    let number = |value: &Option<Spanned<f64>>| value.as_ref().map_or(0.0, |value| *value.get_ref());
    let (lat, lon) = (number(&step.lat), number(&step.lon));
    act::fix(lat, lon, number(&step.accuracy), number(&step.age), step.mock == Some(true)).map_err(|failure| {
        let key = match failure {
            Failure::Fix(FixError::Latitude(_)) => &step.lat,
            Failure::Fix(FixError::Longitude(_)) => &step.lon,
            Failure::Fix(FixError::Accuracy(_)) => &step.accuracy,
            _ => &step.age,
        };
        let fault = Fault::Fix(failure.words(Lang::Id), failure.words(Lang::En));
        (key.as_ref().map(Spanned::span), fault)
    })
}

/// A fix if a latitude is there, else the want of one.
fn word(step: &RawStep, there: &[&'static str]) -> Result<CheckIn, Located> {
    let fix = ["lat", "lon", "accuracy"];
    if !there.contains(&"lat") {
        if let Some(key) = there.iter().copied().find(|key| *key != "why") {
            return Err((None, Fault::NotOf { act: "track", key }));
        }
        return no_fix(step.why.as_deref()).map(CheckIn::NoFix).map_err(|fault| (None, fault));
    }
    if there.contains(&"why") {
        return Err((None, Fault::NotOf { act: "track", key: "why" }));
    }
    match fix.into_iter().find(|key| !there.contains(key)) {
        Some(key) => Err((None, Fault::Missing { act: "track", key })),
        None => tap(step).map(|attempt| attempt.check_in),
    }
}

fn played(step: &RawStep) -> Result<Act, Located> {
    let accuracy_m = step.accuracy.as_ref().map_or(TRACK_M, |accuracy| *accuracy.get_ref());
    // Any place shows whether the accuracy is one.
    act::fix(0.0, 0.0, accuracy_m, 0.0, false).map_err(|failure| {
        let fault = Fault::Fix(failure.words(Lang::Id), failure.words(Lang::En));
        (step.accuracy.as_ref().map(Spanned::span), fault)
    })?;
    let sync_every_min = step.sync_every.as_ref().map_or(SYNC_EVERY_MIN, |every| *every.get_ref());
    if sync_every_min == 0 {
        return Err((step.sync_every.as_ref().map(Spanned::span), Fault::Minutes(0.0)));
    }
    Ok(Act::PlayTrack { gpx: step.gpx.clone().unwrap_or_default(), accuracy_m, sync_every_min })
}

fn no_fix(why: Option<&str>) -> Result<NoFix, Fault> {
    match why {
        None | Some("timeout") => Ok(NoFix::Timeout),
        Some("denied") => Ok(NoFix::Denied),
        Some("off") => Ok(NoFix::Off),
        Some("unavailable") => Ok(NoFix::Unavailable),
        Some(other) => Err(Fault::BadWhy(other.to_owned())),
    }
}

fn form(step: &RawStep) -> Result<Act, Fault> {
    let answers = Written::parse(step.answers.as_deref().unwrap_or_default()).map_err(Fault::Answers)?;
    let date = step.for_date.as_ref().map(|date| date_of(date).ok_or(Fault::BadDate)).transpose()?;
    Ok(Act::Form { answers, date })
}

/// More than a century off is a slip of the pen, and everything below fits.
const MAX_MINUTES: f64 = 60_000_000.0;

fn minutes(minutes: f64) -> Result<Act, Fault> {
    if minutes.is_nan() || minutes.abs() > MAX_MINUTES {
        return Err(Fault::Minutes(minutes));
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
    let offset_ms = (minutes * 60_000.0).round() as i64;
    Ok(Act::SetClock { offset_ms })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        Script::parse(text).unwrap_err().faults.into_iter().map(|(line, _)| line).collect()
    }

    const DAY: &str = r#"
date = "2026-11-24"

[[step]]
at = "08:00:09"
do = "check_in"
lat = -5.1477
lon = 119.4327
accuracy = 12

[[step]]
at = 2026-11-24T08:05:00+08:00
do = "sync"

[[step]]
at = 12:30:00
do = "set_clock"
minutes = -50

[[step]]
at = "16:30"
do = "form"
answers = "ttttty"
for = 2026-11-25
"#;

    #[test]
    fn local_times_are_the_offices_and_instants_are_instants() {
        let script = Script::parse(DAY).unwrap();
        let names: Vec<_> = script.steps.iter().map(|step| step.act.name()).collect();
        assert_eq!(names, ["check_in", "sync", "set_clock", "form"]);
        let times = script.times(Zone::WITA, 1_795_478_400_000).unwrap();
        assert_eq!(times[..2], [1_795_478_409_000, 1_795_478_700_000]);
        assert!(matches!(script.steps[2].act, Act::SetClock { offset_ms: -3_000_000 }));
    }

    #[test]
    fn every_fault_is_named_with_its_line() {
        assert_eq!(lines(""), [1]);
        assert_eq!(lines(&DAY.replace("-5.1477", "91")), [7]);
        assert_eq!(lines(&DAY.replace("lon = 119.4327\n", "")), [6]);
        assert_eq!(lines(&DAY.replace("\"sync\"", "\"snyc\"")), [13]);
        assert_eq!(lines(&DAY.replace("\"sync\"", "\"sync\"\nlat = 3")), [13]);
        assert_eq!(lines(&DAY.replace("08:00:09", "8 o'clock")), [5]);
        assert_eq!(lines(&DAY.replace("date = \"2026-11-24\"", "")), [5, 16, 21]);
        assert_eq!(lines(&DAY.replace("ttttty", "??")), [22]);
        assert_eq!(lines(&DAY.replace("minutes", "minute")), [18]);
        assert_eq!(lines(&DAY.replace("= 12\n", "= nan\n")), [9]);
        assert_eq!(lines("[[step]"), [1]);
    }

    #[test]
    fn a_day_that_runs_backwards_or_is_over_is_not_played() {
        let script = Script::parse(&DAY.replace("12:30:00", "07:30:00")).unwrap();
        assert_eq!(script.times(Zone::WITA, 0).unwrap_err().faults, [(15, Fault::Earlier(11))]);
        let script = Script::parse(DAY).unwrap();
        let words = script.times(Zone::WITA, 1_795_500_000_000).unwrap_err().words(Lang::En);
        assert!(words.contains("line 4") && words.contains("08.00.09 WITA"), "{words}");
    }

    #[test]
    fn no_text_makes_the_reader_panic() {
        use proptest::prelude::*;
        proptest!(|(text in "\\PC{0,200}", cut in 0..DAY.len())| {
            let _ = Script::parse(&text);
            let _ = Script::parse(DAY.get(..cut).unwrap_or_default());
        });
    }
}

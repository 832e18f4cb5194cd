//! A tap: what the platform says of the place, and what the tap came to.

use hadir_core::{
    engine::{self, Attempt, EngineError, GnssReading},
    model::{CheckIn, Fix, FixSource, NoFix},
    place::Placement,
    text::{Lang, engine as said, home, practice},
};

use crate::{engine::CheckInEngine, error::HadirError, home::WindowMark, words};

/// Where a fix came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum FixOrigin {
    /// A satellite receiver in the phone.
    Gnss,
    /// Cell towers or Wi-Fi.
    Network,
    /// The platform's mixture.
    Fused,
    /// An external receiver.
    External,
}

/// Why there is no fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum NoFixReason {
    /// The person has not given the permission, or took it back.
    Denied,
    /// Location is switched off on the phone.
    Off,
    /// None came within the deadline, or the person went on without.
    Timeout,
    /// The phone has no way to know.
    Unavailable,
}

/// What the platform says of the place. `Debug` shows no coordinates.
#[derive(Clone, PartialEq, uniffi::Enum)]
pub enum PlaceSeen {
    /// A fix.
    Fix {
        /// Degrees on WGS 84, −90 to 90.
        latitude: f64,
        /// Degrees, −180 to 180.
        longitude: f64,
        /// Radius of 68 % confidence, metres, above 0.
        accuracy_m: f64,
        /// How old it is, milliseconds, by a clock that nobody can set.
        age_ms: u64,
        /// Where it came from.
        origin: FixOrigin,
        /// Whether the platform calls it a mock or simulated; `None` where it does not say.
        mock: Option<bool>,
        /// Speed, metres a second, at least 0; `None` where the platform does not say.
        speed_mps: Option<f64>,
        /// Satellite time in UTC, milliseconds since 1970, where the platform gives it apart from the system's clock.
        gnss_utc_ms: Option<i64>,
    },
    /// None. The attempt is a record all the same.
    NoFix {
        /// Why.
        reason: NoFixReason,
    },
}

impl std::fmt::Debug for PlaceSeen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fix { accuracy_m, origin, .. } => write!(f, "Fix(±{accuracy_m} m, {origin:?})"),
            Self::NoFix { reason } => write!(f, "NoFix({reason:?})"),
        }
    }
}

impl From<NoFixReason> for NoFix {
    fn from(reason: NoFixReason) -> Self {
        match reason {
            NoFixReason::Denied => Self::Denied,
            NoFixReason::Off => Self::Off,
            NoFixReason::Timeout => Self::Timeout,
            NoFixReason::Unavailable => Self::Unavailable,
        }
    }
}

impl PlaceSeen {
    /// What the core takes. A position that is none (not a number, no accuracy) is an attempt without a fix: a tap is never refused.
    pub(crate) fn read(&self) -> (CheckIn, Option<GnssReading>) {
        let unavailable = (CheckIn::NoFix(NoFix::Unavailable), None);
        match *self {
            Self::NoFix { reason } => (CheckIn::NoFix(reason.into()), None),
            Self::Fix { latitude, longitude, accuracy_m, age_ms, origin, mock, speed_mps, gnss_utc_ms } => {
                let source = match origin {
                    FixOrigin::Gnss => FixSource::Gnss,
                    FixOrigin::Network => FixSource::Network,
                    FixOrigin::Fused => FixSource::Fused,
                    FixOrigin::External => FixSource::External,
                };
                let age = i64::try_from(age_ms).unwrap_or(i64::MAX);
                let Ok(fix) = Fix::new(latitude, longitude, accuracy_m, age, source) else { return unavailable };
                let fix = mock.into_iter().fold(fix, Fix::with_mock);
                // A speed that is none is left out; the place stands.
                let fix = speed_mps.and_then(|speed| fix.clone().with_speed(speed).ok()).unwrap_or(fix);
                (CheckIn::Fix(fix), gnss_utc_ms.map(|t_ms| GnssReading { t_ms, age_ms }))
            }
        }
    }
}

/// A press of the button that is not recorded yet.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct BegunTap {
    /// Names the attempt for [`CheckInEngine::check_in`].
    pub id: String,
    /// How long it may wait before it is recorded.
    pub wait: TapWait,
}

/// How long a press may wait before it is recorded: shorter where a window's on-time span, or the window, is about to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct TapWait {
    /// For a place, milliseconds, 2,000 to 20,000.
    pub search_ms: u32,
    /// For a person who may yet allow a place, milliseconds, 2,000 to 30,000.
    pub choice_ms: u32,
}

impl From<engine::TapWait> for TapWait {
    fn from(wait: engine::TapWait) -> Self {
        Self { search_ms: wait.search_ms, choice_ms: wait.choice_ms }
    }
}

/// A tap that is on disk, as the screen shows it at once.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TapRecorded {
    /// The record.
    pub record: String,
    /// *Tercatat di HP ini.*
    pub title: String,
    /// The time in large figures: *11.02.09*.
    pub time_text: String,
    /// The office's zone: *WITA*.
    pub zone: String,
    /// Shape and colour of the whole: [`WindowMark::Look`] where somebody at the office may look at it.
    pub mark: WindowMark,
    /// *Tepat waktu.*
    pub counts_title: String,
    /// Colour of `counts_title`, whatever else may be looked at.
    pub counts_mark: WindowMark,
    /// *Jadwal 11.00*; empty where it counts for none.
    pub counts_detail: String,
    /// *Di dalam wilayah*, or why there is no fix.
    pub place_title: String,
    /// *±25 m*, or why there is no fix.
    pub place_detail: String,
    /// *Menunggu dikirim.*
    pub delivery_text: String,
    /// What a person at the office may look at, one sentence each.
    pub flags: Vec<String>,
    /// One sentence that answers the worry of somebody without a network.
    pub safe_text: String,
    /// How many records wait to be sent.
    pub pending: u64,
}

#[uniffi::export]
impl CheckInEngine {
    /// Begins a press of the button, before a fix is looked for, names the attempt for [`Self::check_in`], and says how long to look.
    /// Presses within three seconds are one. A shell keeps the name with its screen's state: whoever is killed meanwhile says the same
    /// attempt again, and it is one record; how long to look then says [`Self::tap_wait`].
    ///
    /// # Errors
    /// [`HadirError::Closed`]; [`HadirError::Store`] when the phone gives no random numbers.
    pub fn begin_tap(&self) -> Result<BegunTap, HadirError> {
        self.run(|engine, _| {
            let begun = engine.begin_tap()?;
            Ok(BegunTap { id: begun.id.to_string(), wait: begun.wait.into() })
        })
    }

    /// How long an attempt that was begun before may wait from now on: one taken up again, or whose person has just allowed a place.
    ///
    /// # Errors
    /// As [`Self::begin_tap`].
    pub fn tap_wait(&self) -> Result<TapWait, HadirError> {
        self.run(|engine, _| Ok(engine.tap_wait()?.into()))
    }

    /// Records a tap. It is on disk when this returns; never refused for its place, its time, or for being one too many.
    ///
    /// # Errors
    /// [`HadirError::NotEnrolled`]; [`HadirError::StoreFull`] and [`HadirError::Store`]: then nothing was recorded, and the person is told at once.
    pub fn check_in(&self, attempt: String, place: PlaceSeen) -> Result<TapRecorded, HadirError> {
        self.attempt(|engine, lang| {
            let id = words::record(&attempt, lang)?;
            let (check_in, gnss) = place.read();
            record(engine, Attempt { id: Some(id), check_in, gnss }, lang).map_err(|error| HadirError::of(&error, lang))
        })
    }

    /// What a tap with this place would come to now: the practice tap. Nothing of it is recorded, sent or counted; one line each.
    ///
    /// # Errors
    /// [`HadirError::NotEnrolled`].
    pub fn practice(&self, place: PlaceSeen) -> Result<Vec<String>, HadirError> {
        self.run(|engine, lang| Ok(practice::lines(&engine.practice(Some(&place.read().0))?, lang)))
    }
}

fn record(engine: &engine::CheckInEngine, attempt: Attempt, lang: Lang) -> Result<TapRecorded, EngineError> {
    let recorded = engine.check_in(attempt)?;
    // The tap is safe from here on; what follows only words it.
    let today = engine.today()?;
    let clock = home::clock_of(&today, lang);
    let window = today.windows.iter().find(|window| window.tap.is_some_and(|tap| tap.record == recorded.id));
    let other = today.others.iter().find(|other| other.tap.tap.record == recorded.id);
    let flags = window.map(|window| &window.flags).or_else(|| other.map(|other| &other.tap.flags));
    let flags = flags.map(|flags| home::flags(flags, &clock)).unwrap_or_default();
    let placed: Option<Placement> =
        window.and_then(|window| window.tap).or_else(|| other.map(|other| other.tap.tap)).and_then(|tap| tap.placement);
    let counts = home::recorded(&recorded, &today, lang);
    let place = home::place(&recorded.check_in, placed.as_ref(), lang);
    let counts_mark = match recorded.counts {
        engine::TapNow::OnTime { .. } | engine::TapNow::Supports { .. } => WindowMark::OnTime,
        engine::TapNow::Late { .. } => WindowMark::Late,
        _ => WindowMark::NotOwed,
    };
    let looked_at =
        matches!(recorded.counts, engine::TapNow::OnTime { .. } | engine::TapNow::Late { .. }) && !flags.is_empty();
    let mark = if looked_at { WindowMark::Look } else { counts_mark };
    Ok(TapRecorded {
        record: recorded.id.to_string(),
        title: lang.pick("Tercatat di HP ini", "Recorded on this phone").to_owned(),
        time_text: home::bare(&clock, recorded.at.ms),
        zone: clock.zone.abbreviation().to_owned(),
        mark,
        counts_title: counts.title,
        counts_mark,
        counts_detail: counts.detail,
        place_title: place.title,
        place_detail: place.detail,
        delivery_text: said::delivery(&recorded.delivery, lang).to_owned(),
        flags,
        safe_text: home::waiting(&recorded, &clock),
        pending: recorded.pending,
    })
}

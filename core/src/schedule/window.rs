//! The spans of a day in which something is due. All are half-open: the first instant belongs to them, the last does not.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::DayTime;

/// Names a window within its day, such as `w0800`; stable for as long as the policy names the same time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WindowId(String);

/// A window id that is not 1 to 32 characters of a–z, 0–9, `_` or `-`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" cannot name a window; use 1 to 32 characters of a-z, 0-9, _ or -")]
pub struct BadWindowId(pub String);

impl WindowId {
    /// Checks and takes a name.
    ///
    /// # Errors
    /// [`BadWindowId`] unless it is 1 to 32 characters of a–z, 0–9, `_` or `-`.
    pub fn new(id: impl Into<String>) -> Result<Self, BadWindowId> {
        let id = id.into();
        let fits = (1..=32).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
        if fits { Ok(Self(id)) } else { Err(BadWindowId(id)) }
    }

    /// The id of the window at a scheduled time: `w` and its four digits, with seconds and `n` for the day after where needed.
    #[must_use]
    pub fn of_time(time: DayTime) -> Self {
        let digits: String = time.to_string().chars().filter(char::is_ascii_digit).collect();
        match time >= DayTime::NEXT_MIDNIGHT {
            true => Self(format!("w{}n", &digits[..digits.len() - 1])),
            false => Self(format!("w{digits}")),
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WindowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for WindowId {
    type Error = BadWindowId;
    fn try_from(id: String) -> Result<Self, BadWindowId> {
        Self::new(id)
    }
}

impl From<WindowId> for String {
    fn from(id: WindowId) -> Self {
        id.0
    }
}

/// One scheduled check-in of one day, as UTC instants in milliseconds since the Unix epoch.
///
/// `[opens, on_time_until)` is on time, `[on_time_until, late_until)` is late, anything else is outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Names the window within its day.
    pub id: WindowId,
    /// How screens name it, such as `08.00` or `07.00–07.30`.
    pub label: String,
    /// The time that the rule names.
    pub nominal_ms: i64,
    /// The first instant that is on time.
    pub opens_ms: i64,
    /// The first instant that is late.
    pub on_time_until_ms: i64,
    /// The first instant that no longer counts for this window.
    pub late_until_ms: i64,
}

/// How a tap stands to one window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// Before the window opens.
    Early,
    /// On time.
    OnTime,
    /// Late, by whole minutes as the policy's rule counts them; 0 within the first minute.
    Late {
        /// Whole minutes.
        minutes: u32,
    },
    /// After the window no longer counts.
    After,
}

impl Window {
    /// Whether an instant lies in `[opens, late_until)`.
    #[must_use]
    pub fn contains(&self, at_ms: i64) -> bool {
        (self.opens_ms..self.late_until_ms).contains(&at_ms)
    }

    /// Whether an instant lies in `[opens, on_time_until)`.
    #[must_use]
    pub fn is_on_time(&self, at_ms: i64) -> bool {
        (self.opens_ms..self.on_time_until_ms).contains(&at_ms)
    }

    /// When the grade of an instant ends: on time until `on_time_until`, late until `late_until`; `None` outside the window.
    #[must_use]
    pub fn grade_ends_ms(&self, at_ms: i64) -> Option<i64> {
        let ends_ms = if self.is_on_time(at_ms) { self.on_time_until_ms } else { self.late_until_ms };
        self.contains(at_ms).then_some(ends_ms)
    }

    /// How an instant stands to this window under a policy's rule of lateness.
    #[must_use]
    pub fn timing(&self, at_ms: i64, rule: &LateRule) -> Timing {
        if at_ms < self.opens_ms {
            Timing::Early
        } else if at_ms < self.on_time_until_ms {
            Timing::OnTime
        } else if at_ms < self.late_until_ms {
            Timing::Late { minutes: self.late_minutes(at_ms, rule) }
        } else {
            Timing::After
        }
    }

    /// Whole minutes of lateness of an instant; 0 if it is not late.
    #[must_use]
    pub fn late_minutes(&self, at_ms: i64, rule: &LateRule) -> u32 {
        if at_ms < self.on_time_until_ms {
            return 0;
        }
        let from = match rule.counted_from {
            LateFrom::OnTimeEnd => self.on_time_until_ms,
            LateFrom::Nominal => self.nominal_ms,
        };
        let late_ms = at_ms.saturating_sub(from).max(0);
        let minutes = match rule.rounding {
            Rounding::Down => late_ms / 60_000,
            Rounding::Up => late_ms.saturating_add(59_999) / 60_000,
        };
        u32::try_from(minutes).unwrap_or(u32::MAX)
    }
}

/// How late minutes are counted. The product's rule is `floor(time − end of on-time)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateRule {
    /// Where counting starts.
    pub counted_from: LateFrom,
    /// What becomes of a started minute.
    pub rounding: Rounding,
}

/// Where the count of late minutes starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LateFrom {
    /// At the end of the on-time span.
    #[default]
    OnTimeEnd,
    /// At the scheduled time itself, although the tolerance after it is on time.
    Nominal,
}

/// What becomes of a started minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// It does not count.
    #[default]
    Down,
    /// It counts as a whole one.
    Up,
}

/// How much a live share tells of the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareDetail {
    /// Only inside, outside or unknown per interval.
    Interval,
    /// The points themselves.
    Point,
}

/// The span of a day in which the place is shared live, as UTC instants in milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first instant of sharing.
    pub starts_ms: i64,
    /// The first instant after it.
    pub ends_ms: i64,
    /// Length of one reported interval, in seconds.
    pub interval_s: u32,
    /// What is reported of each interval.
    pub detail: ShareDetail,
}

impl Span {
    /// Whether an instant lies in `[starts, ends)`.
    #[must_use]
    pub fn contains(&self, at_ms: i64) -> bool {
        (self.starts_ms..self.ends_ms).contains(&at_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::{LateFrom, LateRule, Rounding, Timing, Window, WindowId};
    use crate::schedule::DayTime;

    const MIN: i64 = 60_000;

    fn eight() -> Window {
        Window {
            id: WindowId::new("w0800").unwrap(),
            label: "08.00".into(),
            nominal_ms: 480 * MIN,
            opens_ms: 465 * MIN,
            on_time_until_ms: 495 * MIN,
            late_until_ms: 555 * MIN,
        }
    }

    #[test]
    fn both_edges_are_half_open_to_the_millisecond() {
        let (w, rule) = (eight(), LateRule::default());
        assert_eq!(w.timing(465 * MIN - 1, &rule), Timing::Early);
        assert_eq!(w.timing(465 * MIN, &rule), Timing::OnTime);
        assert_eq!(w.timing(495 * MIN - 1, &rule), Timing::OnTime);
        assert_eq!(w.timing(495 * MIN, &rule), Timing::Late { minutes: 0 });
        assert_eq!(w.timing(496 * MIN - 1, &rule), Timing::Late { minutes: 0 });
        assert_eq!(w.timing(496 * MIN, &rule), Timing::Late { minutes: 1 });
        assert_eq!(w.timing(555 * MIN - 1, &rule), Timing::Late { minutes: 59 });
        assert_eq!(w.timing(555 * MIN, &rule), Timing::After);
    }

    #[test]
    fn a_grade_ends_with_its_span_and_there_is_none_outside() {
        let ends = |at_ms| eight().grade_ends_ms(at_ms).map(|ends_ms| ends_ms / MIN);
        assert_eq!([465 * MIN - 1, 465 * MIN, 495 * MIN - 1].map(ends), [None, Some(495), Some(495)]);
        assert_eq!([495 * MIN, 555 * MIN - 1, 555 * MIN].map(ends), [Some(555), Some(555), None]);
    }

    #[test]
    fn a_policy_may_count_from_the_scheduled_time_and_round_up() {
        let rule = LateRule { counted_from: LateFrom::Nominal, rounding: Rounding::Up };
        assert_eq!(eight().late_minutes(494 * MIN, &rule), 0);
        assert_eq!(eight().late_minutes(495 * MIN + 1, &rule), 16);
    }

    #[test]
    fn an_id_tells_its_time_and_the_day_after() {
        assert_eq!(WindowId::of_time(DayTime::parse("08:00").unwrap()).as_str(), "w0800");
        assert_eq!(WindowId::of_time(DayTime::parse("07:00+1").unwrap()).as_str(), "w0700n");
        assert_eq!(WindowId::of_time(DayTime::parse("07:00:30+1").unwrap()).as_str(), "w070030n");
        assert!(WindowId::new("W 0800").is_err());
    }
}

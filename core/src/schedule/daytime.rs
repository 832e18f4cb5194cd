//! A time of day, counted from the midnight of the duty date.

use std::fmt;

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use super::Zone;

/// A local time of day in whole seconds; it may run into the next calendar day, for shifts past midnight.
///
/// Written `07:30`, `07:30:59`, or `07:00+1` for seven in the morning after the duty date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DayTime(i32);

/// A time of day that was not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a time of day; write 07:30, 07:30:59, or 07:00+1 for the morning after")]
pub struct BadDayTime(pub String);

const DAY_S: i32 = 86_400;

impl DayTime {
    /// The start of the duty date.
    pub const MIDNIGHT: Self = Self(0);
    /// The end of the duty date, which is the start of the next.
    pub const NEXT_MIDNIGHT: Self = Self(DAY_S);

    /// A time of day from hours and minutes; `None` outside 00:00–23:59.
    #[must_use]
    pub fn hm(hours: u8, minutes: u8) -> Option<Self> {
        (hours < 24 && minutes < 60).then(|| Self(i32::from(hours) * 3_600 + i32::from(minutes) * 60))
    }

    /// Reads `07:30`, `07:30:59` or `07:00+1`; a dot may stand for the colon, as Indonesian circulars write it.
    ///
    /// # Errors
    /// [`BadDayTime`] with the text as given.
    pub fn parse(text: &str) -> Result<Self, BadDayTime> {
        let bad = || BadDayTime(text.to_owned());
        let trimmed = text.trim();
        let (clock, days) = match trimmed.strip_suffix("+1") {
            Some(clock) => (clock, 1),
            None => (trimmed, 0),
        };
        let mut parts = [0_i32; 3];
        let mut count = 0;
        for part in clock.split([':', '.']) {
            if count == 3 || part.is_empty() || part.len() > 2 || !part.bytes().all(|b| b.is_ascii_digit()) {
                return Err(bad());
            }
            parts[count] = part.parse().map_err(|_| bad())?;
            count += 1;
        }
        let [h, m, s] = parts;
        if count < 2 || h > 23 || m > 59 || s > 59 {
            return Err(bad());
        }
        Ok(Self(days * DAY_S + h * 3_600 + m * 60 + s))
    }

    /// Seconds from the midnight of the duty date; negative for the evening before.
    #[must_use]
    pub fn seconds(self) -> i32 {
        self.0
    }

    /// The time of day that lies this many seconds later (earlier if negative).
    #[must_use]
    pub fn plus_seconds(self, seconds: i32) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// The instant of this time of day on a duty date, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn on(self, date: NaiveDate, zone: Zone) -> i64 {
        let local = date
            .and_time(chrono::NaiveTime::MIN)
            .checked_add_signed(TimeDelta::seconds(self.0.into()))
            .unwrap_or(chrono::NaiveDateTime::MAX);
        zone.instant_ms(local)
    }

    /// The way screens write it: `08.00`, with seconds only where they are not zero; `07.00 (+1)` on the morning after.
    #[must_use]
    pub fn dotted(self) -> String {
        match self.0.div_euclid(DAY_S) {
            0 => self.clock(),
            days => format!("{} ({days:+})", self.clock()),
        }
    }

    /// The way screens write a span that ends at `until`: `07.00–07.30`, and what is on the morning after by its end.
    #[must_use]
    pub fn dotted_until(self, until: Self) -> String {
        format!("{}–{}", self.clock(), until.dotted())
    }

    fn clock(self) -> String {
        Self(self.0.rem_euclid(DAY_S)).to_string().replace(':', ".")
    }
}

impl fmt::Display for DayTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, rest) = (self.0.div_euclid(DAY_S), self.0.rem_euclid(DAY_S));
        write!(f, "{:02}:{:02}", rest / 3_600, rest / 60 % 60)?;
        if rest % 60 != 0 {
            write!(f, ":{:02}", rest % 60)?;
        }
        if days != 0 { write!(f, "{days:+}") } else { Ok(()) }
    }
}

impl TryFrom<String> for DayTime {
    type Error = BadDayTime;
    fn try_from(text: String) -> Result<Self, BadDayTime> {
        match text.strip_suffix("-1") {
            Some(evening) => Ok(Self::parse(evening)?.plus_seconds(-DAY_S)),
            None => Self::parse(&text),
        }
    }
}

impl From<DayTime> for String {
    fn from(time: DayTime) -> Self {
        time.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY_S, DayTime};
    use proptest::prelude::*;

    #[test]
    fn times_are_read_as_circulars_and_administrators_write_them() {
        assert_eq!(DayTime::parse("07.30").unwrap(), DayTime::hm(7, 30).unwrap());
        assert_eq!(DayTime::parse("07:30:59").unwrap().seconds(), 27_059);
        assert_eq!(DayTime::parse("07:00+1").unwrap().seconds(), DAY_S + 25_200);
        for wrong in ["", "7", "24:00", "07:60", "07:30:60", "07:3a", "+7:30", "07:00+2", "007:30"] {
            assert!(DayTime::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn screens_show_a_dot_and_name_the_morning_after() {
        let time = |text| DayTime::parse(text).unwrap();
        assert_eq!((time("07:30").dotted().as_str(), time("07:00+1").dotted().as_str()), ("07.30", "07.00 (+1)"));
        assert_eq!(time("20:30").dotted_until(time("21:15")), "20.30–21.15");
        assert_eq!(time("06:45+1").dotted_until(time("07:30+1")), "06.45–07.30 (+1)");
        assert_eq!(time("22:00").dotted_until(time("06:00+1")), "22.00–06.00 (+1)");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(seconds in -DAY_S..2 * DAY_S) {
            let time = DayTime(seconds);
            prop_assert_eq!(DayTime::try_from(time.to_string()), Ok(time));
        }

        #[test]
        fn any_text_is_read_or_refused_without_panic(text in "\\PC{0,12}") {
            let _ = DayTime::parse(&text);
        }
    }
}

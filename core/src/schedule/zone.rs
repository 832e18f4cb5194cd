//! The office's time zone. "Local time" always means this zone, never the phone's.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Offset, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// One of Indonesia's zones (or UTC, for tests and integrators).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(Tz);

/// A zone name that this build does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown time zone \"{name}\"; known are {}", Zone::NAMES.join(", "))]
pub struct UnknownZone {
    /// The name as given.
    pub name: String,
}

impl Zone {
    /// WIB, UTC+7.
    pub const WIB: Self = Self(Tz::Asia__Jakarta);
    /// WITA, UTC+8.
    pub const WITA: Self = Self(Tz::Asia__Makassar);
    /// WIT, UTC+9.
    pub const WIT: Self = Self(Tz::Asia__Jayapura);
    /// Coordinated universal time.
    pub const UTC: Self = Self(Tz::UTC);

    /// The names that [`Zone::parse`] takes.
    pub const NAMES: [&'static str; 5] = ["Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura", "UTC"];

    /// Reads an IANA name such as `Asia/Makassar`.
    ///
    /// # Errors
    /// [`UnknownZone`] for any name outside [`Zone::NAMES`].
    pub fn parse(name: &str) -> Result<Self, UnknownZone> {
        Self::NAMES
            .contains(&name)
            .then(|| name.parse().ok().map(Self))
            .flatten()
            .ok_or_else(|| UnknownZone { name: name.to_owned() })
    }

    /// The IANA name that an Indonesian abbreviation stands for (`WIB`, `WITA`, `WIT`, in any case).
    #[must_use]
    pub fn name_of_abbreviation(abbreviation: &str) -> Option<&'static str> {
        match abbreviation.to_ascii_uppercase().as_str() {
            "WIB" => Some("Asia/Jakarta"),
            "WITA" => Some("Asia/Makassar"),
            "WIT" => Some("Asia/Jayapura"),
            _ => None,
        }
    }

    /// The IANA name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The abbreviation shown on screens: WIB, WITA, WIT or UTC.
    #[must_use]
    pub fn abbreviation(self) -> &'static str {
        match self.0 {
            Tz::Asia__Jakarta | Tz::Asia__Pontianak => "WIB",
            Tz::Asia__Makassar => "WITA",
            Tz::Asia__Jayapura => "WIT",
            _ => "UTC",
        }
    }

    /// The instant of a local date and time, in milliseconds since the Unix epoch.
    ///
    /// No zone offered here has daylight saving; for the few historic changes the offset before the change is taken.
    #[must_use]
    pub fn instant_ms(self, local: NaiveDateTime) -> i64 {
        match self.0.from_local_datetime(&local).earliest() {
            Some(at) => at.timestamp_millis(),
            None => {
                let offset = self.0.offset_from_utc_datetime(&local).fix().local_minus_utc();
                local.and_utc().timestamp_millis() - i64::from(offset) * 1_000
            }
        }
    }

    /// The instant at which a local date begins, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn midnight_ms(self, date: NaiveDate) -> i64 {
        self.instant_ms(date.and_time(chrono::NaiveTime::MIN))
    }

    /// The local date and time of an instant given in milliseconds since the Unix epoch.
    ///
    /// Instants that chrono cannot express (beyond ±262,000 years) are clamped to its ends.
    #[must_use]
    pub fn local(self, instant_ms: i64) -> NaiveDateTime {
        let utc = DateTime::<Utc>::from_timestamp_millis(instant_ms).unwrap_or(if instant_ms < 0 {
            DateTime::<Utc>::MIN_UTC
        } else {
            DateTime::<Utc>::MAX_UTC
        });
        let offset = self.0.offset_from_utc_datetime(&utc.naive_utc()).fix().local_minus_utc();
        utc.naive_utc().checked_add_signed(chrono::TimeDelta::seconds(offset.into())).unwrap_or_else(|| utc.naive_utc())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl TryFrom<String> for Zone {
    type Error = UnknownZone;
    fn try_from(name: String) -> Result<Self, UnknownZone> {
        Self::parse(&name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name().to_owned()
    }
}

/// A set of days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Weekdays(u8);

/// A day of the week that was not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a day of the week; write mon, tue, wed, thu, fri, sat, sun, or a span such as mon-thu")]
pub struct UnknownWeekday(pub String);

const NAMES: [(&str, &str); 7] = [
    ("mon", "senin"),
    ("tue", "selasa"),
    ("wed", "rabu"),
    ("thu", "kamis"),
    ("fri", "jumat"),
    ("sat", "sabtu"),
    ("sun", "minggu"),
];

impl Weekdays {
    /// Monday to Friday.
    pub const FIVE: Self = Self(0b001_1111);
    /// Monday to Saturday.
    pub const SIX: Self = Self(0b011_1111);
    /// All seven days.
    pub const ALL: Self = Self(0b111_1111);

    /// Reads `mon`, `mon-thu`, `fri,sat`; the Indonesian names (`senin-kamis`) are taken too.
    ///
    /// # Errors
    /// [`UnknownWeekday`] naming the part that is no day.
    pub fn parse(text: &str) -> Result<Self, UnknownWeekday> {
        let mut set = 0;
        for part in text.split(',').map(str::trim) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last) = (day_index(first)?, day_index(last)?);
            let mut day = first;
            loop {
                set |= 1 << day;
                if day == last {
                    break;
                }
                day = (day + 1) % 7;
            }
        }
        Ok(Self(set))
    }

    /// Whether a day is in the set.
    #[must_use]
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.num_days_from_monday()) != 0
    }

    /// Whether the weekday of a date is in the set.
    #[must_use]
    pub fn contains_date(self, date: NaiveDate) -> bool {
        self.contains(date.weekday())
    }

    /// Whether no day is in the set.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The days in the set, from Monday.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun]
            .into_iter()
            .filter(move |day| self.contains(*day))
    }
}

fn day_index(name: &str) -> Result<u32, UnknownWeekday> {
    let name = name.trim().to_lowercase();
    (0..7_u32)
        .zip(NAMES)
        .find(|(_, (english, indonesian))| name == *english || name == *indonesian)
        .map(|(index, _)| index)
        .ok_or(UnknownWeekday(name))
}

impl TryFrom<Vec<String>> for Weekdays {
    type Error = UnknownWeekday;
    fn try_from(names: Vec<String>) -> Result<Self, UnknownWeekday> {
        names.iter().try_fold(Self(0), |set, name| Ok(Self(set.0 | Self::parse(name)?.0)))
    }
}

impl From<Weekdays> for Vec<String> {
    fn from(days: Weekdays) -> Self {
        days.iter().map(|day| NAMES[day.num_days_from_monday() as usize].0.to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Weekdays, Zone};
    use chrono::{NaiveDate, Weekday};

    #[test]
    fn every_named_zone_is_compiled_in_and_has_its_offset() {
        let noon = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap().and_hms_opt(12, 0, 0).unwrap();
        for (name, hours) in Zone::NAMES.into_iter().zip([7, 7, 8, 9, 0]) {
            let zone = Zone::parse(name).unwrap();
            let utc = noon.and_utc().timestamp_millis();
            assert_eq!(zone.instant_ms(noon), utc - hours * 3_600_000, "{name}");
            assert_eq!(zone.local(zone.instant_ms(noon)), noon, "{name}");
        }
        assert!(Zone::parse("Asia/Singapore").is_err());
        assert!(Zone::parse("Asia/Makasar").is_err());
    }

    #[test]
    fn instants_beyond_any_calendar_do_not_panic() {
        for ms in [i64::MIN, -1, 0, i64::MAX] {
            let _ = Zone::WIT.local(ms);
        }
    }

    #[test]
    fn weekdays_read_spans_lists_and_both_languages() {
        assert_eq!(Weekdays::parse("mon-fri").unwrap(), Weekdays::FIVE);
        assert_eq!(Weekdays::parse("senin-sabtu").unwrap(), Weekdays::SIX);
        let around = Weekdays::parse("sat-mon").unwrap();
        assert_eq!(around.iter().collect::<Vec<_>>(), [Weekday::Mon, Weekday::Sat, Weekday::Sun]);
        assert!(Weekdays::parse("mon-fry").is_err());
    }
}

//! Which dates are working days: weekends are the work week's, everything dated is here.
//!
//! The national list is set by a joint decree of three ministers and amended within the year; the years that ship
//! are data in `policies/calendar/`, each with its decrees. Regional days and exceptions come with the policy.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::Weekdays;
use crate::policy::Source;

/// What kind of dated day it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// A national public holiday (*libur nasional*).
    National,
    /// Collective leave (*cuti bersama*).
    Collective,
    /// A holiday by local decree.
    Regional,
    /// A working day although the weekday or the national list says otherwise.
    Working,
}

/// One dated day of the calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarDay {
    /// The date.
    pub date: NaiveDate,
    /// What kind of day.
    pub kind: DayKind,
    /// Its name, in Indonesian.
    pub name: String,
    /// Where it comes from.
    pub source: Source,
}

/// A decree that set or amended the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decree {
    /// The year whose list it sets.
    pub year: i32,
    /// What it is called, such as `SKB 3 Menteri`.
    pub title: String,
    /// Its numbers.
    pub number: String,
    /// The day it was signed, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<NaiveDate>,
    /// What it changed, in Indonesian.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

/// The dated days that a policy knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// Years whose national list is here whole. In other years only weekends are known.
    pub years: Vec<i32>,
    /// The decrees behind the national lists.
    pub decrees: Vec<Decree>,
    /// Days by date; of two on one date the later entry holds.
    pub days: Vec<CalendarDay>,
}

/// What a date is in a work week and a calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum DayStatus {
    /// An ordinary working day.
    Working,
    /// Outside the work week.
    Weekend,
    /// A dated day off.
    Holiday {
        /// What kind.
        kind: DayKind,
        /// Its name, in Indonesian.
        name: String,
    },
    /// Worked by a dated exception.
    MadeWorking {
        /// Its name, in Indonesian.
        name: String,
    },
}

impl DayStatus {
    /// Whether people work on it.
    #[must_use]
    pub fn is_working(&self) -> bool {
        matches!(self, Self::Working | Self::MadeWorking { .. })
    }
}

impl Calendar {
    /// The dated entry that holds for a date.
    #[must_use]
    pub fn day(&self, date: NaiveDate) -> Option<&CalendarDay> {
        self.days.iter().rev().find(|day| day.date == date)
    }

    /// Whether the national list of the date's year is known; if not, only weekends and the policy's own days are.
    #[must_use]
    pub fn knows(&self, date: NaiveDate) -> bool {
        self.years.contains(&date.year())
    }

    /// What a date is for people with this work week.
    #[must_use]
    pub fn status(&self, date: NaiveDate, week: Weekdays) -> DayStatus {
        match self.day(date) {
            Some(CalendarDay { kind: DayKind::Working, name, .. }) => DayStatus::MadeWorking { name: name.clone() },
            Some(day) if week.contains_date(date) => DayStatus::Holiday { kind: day.kind, name: day.name.clone() },
            _ if week.contains_date(date) => DayStatus::Working,
            _ => DayStatus::Weekend,
        }
    }

    /// Whether people with this work week work on a date.
    #[must_use]
    pub fn is_working(&self, date: NaiveDate, week: Weekdays) -> bool {
        self.status(date, week).is_working()
    }

    /// The national lists that ship with this build.
    #[must_use]
    pub fn shipped() -> Self {
        SHIPPED.iter().fold(Self::default(), |mut all, text| {
            let year: ShippedYear = toml::from_str(text)
                .expect("`every_shipped_year_is_whole_and_in_order` reads each of these files, which are compiled in");
            all.years.push(year.year);
            all.decrees.extend(year.decrees.into_iter().map(|decree| Decree {
                year: year.year,
                title: decree.title,
                number: decree.number,
                date: decree.date.as_ref().and_then(crate::policy::calendar_date),
                about: Some(decree.about),
            }));
            all.days.extend(year.days.into_iter().map(|day| CalendarDay {
                date: day.date,
                kind: day.kind,
                name: day.name,
                source: year.source,
            }));
            all
        })
    }

    /// The part of a calendar between two dates, both included; the years wholly outside are left away.
    #[must_use]
    pub fn between(mut self, from: NaiveDate, until: Option<NaiveDate>) -> Self {
        let touches = |year: i32| year >= from.year() && until.is_none_or(|until| year <= until.year());
        let kept: Vec<i32> = self.years.iter().copied().filter(|year| touches(*year)).collect();
        self.days.retain(|day| touches(day.date.year()));
        self.decrees.retain(|decree| touches(decree.year));
        self.years = kept;
        self
    }
}

const SHIPPED: [&str; 3] = [
    include_str!("../../../policies/calendar/2020.toml"),
    include_str!("../../../policies/calendar/2021.toml"),
    include_str!("../../../policies/calendar/2026.toml"),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShippedYear {
    year: i32,
    source: Source,
    #[serde(default)]
    #[allow(dead_code, reason = "for the reader of the file")]
    note: Option<String>,
    decrees: Vec<ShippedDecree>,
    days: Vec<ShippedDay>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShippedDecree {
    title: String,
    number: String,
    date: Option<toml::value::Datetime>,
    about: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShippedDay {
    #[serde(deserialize_with = "toml_date")]
    date: NaiveDate,
    kind: DayKind,
    name: String,
}

fn toml_date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let read = toml::value::Datetime::deserialize(deserializer)?;
    crate::policy::calendar_date(&read).ok_or_else(|| serde::de::Error::custom("not a date without a time"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_shipped_year_is_whole_and_in_order() {
        for text in SHIPPED {
            let year: ShippedYear = toml::from_str(text).unwrap();
            assert!(!year.decrees.is_empty(), "{} names no decree", year.year);
            assert!(year.days.iter().all(|day| day.date.year() == year.year));
            assert!(year.days.is_sorted_by(|a, b| a.date < b.date), "{}", year.year);
            let fixed = ["01-01", "05-01", "06-01", "08-17", "12-25"];
            for day in fixed {
                let day = date(&format!("{}-{day}", year.year));
                assert!(year.days.iter().any(|d| d.date == day && d.kind == DayKind::National), "{day}");
            }
        }
    }

    #[test]
    fn the_lists_of_2021_and_2026_hold_what_the_last_decrees_left() {
        let calendar = Calendar::shipped();
        let count = |year, kind| calendar.days.iter().filter(|d| d.date.year() == year && d.kind == kind).count();
        assert_eq!((count(2026, DayKind::National), count(2026, DayKind::Collective)), (17, 8));
        assert_eq!((count(2021, DayKind::National), count(2021, DayKind::Collective)), (15, 1));
        assert!(!calendar.is_working(date("2021-08-11"), Weekdays::FIVE), "1 Muharam was moved to 11 August");
        assert!(calendar.is_working(date("2021-08-10"), Weekdays::FIVE));
        assert!(calendar.is_working(date("2021-12-24"), Weekdays::FIVE), "the collective leave was withdrawn");
        assert!(calendar.is_working(date("2020-05-22"), Weekdays::FIVE), "the collective leave was withdrawn");
        assert!(!calendar.is_working(date("2020-12-31"), Weekdays::FIVE));
        assert!(calendar.is_working(date("2026-11-24"), Weekdays::FIVE), "the demonstration's day");
    }

    #[test]
    fn a_dated_exception_beats_the_list_and_the_weekend() {
        let mut calendar = Calendar::shipped();
        let sunday = date("2026-11-22");
        let name = || "Ganti hari kerja".to_owned();
        for day in [sunday, date("2026-12-25")] {
            calendar.days.push(CalendarDay { date: day, kind: DayKind::Working, name: name(), source: Source::Ours });
            assert_eq!(calendar.status(day, Weekdays::FIVE), DayStatus::MadeWorking { name: name() });
        }
        assert_eq!(calendar.status(date("2026-11-21"), Weekdays::FIVE), DayStatus::Weekend);
        assert_eq!(calendar.status(date("2026-11-21"), Weekdays::SIX), DayStatus::Working);
    }

    #[test]
    fn a_year_without_a_list_says_so() {
        let calendar = Calendar::shipped().between(date("2021-07-28"), Some(date("2021-08-05")));
        assert_eq!(calendar.years, [2021]);
        assert!(calendar.knows(date("2021-08-01")) && !calendar.knows(date("2022-01-03")));
        assert!(calendar.days.iter().all(|day| day.date.year() == 2021));
    }
}

//! A calendar month and a range of dates, as screens page through them.

use std::{fmt, str::FromStr};

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// A calendar month of the years 1970 to 9999; written `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct YearMonth {
    year: i32,
    month: u32,
}

/// A text that is no month.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no month; write it as 2026-11")]
pub struct BadMonth(pub String);

impl YearMonth {
    /// A month; `None` outside 1970-01 to 9999-12.
    #[must_use]
    pub fn new(year: i32, month: u32) -> Option<Self> {
        ((1970..=9999).contains(&year) && (1..=12).contains(&month)).then_some(Self { year, month })
    }

    /// The month of a date; a date outside the years that are kept falls into the nearest month that is.
    #[must_use]
    pub fn of(date: NaiveDate) -> Self {
        match date.year() {
            ..1970 => Self { year: 1970, month: 1 },
            year @ 1970..=9999 => Self { year, month: date.month() },
            _ => Self { year: 9999, month: 12 },
        }
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.year
    }

    /// The month of the year, from 1.
    #[must_use]
    pub const fn month(self) -> u32 {
        self.month
    }

    /// Its first date.
    #[must_use]
    pub fn first(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or(NaiveDate::MIN)
    }

    /// Its last date.
    #[must_use]
    pub fn last(self) -> NaiveDate {
        let after = self.first().checked_add_months(chrono::Months::new(1));
        after.and_then(|after| after.pred_opt()).unwrap_or(NaiveDate::MAX)
    }

    /// The month before; none before the first that is kept.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        if self.month == 1 { Self::new(self.year - 1, 12) } else { Self::new(self.year, self.month - 1) }
    }

    /// The month after; none after the last that is kept.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        if self.month == 12 { Self::new(self.year + 1, 1) } else { Self::new(self.year, self.month + 1) }
    }
}

impl fmt::Display for YearMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for YearMonth {
    type Err = BadMonth;
    fn from_str(text: &str) -> Result<Self, BadMonth> {
        let digits = |part: &str, len| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
        let parts = text.split_once('-').filter(|(year, month)| digits(year, 4) && digits(month, 2));
        let read = parts.and_then(|(year, month)| Self::new(year.parse().ok()?, month.parse().ok()?));
        read.ok_or_else(|| BadMonth(text.to_owned()))
    }
}

impl TryFrom<String> for YearMonth {
    type Error = BadMonth;
    fn try_from(text: String) -> Result<Self, BadMonth> {
        text.parse()
    }
}

impl From<YearMonth> for String {
    fn from(month: YearMonth) -> Self {
        month.to_string()
    }
}

/// Dates from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DateRange {
    /// The first date.
    pub first: NaiveDate,
    /// The last date, not before the first.
    pub last: NaiveDate,
}

impl DateRange {
    /// The dates between two, whichever is first.
    #[must_use]
    pub fn between(one: NaiveDate, other: NaiveDate) -> Self {
        Self { first: one.min(other), last: one.max(other) }
    }

    /// The date of the range that is nearest to another.
    #[must_use]
    pub fn nearest(self, date: NaiveDate) -> NaiveDate {
        date.clamp(self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_month_ends_where_the_next_begins() {
        let month: YearMonth = "2028-02".parse().unwrap();
        assert_eq!((month.first().to_string(), month.last().to_string()), ("2028-02-01".into(), "2028-02-29".into()));
        let december: YearMonth = "2026-12".parse().unwrap();
        assert_eq!(december.next().unwrap().to_string(), "2027-01");
        assert_eq!(december.next().unwrap().previous(), Some(december));
        assert_eq!("1970-01".parse::<YearMonth>().unwrap().previous(), None);
        assert_eq!("9999-12".parse::<YearMonth>().unwrap().next(), None);
    }

    #[test]
    fn what_is_no_month_is_refused() {
        for bad in ["2026-13", "2026-00", "2026-1", "26-11", "2026/11", "1969-12", "", "2026-11-24"] {
            assert!(bad.parse::<YearMonth>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_date_lies_in_its_month(days in 0_i64..2_900_000) {
            let date = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + chrono::Duration::days(days);
            let month = YearMonth::of(date);
            prop_assert!((month.first()..=month.last()).contains(&date));
            prop_assert_eq!(month.to_string().parse::<YearMonth>(), Ok(month));
        }
    }
}

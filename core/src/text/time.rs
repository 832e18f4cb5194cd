//! Words about instants, durations and how well a time is proven. Times are those of the office's zone: `08.00.09 WITA`.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

use super::Lang;
use crate::schedule::Zone;
use crate::time::{Bounds, Grade};

/// Says the instants of one duty date: the date itself is named only where an instant lies on another.
#[derive(Debug, Clone, Copy)]
pub struct DayClock {
    /// The office's zone.
    pub zone: Zone,
    /// The duty date.
    pub date: NaiveDate,
    /// The language.
    pub lang: Lang,
}

impl DayClock {
    /// An instant to the second, a started one not counted: `08.00.09 WITA`.
    #[must_use]
    pub fn second(&self, at_ms: i64) -> String {
        let local = self.zone.local(at_ms);
        format!(
            "{}{:02}.{:02}.{:02} {}",
            self.day(local),
            local.hour(),
            local.minute(),
            local.second(),
            self.zone_name()
        )
    }

    /// An instant to the minute, with seconds only where there are some: `08.15 WITA`.
    #[must_use]
    pub fn minute(&self, at_ms: i64) -> String {
        let local = self.zone.local(at_ms);
        if local.second() == 0 {
            format!("{}{:02}.{:02} {}", self.day(local), local.hour(), local.minute(), self.zone_name())
        } else {
            self.second(at_ms)
        }
    }

    /// An instant as a cell shows it, to the minute and without the zone: `08.15`, on another date `23 Nov 08.15`.
    #[must_use]
    pub fn brief(&self, at_ms: i64) -> String {
        let local = self.zone.local(at_ms);
        format!("{}{:02}.{:02}", self.day(local), local.hour(), local.minute())
    }

    /// What evidence allows, to the second and never tighter than it is: `antara 08.00.03 dan 08.00.10 WITA`.
    #[must_use]
    pub fn bounds(&self, bounds: Bounds) -> String {
        let up = |latest: i64| latest.saturating_add(999).div_euclid(1_000).saturating_mul(1_000);
        match (self.lang, bounds.earliest_ms, bounds.latest_ms) {
            (Lang::Id, _, _) if bounds.is_empty() => "bukti saling bertentangan".to_owned(),
            (Lang::En, _, _) if bounds.is_empty() => "the evidence contradicts itself".to_owned(),
            (Lang::Id, Some(earliest), Some(latest)) => {
                format!("antara {} dan {}", self.second(earliest), self.second(up(latest)))
            }
            (Lang::En, Some(earliest), Some(latest)) => {
                format!("between {} and {}", self.second(earliest), self.second(up(latest)))
            }
            (Lang::Id, Some(earliest), None) => format!("tidak sebelum {}", self.second(earliest)),
            (Lang::En, Some(earliest), None) => format!("not before {}", self.second(earliest)),
            (Lang::Id, None, Some(latest)) => format!("tidak sesudah {}", self.second(up(latest))),
            (Lang::En, None, Some(latest)) => format!("not after {}", self.second(up(latest))),
            (Lang::Id, None, None) => "tidak ada bukti lain".to_owned(),
            (Lang::En, None, None) => "there is no other evidence".to_owned(),
        }
    }

    fn zone_name(&self) -> &'static str {
        self.zone.abbreviation()
    }

    fn day(&self, local: NaiveDateTime) -> String {
        let date = local.date();
        if date == self.date {
            String::new()
        } else if date.year() == self.date.year() {
            format!("{} {} ", date.day(), month(date, self.lang))
        } else {
            format!("{} {} {} ", date.day(), month(date, self.lang), date.year())
        }
    }
}

/// A date in short: `24 Nov 2026`.
#[must_use]
pub fn short_date(date: NaiveDate, lang: Lang) -> String {
    format!("{} {} {}", date.day(), month(date, lang), date.year())
}

fn month(date: NaiveDate, lang: Lang) -> &'static str {
    let names = match lang {
        Lang::Id => ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
        Lang::En => ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    };
    names[date.month0() as usize]
}

/// The whole name of a date's month.
#[must_use]
pub fn month_name(date: NaiveDate, lang: Lang) -> &'static str {
    let names = match lang {
        Lang::Id => [
            "Januari",
            "Februari",
            "Maret",
            "April",
            "Mei",
            "Juni",
            "Juli",
            "Agustus",
            "September",
            "Oktober",
            "November",
            "Desember",
        ],
        Lang::En => [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
    };
    names[date.month0() as usize]
}

/// A duration, rounded down to what matters: `12 detik`, `50 menit`, `2 jam 5 menit`, `3 hari`.
#[must_use]
pub fn duration(ms: u64, lang: Lang) -> String {
    let unit = |count: u64, id: &str, en: &str| match lang {
        Lang::Id => format!("{count} {id}"),
        Lang::En => format!("{count} {en}{}", if count == 1 { "" } else { "s" }),
    };
    let (seconds, minutes, hours) = (ms / 1_000, ms / 60_000, ms / 3_600_000);
    match (hours, minutes) {
        (48.., _) => unit(hours / 24, "hari", "day"),
        (1.., _) if minutes % 60 == 0 => unit(hours, "jam", "hour"),
        (1.., _) => format!("{} {}", unit(hours, "jam", "hour"), unit(minutes % 60, "menit", "minute")),
        (0, 1..) => unit(minutes, "menit", "minute"),
        (0, 0) => unit(seconds, "detik", "second"),
    }
}

/// How well a time is proven.
#[must_use]
pub fn grade(grade: Grade, lang: Lang) -> &'static str {
    match grade {
        Grade::Anchored => lang.pick("Waktu terbukti", "Time anchored"),
        Grade::Presumed => lang.pick("Waktu dianggap terbukti", "Time presumed"),
        Grade::Bounded => lang.pick("Waktu berentang", "Time bounded"),
        Grade::Unanchored => lang.pick("Waktu belum terbukti", "Time unanchored"),
        Grade::Contradictory => lang.pick("Waktu bertentangan", "Time contradictory"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clock(lang: Lang) -> DayClock {
        DayClock { zone: Zone::WITA, date: "2026-11-24".parse().unwrap(), lang }
    }

    /// 08.00.09,500 WITA on 24 November 2026.
    const AT_MS: i64 = 1_795_478_409_500;

    #[test]
    fn times_are_those_of_the_office_with_the_date_only_where_it_differs() {
        assert_eq!(clock(Lang::Id).second(AT_MS), "08.00.09 WITA");
        assert_eq!(clock(Lang::Id).minute(AT_MS - 9_500), "08.00 WITA");
        assert_eq!(clock(Lang::En).minute(AT_MS), "08.00.09 WITA");
        assert_eq!(clock(Lang::Id).minute(AT_MS + 14 * 86_400_000 - 9_500), "8 Des 08.00 WITA");
        assert_eq!(clock(Lang::En).minute(0), "1 Jan 1970 08.00 WITA");
        assert_eq!(clock(Lang::Id).brief(AT_MS), "08.00");
        assert_eq!(clock(Lang::Id).brief(AT_MS + 14 * 86_400_000), "8 Des 08.00");
    }

    #[test]
    fn bounds_are_never_told_tighter_than_they_are() {
        let tell = |bounds| clock(Lang::Id).bounds(bounds);
        assert_eq!(tell(Bounds::between(AT_MS, AT_MS + 1)), "antara 08.00.09 WITA dan 08.00.10 WITA");
        assert_eq!(tell(Bounds::from(AT_MS)), "tidak sebelum 08.00.09 WITA");
        assert_eq!(clock(Lang::En).bounds(Bounds::until(AT_MS)), "not after 08.00.10 WITA");
        assert_eq!(tell(Bounds::between(2, 1)), "bukti saling bertentangan");
    }

    #[test]
    fn durations_are_told_in_the_unit_that_matters() {
        let told: Vec<String> = [9_999, 60_000, 3_000_000, 7_500_000, 7_200_000, 300_000_000]
            .into_iter()
            .map(|ms| duration(ms, Lang::Id))
            .collect();
        assert_eq!(told, ["9 detik", "1 menit", "50 menit", "2 jam 5 menit", "2 jam", "3 hari"]);
        assert_eq!(duration(61_000, Lang::En), "1 minute");
    }

    proptest! {
        #[test]
        fn no_instant_makes_it_panic(at_ms in any::<i64>(), other in any::<i64>()) {
            for lang in [Lang::Id, Lang::En] {
                let _ = clock(lang).minute(at_ms);
                let _ = clock(lang).bounds(Bounds::between(at_ms, other));
                let _ = duration(at_ms.unsigned_abs(), lang);
            }
        }
    }
}

//! Single values of a table: each getter reports what is wrong and then gives a harmless stand-in.

use std::ops::Range;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::DeValue;

use super::nearest;
use super::sheet::Sheet;
use crate::policy::{Expected, Fault, Named};
use crate::schedule::{DayTime, Mode, Weekdays, Zone};

impl Sheet<'_> {
    /// A text that must be there and not be blank.
    pub(super) fn text(&self, key: &str, example: &'static str) -> String {
        match self.need(key, example) {
            Some(value) => self.text_of(key, value).unwrap_or_default(),
            None => String::new(),
        }
    }

    /// A text that may be absent.
    pub(super) fn opt_text(&self, key: &str) -> Option<String> {
        self.get(key).and_then(|value| self.text_of(key, value))
    }

    fn text_of(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<String> {
        match value.get_ref().as_str() {
            Some(text) if text.trim().is_empty() => {
                self.fault(key, Fault::Empty);
                None
            }
            Some(text) => Some(text.to_owned()),
            None => {
                self.wrong_type(key, Expected::Text, value);
                None
            }
        }
    }

    /// A true or false that may be absent.
    pub(super) fn opt_bool(&self, key: &str) -> Option<bool> {
        let value = self.get(key)?;
        let read = value.get_ref().as_bool();
        if read.is_none() {
            self.wrong_type(key, Expected::Bool, value);
        }
        read
    }

    /// A whole number that may be absent.
    pub(super) fn opt_int(&self, key: &str) -> Option<u32> {
        let value = self.get(key)?;
        let Some(integer) = value.get_ref().as_integer() else {
            self.wrong_type(key, Expected::Whole, value);
            return None;
        };
        match i64::from_str_radix(&integer.as_str().replace('_', ""), integer.radix()) {
            Ok(number) if u32::try_from(number).is_ok() => u32::try_from(number).ok(),
            Ok(value) => {
                self.fault(key, Fault::OutOfRange { value, min: 0, max: u32::MAX.into() });
                None
            }
            Err(_) => {
                self.wrong_type(key, Expected::Whole, value);
                None
            }
        }
    }

    /// A number with or without a fraction, times a factor and rounded: 37.3 times 10 is 373.
    pub(super) fn opt_scaled(&self, key: &str, factor: u32) -> Option<u32> {
        let value = self.get(key)?;
        let Some(number) = number_of(value.get_ref()) else {
            self.wrong_type(key, Expected::Number, value);
            return None;
        };
        let scaled = (number * f64::from(factor)).round();
        if (0.0..=1e9).contains(&scaled) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0..=1e9")]
            Some(scaled as u32)
        } else {
            #[allow(clippy::cast_possible_truncation, reason = "saturates, which is what the message needs")]
            let value = number as i64;
            self.fault(key, Fault::OutOfRange { value, min: 0, max: i64::from(1_000_000_000 / factor) });
            None
        }
    }

    /// A date that may be absent.
    pub(super) fn opt_date(&self, key: &str) -> Option<NaiveDate> {
        let value = self.get(key)?;
        let read = value.get_ref().as_datetime().and_then(crate::policy::calendar_date);
        let read = read.or_else(|| value.get_ref().as_str().and_then(|text| text.parse().ok()));
        if read.is_none() {
            let text = value.get_ref().as_str().map_or_else(|| value.get_ref().type_str().to_owned(), str::to_owned);
            self.fault(key, Fault::Unreadable { expected: "2021-07-28", text });
        }
        read
    }

    /// A date that must be there.
    pub(super) fn date(&self, key: &str) -> NaiveDate {
        let example = "2021-07-28";
        let stand_in = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default();
        if self.has(key) {
            self.opt_date(key).unwrap_or(stand_in)
        } else {
            self.need(key, example);
            stand_in
        }
    }

    /// A time of day that may be absent.
    pub(super) fn opt_time(&self, key: &str) -> Option<DayTime> {
        let value = self.get(key)?;
        let text = value.get_ref().as_str().map(str::to_owned);
        let text = text.or_else(|| value.get_ref().as_datetime().map(ToString::to_string));
        let read = text.as_deref().and_then(|text| DayTime::parse(text).ok());
        if read.is_none() {
            let text = text.unwrap_or_else(|| value.get_ref().type_str().to_owned());
            self.fault(key, Fault::Unreadable { expected: "07:30", text });
        }
        read
    }

    /// Days of the week that may be absent: `"mon-thu"` or `["mon", "wed"]`.
    pub(super) fn opt_days(&self, key: &str) -> Option<Weekdays> {
        let value = self.get(key)?;
        let words = match value.get_ref().as_str() {
            Some(text) => vec![(value.span(), text.to_owned())],
            None => self.words_of(key, value),
        };
        for (span, text) in &words {
            if Weekdays::parse(text).is_err() {
                let fault = Fault::Unreadable { expected: "mon-thu", text: text.clone() };
                self.notes.add(span.clone(), &self.at(key), fault);
                return None;
            }
        }
        Weekdays::try_from(words.into_iter().map(|(_, text)| text).collect::<Vec<_>>()).ok()
    }

    /// The zone, which must be there.
    pub(super) fn zone(&self, key: &str) -> Zone {
        let Some(value) = self.need(key, "\"Asia/Makassar\"") else { return Zone::UTC };
        let Some(name) = value.get_ref().as_str() else {
            self.wrong_type(key, Expected::Text, value);
            return Zone::UTC;
        };
        Zone::parse(name).unwrap_or_else(|_| {
            let meant = Zone::name_of_abbreviation(name)
                .map(str::to_owned)
                .or_else(|| nearest(name, &Zone::NAMES))
                .or_else(|| nearest(&format!("Asia/{name}"), &Zone::NAMES));
            self.fault(key, Fault::UnknownZone { name: name.to_owned(), meant });
            Zone::UTC
        })
    }

    /// A list of texts with their places; empty if absent.
    pub(super) fn words(&self, key: &str) -> Vec<(Range<usize>, String)> {
        self.get(key).map_or_else(Vec::new, |value| self.words_of(key, value))
    }

    fn words_of(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Vec<(Range<usize>, String)> {
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, Expected::Texts, value);
            return Vec::new();
        };
        let words = array.iter().filter_map(|item| match item.get_ref().as_str() {
            Some(text) => Some((item.span(), text.to_owned())),
            None => {
                self.wrong_type(key, Expected::Text, item);
                None
            }
        });
        words.collect()
    }

    /// A list of texts; empty if absent.
    pub(super) fn list(&self, key: &str) -> Vec<String> {
        self.words(key).into_iter().map(|(_, text)| text).collect()
    }

    /// One word of a fixed list; `None` if absent or wrong.
    pub(super) fn name<T: Copy>(&self, key: &str, what: Named, known: &[(&str, T)]) -> Option<T> {
        let value = self.get(key)?;
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(key, Expected::Text, value);
            return None;
        };
        self.one_of(key, value.span(), text, what, known)
    }

    /// A list of words of a fixed list, without repeats; `None` if absent.
    pub(super) fn names<T: Copy + PartialEq>(&self, key: &str, what: Named, known: &[(&str, T)]) -> Option<Vec<T>> {
        let value = self.get(key)?;
        let mut read = Vec::new();
        for (span, text) in self.words_of(key, value) {
            if let Some(value) = self.one_of(key, span.clone(), &text, what, known) {
                if read.contains(&value) {
                    self.notes.add(span, &self.at(key), Fault::Duplicate { what, name: text });
                } else {
                    read.push(value);
                }
            }
        }
        Some(read)
    }

    fn one_of<T: Copy>(
        &self,
        key: &str,
        span: Range<usize>,
        text: &str,
        what: Named,
        known: &[(&str, T)],
    ) -> Option<T> {
        let found = known.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            let known: Vec<String> = known.iter().map(|(name, _)| (*name).to_owned()).collect();
            let meant = nearest(text, &known);
            let fault = Fault::UnknownName { what, value: text.to_owned(), meant, known };
            self.notes.add(span, &self.at(key), fault);
        }
        found
    }

    /// A list of modes, or the given default if absent.
    pub(super) fn modes(&self, key: &str, default: &[Mode]) -> Vec<Mode> {
        let read = self.names(key, Named::Mode, &Mode::ALL.map(|mode| (mode.as_str(), mode)));
        read.unwrap_or_else(|| default.to_vec())
    }
}

/// An integer or a float as a float.
pub(super) fn number_of(value: &DeValue<'_>) -> Option<f64> {
    let text = value.as_float().map(|f| f.as_str()).or_else(|| value.as_integer().map(|i| i.as_str()))?;
    text.replace('_', "").parse().ok()
}

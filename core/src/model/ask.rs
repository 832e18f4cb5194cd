//! What a person asks of the office: requests to the superior and appeals against a verdict (protocol §3.2).

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::EnvelopeHash;
use crate::limits::ask as limits;

/// Says why something can't be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// A text is empty, too long, or has control characters.
    #[error("a text needs 1 to {} characters, without control characters", limits::WORDS_CHARS)]
    Words,
    /// Dates the wrong way round, or too far apart.
    #[error("the last date must be the first or one of the {} days after it", limits::SPAN_DAYS)]
    Dates,
    /// Too many windows, or a name that no window can have.
    #[error("windows are named by 1 to 32 characters of a-z, 0-9, _ or -, at most {} of them", limits::WINDOWS)]
    Windows,
    /// A technical reason that names no window: it excuses check-ins, and it has to say which.
    #[error("a technical reason needs the windows that it is about")]
    WhichWindows,
    /// Too much evidence.
    #[error("at most {} records can be named as evidence", limits::EVIDENCE)]
    Evidence,
    /// Another reason without a word about it.
    #[error("another ground needs a text that says which")]
    Grounds,
}

/// What a person wrote, in their own words: 1 to 300 characters. `Debug` shows none of them.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Words(String);

impl Words {
    /// Checks and takes a text; spaces around it are left out.
    ///
    /// # Errors
    /// [`AskError::Words`].
    pub fn new(text: &str) -> Result<Self, AskError> {
        let text = text.trim();
        let fits = (1..=limits::WORDS_CHARS).contains(&text.chars().count());
        let plain = text.chars().all(|c| c == '\n' || !c.is_control());
        if fits && plain { Ok(Self(text.to_owned())) } else { Err(AskError::Words) }
    }

    /// Takes a text, or nothing where there is nothing but spaces.
    ///
    /// # Errors
    /// [`AskError::Words`].
    pub fn optional(text: &str) -> Result<Option<Self>, AskError> {
        if text.trim().is_empty() { Ok(None) } else { Self::new(text).map(Some) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Words(…)")
    }
}

impl TryFrom<String> for Words {
    type Error = AskError;
    fn try_from(text: String) -> Result<Self, AskError> {
        // What was signed is read as it was signed: trimming it would make other bytes of it.
        if text.trim() == text { Self::new(&text) } else { Err(AskError::Words) }
    }
}

impl From<Words> for String {
    fn from(words: Words) -> Self {
        words.0
    }
}

/// A request to the superior, or its withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Something is asked for.
    Ask(Ask),
    /// The person no longer wants what the record of this hash asked for.
    Withdraw(EnvelopeHash),
}

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskWhat {
    /// *Izin keluar daerah.*
    LeaveRegion,
    /// *Dinas luar.*
    DutyTrip,
    /// *Sakit.*
    Sick,
    /// *Cuti tahunan.*
    AnnualLeave,
    /// *Cuti besar.*
    LongLeave,
    /// *Cuti sakit.*
    SickLeave,
    /// *Cuti melahirkan.*
    Maternity,
    /// *Cuti karena alasan penting.*
    ImportantReason,
    /// *Cuti di luar tanggungan negara.*
    Unpaid,
    /// *Tugas belajar.*
    Study,
    /// *Diklat.*
    Training,
    /// *Alasan teknis*: a check-in was or will not be possible.
    Technical,
}

impl AskWhat {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 12] = [
        Self::LeaveRegion,
        Self::DutyTrip,
        Self::Sick,
        Self::AnnualLeave,
        Self::LongLeave,
        Self::SickLeave,
        Self::Maternity,
        Self::ImportantReason,
        Self::Unpaid,
        Self::Study,
        Self::Training,
        Self::Technical,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LeaveRegion => "leave_region",
            Self::DutyTrip => "duty_trip",
            Self::Sick => "sick",
            Self::AnnualLeave => "annual_leave",
            Self::LongLeave => "long_leave",
            Self::SickLeave => "sick_leave",
            Self::Maternity => "maternity",
            Self::ImportantReason => "important_reason",
            Self::Unpaid => "unpaid",
            Self::Study => "study",
            Self::Training => "training",
            Self::Technical => "technical",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.as_str() == name)
    }
}

/// What is asked for, and for which days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawAsk")]
pub struct Ask {
    what: AskWhat,
    from: NaiveDate,
    until: NaiveDate,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    windows: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Words>,
}

#[derive(Deserialize)]
struct RawAsk {
    what: AskWhat,
    from: NaiveDate,
    until: NaiveDate,
    #[serde(default)]
    windows: Vec<String>,
    #[serde(default, deserialize_with = "present")]
    note: Option<Words>,
}

/// A member that may be absent is never null (protocol §1).
fn present<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl TryFrom<RawAsk> for Ask {
    type Error = AskError;
    fn try_from(raw: RawAsk) -> Result<Self, AskError> {
        Self::new(raw.what, raw.from, raw.until, raw.windows, raw.note)
    }
}

impl Ask {
    /// Asks for something from one duty date to another, both included; for whole days, or the named windows of each.
    ///
    /// # Errors
    /// [`AskError`] for dates the wrong way round or over a year apart, names that no window can have, and a technical
    /// reason without windows.
    pub fn new(
        what: AskWhat,
        from: NaiveDate,
        until: NaiveDate,
        windows: Vec<String>,
        note: Option<Words>,
    ) -> Result<Self, AskError> {
        let days = until.signed_duration_since(from).num_days();
        if !(0..=limits::SPAN_DAYS).contains(&days) {
            return Err(AskError::Dates);
        }
        if windows.len() > limits::WINDOWS || !windows.iter().all(|window| names_a_window(window)) {
            return Err(AskError::Windows);
        }
        if what == AskWhat::Technical && windows.is_empty() {
            return Err(AskError::WhichWindows);
        }
        Ok(Self { what, from, until, windows, note })
    }

    /// What.
    #[must_use]
    pub const fn what(&self) -> AskWhat {
        self.what
    }

    /// The first duty date.
    #[must_use]
    pub const fn from(&self) -> NaiveDate {
        self.from
    }

    /// The last duty date.
    #[must_use]
    pub const fn until(&self) -> NaiveDate {
        self.until
    }

    /// The windows of each day, by id; empty for whole days.
    #[must_use]
    pub fn windows(&self) -> &[String] {
        &self.windows
    }

    /// What the person wrote beside it.
    #[must_use]
    pub const fn note(&self) -> Option<&Words> {
        self.note.as_ref()
    }
}

fn names_a_window(text: &str) -> bool {
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    (1..=32).contains(&text.len()) && text.bytes().all(letter)
}

/// On what an appeal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grounds {
    /// The phone was broken, lost, empty or not allowed to run.
    Phone,
    /// There was no network, or the server did not answer.
    Network,
    /// The time that was judged is not the true one.
    Time,
    /// The place that was judged is not the true one.
    Place,
    /// The rule, the turn or the window that was applied is not the right one.
    Rule,
    /// The person worked, and others can say so.
    Witnessed,
    /// Something else, said in words.
    Other,
}

impl Grounds {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 7] =
        [Self::Phone, Self::Network, Self::Time, Self::Place, Self::Rule, Self::Witnessed, Self::Other];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Network => "network",
            Self::Time => "time",
            Self::Place => "place",
            Self::Rule => "rule",
            Self::Witnessed => "witnessed",
            Self::Other => "other",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grounds| grounds.as_str() == name)
    }
}

/// An appeal: *sanggah*. Against the verdict of a window, of a whole day, or what became of one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawAppeal")]
pub struct Appeal {
    date: NaiveDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    window: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<EnvelopeHash>,
    grounds: Grounds,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Words>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<EnvelopeHash>,
}

#[derive(Deserialize)]
struct RawAppeal {
    date: NaiveDate,
    #[serde(default, deserialize_with = "present")]
    window: Option<String>,
    #[serde(default, deserialize_with = "present")]
    record: Option<EnvelopeHash>,
    grounds: Grounds,
    #[serde(default, deserialize_with = "present")]
    text: Option<Words>,
    #[serde(default)]
    evidence: Vec<EnvelopeHash>,
}

impl TryFrom<RawAppeal> for Appeal {
    type Error = AskError;
    fn try_from(raw: RawAppeal) -> Result<Self, AskError> {
        let RawAppeal { date, window, record, grounds, text, evidence } = raw;
        Self::new(date, window, grounds, text).and_then(|appeal| appeal.pointing_to(record, evidence))
    }
}

impl Appeal {
    /// Appeals against the verdict of a window of a duty date, or of the whole date.
    ///
    /// # Errors
    /// [`AskError`] for a name that no window can have, and another ground without a text.
    pub fn new(
        date: NaiveDate,
        window: Option<String>,
        grounds: Grounds,
        text: Option<Words>,
    ) -> Result<Self, AskError> {
        if window.as_ref().is_some_and(|window| !names_a_window(window)) {
            return Err(AskError::Windows);
        }
        if grounds == Grounds::Other && text.is_none() {
            return Err(AskError::Grounds);
        }
        Ok(Self { date, window, record: None, grounds, text, evidence: Vec::new() })
    }

    /// Names the record that it is about, such as one that was parked or flagged, and records that speak for it.
    ///
    /// # Errors
    /// [`AskError::Evidence`] for too many.
    pub fn pointing_to(self, record: Option<EnvelopeHash>, evidence: Vec<EnvelopeHash>) -> Result<Self, AskError> {
        if evidence.len() > limits::EVIDENCE {
            return Err(AskError::Evidence);
        }
        Ok(Self { record, evidence, ..self })
    }

    /// The duty date.
    #[must_use]
    pub const fn date(&self) -> NaiveDate {
        self.date
    }

    /// The window, by id; `None` for the whole date.
    #[must_use]
    pub fn window(&self) -> Option<&str> {
        self.window.as_deref()
    }

    /// The record that it is about, by hash.
    #[must_use]
    pub const fn record(&self) -> Option<EnvelopeHash> {
        self.record
    }

    /// On what it stands.
    #[must_use]
    pub const fn grounds(&self) -> Grounds {
        self.grounds
    }

    /// What the person wrote.
    #[must_use]
    pub const fn text(&self) -> Option<&Words> {
        self.text.as_ref()
    }

    /// Records that speak for it, by hash.
    #[must_use]
    pub fn evidence(&self) -> &[EnvelopeHash] {
        &self.evidence
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn what_a_person_wrote_is_in_no_debug_text() {
        let note = Words::new("anak saya sakit").unwrap();
        let day = date("2026-11-24");
        let ask = Ask::new(AskWhat::ImportantReason, day, day, Vec::new(), Some(note.clone())).unwrap();
        let appeal = Appeal::new(day, None, Grounds::Other, Some(note)).unwrap();
        assert!(!format!("{ask:?} {appeal:?} {:?}", Request::Ask(ask.clone())).contains("anak"));
    }

    #[test]
    fn nonsense_can_not_be_asked() {
        let (day, before) = (date("2026-11-24"), date("2026-11-23"));
        let ask = |from, until, windows: &[&str]| {
            Ask::new(AskWhat::Technical, from, until, windows.iter().map(|w| (*w).to_owned()).collect(), None)
        };
        assert_eq!(ask(day, before, &["w0800"]), Err(AskError::Dates));
        assert_eq!(ask(day, date("2028-11-24"), &["w0800"]), Err(AskError::Dates));
        assert_eq!(ask(day, day, &["08:00"]), Err(AskError::Windows));
        assert_eq!(ask(day, day, &["w"; 17]), Err(AskError::Windows));
        assert_eq!(ask(day, day, &[]), Err(AskError::WhichWindows));
        assert!(ask(day, day, &["w0800"]).is_ok());
        assert_eq!(Words::new(" \n "), Err(AskError::Words));
        assert_eq!(Words::new(&"a".repeat(301)), Err(AskError::Words));
        assert_eq!(Words::new("a\u{7}b"), Err(AskError::Words));
        assert_eq!(Words::optional("  "), Ok(None));
        assert_eq!(Appeal::new(day, None, Grounds::Other, None), Err(AskError::Grounds));
        let many = vec![EnvelopeHash::of("x"); 17];
        let appeal = Appeal::new(day, Some("w0800".into()), Grounds::Phone, None).unwrap();
        assert_eq!(appeal.pointing_to(None, many), Err(AskError::Evidence));
    }

    #[test]
    fn what_breaks_a_rule_is_not_read_from_json_either() {
        let read =
            |json: &str| serde_json::from_str::<Request>(json).map(|request| serde_json::to_string(&request).unwrap());
        let good =
            r#"{"ask":{"what":"sick","from":"2026-11-24","until":"2026-11-24","windows":["w1400"],"note":"demam"}}"#;
        assert_eq!(read(good).unwrap(), good);
        for bad in [
            r#"{"ask":{"what":"sick","from":"2026-11-24","until":"2026-11-23"}}"#,
            r#"{"ask":{"what":"holiday","from":"2026-11-24","until":"2026-11-24"}}"#,
            r#"{"ask":{"what":"sick","from":"2026-11-24","until":"2026-11-24","note":null}}"#,
            r#"{"ask":{"what":"sick","from":"2026-11-24","until":"2026-11-24","note":" demam"}}"#,
            r#"{"withdraw":"x"}"#,
            r#"{}"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_on_the_wire_are_those_of_the_words() {
        for what in AskWhat::ALL {
            assert_eq!(serde_json::to_string(&what).unwrap(), format!("{:?}", what.as_str()));
            assert_eq!(AskWhat::from_name(what.as_str()), Some(what));
        }
        for grounds in Grounds::ALL {
            assert_eq!(serde_json::to_string(&grounds).unwrap(), format!("{:?}", grounds.as_str()));
            assert_eq!(Grounds::from_name(grounds.as_str()), Some(grounds));
        }
    }

    proptest! {
        #[test]
        fn whatever_can_be_asked_survives_its_json(
            what in proptest::sample::select(AskWhat::ALL.to_vec()), days in 0_u64..400, text in ".{0,320}",
            windows in proptest::collection::vec("[a-z0-9_-]{1,32}", 0..4),
        ) {
            let from = date("2026-01-01");
            let until = from + chrono::Days::new(days);
            if let Ok(ask) = Words::optional(&text).and_then(|note| Ask::new(what, from, until, windows, note)) {
                let json = serde_json::to_string(&ask).unwrap();
                prop_assert_eq!(serde_json::from_str::<Ask>(&json).unwrap(), ask);
            }
        }
    }
}

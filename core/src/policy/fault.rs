//! What can be wrong with a policy, as data; the words are in `text::policy`.

use std::fmt;

use chrono::NaiveDate;

use crate::text::Lang;

/// A type that a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A text in quotes.
    Text,
    /// A list of texts.
    Texts,
    /// True or false.
    Bool,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// An array of tables.
    Tables,
    /// A table.
    Table,
    /// A list of longitude and latitude.
    Places,
    /// longitude and latitude.
    Place,
    /// Years such as 2027.
    Years,
}

/// What a word of a file names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// Kind of record.
    RecordKind,
    /// Shift.
    Shift,
    /// Window.
    Window,
    /// Group.
    Group,
    /// Unit.
    Unit,
    /// Mode.
    Mode,
    /// Start of lateness.
    LateFrom,
    /// Rounding.
    Rounding,
    /// Detail.
    Detail,
    /// Source.
    Source,
    /// Act.
    Act,
    /// Kind of notice.
    NoticeKind,
    /// Kind of day.
    DayKind,
    /// Side.
    Side,
    /// Employment.
    Employment,
}

/// One thing that is wrong with a policy.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// The text is not TOML.
    Syntax {
        /// What the TOML reader says, in English.
        what: String,
    },
    /// A key that no policy has.
    UnknownKey {
        /// The key as written.
        key: String,
        /// What was probably meant.
        meant: Option<String>,
        /// What may stand there.
        known: Vec<String>,
    },
    /// A key that must be there is not.
    MissingKey {
        /// The key.
        key: String,
        /// What it could look like.
        example: &'static str,
    },
    /// A value of another type than the key takes.
    WrongType {
        /// What the key takes.
        expected: Expected,
        /// What was found.
        found: &'static str,
    },
    /// A word outside a fixed list.
    UnknownName {
        /// What the list is of, such as `mode`.
        what: Named,
        /// The word as written.
        value: String,
        /// What was probably meant.
        meant: Option<String>,
        /// The list.
        known: Vec<String>,
    },
    /// A time zone that is not one of Indonesia's.
    UnknownZone {
        /// The name as written.
        name: String,
        /// What was probably meant.
        meant: Option<String>,
    },
    /// A text that does not read as a time of day, a span, a date or days.
    Unreadable {
        /// What was expected, such as `07:30`.
        expected: &'static str,
        /// The text as written.
        text: String,
    },
    /// A table without `source`.
    NoSource,
    /// `ours`, `reported` or `circular` names a key that the table does not have.
    MarkOfNothing {
        /// The key as written.
        key: String,
        /// What was probably meant.
        meant: Option<String>,
    },
    /// One key is named under two sources.
    MarkedTwice {
        /// The key.
        key: String,
    },
    /// Two on-time spans of a day overlap, so that a tap would belong to both.
    WindowsOverlap {
        /// The earlier window.
        first: String,
        /// The later window.
        second: String,
        /// A day on which it happens.
        day: chrono::Weekday,
    },
    /// A window that ends before it begins.
    EmptyWindow {
        /// The window.
        label: String,
    },
    /// The same name twice.
    Duplicate {
        /// What it names.
        what: Named,
        /// The name.
        name: String,
    },
    /// Longitude and latitude are swapped.
    AxesSwapped {
        /// The first number as written.
        first: f64,
        /// The second number as written.
        second: f64,
    },
    /// A place outside Indonesia.
    NotInIndonesia {
        /// The first number as written.
        first: f64,
        /// The second number as written.
        second: f64,
    },
    /// A ring of fewer than three places.
    RingTooShort {
        /// How many.
        places: usize,
    },
    /// A span of dates whose end is before its start.
    DatesReversed {
        /// The start.
        from: NaiveDate,
        /// The end.
        until: NaiveDate,
    },
    /// Dated hours outside the policy's own dates.
    OutsideValidity {
        /// The date that lies outside.
        date: NaiveDate,
    },
    /// A number outside its range.
    OutOfRange {
        /// The number.
        value: i64,
        /// The smallest that is taken.
        min: i64,
        /// The largest that is taken.
        max: i64,
    },
    /// A name that is not 1–64 characters of a–z, 0–9 and `-` or `_`.
    BadId {
        /// The name as written.
        id: String,
    },
    /// Two keys of which only one may stand.
    Either {
        /// One.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// Modes owe a check-in but there is no window.
    NoWindow,
    /// A list that must not be empty.
    Empty,
    /// A form that this build does not have.
    UnknownForm {
        /// The form's id.
        form: String,
        /// Its version.
        version: u32,
        /// The forms there are, as `id version`.
        known: Vec<String>,
    },
    /// A policy written for a newer build.
    Newer {
        /// Its schema.
        found: u64,
        /// The newest schema known here.
        known: u16,
    },
    /// JSON that is no compiled policy.
    NotCompiled {
        /// What the JSON reader says, in English.
        what: String,
    },
}

/// A fault and where it stands in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyError {
    /// Line, from 1; 0 where there is no file.
    pub line: usize,
    /// Column in characters, from 1; 0 where there is no file.
    pub column: usize,
    /// The key or table, such as `check_in.windows[1]`; empty for the whole file.
    pub path: String,
    /// What is wrong.
    pub fault: Fault,
}

impl PolicyError {
    /// What is wrong, as one sentence.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        crate::text::policy::fault(&self.fault, lang)
    }

    /// What to do about it, where that is known.
    #[must_use]
    pub fn hint(&self, lang: Lang) -> Option<String> {
        crate::text::policy::hint(&self.fault, lang)
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "{}:{}: ", self.line, self.column)?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{}", self.message(Lang::En))?;
        match self.hint(Lang::En) {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

/// Everything that is wrong with a policy, in the order of the file; never empty.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", self.list())]
pub struct PolicyErrors(Vec<PolicyError>);

impl PolicyErrors {
    /// Takes errors, in the order of the file; `None` if there are none.
    #[must_use]
    pub(crate) fn of(mut errors: Vec<PolicyError>) -> Option<Self> {
        errors.sort_by_key(|error| (error.line, error.column));
        errors.dedup();
        (!errors.is_empty()).then_some(Self(errors))
    }

    /// A fault without a place in a file.
    #[must_use]
    pub(crate) fn whole(fault: Fault) -> Self {
        Self(vec![PolicyError { line: 0, column: 0, path: String::new(), fault }])
    }

    /// Each error.
    pub fn iter(&self) -> std::slice::Iter<'_, PolicyError> {
        self.0.iter()
    }

    /// Whether it says that this build is too old for the policy ("update needed").
    #[must_use]
    pub fn needs_update(&self) -> bool {
        self.iter().any(|error| matches!(error.fault, Fault::Newer { .. }))
    }

    fn list(&self) -> String {
        self.iter().map(PolicyError::to_string).collect::<Vec<_>>().join("\n")
    }
}

impl<'a> IntoIterator for &'a PolicyErrors {
    type Item = &'a PolicyError;
    type IntoIter = std::slice::Iter<'a, PolicyError>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

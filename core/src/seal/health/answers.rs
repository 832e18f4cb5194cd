//! What is inside: the answers, and how the health office reaches the person.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error as _, MapAccess, Visitor},
};
use zeroize::{Zeroize, Zeroizing};

use super::PADDED;

/// The longest name of a person or a unit, in bytes.
const MAX_NAME: usize = 120;
/// The longest phone number, in bytes.
const MAX_PHONE: usize = 20;

/// A person's answers. `Debug` shows no content, and it is wiped when it is dropped.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthAnswers {
    #[serde(deserialize_with = "each_once")]
    answers: BTreeMap<String, bool>,
    name: String,
    unit: String,
    phone: Option<String>,
}

impl HealthAnswers {
    /// Takes the answers by question id, *ya* as true, and how to reach the person.
    ///
    /// `name` and `unit` beyond 120 bytes and `phone` beyond 20 are cut, and control characters left out: a long entry
    /// in the staff list must not keep anyone from handing in the form.
    #[must_use]
    pub fn new(answers: BTreeMap<String, bool>, name: &str, unit: &str, phone: Option<&str>) -> Self {
        Self {
            answers,
            name: clip(name, MAX_NAME),
            unit: clip(unit, MAX_NAME),
            phone: phone.map(|phone| clip(phone, MAX_PHONE)),
        }
    }

    /// Returns the answers by question id, *ya* as true.
    #[must_use]
    pub const fn answers(&self) -> &BTreeMap<String, bool> {
        &self.answers
    }

    /// Returns the person's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the name of the person's unit.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// Returns the number under which the person can be called.
    #[must_use]
    pub fn phone(&self) -> Option<&str> {
        self.phone.as_deref()
    }

    /// The JSON, padded with spaces to its fixed length; or how many bytes it takes, where it does not fit.
    pub(super) fn padded(&self) -> Result<Zeroizing<Vec<u8>>, usize> {
        // Room for the tag too: a buffer that grows would leave a copy of the answers behind.
        let mut plain = Zeroizing::new(Vec::with_capacity(PADDED + super::TAG));
        let written = serde_json::to_writer(Bounded(&mut plain), self);
        if written.is_err() {
            return Err(serde_json::to_vec(self).map_or(usize::MAX, |json| Zeroizing::new(json).len()));
        }
        plain.resize(PADDED, b' ');
        Ok(plain)
    }

    pub(super) fn from_padded(plain: &[u8]) -> Option<Self> {
        if plain.len() != PADDED || plain.first() != Some(&b'{') {
            return None;
        }
        // Through the constructor, so that what another phone wrote obeys the same lengths.
        let read: Self = serde_json::from_slice(plain).ok()?;
        Some(Self::new(read.answers.clone(), &read.name, &read.unit, read.phone.as_deref()))
    }
}

impl fmt::Debug for HealthAnswers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HealthAnswers(…)")
    }
}

impl Drop for HealthAnswers {
    fn drop(&mut self) {
        self.answers.values_mut().for_each(Zeroize::zeroize);
        self.name.zeroize();
        self.unit.zeroize();
        self.phone.zeroize();
    }
}

/// Writes up to the fixed length, and fails beyond it.
struct Bounded<'a>(&'a mut Vec<u8>);

impl std::io::Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > PADDED {
            return Err(std::io::ErrorKind::WriteZero.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn clip(text: &str, most: usize) -> String {
    let mut clipped = String::with_capacity(text.len().min(most));
    for c in text.chars().filter(|c| !c.is_control()) {
        if clipped.len() + c.len_utf8() > most {
            break;
        }
        clipped.push(c);
    }
    clipped
}

/// Reads the answers, and refuses a question that is answered twice: no reader may choose which answer counts.
fn each_once<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, bool>, D::Error> {
    struct Each;
    impl<'de> Visitor<'de> for Each {
        type Value = BTreeMap<String, bool>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("true or false for each question")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut answers = BTreeMap::new();
            while let Some((question, yes)) = map.next_entry()? {
                if answers.insert(question, yes).is_some() {
                    return Err(A::Error::custom("a question is answered twice"));
                }
            }
            Ok(answers)
        }
    }
    deserializer.deserialize_map(Each)
}

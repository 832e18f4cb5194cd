//! What a phone asks about an invite before it enrols: whose it is, and the invite of a typed code (protocol §5.2).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::model::{B64, crockford};

/// A code that stands for an invite where a link can't be handed over: 50 bits in ten letters, read aloud in two groups of five.
/// Whoever has it has the invite, so `Debug` shows nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TypedCode(u64);

/// A text is no typed code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code has ten letters and digits, in two groups of five")]
pub struct TypedCodeError;

impl TypedCode {
    /// Letters in a code.
    pub const LETTERS: u32 = 10;
    const BITS: u32 = 5 * Self::LETTERS;

    /// Takes the code of eight random bytes, of which 50 bits are used.
    #[must_use]
    pub const fn of_random(random: [u8; 8]) -> Self {
        Self(u64::from_be_bytes(random) >> (u64::BITS - Self::BITS))
    }

    /// The ten letters without the hyphen, as they stand on the wire.
    #[must_use]
    pub fn letters(&self) -> String {
        crockford::text(self.0, Self::LETTERS)
    }
}

impl FromStr for TypedCode {
    type Err = TypedCodeError;

    /// Reads a code as people type it: in any case, with spaces, line breaks and hyphens anywhere, O for 0, I and L for 1.
    fn from_str(text: &str) -> Result<Self, TypedCodeError> {
        crockford::bits(text, Self::LETTERS).map(Self).map_err(|_| TypedCodeError)
    }
}

impl fmt::Display for TypedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = self.letters();
        write!(f, "{}-{}", &letters[..5], &letters[5..])
    }
}

impl fmt::Debug for TypedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedCode(…)")
    }
}

impl Serialize for TypedCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.letters())
    }
}

impl<'de> Deserialize<'de> for TypedCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// The body of `POST /v1/invite`. The answer is an [`Invite`](super::Invite).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InviteByCode {
    /// Protocol version.
    pub v: u32,
    /// What was typed.
    pub code: TypedCode,
}

/// The body of `POST /v1/invite/look`. `Debug` shows no code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InviteLook {
    /// Protocol version.
    pub v: u32,
    /// The invite's code.
    pub invite: B64<16>,
    /// The agency root that the invite pinned.
    pub root: B64<32>,
}

impl fmt::Debug for InviteLook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InviteLook(…)")
    }
}

/// How an invite stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InviteState {
    /// It may be used.
    Open,
    /// A phone enrolled with it; that phone may repeat it until it expires.
    Used,
    /// Its time is over.
    Expired,
}

/// The answer to `POST /v1/invite/look`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteSeen {
    /// The agency's name, for people.
    pub agency_name: String,
    /// Whose it is; null once its time is over.
    pub person: Option<InvitePerson>,
    /// Until when it may be used, milliseconds, excluded.
    pub exp_ms: i64,
    /// How it stands.
    pub state: InviteState,
}

/// Whose an invite is. `Debug` shows no name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitePerson {
    /// Name.
    pub name: String,
    /// The unit's name.
    pub unit_name: String,
}

impl fmt::Debug for InvitePerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvitePerson(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_shown_in_two_groups_and_read_as_people_type_it() {
        let code = TypedCode::of_random([0xff, 0, 0, 0, 0, 0, 0x3f, 0xff]);
        assert_eq!(code.to_string(), "ZW000-00000", "the last 14 bits are not used");
        for typed in ["zw00000000", " ZWooo\n00000 ", "zw0-00 00-000"] {
            assert_eq!(typed.parse(), Ok(code), "{typed:?}");
        }
        for typed in ["", "ZW000-0000", "ZW000-000000", "ZW000-0000U", "https://hadir.example/i#e"] {
            assert_eq!(typed.parse::<TypedCode>(), Err(TypedCodeError), "{typed:?}");
        }
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"ZW00000000\"");
        assert_eq!(format!("{code:?}"), "TypedCode(…)");
    }
}

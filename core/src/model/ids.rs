//! Identifiers: fixed-size byte strings that read and write as base64url, and text with a checked form.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

use super::base64url;

/// Says why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The text is not base64url without padding, or not of the right length.
    #[error("expected {expected} bytes in base64url without padding")]
    NotBytes {
        /// How many bytes the identifier has.
        expected: usize,
    },
    /// The text is not a UUID of version 7 in lower case.
    #[error("expected a UUIDv7 in lower case")]
    NotUuid7,
    /// The text is not `scheme:number`.
    #[error(
        "expected scheme:number, with a scheme of nip, nippppk or local and a number of 1 to 40 letters, digits, '-' or '.'"
    )]
    NotPerson,
}

/// Exactly `N` bytes, written as base64url without padding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct B64<const N: usize>(pub [u8; N]);

impl<const N: usize> B64<N> {
    /// Returns the bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> fmt::Display for B64<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        base64url::encode_to(&self.0, &mut text);
        f.write_str(&text)
    }
}

impl<const N: usize> fmt::Debug for B64<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<const N: usize> FromStr for B64<N> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let mut bytes = [0; N];
        match base64url::decode_into(text.as_bytes(), &mut bytes) {
            Some(read) if read == N => Ok(Self(bytes)),
            _ => Err(IdError::NotBytes { expected: N }),
        }
    }
}

impl<const N: usize> Serialize for B64<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, const N: usize> Deserialize<'de> for B64<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text<const N: usize>;
        impl<const N: usize> de::Visitor<'_> for Text<N> {
            type Value = B64<N>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{N} bytes in base64url without padding")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<B64<N>, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text::<N>)
    }
}

macro_rules! bytes_id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub B64<$len>);

        impl $name {
            /// Wraps the bytes.
            #[must_use]
            pub const fn new(bytes: [u8; $len]) -> Self {
                Self(B64(bytes))
            }
            /// Returns the bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                self.0.as_bytes()
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                text.parse().map(Self)
            }
        }
    };
}

bytes_id!(
    /// The RFC 7638 thumbprint (SHA-256) of a public key.
    KeyId, 32
);
bytes_id!(
    /// The hash of a signed object: SHA-256 over its compact form.
    EnvelopeHash, 32
);
bytes_id!(
    /// A request's nonce, 16 random bytes.
    Nonce, 16
);
bytes_id!(
    /// A session of the clock that nobody can set, 16 random bytes; see [`super::TimeEvidence`].
    SessionId, 16
);

/// An installation: the thumbprint of its key. One store, one person, one key.
pub type InstallId = KeyId;

impl EnvelopeHash {
    /// Hashes the compact form of a signed object.
    #[must_use]
    pub fn of(compact: &str) -> Self {
        Self::new(Sha256::digest(compact.as_bytes()).into())
    }
}

/// A record's identity: a UUID of version 7 (RFC 9562).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId([u8; 16]);

impl RecordId {
    /// Makes an id from the wall clock (milliseconds since 1970; clamped into the 48 bits that the format has) and 10 random bytes.
    #[must_use]
    pub fn new(wall_ms: i64, random: [u8; 10]) -> Self {
        let ms = u64::try_from(wall_ms).unwrap_or(0).min((1 << 48) - 1);
        let mut id = [0; 16];
        id[..6].copy_from_slice(&ms.to_be_bytes()[2..]);
        id[6..].copy_from_slice(&random);
        id[6] = (id[6] & 0x0f) | 0x70;
        id[8] = (id[8] & 0x3f) | 0x80;
        Self(id)
    }

    /// Takes the 16 bytes back.
    ///
    /// # Errors
    /// [`IdError::NotUuid7`] for bytes that are no UUID of version 7.
    pub const fn from_bytes(bytes: [u8; 16]) -> Result<Self, IdError> {
        if bytes[6] >> 4 == 7 && bytes[8] >> 6 == 2 { Ok(Self(bytes)) } else { Err(IdError::NotUuid7) }
    }

    /// Returns what the wall clock said when it was made, milliseconds since 1970: a claim.
    #[must_use]
    pub fn made_ms(&self) -> i64 {
        self.0[..6].iter().fold(0, |ms, byte| ms << 8 | i64::from(*byte))
    }

    /// Returns the 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordId({self})")
    }
}

impl FromStr for RecordId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let mut id = [0u8; 16];
        let mut nibbles = 0;
        for (at, c) in text.bytes().enumerate() {
            let value = match c {
                b'-' if matches!(at, 8 | 13 | 18 | 23) => continue,
                b'0'..=b'9' => c - b'0',
                b'a'..=b'f' => c - b'a' + 10,
                _ => return Err(IdError::NotUuid7),
            };
            if matches!(at, 8 | 13 | 18 | 23) || nibbles == 32 {
                return Err(IdError::NotUuid7);
            }
            id[nibbles / 2] = (id[nibbles / 2] << 4) | value;
            nibbles += 1;
        }
        if nibbles == 32 && text.len() == 36 && id[6] >> 4 == 7 && id[8] >> 6 == 2 {
            Ok(Self(id))
        } else {
            Err(IdError::NotUuid7)
        }
    }
}

impl Serialize for RecordId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RecordId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// A member of staff, `scheme:number`: `nip` (18 digits), `nippppk` (18 digits) or `local` (the agency's own staff number).
///
/// The number is personal: `Debug` shows the scheme only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct PersonId(String);

impl PersonId {
    /// Returns `scheme:number`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the scheme: `nip`, `nippppk` or `local`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.0.split_once(':').map_or("", |(scheme, _)| scheme)
    }

    /// Returns the number under that scheme.
    #[must_use]
    pub fn number(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, number)| number)
    }
}

impl FromStr for PersonId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let (scheme, number) = text.split_once(':').ok_or(IdError::NotPerson)?;
        let scheme_known = matches!(scheme, "nip" | "nippppk" | "local");
        let number_good = (1..=40).contains(&number.len())
            && number.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'.');
        if scheme_known && number_good { Ok(Self(text.to_owned())) } else { Err(IdError::NotPerson) }
    }
}

impl<'de> Deserialize<'de> for PersonId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonId({}:…)", self.scheme())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_record_id_survives_its_text(wall_ms in any::<i64>(), random in any::<[u8; 10]>()) {
            let id = RecordId::new(wall_ms, random);
            prop_assert_eq!(id.to_string().parse::<RecordId>(), Ok(id));
            prop_assert_eq!(RecordId::from_bytes(*id.as_bytes()), Ok(id));
        }

        #[test]
        fn bytes_survive_their_text(bytes in any::<[u8; 32]>()) {
            let hash = EnvelopeHash::new(bytes);
            prop_assert_eq!(hash.to_string().parse::<EnvelopeHash>(), Ok(hash));
        }

        #[test]
        fn no_text_makes_the_id_parsers_panic(text in ".{0,50}") {
            let _ = text.parse::<RecordId>();
            let _ = text.parse::<KeyId>();
            let _ = text.parse::<PersonId>();
        }
    }

    #[test]
    fn record_ids_of_another_version_or_case_are_refused() {
        let good = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert!(good.parse::<RecordId>().is_ok());
        for bad in [
            "01890a5d-ac96-474b-bcce-b302099a8057",
            "01890A5D-ac96-774b-bcce-b302099a8057",
            "01890a5d-ac96-774b-bcce-b302099a805",
            "01890a5dac96-774b-bcce-b302099a8057a",
            "01890a5d-ac96-774b-bcce-b302099a80577",
            "",
        ] {
            assert_eq!(bad.parse::<RecordId>(), Err(IdError::NotUuid7), "{bad}");
        }
    }

    #[test]
    fn a_persons_number_does_not_show_in_debug() {
        let person: PersonId = "nip:198503302003121002".parse().unwrap();
        assert_eq!(format!("{person:?}"), "PersonId(nip:…)");
    }
}

//! The short code of a record: the first 50 bits of its hash, as people read them out and type them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    EnvelopeHash,
    crockford::{self, NoCode},
};

/// Letters of a code, 5 bits each. Of a hundred million records a few pairs share a code, and one
/// that was made up is the code of any of them with one in ten million: a code finds a record, the record proves itself.
const LEN: u32 = 10;
const BITS: u32 = 5 * LEN;

/// The code by which a board finds a record: `K7Q2M-9D4XA`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProofCode(u64);

/// Why a text is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofCodeError {
    /// Too few or too many letters and digits.
    #[error("a code has {LEN} letters and digits, this has {found}")]
    Length {
        /// How many there are.
        found: usize,
    },
    /// A character that no code has.
    #[error("no code has a \"{0}\"")]
    Letter(char),
}

impl ProofCode {
    /// The code of the record with this hash.
    #[must_use]
    pub fn of(hash: EnvelopeHash) -> Self {
        let first = hash.as_bytes()[..8].iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte));
        Self(first >> (64 - BITS))
    }

    /// Whether it is the code of the record with this hash.
    #[must_use]
    pub fn matches(self, hash: EnvelopeHash) -> bool {
        Self::of(hash) == self
    }

    /// The 50 bits, the hash's first bit highest.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The first six bytes of every hash with this code. Two more bits belong to it: [`Self::matches`] looks at them.
    #[must_use]
    pub const fn prefix(self) -> [u8; 6] {
        let [_, _, bytes @ ..] = (self.0 >> 2).to_be_bytes();
        bytes
    }

    /// The lowest and the highest hash with this code, both included: a store that sorts hashes finds them between the two.
    #[must_use]
    pub fn range(self) -> (EnvelopeHash, EnvelopeHash) {
        let (mut low, mut high) = ([0; 32], [0xff; 32]);
        let rest = 64 - BITS;
        low[..8].copy_from_slice(&(self.0 << rest).to_be_bytes());
        high[..8].copy_from_slice(&(self.0 << rest | ((1 << rest) - 1)).to_be_bytes());
        (EnvelopeHash::new(low), EnvelopeHash::new(high))
    }
}

impl fmt::Display for ProofCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = crockford::text(self.0, LEN);
        write!(f, "{}-{}", &letters[..5], &letters[5..])
    }
}

impl fmt::Debug for ProofCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProofCode({self})")
    }
}

/// Spaces, strokes and the full stop of a sentence are left out, small letters are large ones, O is 0, and I and L are 1.
impl FromStr for ProofCode {
    type Err = ProofCodeError;
    fn from_str(text: &str) -> Result<Self, ProofCodeError> {
        crockford::bits(&text.replace('.', ""), LEN).map(Self).map_err(|unread| match unread {
            NoCode::Length(found) => ProofCodeError::Length { found },
            NoCode::Letter(letter) => ProofCodeError::Letter(letter),
        })
    }
}

impl TryFrom<String> for ProofCode {
    type Error = ProofCodeError;
    fn try_from(text: String) -> Result<Self, ProofCodeError> {
        text.parse()
    }
}

impl From<ProofCode> for String {
    fn from(code: ProofCode) -> Self {
        code.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_the_first_fifty_bits_in_two_groups_of_five() {
        let mut bytes = [0; 32];
        bytes[..7].copy_from_slice(&[0x01, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x40]);
        let code = ProofCode::of(EnvelopeHash::new(bytes));
        assert_eq!(code.to_string(), "05234-56789");
        assert_eq!(code.prefix(), bytes[..6]);
        assert_eq!(ProofCode::of(EnvelopeHash::new([0xff; 32])).to_string(), "ZZZZZ-ZZZZZ");
    }

    #[test]
    fn a_code_is_read_as_people_write_it() {
        let code: ProofCode = "10A0Z-9D4XA".parse().unwrap();
        for written in ["10a0z9d4xa", " IOaoz 9d4xa ", "l0A0Z–9D4XA", "1 0 A 0 Z 9 D 4 X A", "10A0Z.9D4XA"] {
            assert_eq!(written.parse(), Ok(code), "{written}");
        }
        assert_eq!("10A0Z-9D4X".parse::<ProofCode>(), Err(ProofCodeError::Length { found: 9 }));
        assert_eq!("".parse::<ProofCode>(), Err(ProofCodeError::Length { found: 0 }));
        assert_eq!("10A0Z-9D4XAA".parse::<ProofCode>(), Err(ProofCodeError::Length { found: 11 }));
        assert_eq!("U0A0Z-9D4XA".parse::<ProofCode>(), Err(ProofCodeError::Letter('U')));
    }

    proptest! {
        #[test]
        fn a_code_survives_its_text_and_finds_its_hash(bytes in any::<[u8; 32]>(), bit in 0_usize..256) {
            let hash = EnvelopeHash::new(bytes);
            let code = ProofCode::of(hash);
            prop_assert_eq!(code.to_string().parse(), Ok(code));
            let (low, high) = code.range();
            prop_assert!(low <= hash && hash <= high && code.matches(low) && code.matches(high));
            prop_assert!(bytes.starts_with(&code.prefix()));
            let mut other = bytes;
            other[bit / 8] ^= 0x80 >> (bit % 8);
            let other = EnvelopeHash::new(other);
            prop_assert_eq!(code.matches(other), bit >= 50);
            prop_assert_eq!((low..=high).contains(&other), bit >= 50);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,80}") {
            let _ = text.parse::<ProofCode>();
        }
    }
}

//! What links carry in their fragment (protocol §5.2): the invite, and the address for phones that are enrolled.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::B64;

/// Pins at least: one in use and one kept for the day on which that is lost.
const LEAST_PINS: usize = 2;
/// Pins at most; more than a key in use, its successor and a spare only make the link longer.
const MOST_PINS: usize = 8;

/// The server's TLS keys, one of which it must show: SHA-256 of each key's SubjectPublicKeyInfo (RFC 7469 §2.4), at least two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<B64<32>>", into = "Vec<B64<32>>")]
pub struct Pins(Vec<B64<32>>);

/// Says why pins are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PinsError {
    /// One alone would cut off every phone on the day its key is lost.
    #[error("{LEAST_PINS} to {MOST_PINS} pins are needed, not {0}: the key in use and at least one kept in reserve")]
    Number(usize),
    /// A pin stands twice, so it is no reserve.
    #[error("a pin stands there twice; the reserve must be another key")]
    Twice,
}

impl Pins {
    /// Takes hashes of keys.
    ///
    /// # Errors
    /// [`PinsError`] for fewer than two, more than eight, or the same twice.
    pub fn new(pins: Vec<B64<32>>) -> Result<Self, PinsError> {
        if !(LEAST_PINS..=MOST_PINS).contains(&pins.len()) {
            return Err(PinsError::Number(pins.len()));
        }
        let twice = pins.iter().enumerate().any(|(at, pin)| pins[..at].contains(pin));
        if twice { Err(PinsError::Twice) } else { Ok(Self(pins)) }
    }

    /// The pin of a key: the hash of its SubjectPublicKeyInfo, DER.
    #[must_use]
    pub fn of_key(spki: &[u8]) -> B64<32> {
        B64(Sha256::digest(spki).into())
    }

    /// Whether the key of a SubjectPublicKeyInfo, DER, is one of them.
    #[must_use]
    pub fn hold(&self, spki: &[u8]) -> bool {
        self.0.contains(&Self::of_key(spki))
    }
}

impl TryFrom<Vec<B64<32>>> for Pins {
    type Error = PinsError;

    fn try_from(pins: Vec<B64<32>>) -> Result<Self, PinsError> {
        Self::new(pins)
    }
}

impl From<Pins> for Vec<B64<32>> {
    fn from(pins: Pins) -> Self {
        pins.0
    }
}

/// What an invite link carries in its fragment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// Protocol version.
    pub v: u32,
    /// The server's base URL, without a slash at its end.
    pub server: String,
    /// The agency's id.
    pub agency: String,
    /// The root's public key.
    pub root: B64<32>,
    /// The single-use code.
    pub code: B64<16>,
    /// Until when it may be used, milliseconds.
    pub exp_ms: i64,
    /// A certificate authority to trust for this server, DER in base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<String>,
    /// The keys that the server may show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pins: Option<Pins>,
}

impl Invite {
    /// Returns the link to hand over: the fragment after `#` never reaches a server (protocol §5.2).
    #[must_use]
    pub fn link(&self) -> String {
        link(&self.server, 'i', self)
    }

    /// Where the server is, without the code.
    #[must_use]
    pub fn address(&self) -> ServerAddress {
        ServerAddress {
            v: self.v,
            server: self.server.clone(),
            agency: self.agency.clone(),
            root: self.root,
            ca: self.ca.clone(),
            pins: self.pins.clone(),
        }
    }
}

/// Where an agency's server is and how its TLS is known: what an address link carries, for phones that are enrolled already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerAddress {
    /// Protocol version.
    pub v: u32,
    /// The server's base URL, without a slash at its end.
    pub server: String,
    /// The agency's id.
    pub agency: String,
    /// The root's public key.
    pub root: B64<32>,
    /// A certificate authority to trust for this server, DER in base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<String>,
    /// The keys that the server may show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pins: Option<Pins>,
}

impl ServerAddress {
    /// Returns the link. It invites nobody and may be published.
    #[must_use]
    pub fn link(&self) -> String {
        link(&self.server, 's', self)
    }
}

fn link(server: &str, path: char, fragment: &impl Serialize) -> String {
    let json = serde_json::to_vec(fragment).expect("a struct of strings and numbers always has a JSON form");
    format!("{server}/{path}#{}", Base64UrlUnpadded::encode_string(&json))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_have_a_reserve_and_none_stands_twice() {
        let pin = |byte| B64([byte; 32]);
        assert_eq!(Pins::new(vec![]), Err(PinsError::Number(0)));
        assert_eq!(Pins::new(vec![pin(1)]), Err(PinsError::Number(1)));
        assert_eq!(Pins::new((0..9).map(pin).collect()), Err(PinsError::Number(9)));
        assert_eq!(Pins::new(vec![pin(1), pin(2), pin(1)]), Err(PinsError::Twice));
        assert!(Pins::new(vec![pin(1), pin(2)]).is_ok());
        let one = format!("[\"{}\"]", pin(1));
        assert!(serde_json::from_str::<Pins>(&one).is_err(), "a reader refuses one without reserve too");
    }

    #[test]
    fn a_key_is_held_by_its_hash_alone() {
        let pins = Pins::new(vec![Pins::of_key(b"a key"), Pins::of_key(b"its reserve")]).unwrap();
        assert!(pins.hold(b"a key") && pins.hold(b"its reserve") && !pins.hold(b"another"));
    }
}

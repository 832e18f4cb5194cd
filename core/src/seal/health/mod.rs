//! Health answers that only the health office can read (protocol §4).
//!
//! - [`HealthAnswers`]: what is inside, for one person and one office day;
//! - [`Binding`]: what it is bound to, in the open;
//! - [`seal`] on the phone, to two or more certified keys; [`open`] with one of them;
//! - [`SealedForm`]: what the server exports for the office, which checks, opens and scores it again.

mod answers;
mod binding;
mod office;

#[cfg(test)]
mod tests;

use base64ct::{Base64UrlUnpadded, Encoding};
use chacha20poly1305::{AeadInOut, ChaCha20Poly1305, KeyInit, Nonce, Tag};
use zeroize::Zeroizing;

pub use answers::HealthAnswers;
pub use binding::Binding;
pub use office::{NotScored, OfficeError, OpenedForm, SealedForm};

use super::wrap::{OpeningKey, Recipient, Wrapped};
use crate::{
    model::{B64, KeyId, Sealed, SealedRecipient},
    ports::{Entropy, EntropyError},
};

/// The purpose, as HPKE's `info` and the first line of the binding.
const PURPOSE: &str = "hadir/health/v1";
/// The length of every plaintext: what was answered does not show in how long it is.
const PADDED: usize = 1024;
const TAG: usize = 16;
const CONTENT_KEY: usize = 32;
/// The fewest keys of the office: one lost key must not lose the answers.
const LEAST_RECIPIENTS: usize = 2;
/// The most: keeps a record far below the limit of a signed object.
const MOST_RECIPIENTS: usize = 16;

/// Says why answers can't be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The office has too few keys, or too many.
    #[error(
        "answers are sealed to {LEAST_RECIPIENTS} to {MOST_RECIPIENTS} different keys of the health office; {found} are certified now"
    )]
    Recipients {
        /// How many different keys there are.
        found: usize,
    },
    /// The form's id can't stand in a binding.
    #[error("a form's id has 1 to 64 lower-case letters, digits, '-', '_' or '.'")]
    FormId,
    /// The answers do not fit.
    #[error("the answers take {bytes} bytes, at most {PADDED} fit")]
    TooMany {
        /// How many they take.
        bytes: usize,
    },
    /// There is no randomness to be had.
    #[error("{0}")]
    Entropy(#[from] EntropyError),
}

/// Says why sealed answers do not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The answers were sealed to other keys.
    #[error("the answers were not sealed to the key {kid}")]
    NotARecipient {
        /// The key at hand.
        kid: KeyId,
    },
    /// A member is not base64url of the right length, or the form's id is none.
    #[error("{member} is malformed")]
    Malformed {
        /// Which member.
        member: &'static str,
    },
    /// The wrapped key or the content does not authenticate.
    #[error("the answers do not open: altered, or taken from another record, person, date or verdict")]
    DoesNotOpen,
    /// They open, and are no answers.
    #[error("what is sealed does not have the form of health answers")]
    NotAnswers,
}

/// Seals answers to every key of the office.
///
/// # Errors
/// [`SealError`] for fewer than two different keys, answers that do not fit, a bad form id, or no randomness.
pub fn seal(
    entropy: &dyn Entropy,
    recipients: &[Recipient],
    binding: &Binding<'_>,
    answers: &HealthAnswers,
) -> Result<Sealed, SealError> {
    let mut keys: Vec<&Recipient> = Vec::with_capacity(recipients.len());
    for recipient in recipients {
        if keys.iter().all(|key| key.kid() != recipient.kid()) {
            keys.push(recipient);
        }
    }
    if !(LEAST_RECIPIENTS..=MOST_RECIPIENTS).contains(&keys.len()) {
        return Err(SealError::Recipients { found: keys.len() });
    }
    let aad = binding.to_text().ok_or(SealError::FormId)?;
    let mut content = answers.padded().map_err(|bytes| SealError::TooMany { bytes })?;
    let mut content_key = Zeroizing::new([0; CONTENT_KEY]);
    entropy.fill(&mut *content_key)?;
    let tag = cipher(&content_key)
        .encrypt_inout_detached(&Nonce::default(), aad.as_bytes(), content.as_mut_slice().into())
        .expect("only messages beyond 256 GiB are refused");
    content.extend_from_slice(&tag);
    let recipients = keys
        .into_iter()
        .map(|recipient| {
            let wrapped = recipient.wrap(entropy, PURPOSE.as_bytes(), aad.as_bytes(), &*content_key)?;
            Ok(SealedRecipient {
                kid: recipient.kid(),
                enc: Base64UrlUnpadded::encode_string(&wrapped.enc),
                key: Base64UrlUnpadded::encode_string(&wrapped.ciphertext),
            })
        })
        .collect::<Result<_, EntropyError>>()?;
    Ok(Sealed { recipients, content: Base64UrlUnpadded::encode_string(&content) })
}

/// Opens answers with one of the office's keys.
///
/// # Errors
/// [`OpenError`] if they were sealed to other keys, or anything differs from what was sealed and bound.
pub fn open(key: &OpeningKey, binding: &Binding<'_>, sealed: &Sealed) -> Result<HealthAnswers, OpenError> {
    let kid = key.kid();
    let recipient = sealed.recipients.iter().find(|r| r.kid == kid).ok_or(OpenError::NotARecipient { kid })?;
    let wrapped = Wrapped {
        enc: bytes("enc", &recipient.enc)?,
        ciphertext: bytes::<{ CONTENT_KEY + TAG }>("key", &recipient.key)?.to_vec(),
    };
    let mut content = Zeroizing::new(bytes::<{ PADDED + TAG }>("content", &sealed.content)?);
    let aad = binding.to_text().ok_or(OpenError::Malformed { member: "form" })?;
    let content_key = key.unwrap(PURPOSE.as_bytes(), aad.as_bytes(), &wrapped).map_err(|_| OpenError::DoesNotOpen)?;
    let content_key: &[u8; CONTENT_KEY] = content_key.as_slice().try_into().map_err(|_| OpenError::DoesNotOpen)?;
    let (plain, tag) = content.split_at_mut(PADDED);
    let tag = Tag::try_from(&*tag).map_err(|_| OpenError::DoesNotOpen)?;
    cipher(content_key)
        .decrypt_inout_detached(&Nonce::default(), aad.as_bytes(), (&mut *plain).into(), &tag)
        .map_err(|_| OpenError::DoesNotOpen)?;
    HealthAnswers::from_padded(plain).ok_or(OpenError::NotAnswers)
}

fn cipher(key: &[u8; CONTENT_KEY]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(key.into())
}

fn bytes<const N: usize>(member: &'static str, text: &str) -> Result<[u8; N], OpenError> {
    text.parse::<B64<N>>().map(|bytes| bytes.0).map_err(|_| OpenError::Malformed { member })
}

//! Who is looking: sessions behind a cookie, and links that sign in without a password.
//!
//! The store keeps hashes of tokens only. A link's token is hashed under another name than a session's, so that neither
//! can be used as the other.

use base64ct::{Base64UrlUnpadded, Encoding};
use hadir_core::ports::{Entropy, EntropyError};
use sha2::{Digest, Sha256};

use crate::{
    limits::SESSION_LIFE_MS,
    store::{Login, LoginName, Session, Store, StoreError, StoreExt, StoreRead},
};

/// Why a session could not be opened or found.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The random source failed.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// There is no such login, or it was closed.
    #[error("there is no open login {0}; see `hadir admin logins`")]
    NoLogin(LoginName),
}

/// How often a sign-in link works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkUse {
    /// Once.
    Once,
    /// Any number of times until it expires. For a demonstration on one's own machine.
    UntilExpiry,
}

/// How long a sign-in link works unless the operator says otherwise, milliseconds: long enough to walk to another desk.
pub const LINK_LIFE_MS: i64 = 15 * 60_000;

/// A random token; the holder proves itself by it. `Debug` does not show it.
#[derive(Clone)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    fn random(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes)?;
        Ok(Self(Base64UrlUnpadded::encode_string(&bytes)))
    }

    /// The text, as cookies and addresses carry it: 43 characters of base64url.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn hash(purpose: &str, token: &str) -> [u8; 32] {
    Sha256::new().chain_update(purpose).chain_update([0]).chain_update(token).finalize().into()
}

const SESSION: &str = "hadir board session";
const LINK_ONCE: &str = "hadir board link, once";
const LINK_OFTEN: &str = "hadir board link";

const FORM: &str = "hadir board form";

/// What a form carries to show that a page of this very session drew it: of no use as a cookie, and not to be guessed
/// without one.
#[must_use]
pub fn form_token(session: &str) -> String {
    Base64UrlUnpadded::encode_string(&hash(FORM, session))
}

/// Opens a session for a login that has proven itself.
///
/// # Errors
/// [`SessionError`]; nothing is open then.
pub fn open(store: &dyn Store, entropy: &dyn Entropy, login: &LoginName, now_ms: i64) -> Result<Token, SessionError> {
    keep(store, entropy, SESSION, login, now_ms, SESSION_LIFE_MS)
}

/// Makes a link's token for a login.
///
/// # Errors
/// [`SessionError::NoLogin`] where there is none or it was closed; else what the store or the random source report.
pub fn issue_link(
    store: &dyn Store,
    entropy: &dyn Entropy,
    login: &LoginName,
    uses: LinkUse,
    now_ms: i64,
    life_ms: i64,
) -> Result<Token, SessionError> {
    let purpose = match uses {
        LinkUse::Once => LINK_ONCE,
        LinkUse::UntilExpiry => LINK_OFTEN,
    };
    store.query(|read| open_login(read, login))?.ok_or_else(|| SessionError::NoLogin(login.clone()))?;
    keep(store, entropy, purpose, login, now_ms, life_ms)
}

/// The path of a sign-in link, under the server's address.
#[must_use]
pub fn link_path(token: &Token) -> String {
    format!("/in/{}", token.as_str())
}

/// Finds whose session a cookie's token is; `None` if it is over, unknown, or its login was closed.
///
/// # Errors
/// What the store reports.
pub fn find(store: &dyn Store, token: &str, now_ms: i64) -> Result<Option<Login>, StoreError> {
    let hash = hash(SESSION, token);
    store.query(|read| whose(read, &hash, now_ms))
}

/// Uses a link and opens a session; `None` if the link is over, spent, unknown, or its login was closed.
///
/// # Errors
/// [`SessionError`]; a link that works once is then still unspent.
pub fn redeem(
    store: &dyn Store,
    entropy: &dyn Entropy,
    token: &str,
    now_ms: i64,
) -> Result<Option<Token>, SessionError> {
    let session = Token::random(entropy)?;
    let session_hash = hash(SESSION, session.as_str());
    let (once, often) = (hash(LINK_ONCE, token), hash(LINK_OFTEN, token));
    let opened = store.update(|tx| {
        let (login, spent) = match whose(tx.as_read(), &once, now_ms)? {
            Some(login) => (login, true),
            None => match whose(tx.as_read(), &often, now_ms)? {
                Some(login) => (login, false),
                None => return Ok(false),
            },
        };
        if spent {
            tx.close_session(&once)?;
        }
        tx.add_session(&new_session(session_hash, &login.name, now_ms, SESSION_LIFE_MS))?;
        Ok(true)
    })?;
    Ok(opened.then_some(session))
}

/// Closes the session of a cookie's token.
///
/// # Errors
/// What the store reports.
pub fn close(store: &dyn Store, token: &str) -> Result<(), StoreError> {
    let hash = hash(SESSION, token);
    store.update(|tx| tx.close_session(&hash))
}

fn keep(
    store: &dyn Store,
    entropy: &dyn Entropy,
    purpose: &str,
    login: &LoginName,
    now_ms: i64,
    life_ms: i64,
) -> Result<Token, SessionError> {
    let token = Token::random(entropy)?;
    let session = new_session(hash(purpose, token.as_str()), login, now_ms, life_ms);
    store.update(|tx| tx.add_session(&session))?;
    Ok(token)
}

fn new_session(token_hash: [u8; 32], login: &LoginName, now_ms: i64, life_ms: i64) -> Session {
    Session { token_hash, login: login.clone(), created_ms: now_ms, expires_ms: now_ms.saturating_add(life_ms) }
}

fn whose(read: &dyn StoreRead, hash: &[u8; 32], now_ms: i64) -> Result<Option<Login>, StoreError> {
    match read.session(hash)? {
        Some(session) if now_ms < session.expires_ms => open_login(read, &session.login),
        _ => Ok(None),
    }
}

fn open_login(read: &dyn StoreRead, name: &LoginName) -> Result<Option<Login>, StoreError> {
    Ok(read.login(name)?.filter(|login| login.disabled_ms.is_none()))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;
    use crate::store::{MemoryStore, Role};

    struct Counting(AtomicU8);
    impl Entropy for Counting {
        fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
            buffer.fill(self.0.fetch_add(1, Ordering::Relaxed));
            Ok(())
        }
    }

    fn start() -> (MemoryStore, Counting, LoginName) {
        let store = MemoryStore::default();
        let name: LoginName = "kepala".parse().unwrap();
        put(&store, &name, None);
        (store, Counting(AtomicU8::new(1)), name)
    }

    fn put(store: &MemoryStore, name: &LoginName, disabled_ms: Option<i64>) {
        let login = Login {
            name: name.clone(),
            role: Role::Head,
            unit: None,
            password_phc: String::new(),
            created_ms: 0,
            disabled_ms,
        };
        store.update(|tx| tx.put_login(&login)).unwrap();
    }

    #[test]
    fn a_session_ends_by_time_by_signing_out_and_with_its_login() {
        let (store, entropy, name) = start();
        let token = open(&store, &entropy, &name, 1_000).unwrap();
        let found = |now| find(&store, token.as_str(), now).unwrap().is_some();
        assert!(found(1_000) && found(1_000 + SESSION_LIFE_MS - 1));
        assert!(!found(1_000 + SESSION_LIFE_MS));
        put(&store, &name, Some(2_000));
        assert!(!found(2_000));
        put(&store, &name, None);
        close(&store, token.as_str()).unwrap();
        assert!(!found(1_000));
    }

    #[test]
    fn a_link_works_once_and_a_demonstration_s_link_until_it_expires() {
        let (store, entropy, name) = start();
        let once = issue_link(&store, &entropy, &name, LinkUse::Once, 0, 1_000).unwrap();
        let often = issue_link(&store, &entropy, &name, LinkUse::UntilExpiry, 0, 1_000).unwrap();
        let redeemed = |token: &Token, now| redeem(&store, &entropy, token.as_str(), now).unwrap();
        let session = redeemed(&once, 999).expect("the first use opens");
        assert!(find(&store, session.as_str(), 999).unwrap().is_some());
        assert!(redeemed(&once, 999).is_none(), "the second does not");
        assert!(redeemed(&often, 998).is_some() && redeemed(&often, 999).is_some());
        assert!(redeemed(&often, 1_000).is_none(), "it has expired");
    }

    #[test]
    fn a_link_is_no_cookie_and_a_cookie_no_link() {
        let (store, entropy, name) = start();
        let link = issue_link(&store, &entropy, &name, LinkUse::UntilExpiry, 0, 1_000).unwrap();
        let session = open(&store, &entropy, &name, 0).unwrap();
        assert!(find(&store, link.as_str(), 1).unwrap().is_none());
        assert!(redeem(&store, &entropy, session.as_str(), 1).unwrap().is_none());
    }

    #[test]
    fn a_closed_login_gets_no_link() {
        let (store, entropy, name) = start();
        put(&store, &name, Some(5));
        let refused = issue_link(&store, &entropy, &name, LinkUse::Once, 6, 1_000);
        assert!(matches!(refused, Err(SessionError::NoLogin(_))));
    }
}

//! What a request carries besides its address: session, language, where it came from.

use axum::{
    extract::{FromRequestParts, Query},
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use hadir_core::text::Lang;
use serde::Deserialize;
use std::sync::Arc;

use super::{Board, answer};
use crate::{
    board::{pages::board::Asked, session},
    day::Tally,
    store::Login,
};

const SESSION: &str = "hadir_board";
const LANG: &str = "hadir_lang";
const YEAR_S: i64 = 31_536_000;

/// The value of a cookie.
fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// A cookie for this site alone, out of reach of scripts.
fn set(name: &str, value: &str, max_age_s: i64, secure: bool) -> (HeaderName, HeaderValue) {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Strict{secure}");
    // Names and values are ours: base64url and language tags.
    (header::SET_COOKIE, HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("")))
}

/// The cookie that opens a session.
pub(super) fn session_cookie(token: &session::Token, secure: bool) -> (HeaderName, HeaderValue) {
    set(SESSION, token.as_str(), crate::limits::SESSION_LIFE_MS / 1_000, secure)
}

/// The cookie that forgets a session.
pub(super) fn no_session(secure: bool) -> (HeaderName, HeaderValue) {
    set(SESSION, "", 0, secure)
}

/// The cookie that remembers a language.
pub(super) fn lang_cookie(lang: Lang, secure: bool) -> (HeaderName, HeaderValue) {
    set(LANG, lang.tag(), YEAR_S, secure)
}

/// The token of the session's cookie.
pub(super) fn session_token(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, SESSION).filter(|token| !token.is_empty() && token.len() <= 64)
}

/// Whether a request that changes something comes from our own pages. Browsers say so themselves; what says nothing is no
/// browser, and has no cookie that it did not put there itself.
pub(super) fn same_site(headers: &HeaderMap) -> bool {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match text(&HeaderName::from_static("sec-fetch-site")) {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => match text(&header::ORIGIN) {
            Some(origin) => origin.split_once("://").map(|(_, host)| host) == text(&header::HOST),
            None => true,
        },
    }
}

/// What addresses of the board say. What can't be read is left out: an old bookmark shows today.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Params {
    u: Option<String>,
    d: Option<String>,
    s: Option<String>,
    pub(super) p: Option<String>,
    pub(super) w: Option<String>,
    pub(super) v: Option<String>,
    /// A code to look up.
    pub(super) c: Option<String>,
    lang: Option<String>,
}

impl Params {
    /// Which board is asked for.
    pub(super) fn asked(&self) -> Asked {
        Asked {
            unit: self.u.clone().filter(|unit| !unit.is_empty()),
            date: self.date(),
            show: self.s.as_deref().and_then(Tally::from_name),
        }
    }

    /// Chooses a unit, as a form names it; an empty name chooses none.
    pub(super) fn choose_unit(&mut self, unit: &str) {
        self.u = Some(unit.to_owned());
    }

    /// The date asked for.
    pub(super) fn date(&self) -> Option<NaiveDate> {
        self.d.as_deref()?.parse().ok()
    }
}

/// Language and parameters of any request.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) lang: Lang,
    pub(super) params: Params,
    /// Whether the language was chosen by this very address.
    pub(super) chose: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let Query(params) = Query::<Params>::try_from_uri(&parts.uri).unwrap_or_default();
        let chosen = params.lang.as_deref().and_then(|tag| tag.parse().ok());
        let kept = cookie(&parts.headers, LANG).and_then(|tag| tag.parse().ok());
        Ok(Self { lang: chosen.or(kept).unwrap_or_default(), params, chose: chosen.is_some() })
    }
}

/// A signed-in viewer. Without a session the answer is the sign-in page.
#[derive(Debug)]
pub(super) struct Viewer {
    pub(super) login: Login,
    pub(super) reader: Reader,
}

impl FromRequestParts<Arc<Board>> for Viewer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, board: &Arc<Board>) -> Result<Self, Response> {
        let Ok(reader) = Reader::from_request_parts(parts, board).await;
        match login_of(board, &parts.headers).await {
            Ok(Some(login)) => Ok(Self { login, reader }),
            Ok(None) => Err(Redirect::to("/login").into_response()),
            Err(Unavailable) => Err(answer::unavailable(reader.lang)),
        }
    }
}

/// The store could not be read.
#[derive(Debug)]
pub(super) struct Unavailable;

/// Whose session a request carries.
pub(super) async fn login_of(board: &Arc<Board>, headers: &HeaderMap) -> Result<Option<Login>, Unavailable> {
    let Some(token) = session_token(headers).map(str::to_owned) else { return Ok(None) };
    let board = Arc::clone(board);
    answer::blocking(move || session::find(&*board.store, &token, board.now_ms())).await
}

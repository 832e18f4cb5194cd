//! Signing in, with a password or a link, and out.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use hadir_core::text::Lang;
use serde::Deserialize;

use super::{
    Board, answer,
    cookie::{Reader, Unavailable, lang_cookie, login_of, no_session, session_cookie, session_token},
};
use crate::{
    board::{
        pages::sign_in,
        password,
        session::{self, SessionError, Token},
        words::words,
    },
    store::{LoginName, StoreExt},
};

/// The sign-in page; whoever is signed in goes on to the board.
pub(super) async fn form(State(board): State<Arc<Board>>, reader: Reader, headers: HeaderMap) -> Response {
    if !reader.chose && matches!(login_of(&board, &headers).await, Ok(Some(_))) {
        return Redirect::to("/board").into_response();
    }
    let page = answer::html(StatusCode::OK, sign_in::sign_in(reader.lang, "", None));
    (AppendHeaders([lang_cookie(reader.lang, board.secure)]), page).into_response()
}

/// What the sign-in page sends.
#[derive(Deserialize)]
pub(super) struct Credentials {
    user: String,
    password: String,
}

/// Checks a password.
pub(super) async fn submit(
    State(board): State<Arc<Board>>,
    reader: Reader,
    Form(credentials): Form<Credentials>,
) -> Response {
    let lang = reader.lang;
    let user = credentials.user.trim().to_lowercase();
    let again = |status, problem: &str| answer::html(status, sign_in::sign_in(lang, &user, Some(problem)));
    let (Ok(name), true) = (user.parse::<LoginName>(), credentials.password.chars().count() <= password::MAX) else {
        return again(StatusCode::UNAUTHORIZED, words(lang).wrong_login);
    };
    if let Err(wait_s) = board.throttle.take(name.as_str(), board.now_ms()) {
        let problem = words(lang).too_many_logins.replace("{n}", &wait_s.to_string());
        let mut response = again(StatusCode::TOO_MANY_REQUESTS, &problem);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
        return response;
    }
    match check(&board, name.clone(), credentials.password).await {
        Ok(Some(token)) => {
            board.throttle.forgive(name.as_str());
            signed_in(&board, lang, &token)
        }
        Ok(None) => again(StatusCode::UNAUTHORIZED, words(lang).wrong_login),
        Err(Unavailable) => answer::unavailable(lang),
    }
}

/// Opens a session if the password is right. A login that does not exist takes the same work.
async fn check(board: &Arc<Board>, name: LoginName, password: String) -> Result<Option<Token>, Unavailable> {
    let _one_of_few = board.password_checks.acquire().await.map_err(|_| Unavailable)?;
    let board = Arc::clone(board);
    answer::blocking(move || {
        let login = board.store.query(|read| read.login(&name))?.filter(|login| login.disabled_ms.is_none());
        let phc = login.as_ref().map_or(password::NOBODY, |login| login.password_phc.as_str());
        match (password::verify(&password, phc), login) {
            (true, Some(login)) => session::open(&*board.store, &*board.entropy, &login.name, board.now_ms()).map(Some),
            _ => Ok::<_, SessionError>(None),
        }
    })
    .await
}

/// A sign-in link. Whoever already has a session keeps it, and the link stays unspent.
pub(super) async fn link(
    State(board): State<Arc<Board>>,
    reader: Reader,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    let lang = reader.lang;
    if matches!(login_of(&board, &headers).await, Ok(Some(_))) {
        return Redirect::to("/board").into_response();
    }
    let redeeming = Arc::clone(&board);
    let redeemed =
        answer::blocking(move || session::redeem(&*redeeming.store, &*redeeming.entropy, &token, redeeming.now_ms()));
    match redeemed.await {
        Ok(Some(token)) => signed_in(&board, lang, &token),
        Ok(None) => answer::html(StatusCode::GONE, sign_in::sign_in(lang, "", Some(words(lang).link_spent))),
        Err(Unavailable) => answer::unavailable(lang),
    }
}

fn signed_in(board: &Board, lang: Lang, token: &Token) -> Response {
    let cookies = AppendHeaders([session_cookie(token, board.secure), lang_cookie(lang, board.secure)]);
    (cookies, answer::html(StatusCode::OK, sign_in::signed_in(lang))).into_response()
}

/// Closes the session.
pub(super) async fn sign_out(State(board): State<Arc<Board>>, reader: Reader, headers: HeaderMap) -> Response {
    if let Some(token) = session_token(&headers).map(str::to_owned) {
        let closing = Arc::clone(&board);
        if answer::blocking(move || session::close(&*closing.store, &token)).await.is_err() {
            return answer::unavailable(reader.lang);
        }
    }
    (AppendHeaders([no_session(board.secure)]), Redirect::to("/login")).into_response()
}

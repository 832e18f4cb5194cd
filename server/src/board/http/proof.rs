//! The page that checks a shared proof, and the one that finds a phone by its help code.

use std::sync::Arc;

use axum::{
    extract::State,
    http::StatusCode,
    response::{AppendHeaders, IntoResponse, Response},
};
use hadir_core::{model::ProofCode, wire::HelpNumber};

use super::{
    Board, answer,
    cookie::{Reader, Unavailable, Viewer, lang_cookie},
};
use crate::{
    admin::{HelpFound, find_help},
    board::{
        pages::{help, proof},
        proof::check,
    },
    policies::PolicyBook,
    store::{Login, Role, StoreError, StoreExt as _, subtree},
};

/// Whether a role is the help desk: the operator, and the personnel officer for their own units.
const fn helps(role: Role) -> bool {
    matches!(role, Role::Admin | Role::PersonnelOfficer)
}

/// Checks a proof.
pub(super) async fn proof(State(board): State<Arc<Board>>, viewer: Viewer) -> Response {
    let Viewer { login, reader } = viewer;
    let (lang, secure) = (reader.lang, board.secure);
    let typed = typed(&reader);
    let code = typed.parse::<ProofCode>();
    let draw = |answer, typed: &str| {
        let helps = helps(login.role);
        proof::ProofPage { lang, typed, answer, login: login.name.as_str(), helps }.render()
    };
    let page = match code {
        _ if typed.is_empty() => draw(proof::Answer::Nothing, ""),
        Err(_) => draw(proof::Answer::NoCode, &typed),
        Ok(code) => {
            let looking = (Arc::clone(&board), login.clone());
            let found = answer::blocking(move || {
                let (board, login) = looking;
                check(code, &login, &board.days, &*board.store, board.now_ms())
            });
            match found.await {
                Ok(checked) => draw(proof::Answer::Looked(&checked), &code.to_string()),
                Err(Unavailable) => return answer::unavailable(lang),
            }
        }
    };
    let page = answer::html(StatusCode::OK, page);
    (AppendHeaders([lang_cookie(lang, secure)]), page).into_response()
}

/// Finds a phone.
pub(super) async fn help(State(board): State<Arc<Board>>, viewer: Viewer) -> Response {
    let Viewer { login, reader } = viewer;
    let (lang, secure) = (reader.lang, board.secure);
    if !helps(login.role) {
        return answer::not_found(lang);
    }
    let typed = typed(&reader);
    let code = typed.parse::<HelpNumber>();
    let draw = |answer, typed: &str| help::HelpPage { lang, typed, answer, login: login.name.as_str() }.render();
    let page = match code {
        _ if typed.is_empty() => draw(help::Answer::Nothing, ""),
        Err(_) => draw(help::Answer::NoCode, &typed),
        Ok(code) => {
            let looking = (Arc::clone(&board), login.clone());
            let found = answer::blocking(move || {
                let (board, login) = looking;
                find(&board, &login, code)
            });
            match found.await {
                Ok(Some(seen)) => draw(help::Answer::Found(&seen), &code.to_string()),
                Ok(None) => draw(help::Answer::NotFound, &code.to_string()),
                Err(Unavailable) => return answer::unavailable(lang),
            }
        }
    };
    let page = answer::html(StatusCode::OK, page);
    (AppendHeaders([lang_cookie(lang, secure)]), page).into_response()
}

/// The phone of somebody in the login's units; one of another unit looks like none.
fn find(board: &Board, login: &Login, code: HelpNumber) -> Result<Option<help::Seen>, StoreError> {
    let now_ms = board.now_ms();
    board.store.query(|read| {
        let Some(HelpFound { help, person, revoked }) = find_help(code, now_ms, read)? else { return Ok(None) };
        let units = read.units()?;
        if login.unit.as_ref().is_some_and(|top| !subtree(&units, top).contains(&person.unit)) {
            return Ok(None);
        }
        let unit = units.into_iter().find(|unit| unit.id == person.unit);
        let unit = unit.map_or_else(|| person.unit.to_string(), |unit| unit.name);
        let zone = PolicyBook::load(read)?.zone(now_ms);
        Ok(Some(help::Seen { help, name: person.name, unit, revoked, zone }))
    })
}

/// What was typed, as far as it is shown again.
fn typed(reader: &Reader) -> String {
    reader.params.c.as_deref().unwrap_or_default().trim().chars().take(40).collect()
}

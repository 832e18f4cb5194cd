//! The pages behind a session: the board, a reason, the rule in force.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{AppendHeaders, IntoResponse, Response},
};

use super::{
    Board, answer,
    cookie::{Reader, Unavailable, Viewer, lang_cookie},
};
use crate::{
    board::{
        live::{Drawing, Feed, FeedKey},
        pages::{
            board::{BoardPage, UnitChoice},
            rule,
            table::person_key,
            why,
        },
        sight::seen_by,
        words::words,
    },
    day::{DayError, Scope},
    store::{Login, UnitId},
};

/// What a viewer looks at.
pub(super) struct Looked {
    pub(super) scope: Scope,
    pub(super) feed: Arc<Feed>,
    pub(super) drawing: Arc<Drawing>,
    pub(super) units: Vec<UnitChoice>,
}

/// Finds the board that was asked for and draws it if needed; `None` if the unit is not this login's to see.
pub(super) async fn look(board: &Arc<Board>, login: &Login, reader: &Reader) -> Result<Option<Looked>, Unavailable> {
    let (board, login) = (Arc::clone(board), login.clone());
    let (lang, asked) = (reader.lang, reader.params.asked());
    answer::blocking(move || {
        let seen = board.days.units_below(login.unit.as_ref())?;
        let top = match asked.unit.as_deref().map(str::parse::<UnitId>) {
            None => login.unit.clone(),
            Some(Ok(unit)) if seen.iter().any(|(id, _)| *id == unit) => Some(unit),
            Some(_) => return Ok(None),
        };
        let all = login.unit.as_ref().and_then(|top| seen.iter().find(|(id, _)| id == top));
        let all = all.map_or(words(lang).all_units, |(_, name)| name);
        let mut units = vec![UnitChoice { id: String::new(), name: all.to_owned() }];
        units.extend(
            seen.iter()
                .filter(|(id, _)| Some(id) != login.unit.as_ref())
                .map(|(id, name)| UnitChoice { id: id.to_string(), name: name.clone() }),
        );
        if units.len() == 2 && login.unit.is_none() {
            // One unit is all there is: nothing to choose.
            units.pop();
        }
        let scope = Scope { top, date: asked.date };
        let top = scope.top.as_ref().map(ToString::to_string);
        let key = FeedKey { top, asked, lang, sees_entry: login.role.sees_entry() };
        let feed = board.feeds.get(key, board.seed);
        let now_ms = board.now_ms();
        let drawing = feed.newest(board.days.generation(), now_ms, || {
            Ok::<_, DayError>(seen_by(login.role, board.days.view(&scope, now_ms)?))
        })?;
        Ok::<_, DayError>(Some(Looked { scope, feed, drawing, units }))
    })
    .await
}

/// The board.
pub(super) async fn board(State(board): State<Arc<Board>>, viewer: Viewer, headers: HeaderMap) -> Response {
    let Viewer { login, reader } = viewer;
    let page = match look(&board, &login, &reader).await {
        Ok(Some(looked)) => {
            let version = looked.drawing.version().to_string();
            let asked = &looked.feed.key().asked;
            let page = BoardPage {
                lang: reader.lang,
                asked,
                login: login.name.as_str(),
                units: &looked.units,
                version: &version,
            };
            answer::large_html(&headers, page.render_with(&looked.drawing.view, &looked.drawing.rows()))
        }
        Ok(None) => answer::not_found(reader.lang),
        Err(Unavailable) => answer::unavailable(reader.lang),
    };
    if reader.chose { (AppendHeaders([lang_cookie(reader.lang, board.secure)]), page).into_response() } else { page }
}

/// Why a verdict is what it is.
pub(super) async fn why(State(board): State<Arc<Board>>, viewer: Viewer) -> Response {
    let Viewer { login, reader } = viewer;
    let looked = match look(&board, &login, &reader).await {
        Ok(Some(looked)) => looked,
        Ok(None) => return answer::not_found(reader.lang),
        Err(Unavailable) => return answer::unavailable(reader.lang),
    };
    let view = &looked.drawing.view;
    let (asked, what) = (reader.params.p.as_deref(), reader.params.w.as_deref().unwrap_or("day"));
    let person = view.people.iter().find(|person| asked == Some(person_key(&person.id).as_str()));
    let page = person.and_then(|person| why::page(reader.lang, view, person, what, &looked.feed.key().asked));
    page.map_or_else(|| answer::not_found(reader.lang), |page| answer::html(StatusCode::OK, page))
}

/// The rule in force on a date, in plain words.
pub(super) async fn rule(State(board): State<Arc<Board>>, viewer: Viewer) -> Response {
    let reader = viewer.reader;
    let (now_ms, date, asking) = (board.now_ms(), reader.params.date(), Arc::clone(&board));
    match answer::blocking(move || asking.days.rule_on(date, now_ms)).await {
        Ok(Some((date, booked))) => answer::html(StatusCode::OK, rule::page(reader.lang, date, &booked)),
        Ok(None) => answer::not_found(reader.lang),
        Err(Unavailable) => answer::unavailable(reader.lang),
    }
}

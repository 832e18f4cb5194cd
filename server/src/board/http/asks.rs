//! The page of requests and appeals, and the decisions that its forms send.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Form,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use hadir_core::{
    model::{EnvelopeHash, PersonId},
    text::Lang,
    text::time::DayClock,
};
use serde::Deserialize;

use super::{
    Board, answer,
    cookie::{Reader, Unavailable, Viewer, session_token},
};
use crate::{
    admin::{Admin, AdminError},
    asks::{self, Asked, OfficeAsk, pack_seen, recalls},
    board::{
        ask_words::RULINGS,
        pages::asks::{AsksPage, Named},
        session,
    },
    changes::AnnouncingStore,
    day::DayError,
    limits::{ASKS_OPEN_EACH, ASKS_SHOWN, RECALLS_AHEAD_DAYS},
    policies::PolicyBook,
    store::{Login, Role, StoreExt, StoreRead, UnitId, subtree},
};

/// Whether a role decides on what the people of its units ask: the head and the superior. Monitors watch, the personnel
/// officer keeps the files, and the operator runs the server.
const fn may_decide(role: Role) -> bool {
    matches!(role, Role::Head | Role::Superior)
}

/// Whether a role may read what people wrote beside what they ask.
const fn may_read(role: Role) -> bool {
    may_decide(role) || matches!(role, Role::PersonnelOfficer)
}

/// What the page is told when a form did not do what it was sent for.
#[derive(Debug, Clone, Copy)]
enum Told {
    /// Nothing was sent.
    Nothing,
    /// It is noted.
    Done,
    /// A refusal needs a reason.
    Reason,
    /// Somebody else decided, or the person withdrew it, since the page was drawn.
    Meanwhile,
    /// There is nothing like that here.
    Unknown,
}

impl Told {
    const fn words(self, lang: Lang) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Done => Some(lang.pick(
                "Keputusan dicatat. HP pemohon diberi tahu pada pengiriman berikutnya.",
                "The decision is noted. The person's phone is told at its next sync.",
            )),
            Self::Reason => Some(lang.pick(
                "Tulis alasannya, 1 sampai 300 huruf. Belum ada yang diputuskan.",
                "Write the reason, 1 to 300 characters. Nothing was decided.",
            )),
            Self::Meanwhile => Some(lang.pick(
                "Sudah ada keputusan atau penarikan sejak halaman ini dibuka; periksa lagi di bawah. Belum ada yang diubah.",
                "There was a decision or a withdrawal since this page was opened; look again below. Nothing was changed.",
            )),
            Self::Unknown => Some(lang.pick(
                "Permohonan itu tidak ada di sini. Belum ada yang diputuskan.",
                "There is no such request here. Nothing was decided.",
            )),
        }
    }
}

/// The page.
pub(super) async fn page(State(board): State<Arc<Board>>, viewer: Viewer, headers: HeaderMap) -> Response {
    let told = if viewer.reader.params.v.as_deref() == Some("done") { Told::Done } else { Told::Nothing };
    draw(board, viewer.login, viewer.reader, &headers, StatusCode::OK, told).await
}

/// What a form sends. What can't be read decides nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Decided {
    t: String,
    a: String,
    after: String,
    #[serde(rename = "do")]
    act: String,
    reason: String,
    ruling: String,
    u: String,
}

/// A decision.
pub(super) async fn decide(
    State(board): State<Arc<Board>>,
    viewer: Viewer,
    headers: HeaderMap,
    Form(form): Form<Decided>,
) -> Response {
    let Viewer { login, mut reader } = viewer;
    reader.params.choose_unit(&form.u);
    let own = session_token(&headers).map(session::form_token);
    if !may_decide(login.role) || own.as_deref() != Some(form.t.as_str()) {
        return answer::forbidden(reader.lang);
    }
    let deciding = (Arc::clone(&board), login.clone());
    let unit = form.u.clone();
    let done = answer::blocking(move || {
        let (board, login) = deciding;
        apply(&board, &login, &form)
    });
    match done.await {
        Ok(Told::Done) => {
            let unit = if unit.parse::<UnitId>().is_ok() { format!("&u={unit}") } else { String::new() };
            Redirect::to(&format!("/board/asks?v=done{unit}")).into_response()
        }
        Ok(told) => {
            let status = match told {
                Told::Unknown => StatusCode::NOT_FOUND,
                Told::Meanwhile => StatusCode::CONFLICT,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            draw(board, login, reader, &headers, status, told).await
        }
        Err(Unavailable) => answer::unavailable(reader.lang),
    }
}

/// Decides, if the login has the authority over whoever asked.
fn apply(board: &Board, login: &Login, form: &Decided) -> Result<Told, AdminError> {
    let (Ok(hash), Ok(after)) = (form.a.parse::<EnvelopeHash>(), form.after.parse::<u64>()) else {
        return Ok(Told::Unknown);
    };
    let now_ms = board.now_ms();
    let Some(ask) = board.store.query(|store| reachable(store, login, &hash))? else { return Ok(Told::Unknown) };
    let store = AnnouncingStore::new(Arc::clone(&board.store), Arc::clone(board.days.changes()));
    let admin = Admin::new(&store, &*board.entropy, login.name.as_str(), now_ms);
    let (reason, after) = (form.reason.trim(), Some(after));
    let done = match form.act.as_str() {
        "grant" => admin.grant_request(&hash, (!reason.is_empty()).then_some(reason), after),
        "refuse" => admin.refuse_request(&hash, reason, after),
        "uphold" => {
            let Some((_, ruling)) = RULINGS.into_iter().find(|(name, _)| *name == form.ruling) else {
                return Ok(Told::Unknown);
            };
            let Ok(windows) = board.days.windows_to_correct(&ask, now_ms) else { return Ok(Told::Unknown) };
            admin.uphold_appeal(&hash, &windows, ruling, reason, after)
        }
        "reject" => admin.reject_appeal(&hash, reason, after),
        _ => return Ok(Told::Unknown),
    };
    match done {
        Ok(_) => Ok(Told::Done),
        Err(AdminError::Text { .. }) => Ok(Told::Reason),
        Err(AdminError::DecidedMeanwhile(_) | AdminError::AlreadyDecided(_) | AdminError::Withdrawn(_)) => {
            Ok(Told::Meanwhile)
        }
        Err(AdminError::UnknownAsk(_)) => Ok(Told::Unknown),
        Err(error) => Err(error),
    }
}

/// A request or an appeal of somebody in the login's units.
fn reachable(
    store: &dyn StoreRead,
    login: &Login,
    hash: &EnvelopeHash,
) -> Result<Option<OfficeAsk>, crate::store::StoreError> {
    let Some(ask) = asks::find(store, hash)? else { return Ok(None) };
    let Some(person) = store.person(&ask.person)? else { return Ok(None) };
    let units = store.units()?;
    let within = login.unit.as_ref().is_none_or(|top| subtree(&units, top).contains(&person.unit));
    Ok(within.then_some(ask))
}

async fn draw(
    board: Arc<Board>,
    login: Login,
    reader: Reader,
    headers: &HeaderMap,
    status: StatusCode,
    told: Told,
) -> Response {
    let token = session_token(headers).map(session::form_token).unwrap_or_default();
    let lang = reader.lang;
    let secure = board.secure;
    let page = answer::blocking(move || render(&board, &login, &reader, &token, told));
    match page.await {
        Ok(Some(page)) => {
            let page = answer::html(status, page);
            (axum::response::AppendHeaders([super::cookie::lang_cookie(lang, secure)]), page).into_response()
        }
        Ok(None) => answer::not_found(lang),
        Err(Unavailable) => answer::unavailable(lang),
    }
}

fn render(
    board: &Board,
    login: &Login,
    reader: &Reader,
    token: &str,
    told: Told,
) -> Result<Option<maud::Markup>, DayError> {
    let (lang, asked, now_ms) = (reader.lang, reader.params.asked(), board.now_ms());
    let seen = board.days.units_below(login.unit.as_ref())?;
    let top = match asked.unit.as_deref().map(str::parse::<UnitId>) {
        None => login.unit.clone(),
        Some(Ok(unit)) if seen.iter().any(|(id, _)| *id == unit) => Some(unit),
        Some(_) => return Ok(None),
    };
    let read = board.store.query(|store| {
        let units = store.units()?;
        let shown = top.as_ref().map(|top| subtree(&units, top));
        let named: BTreeMap<_, _> = store
            .staff()?
            .into_iter()
            .filter(|person| shown.as_ref().is_none_or(|shown| shown.contains(&person.unit)))
            .map(|person| {
                let unit = units.iter().find(|unit| unit.id == person.unit).map(|unit| unit.name.clone());
                let unit = unit.unwrap_or_else(|| person.unit.to_string());
                (person.id, Named { name: person.name, unit })
            })
            .collect();
        let book = PolicyBook::load(store)?;
        let today = book.duty_date(now_ms);
        let until = today.and_then(|today| today.checked_add_days(chrono::Days::new(RECALLS_AHEAD_DAYS)));
        let recalls = match today.zip(until) {
            Some((today, until)) => recalls(store, None, today, until)?,
            None => Vec::new(),
        };
        let rule = today.and_then(|today| book.on(today)).cloned();
        let rule_seen = rule.as_ref().map(|booked| pack_seen(store, booked)).transpose()?;
        let asks = asks::load(store, None, asks::listed_from_ms(now_ms))?;
        let place =
            top.as_ref().and_then(|top| units.iter().find(|unit| unit.id == *top)).map(|unit| unit.name.clone());
        let place = match place {
            Some(place) => place,
            None => store.agency()?.map(|agency| agency.name).unwrap_or_default(),
        };
        Ok((named, asks, recalls, rule.zip(rule_seen), book.zone(now_ms), today, place))
    })?;
    let (named, asks, recalls, rule, zone, today, place) = read;
    let (Some(zone), Some(date)) = (zone, today) else { return Err(DayError::NoPolicy) };
    let mine = |ask: &OfficeAsk| named.contains_key(&ask.person);
    let (open, decided): (Vec<&OfficeAsk>, Vec<&OfficeAsk>) =
        asks.iter().filter(|ask| mine(ask)).partition(|ask| waits(ask));
    let (open, more) = oldest_of_each(open);
    let page = AsksPage {
        lang,
        clock: DayClock { zone, date, lang },
        now_ms,
        unit: asked.unit.as_deref(),
        place: &place,
        login: login.name.as_str(),
        may_decide: may_decide(login.role),
        may_read: may_read(login.role),
        token,
        open: open.into_iter().filter_map(|ask| Some((ask, named.get(&ask.person)?))).collect(),
        more: more.into_iter().filter_map(|(person, count)| Some((named.get(person)?, count))).collect(),
        decided: {
            let newest = decided.into_iter().rev().take(ASKS_SHOWN);
            newest.filter_map(|ask| Some((ask, named.get(&ask.person)?))).collect()
        },
        recalls: recalls.iter().filter_map(|recall| Some((recall, named.get(&recall.person)?))).collect(),
        rule: rule.as_ref().map(|(booked, seen)| {
            let people = seen.iter().filter_map(|seen| Some((seen, named.get(&seen.person)?))).collect();
            (booked.policy.title.as_str(), people)
        }),
        message: told.words(lang),
    };
    Ok(Some(page.render()))
}

/// The oldest few that each person asked, and of whom there are how many more.
fn oldest_of_each(open: Vec<&OfficeAsk>) -> (Vec<&OfficeAsk>, Vec<(&PersonId, usize)>) {
    let mut counts: BTreeMap<&PersonId, usize> = BTreeMap::new();
    let shown = open.into_iter().filter(|ask| {
        let count = counts.entry(&ask.person).or_default();
        *count += 1;
        *count <= ASKS_OPEN_EACH
    });
    let shown = shown.collect();
    let more = counts.into_iter().filter(|(_, count)| *count > ASKS_OPEN_EACH);
    (shown, more.map(|(person, count)| (person, count - ASKS_OPEN_EACH)).collect())
}

/// What nobody can read waits for a person too: it was asked.
fn waits(ask: &OfficeAsk) -> bool {
    ask.standing.awaits_decision() || ask.asked == Asked::Unread && ask.decisions.is_empty()
}

//! The board over HTTP: routes, who may see what, and headers.
//!
//! [`Board`] holds what the pages need; [`Board::routes`] gives a router to be merged with the server's. Every page works
//! without scripts; the event stream only keeps an open page fresh.

mod answer;
mod asks;
mod cookie;
mod events;
mod pages;
mod proof;
mod sign_in;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Request},
    middleware::{self, Next},
    response::{Redirect, Response},
    routing::{get, post},
};
use hadir_core::{
    ports::{Clock, Entropy},
    text::Lang,
};
use tokio::sync::{Semaphore, watch};

use super::{assets, live::Feeds, throttle::Throttle};
use crate::{
    day::Days,
    limits::{BOARD_VIEWERS, PASSWORD_CHECKS},
    store::Store,
};

/// Everything that the board's pages need.
pub struct Board {
    store: Arc<dyn Store>,
    days: Arc<Days>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    /// Whether browsers reach the server by TLS alone, so that cookies can be bound to it.
    secure: bool,
    feeds: Feeds,
    seed: u64,
    throttle: Throttle,
    password_checks: Semaphore,
    viewers: Arc<Semaphore>,
    closing: watch::Sender<bool>,
}

impl std::fmt::Debug for Board {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Board").field("secure", &self.secure).finish_non_exhaustive()
    }
}

impl Board {
    /// A board over a store and its days. `secure` says that browsers reach it by TLS alone.
    ///
    /// # Errors
    /// When the random source has nothing to give.
    pub fn new(
        store: Arc<dyn Store>,
        days: Arc<Days>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        secure: bool,
    ) -> Result<Arc<Self>, hadir_core::ports::EntropyError> {
        let mut seed = [0; 8];
        entropy.fill(&mut seed)?;
        Ok(Arc::new(Self {
            store,
            days,
            clock,
            entropy,
            secure,
            feeds: Feeds::default(),
            // Below 2^53 with room to count up.
            seed: u64::from_le_bytes(seed) >> 12,
            throttle: Throttle::default(),
            password_checks: Semaphore::new(PASSWORD_CHECKS),
            viewers: Arc::new(Semaphore::new(BOARD_VIEWERS)),
            closing: watch::Sender::new(false),
        }))
    }

    /// The routes: `/`, `/board…`, `/login`, `/logout`, `/in/…` and `/assets/…`; any other address is a page that says so.
    pub fn routes(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/", get(|| async { Redirect::to("/board") }))
            .route("/board", get(pages::board))
            .route("/board/events", get(events::events))
            .route("/board/why", get(pages::why))
            .route("/board/rule", get(pages::rule))
            .route("/board/asks", get(asks::page).post(asks::decide))
            .route("/board/proof", get(proof::proof))
            .route("/board/help", get(proof::help))
            .route("/login", get(sign_in::form).post(sign_in::submit))
            .route("/logout", post(sign_in::sign_out))
            .route("/in/{token}", get(sign_in::link))
            .fallback(|reader: cookie::Reader| async move { answer::not_found(reader.lang) })
            .layer(middleware::from_fn(guard))
            .route("/assets/{name}", get(|Path(name): Path<String>| async move { assets::serve(&name) }))
            .with_state(Arc::clone(self))
    }

    /// Ends every event stream, so that a graceful stop need not wait for open boards. They reconnect to the next process.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    fn now_ms(&self) -> i64 {
        self.clock.read().wall_ms
    }
}

/// Refuses requests that another site made a browser send, and sets what browsers must keep to.
async fn guard(request: Request, next: Next) -> Response {
    if request.method() == "POST" && !cookie::same_site(request.headers()) {
        return answer::forbidden(Lang::Id);
    }
    answer::harden(next.run(request).await)
}

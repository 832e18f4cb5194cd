//! The event stream of an open board: `patch` with what changed, `t` with the server's time each second, `over` when the
//! session has ended.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use hyper::body::Frame;
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc},
    time::MissedTickBehavior,
};

use super::{
    Board, answer,
    cookie::{Reader, login_of},
    pages::{Looked, look},
};
use crate::{
    board::{
        live::{Feed, Version},
        sight::seen_by,
        words::full_time,
    },
    day::{DayError, Scope},
    store::Role,
};

/// How often a viewer's feed is asked for news.
const ASK_EVERY: Duration = Duration::from_millis(500);
/// Asks between two times told.
const TIME_EVERY: u32 = 2;
/// Asks between two looks at the session.
const SESSION_EVERY: u32 = 60;
/// Frames that wait for a slow reader; the next patch is then made from what it last took.
const WAITING: usize = 2;

/// Streams the events of one board.
pub(super) async fn events(State(board): State<Arc<Board>>, reader: Reader, headers: HeaderMap) -> Response {
    let login = match login_of(&board, &headers).await {
        Ok(Some(login)) => login,
        // A stream that ends with a word, since a browser hides from a script why a stream was refused.
        Ok(None) => return stream_headers(Body::from("event: over\ndata: session\n\n")),
        Err(_) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
    };
    let Ok(permit) = Arc::clone(&board.viewers).try_acquire_owned() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let looked = look(&board, &login, &reader).await;
    let (scope, feed) = match looked {
        Ok(Some(Looked { scope, feed, .. })) => (scope, feed),
        Ok(None) => return stream_headers(Body::from("event: over\ndata: unit\n\n")),
        Err(_) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
    };
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).or(reader.params.v.as_deref());
    let held = last.and_then(|version| version.parse().ok());
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::spawn(feed_viewer(board, (scope, login.role), feed, held, headers, sender, permit));
    stream_headers(Body::new(Frames(receiver)))
}

fn stream_headers(body: Body) -> Response {
    let headers =
        [(header::CONTENT_TYPE, "text/event-stream"), (header::HeaderName::from_static("x-accel-buffering"), "no")];
    (headers, body).into_response()
}

/// Runs until the viewer leaves, the session ends, or the server stops.
async fn feed_viewer(
    board: Arc<Board>,
    (scope, role): (Scope, Role),
    feed: Arc<Feed>,
    mut held: Option<Version>,
    headers: HeaderMap,
    sender: mpsc::Sender<Bytes>,
    permit: OwnedSemaphorePermit,
) {
    let _counted = permit;
    let mut closing = board.closing.subscribe();
    let mut ticks = tokio::time::interval(ASK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = String::from("retry: 1500\n\n");
    for tick in 0_u32.. {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = closing.wait_for(|closing| *closing) => return,
            () = sender.closed() => return,
        }
        if tick % SESSION_EVERY == SESSION_EVERY - 1 && matches!(login_of(&board, &headers).await, Ok(None)) {
            told.push_str("event: over\ndata: session\n\n");
            let _ = sender.send(Bytes::from(told)).await;
            return;
        }
        let now_ms = board.now_ms();
        let asking = (Arc::clone(&board), Arc::clone(&feed), scope.clone());
        let drawn = answer::blocking(move || {
            let (board, feed, scope) = asking;
            feed.newest(board.days.generation(), now_ms, || {
                Ok::<_, DayError>(seen_by(role, board.days.view(&scope, now_ms)?))
            })
        });
        // Where the store can't be read the page keeps what it has, and hears no time either: it shows its age.
        let Ok(drawing) = drawn.await else { continue };
        if let Some(patch) = drawing.since(&feed.key().asked, held, now_ms) {
            let Ok(json) = serde_json::to_string(&patch) else { continue };
            told.push_str(&format!("id: {}\nevent: patch\ndata: {json}\n\n", drawing.version()));
            held = Some(drawing.version());
        } else if tick % TIME_EVERY == 0 {
            told.push_str(&format!("event: t\ndata: {}\n\n", full_time(drawing.view.zone, now_ms)));
        }
        if !told.is_empty() && sender.send(Bytes::from(std::mem::take(&mut told))).await.is_err() {
            return;
        }
    }
}

/// A body of frames as they come.
struct Frames(mpsc::Receiver<Bytes>);

impl hyper::body::Body for Frames {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0.poll_recv(context).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}

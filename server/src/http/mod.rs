//! HTTP around the service: bytes in, bytes out, with bounds on size and time.
//!
//! - [`router`]: the protocol's paths, and the page behind an invite link that was opened in a browser;
//! - [`listener`]: connections, their number, their time, TLS, and a stop that really closes;
//! - [`tls`]: certificate and key from files.

pub mod listener;
pub mod tls;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{any, get},
};
use hadir_core::wire::ProblemCode;

use crate::{
    handle::{BodyIn, HttpIn, HttpOut, Refusal, Route},
    service::Service,
};

const HADIR_REQUEST: HeaderName = HeaderName::from_static("hadir-request");
const HADIR_HEAD: HeaderName = HeaderName::from_static("hadir-head");

/// What the paths need.
#[derive(Clone)]
struct Desk {
    service: Arc<Service>,
    body_timeout: Duration,
}

/// The paths under `/v1`.
pub fn router(service: Arc<Service>, body_timeout: Duration) -> Router {
    let desk = Desk { service, body_timeout };
    Router::new()
        .route("/i", get(invite))
        .route("/s", get(invite))
        .route("/v1", any(answer))
        .route("/v1/{*path}", any(answer))
        .with_state(desk)
}

/// Shown where an invite or address link is opened in a browser. What it carries is in the fragment, which browsers keep to themselves.
const INVITE_PAGE: &str = r#"<!doctype html><html lang="id"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer"><title>Hadir</title>
<body style="font:17px/1.5 system-ui;margin:24px;max-width:36em">
<h1>Daftarkan HP ini</h1>
<p>Tautan ini dibuka dengan aplikasi Hadir, bukan dengan peramban. Pasang aplikasinya, lalu buka tautan ini lagi atau pindai kode QR-nya.
Tautan ini hanya untuk Anda dan hanya dapat dipakai satu kali: jangan diteruskan.</p>
<p lang="en">This link is opened with the Hadir app, not with a browser. Install the app, then open the link again or scan its QR code.
It is for you alone and works once: do not pass it on.</p>
"#;

async fn invite() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ];
    (headers, INVITE_PAGE).into_response()
}

async fn answer(State(Desk { service, body_timeout }): State<Desk>, request: Request) -> Response {
    match read(request, body_timeout).await {
        Ok(input) => write(service.answer(input).await),
        Err(refusal) => write(refusal.answer()),
    }
}

async fn read(request: Request, body_timeout: Duration) -> Result<HttpIn, Refusal> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let body = read_body(body, &parts.headers, Route::body_limit(&path), body_timeout).await?;
    Ok(HttpIn {
        method: parts.method.as_str().to_owned(),
        path,
        request: text(&parts.headers, &HADIR_REQUEST),
        content_type: text(&parts.headers, &header::CONTENT_TYPE),
        content_encoding: text(&parts.headers, &header::CONTENT_ENCODING),
        body,
    })
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// Reads a body to its end, or tells that it is too long without reading the rest.
async fn read_body(body: Body, headers: &HeaderMap, limit: usize, time: Duration) -> Result<BodyIn, Refusal> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|bytes| bytes > limit as u64) {
        return Ok(BodyIn::TooLong);
    }
    let cut_off = |what: &str| Refusal::new(ProblemCode::BadRequest, format!("the body {what}; nothing was stored"));
    match tokio::time::timeout(time, axum::body::to_bytes(body, limit)).await {
        Err(_) => Err(cut_off("did not come in time")),
        Ok(Ok(bytes)) => Ok(BodyIn::Whole(bytes.into())),
        Ok(Err(error)) if is_limit(&error) => Ok(BodyIn::TooLong),
        Ok(Err(_)) => Err(cut_off("broke off")),
    }
}

/// Whether reading stopped at the limit and not because the connection broke.
fn is_limit(error: &axum::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        // The type is http_body_util's, which axum does not name for others.
        if error.to_string() == "length limit exceeded" {
            return true;
        }
        source = error.source();
    }
    false
}

fn write(out: HttpOut) -> Response {
    let mut headers = HeaderMap::new();
    if let Some(content_type) = out.content_type {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    if let Some(seconds) = out.retry_after_s {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(head) = out.head.and_then(|head| HeaderValue::try_from(head).ok()) {
        headers.insert(HADIR_HEAD, head);
    }
    // No cache between phone and server may keep an answer.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let status = StatusCode::from_u16(out.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, headers, out.body).into_response()
}

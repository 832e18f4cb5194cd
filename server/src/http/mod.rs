//! HTTP around the service: bytes in, bytes out, with bounds on size and time.
//!
//! - [`router`]: the protocol's paths, and the page behind an invite link that was opened in a browser;
//! - [`app_links`]: which apps may open invite links, for the phones' systems;
//! - [`listener`]: connections, their number, their time, TLS, and a stop that really closes;
//! - [`tls`]: certificate and key from files.

pub mod app_links;
pub mod listener;
pub mod tls;

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
    routing::{any, get},
};
use hadir_core::wire::ProblemCode;

use self::app_links::AppLinks;
use crate::{
    handle::{BodyIn, HttpIn, HttpOut, Refusal, Route},
    service::Service,
};

const HADIR_REQUEST: HeaderName = HeaderName::from_static("hadir-request");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const HADIR_HEAD: HeaderName = HeaderName::from_static("hadir-head");

/// What the paths need.
#[derive(Clone)]
struct Desk {
    service: Arc<Service>,
    body_timeout: Duration,
    behind_proxy: bool,
}

/// Where a connection comes from; the listener says so with each request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// The paths under `/v1`, of invite links, and of the apps that open them. A proxy before this server, if there is one, is believed about where a request comes from.
pub fn router(service: Arc<Service>, body_timeout: Duration, behind_proxy: bool, app_links: &AppLinks) -> Router {
    let desk = Desk { service, body_timeout, behind_proxy };
    Router::new()
        .route("/i", get(invite))
        .route("/s", get(invite))
        .route("/v1", any(answer))
        .route("/v1/{*path}", any(answer))
        .merge(app_links.routes())
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

async fn answer(State(desk): State<Desk>, request: Request) -> Response {
    match read(request, &desk).await {
        Ok(input) => write(desk.service.answer(input).await),
        Err(refusal) => write(refusal.answer()),
    }
}

/// The address that a request comes from. A proxy adds it at the end of what whoever asks may have made up before.
fn peer(parts: &Parts, behind_proxy: bool) -> Option<IpAddr> {
    let told = || parts.headers.get_all(&X_FORWARDED_FOR).iter().next_back()?.to_str().ok()?.rsplit(',').next();
    let told = if behind_proxy { told().and_then(|address| address.trim().parse().ok()) } else { None };
    told.or_else(|| parts.extensions.get::<Peer>().map(|peer| peer.0))
}

async fn read(request: Request, desk: &Desk) -> Result<HttpIn, Refusal> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let body = read_body(body, &parts.headers, Route::body_limit(&path), desk.body_timeout).await?;
    Ok(HttpIn {
        method: parts.method.as_str().to_owned(),
        peer: peer(&parts, desk.behind_proxy),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_s_word_on_where_a_request_comes_from_counts_only_where_there_is_one() {
        let told = |forwarded: &[&str], behind_proxy| {
            let mut request = Request::new(Body::empty());
            request.extensions_mut().insert(Peer([127, 0, 0, 1].into()));
            for value in forwarded {
                request.headers_mut().append(X_FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
            }
            peer(&request.into_parts().0, behind_proxy).unwrap().to_string()
        };
        assert_eq!(told(&["9.9.9.9"], false), "127.0.0.1", "anyone may write that");
        assert_eq!(told(&["9.9.9.9, 10.0.0.7"], true), "10.0.0.7", "what came before the proxy's own word is made up");
        assert_eq!(told(&["9.9.9.9", "10.0.0.7"], true), "10.0.0.7");
        assert_eq!(told(&["rubbish"], true), "127.0.0.1");
        assert_eq!(told(&[], true), "127.0.0.1");
    }
}

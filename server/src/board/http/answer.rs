//! Answers: HTML with the headers that keep browsers in bounds.

use std::io::Write;

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use hadir_core::text::Lang;
use maud::Markup;

use super::cookie::Unavailable;
use crate::board::{pages::sign_in::message, words::words};

/// Nothing but our own files, and nothing inline: whatever markup slipped through the escaping would stay dead text.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Pages below this many bytes are sent as they are.
const GZIP_FROM: usize = 8 << 10;

/// Sets the headers that every page has. Pages hold people's days: no cache keeps them.
pub(super) fn harden(mut response: Response) -> Response {
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "geolocation=(), camera=(), microphone=()"),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// An HTML answer.
pub(super) fn html(status: StatusCode, page: Markup) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page.into_string()).into_response()
}

/// An HTML answer, packed where it is large and the browser unpacks.
pub(super) fn large_html(request: &HeaderMap, page: Markup) -> Response {
    let takes = request
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|takes| takes.contains("gzip"));
    let page = page.into_string();
    if takes && page.len() >= GZIP_FROM {
        let mut packer = GzEncoder::new(Vec::with_capacity(page.len() / 8), Compression::fast());
        if packer.write_all(page.as_bytes()).is_ok()
            && let Ok(packed) = packer.finish()
        {
            let headers = [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CONTENT_ENCODING, "gzip"),
                (header::VARY, "Accept-Encoding, Cookie"),
            ];
            return (headers, packed).into_response();
        }
    }
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

/// The store can't be read now.
pub(super) fn unavailable(lang: Lang) -> Response {
    let mut response = html(StatusCode::SERVICE_UNAVAILABLE, message(lang, words(lang).unavailable));
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

/// There is no such page, or not for this viewer: the two look the same.
pub(super) fn not_found(lang: Lang) -> Response {
    html(StatusCode::NOT_FOUND, message(lang, words(lang).not_found))
}

/// The request was made by another site.
pub(super) fn forbidden(lang: Lang) -> Response {
    harden(html(StatusCode::FORBIDDEN, message(lang, words(lang).not_found)))
}

/// Runs what waits for the store or computes for long, off the threads that serve sockets.
pub(super) async fn blocking<T: Send + 'static, E: Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, Unavailable> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(_)) | Err(_) => Err(Unavailable),
    }
}

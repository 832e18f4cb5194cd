//! What the pages load: style, script, font and icon, built into the binary, each under an address that changes with its content.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

/// One file.
pub(crate) struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

/// The style sheet.
pub(crate) static CSS: Asset =
    Asset { name: "board.css", kind: "text/css; charset=utf-8", bytes: include_bytes!("../../assets/board.css") };
/// The script.
pub(crate) static JS: Asset =
    Asset { name: "board.js", kind: "text/javascript; charset=utf-8", bytes: include_bytes!("../../assets/board.js") };
/// Inter, Latin, variable weight, tabular figures (SIL OFL 1.1).
pub(crate) static FONT: Asset = Asset {
    name: "inter.woff2",
    kind: "font/woff2",
    bytes: include_bytes!("../../assets/inter/inter-latin-wght-normal.woff2"),
};
/// The icon.
pub(crate) static ICON: Asset =
    Asset { name: "icon.svg", kind: "image/svg+xml", bytes: include_bytes!("../../assets/icon.svg") };

impl Asset {
    /// The address, with the content's version where it changes between builds.
    pub(crate) fn path(&self) -> String {
        format!("/assets/{}?v={}", self.name, self.version())
    }

    fn version(&self) -> String {
        Base64UrlUnpadded::encode_string(&Sha256::digest(self.bytes)[..6])
    }
}

/// Serves one file by its name.
pub(crate) fn serve(name: &str) -> Response {
    let Some(asset) = [&CSS, &JS, &FONT, &ICON].into_iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    (
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(asset.kind)),
            (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ],
        asset.bytes,
    )
        .into_response()
}

//! Which apps may open this server's invite links without asking: what Android (Digital Asset Links) and iOS (universal links)
//! fetch from the links' host to find out.

use std::{fmt, str::FromStr};

use axum::{
    Router,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde_json::json;

/// Where Android looks (Digital Asset Links).
const ASSET_LINKS: &str = "/.well-known/assetlinks.json";
/// Where iOS looks (universal links); no extension, by Apple's rule.
const APPLE_ASSOCIATION: &str = "/.well-known/apple-app-site-association";
/// An hour: a new signing key is believed on the same day, and a reinstallation at an agency costs no more than one answer.
const CACHED: &str = "public, max-age=3600";
/// The path of an invite link, also below a path of a proxy; as in Android's manifest.
const INVITE_PATH: &str = "*/i";

/// An Android app with one certificate that signs it, read from `PACKAGE=FINGERPRINT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AndroidApp {
    package: String,
    /// SHA-256 of the certificate, in upper case with colons, as Android wants it.
    fingerprint: String,
}

/// An iOS app, read from `TEAM.BUNDLE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppleApp(String);

/// Why something names no app.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppLinkError {
    /// No `=`.
    #[error("write the package, =, and the certificate's SHA-256, such as id.hadir.app=14:6D:E9:…")]
    NoFingerprint,
    /// Not an Android package.
    #[error("\"{0}\" is no Android package: letters, digits, _ and at least one dot, such as id.hadir.app")]
    Package(String),
    /// Not a fingerprint.
    #[error(
        "a SHA-256 fingerprint has 64 hexadecimal digits, with or without colons, and this has {digits} digits; `keytool -list -v` and the Play Console print it"
    )]
    Fingerprint {
        /// How many hexadecimal digits there are.
        digits: usize,
    },
    /// Something in a fingerprint that is no digit.
    #[error("\"{0}\" is no hexadecimal digit; a SHA-256 fingerprint has 64 of them, with or without colons")]
    Digit(char),
    /// Not an Apple team.
    #[error(
        "\"{0}\" is no Apple team: ten capital letters and digits, before the bundle id, such as ABCDE12345.id.hadir.app"
    )]
    Team(String),
    /// Not a bundle id.
    #[error("\"{0}\" is no bundle id: letters, digits, - and at least one dot, such as id.hadir.app")]
    Bundle(String),
}

/// Parts between dots, at least two, each of which holds.
fn dotted(text: &str, part: impl Fn(&str) -> bool) -> bool {
    text.contains('.') && text.split('.').all(part)
}

impl FromStr for AndroidApp {
    type Err = AppLinkError;

    fn from_str(text: &str) -> Result<Self, AppLinkError> {
        let (package, fingerprint) = text.split_once('=').ok_or(AppLinkError::NoFingerprint)?;
        let word = |part: &str| {
            part.starts_with(|first: char| first.is_ascii_alphabetic())
                && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        if !dotted(package, word) {
            return Err(AppLinkError::Package(package.to_owned()));
        }
        let digits: Vec<char> = fingerprint.chars().filter(|c| *c != ':').collect();
        if let Some(other) = digits.iter().find(|c| !c.is_ascii_hexdigit()) {
            return Err(AppLinkError::Digit(*other));
        }
        if digits.len() != 64 {
            return Err(AppLinkError::Fingerprint { digits: digits.len() });
        }
        let pairs: Vec<String> =
            digits.chunks(2).map(|pair| pair.iter().collect::<String>().to_ascii_uppercase()).collect();
        Ok(Self { package: package.to_owned(), fingerprint: pairs.join(":") })
    }
}

impl FromStr for AppleApp {
    type Err = AppLinkError;

    fn from_str(text: &str) -> Result<Self, AppLinkError> {
        let (team, bundle) = text.split_once('.').unwrap_or((text, ""));
        if team.len() != 10 || !team.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) {
            return Err(AppLinkError::Team(team.to_owned()));
        }
        let word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if dotted(bundle, word) { Ok(Self(text.to_owned())) } else { Err(AppLinkError::Bundle(bundle.to_owned())) }
    }
}

impl fmt::Display for AppleApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The apps that may open this server's invite links; none: the links open in a browser, and both addresses answer 404.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AppLinks {
    /// Android apps; one that is signed by two certificates stands there twice.
    pub android: Vec<AndroidApp>,
    /// iOS apps.
    pub apple: Vec<AppleApp>,
}

impl AppLinks {
    /// The statements for Android.
    fn asset_links(&self) -> Option<String> {
        let mut packages: Vec<&str> = Vec::new();
        for app in &self.android {
            if !packages.contains(&app.package.as_str()) {
                packages.push(&app.package);
            }
        }
        let statement = |package: &&str| {
            let signed = self.android.iter().filter(|app| app.package == *package);
            json!({
                "relation": ["delegate_permission/common.handle_all_urls"],
                "target": {
                    "namespace": "android_app",
                    "package_name": package,
                    "sha256_cert_fingerprints": signed.map(|app| app.fingerprint.as_str()).collect::<Vec<_>>(),
                },
            })
        };
        (!packages.is_empty()).then(|| json!(packages.iter().map(statement).collect::<Vec<_>>()).to_string())
    }

    /// The association for iOS.
    fn apple_association(&self) -> Option<String> {
        let apps: Vec<&str> = self.apple.iter().map(|app| app.0.as_str()).collect();
        let details = json!([{ "appIDs": apps, "components": [{ "/": INVITE_PATH }] }]);
        (!apps.is_empty()).then(|| json!({ "applinks": { "details": details } }).to_string())
    }

    /// Both addresses, with answers that are made once.
    pub(super) fn routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let answering = |document: Option<String>| get(move || std::future::ready(answer(document.as_deref())));
        Router::new()
            .route(ASSET_LINKS, answering(self.asset_links()))
            .route(APPLE_ASSOCIATION, answering(self.apple_association()))
    }
}

fn answer(document: Option<&str>) -> Response {
    let Some(document) = document else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, CACHED),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, document.to_owned()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: &str = "14:6d:e9:83:c5:73:06:50:d8:ee:b9:95:2f:34:fc:64:16:a0:83:42:e6:1d:be:a8:8a:04:96:b2:3f:cf:44:e5";

    #[test]
    fn a_fingerprint_is_taken_with_and_without_colons_and_what_is_none_is_named() {
        let app = |fingerprint: &str| format!("id.hadir.app={fingerprint}").parse::<AndroidApp>();
        assert_eq!(app(SHA).unwrap().fingerprint, SHA.to_ascii_uppercase());
        assert_eq!(app(&SHA.replace(':', "")), app(SHA));
        assert_eq!(app(&SHA[3..]), Err(AppLinkError::Fingerprint { digits: 62 }));
        assert_eq!(app(&SHA.replace("e5", "g5")), Err(AppLinkError::Digit('g')));
        assert_eq!("id.hadir.app".parse::<AndroidApp>(), Err(AppLinkError::NoFingerprint));
        for package in ["hadir", "id..app", "id.1app", "id.hadir app", ""] {
            let told = format!("{package}={SHA}").parse::<AndroidApp>();
            assert_eq!(told, Err(AppLinkError::Package(package.into())));
        }
    }

    #[test]
    fn an_apple_app_is_a_team_and_a_bundle_id() {
        assert_eq!("ABCDE12345.id.hadir.app".parse::<AppleApp>().unwrap().to_string(), "ABCDE12345.id.hadir.app");
        for team in ["abcde12345", "ABCDE1234", "id", ""] {
            assert_eq!(format!("{team}.id.hadir.app").parse::<AppleApp>(), Err(AppLinkError::Team(team.into())));
        }
        for bundle in ["hadir", "id..app", "id.hadir_app", ""] {
            let told = format!("ABCDE12345.{bundle}").parse::<AppleApp>();
            assert_eq!(told, Err(AppLinkError::Bundle(bundle.into())));
        }
    }
}

//! When the agency's certificates end, in words: for `admin keys list`, `admin status` and the start of a server.

use hadir_core::{
    model::B64,
    text::{Lang, many},
    trust::{Ending, TrustStore, endings},
    wire::{Certificate, KeyUse},
};
use hadir_server::datadir::DataDir;

use crate::out::Out;

const DAY_MS: i64 = 86_400_000;

/// A date in UTC: certificates begin and end by the day, and not by an office's clock.
pub(super) fn day(ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(ms).map_or_else(|| ms.to_string(), |at| at.format("%Y-%m-%d").to_string())
}

/// The keys that the server of a directory signs with once it starts; none where they are not there.
pub(crate) fn in_use_at(data: &DataDir) -> Vec<(KeyUse, B64<32>)> {
    data.keys().map(|keys| keys.public().to_vec()).unwrap_or_default()
}

/// Warns of each use that is served no more, or not for long. Returns whether there was any.
pub(crate) fn warn(trust: &TrustStore, in_use: &[(KeyUse, B64<32>)], now_ms: i64, out: Out) -> bool {
    let near: Vec<Ending> =
        endings(trust, in_use, now_ms).into_iter().filter(|ending| ending.is_near(now_ms)).collect();
    for ending in &near {
        out.warn(&words(*ending, now_ms, out.lang));
    }
    !near.is_empty()
}

fn words(Ending { key_use, ends_ms }: Ending, now_ms: i64, lang: Lang) -> String {
    let what = key_use.as_str();
    match (ends_ms, lang) {
        (None, Lang::Id) => format!(
            "PERINGATAN: tidak ada kunci {what} yang berlaku sekarang. Sahkan yang baru (docs/operations.md, bagian 11)."
        ),
        (None, Lang::En) => {
            format!("WARNING: no key for {what} is certified now. Certify one (docs/operations.md, section 11).")
        }
        (Some(ends_ms), lang) => {
            let days = ends_ms.saturating_sub(now_ms) / DAY_MS;
            let date = day(ends_ms);
            match lang {
                Lang::Id => format!(
                    "PERINGATAN: sertifikat kunci {what} berakhir {date}, {days} hari lagi. Siapkan penggantinya (docs/operations.md, bagian 11)."
                ),
                Lang::En => format!(
                    "WARNING: the certificate for {what} ends on {date}, in {}. Prepare the next one (docs/operations.md, section 11).",
                    many(days, "day")
                ),
            }
        }
    }
}

/// Lists the certificates with their dates.
pub(super) fn list(trust: &TrustStore, in_use: &[(KeyUse, B64<32>)], now_ms: i64, out: Out) {
    for cert in trust.certificates() {
        let Certificate { serial, key_use, crv, x, nbf_ms, exp_ms, .. } = cert;
        let used = in_use.iter().any(|(of, key)| of == key_use && key == x);
        let state = match () {
            () if now_ms < *nbf_ms => out.lang.pick("belum berlaku", "not yet"),
            () if now_ms >= *exp_ms => out.lang.pick("berakhir", "ended"),
            () if used => out.lang.pick("dipakai server", "used by the server"),
            () => out.lang.pick("berlaku", "good"),
        };
        let kid = crv.thumbprint(x);
        out.object(&serde_json::json!({
            "serial": serial, "use": key_use, "kid": kid, "nbf_ms": nbf_ms, "exp_ms": exp_ms,
            "good": (*nbf_ms..*exp_ms).contains(&now_ms), "in_use": used,
        }));
        out.say(format!("{serial:>4} {:<11} {} – {} {kid} {state}", key_use.as_str(), day(*nbf_ms), day(*exp_ms)));
    }
}

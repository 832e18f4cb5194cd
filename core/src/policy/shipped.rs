//! The policies that ship: six circulars of 2020 and 2021, and the product's own `default`.

use chrono::NaiveDate;

use super::{Policy, PolicyErrors};

/// The id of the product's own policy.
pub const DEFAULT_ID: &str = "default";

/// Each shipped policy: its id and its file.
const SHIPPED: [(&str, &str); 7] = [
    (DEFAULT_ID, include_str!("../../../policies/default.toml")),
    ("luwu-utara-2021", include_str!("../../../policies/luwu-utara-2021.toml")),
    ("palopo-2021", include_str!("../../../policies/palopo-2021.toml")),
    ("palopo-2020", include_str!("../../../policies/palopo-2020.toml")),
    ("parepare-2021", include_str!("../../../policies/parepare-2021.toml")),
    ("solok-selatan-2020", include_str!("../../../policies/solok-selatan-2020.toml")),
    ("tangsel-2020", include_str!("../../../policies/tangsel-2020.toml")),
];

/// The shipped policies, as `(id, file)`.
#[must_use]
pub fn shipped() -> &'static [(&'static str, &'static str)] {
    &SHIPPED
}

/// A shipped policy, compiled; `None` for an id that does not ship.
///
/// # Errors
/// Those of [`Policy::parse`]; a test compiles each, so none are expected.
pub fn shipped_policy(id: &str) -> Option<Result<Policy, PolicyErrors>> {
    shipped().iter().find(|(shipped, _)| *shipped == id).map(|(_, file)| Policy::parse(file))
}

/// An ordinary working Tuesday within a shipped policy's own period, for demonstrations.
#[must_use]
pub fn sample_day(id: &str) -> Option<NaiveDate> {
    let (year, month, day) = match id {
        DEFAULT_ID => (2026, 11, 24),
        "luwu-utara-2021" | "palopo-2021" => (2021, 8, 3),
        "palopo-2020" => (2020, 6, 9),
        "parepare-2021" => (2021, 7, 27),
        "solok-selatan-2020" | "tangsel-2020" => (2020, 3, 24),
        _ => return None,
    };
    NaiveDate::from_ymd_opt(year, month, day)
}

//! A person's history as a file, and its check with nothing but the agency's public root (protocol §8).
//!
//! - [`Export`]: everything in its signed form;
//! - [`verify`]: reads it as evidence and gives a [`Report`] that names every [`Problem`] with its place.

mod chain;
mod losses;
mod receipts;
mod report;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use report::{EpochReport, Place, Problem, Report, Span};

use crate::{
    envelope::PublicKey,
    model::{B64, InstallId},
    trust::TrustStore,
    wire::{ReceiptAnswer, TimeToken, Trust, VERSION},
};

/// A history as it is exported: records in order, receipts and tokens as they were received.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// Protocol version.
    pub v: u32,
    /// The agency's root and certificates.
    pub trust: Trust,
    /// Whose history.
    pub install: InstallId,
    /// The installation's public key; its thumbprint is `install`.
    pub key: B64<32>,
    /// Records, compact, by epoch and place.
    pub records: Vec<String>,
    /// Receipts with their lines.
    pub receipts: Vec<ReceiptAnswer>,
    /// Time tokens, compact.
    pub tokens: Vec<String>,
    /// Places whose records the phone no longer holds, because the server does: their receipts say so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub freed: Vec<FreedPlaces>,
}

/// Places of one epoch whose records were freed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreedPlaces {
    /// The epoch.
    pub epoch: u32,
    /// First place.
    pub from_seq: u64,
    /// Last place.
    pub to_seq: u64,
}

/// Says why a text is no exported history.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnExport {
    /// Not the JSON of one.
    #[error("this is not an exported history (line {line}, column {column})")]
    Form {
        /// Where reading stopped.
        line: usize,
        /// Where reading stopped.
        column: usize,
    },
    /// Written by a later version.
    #[error("this history is of version {found}; this program reads {VERSION}: update it")]
    Version {
        /// The version found.
        found: u32,
    },
}

impl Export {
    /// Reads an export.
    ///
    /// # Errors
    /// [`NotAnExport`] if the text is not one, or is of a later version.
    pub fn parse(json: &[u8]) -> Result<Self, NotAnExport> {
        #[derive(Deserialize)]
        struct Version {
            v: u32,
        }
        match serde_json::from_slice::<Version>(json) {
            Ok(Version { v }) if v > VERSION => return Err(NotAnExport::Version { found: v }),
            _ => {}
        }
        serde_json::from_slice(json).map_err(|e| NotAnExport::Form { line: e.line(), column: e.column() })
    }
}

/// Checks a history. With a pinned root, that the agency's server received it; without, only that the file is in harmony
/// with the root that it brings itself, which a forger could have made.
#[must_use]
pub fn verify(export: &Export, pinned_root: Option<&B64<32>>) -> Report {
    let mut report = Report::new(export, pinned_root);
    let trust = match TrustStore::verify(&export.trust, pinned_root.unwrap_or(&export.trust.root)) {
        Ok(trust) => Some(trust),
        Err(error) => {
            report.problems.push(Problem::Trust { why: error.to_string() });
            None
        }
    };
    let key = match PublicKey::new(&export.key) {
        Ok(key) if key.kid() == export.install => key,
        Ok(_) => {
            report.problems.push(Problem::Key { why: "its thumbprint is not the installation's name".to_owned() });
            return report;
        }
        Err(error) => {
            report.problems.push(Problem::Key { why: error.to_string() });
            return report;
        }
    };
    let mut chain = chain::read(export, &key, &mut report);
    if let Some(trust) = trust {
        receipts::check(export, &trust, &mut chain, &mut report);
        check_tokens(export, &trust, &mut report);
    }
    chain.finish(&mut report);
    report
}

fn check_tokens(export: &Export, trust: &TrustStore, report: &mut Report) {
    for (index, compact) in export.tokens.iter().enumerate() {
        let why = match trust.open::<TimeToken>(compact) {
            Ok(token) if token.payload().install == export.install => {
                report.tokens += 1;
                continue;
            }
            Ok(_) => "it is for another installation".to_owned(),
            Err(error) => error.to_string(),
        };
        report.problems.push(Problem::Token { index, why });
    }
}

//! The agency's keys: made and certified in a directory that belongs on a machine without a network.

use std::{fs, os::unix::fs::DirBuilderExt, path::Path};

use hadir_core::{
    adapters::SystemEntropy,
    envelope::SigningKey,
    seal::wrap::OpeningKey,
    trust::{
        Grant, certify, found,
        keyfile::{self, Role},
    },
    wire::{Curve, KeyUse, Trust},
};

use super::{
    Failure,
    args::{KeysCommand, UseArg},
    clock, file,
};
use crate::{
    out::{Exit, Out},
    secret_file,
};

const YEAR_MS: i64 = 365 * 86_400_000;
/// A phone or a server whose clock is a little behind must not find a certificate that begins in the future.
const BEFORE_MS: i64 = 86_400_000;

/// The uses whose keys `keys init` makes itself; the health office makes its own.
const MADE: [KeyUse; 4] = [KeyUse::Policy, KeyUse::Receipt, KeyUse::Assignment, KeyUse::Recovery];

impl From<UseArg> for KeyUse {
    fn from(arg: UseArg) -> Self {
        match arg {
            UseArg::Policy => Self::Policy,
            UseArg::Receipt => Self::Receipt,
            UseArg::Assignment => Self::Assignment,
            UseArg::Health => Self::Health,
            UseArg::Recovery => Self::Recovery,
        }
    }
}

pub(super) fn run(command: &KeysCommand, out: Out) -> Result<Exit, Failure> {
    match command {
        KeysCommand::Init { agency, out: dir, years, clock: file } => {
            let now_ms = clock(file.as_deref())?.read().wall_ms;
            let trust = init(agency, dir, now_ms, *years)?;
            out.object(
                &serde_json::json!({ "agency": trust.agency, "root": trust.root, "certificates": trust.certs.len() }),
            );
            out.tell(
                format!(
                    "Kunci lembaga {agency} dibuat di {0}.\n\
                     Akar (publik): {root}\n\
                     Simpan {0}/root.jwk dan {0}/recovery.jwk luring; {0}/policy.jwk milik administrator.\n\
                     Berikutnya: Dinas Kesehatan membuat dua kunci (hadir health keygen), lalu masing-masing disahkan:\n\
                     hadir admin keys certify --keys {0} --use health --public FILE.pub",
                    dir.display(),
                    root = trust.root
                ),
                format!(
                    "The keys of the agency {agency} are in {0}.\n\
                     Root (public): {root}\n\
                     Keep {0}/root.jwk and {0}/recovery.jwk offline; {0}/policy.jwk is the administrator's.\n\
                     Next: the health office makes two keys (hadir health keygen), and each is certified:\n\
                     hadir admin keys certify --keys {0} --use health --public FILE.pub",
                    dir.display(),
                    root = trust.root
                ),
            );
        }
        KeysCommand::Certify { keys, key_use, public, years, clock: file } => {
            let now_ms = clock(file.as_deref())?.read().wall_ms;
            let trust = certify_file(keys, (*key_use).into(), public, now_ms, *years)?;
            out.object(&serde_json::json!({ "agency": trust.agency, "certificates": trust.certs.len() }));
            let path = keys.join("trust.json");
            out.tell(
                format!("Disahkan. {} kini memuat {} sertifikat.", path.display(), trust.certs.len()),
                format!("Certified. {} now holds {} certificates.", path.display(), trust.certs.len()),
            );
        }
    }
    Ok(Exit::Done)
}

/// Makes an agency's keys in a new directory: root, policy, receipt, assignment, recovery, and `trust.json`.
pub(crate) fn init(agency: &str, dir: &Path, now_ms: i64, years: u32) -> Result<Trust, Failure> {
    let root = SigningKey::generate(&SystemEntropy)?;
    let mut trust = found(agency, &root)?;
    fs::DirBuilder::new().mode(0o700).create(dir).map_err(file(dir))?;
    secret_file::write_new(&dir.join("root.jwk"), &keyfile::signing(Role::Root, &root))?;
    for key_use in MADE {
        let role = Role::Use(key_use);
        let (text, x) = match key_use.curve() {
            Curve::Ed25519 => {
                let key = SigningKey::generate(&SystemEntropy)?;
                (keyfile::signing(role, &key), key.public().as_b64())
            }
            Curve::X25519 => {
                let key = OpeningKey::generate(&SystemEntropy)?;
                (keyfile::opening(role, &key), key.public().x())
            }
        };
        secret_file::write_new(&dir.join(format!("{}.jwk", key_use.as_str())), &text)?;
        trust = certify(&trust, &root, &grant(key_use, x, now_ms, years))?;
    }
    write_trust(&dir.join("trust.json"), &trust)?;
    Ok(trust)
}

/// Certifies a public key and adds it to `trust.json`.
pub(crate) fn certify_file(
    keys: &Path,
    key_use: KeyUse,
    public: &Path,
    now_ms: i64,
    years: u32,
) -> Result<Trust, Failure> {
    let root = read_signing(&keys.join("root.jwk"), Role::Root)?;
    let text = fs::read_to_string(public).map_err(file(public))?;
    let key = keyfile::read_public(Role::Use(key_use), &text)
        .map_err(|error| Failure::Key(public.display().to_string(), error))?;
    let path = keys.join("trust.json");
    let trust = certify(&read_trust(&path)?, &root, &grant(key_use, key.x, now_ms, years))?;
    write_trust(&path, &trust)?;
    Ok(trust)
}

pub(crate) fn read_signing(path: &Path, role: Role) -> Result<SigningKey, Failure> {
    let text = secret_file::read(path)?;
    keyfile::read_signing(role, &text).map_err(|error| Failure::Key(path.display().to_string(), error))
}

pub(crate) fn read_trust(path: &Path) -> Result<Trust, Failure> {
    let text = fs::read_to_string(path).map_err(file(path))?;
    serde_json::from_str(&text).map_err(|error| {
        Failure::File(
            path.display().to_string(),
            std::io::Error::new(std::io::ErrorKind::InvalidData, error.to_string()),
        )
    })
}

fn grant(key_use: KeyUse, x: hadir_core::model::B64<32>, now_ms: i64, years: u32) -> Grant {
    Grant { key_use, x, nbf_ms: now_ms - BEFORE_MS, exp_ms: now_ms + i64::from(years) * YEAR_MS }
}

/// Whole or not at all: the list is what phones and server check everything against.
fn write_trust(path: &Path, trust: &Trust) -> Result<(), Failure> {
    let mut text = serde_json::to_string_pretty(trust)
        .map_err(|error| Failure::File(path.display().to_string(), std::io::Error::other(error.to_string())))?;
    text.push('\n');
    let next = path.with_extension("next");
    fs::write(&next, text).and_then(|()| fs::File::open(&next)?.sync_all()).map_err(file(&next))?;
    fs::rename(&next, path).map_err(file(path))
}

//! The agency's keys: made and certified in a directory that belongs on a machine without a network.

use std::{fs, os::unix::fs::DirBuilderExt, path::Path};

use hadir_core::{
    adapters::SystemEntropy,
    envelope::SigningKey,
    seal::wrap::OpeningKey,
    trust::{
        CertifyError, Grant, TrustStore, certify, found,
        keyfile::{self, KeyFileError, Role},
    },
    wire::{Certificate, Curve, KeyUse, Trust},
};
use hadir_server::{
    admin::AdminError,
    datadir::{DataDir, DataDirError},
    store::{Act, StoreExt},
};

use super::{
    Failure,
    args::{DataArgs, KeysCommand, MadeArg, UseArg},
    certificates, clock, file,
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

impl From<MadeArg> for KeyUse {
    fn from(arg: MadeArg) -> Self {
        match arg {
            MadeArg::Policy => Self::Policy,
            MadeArg::Receipt => Self::Receipt,
            MadeArg::Assignment => Self::Assignment,
            MadeArg::Recovery => Self::Recovery,
        }
    }
}

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
        KeysCommand::New { keys, key_use, years, clock: file } => {
            let now_ms = clock(file.as_deref())?.read().wall_ms;
            return new(keys, (*key_use).into(), now_ms, *years, out);
        }
        KeysCommand::List { keys, data, clock: file } => {
            let now_ms = clock(file.as_deref())?.read().wall_ms;
            return list(keys.as_deref(), data.as_deref(), now_ms, out);
        }
        KeysCommand::Install { data, file } => return install(data, file, out),
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

/// Makes one new key beside those that are there, and certifies it.
fn new(keys: &Path, key_use: KeyUse, now_ms: i64, years: u32, out: Out) -> Result<Exit, Failure> {
    let root = read_signing(&keys.join("root.jwk"), Role::Root)?;
    let list = keys.join("trust.json");
    let held = read_trust(&list)?;
    let (text, x) = make(key_use, Role::Use(key_use))?;
    let trust = certify(&held, &root, &grant(key_use, x, now_ms, years))?;
    let serial = TrustStore::verify(&trust, &trust.root).map_err(CertifyError::Trust)?.serial();
    // The key first: a list that certifies a key which nobody has would look like a rotation that is done.
    let path = keys.join(format!("{}-{serial}.jwk", key_use.as_str()));
    secret_file::write_new(&path, &text)?;
    write_trust(&list, &trust)?;
    let kid = key_use.curve().thumbprint(&x);
    out.object(&serde_json::json!({ "use": key_use, "serial": serial, "kid": kid, "file": path }));
    let (file, list) = (path.display(), list.display());
    out.tell(
        format!("Kunci {} nomor {serial} ada di {file}, disahkan dalam {list}.", key_use.as_str()),
        format!("The key for {} with serial {serial} is in {file}, certified in {list}.", key_use.as_str()),
    );
    match key_use {
        KeyUse::Receipt | KeyUse::Assignment => out.tell(
            format!(
                "Berikutnya, di server (urutannya penting):\n\
                 hadir admin trust --data DIR {list}\n\
                 hadir admin keys install --data DIR {file}   # lalu mulai ulang server"
            ),
            format!(
                "Next, on the server (in this order):\n\
                 hadir admin trust --data DIR {list}\n\
                 hadir admin keys install --data DIR {file}   # then restart the server"
            ),
        ),
        KeyUse::Policy | KeyUse::Health | KeyUse::Recovery => out.tell(
            format!("Berikutnya, di server: hadir admin trust --data DIR {list}. Kunci rahasianya tidak ke server."),
            format!("Next, on the server: hadir admin trust --data DIR {list}. The secret key does not go there."),
        ),
    }
    Ok(Exit::Done)
}

fn make(key_use: KeyUse, role: Role) -> Result<(zeroize::Zeroizing<String>, hadir_core::model::B64<32>), Failure> {
    Ok(match key_use.curve() {
        Curve::Ed25519 => {
            let key = SigningKey::generate(&SystemEntropy)?;
            (keyfile::signing(role, &key), key.public().as_b64())
        }
        Curve::X25519 => {
            let key = OpeningKey::generate(&SystemEntropy)?;
            (keyfile::opening(role, &key), key.public().x())
        }
    })
}

/// Lists certificates, of a list or of a server, and warns of those that end soon.
fn list(keys: Option<&Path>, data: Option<&Path>, now_ms: i64, out: Out) -> Result<Exit, Failure> {
    let (trust, in_use) = match (keys, data) {
        (Some(keys), _) => (read_trust(&keys.join("trust.json"))?, Vec::new()),
        (None, Some(data)) => {
            if !data.join("hadir.db").exists() {
                return Err(DataDirError::NoAgency(data.to_owned()).into());
            }
            let data = DataDir::open(data)?;
            let agency = data.store()?.query(|store| store.agency())?.ok_or(AdminError::NoAgency)?;
            (agency.trust, certificates::in_use_at(&data))
        }
        (None, None) => return Err(Failure::Usage("--keys or --data is needed".to_owned())),
    };
    let trust = TrustStore::verify(&trust, &trust.root).map_err(CertifyError::Trust)?;
    certificates::list(&trust, &in_use, now_ms, out);
    Ok(if certificates::warn(&trust, &in_use, now_ms, out) { Exit::NeedsPerson } else { Exit::Done })
}

/// Puts a new key of the server in its place.
fn install(args: &DataArgs, path: &Path, out: Out) -> Result<Exit, Failure> {
    if !args.data.join("hadir.db").exists() {
        return Err(DataDirError::NoAgency(args.data.clone()).into());
    }
    let data = DataDir::open(&args.data)?;
    let now_ms = clock(args.clock.as_deref())?.read().wall_ms;
    let read = |key_use| read_signing(path, Role::Use(key_use)).map(|key| (key_use, key));
    let (key_use, key) = match read(KeyUse::Receipt) {
        Err(Failure::Key(_, KeyFileError::OtherRole { found, .. })) if found == KeyUse::Assignment.as_str() => {
            read(KeyUse::Assignment)?
        }
        other => other?,
    };
    let agency = data.store()?.query(|store| store.agency())?.ok_or(AdminError::NoAgency)?;
    let trust = TrustStore::verify(&agency.trust, &agency.trust.root).map_err(AdminError::Trust)?;
    let x = key.public().as_b64();
    let good =
        |cert: &Certificate| cert.key_use == key_use && cert.x == x && (cert.nbf_ms..cert.exp_ms).contains(&now_ms);
    if !trust.certificates().any(good) {
        return Err(Failure::NotInList(key_use.as_str()));
    }
    let kept = data.replace_key(key_use, &key)?;
    data.store()?.update(|tx| {
        let detail = format!("{} {}", key_use.as_str(), key.kid());
        let act = Act { no: 0, at_ms: now_ms, by: super::operator(), what: "key.install".into(), detail };
        tx.add_act(&act).map(drop)
    })?;
    out.object(&serde_json::json!({ "use": key_use, "kid": key.kid(), "before": kept }));
    let before = kept.map_or_else(|| "–".to_owned(), |kept| kept.display().to_string());
    out.tell(
        format!("Kunci {} terpasang; yang lama: {before}. Mulai ulang server sekarang.", key_use.as_str()),
        format!("The key for {} is in place; the old one: {before}. Restart the server now.", key_use.as_str()),
    );
    Ok(Exit::Done)
}

/// Makes an agency's keys in a new directory: root, policy, receipt, assignment, recovery, and `trust.json`.
pub(crate) fn init(agency: &str, dir: &Path, now_ms: i64, years: u32) -> Result<Trust, Failure> {
    let root = SigningKey::generate(&SystemEntropy)?;
    let mut trust = found(agency, &root)?;
    fs::DirBuilder::new().mode(0o700).create(dir).map_err(file(dir))?;
    secret_file::write_new(&dir.join("root.jwk"), &keyfile::signing(Role::Root, &root))?;
    for key_use in MADE {
        let (text, x) = make(key_use, Role::Use(key_use))?;
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

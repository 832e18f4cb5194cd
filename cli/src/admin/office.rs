//! Setting up the agency: init, certificates, units, staff, policies.

use std::fs;

use hadir_core::{text::many, trust::keyfile::Role, wire::KeyUse};
use hadir_server::{
    admin::{NewAgency, staff},
    backup,
    datadir::DataDir,
    handle::ServerKeys,
    store::{StoreExt, Unit},
};

use super::{
    Failure, Office,
    args::{BackupArgs, InitArgs, PublishArgs, StaffArgs, TrustArgs, UnitArgs},
    clock, file,
    keys::{read_signing, read_trust},
};
use crate::{
    out::{Exit, Out},
    policy::{self, NoPolicy},
};

pub(super) fn init(args: &InitArgs, out: Out) -> Result<Exit, Failure> {
    let trust = read_trust(&args.keys.join("trust.json"))?;
    let key = |key_use: KeyUse| read_signing(&args.keys.join(format!("{}.jwk", key_use.as_str())), Role::Use(key_use));
    let keys = ServerKeys { receipt: key(KeyUse::Receipt)?, assignment: key(KeyUse::Assignment)? };
    let database = args.data.data.join("hadir.db");
    let is_new = !database.exists();
    let office = Office::make(&args.data)?;
    let root = trust.root;
    let new = NewAgency { name: args.name.clone(), server: args.server.clone(), root, trust };
    if let Err(refused) = office.admin().init(&new) {
        drop(office);
        if is_new {
            // What holds no agency is in the way of the next try's directory, and of nothing else.
            let _ = fs::remove_file(&database);
        }
        return Err(refused.into());
    }
    DataDir::open(&args.data.data)?.put_keys(&keys)?;
    out.object(&serde_json::json!({ "data": args.data.data, "root": root }));
    let data = args.data.data.display();
    out.tell(
        format!(
            "{} siap di {data}. Berikutnya:\n\
             hadir admin staff --data {data} pegawai.csv\n\
             hadir admin policy --data {data} default --key {}/policy.jwk\n\
             hadir serve --data {data}",
            args.name,
            args.keys.display()
        ),
        format!(
            "{} is set up in {data}. Next:\n\
             hadir admin staff --data {data} staff.csv\n\
             hadir admin policy --data {data} default --key {}/policy.jwk\n\
             hadir serve --data {data}",
            args.name,
            args.keys.display()
        ),
    );
    Ok(Exit::Done)
}

pub(super) fn trust(args: &TrustArgs, out: Out) -> Result<Exit, Failure> {
    let trust = read_trust(&args.file)?;
    Office::open(&args.data)?.admin().set_trust(&trust)?;
    out.object(&serde_json::json!({ "certificates": trust.certs.len() }));
    out.tell(
        format!("Diterima: {} sertifikat. HP mengambilnya pada pengiriman berikutnya.", trust.certs.len()),
        format!("Taken in: {} certificates. Phones fetch them at their next sync.", trust.certs.len()),
    );
    Ok(Exit::Done)
}

pub(super) fn unit(args: &UnitArgs, out: Out) -> Result<Exit, Failure> {
    let office = Office::open(&args.data)?;
    let Some(id) = &args.id else {
        for unit in office.store.query(|store| store.units())? {
            let parent = unit.parent.as_ref().map_or("-", |parent| parent.as_str());
            out.object(&serde_json::json!({ "id": unit.id.as_str(), "name": unit.name, "parent": parent, "service": unit.service }));
            out.say(format!("{:<20} {:<20} {}", unit.id, parent, unit.name));
        }
        return Ok(Exit::Done);
    };
    let known = office.store.query(|store| store.units())?.into_iter().find(|unit| unit.id == *id);
    let before = known.unwrap_or_else(|| Unit { id: id.clone(), name: id.to_string(), parent: None, service: None });
    let unit = Unit {
        id: id.clone(),
        name: args.name.clone().unwrap_or(before.name),
        parent: args.parent.clone().or(before.parent),
        service: args.service.clone().or(before.service),
    };
    office.admin().put_unit(&unit)?;
    out.object(&serde_json::json!({ "id": id.as_str() }));
    out.say(id.as_str());
    Ok(Exit::Done)
}

pub(super) fn staff(args: &StaffArgs, out: Out) -> Result<Exit, Failure> {
    let office = Office::open(&args.data)?;
    let Some(path) = &args.file else {
        for person in office.store.query(|store| store.staff())?.iter().filter(|person| person.active) {
            out.object(&serde_json::json!({ "id": person.id, "name": person.name, "unit": person.unit.as_str() }));
            out.say(format!("{:<30} {:<30} {}", person.id, person.name, person.unit));
        }
        return Ok(Exit::Done);
    };
    let bytes = fs::read(path).map_err(file(path))?;
    let list = staff::parse(&bytes)
        .map_err(|errors| Failure::Usage(format!("{}:\n{}", path.display(), errors.message(out.lang))))?;
    if args.check {
        out.object(&serde_json::json!({ "rows": list.rows.len(), "encoding": list.encoding }));
        out.tell(
            format!("{} baris, semuanya baik; tidak ada yang diubah.", list.rows.len()),
            format!("{}, all good; nothing was changed.", many(list.rows.len(), "row")),
        );
        return Ok(Exit::Done);
    }
    let done = office.admin().import_staff(&list, args.whole)?;
    out.object(&serde_json::json!({
        "added": done.added, "changed": done.changed, "unchanged": done.unchanged, "left": done.left, "units": done.units,
    }));
    out.tell(
        format!(
            "{} baru, {} berubah, {} tetap, {} keluar; {} unit baru.",
            done.added, done.changed, done.unchanged, done.left, done.units
        ),
        format!(
            "{} added, {} changed, {} as before, {} left; {} new units.",
            done.added, done.changed, done.unchanged, done.left, done.units
        ),
    );
    Ok(Exit::Done)
}

pub(super) fn policy(args: &PublishArgs, out: Out) -> Result<Exit, Failure> {
    let key = read_signing(&args.key, Role::Use(KeyUse::Policy))?;
    let (toml, _) = policy::read_whole(args.policy.as_ref(), out.lang).map_err(|why| match why {
        NoPolicy::Unreadable(why) => Failure::Unreadable(why),
        NoPolicy::Faults(why) => Failure::Usage(why),
    })?;
    let published = Office::open(&args.data)?.admin().publish_policy(&toml, &key)?;
    out.object(&serde_json::json!({ "number": published.number, "policy": published.policy }));
    out.tell(
        format!("Diterbitkan: {} (nomor {}).", published.policy, published.number),
        format!("Published: {} (number {}).", published.policy, published.number),
    );
    Ok(Exit::Done)
}

pub(super) fn backup(args: &BackupArgs, out: Out) -> Result<Exit, Failure> {
    let office = Office::open(&args.data)?;
    let clock = clock(args.data.clock.as_deref())?;
    let through_ms = backup::backup(&office.store, &args.file, clock.as_ref(), &office.by)?;
    out.object(&serde_json::json!({ "file": args.file, "backed_up_through_ms": through_ms }));
    let file = args.file.display();
    out.tell(
        format!("Cadangan di {file}; simpan di mesin lain, terenkripsi. Kunci server di {}/keys tidak termasuk.", args.data.data.display()),
        format!("The backup is in {file}; keep it on another machine, encrypted. The server's keys in {}/keys are not in it.", args.data.data.display()),
    );
    Ok(Exit::Done)
}

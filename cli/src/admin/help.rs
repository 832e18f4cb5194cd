//! `hadir admin help CODE`: how a phone stood when its person asked for help.

use hadir_core::text;
use hadir_server::store::StoreExt;

use super::{Failure, Office, args::HelpArgs, people::instant};
use crate::out::{Exit, Out};

pub(super) fn help(args: &HelpArgs, out: Out) -> Result<Exit, Failure> {
    let office = Office::open(&args.data)?;
    let Some(found) = office.admin().help(args.code)? else {
        out.tell(
            "Tidak ada HP dengan kode bantuan itu; kode berlaku tujuh hari. Minta orangnya menekan Kode bantuan sekali lagi.",
            "No phone has that help code; codes live for seven days. Have the person ask for one again.",
        );
        return Ok(Exit::No);
    };
    let (help, person) = (&found.help, &found.person);
    let unit = office.store.query(|store| store.units())?.into_iter().find(|unit| unit.id == person.unit);
    let unit = unit.map_or_else(|| person.unit.to_string(), |unit| unit.name);
    out.object(&serde_json::json!({
        "person": person.id, "name": person.name, "unit": person.unit.as_str(), "install": help.install,
        "revoked": found.revoked, "reported_ms": help.received_ms, "expires_ms": help.until_ms, "report": help.report,
    }));
    out.say(format!("{} ({}), {unit}", person.name, person.id));
    let row = |label: &str, value: &str| out.say(format!("{label}: {value}"));
    row(out.lang.pick("Nomor HP ini", "This phone's id"), &help.install.to_string());
    if found.revoked {
        out.tell("Pendaftaran HP ini sudah dicabut.", "This phone was revoked.");
    }
    row(out.lang.pick("Dilaporkan", "Reported"), &instant(help.received_ms));
    let never = || out.lang.pick("belum pernah", "never").to_owned();
    row(out.lang.pick("Terakhir terhubung", "Last contact"), &help.report.last_sync_ms.map_or_else(never, instant));
    for (label, value) in text::help::facts(&help.report, out.lang) {
        row(label, &value);
    }
    Ok(Exit::Done)
}

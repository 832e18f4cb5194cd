//! `hadir admin status` and `parked`: how the agency stands, and what its server lacks.

use hadir_core::{
    text::{Lang, time::duration},
    trust::TrustStore,
};
use hadir_server::{
    admin::{AdminError, Parked},
    datadir::DataDir,
    store::{OrderOutcome, StoreExt, StoredOrder},
};

use super::{
    Failure, Office,
    args::{ParkedArgs, ReleaseArgs, StatusArgs},
    certificates,
    people::instant,
};
use crate::out::{Exit, Out};

const DAY_MS: i64 = 86_400_000;

/// Shows how things stand; ends with 5 where somebody has to act.
pub(super) fn status(args: &StatusArgs, out: Out) -> Result<Exit, Failure> {
    let office = Office::open(&args.data)?;
    let (lang, now_ms) = (out.lang, office.now_ms);
    let seen = office.store.query(|store| {
        let phones = store.installations(None)?;
        Ok((
            store.agency()?,
            phones,
            store.highest_signed_ms()?,
            store.backed_up_through_ms()?,
            store.newest_pack()?,
            store.totals()?,
        ))
    })?;
    let (agency, phones, signed_ms, backed_up_ms, pack, totals) = seen;
    let agency = agency.ok_or(AdminError::NoAgency)?;
    let trust = TrustStore::verify(&agency.trust, &agency.trust.root).map_err(AdminError::Trust)?;
    let running = DataDir::open(&args.data.data)?.lock().is_err();
    let open = phones.iter().filter(|phone| phone.revoked.is_none());
    let (enrolled, heard) = (open.clone().count(), open.filter(|phone| now_ms - phone.seen_ms < DAY_MS).count());
    let lacking = office.admin().parked(None)?;
    let parked: usize = lacking.iter().map(|phone| phone.stubs.len()).sum();
    let proven: u64 = lacking.iter().flat_map(|phone| &phone.gaps).map(|gap| gap.to - gap.from + 1).sum();
    let behind_ms = signed_ms.map_or(0, |signed| signed.saturating_sub(now_ms)).max(0);
    out.object(&serde_json::json!({
        "agency": agency.id, "server": agency.server, "root": agency.trust.root, "running": running, "records": totals.records,
        "phones": enrolled, "heard_today": heard, "parked": parked, "proven": proven, "pack": pack,
        "trust": trust.serial(), "highest_signed_ms": signed_ms, "clock_behind_ms": behind_ms, "backed_up_through_ms": backed_up_ms,
    }));
    let row = |id: &'static str, en: &'static str, value: String| out.say(format!("{}: {value}", lang.pick(id, en)));
    row("Instansi", "Agency", format!("{} ({})", agency.name, agency.id));
    row("Alamat bagi HP", "Address for phones", agency.server.clone());
    row("Akar (publik)", "Root (public)", agency.trust.root.to_string());
    row(
        "Server berjalan",
        "Server runs",
        lang.pick(if running { "ya" } else { "tidak" }, if running { "yes" } else { "no" }).to_owned(),
    );
    row(
        "HP terdaftar",
        "Phones enrolled",
        match lang {
            Lang::Id => format!("{enrolled}, {heard} di antaranya terdengar dalam 24 jam"),
            Lang::En => format!("{enrolled}, {heard} of them heard within 24 hours"),
        },
    );
    row("Catatan", "Records", totals.records.to_string());
    row("Tertahan", "Parked", parked.to_string());
    row("Hilang dari server, terbukti dari tanda terima", "Lost by the server, proven by receipts", proven.to_string());
    let none = || lang.pick("belum pernah", "never").to_owned();
    row("Cadangan sampai", "Backed up through", backed_up_ms.map_or_else(none, instant));
    row("Sertifikat sampai nomor", "Certificates up to serial", trust.serial().to_string());
    let mut acts = certificates::warn(&trust, &certificates::in_use_at(&DataDir::open(&args.data.data)?), now_ms, out);
    if behind_ms > 0 {
        acts = true;
        out.warn(&match lang {
            Lang::Id => format!("PERINGATAN: jam mesin ini {} di belakang waktu yang sudah ditandatangani; server tidak memberi bukti waktu sampai jam menyusul.", duration(u64::try_from(behind_ms).unwrap_or(0), lang)),
            Lang::En => format!("WARNING: this machine's clock is {} behind what was signed; the server gives no proof of time until it has caught up.", duration(u64::try_from(behind_ms).unwrap_or(0), lang)),
        });
    }
    Ok(if acts || parked > 0 || proven > 0 { Exit::NeedsPerson } else { Exit::Done })
}

/// Lists what the server lacks, by phone.
pub(super) fn parked(args: &ParkedArgs, out: Out) -> Result<Exit, Failure> {
    let office = Office::open(&args.data)?;
    let lacking = office.admin().parked(args.install.as_ref())?;
    for phone in &lacking {
        show(phone, out);
    }
    if lacking.is_empty() {
        out.tell("Tidak ada yang tertahan, dan tidak ada yang hilang.", "Nothing is parked, and nothing is lost.");
    } else {
        out.tell(
            "Coba lagi: hadir admin release --data DIR HP EPOCH NOMOR. Yang hilang dari server: pulihkan cadangan yang lebih baru bila ada, \
             atau minta ekspor riwayat dari orangnya; petugas yang memutuskan (hadir admin rule).",
            "Try one again: hadir admin release --data DIR PHONE EPOCH NUMBER. For what the server lost: restore a later backup if there is one, \
             or ask the person for an export of the history; an officer rules (hadir admin rule).",
        );
    }
    Ok(Exit::Done)
}

fn show(lacking: &Parked, out: Out) {
    let phone = &lacking.phone;
    out.say(format!("{} {} {}", phone.id, phone.person, phone.app));
    for (stub, order) in &lacking.stubs {
        out.object(&serde_json::json!({
            "install": phone.id, "person": phone.person, "what": "parked", "epoch": stub.epoch, "seq": stub.seq, "reason": stub.reason,
            "hash": stub.stands_for, "received_ms": stub.received_ms, "order_ms": order.as_ref().map(|order| order.t_ms),
            "outcome": order.as_ref().and_then(|order| order.done).map(|(_, outcome)| outcome.as_str()),
        }));
        let order = order.as_ref().map_or_else(String::new, |order| format!(" · {}", order_words(order, out.lang)));
        let at = instant(stub.received_ms);
        out.tell(
            format!("  {}:{} tertahan ({}) sejak {at}{order}", stub.epoch, stub.seq, stub.reason),
            format!("  {}:{} parked ({}) since {at}{order}", stub.epoch, stub.seq, stub.reason),
        );
    }
    for gap in &lacking.gaps {
        out.object(&serde_json::json!({
            "install": phone.id, "person": phone.person, "what": "proven", "epoch": gap.epoch, "from": gap.from, "to": gap.to,
            "receipt_ms": gap.receipt_ms,
        }));
        let at = instant(gap.receipt_ms);
        let places = if gap.from == gap.to { gap.from.to_string() } else { format!("{}–{}", gap.from, gap.to) };
        out.tell(
            format!("  {}:{places} hilang dari server; pernah diterima (tanda terima {at})", gap.epoch),
            format!("  {}:{places} lost by the server; it was received (receipt of {at})", gap.epoch),
        );
    }
}

fn order_words(order: &StoredOrder, lang: Lang) -> String {
    let at = instant(order.t_ms);
    match order.done {
        None => format!(
            "{} {at}, {} {}",
            lang.pick("diminta coba lagi", "to be tried again,"),
            lang.pick("oleh", "by"),
            order.by
        ),
        Some((_, OrderOutcome::Received)) => lang.pick("sudah diterima", "received").to_owned(),
        Some((_, OrderOutcome::RefusedAgain)) => format!(
            "{} {at}",
            lang.pick("dicoba lagi, ditolak lagi; diminta", "tried again and refused again; ordered")
        ),
    }
}

/// Orders a parked record to be tried again.
pub(super) fn release(args: &ReleaseArgs, out: Out) -> Result<Exit, Failure> {
    let office = Office::open(&args.data)?;
    let order = office.admin().release(&args.install, args.epoch, args.seq)?;
    out.object(&serde_json::json!({ "install": order.install, "epoch": order.epoch, "seq": order.seq, "order_ms": order.t_ms }));
    out.tell(
        format!("Diminta: HP mencoba lagi catatan {}:{} pada pengiriman berikutnya.", order.epoch, order.seq),
        format!("Ordered: the phone tries record {}:{} again with its next sync.", order.epoch, order.seq),
    );
    Ok(Exit::Done)
}

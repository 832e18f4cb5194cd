//! `hadir admin restore`: a data directory from a backup, and what has to be done after.

use hadir_core::text::{Lang, many};
use hadir_server::{
    datadir::DataDir,
    restore::{KeysFound, Restored, restore},
};

use super::{Failure, args::RestoreArgs, clock, operator, people::instant};
use crate::out::{Exit, Out};

pub(super) fn run(args: &RestoreArgs, out: Out) -> Result<Exit, Failure> {
    let now_ms = clock(args.data.clock.as_deref())?.read().wall_ms;
    let data = DataDir::open(&args.data.data)?;
    let restored = restore(&args.file, &data, args.replace, &operator(), now_ms)?;
    out.object(&serde_json::json!({
        "agency": restored.agency, "data": args.data.data, "records": restored.totals.records, "alive_ms": restored.alive_ms,
        "highest_signed_ms": restored.highest_signed_ms, "before": restored.before,
        "trust_kept": restored.trust_kept,
        "keys": match restored.keys {
            KeysFound::Good => "good",
            KeysFound::Missing => "missing",
            KeysFound::NotCertified => "not_certified",
        },
    }));
    for line in words(&restored, args, now_ms, out.lang) {
        out.say(line);
    }
    Ok(if restored.keys == KeysFound::Good { Exit::Done } else { Exit::NeedsPerson })
}

fn words(restored: &Restored, args: &RestoreArgs, now_ms: i64, lang: Lang) -> Vec<String> {
    let data = args.data.data.display();
    let id = lang == Lang::Id;
    let mut lines = vec![match restored.alive_ms {
        Some(at) if id => {
            format!(
                "Dipulihkan: {}, {} catatan, server terakhir hidup {}.",
                restored.agency,
                restored.totals.records,
                instant(at)
            )
        }
        Some(at) => {
            format!(
                "Restored: {}, {}, the server last alive {}.",
                restored.agency,
                many(restored.totals.records, "record"),
                instant(at)
            )
        }
        None if id => format!("Dipulihkan: {}, {} catatan.", restored.agency, restored.totals.records),
        None => format!("Restored: {}, {}.", restored.agency, many(restored.totals.records, "record")),
    }];
    if let Some(before) = &restored.before {
        lines.push(if id {
            format!(
                "Basis data sebelumnya dipindahkan ke {}; jangan dihapus sebelum papan diperiksa.",
                before.display()
            )
        } else {
            format!("The database that was there is now {}; keep it until the board was looked at.", before.display())
        });
    }
    lines.push(lang.pick("Berikutnya:", "Next:").to_owned());
    match restored.keys {
        KeysFound::Good => {}
        KeysFound::Missing if id => lines.push(format!(
            "- Kunci server belum ada: salin receipt.jwk dan assignment.jwk dari cadangan kunci ke {data}/keys (mode 0600)."
        )),
        KeysFound::Missing => lines.push(format!(
            "- The server's keys are not here: copy receipt.jwk and assignment.jwk from their backup to {data}/keys (mode 0600)."
        )),
        KeysFound::NotCertified if id => lines.push(format!(
            "- Kunci server diperbarui sesudah cadangan ini: berikan daftarnya, hadir admin trust --data {data} trust.json"
        )),
        KeysFound::NotCertified => lines.push(format!(
            "- The server's keys are younger than this backup: give it the list, hadir admin trust --data {data} trust.json"
        )),
    }
    if restored.keys != KeysFound::NotCertified && !restored.trust_kept {
        lines.push(if id {
            format!(
                "- Berikan daftar sertifikat terbaru: hadir admin trust --data {data} trust.json (bila sama, tidak ada yang berubah)"
            )
        } else {
            format!("- Give it the newest list of certificates: hadir admin trust --data {data} trust.json (the same one changes nothing)")
        });
    }
    if let Some(signed) = restored.highest_signed_ms.filter(|signed| *signed > now_ms) {
        lines.push(if id {
            format!(
                "- Jam mesin ini ({}) di belakang waktu yang sudah ditandatangani server ({}): betulkan dahulu.",
                instant(now_ms),
                instant(signed)
            )
        } else {
            format!(
                "- This machine's clock ({}) is behind what the server has signed ({}): set it right first.",
                instant(now_ms),
                instant(signed)
            )
        });
    }
    lines.extend(
        if id {
            [
                format!("- Periksa jam (NTP), lalu jalankan: hadir serve --data {data}"),
                "- HP mengirim ulang sendiri apa yang hilang dari server. Yang bytenya sudah tidak ada di HP dibuktikan dengan tanda terima lama:".to_owned(),
                format!("  hadir admin parked --data {data}"),
                "- Tidak kembali sendiri: aturan, orang, fakta, keputusan, undangan, akun papan dan HP yang terdaftar sesudah cadangan. Masukkan lagi; undang lagi HP itu.".to_owned(),
            ]
        } else {
            [
                format!("- Look at the clock (NTP), then start it: hadir serve --data {data}"),
                "- Phones send again by themselves what the server lacks. Where a phone no longer has the bytes, old receipts prove the gap:".to_owned(),
                format!("  hadir admin parked --data {data}"),
                "- What does not come back by itself: rules, people, facts, rulings, invites, logins, and phones enrolled after the backup. Enter them again; invite those phones again.".to_owned(),
            ]
        },
    );
    lines
}

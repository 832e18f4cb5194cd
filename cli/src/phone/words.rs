//! Words of this shell: what the core says of itself, with this program's commands and the report of a sync.

use hadir_core::{
    engine::{LogEntry, Need, Now, SyncReport},
    text::{
        Lang, engine,
        time::{DayClock, duration},
    },
    wire::ProblemCode,
};

/// How far the wall clock was set off, or that it was set right.
pub(super) fn clock_set(offset_ms: i64, lang: Lang) -> String {
    let off = duration(offset_ms.unsigned_abs(), lang);
    match (lang, offset_ms.signum()) {
        (_, 0) => lang.pick("jam HP dibetulkan", "the phone's clock was set right").to_owned(),
        (Lang::Id, 1) => format!("jam HP dimajukan {off}"),
        (Lang::Id, _) => format!("jam HP dimundurkan {off}"),
        (Lang::En, 1) => format!("the phone's clock was set {off} ahead"),
        (Lang::En, _) => format!("the phone's clock was set {off} behind"),
    }
}

/// What a sync did, in one line or more.
pub(super) fn sync(report: &SyncReport, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    let (received, parked) = (report.received, report.parked);
    if received > 0 {
        lines.push(match lang {
            Lang::Id => format!("Sudah diterima server: {received} catatan"),
            Lang::En => format!("Received by the server: {received} record{}", plural(received)),
        });
    }
    if report.packs > 0 {
        lines.push(lang.pick("Surat edaran baru diterima", "A new rule came").to_owned());
    }
    if report.assignments > 0 {
        lines.push(lang.pick("Penugasan diperbarui", "The assignment was renewed").to_owned());
    }
    if parked > 0 {
        lines.push(match lang {
            Lang::Id => format!("Tertahan, perlu tindakan: {parked} catatan"),
            Lang::En => format!("Parked, needs a person: {parked} record{}", plural(parked)),
        });
    }
    lines.extend(report.not_taken.iter().map(|why| format!("{}: {why}", lang.pick("Tidak dipakai", "Not taken"))));
    lines.extend(report.problems.iter().map(|code| problem(*code, lang)));
    lines.push(engine::sync_report(report, lang));
    lines
}

fn problem(code: ProblemCode, lang: Lang) -> String {
    match code {
        ProblemCode::ClockBehind => lang
            .pick(
                "Jam server mundur: server belum memberi bukti waktu; petugas harus memperbaikinya",
                "The server's clock is behind: it gives no proof of time until the operator mends it",
            )
            .to_owned(),
        other => format!("{}: {}", lang.pick("Masalah di server", "A problem at the server"), other.as_str()),
    }
}

/// The plural's ending.
pub(super) const fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// What needs the person, with the command that answers it.
pub(super) fn need(need: &Need, lang: Lang) -> String {
    let command = match need {
        Need::Recall { .. } => "hadir phone acknowledge recall".to_owned(),
        Need::NewRule { .. } => "hadir phone acknowledge rule".to_owned(),
        Need::Parked { epoch, seq, .. } => format!("hadir phone release {epoch}:{seq}"),
        Need::Decision { .. } => "hadir phone acknowledge decision".to_owned(),
        Need::EnrolAgain => format!("hadir phone enrol {}", lang.pick("TAUTAN", "LINK")),
        _ => return engine::need(need, lang),
    };
    format!("{} → {command}", engine::need(need, lang))
}

/// When, and by which clock.
pub(super) fn now(now: &Now, clock: &DayClock) -> String {
    format!("{} ({})", clock.second(now.ms), engine::clock_source(now.source, clock.lang))
}

/// Where a record is, and its receipt.
pub(super) fn receipt(entry: &LogEntry, clock: &DayClock) -> String {
    let state = engine::delivery(&entry.delivery, clock.lang);
    match (entry.receipt, entry.received_ms) {
        (Some(receipt), Some(at_ms)) => {
            let short: String = receipt.to_string().chars().take(8).collect();
            format!("{state} {}, {} {short}…", clock.second(at_ms), clock.lang.pick("tanda terima", "receipt"))
        }
        _ => state.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use hadir_core::{engine::SyncEnd, sync::WaitReason};

    use super::*;

    #[test]
    fn a_sync_that_delivered_nothing_says_that_it_is_safe_here() {
        let end = SyncEnd::Waiting { for_ms: 1, why: WaitReason::NoNetwork };
        let report = SyncReport { end, pending: 2, ..SyncReport::default() };
        assert_eq!(
            sync(&report, Lang::Id),
            ["Belum terkirim: tidak ada jaringan. 2 catatan menunggu dikirim, aman di HP ini."]
        );
        let report = SyncReport { end: SyncEnd::Done, received: 1, ..SyncReport::default() };
        assert_eq!(sync(&report, Lang::En), ["Received by the server: 1 record", "The server has everything."]);
    }
}

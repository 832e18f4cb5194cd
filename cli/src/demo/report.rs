//! The end of the day in words: the table, the ledger, the promises, and what to try next.

use hadir_core::{
    judge::EntryState,
    text::{self, Lang},
};

use super::{
    outcome::{Line, Outcome},
    words::Caption,
};
use crate::out::Out;

/// Widths of the table's columns.
const NAME: usize = 24;
const CELL: usize = 22;
/// Above this many people only those with something to tell are listed.
const LIST_ALL: usize = 60;

/// Prints the end of the day.
pub fn print(outcome: &Outcome, out: Out) {
    table(outcome, out);
    reasons(outcome, out);
    ledger(outcome, out);
    promises(outcome, out);
    next(outcome, out);
}

fn heading(out: Out, id: &str, en: &str) {
    out.say("");
    out.tell(format!("== {id} =="), format!("== {en} =="));
}

fn table(outcome: &Outcome, out: Out) {
    heading(out, "Hari ini, per pegawai dan jadwal", "The day, people against windows");
    let mut head = format!("{:<NAME$}", out.lang.pick("Pegawai", "Person"));
    for window in &outcome.windows {
        head.push_str(&format!("{window:<CELL$}"));
    }
    if outcome.windows.is_empty() {
        head.push_str(&format!("{:<CELL$}", out.lang.pick("Hari ini", "Today")));
    }
    head.push_str(out.lang.pick("Masuk kantor berikutnya", "Entry next"));
    out.say(head);
    for line in outcome.table.iter().filter(|line| outcome.table.len() <= LIST_ALL || line.role.is_some()) {
        out.say(row(outcome, line, out.lang));
    }
}

fn row(outcome: &Outcome, line: &Line, lang: Lang) -> String {
    let mut row = format!("{:<NAME$}", cut(&line.name, NAME - 1));
    if let (true, Some(share)) = (line.cells.is_empty(), &line.share) {
        let percent = share.percent.map(|percent| format!(" {percent}%")).unwrap_or_default();
        let mark = if share.look { "◆ " } else { "" };
        let word = format!("{mark}{}{percent}", text::share::state(share.state, lang));
        row.push_str(&format!("{word:<width$}", width = 2 * CELL));
    } else if line.cells.is_empty() {
        let [id, en] = &line.day;
        row.push_str(&format!("{:<1$}", lang.pick(id, en), CELL * outcome.windows.len().max(1)));
    } else {
        for window in &outcome.windows {
            let cell = line.cells.iter().find(|cell| cell.window == *window);
            let [id, en] = &line.day;
            let elsewhere = || if line.owes { String::new() } else { lang.pick(id, en).to_owned() };
            let word = cell.map_or_else(elsewhere, |cell| {
                let word = text::judge::window_state(cell.state, lang);
                if cell.look { format!("◆ {word}") } else { word }
            });
            row.push_str(&format!("{:<CELL$}", cut(&word, CELL - 1)));
        }
    }
    if line.entry.state != EntryState::NotOwed {
        row.push_str(&text::judge::entry(line.entry, lang));
    }
    row.trim_end().to_owned()
}

fn cut(text: &str, width: usize) -> String {
    text.chars().take(width).collect()
}

fn reasons(outcome: &Outcome, out: Out) {
    heading(out, "Lihat alasan (yang bukan sekadar tepat waktu)", "Why (whatever is not simply on time)");
    for line in outcome.table.iter().filter(|line| line.role.is_some()) {
        if let Some(share) = &line.share {
            let [id, en] = &share.why;
            out.say(format!("{} · {}", line.name, text::share::label(out.lang)));
            for reason in if out.lang == Lang::Id { id } else { en } {
                out.say(format!("    {reason}"));
            }
        }
        for cell in &line.cells {
            let plain = cell.state == hadir_core::judge::WindowState::OnTime && !cell.look;
            if plain {
                continue;
            }
            let [id, en] = &cell.why;
            let why = if out.lang == Lang::Id { id } else { en };
            let state = text::judge::window_state(cell.state, out.lang);
            out.say(format!("{} · {} · {state}", line.name, cell.window));
            for reason in why {
                out.say(format!("    {reason}"));
            }
        }
    }
}

fn ledger(outcome: &Outcome, out: Out) {
    let ledger = &outcome.ledger;
    heading(out, "Neraca, dihitung dari luar", "The ledger, counted from outside");
    out.tell(
        format!(
            "tercatat {} = tersimpan {} + menunggu {} + terhapus karena pasang ulang {}",
            ledger.acknowledged, ledger.stored, ledger.waiting, ledger.destroyed_by_reinstall
        ),
        format!(
            "acknowledged {} = stored {} + waiting {} + destroyed by reinstall {}",
            ledger.acknowledged, ledger.stored, ledger.waiting, ledger.destroyed_by_reinstall
        ),
    );
    out.tell(
        format!(
            "hilang {}, ganda {}, berubah {}, asing {}",
            ledger.lost.len(),
            ledger.duplicated,
            ledger.altered.len(),
            ledger.foreign
        ),
        format!(
            "lost {}, duplicated {}, altered {}, foreign {}",
            ledger.lost.len(),
            ledger.duplicated,
            ledger.altered.len(),
            ledger.foreign
        ),
    );
    for id in &ledger.destroyed {
        out.tell(format!("    terhapus: {id}"), format!("    destroyed: {id}"));
    }
    for id in ledger.lost.iter().chain(&ledger.altered) {
        out.tell(format!("    HILANG ATAU BERUBAH: {id}"), format!("    LOST OR ALTERED: {id}"));
    }
    out.tell(
        format!(
            "Dari {} absen, {} dilakukan saat tidak ada sinyal atau server mati: aplikasi yang butuh jaringan saat absen akan menggagalkannya.",
            outcome.taps, outcome.taps_without_server
        ),
        format!(
            "Of {} taps, {} were made without network or server: an app that needs them at the tap would have failed each.",
            outcome.taps, outcome.taps_without_server
        ),
    );
    for form in outcome.health_office.iter().filter(|form| !form.may_enter) {
        let phone = form.phone.as_deref().unwrap_or("-");
        out.tell(
            format!("Dinas Kesehatan membuka formulir: {} tidak boleh masuk, hubungi {phone}.", form.name),
            format!("The health office opened a form: {} may not enter, call {phone}.", form.name),
        );
    }
}

fn promises(outcome: &Outcome, out: Out) {
    heading(out, "Janji", "Promises");
    for promise in &outcome.promises {
        let mark = match promise.held {
            Some(true) => "✓",
            Some(false) => "✗",
            None => "–",
        };
        let untested = promise.held.is_none();
        let (id, en) =
            if untested { (" (tidak diuji pada hari ini)", " (not put to the test on this day)") } else { ("", "") };
        out.tell(format!("{mark} {}{id}", promise.id), format!("{mark} {}{en}", promise.promise));
    }
    if !outcome.left_out.is_empty() {
        out.say(Caption::LeftOut(outcome.left_out.clone()).words(out.lang));
    }
    if !outcome.held() {
        out.tell("ADA JANJI YANG DILANGGAR.", "A PROMISE WAS BROKEN.");
    }
}

fn next(outcome: &Outcome, out: Out) {
    if let Some(path) = &outcome.export {
        heading(out, "Periksa sendiri", "Check it yourself");
        out.say(format!("hadir verify {} --root {}", path.display(), outcome.root));
    }
}

//! *Periksa bukti*: a code goes in, and what the office has under it comes out. Plain forms, no script needed.

use hadir_core::{
    model::Kind,
    text::{self, Lang, time::DayClock},
};
use maud::{Markup, html};

use super::{
    cell::{chip, verdict_chip},
    lookup::{Lookup, page},
    shape::Shape,
};
use crate::board::{
    proof::{Checked, Counts, Proven},
    words,
};

/// The page's title, and its name in the board's menu.
#[must_use]
pub(crate) const fn title(lang: Lang) -> &'static str {
    lang.pick("Periksa bukti", "Check a proof")
}

/// What became of what was typed.
#[derive(Debug)]
pub(crate) enum Answer<'a> {
    /// Nothing was typed yet.
    Nothing,
    /// It can't be a code.
    NoCode,
    /// It was looked up.
    Looked(&'a Checked),
}

/// Everything on the page.
pub(crate) struct ProofPage<'a> {
    /// Language.
    pub(crate) lang: Lang,
    /// What was typed, or the code as it is written.
    pub(crate) typed: &'a str,
    /// What became of it.
    pub(crate) answer: Answer<'a>,
    /// The login's name.
    pub(crate) login: &'a str,
    /// Whether this login may look up help codes too.
    pub(crate) helps: bool,
}

impl ProofPage<'_> {
    /// Draws the page.
    #[must_use]
    pub(crate) fn render(&self) -> Markup {
        let lang = self.lang;
        let lookup = Lookup {
            lang,
            here: "/board/proof",
            title: title(lang),
            beside: self.helps.then(|| ("/board/help", super::help::title(lang))),
            label: lang.pick(
                "Kode pada teks bukti, sepuluh huruf dan angka",
                "The code in the proof's text, ten letters and digits",
            ),
            example: "K7Q2M-9D4XA",
            button: lang.pick("Periksa", "Check"),
            typed: self.typed,
            login: self.login,
        };
        page(&lookup, &self.answer())
    }

    fn answer(&self) -> Markup {
        let lang = self.lang;
        let notice = |text: &str| html! { p.notice.info { (text) } };
        match self.answer {
            Answer::Nothing => html! {
                p.q { (lang.pick(
                    "Kode membuktikan bahwa catatan itu ada di kantor dan tidak diubah. Yang berlaku adalah isi di sini, bukan teks yang dibagikan.",
                    "The code shows that the office has the record, unchanged. What stands here holds, not the text that was shared.",
                )) }
            },
            Answer::NoCode => notice(lang.pick(
                "Kode terdiri dari sepuluh huruf dan angka, dua kelompok berisi lima. Periksa lagi.",
                "A code has ten letters and digits, in two groups of five. Look at it again.",
            )),
            Answer::Looked(Checked::NotFound) => notice(lang.pick(
                "Belum ada catatan dengan kode ini: mungkin belum dikirim oleh HP-nya, atau kodenya salah ketik. Ini bukan tanda bahwa buktinya palsu.",
                "No record has this code so far: the phone may not have sent it yet, or the code was mistyped. It does not mean that the proof is false.",
            )),
            Answer::Looked(Checked::OutsideUnits) => notice(lang.pick(
                "Catatan dengan kode ini ada, tetapi dari unit yang tidak Anda lihat. Tanyakan kepada atasan unitnya.",
                "There is a record with this code, of a unit that you do not see. Ask that unit's superior.",
            )),
            Answer::Looked(Checked::Found(found)) => html! { @for proven in found { (self.card(proven)) } },
        }
    }

    fn card(&self, proven: &Proven) -> Markup {
        let lang = self.lang;
        let date =
            proven.judged.as_ref().map_or_else(|| proven.zone.local(proven.claimed_ms).date(), |judged| judged.date);
        let clock = DayClock { zone: proven.zone, date, lang };
        let tap = proven.judged.as_ref().and_then(|judged| judged.tap);
        html! {
            article.sheet {
                h3 { (proven.name) span.q { " · " (proven.unit) } }
                p { (chip("good", Shape::Tick, lang.pick("Catatan asli", "Authentic record"))) }
                dl.facts {
                    dt { (lang.pick("Jenis", "Kind")) }
                    dd { (kind(&proven.kind, lang)) }
                    dt { (lang.pick("Tanggal", "Date")) }
                    dd { (text::policy::date(date, lang)) }
                    @if let Some(judged) = &proven.judged {
                        dt { (lang.pick("Dihitung untuk", "Counts for")) }
                        dd { (counts(&judged.counts, &clock)) }
                    }
                    dt { (lang.pick("Waktu", "Time")) }
                    dd {
                        @match tap {
                            Some(tap) => { (clock.second(tap.at_ms)) " " small { (text::time::grade(tap.grade, lang)) } },
                            None => { (clock.second(proven.claimed_ms)) " " small { (lang.pick("menurut jam HP", "by the phone's clock")) } },
                        }
                    }
                    dt { (lang.pick("Diterima server", "Received by the server")) }
                    dd { (text::policy::date(proven.zone.local(proven.received_ms).date(), lang)) ", " (DayClock { date: proven.zone.local(proven.received_ms).date(), ..clock }.second(proven.received_ms)) }
                }
            }
        }
    }
}

fn kind(kind: &Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::CheckIn => lang.pick("Presensi", "Check-in"),
        Kind::HealthForm => lang.pick("Penilaian mandiri", "Self-assessment"),
        Kind::Request => lang.pick("Permohonan", "Request"),
        Kind::Appeal => lang.pick("Sanggahan", "Appeal"),
        _ => lang.pick("Catatan lain", "Another record"),
    }
}

fn counts(counts: &Counts, clock: &DayClock) -> Markup {
    let lang = clock.lang;
    match counts {
        Counts::For(window) => {
            html! { (words::words(lang).counts_for) " " (window.window.label) " " (verdict_chip(lang, window)) }
        }
        Counts::Supports(window) => html! {
            (words::words(lang).counts_for) " " (window.window.label) ", "
            (lang.pick("mendukung presensi yang dihitung", "supports the check-in that counts"))
        },
        Counts::ForNone(why) => html! { (text::judge::other(*why, clock)) },
    }
}

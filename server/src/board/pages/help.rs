//! *Kode bantuan*: six letters go in, and how that phone stood comes out.

use hadir_core::{
    schedule::Zone,
    text::{self, Lang, time::DayClock},
};
use maud::{Markup, html};

use super::lookup::{Lookup, page};
use crate::store::StoredHelp;

/// The page's title.
#[must_use]
pub(crate) const fn title(lang: Lang) -> &'static str {
    lang.pick("Kode bantuan", "Help code")
}

/// A phone that was found. `Debug` shows no name.
pub(crate) struct Seen {
    /// What the phone said.
    pub(crate) help: StoredHelp,
    /// Whose it is.
    pub(crate) name: String,
    /// Name of the unit.
    pub(crate) unit: String,
    /// Whether the phone was revoked.
    pub(crate) revoked: bool,
    /// The office's zone; none before the first rule.
    pub(crate) zone: Option<Zone>,
}

/// What became of what was typed.
pub(crate) enum Answer<'a> {
    /// Nothing was typed yet.
    Nothing,
    /// It can't be a code.
    NoCode,
    /// No phone has it, or none that this login sees.
    NotFound,
    /// This phone.
    Found(&'a Seen),
}

/// Everything on the page.
pub(crate) struct HelpPage<'a> {
    /// Language.
    pub(crate) lang: Lang,
    /// What was typed, or the code as it is written.
    pub(crate) typed: &'a str,
    /// What became of it.
    pub(crate) answer: Answer<'a>,
    /// The login's name.
    pub(crate) login: &'a str,
}

impl HelpPage<'_> {
    /// Draws the page.
    #[must_use]
    pub(crate) fn render(&self) -> Markup {
        let lang = self.lang;
        let lookup = Lookup {
            lang,
            here: "/board/help",
            title: title(lang),
            beside: Some(("/board/proof", super::proof::title(lang))),
            label: lang.pick(
                "Kode yang disebutkan, enam huruf dan angka",
                "The code that was read out, six letters and digits",
            ),
            example: "7K2QM0",
            button: lang.pick("Cari", "Find"),
            typed: self.typed,
            login: self.login,
        };
        page(&lookup, &self.answer())
    }

    fn answer(&self) -> Markup {
        let lang = self.lang;
        match self.answer {
            Answer::Nothing => html! {
                p.q { (lang.pick(
                    "Minta orangnya menekan Kode bantuan di aplikasi dan menyebutkan enam hurufnya. Tidak ada data kesehatan atau lokasi di sini.",
                    "Have the person press Help code in the app and read out the six letters. There is nothing of health or places here.",
                )) }
            },
            Answer::NoCode => html! {
                p.notice.info { (lang.pick("Kode bantuan terdiri dari enam huruf dan angka. Tanyakan sekali lagi.", "A help code has six letters and digits. Ask once more.")) }
            },
            Answer::NotFound => html! {
                p.notice.info { (lang.pick(
                    "Tidak ada HP dengan kode itu di unit Anda; kode berlaku tujuh hari. Minta kode yang baru.",
                    "No phone in your units has that code; codes live for seven days. Ask for a new one.",
                )) }
            },
            Answer::Found(seen) => self.card(seen),
        }
    }

    fn card(&self, seen: &Seen) -> Markup {
        let (lang, report) = (self.lang, &seen.help.report);
        let at = |ms: i64| {
            let zone = seen.zone.unwrap_or(Zone::WITA);
            let date = zone.local(ms).date();
            format!("{}, {}", text::policy::date(date, lang), DayClock { zone, date, lang }.second(ms))
        };
        let never = || lang.pick("belum pernah", "never").to_owned();
        html! {
            article.sheet {
                h3 { (seen.name) span.q { " · " (seen.unit) } }
                @if seen.revoked { p.notice { (lang.pick("Pendaftaran HP ini sudah dicabut.", "This phone was revoked.")) } }
                dl.facts {
                    dt { (lang.pick("Dilaporkan", "Reported")) }
                    dd { (at(seen.help.received_ms)) }
                    dt { (lang.pick("Terakhir terhubung", "Last contact")) }
                    dd { (report.last_sync_ms.map_or_else(never, at)) }
                    @for (label, value) in text::help::facts(report, lang) {
                        dt { (label) }
                        dd { (value) }
                    }
                }
            }
        }
    }
}

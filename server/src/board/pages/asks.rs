//! *Permohonan dan sanggahan*: what waits for a decision first, what was decided after, and who has seen recalls and the rule.

use hadir_core::{
    ask::Standing,
    text::{self, Lang, time::DayClock},
};
use maud::{Markup, html};

use super::{
    cell::chip,
    layout::{Frame, Moves, page as frame},
    shape::Shape,
    table::person_key,
};
use crate::{
    asks::{Asked, OfficeAsk, PackSeen, RecallSeen, on_the_wire},
    board::{ask_words as own, words},
};

/// Somebody whom the page names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// Name.
    pub(crate) name: String,
    /// Name of the unit.
    pub(crate) unit: String,
}

/// Everything on the page.
pub(crate) struct AsksPage<'a> {
    /// Language.
    pub(crate) lang: Lang,
    /// The clock in which times are said.
    pub(crate) clock: DayClock,
    /// The server's time, milliseconds.
    pub(crate) now_ms: i64,
    /// The unit that is looked at, by id, where one was chosen.
    pub(crate) unit: Option<&'a str>,
    /// Its name, or the agency's.
    pub(crate) place: &'a str,
    /// The login's name.
    pub(crate) login: &'a str,
    /// Whether this login decides here.
    pub(crate) may_decide: bool,
    /// Whether it may read what people wrote.
    pub(crate) may_read: bool,
    /// Ties a form to the session that it was drawn for.
    pub(crate) token: &'a str,
    /// What waits for a decision, oldest first.
    pub(crate) open: Vec<(&'a OfficeAsk, &'a Named)>,
    /// Who asked for more than that lists, and how much more.
    pub(crate) more: Vec<(&'a Named, usize)>,
    /// What was decided, newest first.
    pub(crate) decided: Vec<(&'a OfficeAsk, &'a Named)>,
    /// Recalls to come, and who has confirmed them.
    pub(crate) recalls: Vec<(&'a RecallSeen, &'a Named)>,
    /// The title of the rule in force, and who has seen it.
    pub(crate) rule: Option<(&'a str, Vec<(&'a PackSeen, &'a Named)>)>,
    /// What became of the form that was just sent.
    pub(crate) message: Option<&'a str>,
}

impl AsksPage<'_> {
    /// Draws the page.
    #[must_use]
    pub(crate) fn render(&self) -> Markup {
        let (lang, words) = (self.lang, words::words(self.lang));
        let other = words::other(lang);
        let unit = self.unit.map(|unit| format!("u={unit}&")).unwrap_or_default();
        let board = self.unit.map_or_else(|| "/board".to_owned(), |unit| format!("/board?u={unit}"));
        let body = html! {
            header.top {
                h1 { (own::title(lang)) }
                span.q { (self.place) " · " (text::policy::date(self.clock.date, lang)) }
                span.live { (words.still.replace("{at}", &self.clock.second(self.now_ms))) }
            }
            nav.bar aria-label=(own::title(lang)) {
                a href=(board) { "← " (words.back_to_board) }
                span.end {
                    a href={ "/board/asks?" (unit) "lang=" (other.tag()) } hreflang=(other.tag()) lang=(other.tag()) { (words.other_lang) }
                    form method="post" action="/logout" { span { (self.login) } button.link type="submit" { (words.sign_out) } }
                }
            }
            main.asks {
                @if let Some(message) = self.message { p.notice.info role="status" { (message) } }
                h2 { (lang.pick("Menunggu keputusan", "Awaiting a decision")) " (" (self.open.len()) ")" }
                @if self.open.is_empty() { p.q { (lang.pick("Tidak ada.", "None.")) } }
                @for (ask, named) in &self.open { (self.card(ask, named)) }
                @for (named, count) in &self.more {
                    p.notice {
                        (named.name) ": "
                        (lang.pick("masih {n} lagi; muncul setelah yang di atas diputuskan.", "{n} more; they follow when those above are decided.").replace("{n}", &count.to_string()))
                    }
                }
                (self.seen())
                h2 { (lang.pick("Sudah diputuskan", "Decided")) " (" (self.decided.len()) ")" }
                @if self.decided.is_empty() { p.q { (lang.pick("Belum ada.", "None yet.")) } }
                @for (ask, named) in &self.decided { (self.card(ask, named)) }
            }
        };
        frame(&Frame { lang, title: own::title(lang), moves: Moves::Stays }, &body)
    }

    fn card(&self, ask: &OfficeAsk, named: &Named) -> Markup {
        let lang = self.lang;
        let line = match &ask.asked {
            Asked::Request(request) => text::ask::ask(request, lang),
            Asked::Appeal(appeal) => text::ask::appeal(appeal, lang),
            Asked::Unread => lang
                .pick(
                    "Tidak terbaca oleh versi server ini; tetap tersimpan",
                    "Not readable by this server's version; kept",
                )
                .to_owned(),
        };
        let wrote = match &ask.asked {
            Asked::Request(request) => request.note(),
            Asked::Appeal(appeal) => appeal.text(),
            Asked::Unread => None,
        };
        html! {
            article.sheet id={ "a-" (ask.short()) } {
                h3 { (named.name) " " span.q { (named.unit) } }
                p { (standing_chip(lang, ask)) " " strong { (line) } }
                @if let Some(wrote) = wrote {
                    @if self.may_read { blockquote { (wrote.as_str()) } }
                    @else { p.q { (lang.pick("Keterangan hanya untuk yang memutuskan.", "What was written is for whoever decides.")) } }
                }
                p.q {
                    (lang.pick("Ditulis", "Written")) " " (self.clock.second(ask.claimed_ms)) " (" (lang.pick("jam HP", "phone's clock")) ") · "
                    (lang.pick("diterima", "received")) " " (self.clock.second(ask.received_ms))
                }
                @if ask.after_revocation {
                    p.notice { (lang.pick("HP ini sudah dicabut saat catatan ini datang: tanyakan kepada orangnya.", "The phone was revoked before this came: ask the person.")) }
                }
                @if let Some(at) = ask.withdrawn_ms {
                    p { (lang.pick("Ditarik oleh pemohon, diterima", "Withdrawn by the person, received")) " " (self.clock.second(at)) }
                }
                @if let Asked::Appeal(appeal) = &ask.asked {
                    @let what = appeal.window().unwrap_or("day");
                    p {
                        a href={ "/board/why?d=" (appeal.date()) "&p=" (person_key(&ask.person)) "&w=" (what) } { (words::words(lang).why) }
                        @let evidence = appeal.evidence().len() + usize::from(appeal.record().is_some());
                        @if evidence > 0 { " · " (lang.pick("catatan yang disebut", "records named")) ": " (evidence) }
                    }
                }
                @if !ask.decisions.is_empty() {
                    ul.plain {
                        @for stored in ask.decisions.iter().rev() {
                            @let decision = on_the_wire(stored);
                            li {
                                (answer_word(lang, ask.is_appeal(), &decision)) " " (text::ask::decided(&decision, &self.clock))
                                @if stored.no != ask.decided() { " " span.q { (lang.pick("(diganti keputusan sesudahnya)", "(superseded)")) } }
                            }
                        }
                    }
                }
                (self.form(ask))
            }
        }
    }

    fn form(&self, ask: &OfficeAsk) -> Markup {
        let lang = self.lang;
        if !self.may_decide || ask.asked == Asked::Unread || ask.standing == Standing::Withdrawn {
            return html! {};
        }
        let fields = html! {
            form.decide method="post" action="/board/asks" {
                input type="hidden" name="t" value=(self.token);
                input type="hidden" name="a" value=(ask.hash);
                input type="hidden" name="after" value=(ask.decided());
                @if let Some(unit) = self.unit { input type="hidden" name="u" value=(unit); }
                @if ask.is_appeal() {
                    label { (lang.pick("Bila diterima, menjadi", "If upheld, it becomes")) " "
                        select name="ruling" { @for (name, ruling) in own::RULINGS { option value=(name) { (own::ruling(ruling, lang)) } } }
                    }
                }
                label {
                    @if ask.is_appeal() { (lang.pick("Alasan (wajib)", "Reason (needed)")) }
                    @else { (lang.pick("Alasan (wajib bila ditolak)", "Reason (needed to refuse)")) } " "
                    input type="text" name="reason" maxlength="300" required[ask.is_appeal()];
                }
                span.buttons {
                    @if ask.is_appeal() {
                        button type="submit" name="do" value="uphold" { (lang.pick("Terima sanggahan", "Uphold")) }
                        button.other type="submit" name="do" value="reject" { (lang.pick("Tolak sanggahan", "Reject")) }
                    } @else {
                        @if matches!(ask.standing, Standing::Open | Standing::Refused) {
                            button type="submit" name="do" value="grant" { (lang.pick("Kabulkan", "Grant")) }
                        }
                        @if ask.standing != Standing::Refused {
                            button.other type="submit" name="do" value="refuse" { (refuse_word(lang, ask.standing)) }
                        }
                    }
                }
            }
        };
        if ask.standing.awaits_decision() {
            fields
        } else {
            html! { details { summary { (lang.pick("Putuskan lagi", "Decide again")) } (fields) } }
        }
    }

    fn seen(&self) -> Markup {
        let lang = self.lang;
        html! {
            @if !self.recalls.is_empty() {
                h2 { (lang.pick("Panggilan ke kantor", "Recalls to the office")) }
                div.wrap { table.seen { tbody {
                    @for (recall, named) in &self.recalls {
                        tr {
                            th scope="row" { span.n { (named.name) } span.m { (named.unit) } }
                            td { (text::time::short_date(recall.date, lang)) }
                            td {
                                (seen_chip(lang, recall.seen_ms.is_some()))
                                @if recall.seen_ms.is_some() { span.m { (own::seen(recall.seen_ms, &self.clock)) } }
                            }
                        }
                    }
                } } }
            }
            @if let Some((title, people)) = &self.rule {
                @let missing: Vec<_> = people.iter().filter(|(seen, _)| seen.seen_ms.is_none()).collect();
                h2 { (lang.pick("Surat edaran yang berlaku", "The rule in force")) }
                p {
                    strong { (title) } ": "
                    (lang.pick("sudah dilihat", "seen by")) " " (people.len() - missing.len()) " " (lang.pick("dari", "of")) " " (words::people(lang, people.len()))
                }
                @if !missing.is_empty() {
                    details {
                        summary { (lang.pick("Belum melihat", "Not seen yet")) " (" (missing.len()) ")" }
                        ul.plain { @for (_, named) in &missing { li { (named.name) ", " (named.unit) } } }
                    }
                }
            }
        }
    }
}

fn refuse_word(lang: Lang, standing: Standing) -> &'static str {
    match standing {
        Standing::Granted | Standing::WithdrawnAfterGrant => lang.pick("Batalkan persetujuan", "Take it back"),
        _ => lang.pick("Tolak", "Refuse"),
    }
}

fn seen_chip(lang: Lang, seen: bool) -> Markup {
    match seen {
        true => chip("good", Shape::Tick, lang.pick("Dilihat", "Seen")),
        false => chip("wait", Shape::Frame, lang.pick("Belum dilihat", "Not seen yet")),
    }
}

fn answer_word(lang: Lang, appeal: bool, decision: &hadir_core::wire::Decision) -> &'static str {
    let standing = match decision.answer {
        hadir_core::wire::Answer::Granted => Standing::Granted,
        hadir_core::wire::Answer::Refused => Standing::Refused,
    };
    if appeal { text::ask::appeal_standing(standing, lang) } else { text::ask::request_standing(standing, lang) }
}

/// A word, a shape and a colour for how something stands.
fn standing_chip(lang: Lang, ask: &OfficeAsk) -> Markup {
    let (tone, shape) = match ask.standing {
        Standing::Open | Standing::WithdrawnAfterGrant => ("ask", Shape::Diamond),
        Standing::Granted => ("good", Shape::Tick),
        Standing::Refused => ("stop", Shape::Stop),
        Standing::Withdrawn => ("wait", Shape::Struck),
    };
    let word = match ask.is_appeal() {
        true => text::ask::appeal_standing(ask.standing, lang),
        false => text::ask::request_standing(ask.standing, lang),
    };
    chip(tone, shape, word)
}

//! The rule in force in plain words, each value with where it comes from: the circular, the press, or us.

use chrono::NaiveDate;
use hadir_core::{
    policy::Source,
    text::{self, Lang},
};
use maud::{Markup, html};

use super::{
    layout::{Frame, Moves, page as frame},
    rule_rows::{Row, sections},
};
use crate::{board::words::words, policies::BookedPolicy};

/// The page of a rule.
pub(crate) fn page(lang: Lang, date: NaiveDate, booked: &BookedPolicy) -> Markup {
    let (words, policy) = (words(lang), &*booked.policy);
    let body = html! {
        main.read {
            article.sheet {
                h1 { (policy.title) }
                p.q { (policy.place) " · " (text::policy::date(date, lang)) " · " (words.rule_pack) " " (booked.number) }
                @if let Some(note) = &policy.note { p.notice.info { (note) } }
                p {
                    @for of in Source::ALL { (mark(lang, of)) " " (meaning(lang, of)) br; }
                }
                @for (heading, rows) in sections(lang, policy) {
                    h2 { (heading) }
                    table.rule {
                        @for Row { label, value, source: of } in rows {
                            tr { th scope="row" { (label) } td { (value) } td { (mark(lang, of)) } }
                        }
                    }
                }
            }
            p { a href="/board" { "← " (words.back_to_board) } }
        }
    };
    frame(&Frame { lang, title: words.rule_title, moves: Moves::Stays }, &body)
}

fn mark(lang: Lang, of: Source) -> Markup {
    html! { span class={ "src " (of.as_str()) } { (text::policy::source(of, lang)) } }
}

const fn meaning(lang: Lang, of: Source) -> &'static str {
    match of {
        Source::Circular => lang.pick("tertulis di surat edaran.", "stands in the circular."),
        Source::Reported => {
            lang.pick("diberitakan; naskahnya tidak kami lihat.", "was reported; we have not seen the text.")
        }
        Source::Ours => lang
            .pick("surat edaran tidak mengaturnya; ini pilihan kami.", "the circular is silent; this is our choice."),
    }
}

//! The page of a code that is typed: a form, and below it what became of it. Plain forms, no script needed.

use hadir_core::text::Lang;
use maud::{Markup, html};

use super::layout::{Frame, Moves, page as frame};
use crate::board::words;

/// What pages of this kind differ in.
pub(super) struct Lookup<'a> {
    pub(super) lang: Lang,
    /// Where the page is: `/board/proof`.
    pub(super) here: &'a str,
    pub(super) title: &'a str,
    /// A page beside this one, by its address and title, for those who may see it.
    pub(super) beside: Option<(&'a str, &'a str)>,
    /// What is to be typed.
    pub(super) label: &'a str,
    /// What such a code looks like.
    pub(super) example: &'a str,
    /// What the button says.
    pub(super) button: &'a str,
    /// What was typed, or the code as it is written.
    pub(super) typed: &'a str,
    /// The login's name.
    pub(super) login: &'a str,
}

/// Draws the page around an answer.
pub(super) fn page(of: &Lookup<'_>, answer: &Markup) -> Markup {
    let (lang, words) = (of.lang, words::words(of.lang));
    let other = words::other(lang);
    let body = html! {
        header.top { h1 { (of.title) } }
        nav.bar aria-label=(of.title) {
            a href="/board" { "← " (words.back_to_board) }
            @if let Some((address, title)) = of.beside { a href=(address) { (title) } }
            span.end {
                a href={ (of.here) "?lang=" (other.tag()) } hreflang=(other.tag()) lang=(other.tag()) { (words.other_lang) }
                form method="post" action="/logout" { span { (of.login) } button.link type="submit" { (words.sign_out) } }
            }
        }
        main.asks {
            form.lookup method="get" action=(of.here) {
                label for="c" { (of.label) }
                div {
                    input id="c" name="c" value=(of.typed) required maxlength="40" autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder=(of.example);
                    button type="submit" { (of.button) }
                }
            }
            div role="status" { (answer) }
        }
    };
    frame(&Frame { lang, title: of.title, moves: Moves::Stays }, &body)
}

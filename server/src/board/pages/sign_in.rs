//! The sign-in page, the page behind a sign-in link, and pages that say what went wrong.

use hadir_core::text::Lang;
use maud::{Markup, html};

use super::layout::{Frame, Moves, page};
use crate::board::words;

/// The sign-in page; `problem` is shown above the fields.
pub(crate) fn sign_in(lang: Lang, user: &str, problem: Option<&str>) -> Markup {
    let words = words::words(lang);
    let body = html! {
        main.sheet.login {
            h1 { (words.board) }
            @if let Some(problem) = problem { p.notice role="alert" { (problem) } }
            form method="post" action="/login" {
                label for="user" { (words.user) }
                input id="user" name="user" type="text" autocomplete="username" autocapitalize="none" spellcheck="false"
                    required maxlength="40" value=(user);
                label for="password" { (words.password) }
                input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200";
                button type="submit" { (words.sign_in) }
            }
            (other_language(lang, "/login"))
        }
    };
    page(&Frame { lang, title: words.sign_in, moves: Moves::Stays }, &body)
}

/// The page behind a good sign-in link. It moves on by itself, as a navigation of this site,
/// so that the strict cookie goes along however the link was opened.
pub(crate) fn signed_in(lang: Lang) -> Markup {
    let words = words::words(lang);
    let body = html! {
        main.sheet.login {
            h1 { (words.signed_in) }
            p { a href="/board" { (words.go_on) } }
        }
    };
    page(&Frame { lang, title: words.sign_in, moves: Moves::ToBoard }, &body)
}

/// A page with one sentence and the way back.
pub(crate) fn message(lang: Lang, text: &str) -> Markup {
    let words = words::words(lang);
    let body = html! {
        main.sheet.login {
            h1 { (text) }
            p { a href="/board" { (words.back_to_board) } }
        }
    };
    page(&Frame { lang, title: words.board, moves: Moves::Stays }, &body)
}

/// A link to this page in the other language.
pub(crate) fn other_language(lang: Lang, path: &str) -> Markup {
    let other = words::other(lang);
    let separator = if path.contains('?') { '&' } else { '?' };
    html! {
        p.q { a href={ (path) (separator) "lang=" (other.tag()) } hreflang=(other.tag()) lang=(other.tag()) { (words::words(lang).other_lang) } }
    }
}

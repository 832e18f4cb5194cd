//! The frame of every page: head, sprite, and the words that the script needs.

use hadir_core::text::Lang;
use maud::{DOCTYPE, Markup, html};

use super::shape::sprite;
use crate::board::{assets, words};

/// What a page's frame is told.
pub(crate) struct Frame<'a> {
    /// Language.
    pub(crate) lang: Lang,
    /// The title, without the product's name.
    pub(crate) title: &'a str,
    /// How the page moves on by itself.
    pub(crate) moves: Moves,
}

/// How a page moves on by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moves {
    /// It stays.
    Stays,
    /// It reloads where scripts do not run.
    ReloadsWithoutScript,
    /// It goes to the board at once.
    ToBoard,
}

/// Wraps a body into a page.
pub(crate) fn page(frame: &Frame<'_>, body: &Markup) -> Markup {
    let words = words::words(frame.lang);
    html! {
        (DOCTYPE)
        html lang=(frame.lang.tag()) data-w-live=(words.live) data-w-gone=(words.gone) data-w-back=(words.back) data-w-lost=(words.lost)
            data-w-seconds=(words.seconds) data-w-minutes=(words.minutes) data-w-hours=(words.hours)
            data-w-close=(words.close) data-w-copied=(words.copied) data-w-still=(words.still) data-w-noreason=(words.no_reason) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="theme-color" content="#F6F7F5" media="(prefers-color-scheme: light)";
                meta name="theme-color" content="#101413" media="(prefers-color-scheme: dark)";
                title { (frame.title) " · Hadir" }
                @match frame.moves {
                    Moves::Stays => {},
                    Moves::ReloadsWithoutScript => noscript { meta http-equiv="refresh" content="20"; },
                    Moves::ToBoard => meta http-equiv="refresh" content="0;url=/board";,
                }
                link rel="icon" href=(assets::ICON.path()) type="image/svg+xml";
                link rel="stylesheet" href=(assets::CSS.path());
                script src=(assets::JS.path()) defer {}
            }
            body {
                (sprite())
                (body)
                div id="say" class="sr" role="status" aria-live="polite" {}
            }
        }
    }
}

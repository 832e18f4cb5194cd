//! Shapes: each state has one, so that colour is never the only carrier. One sprite a page, in the page itself.

use maud::{Markup, PreEscaped, html};

/// A shape of the sprite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A tick in a disc: on time, may enter.
    Tick,
    /// A clock: late.
    Clock,
    /// A diamond with a mark: to be looked at.
    Diamond,
    /// A ring with a dot: open.
    Dot,
    /// A dashed ring: later.
    Later,
    /// A struck ring: missed.
    Struck,
    /// A dashed frame: not received yet.
    Frame,
    /// An octagon with a bar: may not enter.
    Stop,
    /// A building: at the office.
    Office,
    /// A house: at home by health direction.
    House,
    /// An arrow that leaves a frame: away.
    Away,
    /// A tick in a square: excused.
    Square,
    /// A pin: shares its place.
    Pin,
    /// Two bars in a ring: paused.
    Pause,
}

impl Shape {
    const fn id(self) -> &'static str {
        match self {
            Self::Tick => "s-tick",
            Self::Clock => "s-clock",
            Self::Diamond => "s-diamond",
            Self::Dot => "s-dot",
            Self::Later => "s-later",
            Self::Struck => "s-struck",
            Self::Frame => "s-frame",
            Self::Stop => "s-stop",
            Self::Office => "s-office",
            Self::House => "s-house",
            Self::Away => "s-away",
            Self::Square => "s-square",
            Self::Pin => "s-pin",
            Self::Pause => "s-pause",
        }
    }

    /// The shape, drawn in the colour of its text.
    pub(crate) fn svg(self) -> Markup {
        html! { svg class="s" aria-hidden="true" { use href={ "#" (self.id()) } {} } }
    }
}

/// The definitions that [`Shape::svg`] points to; once in each page.
pub(crate) fn sprite() -> Markup {
    PreEscaped(SPRITE.to_owned())
}

const SPRITE: &str = concat!(
    r#"<svg width="0" height="0" class="sr" aria-hidden="true"><defs>"#,
    r#"<symbol id="s-tick" viewBox="0 0 16 16"><path fill="currentColor" fill-rule="evenodd" d="M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm3.2 4.1L7 9.4 4.9 7.3 3.7 8.5 7 11.8l5.4-5.5Z"/></symbol>"#,
    r#"<symbol id="s-clock" viewBox="0 0 16 16"><g fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round"><circle cx="8" cy="8" r="6.1"/><path d="M8 4.4V8l2.6 1.7"/></g></symbol>"#,
    r#"<symbol id="s-diamond" viewBox="0 0 16 16"><path fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round" d="M8 .9 15.1 8 8 15.1.9 8Z"/><path stroke="currentColor" stroke-width="1.7" stroke-linecap="round" d="M8 4.7v3.6M8 11v.1"/></symbol>"#,
    r#"<symbol id="s-dot" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.1" fill="none" stroke="currentColor" stroke-width="1.7"/><circle cx="8" cy="8" r="2.4" fill="currentColor"/></symbol>"#,
    r#"<symbol id="s-later" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.1" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2.4 2.39"/></symbol>"#,
    r#"<symbol id="s-struck" viewBox="0 0 16 16"><g fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"><circle cx="8" cy="8" r="6.1"/><path d="m3.8 12.2 8.4-8.4"/></g></symbol>"#,
    r#"<symbol id="s-frame" viewBox="0 0 16 16"><rect x="1.8" y="3" width="12.4" height="10" rx="2" fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="3 2.1"/></symbol>"#,
    r#"<symbol id="s-stop" viewBox="0 0 16 16"><path fill="currentColor" fill-rule="evenodd" d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1Zm-1 5.9v2.2h7.8V6.900Z"/></symbol>"#,
    r#"<symbol id="s-office" viewBox="0 0 16 16"><path fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round" d="M3 14.300V1.800h10v12.500ZM6 5h1.200M9 5h1.200M6 8h1.200M9 8h1.200M6.8 14v-3h2.400v3"/></symbol>"#,
    r#"<symbol id="s-house" viewBox="0 0 16 16"><path fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round" d="M1.6 8 8 2l6.4 6M3.5 7v7h9V7M8 8v4M6 10h4"/></symbol>"#,
    r#"<symbol id="s-away" viewBox="0 0 16 16"><path fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" d="M9 2.500H2.500v11H9M6.5 8h7.600M11.3 5l3 3-3 3"/></symbol>"#,
    r#"<symbol id="s-square" viewBox="0 0 16 16"><path fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" d="M2 2h12v12H2ZM5 8.200l2.2 2.200L11.2 6"/></symbol>"#,
    r#"<symbol id="s-pin" viewBox="0 0 16 16"><path fill="currentColor" fill-rule="evenodd" d="M8 1a5.2 5.2 0 0 1 5.2 5.2C13.200 9.900 8 15 8 15S2.800 9.900 2.800 6.200A5.200 5.200 0 0 1 8 1Zm0 3.200a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z"/></symbol>"#,
    r#"<symbol id="s-pause" viewBox="0 0 16 16"><g fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round"><circle cx="8" cy="8" r="6.1"/><path d="M6.300 5.800v4.400M9.700 5.800v4.400"/></g></symbol>"#,
    r#"</defs></svg>"#,
);

//! What an open board is sent: only the parts that changed since it last heard, drawn once for all who look at the same.
//!
//! - [`Drawing`]: a drawn view with a version on every part; [`Drawing::since`] gives what a viewer lacks;
//! - [`Feeds`]: one [`Feed`] for each different board that is open. A viewer asks its feed twice a second at most, and the
//!   feed draws anew only if something changed.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use hadir_core::{
    judge::Outage,
    schedule::{Window, WindowId},
    text::Lang,
};
use maud::{Markup, PreEscaped};
use serde::Serialize;

use super::{
    pages::board::{Asked, BoardPage, parts},
    pages::table::{person_key, row, sheet},
    words::full_time,
};
use crate::day::{DayView, Hours, PersonDay};
use chrono::NaiveDate;

/// A version of a drawing: which feed drew it, and how often that had drawn before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    feed: u64,
    count: u64,
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:x}.{}", self.feed, self.count)
    }
}

impl std::str::FromStr for Version {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (feed, count) = text.split_once('.').ok_or(())?;
        let feed = u64::from_str_radix(feed, 16).map_err(|_| ())?;
        Ok(Self { feed, count: count.parse().map_err(|_| ())? })
    }
}

/// One part of the page, by its element's id.
#[derive(Debug, Clone)]
struct Part {
    id: String,
    html: String,
    changed: u64,
}

/// What every row shares; if it changes, every row is drawn again.
#[derive(Debug, Clone, PartialEq, Eq)]
struct RowGround {
    date: NaiveDate,
    today: NaiveDate,
    entry_for: NaiveDate,
    windows: Vec<Window>,
    share: Option<Hours>,
    outages: Vec<Outage>,
    current: Option<WindowId>,
    entries: bool,
    rule: bool,
}

impl RowGround {
    fn of(view: &DayView) -> Self {
        Self {
            date: view.date,
            today: view.today,
            entry_for: view.entry_for,
            windows: view.windows.clone(),
            share: view.share,
            outages: view.outages.clone(),
            current: view.current().map(|window| window.id.clone()),
            entries: view.has_entries(),
            rule: view.rule.is_some(),
        }
    }
}

/// A drawn view.
#[derive(Debug)]
pub(crate) struct Drawing {
    /// The view.
    pub(crate) view: DayView,
    version: Version,
    lang: Lang,
    ground: RowGround,
    rows: Vec<Part>,
    around: Vec<Part>,
    /// When the set or the order of people last changed.
    shape: u64,
}

/// What a viewer is sent.
#[derive(Debug, Serialize)]
pub(crate) struct Patch {
    /// The server's time, as screens show it.
    at: String,
    /// HTML by element id.
    parts: HashMap<String, String>,
}

impl Drawing {
    /// Draws a view; what did not change keeps its version.
    pub(crate) fn draw(feed: u64, lang: Lang, asked: &Asked, view: DayView, before: Option<&Self>) -> Self {
        let count = before.map_or(0, |before| before.version.count) + 1;
        let ground = RowGround::of(&view);
        let same_ground = before.filter(|before| before.ground == ground);
        let mut known: HashMap<&str, (&Part, Option<&Arc<PersonDay>>)> = HashMap::new();
        if let Some(before) = before {
            for (part, person) in before.rows.iter().zip(&before.view.people) {
                known.insert(&part.id, (part, same_ground.map(|_| person)));
            }
        }
        let mut rows = Vec::with_capacity(view.people.len());
        for person in &view.people {
            let id = format!("p-{}", person_key(&person.id));
            let old = known.get(id.as_str()).copied();
            let part = match old {
                Some((part, Some(same))) if Arc::ptr_eq(same, person) || **same == **person => part.clone(),
                _ => {
                    let html = row(lang, &view, person).into_string();
                    let changed = old.filter(|(part, _)| part.html == html).map_or(count, |(part, _)| part.changed);
                    Part { id, html, changed }
                }
            };
            rows.push(part);
        }
        let same_people =
            before.is_some_and(|before| before.rows.iter().map(|row| &row.id).eq(rows.iter().map(|row| &row.id)));
        // The head's cells and the columns of a row stand or fall together.
        let same_columns = before.is_some_and(|before| {
            before.ground.windows.iter().map(|w| &w.id).eq(ground.windows.iter().map(|w| &w.id))
                && before.ground.share.is_some() == ground.share.is_some()
                && before.ground.entries == ground.entries
                && before.ground.date == ground.date
        });
        let shape = match before {
            Some(before) if same_people && same_columns => before.shape,
            _ => count,
        };
        let page = BoardPage { lang, asked, login: "", units: &[], version: "" };
        let around = parts(&page, &view)
            .into_iter()
            .map(|(id, html)| {
                let old = before.and_then(|before| before.around.iter().find(|part| part.id == id));
                let changed = old.filter(|old| old.html == html).map_or(count, |old| old.changed);
                Part { id: id.to_owned(), html, changed }
            })
            .collect();
        Self { version: Version { feed, count }, lang, ground, rows, around, shape, view }
    }

    /// The version.
    pub(crate) const fn version(&self) -> Version {
        self.version
    }

    /// The rows, drawn.
    pub(crate) fn rows(&self) -> Vec<Markup> {
        self.rows.iter().map(|part| PreEscaped(part.html.clone())).collect()
    }

    /// What a viewer lacks who holds a version; `None`: nothing. A viewer of another feed, or of none, lacks everything.
    pub(crate) fn since(&self, asked: &Asked, held: Option<Version>, now_ms: i64) -> Option<Patch> {
        let held = held.filter(|held| held.feed == self.version.feed && held.count <= self.version.count);
        if held == Some(self.version) {
            return None;
        }
        let count = held.map_or(0, |held| held.count);
        let mut parts: HashMap<String, String> = self
            .around
            .iter()
            .filter(|part| part.changed > count)
            .map(|part| (part.id.clone(), part.html.clone()))
            .collect();
        if self.shape > count {
            parts.insert("sheet".into(), sheet(self.lang, &self.view, asked.show, &self.rows()).into_string());
            parts.remove("heads");
            parts.remove("foot");
        } else {
            let changed = self.rows.iter().filter(|part| part.changed > count);
            parts.extend(changed.map(|part| (part.id.clone(), part.html.clone())));
        }
        Some(Patch { at: full_time(self.view.zone, now_ms), parts })
    }
}

/// What tells one open board from another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct FeedKey {
    /// The unit at the top; none: the whole agency.
    pub(crate) top: Option<String>,
    /// What was asked for.
    pub(crate) asked: Asked,
    /// Language.
    pub(crate) lang: Lang,
    /// Whether entries are shown.
    pub(crate) sees_entry: bool,
}

/// The newest drawing of one board.
#[derive(Debug)]
pub(crate) struct Feed {
    key: FeedKey,
    id: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    drawing: Option<Arc<Drawing>>,
    generation: u64,
}

impl Feed {
    /// What this feed shows.
    pub(crate) const fn key(&self) -> &FeedKey {
        &self.key
    }

    /// The newest drawing. Draws only if the day's generation rose, or time alone changed the view.
    ///
    /// # Errors
    /// What `view` reports; the drawing before stays.
    pub(crate) fn newest<E>(
        &self,
        generation: u64,
        now_ms: i64,
        view: impl FnOnce() -> Result<DayView, E>,
    ) -> Result<Arc<Drawing>, E> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(drawing) = &state.drawing
            && state.generation == generation
            && drawing.view.next_change_ms.is_none_or(|change| now_ms < change)
            && now_ms >= drawing.view.now_ms
        {
            return Ok(Arc::clone(drawing));
        }
        let drawing =
            Arc::new(Drawing::draw(self.id, self.key.lang, &self.key.asked, view()?, state.drawing.as_deref()));
        state.drawing = Some(Arc::clone(&drawing));
        state.generation = generation;
        Ok(drawing)
    }
}

/// The feeds of all open boards. A feed that nobody looks at is forgotten, but for the last few, which a page holds until
/// its script asks for events.
#[derive(Debug, Default)]
pub(crate) struct Feeds(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    feeds: HashMap<FeedKey, Weak<Feed>>,
    recent: Vec<Arc<Feed>>,
    count: u64,
}

/// Feeds held although nobody may be looking: boards without scripts reload every 20 s, and find their drawing again.
const RECENT: usize = 16;

impl Feeds {
    /// The feed of a board. `seed` makes ids of this process differ from those of another.
    pub(crate) fn get(&self, key: FeedKey, seed: u64) -> Arc<Feed> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let feed = known.feeds.get(&key).and_then(Weak::upgrade).unwrap_or_else(|| {
            known.count += 1;
            let feed = Arc::new(Feed { id: seed.wrapping_add(known.count), key: key.clone(), state: Mutex::default() });
            known.feeds.retain(|_, feed| feed.strong_count() > 0);
            known.feeds.insert(key, Arc::downgrade(&feed));
            feed
        });
        known.recent.retain(|recent| !Arc::ptr_eq(recent, &feed));
        known.recent.push(Arc::clone(&feed));
        if known.recent.len() > RECENT {
            known.recent.remove(0);
        }
        feed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::sample;

    fn draw(view: DayView, before: Option<&Drawing>) -> Drawing {
        Drawing::draw(0xa, Lang::Id, &Asked::default(), view, before)
    }

    fn ids(patch: &Patch) -> Vec<String> {
        let mut ids: Vec<String> = patch.parts.keys().map(|id| id.chars().take(5).collect()).collect();
        ids.sort();
        ids
    }

    #[test]
    fn only_the_row_that_changed_is_sent() {
        let first = draw(sample::day(3), None);
        let mut view = sample::day(3);
        let mut person = (*view.people[1]).clone();
        person.group = "Kelompok lain".into();
        let key = format!("p-{}", person_key(&person.id));
        view.people[1] = person.into();
        let second = draw(view, Some(&first));
        let patch = second.since(&Asked::default(), Some(first.version()), 0).unwrap();
        assert_eq!(patch.parts.keys().collect::<Vec<_>>(), [&key]);
        assert!(second.since(&Asked::default(), Some(second.version()), 0).is_none());
    }

    #[test]
    fn a_viewer_of_another_server_run_gets_everything() {
        let drawing = draw(sample::day(3), None);
        for held in [None, Some(Version { feed: 0xb, count: 1 }), Some(Version { feed: 0xa, count: 9 })] {
            let patch = drawing.since(&Asked::default(), held, 0).unwrap();
            assert_eq!(ids(&patch), ["notes", "sheet", "sum"]);
        }
    }

    #[test]
    fn a_new_person_sends_the_table_again_and_a_missed_version_is_made_up_for() {
        let first = draw(sample::day(1), None);
        let mut view = sample::day(1);
        let mut person = (*view.people[0]).clone();
        person.name = "Pegawai Baru".into();
        view.people[0] = person.into();
        let second = draw(view.clone(), Some(&first));
        let third = draw(view, Some(&second));
        assert_eq!(third.since(&Asked::default(), Some(first.version()), 0).unwrap().parts.len(), 1);
        let fourth = draw(sample::day(2), Some(&third));
        assert!(fourth.since(&Asked::default(), Some(third.version()), 0).unwrap().parts.contains_key("sheet"));
    }

    #[test]
    fn a_feed_draws_only_when_something_changed_or_time_did_it() {
        let feeds = Feeds::default();
        let key = FeedKey { top: None, asked: Asked::default(), lang: Lang::Id, sees_entry: true };
        let feed = feeds.get(key.clone(), 7);
        assert!(Arc::ptr_eq(&feed, &feeds.get(key, 7)));
        let now = sample::at(12, 41, 7);
        let view = || Ok::<_, ()>(sample::day(1));
        let first = feed.newest(1, now, view).unwrap();
        let same = feed.newest(1, now + 1, || panic!("nothing changed")) as Result<_, ()>;
        assert!(Arc::ptr_eq(&first, &same.unwrap()));
        assert!(!Arc::ptr_eq(&first, &feed.newest(2, now + 1, view).unwrap()));
        let later = feed.newest(2, sample::at(13, 45, 0), view).unwrap();
        assert_eq!(later.version().count, 3, "the 14.00 window opened");
    }

    #[test]
    fn a_version_survives_its_text() {
        let version = Version { feed: 0xdead, count: 12 };
        assert_eq!(version.to_string().parse(), Ok(version));
        assert!("12".parse::<Version>().is_err() && "x.y".parse::<Version>().is_err());
    }
}

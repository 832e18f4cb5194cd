//! What every page promises, on a made-up day.

mod counts;

use super::{
    board::{Asked, BoardPage, UnitChoice},
    table::row,
};
use crate::{board::sample, day::DayView};
use hadir_core::text::Lang;

fn drawn(page: &BoardPage<'_>, day: &DayView) -> String {
    let rows: Vec<_> = day.people.iter().map(|person| row(page.lang, day, person)).collect();
    page.render_with(day, &rows).into_string()
}

fn page(lang: Lang, asked: &Asked, many: usize) -> String {
    let units = [("", "Semua unit"), ("dinas", "Dinas Contoh")]
        .map(|(id, name)| UnitChoice { id: id.into(), name: name.into() });
    drawn(&BoardPage { lang, asked, login: "kepala", units: &units, version: "a.1" }, &sample::day(many))
}

#[test]
fn every_state_has_its_word_and_its_shape() {
    let html = page(Lang::Id, &Asked::default(), 0);
    for (word, shape) in [
        ("Tepat waktu", "s-tick"),
        ("Terlambat 12 menit", "s-clock"),
        ("Perlu diperiksa", "s-diamond"),
        ("Belum diterima", "s-frame"),
        ("Terlewat", "s-struck"),
        ("Ditunggu", "s-dot"),
        ("nanti", "s-later"),
        ("Dengan alasan yang sah", "s-square"),
        ("Tidak boleh masuk", "s-stop"),
        ("di kantor, sidik jari", "s-office"),
        ("Bekerja dari rumah (arahan kesehatan)", "s-house"),
        ("Cuti", "s-away"),
    ] {
        let chip = format!("<svg class=\"s\" aria-hidden=\"true\"><use href=\"#{shape}\"></use></svg>{word}");
        assert!(html.contains(&chip), "{word} with {shape}");
    }
}

#[test]
fn the_page_needs_no_inline_script_or_style() {
    let html = page(Lang::Id, &Asked::default(), 0);
    assert!(!html.contains("<style") && !html.contains(" style=") && !html.contains(" onclick="));
    assert_eq!(html.matches("<script").count(), 1);
    assert!(html.contains("<script src=\"/assets/board.js"));
}

#[test]
fn a_name_cannot_become_markup() {
    let mut day = sample::day(0);
    let mut person = (*day.people[0]).clone();
    person.name = "<img src=x onerror=alert(1)>".into();
    day.people[0] = person.into();
    let asked = Asked::default();
    let html = drawn(&BoardPage { lang: Lang::Id, asked: &asked, login: "a", units: &[], version: "a.1" }, &day);
    assert!(!html.contains("<img") && html.contains("&lt;img"));
}

#[test]
fn no_staff_number_stands_in_the_page() {
    assert!(!page(Lang::Id, &Asked::default(), 0).contains("local:"));
}

#[test]
fn people_who_are_not_received_are_never_counted_as_missed() {
    let day = sample::day(0);
    let counts = day.counts(day.current());
    assert_eq!((counts.not_received, counts.open, counts.missed, counts.check, counts.late), (2, 1, 0, 1, 1));
    assert_eq!((counts.on_time, counts.at_office, counts.away, counts.excused), (1, 2, 1, 1));
}

/// Writes sample pages where `HADIR_LOOK` says, to be looked at in a browser.
#[test]
fn sample_pages_can_be_looked_at() {
    let Ok(dir) = std::env::var("HADIR_LOOK") else { return };
    let dir = std::path::Path::new(&dir);
    let write = |name: &str, html: String| {
        let html = html.replace("\"/assets/board.css", "\"board.css").replace("\"/assets/board.js", "\"none.js");
        std::fs::write(dir.join(name), html).unwrap();
    };
    write("board.html", page(Lang::Id, &Asked::default(), 6));
    write("board-en.html", page(Lang::En, &Asked::default(), 6));
    write("board-1000.html", page(Lang::Id, &Asked::default(), 990));
    let css = include_str!("../../../assets/board.css").replace("/assets/inter.woff2", "inter.woff2");
    std::fs::write(dir.join("board.css"), css).unwrap();
    std::fs::write(dir.join("inter.woff2"), include_bytes!("../../../assets/inter/inter-latin-wght-normal.woff2"))
        .unwrap();
}

mod share {
    use hadir_core::{
        judge::{DayState, Exit, Here, Reason, RuleRef, ShareFlag, ShareState, ShareVerdict},
        schedule::{Mode, ShareDetail, Span},
        track::Totals,
    };

    use super::*;
    use crate::{board::sample::at, day::Hours};

    const HOUR_MS: u64 = 3_600_000;

    fn verdict(state: ShareState) -> ShareVerdict {
        ShareVerdict {
            hours: Span {
                starts_ms: at(7, 30, 0),
                ends_ms: at(15, 30, 0),
                interval_s: 300,
                detail: ShareDetail::Interval,
            },
            state,
            shared: Totals { inside_ms: 5 * HOUR_MS, outside_ms: 0, unknown_ms: 0 },
            not_shared_ms: 0,
            percent: Some(97),
            through_ms: Some(at(12, 35, 0)),
            since_ms: (state == ShareState::Paused).then(|| at(11, 40, 0)),
            arrival_ms: Some(at(12, 36, 0)),
            unknown: Vec::new(),
            exits: Vec::new(),
            flags: Vec::new(),
            points: 0,
            reasons: vec![Reason::Rule(RuleRef {
                policy: "parepare-2021".into(),
                title: "Parepare".into(),
                pack: Some(1),
            })],
            corrections: Vec::new(),
            changes_ms: None,
        }
    }

    /// A day like Parepare's: no windows, and the first people each share in another way.
    fn day(states: &[ShareState]) -> DayView {
        let mut day = sample::day(0);
        day.windows.clear();
        day.share = Some(Hours { starts_ms: at(7, 30, 0), ends_ms: at(15, 30, 0) });
        for (person, state) in day.people.iter_mut().zip(states) {
            let mut made = (**person).clone();
            made.verdict.state = DayState::AtHome;
            made.verdict.mode = Mode::Wfh;
            made.verdict.windows.clear();
            let mut share = verdict(*state);
            if *state == (ShareState::Sharing { here: Here::Outside }) {
                let exit = Exit { from_ms: at(12, 0, 0), until_ms: at(12, 35, 0), by_m: 3_100 };
                share.exits.push(exit);
                share.flags.push(ShareFlag::LeftRegion(exit));
            }
            made.verdict.share = Some(share);
            *person = made.into();
        }
        day
    }

    const STATES: [ShareState; 9] = [
        ShareState::Sharing { here: Here::Inside },
        ShareState::Sharing { here: Here::Outside },
        ShareState::Sharing { here: Here::OutsideWithPermit },
        ShareState::Sharing { here: Here::Unknown },
        ShareState::Paused,
        ShareState::Idle,
        ShareState::NotYetReceived,
        ShareState::NotShared,
        ShareState::Shared,
    ];

    fn html(lang: Lang, day: &DayView) -> String {
        drawn(&BoardPage { lang, asked: &Asked::default(), login: "a", units: &[], version: "a.1" }, day)
    }

    #[test]
    fn live_share_has_a_column_in_which_each_state_has_its_word_its_shape_and_its_colour() {
        let html = html(Lang::Id, &day(&STATES));
        for (word, shape, tone) in [
            ("Sedang berbagi", "s-pin", "good"),
            ("Di luar daerah", "s-diamond", "ask"),
            ("Di luar daerah, berizin", "s-away", "info"),
            ("Berbagi, lokasi belum pasti", "s-pin", "open"),
            ("Jeda", "s-pause", "late"),
            ("Tidak sedang berbagi", "s-dot", "late"),
            ("Belum diterima", "s-frame", "wait"),
            ("Tidak berbagi", "s-struck", "stop"),
            ("Selesai", "s-tick", "good"),
        ] {
            let chip = format!(
                "<span class=\"k {tone}\"><svg class=\"s\" aria-hidden=\"true\"><use href=\"#{shape}\"></use></svg>{word}</span>"
            );
            assert!(html.contains(&chip), "{word} with {shape}");
        }
        assert!(html.contains("<b>Berbagi lokasi</b><small>07.30–15.30</small>"));
        assert!(!html.contains("Pada tanggal ini tidak ada jadwal absen"), "the day has something to show");
    }

    #[test]
    fn a_pause_says_when_it_began_and_no_bare_percent_stands_in_a_cell() {
        let html = html(Lang::Id, &day(&STATES));
        assert!(
            html.contains("sejak 11.40 · lokasi diketahui 5 dari 8 jam") && !html.contains("sejak 12.35"),
            "{html}"
        );
        assert!(!html.contains("97%"));
    }

    #[test]
    fn the_tile_says_what_the_rows_say_within_the_hours_and_after_them() {
        let mut day = day(&[ShareState::Sharing { here: Here::Inside }]);
        assert!(html(Lang::Id, &day).contains("</svg>sedang berbagi</span></a>"));
        day.now_ms = at(15, 30, 0);
        assert!(html(Lang::Id, &day).contains("</svg>selesai</span></a>"));
    }

    #[test]
    fn each_person_counts_once_and_who_is_not_received_is_not_missed() {
        let counts = day(&STATES).counts(None);
        assert_eq!((counts.sharing, counts.paused, counts.not_received), (4, 2, 1));
        assert_eq!((counts.check, counts.missed), (1, 1));
    }

    #[test]
    fn the_reason_of_live_share_names_hours_and_exit_and_shows_no_place() {
        let day = day(&STATES);
        for lang in [Lang::Id, Lang::En] {
            let why = super::super::why::page(lang, &day, &day.people[1], "share", &Asked::default()).unwrap();
            let why = why.into_string();
            assert!(why.contains("07.30 WITA") && why.contains("3,1 km") | why.contains("3.1 km"), "{why}");
        }
        assert!(super::super::why::page(Lang::Id, &day, &day.people[9], "share", &Asked::default()).is_none());
    }
}

//! The counts, the foot and the box of names: what they count, and what they are called.

use std::sync::Arc;

use hadir_core::{
    judge::{DayState, EntryState, Reason},
    schedule::Mode,
};

use super::*;
use crate::{board::sample::at, day::Tally};

fn html(lang: Lang, asked: &Asked, day: &DayView) -> String {
    drawn(&BoardPage { lang, asked, login: "a", units: &[], version: "a.1" }, day)
}

fn plain(day: &DayView) -> String {
    html(Lang::Id, &Asked::default(), day)
}

/// Changes everyone.
fn all(day: &mut DayView, change: impl Fn(&mut crate::day::PersonDay)) {
    for person in &mut day.people {
        change(Arc::make_mut(person));
    }
}

/// A day on which nobody owes a check-in.
fn without_windows(state: DayState, mode: Mode) -> DayView {
    let mut day = sample::day(0);
    day.windows.clear();
    all(&mut day, |person| {
        person.verdict.windows.clear();
        person.verdict.state = state;
        person.verdict.mode = mode;
    });
    day
}

fn tile(html: &str, word: &str) -> Option<usize> {
    let before = html.split(&format!("</svg>{word}</span>")).next().filter(|before| before.len() < html.len())?;
    before.rsplit("<b>").next()?.split("</b>").next()?.parse().ok()
}

#[test]
fn the_stream_of_a_filtered_board_is_that_of_its_filter() {
    let asked = Asked { show: Some(Tally::Away), ..Asked::default() };
    assert!(html(Lang::Id, &asked, &sample::day(0)).contains("data-events=\"/board/events?s=away\""));
    assert!(plain(&sample::day(0)).contains("data-events=\"/board/events?\""));
}

#[test]
fn while_a_window_is_open_nobody_is_called_not_received() {
    let mut day = sample::day(0);
    day.now_ms = at(11, 20, 0);
    for n in [2, 9] {
        let person = Arc::make_mut(&mut day.people[n]);
        person.verdict.windows[1].state = hadir_core::judge::WindowState::Open;
    }
    let open = plain(&day);
    assert_eq!((tile(&open, "ditunggu"), tile(&open, "belum diterima")), (Some(3), None), "{open}");
    assert!(open.contains("Belum absen 11.00") && open.contains("belum absen per 11.20 WITA"), "{open}");
    let over = plain(&sample::day(0));
    assert!(over.contains("Belum diterima 11.00") && over.contains("belum diterima per 12.41 WITA"));
    assert_eq!(tile(&over, "belum diterima"), Some(2));
}

#[test]
fn each_cell_of_the_foot_adds_up_to_the_people_and_a_filter_says_how_many_it_shows() {
    let day = sample::day(4);
    let page = html(Lang::Id, &Asked { show: Some(Tally::Late), ..Asked::default() }, &day);
    let foot = page.split("<tfoot").nth(1).unwrap();
    assert!(foot.contains("Jumlah: 14 orang<br>ditampilkan 1 dari 14"), "{foot}");
    let sums = foot.split("<td>").skip(1).map(|cell| -> usize {
        let cell = cell.split("</td>").next().unwrap();
        cell.split("<br>").filter_map(|line| line.split(' ').next()?.parse::<usize>().ok()).sum()
    });
    // Two windows have opened, two have not, and entry.
    assert_eq!(sums.collect::<Vec<_>>(), [14, 14, 0, 0, 14], "{foot}");
}

#[test]
fn the_tiles_add_up_to_the_people_at_any_hour() {
    for (hour, word) in [(7, Some("nanti")), (11, None), (17, None)] {
        let mut day = sample::day(0);
        day.now_ms = at(hour, 20, 0);
        if hour == 7 {
            all(&mut day, |person| {
                for window in &mut person.verdict.windows {
                    window.state = hadir_core::judge::WindowState::Upcoming;
                }
            });
        }
        let page = plain(&day);
        let tiles = page.split("<a class=\"c ").skip(1);
        let sum: usize = tiles.map(|tile| tile.split(['>', '<']).find_map(|n| n.parse::<usize>().ok()).unwrap()).sum();
        assert_eq!(sum, 10, "{hour}: {page}");
        assert_eq!(word.is_some(), tile(&page, "nanti").is_some());
    }
}

#[test]
fn a_day_off_and_a_day_without_a_rule_are_neither_leave_nor_each_other() {
    let mut day = without_windows(DayState::Off, Mode::Off);
    let off = plain(&day);
    assert_eq!(tile(&off, "bukan hari kerja"), Some(10));
    assert!(!off.contains("cuti, dinas luar") && !off.contains("</svg>tepat waktu"), "{off}");
    day.rule = None;
    let none = plain(&day);
    assert_eq!(tile(&none, "tidak ada aturan"), Some(10));
    assert!(!none.to_lowercase().contains("bukan hari kerja"), "{none}");
    for (lang, word) in [(Lang::Id, "Tidak ada aturan"), (Lang::En, "No rule in force")] {
        let why = super::super::why::page(lang, &day, &day.people[0], "day", &Asked::default()).unwrap().into_string();
        assert!(why.contains(word) && !why.contains("Bukan hari kerja") && !why.contains("Not a working day"), "{why}");
    }
}

#[test]
fn today_is_said_of_today_alone() {
    let mut day = without_windows(DayState::AtOffice, Mode::Wfo);
    assert!(plain(&day).contains("<h2>Hari ini</h2>"));
    day.today = day.today.succ_opt().unwrap();
    assert!(plain(&day).contains("<h2>24 November 2026</h2>"));
    let why = super::super::why::page(Lang::Id, &day, &day.people[0], "day", &Asked::default()).unwrap();
    assert!(!why.into_string().to_lowercase().contains("hari ini"));
}

#[test]
fn a_board_of_entries_alone_counts_them_and_speaks_of_no_check_in() {
    let day = without_windows(DayState::AtOffice, Mode::Wfo);
    let page = plain(&day);
    assert_eq!(
        (tile(&page, "boleh"), tile(&page, "tidak boleh masuk"), tile(&page, "belum mengisi")),
        (Some(4), Some(2), Some(3))
    );
    assert!(page.contains("4 boleh<br>2 tidak boleh masuk<br>3 belum mengisi<br>1 tidak diminta<br>"), "{page}");
    assert!(page.contains("Catatan tetap tersimpan") && !page.contains("tidak ada jadwal absen"));
    assert!(!page.contains("Absen tetap tercatat di HP selama gangguan"));
}

#[test]
fn a_form_that_cannot_be_filled_yet_is_not_missing() {
    let mut day = sample::day(0);
    all(&mut day, |person| person.entry_opens_ms = Some(at(23, 0, 0)));
    let page = plain(&day);
    assert!(page.contains("belum dibuka") && !page.contains("Belum mengisi"), "{page}");
}

#[test]
fn where_no_form_is_asked_there_is_no_column_of_entries() {
    let mut day = sample::day(0);
    all(&mut day, |person| person.entry.state = EntryState::NotOwed);
    assert!(!plain(&day).contains("Masuk kantor"));
}

#[test]
fn an_excused_window_says_by_what() {
    let day = sample::day(0);
    assert!(plain(&day).contains("<span class=\"m\">alasan teknis</span>"));
    let why = super::super::why::page(Lang::Id, &day, &day.people[8], "w0800", &Asked::default()).unwrap();
    assert!(why.into_string().contains("<span class=\"q\">Alasan teknis</span>"));
}

#[test]
fn a_cell_that_waits_says_what_the_sheet_says_and_a_date_where_it_is_another() {
    let mut day = sample::day(0);
    let heard = at(8, 3, 0) + 86_400_000;
    Arc::make_mut(&mut day.people[2]).last_heard_ms = Some(heard);
    assert!(plain(&day).contains("terakhir terdengar 25 Nov 08.03"));
    let waits = |day: &mut DayView, reason| {
        Arc::make_mut(&mut day.people[2]).verdict.windows[1].reasons.push(reason);
    };
    waits(&mut day, Reason::NotReceivedPast { past_ms: Some(at(8, 1, 0)), grace_until_ms: heard });
    assert!(plain(&day).contains("<span class=\"m\">diterima sampai 08.01</span>"));
    waits(&mut day, Reason::PhoneRevoked { revoked_ms: at(9, 5, 0), grace_until_ms: heard });
    let page = plain(&day);
    assert!(page.contains("</svg>Belum diterima</span><span class=\"m\">HP dicabut 09.05</span>"), "{page}");
}

#[test]
fn a_sheet_says_nothing_twice() {
    let day = sample::day(0);
    let why =
        super::super::why::page(Lang::Id, &day, &day.people[0], "w0800", &Asked::default()).unwrap().into_string();
    assert!(why.contains("<dt>Jadwal</dt><dd><p>Dibuka 07.45 WITA"), "{why}");
    assert!(why.contains("Luwu Utara 2021 (paket 1)"), "{why}");
}

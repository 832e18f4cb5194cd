//! What every page promises, on a made-up day.

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
    assert_eq!((counts.not_received, counts.missed, counts.check, counts.late), (3, 0, 1, 1));
    assert_eq!((counts.on_time, counts.at_office, counts.away), (1, 2, 2));
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

//! The other tables of a policy file.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::DeValue;

use super::sheet::Sheet;
use super::values::number_of;
use super::{people, times};
use crate::policy::validate::{RECORD_KINDS, place_fault};
use crate::policy::{
    Approval, ApprovalFor, Evidence, Expected, Fault, FormRule, HomePointRule, LegalBasis, LonLat, Marks, Named,
    Notice, NoticeKind, Policy, Region, Retention, Ring, SCHEMA, Shape, Source, Until, Validity, WorkWeek,
};
use crate::schedule::{Calendar, CalendarDay, DayKind, DayTime, Mode, Weekdays};

/// Working days for which a window without a record is not yet missed.
const GRACE_WORKING_DAYS: u32 = 3;
/// Days for which records are kept, by kind, where a policy does not say. Health answers go soonest.
const RETENTION_DAYS: [u32; 8] = [730, 28, 62, 730, 730, 730, 730, 730];

/// The whole file.
pub(super) fn policy(root: &Sheet<'_>) -> Policy {
    let schema = root.opt_int("schema").map_or(SCHEMA, |schema| u16::try_from(schema).unwrap_or(0));
    let valid = validity(root);
    let last = valid.last_date();
    let policy = Policy {
        schema,
        id: root.text("id", "\"kota-contoh-2026\""),
        title: root.text("title", "\"Absen empat kali sehari\""),
        place: root.text("place", "\"Kota Contoh\""),
        zone: root.zone("zone"),
        supersedes: root.list("supersedes"),
        note: root.opt_text("note"),
        legal: legal(root),
        week: week(root),
        check_in: times::check_in(root),
        shifts: times::shifts(root),
        hours: times::hours(root),
        live_share: times::live_share(root),
        form: form(root),
        groups: people::groups(root),
        exemptions: people::exemptions(root),
        rotation: people::rotation(root),
        region: region(root),
        home_point: home_point(root),
        approvals: approvals(root),
        notices: notices(root),
        retention: retention(root),
        evidence: evidence(root),
        calendar: calendar(root).between(valid.from, last),
        valid,
        marks: Marks::all(Source::Ours),
    };
    let mut marks = root.marks();
    // Tables speak for themselves; the head's marks are about the head's own keys.
    marks.except.retain(|key, _| HEAD_KEYS.contains(&key.as_str()));
    Policy { marks, ..policy }
}

const HEAD_KEYS: [&str; 9] =
    ["id", "title", "place", "zone", "valid_from", "valid_until", "valid_until_act", "supersedes", "note"];

fn validity(root: &Sheet<'_>) -> Validity {
    let from = root.date("valid_from");
    let (date, act) = (root.opt_date("valid_until"), root.opt_text("valid_until_act"));
    let until = match (date, act) {
        (Some(_), Some(_)) => {
            root.fault("valid_until_act", Fault::Either { first: "valid_until", second: "valid_until_act" });
            Until::Open
        }
        (Some(date), None) => Until::Date(date),
        (None, Some(act)) => Until::Act(act),
        (None, None) => Until::Open,
    };
    Validity { from, until }
}

fn legal(root: &Sheet<'_>) -> LegalBasis {
    root.need("legal", "[legal] with kind, number, date and issuer");
    let Some(sheet) = root.table("legal") else {
        return LegalBasis {
            kind: String::new(),
            number: None,
            date: None,
            issuer: String::new(),
            marks: Marks::all(Source::Ours),
        };
    };
    LegalBasis {
        kind: sheet.text("kind", "\"surat edaran\""),
        number: sheet.opt_text("number"),
        date: sheet.opt_date("date"),
        issuer: sheet.text("issuer", "\"Wali Kota Contoh\""),
        marks: sheet.marks(),
    }
}

fn week(root: &Sheet<'_>) -> WorkWeek {
    let Some(sheet) = root.table("week") else {
        return WorkWeek {
            days: Weekdays::FIVE,
            units: BTreeMap::new(),
            day_starts: DayTime::MIDNIGHT,
            marks: Marks::all(Source::Ours),
        };
    };
    let mut units = BTreeMap::new();
    for unit in sheet.tables("units") {
        unit.need("days", "\"mon-sat\"");
        unit.need("units", "[\"sdn-1\"]");
        let days = unit.opt_days("days").unwrap_or(Weekdays::FIVE);
        for (span, id) in unit.words("units") {
            if units.insert(id.clone(), days).is_some() {
                unit.notes.add(span, &unit.at("units"), Fault::Duplicate { what: Named::Unit, name: id });
            }
        }
        unit.marks();
    }
    WorkWeek {
        days: sheet.opt_days("days").unwrap_or(Weekdays::FIVE),
        units,
        day_starts: sheet.opt_time("day_starts").unwrap_or(DayTime::MIDNIGHT),
        marks: sheet.marks(),
    }
}

fn form(root: &Sheet<'_>) -> Option<FormRule> {
    let sheet = root.table("form")?;
    let id = sheet.text("id", "\"form1\"");
    let shipped = crate::form::shipped().iter().filter(|form| form.id == id).map(|form| form.version).max();
    Some(FormRule {
        version: sheet.opt_int("version").or(shipped).unwrap_or(1),
        form: id,
        modes: sheet.modes("modes", &Mode::AT_WORKPLACE),
        opens_days_before: sheet.opt_int("opens_days_before").unwrap_or(1),
        entry: sheet.opt_time("entry").unwrap_or(DayTime::hm(7, 30).unwrap_or(DayTime::MIDNIGHT)),
        marks: sheet.marks(),
    })
}

fn region(root: &Sheet<'_>) -> Option<Region> {
    let sheet = root.table("region")?;
    let mut shapes = Vec::new();
    for circle in sheet.tables("circles") {
        let path = format!("region.shapes[{}]", shapes.len());
        circle.notes.put(path.clone(), circle.span.clone());
        circle.notes.put(format!("{path}.center"), circle.span_of("center"));
        circle.notes.put(format!("{path}.radius_m"), circle.span_of("radius_m"));
        circle.need("radius_m", "12000");
        let center = circle.need("center", "[120.19, -2.99]").and_then(|value| place(&circle, "center", value));
        let radius_m = circle.opt_int("radius_m").unwrap_or(1_000);
        circle.marks();
        if let Some(center) = center {
            shapes.push(Shape::Circle { center, radius_m });
        }
    }
    for polygon in sheet.tables("polygons") {
        let path = format!("region.shapes[{}]", shapes.len());
        polygon.notes.put(path.clone(), polygon.span.clone());
        polygon.notes.put(format!("{path}.outer"), polygon.span_of("outer"));
        let outer = polygon.need("outer", "[[120.1, -3.0], [120.2, -3.0], [120.2, -2.9]]");
        let outer = outer.and_then(|value| ring(&polygon, "outer", value));
        let mut holes = Vec::new();
        for item in polygon.get("holes").and_then(|value| value.get_ref().as_array()).into_iter().flat_map(|a| a.iter())
        {
            polygon.notes.put(format!("{path}.holes[{}]", holes.len()), item.span());
            holes.extend(ring(&polygon, "holes", item));
        }
        polygon.marks();
        if let Some(outer) = outer {
            shapes.push(Shape::Polygon { outer, holes });
        }
    }
    let name = sheet.text("name", "\"Kota Contoh\"");
    Some(Region { name, shapes, marks: sheet.marks() })
}

fn ring(sheet: &Sheet<'_>, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Ring> {
    let Some(array) = value.get_ref().as_array() else {
        sheet.wrong_type(key, Expected::Places, value);
        return None;
    };
    let mut ring = Vec::with_capacity(array.len());
    for item in array {
        ring.push(place(sheet, key, item)?);
    }
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    Some(ring)
}

/// A place. Only what is a place in Indonesia passes; of a ring the first wrong one is reported, where it stands.
fn place(sheet: &Sheet<'_>, key: &str, value: &Spanned<DeValue<'_>>) -> Option<LonLat> {
    let numbers: Option<Vec<f64>> =
        value.get_ref().as_array().and_then(|pair| pair.iter().map(|n| number_of(n.get_ref())).collect());
    let Some([first, second]) = numbers.as_deref() else {
        sheet.wrong_type(key, Expected::Place, value);
        return None;
    };
    match LonLat::new(*first, *second).ok().filter(|place| place.is_in_indonesia()) {
        Some(place) => Some(place),
        None => {
            sheet.notes.add(value.span(), &sheet.at(key), place_fault(*first, *second));
            None
        }
    }
}

fn home_point(root: &Sheet<'_>) -> Option<HomePointRule> {
    let sheet = root.table("home_point")?;
    sheet.need("radius_m", "200");
    Some(HomePointRule { radius_m: sheet.opt_int("radius_m").unwrap_or(200), marks: sheet.marks() })
}

fn approvals(root: &Sheet<'_>) -> Vec<Approval> {
    let acts = [
        ("leave_region", ApprovalFor::LeaveRegion),
        ("recall", ApprovalFor::Recall),
        ("minimum_office", ApprovalFor::MinimumOffice),
        ("name_staying", ApprovalFor::NameStaying),
        ("piket", ApprovalFor::Piket),
        ("monitor", ApprovalFor::Monitor),
    ];
    let read = root.tables("approvals");
    let approvals = read.iter().filter_map(|sheet| {
        sheet.need("act", "\"leave_region\"");
        let act = sheet.name("act", Named::Act, &acts);
        let (by, when) = (sheet.text("by", "\"atasan langsung\""), sheet.opt_text("when"));
        let source = sheet.marks().source;
        Some(Approval { act: act?, by, when, source })
    });
    approvals.collect()
}

fn notices(root: &Sheet<'_>) -> Vec<Notice> {
    let kinds = [
        ("mask", NoticeKind::Mask),
        ("distance", NoticeKind::Distance),
        ("temperature", NoticeKind::Temperature),
        ("symptoms", NoticeKind::Symptoms),
        ("region", NoticeKind::Region),
        ("other", NoticeKind::Other),
    ];
    let read = root.tables("notices");
    let notices = read.iter().filter_map(|sheet| {
        sheet.need("kind", "\"mask\"");
        let kind = sheet.name("kind", Named::NoticeKind, &kinds);
        let (id, en) = (sheet.text("id", "\"Pakai masker.\""), sheet.text("en", "\"Wear a mask.\""));
        let modes = sheet.modes("modes", &Mode::AT_WORKPLACE);
        let limit_c_e1 = sheet.opt_scaled("limit_c", 10);
        let source = sheet.marks().source;
        Some(Notice { kind: kind?, id, en, modes, limit_c_e1, source })
    });
    notices.collect()
}

fn retention(root: &Sheet<'_>) -> Retention {
    let sheet = root.table("retention");
    let mut days = BTreeMap::new();
    for (kind, default) in RECORD_KINDS.into_iter().zip(RETENTION_DAYS) {
        let own = sheet.as_ref().and_then(|sheet| sheet.opt_int(kind));
        days.insert(kind.to_owned(), own.unwrap_or(default));
    }
    Retention { days, marks: sheet.map_or_else(|| Marks::all(Source::Ours), |sheet| sheet.marks()) }
}

fn evidence(root: &Sheet<'_>) -> Evidence {
    let Some(sheet) = root.table("evidence") else {
        return Evidence {
            grace_working_days: GRACE_WORKING_DAYS,
            fingerprint_modes: Mode::AT_WORKPLACE.to_vec(),
            marks: Marks::all(Source::Ours),
        };
    };
    Evidence {
        grace_working_days: sheet.opt_int("grace_working_days").unwrap_or(GRACE_WORKING_DAYS),
        fingerprint_modes: sheet.modes("fingerprint_modes", &Mode::AT_WORKPLACE),
        marks: sheet.marks(),
    }
}

/// `[calendar]`: the national lists that ship, unless switched off, and the policy's own days after them.
fn calendar(root: &Sheet<'_>) -> Calendar {
    let Some(sheet) = root.table("calendar") else { return Calendar::shipped() };
    let kinds = [
        ("national", DayKind::National),
        ("collective", DayKind::Collective),
        ("regional", DayKind::Regional),
        ("working", DayKind::Working),
    ];
    let national = sheet.opt_bool("national").unwrap_or(true);
    let mut calendar = if national { Calendar::shipped() } else { Calendar::default() };
    for item in
        sheet.get("complete_years").and_then(|value| value.get_ref().as_array()).into_iter().flat_map(|a| a.iter())
    {
        match item.get_ref().as_integer().and_then(|year| year.as_str().parse().ok()) {
            Some(year) => calendar.years.push(year),
            None => sheet.wrong_type("complete_years", Expected::Years, item),
        }
    }
    for day in sheet.tables("days") {
        day.need("kind", "\"regional\"");
        let (date, kind) = (day.date("date"), day.name("kind", Named::DayKind, &kinds));
        let name = day.text("name", "\"Hari jadi kota\"");
        let source = day.marks().source;
        if let Some(kind) = kind {
            calendar.days.push(CalendarDay { date, kind, name, source });
        }
    }
    sheet.marks();
    calendar
}

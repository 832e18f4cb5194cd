//! The shipped policies against the facts of their circulars, and bad files with their lines and columns.

use super::*;
use crate::text::Lang;

fn policy(id: &str) -> Policy {
    shipped_policy(id).unwrap().unwrap()
}

fn quota(policy: &Policy, group: &str) -> Option<(Side, u8)> {
    policy.groups.iter().find(|g| g.id == group).and_then(|g| match g.place {
        GroupPlace::Turns(quota) => Some((quota.caps, quota.percent)),
        GroupPlace::Home | GroupPlace::Office => None,
    })
}

#[test]
fn every_shipped_policy_compiles_under_its_own_id_and_plays_on_a_working_day() {
    for (id, file) in shipped() {
        let policy = Policy::parse(file).unwrap_or_else(|errors| panic!("{id}:\n{errors}"));
        assert_eq!(policy.id, *id);
        let day = sample_day(id).unwrap();
        assert!(policy.valid.contains(day), "{id}");
        assert!(policy.region.as_ref().is_some_and(|region| region.geofence().is_ok()), "{id}");
        assert!(policy.is_working_day(day, None) && policy.calendar.knows(day), "{id}");
    }
}

#[test]
fn a_compiled_policy_survives_its_json_and_the_json_is_stable() {
    for (id, _) in shipped() {
        let policy = policy(id);
        let json = policy.to_json();
        let again = Policy::from_json(&json).unwrap();
        assert_eq!(again, policy, "{id}");
        assert_eq!(again.to_json(), json, "{id}");
    }
}

#[test]
fn the_quotas_are_those_of_the_circulars_and_name_the_side_they_cap() {
    let luwu = policy("luwu-utara-2021");
    assert_eq!(quota(&luwu, "pelaksana"), Some((Side::Home, 50)));
    assert_eq!(quota(&luwu, "pengawas"), Some((Side::Home, 24)));
    assert_eq!(quota(&luwu, "non-asn"), Some((Side::Home, 50)));
    assert_eq!(luwu.rotation.others, Side::Office);
    assert_eq!(quota(&policy("palopo-2021"), "semua"), Some((Side::Office, 25)));
    for id in ["parepare-2021", "solok-selatan-2020", "tangsel-2020"] {
        assert!(matches!(policy(id).groups[0].place, GroupPlace::Home), "{id}");
    }
    assert!(matches!(policy("palopo-2020").groups[0].place, GroupPlace::Office));
}

#[test]
fn the_legal_bases_and_dates_are_those_of_the_circulars() {
    let luwu = policy("luwu-utara-2021");
    assert_eq!(luwu.legal.number.as_deref(), Some("800/935/BKPSDM/2021"));
    assert_eq!(luwu.legal.date, NaiveDate::from_ymd_opt(2021, 7, 27));
    assert_eq!(luwu.valid.last_date(), NaiveDate::from_ymd_opt(2021, 8, 5));
    let palopo = policy("palopo-2021");
    assert_eq!(palopo.legal.number.as_deref(), Some("800/1090/BKPSDM/VII/2021"));
    assert!(matches!(&palopo.valid.until, Until::Act(act) if act.contains("PPKM")), "an act, not a date");
    assert_eq!(policy("solok-selatan-2020").legal.number.as_deref(), Some("800/68/III/BKPSDM-2020"));
    assert_eq!(policy("default").valid.until, Until::Open);
}

#[test]
fn sources_are_told_per_value_and_what_is_left_out_is_ours() {
    let luwu = policy("luwu-utara-2021");
    assert_eq!(luwu.marks.of("valid_from"), Source::Circular);
    assert_eq!(luwu.marks.of("title"), Source::Ours);
    assert_eq!(luwu.check_in.marks.of("modes"), Source::Circular);
    assert_eq!(luwu.check_in.marks.of("late_runs_min"), Source::Ours, "left out of the file");
    assert_eq!(luwu.retention.marks.of("check_in"), Source::Ours);
    assert_eq!(luwu.region.unwrap().marks.source, Source::Ours, "the circle is no boundary");
    for (id, _) in shipped().iter().filter(|(id, _)| *id == DEFAULT_ID) {
        assert!(!policy(id).to_json().contains("\"circular\""), "{id} speaks in no circular's name");
    }
}

#[test]
fn grace_counts_working_days_only() {
    let policy = policy("default");
    let friday: NaiveDate = "2026-11-20".parse().unwrap();
    assert_eq!(policy.grace_ends(friday), "2026-11-25".parse::<NaiveDate>().unwrap());
    let before_christmas: NaiveDate = "2026-12-23".parse().unwrap();
    assert_eq!(policy.grace_ends(before_christmas), "2026-12-30".parse::<NaiveDate>().unwrap());
}

#[test]
fn a_policy_for_a_newer_build_says_update_needed() {
    let json = policy("default").to_json().replacen("\"schema\":1", "\"schema\":2,\"new\":true", 1);
    let errors = Policy::from_json(&json).unwrap_err();
    assert!(errors.needs_update());
    let file = shipped()[0].1.replacen("schema = 1", "schema = 2\nnew = true", 1);
    let errors = Policy::parse(&file).unwrap_err();
    assert!(errors.needs_update());
    assert_eq!(errors.iter().count(), 1);
}

#[test]
fn json_that_was_edited_is_validated_again() {
    let json = policy("default").to_json();
    let edited = json.replacen("\"on_time_until\":\"08:15\"", "\"on_time_until\":\"11:00\"", 1);
    assert_ne!(json, edited);
    assert!(Policy::from_json(&edited).unwrap_err().to_string().contains("overlap"));
    assert!(serde_json::from_str::<Policy>(&edited).is_err(), "by any way in");
    assert!(Policy::from_json(&json.replacen("[120.2,-2.4]", "[-2.4,120.2]", 1)).is_err());
    assert!(Policy::from_json("{}").is_err() && Policy::from_json("").is_err());
}

/// Replaces one piece of the default policy and gives the errors as `line:column message (hint)` without the path.
fn broken(from: &str, to: &str) -> Vec<String> {
    let file = shipped()[0].1;
    assert!(file.contains(from), "{from}");
    let Err(errors) = Policy::parse(&file.replacen(from, to, 1)) else { panic!("{to} was taken") };
    for error in &errors {
        assert_ne!(error.message(Lang::Id), error.message(Lang::En), "both languages");
    }
    errors.iter().map(ToString::to_string).collect()
}

/// Line and column of a piece of text in the default policy.
fn place_of(piece: &str) -> String {
    let file = shipped()[0].1;
    let at = file.find(piece).unwrap();
    let line_start = file[..at].rfind('\n').map_or(0, |newline| newline + 1);
    format!("{}:{}: ", file[..at].matches('\n').count() + 1, file[line_start..at].chars().count() + 1)
}

#[test]
fn a_wrong_key_is_named_with_its_place_and_what_was_meant() {
    let errors = broken("late_runs_min = 60", "late_run_min = 60");
    let expected = format!(
        "{}check_in.late_run_min: unknown key \"late_run_min\" (did you mean \"late_runs_min\"?)",
        place_of("late_runs_min")
    );
    assert_eq!(errors, [expected]);
    let errors = broken("[evidence]", "[evidense]");
    assert_eq!(errors.len(), 1);
    assert!(errors[0].ends_with("(did you mean \"evidence\"?)"), "{errors:?}");
}

#[test]
fn a_misspelt_key_that_must_be_there_is_one_mistake() {
    for (right, wrong) in [("zone = ", "zona = "), ("[legal]\n", "[legak]\n"), ("kind = \"mask\"", "knd = \"mask\"")] {
        let errors = broken(right, wrong);
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].contains("unknown key"), "{errors:?}");
    }
}

#[test]
fn a_wrong_zone_is_named_with_what_was_meant() {
    for (wrong, meant) in [
        ("Asia/Makasar", "Asia/Makassar"),
        ("WITA", "Asia/Makassar"),
        ("wib", "Asia/Jakarta"),
        ("Jayapura", "Asia/Jayapura"),
    ] {
        let errors = broken("\"Asia/Makassar\"", &format!("\"{wrong}\""));
        let expected =
            format!("{}zone: unknown time zone \"{wrong}\" (did you mean \"{meant}\"?)", place_of("\"Asia/Makassar\""));
        assert_eq!(errors, [expected]);
    }
    assert!(broken("\"Asia/Makassar\"", "\"Europe/Paris\"")[0].contains("known here: Asia/Jakarta"));
}

#[test]
fn overlapping_windows_are_named_at_the_second_time() {
    let errors = broken("\"11:00\"", "\"08:20\"");
    assert_eq!(errors.len(), 1);
    let start = format!("{}check_in.windows[1]: windows 08.00 and 08.20 overlap on Monday", place_of("\"11:00\""));
    assert!(errors[0].starts_with(&start), "{errors:?}");
    let touching = shipped()[0].1.replacen("\"11:00\"", "\"08:30\"", 1);
    assert!(Policy::parse(&touching).is_ok(), "opening at 08.15, where 08.00 ends to be on time, is no overlap");
}

#[test]
fn swapped_axes_are_named_with_the_right_order() {
    let errors = broken("[120.20, -2.40]", "[-2.40, 120.20]");
    let expected = format!(
        "{}region.circles[0].center: [-2.4, 120.2] has latitude and longitude swapped (write longitude first: [120.2, -2.4])",
        place_of("[120.20, -2.40]")
    );
    assert_eq!(errors, [expected]);
    assert!(broken("[120.20, -2.40]", "[2.35, 48.85]")[0].contains("is not in Indonesia"));
}

#[test]
fn all_errors_of_a_file_are_told_at_once_in_order() {
    let file = shipped()[0]
        .1
        .replacen("zone = \"Asia/Makassar\"", "zone = \"WITA\"", 1)
        .replacen("\"11:00\"", "\"08:20\"", 1)
        .replacen("entry = \"07:30\"", "entry = \"7.3o\"", 1)
        .replacen("percent = 25", "percent = 250", 1)
        .replacen("act = \"recall\"", "act = \"recal\"", 1)
        .replacen("[120.20, -2.40]", "[-2.40, 120.20]", 1)
        .replacen("grace_working_days = 3", "grace_days = 3", 1)
        .replacen("source = \"ours\"\nkind = \"mask\"", "kind = \"mask\"", 1);
    let errors = Policy::parse(&file).unwrap_err();
    let paths: Vec<&str> = errors.iter().map(|error| error.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "zone",
            "check_in.windows[1]",
            "form.entry",
            "groups[0].quota",
            "region.circles[0].center",
            "approvals[1].act",
            "notices[0].source",
            "evidence.grace_days",
        ]
    );
    assert!(errors.iter().all(|error| error.line > 0 && error.column > 0));
    for error in &errors {
        assert!(!error.message(Lang::Id).is_empty());
        assert_ne!(error.message(Lang::Id), error.message(Lang::En));
    }
}

#[test]
fn broken_syntax_has_a_place_too() {
    let errors = broken("days = \"mon-fri\"", "days = \"mon-fri");
    assert!(errors[0].starts_with(place_of("days = \"mon-fri\"").split(':').next().unwrap()), "{errors:?}");
}

#[test]
fn a_mark_for_a_key_that_is_not_there_is_an_error() {
    let errors = broken("id = \"form1\"", "id = \"form1\"\ncircular = [\"entri\"]");
    assert_eq!(errors.len(), 1);
    assert!(errors[0].contains("a source is given for \"entri\"") && errors[0].contains("\"entry\""), "{errors:?}");
}

#[test]
fn other_slips_are_caught() {
    for (from, to, says) in [
        (
            "valid_from = 2020-01-01",
            "valid_from = 2020-01-01\nvalid_until = 2019-12-31",
            "2019-12-31 is before 2020-01-01",
        ),
        ("valid_from = 2020-01-01", "", "\"valid_from\" is missing"),
        ("modes = [\"wfh\"]", "modes = [\"wfm\"]", "\"wfm\" is no mode (did you mean \"wfh\"?)"),
        ("modes = [\"wfh\"]", "modes = \"wfh\"", "expected a list of texts, found string"),
        ("days = \"mon-fri\"", "days = \"mon-fry\"", "\"mon-fry\" cannot be read; expected something like mon-thu"),
        ("version = 1", "version = 9", "there is no form \"form1\" version 9"),
        ("id = \"default\"", "id = \"Default Baru\"", "cannot be an id"),
        ("grace_working_days = 3", "grace_working_days = 3000", "3000 is outside 0 to 60"),
        ("title = \"Pejabat struktural\"\nstructural = true", "title = \"Pejabat\"", "must not be empty"),
        ("limit_c = 37.3", "limit_c = 373", "3730 is outside"),
        ("radius_m = 65000", "radius_m = 5", "5 is outside"),
        ("working_days = 1", "working_days = 0", "0 is outside"),
        ("quota = {", "works = \"home\"\nquota = {", "exclude each other"),
        ("times = [", "spans = [\"08:00-09:00\"]\ntimes = [", "exclude each other"),
    ] {
        let errors = broken(from, to);
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].contains(says), "{errors:?} should say {says}");
    }
}

/// Every table and key that the shipped files do not use.
const FULL: &str = r#"
[[check_in.bands]]
name = "TL1"
from_min = 1
below_min = 31
cut_percent = 0.5
[[check_in.bands]]
name = "TL2"
from_min = 31
cut_percent = 1

[[hours]]
source = "circular"
name = "Jam kerja Ramadan"
from = 2026-02-18
until = 2026-03-19
share = { starts = "08:00", hours = 6.5 }

[live_share]
source = "circular"
starts = "07:30"
hours = 8
detail = "point"

[home_point]
source = "ours"
radius_m = 200

[calendar]
source = "ours"
complete_years = [2027]
[[calendar.days]]
source = "circular"
date = 2026-11-25
kind = "regional"
name = "Hari jadi"
[[calendar.days]]
date = 2026-12-25
kind = "working"
name = "Piket Natal"
"#;

#[test]
fn bands_ramadan_sharing_a_home_point_and_own_days_are_read() {
    let file = shipped()[0].1.replacen(
        "[[region.circles]]",
        "[[region.polygons]]\nouter = [[120.0, -3.0], [120.4, -3.0], [120.4, -2.6], [120.0, -3.0]]\nholes = [[[120.2, -2.9], [120.3, -2.9], [120.3, -2.8]]]\n[[region.circles]]",
        1,
    );
    let policy = Policy::parse(&format!("{file}{FULL}")).unwrap_or_else(|errors| panic!("{errors}"));
    let bands: Vec<_> = policy.check_in.bands.iter().map(|b| (b.from_min, b.below_min, b.cut_e4)).collect();
    assert_eq!(bands, [(1, Some(31), 50), (31, None, 100)]);
    assert_eq!(policy.hours[0].share.map(|share| share.minutes), Some(390));
    assert_eq!(policy.home_point.as_ref().map(|home| home.radius_m), Some(200));
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    assert!(!policy.is_working_day(day("2026-11-25"), None) && policy.is_working_day(day("2026-12-25"), None));
    assert_eq!(policy.calendar.day(day("2026-11-25")).map(|d| d.source), Some(Source::Circular));
    assert_eq!(policy.calendar.day(day("2026-12-25")).map(|d| d.source), Some(Source::Ours), "of its table");
    assert!(policy.calendar.knows(day("2027-01-01")));
    let region = policy.region.as_ref().unwrap();
    assert!(matches!(&region.shapes[1], Shape::Polygon { outer, holes } if outer.len() == 3 && holes.len() == 1));
    assert_eq!(Policy::from_json(&policy.to_json()).unwrap(), policy);
    let plan = crate::schedule::plan_day(&policy, day("2026-02-20"), Mode::Wfh, &Default::default());
    assert_eq!(plan.live_share.map(|share| share.ends_ms - share.starts_ms), Some(390 * 60_000));
}

#[test]
fn bands_that_do_not_rise_are_refused() {
    for (from, to) in [("from_min = 31", "from_min = 20"), ("below_min = 31", "below_min = 1"), ("= 0.5", "= 500")] {
        let file = format!("{}{}", shipped()[0].1, FULL.replacen(from, to, 1));
        let Err(errors) = Policy::parse(&file) else { panic!("{to} was taken") };
        assert!(errors.iter().all(|error| error.path.starts_with("check_in.bands[")), "{errors}");
    }
}

#[test]
fn the_example_of_the_documentation_compiles() {
    let document = include_str!("../../../docs/policies.md");
    let example = document.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let policy = Policy::parse(example).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(policy.check_in.windows[0].tolerance_source, Source::Ours);
    for (id, _) in shipped() {
        assert!(document.contains(&format!("| `{id}` |")), "{id} is not in the table");
    }
}

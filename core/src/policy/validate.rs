//! What must hold of every compiled policy, whether it came from a file or from a signed pack.

use std::collections::BTreeSet;

use super::{Fault, Named, Policy, Ring, Shape, Until, WindowRule};
use crate::schedule::DayTime;

/// A day in seconds.
const DAY_S: i32 = 86_400;

/// Faults by path; empty when all holds.
pub(super) fn faults(policy: &Policy) -> Vec<(String, Fault)> {
    let mut found = Vec::new();
    let mut add = |path: String, fault: Fault| found.push((path, fault));
    head(policy, &mut add);
    times(policy, &mut add);
    people(policy, &mut add);
    if let Some(region) = &policy.region {
        if region.shapes.is_empty() {
            add("region".into(), Fault::Empty);
        }
        for (index, shape) in region.shapes.iter().enumerate() {
            shape_faults(&format!("region.shapes[{index}]"), shape, &mut add);
        }
    }
    for (index, notice) in policy.notices.iter().enumerate() {
        if let Some(limit) = notice.limit_c_e1 {
            range(&format!("notices[{index}].limit_c"), i64::from(limit), 300, 450, &mut add);
        }
    }
    for (kind, days) in &policy.retention.days {
        if !RECORD_KINDS.contains(&kind.as_str()) {
            let known: Vec<String> = RECORD_KINDS.map(str::to_owned).to_vec();
            let meant = super::read::nearest(kind, &RECORD_KINDS);
            let fault = Fault::UnknownName { what: Named::RecordKind, value: kind.clone(), meant, known };
            add(format!("retention.{kind}"), fault);
        }
        range(&format!("retention.{kind}"), i64::from(*days), 1, 36_500, &mut add);
    }
    range("evidence.grace_working_days", policy.evidence.grace_working_days.into(), 0, 60, &mut add);
    found
}

/// The kinds of record that have a retention of their own.
pub(super) const RECORD_KINDS: [&str; 8] =
    ["check_in", "health_form", "track", "request", "acknowledge", "appeal", "epoch", "note"];

fn head(policy: &Policy, add: &mut impl FnMut(String, Fault)) {
    range("schema", policy.schema.into(), 1, super::SCHEMA.into(), add);
    if !is_id(&policy.id) {
        add("id".into(), Fault::BadId { id: policy.id.clone() });
    }
    if let Until::Date(until) = policy.valid.until
        && until < policy.valid.from
    {
        add("valid_until".into(), Fault::DatesReversed { from: policy.valid.from, until });
    }
    for (index, hours) in policy.hours.iter().enumerate() {
        let path = format!("hours[{index}]");
        if hours.until < hours.from {
            add(format!("{path}.until"), Fault::DatesReversed { from: hours.from, until: hours.until });
        }
        for (key, date) in [("from", hours.from), ("until", hours.until)] {
            if !policy.valid.contains(date) {
                add(format!("{path}.{key}"), Fault::OutsideValidity { date });
            }
        }
    }
    if let Some(form) = &policy.form {
        if !crate::form::is_shipped(&form.form, form.version) {
            add(
                "form.id".into(),
                Fault::UnknownForm {
                    form: form.form.clone(),
                    version: form.version,
                    known: crate::form::shipped().iter().map(|f| format!("{} {}", f.id, f.version)).collect(),
                },
            );
        }
        range("form.opens_days_before", form.opens_days_before.into(), 0, 14, add);
    }
}

fn times(policy: &Policy, add: &mut impl FnMut(String, Fault)) {
    if policy.week.days.is_empty() {
        add("week.days".into(), Fault::Empty);
    }
    range("week.day_starts", policy.week.day_starts.seconds().into(), 0, i64::from(DAY_S) - 1, add);
    let rule = &policy.check_in;
    if rule.windows.is_empty() && !rule.modes.is_empty() {
        add("check_in.modes".into(), Fault::NoWindow);
    }
    range("check_in.late_runs_min", rule.late_runs_min.into(), 0, 1_440, add);
    windows("check_in.windows", &rule.windows, add);
    let mut shift_ids = BTreeSet::new();
    for (index, shift) in policy.shifts.iter().enumerate() {
        if !shift_ids.insert(&shift.id) {
            add(format!("shifts[{index}].id"), Fault::Duplicate { what: Named::Shift, name: shift.id.clone() });
        }
        if shift.windows.is_empty() {
            add(format!("shifts[{index}]"), Fault::NoWindow);
        }
        windows(&format!("shifts[{index}].windows"), &shift.windows, add);
    }
    for (index, hours) in policy.hours.iter().enumerate() {
        if let Some(own) = &hours.windows {
            windows(&format!("hours[{index}].windows"), own, add);
        }
        if let Some(share) = hours.share {
            range(&format!("hours[{index}].share"), share.minutes.into(), 1, 1_440, add);
        }
    }
    if let Some(share) = &policy.live_share {
        range("live_share.hours", share.hours.minutes.into(), 1, 1_440, add);
        range("live_share.interval_s", share.interval_s.into(), 10, 3_600, add);
    }
    let mut last = 0;
    for (index, band) in rule.bands.iter().enumerate() {
        let path = format!("check_in.bands[{index}]");
        range(&format!("{path}.from_min"), band.from_min.into(), last, i64::from(u32::MAX), add);
        last = band.below_min.map_or(i64::from(u32::MAX), i64::from);
        range(&format!("{path}.below_min"), last, i64::from(band.from_min) + 1, i64::from(u32::MAX), add);
        range(&format!("{path}.cut_percent"), band.cut_e4.into(), 0, 10_000, add);
    }
}

/// Windows of one schedule: not empty, one name a day, and no two on time at once, nor with the next day's.
fn windows(path: &str, rules: &[WindowRule], add: &mut impl FnMut(String, Fault)) {
    let first_opening = rules.iter().map(|rule| rule.opens).min().unwrap_or(DayTime::MIDNIGHT);
    let mut seen = BTreeSet::new();
    for (index, rule) in rules.iter().enumerate() {
        let here = || format!("{path}[{index}]");
        if rule.on_time_until <= rule.opens || rule.nominal < rule.opens || rule.nominal > rule.on_time_until {
            add(here(), Fault::EmptyWindow { label: rule.label.clone() });
            continue;
        }
        let reach = i64::from(DAY_S);
        range(&here(), rule.opens.seconds().into(), -reach / 2, 2 * reach, add);
        let earlier = rules.iter().enumerate().filter(|(other, _)| *other < index);
        for (_, other) in earlier {
            let Some(day) = rule.days.iter().find(|day| other.days.contains(*day)) else { continue };
            if rule.opens < other.on_time_until && other.opens < rule.on_time_until {
                let (first, second) = if other.opens <= rule.opens { (other, rule) } else { (rule, other) };
                let fault = Fault::WindowsOverlap { first: first.label.clone(), second: second.label.clone(), day };
                if seen.insert((index, first.label.clone(), second.label.clone())) {
                    add(here(), fault);
                }
            } else if rule.id == other.id {
                add(here(), Fault::Duplicate { what: Named::Window, name: rule.id.to_string() });
            }
        }
        if rule.on_time_until > first_opening.plus_seconds(DAY_S) {
            let next = rules.iter().min_by_key(|rule| rule.opens).map_or("", |rule| &rule.label);
            let day = rule.days.iter().next().unwrap_or(chrono::Weekday::Mon);
            let fault = Fault::WindowsOverlap { first: rule.label.clone(), second: format!("{next} (+1)"), day };
            add(here(), fault);
        }
    }
}

fn people(policy: &Policy, add: &mut impl FnMut(String, Fault)) {
    let mut ids = BTreeSet::new();
    for (index, group) in policy.groups.iter().enumerate() {
        if !is_id(&group.id) {
            add(format!("groups[{index}].id"), Fault::BadId { id: group.id.clone() });
        }
        if !ids.insert(&group.id) {
            add(format!("groups[{index}].id"), Fault::Duplicate { what: Named::Group, name: group.id.clone() });
        }
        if let super::GroupPlace::Turns(quota) = group.place {
            range(&format!("groups[{index}].quota"), quota.percent.into(), 0, 100, add);
        }
    }
    for (index, exemption) in policy.exemptions.iter().enumerate() {
        if exemption.who.is_everyone() {
            add(format!("exemptions[{index}]"), Fault::Empty);
        }
    }
    range("rotation.working_days", policy.rotation.working_days.into(), 1, 60, add);
}

fn shape_faults(path: &str, shape: &Shape, add: &mut impl FnMut(String, Fault)) {
    let ring = |path: String, ring: &Ring, add: &mut dyn FnMut(String, Fault)| {
        if ring.len() < 3 {
            add(path.clone(), Fault::RingTooShort { places: ring.len() });
        }
        // One fault a ring: a file with its axes swapped has thousands of wrong places and one mistake.
        if let Some(place) = ring.iter().find(|place| !place.is_in_indonesia()) {
            add(path, place_fault(place.lon(), place.lat()));
        }
    };
    match shape {
        Shape::Circle { center, radius_m } => {
            if !center.is_in_indonesia() {
                add(format!("{path}.center"), place_fault(center.lon(), center.lat()));
            }
            range(&format!("{path}.radius_m"), i64::from(*radius_m), 10, 500_000, add);
        }
        Shape::Polygon { outer, holes } => {
            ring(format!("{path}.outer"), outer, add);
            for (index, hole) in holes.iter().enumerate() {
                ring(format!("{path}.holes[{index}]"), hole, add);
            }
        }
    }
}

/// What is wrong with a pair that is no place in Indonesia.
pub(super) fn place_fault(first: f64, second: f64) -> Fault {
    match super::LonLat::swapped_meaning(first, second) {
        Some(_) => Fault::AxesSwapped { first, second },
        None => Fault::NotInIndonesia { first, second },
    }
}

fn range(path: &str, value: i64, min: i64, max: i64, add: &mut impl FnMut(String, Fault)) {
    if !(min..=max).contains(&value) {
        add(path.to_owned(), Fault::OutOfRange { value, min, max });
    }
}

fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::RECORD_KINDS;
    use crate::model::Kind;

    #[test]
    fn retention_knows_every_kind_of_record() {
        let kinds = [
            Kind::CheckIn,
            Kind::HealthForm,
            Kind::Track,
            Kind::Request,
            Kind::Acknowledge,
            Kind::Appeal,
            Kind::Epoch,
            Kind::Note,
        ];
        assert_eq!(kinds.map(|kind| kind.as_str().to_owned()), RECORD_KINDS);
    }
}

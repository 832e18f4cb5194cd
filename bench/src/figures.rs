//! Samples, percentiles, and the report of a run.
//!
//! - [`Samples`]: durations of one piece of work, and their percentiles;
//! - [`Report`]: figures with what they must reach, as a table and as JSON.

use std::time::Duration;

use serde::Serialize;

/// Durations of one piece of work.
#[derive(Debug, Default)]
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    /// Adds one.
    pub(crate) fn add(&mut self, one: Duration) {
        self.0.push(one);
    }

    /// Returns the `p`-th percentile by nearest rank, in microseconds, `p` from 0 to 100; 0 without samples.
    pub(crate) fn us(&self, p: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "small"
        )]
        let at = ((sorted.len().saturating_sub(1)) as f64 * p / 100.0).round() as usize;
        sorted.get(at).map_or(0.0, |one| one.as_secs_f64() * 1e6)
    }
}

/// Returns the median of some values; 0 of none.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
}

/// One figure.
#[derive(Debug, Serialize)]
struct Figure {
    /// Which part of the bench.
    part: &'static str,
    /// What was measured.
    what: String,
    /// The value.
    value: f64,
    /// Its unit.
    unit: &'static str,
    /// What it must reach, in words; empty for a figure that is only there to compare.
    goal: String,
    /// Whether it does.
    reached: Option<bool>,
}

/// Everything measured in a run.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    /// What a reader has to know about the machine and the run.
    about: Vec<(&'static str, String)>,
    figures: Vec<Figure>,
}

impl Report {
    /// Says something about the machine or the run.
    pub(crate) fn about(&mut self, what: &'static str, says: impl Into<String>) {
        self.about.push((what, says.into()));
    }

    /// Adds a figure to compare with.
    pub(crate) fn beside(&mut self, part: &'static str, what: impl Into<String>, value: f64, unit: &'static str) {
        self.figures.push(Figure { part, what: what.into(), value, unit, goal: String::new(), reached: None });
    }

    /// Adds a figure that must be at most `limit`.
    pub(crate) fn at_most(
        &mut self,
        part: &'static str,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
        limit: f64,
    ) {
        let (goal, reached) = (format!("≤ {limit}"), Some(value <= limit));
        self.figures.push(Figure { part, what: what.into(), value, unit, goal, reached });
    }

    /// Adds a figure that must be at least `limit`.
    pub(crate) fn at_least(
        &mut self,
        part: &'static str,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
        limit: f64,
    ) {
        let (goal, reached) = (format!("≥ {limit}"), Some(value >= limit));
        self.figures.push(Figure { part, what: what.into(), value, unit, goal, reached });
    }

    /// Whether every figure reaches what it must.
    pub(crate) fn all_reached(&self) -> bool {
        self.figures.iter().all(|figure| figure.reached != Some(false))
    }

    /// The table.
    pub(crate) fn table(&self) -> String {
        let mut text = String::new();
        for (what, says) in &self.about {
            text.push_str(&format!("{what}: {says}\n"));
        }
        let line = |part: &str, what: &str, value: &str, unit: &str, goal: &str, mark: &str| {
            let line = format!("{part:<8}{what:<72}{value:>12} {unit:<12}{goal:<10}{mark}");
            format!("{}\n", line.trim_end())
        };
        text.push_str(&line("part", "what", "value", "unit", "must be", ""));
        for f in &self.figures {
            let mark = match f.reached {
                Some(true) => "yes",
                Some(false) => "NO",
                None => "",
            };
            text.push_str(&line(f.part, &f.what, &format!("{:.2}", f.value), f.unit, &f.goal, mark));
        }
        text
    }

    /// The run as JSON.
    ///
    /// # Errors
    /// Never, unless a figure is not a number.
    pub(crate) fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_sorted_samples() {
        let mut samples = Samples::default();
        for ms in (0..=100).rev() {
            samples.add(Duration::from_millis(ms));
        }
        assert_eq!([0.0, 50.0, 99.0, 100.0].map(|p| samples.us(p)), [0.0, 50_000.0, 99_000.0, 100_000.0]);
    }

    #[test]
    fn no_samples_and_one_sample_have_percentiles_too() {
        let mut samples = Samples::default();
        assert!(samples.us(50.0).abs() < f64::EPSILON);
        samples.add(Duration::from_micros(7));
        assert_eq!([0.0, 50.0, 99.0].map(|p| samples.us(p)), [7.0; 3]);
    }

    #[test]
    fn the_median_does_not_ask_for_order() {
        assert_eq!([median(&[3.0, 1.0, 2.0]), median(&[4.0, 1.0]), median(&[])], [2.0, 1.0, 0.0]);
    }

    #[test]
    fn a_limit_is_reached_at_the_limit_and_missed_beyond_it() {
        for (value, most, least) in [(9.0, true, false), (10.0, true, true), (11.0, false, true)] {
            let mut report = Report::default();
            report.at_most("p", "w", value, "u", 10.0);
            assert_eq!(report.all_reached(), most, "{value} at most 10");
            let mut report = Report::default();
            report.at_least("p", "w", value, "u", 10.0);
            assert_eq!(report.all_reached(), least, "{value} at least 10");
        }
    }

    #[test]
    fn a_figure_to_compare_with_has_no_limit_to_miss() {
        let mut report = Report::default();
        report.beside("p", "w", f64::MAX, "u");
        assert!(report.all_reached());
    }

    #[test]
    fn table_and_json_name_the_figure_its_limit_and_whether_it_is_kept() {
        let mut report = Report::default();
        report.about("disk", "ext4");
        report.at_most("tap", "a tap", 1.25, "ratio", 1.3);
        report.at_most("tap", "another", 1.5, "ratio", 1.3);
        let table = report.table();
        assert!(table.starts_with("disk: ext4\n"), "{table}");
        let marks: Vec<&str> = table.lines().skip(2).map(|line| line.rsplit(' ').next().unwrap_or_default()).collect();
        assert_eq!(marks, ["yes", "NO"]);
        let json: serde_json::Value = serde_json::from_str(&report.to_json().unwrap()).unwrap();
        assert_eq!(json["figures"][0]["value"], 1.25);
        assert_eq!(json["figures"][1]["reached"], false);
    }
}

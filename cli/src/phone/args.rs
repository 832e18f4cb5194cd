//! The words of `hadir phone …` on the command line.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use hadir_core::{model, schedule::YearMonth};

use super::ask::{AppealArgs, RequestArgs};

/// A phone on the command line: the same core as on a telephone, for trials, integrations and tests
#[derive(Debug, Args)]
pub(crate) struct PhoneArgs {
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    #[command(subcommand)]
    pub(super) command: PhoneCommand,
}

/// Which phone, and by which clock
#[derive(Debug, Args)]
pub(super) struct PlaceArgs {
    /// Where this phone keeps its store and its key
    #[arg(long, global = true, value_name = "DIR", default_value = "hadir-phone", env = "HADIR_PHONE")]
    pub(super) dir: PathBuf,
    /// Take the time from a clock file instead of the system (trials and tests; see `hadir serve --clock`)
    #[arg(long, global = true, value_name = "FILE", env = "HADIR_CLOCK")]
    pub(super) clock: Option<PathBuf>,
    /// The HTTP proxy of this network, where it has one: http://host:port or http://name:password@host:port (this machine itself is
    /// asked directly; http_proxy and its like are not read)
    #[arg(long, global = true, value_name = "URL", env = "HADIR_PROXY", hide_env_values = true)]
    pub(super) proxy: Option<String>,
    /// Say on the error output what happens inside, line by line; nothing personal stands in it
    #[arg(long, global = true)]
    pub(super) trace: bool,
}

/// What the phone does
#[derive(Debug, Subcommand)]
#[command(disable_help_subcommand = true)]
pub(super) enum PhoneCommand {
    /// Enrol this phone with the invite link that the office gave
    Enrol(InviteArgs),
    /// Show whose invite it is, and whether it may be used, without using it
    Look(InviteArgs),
    /// Take the server's new address, authority or pins from the link that the office gave; everything else stays
    Reconnect {
        /// The address link, or any invite link of the same agency
        #[arg(required = true, num_args = 1..)]
        link: Vec<String>,
    },
    /// Show the day: what is open, what is next, what is due, what waits to be sent
    Today,
    /// Tap: record where you are now
    #[command(group(ArgGroup::new("where").required(true).args(["lat", "no_fix"])))]
    CheckIn(TapArgs),
    /// Fill the health self-assessment for the nearest office day that waits for one
    Form(FormArgs),
    /// Send what waits and fetch what is new
    Sync(SyncArgs),
    /// List the records: state and receipt of each
    Log {
        /// From this date
        #[arg(long, value_name = "YYYY-MM-DD")]
        from: Option<NaiveDate>,
        /// The newest so many
        #[arg(long, value_name = "NUMBER")]
        last: Option<usize>,
    },
    /// Explain a record, or the windows of a day: rule, evidence, delivery
    Why {
        /// Id of the record, as `log` shows it; without it, every window of the day
        record: Option<model::RecordId>,
        /// Which day, instead of today
        #[arg(long, value_name = "YYYY-MM-DD", conflicts_with = "record")]
        date: Option<NaiveDate>,
    },
    /// List the reminders to come that a telephone would set
    Reminders {
        /// The nearest so many
        #[arg(long, default_value_t = 64, value_name = "NUMBER")]
        limit: usize,
    },
    /// Show a month of yours, day by day, with its sums
    Month {
        /// Which, such as 2026-11; the present one without it
        month: Option<YearMonth>,
    },
    /// Print what you may show of a record, with the code by which the office's board finds it
    Proof {
        /// Id of the record, as `log` shows it
        record: model::RecordId,
        /// Add where it was made
        #[arg(long)]
        with_place: bool,
    },
    /// Show how many bytes went over the network this month and the last
    Data,
    /// Show what a tap would come to now; nothing is recorded
    Practice(PracticeArgs),
    /// Show what can be chosen in a request or an appeal
    Choices {
        /// In which
        #[arg(value_enum)]
        of: ChoicesFor,
        /// With this first date, or about this date; today without it
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: Option<NaiveDate>,
    },
    /// Confirm that you have seen what `today` asks to confirm: a recall, a new rule, a decision
    Acknowledge {
        /// Only these
        #[arg(value_enum)]
        what: Option<Seen>,
        #[command(flatten)]
        after: AfterArgs,
    },
    /// Ask the superior for leave, a trip, a permit; or withdraw what you asked
    Request(RequestArgs),
    /// Appeal against the verdict of a window or a day
    Appeal(AppealArgs),
    /// List what you asked, and what was decided
    Requests,
    /// Have parked records tried again; without a place, all of them
    Release {
        /// Where they stand, as `today` shows them: epoch:number
        #[arg(value_name = "EPOCH:NUMBER", value_parser = parse_place)]
        places: Vec<(u32, u64)>,
        #[command(flatten)]
        after: AfterArgs,
    },
    /// Write the signed history to a file that anyone can check with `hadir verify`
    Export {
        /// The file; it must not exist yet
        file: PathBuf,
    },
    /// Show how things stand, for a help desk; nothing personal
    Diagnostics,
    /// Tell the server how this phone stands, and show the six letters by which the help desk finds it
    Help {
        /// Give up after so many seconds
        #[arg(long, default_value_t = 30, value_name = "SECONDS")]
        deadline: u64,
    },
    /// Remove the store from this computer, whatever waits included
    Wipe {
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Share the place live by a recorded track: a GPX file is played as a telephone's receiver would give it
    Track(TrackArgs),
    /// Pause live share, go on, or stop it for today
    Share {
        /// What to do
        #[arg(value_enum)]
        act: ShareAct,
        #[command(flatten)]
        after: AfterArgs,
    },
    /// Play a scripted day in one process
    Play {
        /// The script, TOML; see docs/cli.md
        file: PathBuf,
        /// Move the clock file (--clock) from step to step instead of waiting for it
        #[arg(long)]
        drive: bool,
    },
}

/// What choices are shown
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ChoicesFor {
    /// A request
    Request,
    /// An appeal
    Appeal,
}

/// Where the practice tap is made
#[derive(Debug, Args)]
pub(super) struct PracticeArgs {
    /// Latitude, degrees north on WGS 84
    #[arg(long, allow_hyphen_values = true, requires_all = ["lon", "accuracy"], value_parser = decimal)]
    pub(super) lat: Option<f64>,
    /// Longitude, degrees east
    #[arg(long, allow_hyphen_values = true, requires = "lat", value_parser = decimal)]
    pub(super) lon: Option<f64>,
    /// Accuracy: radius of 68 % confidence, metres
    #[arg(long, allow_hyphen_values = true, requires = "lat", value_parser = decimal)]
    pub(super) accuracy: Option<f64>,
    /// There is no position
    #[arg(long, value_name = "WHY", num_args = 0..=1, default_missing_value = "timeout", value_enum, conflicts_with = "lat")]
    pub(super) no_fix: Option<NoFixArg>,
}

/// An invite: its link, or its code and the server's address
#[derive(Debug, Args)]
pub(super) struct InviteArgs {
    /// The invite link, or with --server the code of ten letters and digits; spaces and line breaks in it do no harm
    #[arg(required = true, num_args = 1.., value_name = "LINK|CODE")]
    pub(super) link: Vec<String>,
    /// The server's address, for a code: a host name, or the office's address link
    #[arg(long, value_name = "HOST")]
    pub(super) server: Option<String>,
}

/// What the person does with live share
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ShareAct {
    /// Start, or go on after a pause
    Start,
    /// Pause
    Pause,
    /// Stop for today
    Stop,
}

/// A recorded track
#[derive(Debug, Args)]
pub(super) struct TrackArgs {
    /// The track: GPX 1.0 or 1.1, with times
    #[arg(long, value_name = "FILE")]
    pub(super) gpx: PathBuf,
    /// Accuracy of points without hdop, metres
    #[arg(long, default_value_t = 15.0, allow_negative_numbers = true, value_name = "METRES")]
    pub(super) accuracy: f64,
    /// Say that the platform calls the positions mocks
    #[arg(long)]
    pub(super) mock: bool,
    /// Keep to the times of the file instead of beginning now; what is past is left out
    #[arg(long)]
    pub(super) as_recorded: bool,
    /// Minutes between two syncs
    #[arg(long, default_value_t = 15, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..=1_440))]
    pub(super) sync_every: u32,
    /// Move the clock file (--clock) from point to point instead of waiting for it
    #[arg(long)]
    pub(super) drive: bool,
    #[command(flatten)]
    pub(super) after: AfterArgs,
}

/// What can be confirmed
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Seen {
    /// Recalls to the office
    Recall,
    /// A new rule
    Rule,
    /// Decisions on what you asked
    Decision,
}

/// What comes after recording
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct AfterArgs {
    /// Do not sync afterwards
    #[arg(long)]
    pub(super) offline: bool,
    /// Give the sync up after so many seconds
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    pub(super) deadline: u64,
}

/// How to sync
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct SyncArgs {
    /// Give up after so many seconds
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    pub(super) deadline: u64,
}

/// How the self-assessment is filled
#[derive(Debug, Args)]
pub(super) struct FormArgs {
    /// The answers instead of questions: `ttttty`, `1=t,2=t,…` (y, ya or yes; t, tidak, n or no), or `-` to read a line from standard input
    #[arg(long)]
    pub(super) answers: Option<String>,
    /// For this office day instead of the nearest one
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) date: Option<NaiveDate>,
    /// Begin anew instead of going on with what was answered before
    #[arg(long, conflicts_with = "answers")]
    pub(super) anew: bool,
    #[command(flatten)]
    pub(super) after: AfterArgs,
}

/// A number with a point; Indonesian writes a comma, which would be two values to others.
fn decimal(text: &str) -> Result<f64, String> {
    let point = text.replacen(',', ".", 1);
    text.parse().map_err(|_| match point.parse::<f64>() {
        Ok(_) => format!("write it with a point: {point}"),
        Err(_) => "this is not a number".to_owned(),
    })
}

/// Where the tap is made
#[derive(Debug, Args)]
pub(super) struct TapArgs {
    /// Latitude, degrees north on WGS 84
    #[arg(long, allow_hyphen_values = true, requires_all = ["lon", "accuracy"], value_parser = decimal)]
    pub(super) lat: Option<f64>,
    /// Longitude, degrees east
    #[arg(long, allow_hyphen_values = true, requires = "lat", value_parser = decimal)]
    pub(super) lon: Option<f64>,
    /// Accuracy: radius of 68 % confidence, metres
    #[arg(long, allow_hyphen_values = true, requires = "lat", value_parser = decimal)]
    pub(super) accuracy: Option<f64>,
    /// Age of the position, seconds
    #[arg(long, default_value_t = 0.0, allow_hyphen_values = true, value_name = "SECONDS", value_parser = decimal)]
    pub(super) age: f64,
    /// Say that the platform calls the position a mock
    #[arg(long, conflicts_with = "no_fix")]
    pub(super) mock: bool,
    /// There is no position; the attempt is recorded all the same
    #[arg(long, value_name = "WHY", num_args = 0..=1, default_missing_value = "timeout", value_enum)]
    pub(super) no_fix: Option<NoFixArg>,
    #[command(flatten)]
    pub(super) after: AfterArgs,
}

/// Why there is no position
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum NoFixArg {
    /// The person has not given the permission
    Denied,
    /// Location is switched off
    Off,
    /// No position came in time
    Timeout,
    /// The phone has no way to know
    Unavailable,
}

impl From<NoFixArg> for model::NoFix {
    fn from(why: NoFixArg) -> Self {
        match why {
            NoFixArg::Denied => Self::Denied,
            NoFixArg::Off => Self::Off,
            NoFixArg::Timeout => Self::Timeout,
            NoFixArg::Unavailable => Self::Unavailable,
        }
    }
}

fn parse_place(text: &str) -> Result<(u32, u64), String> {
    let read = || {
        let (epoch, seq) = text.split_once(':')?;
        Some((epoch.parse().ok()?, seq.parse().ok()?))
    };
    read().ok_or_else(|| "expected the place as `today` shows it, such as 1:42".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_an_epoch_and_a_number() {
        assert_eq!(parse_place("1:42"), Ok((1, 42)));
        for bad in ["", "42", "1:", "1:-1", "1:2:3", "x:1"] {
            assert!(parse_place(bad).is_err(), "{bad}");
        }
    }
}

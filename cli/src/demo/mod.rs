//! `hadir demo`: a working day of an agency in about a minute. Everything really happens, through engine, wire and
//! database; the script only says who does what when, and the end is counted from outside.

mod cast;
mod director;
mod hostile;
mod kill;
mod ledger;
mod names;
mod outcome;
mod pace;
mod phone;
mod report;
mod rng;
mod script;
mod words;
mod world;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};
use clap::Args;
use hadir_core::{
    engine::EngineError,
    policy::{self, Policy},
    schedule::{Mode, PlanFor, Window, plan_day},
};

use cast::Role;
use director::{Cast, Director};
use pace::Pacer;
use phone::Phone;
use rng::Rng;
use script::Players;
use words::Caption;
use world::World;

use crate::{
    clock::SimClock,
    out::{Exit, Out, io_words},
    policy::{NoPolicy, read_whole},
};

/// When the day begins: phones are enrolled before anyone has to be anywhere.
const MORNING: (u32, u32) = (6, 30);
/// How long after the last window the day goes on, milliseconds: until the forms are filled.
const EVENING_AFTER_MS: i64 = 40 * 60_000;
/// Where the board listens, unless told otherwise.
const LISTEN: &str = "127.0.0.1:8420";

/// Play a working day of an agency: a server, forty phones and their mishaps, in about a minute
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// The policy that plays: the id of a shipped one, or a file
    #[arg(long, default_value = policy::DEFAULT_ID)]
    policy: String,
    /// How many phones
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    phones: u32,
    /// Deals the mishaps; the same seed plays the same day
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How fast: 1 is about a minute, 2 half of one, 0 as fast as the machine can
    #[arg(long, default_value_t = 1.0)]
    pace: f64,
    /// End after the day instead of leaving the board up
    #[arg(long)]
    once: bool,
    /// With `--json`: write the outcome to this file and go on in words (`--json FILE`)
    #[arg(value_name = "FILE")]
    json_file: Option<PathBuf>,
    /// Keep everything in this new directory instead of a temporary one
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where the server listens; on this machine only
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Stop before the count and wait for Enter, for whoever wants to tamper with the database and see
    #[arg(long)]
    dare: bool,
}

/// Why the day could not be played.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    /// The policy has errors.
    #[error("{0}")]
    Policy(#[from] hadir_core::policy::PolicyErrors),
    /// The operator's act failed.
    #[error(transparent)]
    Admin(#[from] hadir_server::admin::AdminError),
    /// A key could not be made.
    #[error(transparent)]
    Keys(#[from] crate::admin::Failure),
    /// A secret could not be written.
    #[error(transparent)]
    Secret(#[from] crate::secret_file::SecretFileError),
    /// The staff list.
    #[error("{0}")]
    Staff(#[from] hadir_server::admin::staff::StaffErrors),
    /// The data directory.
    #[error(transparent)]
    Data(#[from] hadir_server::datadir::DataDirError),
    /// The store.
    #[error(transparent)]
    Store(#[from] hadir_server::store::StoreError),
    /// The server did not start.
    #[error(transparent)]
    Start(#[from] hadir_server::server::StartError),
    /// A phone's engine.
    #[error("a phone: {0}")]
    Engine(#[from] EngineError),
    /// A fix.
    #[error(transparent)]
    Fix(#[from] hadir_core::model::FixError),
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] hadir_core::ports::EntropyError),
    /// The database, read from outside.
    #[error("the database: {0}")]
    Database(#[from] rusqlite::Error),
    /// The day's view.
    #[error("the day: {0}")]
    Day(String),
    /// A phone's directory.
    #[error("{0}: {1}")]
    Disk(PathBuf, String),
    /// A file.
    #[error("{}: {}", .0.display(), io_words(.1, hadir_core::text::Lang::En))]
    File(PathBuf, std::io::Error),
    /// The network.
    #[error("the network: {0}")]
    Network(String),
    /// Something given on the command line is wrong.
    #[error("{0}")]
    Usage(String),
    /// Something that can't be.
    #[error("unexpected: {0}")]
    Unexpected(&'static str),
}

impl DemoError {
    fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::File(path, error)
    }
}

/// Runs `hadir demo`.
/// The file for the outcome: made before the day, so that nobody plays one for a file that can't be written, and no file that
/// is there is lost. A day that is not played to its end leaves none.
struct OutcomeFile {
    path: PathBuf,
    file: fs::File,
    filled: bool,
}

impl OutcomeFile {
    fn create(path: &Path) -> Result<Self, DemoError> {
        let file = fs::File::create_new(path).map_err(DemoError::file(path))?;
        Ok(Self { path: path.to_owned(), file, filled: false })
    }

    fn fill(mut self, json: &str) -> Result<(), DemoError> {
        self.file.write_all(json.as_bytes()).map_err(DemoError::file(&self.path))?;
        self.filled = true;
        Ok(())
    }
}

impl Drop for OutcomeFile {
    fn drop(&mut self) {
        if !self.filled {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[must_use]
pub(crate) fn run(args: &DemoArgs, out: Out) -> Exit {
    match play(args, out) {
        Ok(true) => Exit::Done,
        Ok(false) => Exit::No,
        Err(error) => {
            out.complain(&error.to_string());
            if matches!(error, DemoError::Usage(_)) { Exit::Usage } else { Exit::Store }
        }
    }
}

fn play(args: &DemoArgs, out: Out) -> Result<bool, DemoError> {
    let out = match &args.json_file {
        Some(path) if !out.json => {
            return Err(DemoError::Usage(format!(
                "what is {}? A file for the outcome goes behind --json",
                path.display()
            )));
        }
        Some(_) => Out { json: false, ..out },
        None => out,
    };
    if args.listen.is_some_and(|listen| !listen.ip().is_loopback()) {
        return Err(DemoError::Usage(
            "--listen: the demo's server is for this machine only, such as 127.0.0.1:8420".into(),
        ));
    }
    if !(args.pace.is_finite() && args.pace >= 0.0) {
        return Err(DemoError::Usage(format!("--pace must be a number of at least 0, not {}", args.pace)));
    }
    let outcome_file = args.json_file.as_deref().map(OutcomeFile::create).transpose()?;
    let (toml, policy) = read_whole(args.policy.as_ref(), out.lang).map_err(|why| match why {
        NoPolicy::Unreadable(why) | NoPolicy::Faults(why) => DemoError::Usage(why),
    })?;
    let date = playing_date(&policy)?;
    let dir = directory(args.data.as_deref())?;
    let mut rng = Rng::new(args.seed);
    let (hour, minute) = MORNING;
    let morning = NaiveTime::from_hms_opt(hour, minute, 0).ok_or(DemoError::Unexpected("half past six"))?;
    let clock = SimClock::new(policy.zone.instant_ms(date.and_time(morning)));
    let people = usize::try_from(args.phones).map_err(|_| DemoError::Unexpected("the number of phones"))?;
    let world = found(&dir, &toml, people, &clock, args.listen, &mut rng)?;

    let link = world.board_link()?;
    out.object(&serde_json::json!({ "board": link, "data": dir, "date": date }));
    out.say(&link);
    out.tell(
        format!(
            "Papan pemantau di atas, sudah masuk. {} memainkan {}.",
            policy.title,
            hadir_core::text::policy::date(date, out.lang)
        ),
        format!(
            "The board is above, signed in. {} plays {}.",
            policy.title,
            hadir_core::text::policy::date(date, out.lang)
        ),
    );
    let (windows, evening_ms) = windows(&policy, date, &clock);
    let (cast, players, mut world) = enrol(world, date, &mut rng, out)?;
    world.share_a_roof(&spouses(&cast.roles))?;
    let events = script::write(&players, &windows, evening_ms, &mut rng);
    let pacer = Pacer::new(clock.clone(), script::slow_stretches(&windows, evening_ms), args.pace);
    let mut director = Director::new(world, cast, &windows, date, pacer, rng, out);
    director.play(&events, evening_ms)?;

    if args.dare {
        dare(&director.world.database(), out)?;
    }
    let outcome = outcome::Outcome::count(&mut director, date, args.seed)?;
    report::print(&outcome, out);
    out.object(&outcome);
    if let Some(file) = outcome_file {
        file.fill(&serde_json::to_string_pretty(&outcome).map_err(|error| DemoError::Day(error.to_string()))?)?;
    }
    if !args.once {
        out.tell(
            format!("\nPapan tetap terbuka: {link}\nCtrl-C mengakhiri."),
            format!("\nThe board stays up: {link}\nCtrl-C ends."),
        );
        wait_for_interrupt()?;
    }
    director.world.stop();
    if args.data.is_none() && args.once {
        out.tell(format!("Semua berkas ada di {}.", dir.display()), format!("Everything is in {}.", dir.display()));
    }
    Ok(outcome.held())
}

/// An ordinary working Tuesday of the policy's own time; of another policy, the first one in force.
fn playing_date(policy: &Policy) -> Result<NaiveDate, DemoError> {
    if let Some(date) = policy::sample_day(&policy.id).filter(|date| policy.valid.contains(*date)) {
        return Ok(date);
    }
    let ordinary = |date: &NaiveDate| policy.is_working_day(*date, None) && date.weekday() == Weekday::Tue;
    let mut dates = policy.valid.from.iter_days().take(366).filter(|date| policy.valid.contains(*date));
    dates
        .clone()
        .find(ordinary)
        .or_else(|| dates.find(|date| policy.is_working_day(*date, None)))
        .ok_or_else(|| DemoError::Usage(format!("{} has no working day in its first year", policy.id)))
}

fn directory(data: Option<&Path>) -> Result<PathBuf, DemoError> {
    match data {
        Some(dir) => {
            fs::create_dir(dir).map_err(DemoError::file(dir))?;
            fs::canonicalize(dir).map_err(DemoError::file(dir))
        }
        None => {
            let base = std::env::temp_dir();
            (0..1_000)
                .map(|number| base.join(format!("hadir-demo-{}-{number}", std::process::id())))
                .find(|dir| fs::create_dir(dir).is_ok())
                .ok_or_else(|| {
                    DemoError::Usage(format!("no new directory can be made in {}; use --data", base.display()))
                })
        }
    }
}

/// Founds the agency; where nothing was said about the address and the usual one is taken, on any free one.
fn found(
    dir: &Path,
    toml: &str,
    people: usize,
    clock: &SimClock,
    listen: Option<SocketAddr>,
    rng: &mut Rng,
) -> Result<World, DemoError> {
    let usual: SocketAddr = LISTEN.parse().map_err(|_| DemoError::Unexpected("the usual address"))?;
    if listen.is_some_and(|listen| !listen.ip().is_loopback()) {
        return Err(DemoError::Usage(
            "--listen: the demo's server is for this machine only, such as 127.0.0.1:8420".into(),
        ));
    }
    let free = |address: &SocketAddr| std::net::TcpListener::bind(address).is_ok();
    let address = listen.unwrap_or(if free(&usual) { usual } else { SocketAddr::from(([127, 0, 0, 1], 0)) });
    World::found(dir, toml, people, clock.clone(), address, rng)
}

/// The policy's windows of the day for those at home, or the hours at which a policy without any is looked at; and when the day ends.
fn windows(policy: &Policy, date: NaiveDate, clock: &SimClock) -> (Vec<Window>, i64) {
    let of = |policy: &Policy, mode| plan_day(policy, date, mode, &PlanFor::default()).windows;
    let mut windows = of(policy, Mode::Wfh);
    if windows.is_empty() {
        windows = of(policy, Mode::Wfo);
    }
    if windows.is_empty()
        && let Some(Ok(default)) = policy::shipped_policy(policy::DEFAULT_ID)
    {
        // Nobody owes a tap; the phones still wake at the usual hours, and the forms are filled in the evening.
        let default =
            Policy { zone: policy.zone, valid: policy.valid.clone(), calendar: policy.calendar.clone(), ..default };
        windows = of(&default, Mode::Wfh);
    }
    let last = windows.last().map_or(clock.now_ms(), |window| window.late_until_ms);
    (windows, last + EVENING_AFTER_MS)
}

/// Puts one person on leave, enrols everyone, and asks each phone what its person owes.
fn enrol(world: World, date: NaiveDate, rng: &mut Rng, out: Out) -> Result<(Cast, Players, World), DemoError> {
    if let Some(player) = world.players.get(4) {
        world.leave(&player.id, date)?;
    }
    let everyone: Vec<_> = world.players.iter().map(|player| player.id.clone()).collect();
    let invites = world.invite(&everyone)?;
    let used_invite = invites.first().map(|invite| invite.invite.code).ok_or(DemoError::Unexpected("no invite"))?;
    let dir = world.dir.join("phones");
    let clock_file = world.dir.join("clock");
    let (mut phones, mut players) = (Vec::new(), Players::default());
    for (number, invite) in invites.iter().enumerate() {
        out.progress(&format!("{}/{}", number + 1, invites.len()));
        let mut phone = Phone::new(number, &dir, world.clock.clone(), &clock_file)?;
        phone.enrol(&invite.link)?;
        let today = phone.open(|engine| engine.today())?;
        players.all.push(number);
        if !today.windows.is_empty() {
            players.tapping.push(number);
        }
        if let Some(share) = &today.share {
            players.sharing.push((number, share.hours));
        }
        if today.forms.iter().any(|form| form.duty.target_date > date) {
            players.forms.push((number, false));
        }
        phones.push(phone);
    }
    out.progress("");
    let captions = Caption::Enrolled(phones.len());
    out.say(captions.words(out.lang));
    let sharing: Vec<usize> = players.sharing.iter().map(|(phone, _)| *phone).collect();
    let dealt = match players.tapping.is_empty() && !sharing.is_empty() {
        true => cast::deal_share(&sharing, rng),
        false => cast::deal(&players.tapping, rng),
    };
    players.roles = dealt.roles;
    for (phone, _) in players.roles.iter().filter(|(_, role)| *role == Role::LeavesWithPermit) {
        world.permit(&world.players[*phone].id, date)?;
    }
    if !dealt.left_out.is_empty() {
        out.say(Caption::LeftOut(dealt.left_out.clone()).words(out.lang));
    }
    let busy: BTreeSet<usize> = players.roles.iter().map(|(phone, _)| *phone).collect();
    // Who has an ordinary day asks for something; in a small cast those do whose mishap is where they stand.
    let still = |phone: &usize| {
        players.roles.iter().any(|(of, role)| of == phone && matches!(role, Role::SamePoint | Role::Spouse))
    };
    let ordinary = players.tapping.iter().copied().filter(|phone| !busy.contains(phone));
    let mut at_hand = ordinary.chain(players.tapping.iter().copied().filter(still));
    (players.leaving, players.travelling) = (at_hand.next(), at_hand.next());
    // Somebody without another mishap has a cough tomorrow.
    let healthy = players.forms.iter().position(|(phone, _)| !busy.contains(phone));
    if let Some(form) = healthy.or(if players.forms.is_empty() { None } else { Some(0) }) {
        players.forms[form].1 = true;
    }
    if let Some(&phone) = players.tapping.iter().find(|phone| !busy.contains(phone)).or(players.all.first()) {
        phones[phone].listen();
    }
    let roles: BTreeMap<usize, Role> = players.roles.iter().copied().collect();
    Ok((Cast { phones, roles, left_out: dealt.left_out, used_invite }, players, world))
}

fn spouses(roles: &BTreeMap<usize, Role>) -> Vec<usize> {
    roles.iter().filter(|(_, role)| **role == Role::Spouse).map(|(phone, _)| *phone).collect()
}

fn dare(database: &Path, out: Out) -> Result<(), DemoError> {
    out.object(&serde_json::json!({ "dare": database }));
    out.tell(
        format!("Ubahlah {} sesuka hati, lalu tekan Enter: hitungan berikut harus melihatnya.", database.display()),
        format!("Change {} as you like, then press Enter: the count that follows must notice.", database.display()),
    );
    let _ = std::io::stdout().flush();
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(DemoError::file(Path::new("stdin")))?;
    Ok(())
}

fn wait_for_interrupt() -> Result<(), DemoError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| DemoError::Network(error.to_string()))?;
    runtime.block_on(tokio::signal::ctrl_c()).map_err(|error| DemoError::Network(error.to_string()))
}

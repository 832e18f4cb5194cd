//! `hadir phone`: a phone on the command line. A thin shell over the engine, as the telephones' are: no rule, no retry, no
//! queue, no signing, no date arithmetic.
//!
//! - [`run`] is the command;
//! - [`store_dir`] and [`boot_mark`] say where a phone's store is and what its boot is called, for those who open it too.

mod act;
mod args;
mod ask;
mod care;
mod clock;
mod deliver;
mod enrol;
mod failure;
mod form;
mod handset;
mod history;
mod plan;
mod play;
mod screen;
mod trace;
mod track;
mod words;

pub(crate) use args::PhoneArgs;
pub(crate) use clock::boot_mark;
pub(crate) use handset::store_dir;

use args::{PhoneCommand, PlaceArgs};
use failure::Failure;
use handset::Handset;

use crate::out::{Exit, Out};

/// Runs `hadir phone`.
#[must_use]
pub(crate) fn run(args: &PhoneArgs, out: Out) -> Exit {
    if args.place.trace {
        trace::begin();
    }
    dispatch(&args.place, &args.command, out).unwrap_or_else(|failure| {
        out.complain(&failure.words(out.lang));
        failure.exit()
    })
}

fn dispatch(place: &PlaceArgs, command: &PhoneCommand, out: Out) -> Result<Exit, Failure> {
    match command {
        PhoneCommand::Enrol(args) => enrol::enrol(place, args, out),
        PhoneCommand::Look(args) => enrol::look(place, args, out),
        PhoneCommand::Reconnect { link } => enrol::reconnect(place, link, out),
        PhoneCommand::Wipe { yes } => enrol::wipe(place, *yes, out),
        PhoneCommand::Today => screen::show(&Handset::enrolled(place)?, out),
        PhoneCommand::CheckIn(args) => act::check_in(place, args, out),
        PhoneCommand::Form(args) => form::fill(&Handset::enrolled(place)?, args, out),
        PhoneCommand::Sync(args) => deliver::sync(&Handset::enrolled(place)?, args.deadline, out),
        PhoneCommand::Log { from, last } => history::log(&Handset::enrolled(place)?, *from, *last, out),
        PhoneCommand::Why { record: Some(record), .. } => history::why_record(&Handset::enrolled(place)?, *record, out),
        PhoneCommand::Why { record: None, date } => history::why_day(&Handset::enrolled(place)?, *date, out),
        PhoneCommand::Export { file } => history::export(&Handset::enrolled(place)?, file, out),
        PhoneCommand::Reminders { limit } => plan::reminders(&Handset::enrolled(place)?, *limit, out),
        PhoneCommand::Month { month } => plan::month(&Handset::enrolled(place)?, *month, out),
        PhoneCommand::Proof { record, with_place } => {
            history::proof(&Handset::enrolled(place)?, *record, *with_place, out)
        }
        PhoneCommand::Data => care::data(&Handset::enrolled(place)?, out),
        PhoneCommand::Practice(args) => plan::practice(&Handset::enrolled(place)?, args, out),
        PhoneCommand::Choices { of, date } => plan::choices(&Handset::enrolled(place)?, *of, *date, out),
        PhoneCommand::Acknowledge { what, after } => care::acknowledge(&Handset::enrolled(place)?, *what, *after, out),
        PhoneCommand::Request(args) => ask::request(&Handset::enrolled(place)?, args, out),
        PhoneCommand::Appeal(args) => ask::appeal(&Handset::enrolled(place)?, args, out),
        PhoneCommand::Requests => ask::requests(&Handset::enrolled(place)?, out),
        PhoneCommand::Release { places, after } => care::release(&Handset::enrolled(place)?, places, *after, out),
        PhoneCommand::Diagnostics => care::diagnostics(&Handset::open(place)?, out),
        PhoneCommand::Help { deadline } => care::help(&Handset::enrolled(place)?, *deadline, out),
        PhoneCommand::Track(args) => track::track(place, args, out),
        PhoneCommand::Share { act, after } => track::share(&Handset::enrolled(place)?, *act, *after, out),
        PhoneCommand::Play { file, drive } => play::play(place, file, *drive, out),
    }
}

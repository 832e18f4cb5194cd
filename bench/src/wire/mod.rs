//! How many bytes an ordinary day takes on the wire: four taps, one form, six polls, each at its hour, through TLS.
//!
//! The real engine speaks to the real server; between them a proxy counts ([`proxy`]), handshakes included. Phone and server share a
//! clock that is set to each hour in turn. Twice: as a phone whose app is killed between two uses, so that each contact is
//! a full handshake, and as one whose app stays open.

mod proxy;
pub(crate) mod share;

use std::{path::Path, sync::Arc, time::Duration};

use chrono::{Days, NaiveDate, TimeDelta};
use hadir_core::{
    engine::{Attempt, CheckInEngine, FormState, Ports, SyncEnd},
    form::Answers,
    model::{Fix, FixSource},
    policy::{Side, sample_day},
    ports::Cancel,
};
use hadir_server::http::tls::TlsFiles;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use self::proxy::{Counted, Proxy};
use crate::{
    figures::Report,
    site::{Agency, Outcome, SetClock, Vault, open_phone, scratch},
};

const PART: &str = "wire";
/// The promise, bytes.
const LIMIT: f64 = 60_000.0;
/// The office's zone of the policy `default`, hours east of UTC.
const ZONE_H: i64 = 8;

/// What a person does at an hour of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    Polls,
    Taps,
    FillsForm,
}

/// Hours and minutes: the windows of `default` are 08:00, 11:00, 14:00 and 16:00; the app looks for news between them.
pub(crate) const DAY: [(i64, i64, Does); 11] = [
    (6, 30, Does::Polls),
    (8, 0, Does::Taps),
    (9, 30, Does::Polls),
    (11, 2, Does::Taps),
    (12, 30, Does::Polls),
    (14, 1, Does::Taps),
    (15, 0, Does::Polls),
    (16, 3, Does::Taps),
    (16, 30, Does::FillsForm),
    (18, 0, Does::Polls),
    (20, 0, Does::Polls),
];

pub(crate) fn run(report: &mut Report) -> Outcome<()> {
    let killed = day(true)?;
    let open = day(false)?;
    #[expect(clippy::cast_precision_loss, reason = "some ten thousand")]
    let bytes = |count: u64| count as f64;
    let all = killed.iter().map(|(_, counted)| counted.bytes()).sum();
    report.at_most(PART, "an ordinary day, the app killed after each use", bytes(all), "B", LIMIT);
    let sum = |of: fn(&Counted) -> u64| bytes(killed.iter().map(|(_, counted)| of(counted)).sum());
    report.beside(PART, "of this sent by the phone", sum(|counted| counted.up), "B");
    report.beside(PART, "connections, each with a full handshake", sum(|counted| counted.connections), "");
    for (what, does) in
        [("a tap and its sync", Does::Taps), ("a poll", Does::Polls), ("the form and its sync", Does::FillsForm)]
    {
        let of: Vec<u64> = killed.iter().filter(|(did, _)| *did == does).map(|(_, counted)| counted.bytes()).collect();
        report.beside(PART, format!("{what}, each"), bytes(of.iter().sum::<u64>()) / bytes(of.len() as u64), "B");
    }
    let all = open.iter().map(|(_, counted)| counted.bytes()).sum();
    report.beside(PART, "an ordinary day, the app open all day (sessions resumed)", bytes(all), "B");
    Ok(())
}

/// Plays the day and returns what each contact took.
fn day(killed_between: bool) -> Outcome<Vec<(Does, Counted)>> {
    let dir = scratch()?;
    let date = sample_day("default").ok_or("the policy `default` has no sample day")?;
    let clock = Arc::new(SetClock::new(at(date, 6, 0)));
    let agency = Agency::found(&dir.path().join("office"), 4, at(date, 0, 0))?;
    let (ca, files) = certificates(dir.path())?;
    let server = agency.serve(clock.clone(), Some(files))?;
    let proxy = Proxy::start(server.address())?;
    let store = server.store();
    // At home today, and at the office tomorrow: so four taps and a form are owed.
    agency.place(&*store, 1, (date, date), Side::Home)?;
    let tomorrow = date.checked_add_days(Days::new(1)).ok_or("the calendar ends")?;
    agency.place(&*store, 1, (tomorrow, tomorrow), Side::Office)?;
    let link = agency.invite(&*store, 1, &format!("https://{}", proxy.address()), Some(&ca))?;
    let (home, vault) = (dir.path().join("phone"), Arc::new(Vault::new()?));
    let open = || open_phone(&home, &vault, |ports| Ports { clock: clock.clone(), ..ports });
    let mut phone = open()?;
    phone.enrol(&link, &Cancel::default())?;
    sync(&phone)?;
    let mut contacts = Vec::new();
    for (hour, minute, does) in DAY {
        clock.set(at(date, hour, minute));
        // A connection that was left idle is closed long before the next hour, by the phone, the server or the network.
        if killed_between {
            drop(phone);
            proxy.hang_up();
            phone = open()?;
        } else {
            proxy.hang_up();
        }
        let before = proxy.counted();
        act(&phone, does)?;
        sync(&phone)?;
        contacts.push((does, proxy.counted().since(before)));
    }
    drop(phone);
    server.stop();
    Ok(contacts)
}

fn act(phone: &CheckInEngine, does: Does) -> Outcome<()> {
    match does {
        Does::Polls => {}
        Does::Taps => {
            phone.check_in(Attempt::with_fix(Fix::new(-2.4, 120.2, 8.5, 1_500, FixSource::Fused)?))?;
        }
        Does::FillsForm => {
            let forms = phone.today()?.forms;
            let due = forms.iter().find(|form| form.state == FormState::Due).ok_or("no form is due")?;
            let for_date = due.duty.target_date;
            let form = phone.form_definition(for_date)?.ok_or("the form has no definition")?;
            let answers: Answers = form.questions.iter().map(|question| (question.id.clone(), false)).collect();
            phone.submit_form(for_date, &answers)?;
        }
    }
    Ok(())
}

fn sync(phone: &CheckInEngine) -> Outcome<()> {
    let report = phone.sync(Duration::from_secs(30), &Cancel::default())?;
    if report.end == SyncEnd::Done && report.pending == 0 && report.requests > 0 {
        Ok(())
    } else {
        Err(format!("a sync did not do what it should: {report:?}").into())
    }
}

pub(crate) fn at(date: NaiveDate, hour: i64, minute: i64) -> i64 {
    let midnight = date.and_time(chrono::NaiveTime::MIN).and_utc();
    (midnight + TimeDelta::hours(hour - ZONE_H) + TimeDelta::minutes(minute)).timestamp_millis()
}

/// An authority, whose DER goes into the invite, and the server's chain: its own certificate and an intermediate one, as a
/// public authority sends them.
pub(crate) fn certificates(dir: &Path) -> Outcome<(Vec<u8>, TlsFiles)> {
    let authority = |name: &str| -> Outcome<CertificateParams> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        Ok(params)
    };
    let root = CertifiedIssuer::self_signed(authority("Hadir bench root")?, KeyPair::generate()?)?;
    let middle = CertifiedIssuer::signed_by(authority("Hadir bench intermediate")?, KeyPair::generate()?, &root)?;
    let key = KeyPair::generate()?;
    let leaf = CertificateParams::new(vec!["127.0.0.1".to_owned()])?.signed_by(&key, &middle)?;
    let files = TlsFiles { cert: dir.join("tls.crt"), key: dir.join("tls.key") };
    std::fs::write(&files.cert, leaf.pem() + &middle.pem())?;
    std::fs::write(&files.key, key.serialize_pem())?;
    Ok((root.der().to_vec(), files))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_has_four_taps_one_form_and_six_polls_in_order() {
        let count = |does| DAY.iter().filter(|(_, _, did)| *did == does).count();
        assert_eq!([Does::Taps, Does::FillsForm, Does::Polls].map(count), [4, 1, 6]);
        assert!(DAY.is_sorted_by_key(|(hour, minute, _)| (*hour, *minute)));
    }

    #[test]
    fn hours_are_those_of_the_office() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        assert_eq!(at(date, 8, 0), 1_795_478_400_000);
    }
}

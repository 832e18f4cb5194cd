//! A whole office for a shell's tests: a real server on loopback in the same process, its staff, and a clock that the test moves.
//!
//! The library holds the border as well, so a test loads this one instead of the border's own, and every engine that it opens goes by the
//! office's clock. Nothing of engine or server is faked: only the clock, and one interposed answer for [`TestOffice::refuse`].
//! It is part of nothing that ships.

uniffi::setup_scaffolding!();
hadir_bindings::uniffi_reexport_scaffolding!();

mod clock;
mod refusing;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::NaiveDateTime;
use hadir_core::{
    model::{Kind, PersonId},
    policy::{Policy, shipped},
    ports::{Clock, ModelClock},
    roster::{Fact, FactKind},
    schedule::Zone,
};
use hadir_server::{admin::InviteTls, asks::Asked};
use hadir_tests::office::{AnyError, Office, Plan};
use tempfile::TempDir;

use self::clock::PhoneClock;
pub use self::clock::{TestClock, TestReading};

/// Says why the office could not do it; for whoever writes a test.
#[derive(Debug, thiserror::Error, uniffi::Error)]
pub enum OfficeError {
    /// What went wrong.
    #[error("{why}")]
    Failed {
        /// In words.
        why: String,
    },
}

impl From<AnyError> for OfficeError {
    fn from(error: AnyError) -> Self {
        Self::Failed { why: error.to_string() }
    }
}

fn failed(error: impl fmt::Display) -> OfficeError {
    OfficeError::Failed { why: error.to_string() }
}

/// The staff: the number is what [`TestOffice::invite`] takes.
const STAFF: &str = "scheme,number,name,unit,unit_name,rank,phone\n\
    local,A-1,Siti Aminah,mutasi,Bidang Mutasi,pelaksana,08120000001\n\
    local,A-2,Budi Santoso,mutasi,Bidang Mutasi,pelaksana,08120000002\n\
    local,A-3,Andi Rahmat,umum,Bagian Umum,pengawas,08120000003\n";

struct Inner {
    office: Office,
    zone: Zone,
    _directory: TempDir,
}

/// An office with its server. Engines that are opened from now on go by its clock, until [`Self::close`].
#[derive(uniffi::Object)]
pub struct TestOffice {
    inner: Mutex<Inner>,
    clock: PhoneClock,
}

#[uniffi::export]
impl TestOffice {
    /// Founds an office under a shipped policy (`default`, `parepare-2021`, …) at a local time, `2026-11-24T07:55:00`.
    #[uniffi::constructor]
    pub fn new(policy: String, at: String) -> Result<Arc<Self>, OfficeError> {
        let (_, toml) = shipped().iter().find(|(id, _)| *id == policy).ok_or_else(|| failed("no such policy ships"))?;
        Self::found(toml, &at)
    }

    /// As [`Self::new`], under a policy given as TOML.
    #[uniffi::constructor]
    pub fn under(toml: String, at: String) -> Result<Arc<Self>, OfficeError> {
        Self::found(&toml, &at)
    }

    /// Makes an invite link for a number of the staff: `A-1` Siti Aminah and `A-2` Budi Santoso of Bidang Mutasi, `A-3` Andi Rahmat of Bagian Umum.
    pub fn invite(&self, number: String) -> Result<String, OfficeError> {
        let person = person(&number)?;
        let made = self.lock().office.admin(|admin| admin.create_invites(&[person], None, &InviteTls::default()))?;
        made.into_iter().next().map(|invite| invite.link).ok_or_else(|| failed("no invite was made"))
    }

    /// Makes an invite with a typed code, and returns the code as it is printed.
    pub fn code(&self, number: String) -> Result<String, OfficeError> {
        let (person, inner) = (person(&number)?, self.lock());
        let codes = inner.office.keys()?.typed_codes();
        let made =
            inner.office.admin(|admin| admin.create_typed_invites(&[person], None, &InviteTls::default(), &codes))?;
        let typed = made.into_iter().next().and_then(|invite| invite.typed);
        typed.map(|code| code.to_string()).ok_or_else(|| failed("no code was made"))
    }

    /// Where the server listens: `http://127.0.0.1:40123`.
    pub fn address(&self) -> String {
        format!("http://{}", self.lock().office.address())
    }

    /// Lets time pass, for the office and every phone.
    pub fn advance(&self, ms: u64) {
        self.clock.truth.advance(ms);
    }

    /// Lets time pass until a later local time, `2026-11-24T11:02:09`.
    pub fn until(&self, at: String) -> Result<(), OfficeError> {
        let to = instant(&at, self.lock().zone)?;
        let left =
            u64::try_from(to - self.clock.truth.read().wall_ms).map_err(|_| failed("time only passes forwards"))?;
        self.clock.truth.advance(left);
        Ok(())
    }

    /// What the clocks of a phone show that was set right.
    pub fn reading(&self) -> TestReading {
        let now = self.clock.truth.read();
        TestReading { wall_ms: now.wall_ms, boot_ms: now.boot_ms }
    }

    /// Sets every phone's wall clock off by so many milliseconds against the truth.
    pub fn clock_off(&self, ms: i64) {
        *self.clock.off_ms.lock().unwrap_or_else(PoisonError::into_inner) = ms;
    }

    /// Restarts every phone: its engines are to be closed before and opened after.
    pub fn reboot(&self) {
        self.clock.truth.reboot(30_000);
    }

    /// Starts the server, or stops it: then connections are refused, as without a network.
    pub fn online(&self, on: bool) -> Result<(), OfficeError> {
        let mut inner = self.lock();
        inner.office.stop();
        if on { Ok(inner.office.start()?) } else { Ok(()) }
    }

    /// While it is on, every batch is answered as one that holds a record that the server can't take: what waits is parked.
    pub fn refuse(&self, on: bool) {
        refusing::refuse(on);
    }

    /// Sends what phones say to another address, `host:port`, such as one that never answers; to the server again with `None`.
    pub fn hang(&self, address: Option<String>) {
        refusing::elsewhere(address);
    }

    /// The next request of a phone meets a fault of the program, as if the core had one.
    pub fn panic_in_next_request(&self) {
        refusing::panic_next();
    }

    /// Calls a person to the office on a date.
    pub fn recall(&self, number: String, date: String, note: String) -> Result<(), OfficeError> {
        let (person, date) = (person(&number)?, date.parse().map_err(failed)?);
        self.lock().office.admin(|admin| admin.recall(&person, date, &note))?;
        Ok(())
    }

    /// Enters a dated fact about a person, as the operator does: `may_leave_region`, `sick` or `duty_trip`.
    pub fn fact(&self, number: String, date: String, kind: String) -> Result<(), OfficeError> {
        let (person, date) = (person(&number)?, date.parse().map_err(failed)?);
        let kind = match kind.as_str() {
            "may_leave_region" => FactKind::MayLeaveRegion,
            "sick" => FactKind::Sick,
            "duty_trip" => FactKind::DutyTrip,
            other => return Err(failed(format!("no fact is called {other}"))),
        };
        let fact = Fact::days(person, date, date, kind);
        self.lock().office.admin(|admin| admin.add_fact(&fact))?;
        Ok(())
    }

    /// Decides on every request and appeal that waits: grants them, or refuses with a reason.
    pub fn decide(&self, grant: bool, reason: String) -> Result<u32, OfficeError> {
        let inner = self.lock();
        let all = inner.office.asks()?;
        let open = all.iter().filter(|ask| ask.standing.awaits_decision());
        let open: Vec<_> = open.map(|ask| (ask.hash, matches!(ask.asked, Asked::Request(_)))).collect();
        for (hash, is_request) in &open {
            inner.office.admin(|admin| match (is_request, grant) {
                (true, true) => admin.grant_request(hash, Some(&reason), None),
                (true, false) => admin.refuse_request(hash, &reason, None),
                (false, _) => admin.reject_appeal(hash, &reason, None),
            })?;
        }
        u32::try_from(open.len()).map_err(failed)
    }

    /// Publishes the policy again, under the next number: phones are asked to confirm it.
    pub fn publish(&self) -> Result<u64, OfficeError> {
        Ok(self.lock().office.publish()?)
    }

    /// Publishes another policy, given as TOML, under the next number.
    pub fn publish_other(&self, toml: String) -> Result<u64, OfficeError> {
        Ok(self.lock().office.publish_other(&toml)?)
    }

    /// Revokes every phone that a number of the staff has now, as after a loss; returns how many.
    pub fn revoke(&self, number: String) -> Result<u32, OfficeError> {
        let (person, inner) = (person(&number)?, self.lock());
        let phones = inner.office.installations()?;
        let held = phones.iter().filter(|phone| phone.person == person && phone.revoked.is_none());
        let held: Vec<_> = held.map(|phone| phone.id).collect();
        for install in &held {
            inner.office.admin(|admin| admin.revoke(install, "HP hilang"))?;
        }
        u32::try_from(held.len()).map_err(failed)
    }

    /// How many records the server has of everyone.
    pub fn records(&self) -> Result<u64, OfficeError> {
        Ok(self.lock().office.totals()?.records)
    }

    /// Names every tap that the server has, of everyone: one that it had twice would be named twice.
    pub fn taps(&self) -> Result<Vec<String>, OfficeError> {
        let inner = self.lock();
        let mut taps = Vec::new();
        for phone in inner.office.installations()? {
            let records = inner.office.records(&phone.id)?;
            let of_taps = records.into_iter().filter(|row| row.record.kind == Kind::CheckIn);
            taps.extend(of_taps.map(|row| row.record.id.to_string()));
        }
        Ok(taps)
    }

    /// Stops the server and gives engines the machine's clock again.
    pub fn close(&self) {
        self.lock().office.stop();
        refusing::refuse(false);
        refusing::elsewhere(None);
        hadir_bindings::set_clock(None);
        hadir_bindings::interpose(None);
    }
}

impl TestOffice {
    fn found(toml: &str, at: &str) -> Result<Arc<Self>, OfficeError> {
        let zone = Policy::parse(toml).map_err(failed)?.zone;
        let truth = ModelClock::new(instant(at, zone)?, 3_600_000);
        let directory = tempfile::tempdir().map_err(failed)?;
        let plan = Plan {
            clock: Arc::new(truth.clone()),
            staff: STAFF.to_owned(),
            policy: toml.to_owned(),
            name: "Dinas Contoh Kabupaten".to_owned(),
        };
        let office = Office::found_by(directory.path(), plan)?;
        let clock = PhoneClock { truth, off_ms: Arc::default() };
        hadir_bindings::set_clock(Some(Arc::new(clock.clone())));
        hadir_bindings::interpose(Some(Arc::new(refusing::Refusing)));
        Ok(Arc::new(Self { inner: Mutex::new(Inner { office, zone, _directory: directory }), clock }))
    }

    // Whoever panicked while holding this left the office as it was.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn person(number: &str) -> Result<PersonId, OfficeError> {
    format!("local:{number}").parse().map_err(|_| failed(format!("no person can have the number {number}")))
}

fn instant(at: &str, zone: Zone) -> Result<i64, OfficeError> {
    Ok(zone.instant_ms(at.parse::<NaiveDateTime>().map_err(failed)?))
}

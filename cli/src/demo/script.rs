//! The day as a list of events, placed relative to the policy's windows. What comes of them is the engine's and the server's doing.

use hadir_core::schedule::{Span, Window};

use super::{cast::Role, director::asks::Matter, pace::Slow, rng::Rng};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;

/// Where a phone thinks that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Spot {
    /// At home, an ordinary fix.
    Home,
    /// At home, and the platform calls it a mock.
    Mock,
    /// At the region's edge, accurate to half a kilometre.
    Edge,
    /// No fix came in time.
    Nowhere,
    /// Some kilometres beyond the region's edge.
    Away,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A person taps; `window` is the one that they mean.
    Tap {
        /// Which phone.
        phone: usize,
        /// Where.
        spot: Spot,
        /// Index of the window.
        window: usize,
    },
    /// A person taps, and the process is killed by signal 9 before it can sync.
    TapThenKill {
        /// Which phone.
        phone: usize,
        /// Index of the window.
        window: usize,
    },
    /// The person starts, or goes on with, live share.
    Share {
        /// Which phone.
        phone: usize,
    },
    /// The person pauses it.
    PauseShare {
        /// Which phone.
        phone: usize,
    },
    /// The receiver of a phone that shares gives a fix.
    Fix {
        /// Which phone.
        phone: usize,
        /// Where.
        spot: Spot,
    },
    /// The phone is switched off.
    SwitchOff {
        /// Which phone.
        phone: usize,
    },
    /// The phone wakes up in the background and syncs.
    Sync {
        /// Which phone.
        phone: usize,
    },
    /// The network comes or goes.
    Network {
        /// Which phone.
        phone: usize,
        /// Whether there is one now.
        on: bool,
    },
    /// A person sets the wall clock, so far from the truth.
    SetWall {
        /// Which phone.
        phone: usize,
        /// Milliseconds.
        offset_ms: i64,
    },
    /// Fills the form for the next office day.
    Form {
        /// Which phone.
        phone: usize,
        /// With a cough.
        cough: bool,
    },
    /// The app is removed, installed again and enrolled with a new invite.
    Reinstall {
        /// Which phone.
        phone: usize,
    },
    /// The operator revokes the installation.
    Revoke {
        /// Which phone.
        phone: usize,
    },
    /// The superior calls a person back to the office.
    Recall {
        /// Which phone.
        phone: usize,
    },
    /// A person asks something of the office.
    Ask {
        /// Which phone.
        phone: usize,
        /// What.
        matter: Matter,
    },
    /// The head answers.
    Answer {
        /// Whose phone.
        phone: usize,
    },
    /// The server stops; connections are refused.
    ServerDown,
    /// The server runs again.
    ServerUp,
    /// A hostile client tries what it can.
    Hostile,
    /// A window's on-time span begins or ends.
    Bell {
        /// Index of the window.
        window: usize,
        /// Whether it opens.
        opens: bool,
    },
}

/// Something at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// When, milliseconds since 1970, in simulated time.
    pub at_ms: i64,
    /// What.
    pub what: What,
}

/// Who does what on this day.
#[derive(Debug, Default)]
pub struct Players {
    /// Phones whose person owes taps.
    pub tapping: Vec<usize>,
    /// Roles among them.
    pub roles: Vec<(usize, Role)>,
    /// Phones whose person owes the form for the next office day, and whether they have a cough.
    pub forms: Vec<(usize, bool)>,
    /// A phone whose person asks to be free for the last window.
    pub leaving: Option<usize>,
    /// A phone whose person asks for a trip.
    pub travelling: Option<usize>,
    /// Phones whose person shares live, with its hours.
    pub sharing: Vec<(usize, Span)>,
    /// Every phone.
    pub all: Vec<usize>,
}

impl Players {
    fn role(&self, phone: usize) -> Option<Role> {
        self.roles.iter().find(|(p, _)| *p == phone).map(|(_, role)| *role)
    }
}

/// Writes the day. `windows` are the policy's, or instants of the day where it has none; `evening_ms` is when it ends.
#[must_use]
pub fn write(players: &Players, windows: &[Window], evening_ms: i64, rng: &mut Rng) -> Vec<Event> {
    let mut day = Day { events: Vec::new(), windows, evening_ms, rng };
    let Some((first, last)) = windows.first().zip(windows.last()) else { return Vec::new() };

    day.add(first.opens_ms - MINUTE, What::ServerDown);
    day.add(first.on_time_until_ms + 5 * MINUTE, What::ServerUp);
    day.add(day.window(1).late_until_ms + 5 * MINUTE, What::Hostile);
    // Where nobody owes a tap, the windows only say when phones wake.
    let owed = if players.tapping.is_empty() { &[][..] } else { windows };
    for (index, window) in owed.iter().enumerate() {
        day.add(window.opens_ms, What::Bell { window: index, opens: true });
        day.add(window.on_time_until_ms, What::Bell { window: index, opens: false });
    }
    for &phone in &players.all {
        // The operating system wakes an app now and then: some minutes before each window, and in the evening.
        let wakes: Vec<i64> = windows.iter().map(|w| w.opens_ms).chain([last.late_until_ms, evening_ms]).collect();
        for (at, wake) in wakes.into_iter().enumerate() {
            let off = matches!(players.role(phone), Some(Role::BatteryEmpty | Role::SwitchedOff));
            let asleep = off && at >= 2;
            let before = day.rng.between(4 * MINUTE, 14 * MINUTE);
            let at_ms = if at <= windows.len() { wake + before - 20 * MINUTE } else { wake - before };
            let offline = players.role(phone) == Some(Role::ReinstalledWaiting) && at <= 1;
            if !asleep && !offline {
                day.add(at_ms.max(first.opens_ms - 40 * MINUTE), What::Sync { phone });
            }
        }
        if !matches!(players.role(phone), Some(Role::BatteryEmpty | Role::SwitchedOff)) {
            let jitter = day.rng.between(MINUTE, 9 * MINUTE);
            day.add(last.late_until_ms + jitter, What::Sync { phone });
        }
    }
    day.asks(players);
    for &phone in &players.tapping {
        day.person(phone, players.role(phone), players.leaving == Some(phone));
    }
    for &(phone, cough) in &players.forms {
        let at_ms = last.late_until_ms + day.rng.between(2 * MINUTE, 20 * MINUTE);
        day.add(at_ms, What::Form { phone, cough });
    }
    for (phone, hours) in &players.sharing {
        day.shares(*phone, players.role(*phone), hours, players.sharing.len());
    }
    let mut events = day.events;
    events.sort_by_key(|event| event.at_ms);
    events
}

/// The stretches to show slowly: around each window, and where the network returns.
#[must_use]
pub fn slow_stretches(windows: &[Window], evening_ms: i64) -> Vec<Slow> {
    let around =
        windows.iter().map(|w| Slow { from_ms: w.opens_ms - MINUTE, until_ms: w.on_time_until_ms + 8 * MINUTE });
    let reconnect = windows.get(1).or(windows.first()).map(reconnect_ms);
    let reconnect = reconnect.map(|at| Slow { from_ms: at - 2 * MINUTE, until_ms: at + 3 * MINUTE });
    let forms = windows
        .last()
        .map(|w| Slow { from_ms: w.late_until_ms, until_ms: (w.late_until_ms + 22 * MINUTE).min(evening_ms) });
    around.chain(reconnect).chain(forms).collect()
}

/// The network returns some while after the second window has closed.
fn reconnect_ms(second: &Window) -> i64 {
    second.late_until_ms + 25 * MINUTE
}

struct Day<'a> {
    events: Vec<Event>,
    windows: &'a [Window],
    evening_ms: i64,
    rng: &'a mut Rng,
}

impl Day<'_> {
    fn add(&mut self, at_ms: i64, what: What) {
        self.events.push(Event { at_ms: at_ms.min(self.evening_ms), what });
    }

    /// A window by its number, the last one where there are fewer.
    fn window(&self, number: usize) -> Window {
        self.windows[number.min(self.windows.len() - 1)].clone()
    }

    /// Requests in the morning, answered before noon; an appeal against the late tap, answered in the afternoon.
    fn asks(&mut self, players: &Players) {
        let (morning, noon) = (self.window(0).late_until_ms, self.window(1).late_until_ms);
        for (phone, matter) in [(players.leaving, Matter::Leave), (players.travelling, Matter::Trip)] {
            if let Some(phone) = phone {
                self.add(morning + 12 * MINUTE, What::Ask { phone, matter });
                self.add(morning + 26 * MINUTE, What::Answer { phone });
            }
        }
        for (phone, _) in players.roles.iter().filter(|(_, role)| *role == Role::Late) {
            self.add(noon + 20 * MINUTE, What::Ask { phone: *phone, matter: Matter::Appeal });
            self.add(noon + 35 * MINUTE, What::Answer { phone: *phone });
        }
    }

    /// A day of live share: a start some while after the hours begin, a fix as often as the engine asks for one, and a sync
    /// every quarter of an hour. The receiver does not know of hours or pauses: what it gives beyond them is dropped.
    fn shares(&mut self, phone: usize, role: Option<Role>, hours: &Span, people: usize) {
        /// Above this many people the syncs come every hour, so that a large demo does not take all day.
        const MANY: usize = 60;
        let starts_ms = hours.starts_ms + self.rng.between(10 * SECOND, 8 * MINUTE);
        self.add(starts_ms, What::Share { phone });
        let away = match role {
            Some(Role::LeavesRegion) => Some((hours.starts_ms + 130 * MINUTE, hours.starts_ms + 165 * MINUTE)),
            Some(Role::LeavesWithPermit) => Some((hours.starts_ms + 300 * MINUTE, hours.starts_ms + 350 * MINUTE)),
            _ => None,
        };
        let off_ms = (role == Some(Role::SwitchedOff)).then_some(hours.starts_ms + 195 * MINUTE);
        let is_on = |at_ms: i64| off_ms.is_none_or(|off| at_ms < off);
        let mut at_ms = starts_ms + 5 * SECOND;
        while at_ms < hours.ends_ms + 6 * MINUTE && is_on(at_ms) {
            let spot =
                if away.is_some_and(|(from, until)| (from..until).contains(&at_ms)) { Spot::Away } else { Spot::Home };
            self.add(at_ms, What::Fix { phone, spot });
            at_ms += 150 * SECOND;
        }
        let every = if people > MANY { 60 * MINUTE } else { 15 * MINUTE };
        let mut at_ms = starts_ms + self.rng.between(MINUTE, every);
        while at_ms < hours.ends_ms + 20 * MINUTE && is_on(at_ms) {
            self.add(at_ms, What::Sync { phone });
            at_ms += every;
        }
        if role == Some(Role::PausesShare) {
            self.add(hours.starts_ms + 150 * MINUTE, What::PauseShare { phone });
            self.add(hours.starts_ms + 195 * MINUTE, What::Share { phone });
        }
        if let Some(off_ms) = off_ms {
            self.add(off_ms, What::SwitchOff { phone });
        }
    }

    fn person(&mut self, phone: usize, role: Option<Role>, free: bool) {
        self.mishaps(phone, role);
        for number in 0..self.windows.len() {
            let window = self.window(number);
            let is = |wanted: Role, at: usize| role == Some(wanted) && number == at.min(self.windows.len() - 1);
            let recalled = role == Some(Role::Recalled) && number > 0;
            let free = free && number + 1 == self.windows.len();
            if free || recalled || is(Role::Forgets, 2) || role == Some(Role::BatteryEmpty) && number >= 2 {
                continue;
            }
            let ordinary = window.nominal_ms + self.rng.between(-9 * MINUTE, 11 * MINUTE);
            let mut at_ms = ordinary.clamp(window.opens_ms + 5 * SECOND, window.on_time_until_ms - 20 * SECOND);
            if is(Role::Late, 1) {
                at_ms = window.on_time_until_ms + 12 * MINUTE + 30 * SECOND;
            }
            if is(Role::ClockSetBack, 2) {
                // The truth is fifty minutes later than what the phone will claim.
                at_ms = window.nominal_ms + 51 * MINUTE;
                self.add(at_ms - 20 * SECOND, What::SetWall { phone, offset_ms: -50 * MINUTE });
                self.add(at_ms + 5 * MINUTE, What::SetWall { phone, offset_ms: 0 });
            }
            let spot = match role {
                Some(Role::MockLocation) if number == 1.min(self.windows.len() - 1) => Spot::Mock,
                Some(Role::PoorFixAtTheEdge) if number == 2.min(self.windows.len() - 1) => Spot::Edge,
                Some(Role::NoFix) if number == 1.min(self.windows.len() - 1) => Spot::Nowhere,
                _ => Spot::Home,
            };
            if is(Role::Killed, 1) {
                self.add(at_ms, What::TapThenKill { phone, window: number });
                self.add(at_ms + 6 * MINUTE, What::Sync { phone });
            } else {
                self.add(at_ms, What::Tap { phone, spot, window: number });
                self.add(at_ms + 3 * SECOND, What::Sync { phone });
            }
        }
    }

    fn mishaps(&mut self, phone: usize, role: Option<Role>) {
        let (first, second) = (self.window(0), self.window(1));
        match role {
            Some(Role::NoNetwork) => {
                self.add(first.opens_ms - 30 * MINUTE, What::Network { phone, on: false });
                self.add(reconnect_ms(&second), What::Network { phone, on: true });
                self.add(reconnect_ms(&second) + 10 * SECOND, What::Sync { phone });
            }
            Some(Role::ReinstalledWaiting) => {
                self.add(first.opens_ms - 30 * MINUTE, What::Network { phone, on: false });
                // The network is back only after: nothing could be sent before. And before the third window, whose tap
                // would be lost too: some policies open it when the second one's lateness ends.
                self.add(second.on_time_until_ms + 12 * MINUTE, What::Reinstall { phone });
            }
            Some(Role::ReinstalledAfterSync) => {
                self.add(second.late_until_ms + 8 * MINUTE, What::Sync { phone });
                self.add(second.late_until_ms + 9 * MINUTE, What::Reinstall { phone });
            }
            Some(Role::Recalled) => {
                self.add(first.late_until_ms + 10 * MINUTE, What::Recall { phone });
                self.add(first.late_until_ms + 14 * MINUTE, What::Sync { phone });
            }
            Some(Role::Revoked) => {
                // Before the third window, whose tap is the one that no longer counts.
                let next = self.windows.get(2).map_or(i64::MAX, |third| third.opens_ms - MINUTE);
                self.add(next.min(second.late_until_ms + 15 * MINUTE), What::Revoke { phone });
            }
            _ => {}
        }
    }
}

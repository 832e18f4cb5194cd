//! What people ask of the office on the day, and how their head answers.

use hadir_core::{
    ask::Standing,
    engine::AppealDraft,
    judge::{ExcuseKind, Ruling, WindowState},
    model::{Ask, AskWhat, EnvelopeHash, Grounds, Words},
};
use hadir_server::day::DayView;

use super::{DemoError, Director};
use crate::demo::{outcome::Promise, words::Caption};

/// Something about a request or an appeal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// Asks to be free for the last window, for an important reason; it is granted.
    Leave,
    /// Asks for a duty trip on the day; it is refused.
    Trip,
    /// Appeals against lateness; it is upheld.
    Appeal,
}

/// Who asked for what, by the number of the phone.
#[derive(Debug, Default)]
pub struct Asked {
    made: Vec<(usize, Matter, EnvelopeHash)>,
}

impl Director<'_> {
    /// Somebody asks.
    pub(super) fn ask(&mut self, phone: usize, matter: Matter) -> Result<(), DemoError> {
        let (date, windows) = (self.date, self.windows);
        let last = windows.last().ok_or(DemoError::Unexpected("no window"))?.id.clone();
        let second = windows.get(1).or(windows.last()).map(|window| window.id.clone());
        let note = |text: &str| Words::new(text).map_err(|_| DemoError::Unexpected("a note"));
        let (leave, trip, late) =
            (note("Mengantar anak ke dokter")?, note("Rapat di provinsi")?, note("Antre di pos jaga, ada daftarnya")?);
        let hash = self.phones[phone].open(|engine| {
            let asked = match matter {
                Matter::Leave => {
                    let windows = vec![last.to_string()];
                    engine.request(Ask::new(AskWhat::ImportantReason, date, date, windows, Some(leave))?)?
                }
                Matter::Trip => {
                    engine.request(Ask::new(AskWhat::DutyTrip, date, date, vec![last.to_string()], Some(trip))?)?
                }
                Matter::Appeal => engine.appeal(AppealDraft {
                    date,
                    window: second,
                    record: None,
                    grounds: Grounds::Witnessed,
                    text: Some(late),
                    evidence: Vec::new(),
                })?,
            };
            Ok(asked.link.hash)
        })?;
        self.tally.asked.made.push((phone, matter, hash));
        self.say(&Caption::Asked { who: self.name(phone), matter });
        self.sync(phone)
    }

    /// The head answers.
    pub(super) fn answer(&mut self, phone: usize) -> Result<(), DemoError> {
        let asked = self.tally.asked.made.iter().find(|(who, ..)| *who == phone).copied();
        let Some((_, matter, hash)) = asked else { return Ok(()) };
        self.world.as_head(|admin| match matter {
            Matter::Leave => admin.grant_request(&hash, None, None),
            Matter::Trip => admin.refuse_request(&hash, "Rapatnya daring, hadir dari rumah", None),
            Matter::Appeal => admin.uphold_appeal(&hash, &[], Ruling::OnTime, "Sesuai daftar hadir pos jaga", None),
        })?;
        self.say(&Caption::Answered { who: self.name(phone), matter });
        self.sync(phone)
    }

    /// What the day promised about those who asked.
    pub(in crate::demo) fn promises_to_askers(&mut self, view: &DayView) -> Result<Vec<Promise>, DemoError> {
        let made = self.tally.asked.made.clone();
        let mut told = Vec::new();
        for (phone, matter, hash) in made {
            let asks = self.phones[phone].open(|engine| engine.requests())?;
            let standing = asks.iter().find(|ask| ask.hash == hash).map(|ask| (ask.standing, ask.decisions.clone()));
            let id = &self.world.players[phone].id;
            let person = view.people.iter().find(|person| person.id == *id);
            told.push((matter, standing, person));
        }
        let of = |matter: Matter| told.iter().filter(move |(of, ..)| *of == matter);
        let promise =
            |matter, promise, id, held| Promise { promise, id, held: of(matter).next().is_some().then_some(held) };
        let granted = of(Matter::Leave).all(|(_, standing, person)| {
            let excused = WindowState::Excused { kind: ExcuseKind::Leave };
            matches!(standing, Some((Standing::Granted, _)))
                && person.is_some_and(|day| day.verdict.windows.last().is_some_and(|last| last.effective() == excused))
        });
        let refused = of(Matter::Trip).all(|(_, standing, _)| {
            matches!(standing, Some((Standing::Refused, decisions)) if decisions.iter().all(|one| one.reason.is_some()))
        });
        let upheld = of(Matter::Appeal).all(|(_, standing, person)| {
            let ruled = person.and_then(|day| day.verdict.windows.iter().find(|window| !window.appeals.is_empty()));
            matches!(standing, Some((Standing::Granted, _)))
                && ruled.is_some_and(|window| {
                    matches!(window.state, WindowState::Late { .. }) && window.effective() == WindowState::OnTime
                })
        });
        Ok(vec![
            promise(
                Matter::Leave,
                "a granted request excuses its window, and the phone was told",
                "permohonan yang dikabulkan membebaskan jadwalnya, dan HP diberi tahu",
                granted,
            ),
            promise(
                Matter::Trip,
                "a refused request was told with its reason",
                "permohonan yang ditolak diberitahukan beserta alasannya",
                refused,
            ),
            promise(
                Matter::Appeal,
                "an upheld appeal stands beside what was computed",
                "koreksi atas sanggahan berdiri di samping hasil semula",
                upheld,
            ),
        ])
    }
}

//! The scenario that Kotlin and Swift play too (`tests/scenarios`). `HADIR_ACCEPT=1` takes what it says as expected.

mod phone;

use std::{fs, path::Path, sync::Arc};

use hadir_bindings::{Appealed, CheckInEngine, FormAnswer, GroundsForAppeal, NoFixReason, PlaceSeen, TapRecorded};

use self::phone::{Held, Phone, here, office, outside};

struct Player {
    office: Held,
    phone: Phone,
    engine: Arc<CheckInEngine>,
    attempt: (String, PlaceSeen),
    said: Vec<String>,
}

fn answers(words: &str) -> Vec<FormAnswer> {
    let pairs = words.split_whitespace().filter_map(|pair| pair.split_once('='));
    pairs.map(|(question, answer)| FormAnswer { question: question.into(), yes: answer == "ya" }).collect()
}

impl Player {
    fn say(&mut self, parts: &[&str]) {
        self.said.push(parts.join(" | "));
    }

    fn tapped(&mut self, tap: &TapRecorded) {
        self.say(&[&tap.title, &tap.time_text, &tap.zone, &tap.counts_title, &tap.counts_detail]);
        self.say(&[&tap.place_title, &tap.place_detail, &tap.delivery_text, &tap.safe_text]);
        tap.flags.iter().for_each(|flag| self.say(&[flag]));
    }

    fn play(&mut self, act: &str, rest: &str) {
        let engine = self.engine.clone();
        match act {
            "at" => self.office.until(rest.into()).unwrap(),
            "advance" => self.office.advance(rest.parse().unwrap()),
            "online" | "offline" => self.office.online(act == "online").unwrap(),
            "enrol" => {
                let code = self.office.code(rest.into()).unwrap();
                let link = engine.invite_by_code(self.office.address(), code).unwrap();
                let look = engine.look_at_invite(link.clone()).unwrap();
                self.say(&[&look.agency, &look.person.unwrap(), &look.unit.unwrap(), &look.text]);
                engine.enrol(link).unwrap();
            }
            "recall" => {
                let mut parts = rest.splitn(3, ' ').map(str::to_owned);
                let mut part = || parts.next().unwrap();
                self.office.recall(part(), part(), part()).unwrap();
            }
            "tap" => {
                let place = match rest {
                    "inside" => here(),
                    "outside" => outside(),
                    _ => PlaceSeen::NoFix { reason: NoFixReason::Off },
                };
                self.attempt = (engine.begin_tap().unwrap().id, place.clone());
                let tap = engine.check_in(self.attempt.0.clone(), place).unwrap();
                self.tapped(&tap);
            }
            "again" => {
                let (attempt, place) = self.attempt.clone();
                let tap = engine.check_in(attempt, place).unwrap();
                self.tapped(&tap);
            }
            "reopen" => {
                assert!(engine.close());
                self.engine = self.phone.open().unwrap();
            }
            "draft" => engine.save_form_draft(self.form_date(), answers(rest)).unwrap(),
            "submit" => {
                let date = self.form_date();
                let kept = engine.form(date.clone()).unwrap();
                self.say(&[&kept.title, &kept.basis, &format!("{} kept", kept.answers.len())]);
                let result = engine.submit_form(date, answers(rest)).unwrap();
                self.say(&[&result.title, &result.risk_text, &result.meaning]);
            }
            "sync" => {
                let report = engine.sync(20_000).unwrap();
                let counts =
                    format!("{} received, {} parked, {} pending", report.received, report.parked, report.pending);
                self.say(&[&report.text, &counts]);
            }
            "today" => self.today(),
            "history" => {
                for row in engine.history(100).unwrap() {
                    self.say(&[&row.day_text, &row.time_text, &row.title, &row.grade_text, &row.delivery_text]);
                }
            }
            "parked" => {
                for row in engine.parked().unwrap() {
                    self.say(&[&row.title, &row.reason, &row.code_text]);
                }
            }
            "release" => {
                for row in engine.parked().unwrap() {
                    engine.release(row.epoch, row.seq).unwrap();
                }
            }
            "refuse" => self.office.refuse(rest == "on"),
            "why" => {
                let date = engine.today().unwrap().date;
                let why = engine.why(date, rest.into()).unwrap().unwrap();
                self.say(&[&why.title, &why.state]);
                why.reasons.iter().for_each(|reason| self.say(&[reason]));
            }
            "appeal" => {
                let (window, text) = rest.split_once(' ').unwrap();
                let made = engine
                    .appeal(Appealed {
                        date: engine.today().unwrap().date,
                        window: Some(window.into()),
                        record: None,
                        grounds: GroundsForAppeal::Network,
                        text: Some(text.into()),
                        evidence: Vec::new(),
                    })
                    .unwrap();
                self.say(&[&made.title, &made.standing, &made.delivery_text]);
            }
            "decide" => {
                self.office.decide(false, rest.trim_start_matches("no ").into()).unwrap();
            }
            "requests" => {
                for row in engine.requests().unwrap() {
                    self.say(&[&row.title, &row.standing, &row.delivery_text, &row.decisions.join("; ")]);
                }
            }
            "confirm" => {
                for need in engine.today().unwrap().needs {
                    if let Some(confirm) = need.confirm {
                        engine.acknowledge(confirm).unwrap();
                        self.say(&[&need.text]);
                    }
                }
            }
            "month" => {
                let month = engine.month(None).unwrap();
                self.say(&[&month.title, &month.totals.join("; ")]);
            }
            "wipe" => {
                engine.wipe().unwrap();
                self.say(&[&format!("{:?}", engine.standing().unwrap())]);
            }
            other => panic!("there is no act {other}"),
        }
    }

    fn form_date(&self) -> String {
        self.engine.today().unwrap().forms.into_iter().find(|form| form.can_fill).expect("a form is due").date
    }

    fn today(&mut self) {
        let today = self.engine.today().unwrap();
        self.say(&[&today.date_text, &today.now_text, &today.clock_text, &today.person.name, &today.person.unit]);
        self.say(&[&today.day_title, &today.day_detail, &today.delivery_text]);
        self.say(&[&today.tap.title, &today.tap.detail, &today.tap.button]);
        for row in &today.windows {
            self.say(&[&row.label, &row.title, &row.detail, &row.flags.join("; ")]);
        }
        for row in &today.others {
            self.say(&[&row.title, &row.detail]);
        }
        for row in &today.forms {
            self.say(&[&row.title, &row.detail]);
        }
        for row in &today.needs {
            self.say(&[&row.text]);
        }
    }
}

#[test]
fn the_scenario_of_all_three_languages_says_what_is_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let script = fs::read_to_string(folder.join("day.txt")).unwrap();
    let phone = Phone::new();
    let office = office("2026-11-24T07:30:00");
    let engine = phone.open().unwrap();
    let attempt = (String::new(), here());
    let mut player = Player { office, phone, engine, attempt, said: Vec::new() };
    for line in script.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        player.said.push(format!("> {line}"));
        let (act, rest) = line.split_once(' ').unwrap_or((line, ""));
        player.play(act, rest);
    }
    player.engine.close();
    player.office.close();
    let said = player.said.join("\n") + "\n";
    let expected = folder.join("day.expected");
    if std::env::var_os("HADIR_ACCEPT").is_some() {
        fs::write(&expected, &said).unwrap();
    }
    let kept = fs::read_to_string(&expected).unwrap_or_default();
    for (number, (said, kept)) in said.lines().zip(kept.lines()).enumerate() {
        assert_eq!(said, kept, "line {} of day.expected", number + 1);
    }
    assert_eq!(said, kept);
}

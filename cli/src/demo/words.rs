//! What the demo says: one caption an event, in plain words, Indonesian or English.

use hadir_core::text::{Lang, many};

use super::{cast::Role, director::asks::Matter};

/// How a caption ends: what became of a record right away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// On the phone, and the network is away.
    Waiting,
    /// On the phone, and the server is down.
    ServerDown,
    /// On the phone; it goes up next.
    Recorded,
}

/// One caption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caption {
    /// Every phone is enrolled.
    Enrolled(usize),
    /// Mishaps that befall nobody: too few people owe taps.
    LeftOut(Vec<Role>),
    /// A window opens.
    WindowOpens(String),
    /// A window's on-time span ends.
    WindowEnds(String),
    /// A tap.
    Tap {
        /// Who.
        who: String,
        /// The window that they mean.
        window: String,
        /// What is special about it, if anything.
        special: Option<Special>,
        /// What became of it.
        fate: Fate,
    },
    /// Ordinary taps that are not told one by one.
    Taps {
        /// How many.
        count: usize,
        /// Of which window.
        window: String,
    },
    /// Records went up.
    Delivered {
        /// Who.
        who: String,
        /// How many records.
        count: usize,
    },
    /// The network went away or came back.
    Network {
        /// Who.
        who: String,
        /// Whether it is there.
        on: bool,
        /// Records that wait.
        waiting: usize,
    },
    /// The server is gone.
    ServerDown,
    /// The server is back.
    ServerUp,
    /// The clock was set.
    ClockSet {
        /// Who.
        who: String,
        /// By how many minutes.
        minutes: i64,
    },
    /// The process was killed after a tap.
    Killed {
        /// Who.
        who: String,
    },
    /// The app was installed anew.
    Reinstalled {
        /// Who.
        who: String,
        /// Records that were lost with it.
        destroyed: usize,
    },
    /// Live share begins or goes on.
    Shares {
        /// Who.
        who: String,
    },
    /// Live share is paused.
    SharePaused {
        /// Who.
        who: String,
    },
    /// A phone that shares leaves the region.
    LeavesRegion {
        /// Who.
        who: String,
        /// Whether a permit covers the day, as the phone knows it.
        permit: bool,
    },
    /// It is inside again.
    Returns {
        /// Who.
        who: String,
    },
    /// A phone is switched off.
    SwitchedOff {
        /// Who.
        who: String,
    },
    /// The hours of live share are over.
    ShareOver,
    /// An installation was revoked.
    Revoked {
        /// Who.
        who: String,
    },
    /// Somebody asked something of the office.
    Asked {
        /// Who.
        who: String,
        /// What.
        matter: Matter,
    },
    /// The head answered.
    Answered {
        /// Whom.
        who: String,
        /// What they had asked.
        matter: Matter,
    },
    /// A person was called back.
    Recalled {
        /// Who.
        who: String,
    },
    /// A form was filled.
    Form {
        /// Who.
        who: String,
        /// For which date, in words.
        date: String,
        /// Whether they may enter.
        may_enter: bool,
    },
    /// A hostile client tried something.
    Hostile {
        /// What, in the language of the caption.
        what: String,
        /// The answer.
        got: String,
        /// Whether it was refused as it must be.
        refused: bool,
    },
    /// The same upload came again.
    Replayed {
        /// How many rows it added.
        added: i64,
    },
}

/// What is special about a tap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    /// The platform calls the fix a mock.
    Mock,
    /// A poor fix.
    Poor,
    /// No fix.
    NoFix,
    /// The wall clock is wrong.
    WrongClock,
    /// After the end of on-time.
    Late,
    /// The same point as others.
    SamePoint,
}

impl Special {
    const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Mock => lang.pick("dengan lokasi tiruan", "with a mock location"),
            Self::Poor => {
                lang.pick("dengan lokasi kurang teliti, di tepi wilayah", "with a poor fix at the region's edge")
            }
            Self::NoFix => lang.pick("tanpa lokasi", "without a fix"),
            Self::WrongClock => lang.pick("dengan jam HP yang dimundurkan", "with the phone's clock set back"),
            Self::Late => lang.pick("setelah batas tepat waktu", "after the end of on-time"),
            Self::SamePoint => lang.pick("di titik yang sama dengan orang lain", "on the same point as others"),
        }
    }
}

impl Caption {
    /// Says it.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let id = lang == Lang::Id;
        match self {
            Self::Enrolled(count) if id => format!("{count} HP didaftarkan, masing-masing dengan kuncinya sendiri"),
            Self::Enrolled(count) => format!("enrolled, each with a key of its own: {}", many(*count, "phone")),
            Self::LeftOut(roles) => {
                let named: Vec<&str> = roles.iter().map(|role| role.words(lang)).collect();
                let why = lang.pick("Terlalu sedikit orang yang wajib absen untuk", "Too few people owe taps for");
                format!("{why}: {}", named.join(", "))
            }
            Self::WindowOpens(window) if id => format!("Jadwal {window} dibuka"),
            Self::WindowOpens(window) => format!("the {window} window opens"),
            Self::WindowEnds(window) if id => format!("Jadwal {window}: batas tepat waktu lewat"),
            Self::WindowEnds(window) => format!("the {window} window: on-time is over"),
            Self::Tap { who, window, special, fate } => {
                let how = special.map_or(String::new(), |special| format!(" {}", special.words(lang)));
                let fate = match fate {
                    Fate::Waiting => lang.pick(
                        "tercatat di HP, tidak ada sinyal, menunggu dikirim",
                        "recorded, no signal, waits to be sent",
                    ),
                    Fate::ServerDown => lang.pick(
                        "tercatat di HP, server sedang mati, menunggu dikirim",
                        "recorded, the server is down, waits to be sent",
                    ),
                    Fate::Recorded => lang.pick("tercatat", "recorded"),
                };
                if id {
                    format!("{who} absen {window}{how}: {fate}")
                } else {
                    format!("{who} taps for {window}{how}: {fate}")
                }
            }
            Self::Taps { count, window } if id => format!("Jadwal {window}: {count} orang sudah absen"),
            Self::Taps { count, window } => format!("the {window} window: {} so far", many(*count, "check-in")),
            Self::Delivered { who, count } if id => format!("{who}: {count} catatan terkirim dan diterima server"),
            Self::Delivered { who, count } => format!("{who}: {} sent up, with a receipt", many(*count, "record")),
            Self::Network { who, on: false, .. } if id => format!("{who} kehilangan sinyal"),
            Self::Network { who, on: false, .. } => format!("{who} loses the network"),
            Self::Network { who, waiting, .. } if id => {
                format!("{who} mendapat sinyal lagi, {waiting} catatan menunggu")
            }
            Self::Network { who, waiting, .. } => {
                format!("{who} has a network again, {} waiting", many(*waiting, "record"))
            }
            Self::ServerDown if id => "SERVER MATI: sambungan ditolak. Absen tetap jalan, di HP".into(),
            Self::ServerDown => "THE SERVER IS DOWN: connections are refused. Taps go on, on the phones".into(),
            Self::ServerUp if id => "Server hidup lagi; gangguannya tampak di papan".into(),
            Self::ServerUp => "the server is back; the board shows the outage".into(),
            Self::ClockSet { who, minutes } if *minutes == 0 => {
                lang.pick("{} mengembalikan jam HP-nya", "{} sets the phone's clock right again").replace("{}", who)
            }
            Self::ClockSet { who, minutes } if id => format!("{who} memundurkan jam HP {} menit", -minutes),
            Self::ClockSet { who, minutes } => {
                format!("{who} sets the phone's clock back by {}", many(-minutes, "minute"))
            }
            Self::Killed { who } if id => {
                format!("{who} absen; prosesnya dimatikan paksa (sinyal 9) sebelum sempat mengirim")
            }
            Self::Killed { who } => format!("{who} taps; the process is killed by signal 9 before it can send"),
            Self::Reinstalled { who, destroyed: 0 } if id => {
                format!("{who} memasang ulang aplikasi; semuanya sudah terkirim, tidak ada yang hilang")
            }
            Self::Reinstalled { who, destroyed: 0 } => {
                format!("{who} installs the app anew; all had been sent, nothing is lost")
            }
            Self::Reinstalled { who, destroyed } if id => {
                format!("{who} memasang ulang aplikasi; {destroyed} absen yang belum terkirim ikut terhapus")
            }
            Self::Reinstalled { who, destroyed } => {
                format!("{who} installs the app anew; {} not sent yet: destroyed with it", many(*destroyed, "tap"))
            }
            Self::Shares { who } if id => format!("{who} berbagi lokasi: HP menghitung sendiri di dalam atau di luar"),
            Self::Shares { who } => {
                format!("{who} shares the place live: the phone itself works out inside or outside")
            }
            Self::SharePaused { who } if id => format!("{who} menjeda berbagi lokasi"),
            Self::SharePaused { who } => format!("{who} pauses live share"),
            Self::LeavesRegion { who, permit: true } if id => {
                format!("{who} keluar daerah, dengan izin: tidak ada titik yang dikirim")
            }
            Self::LeavesRegion { who, permit: true } => {
                format!("{who} leaves the region, with a permit: no point is sent")
            }
            Self::LeavesRegion { who, .. } if id => {
                format!(
                    "{who} keluar daerah tanpa izin: satu titik dikirim, papan menandainya, tidak ada yang diblokir"
                )
            }
            Self::LeavesRegion { who, .. } => {
                format!(
                    "{who} leaves the region without a permit: one point is sent, the board flags it, nothing is blocked"
                )
            }
            Self::Returns { who } if id => format!("{who} kembali ke dalam daerah"),
            Self::Returns { who } => format!("{who} is inside the region again"),
            Self::SwitchedOff { who } if id => format!("HP {who} mati"),
            Self::SwitchedOff { who } => format!("{who}'s phone is switched off"),
            Self::ShareOver if id => "Jam berbagi lokasi berakhir; HP berhenti sendiri".into(),
            Self::ShareOver => "the hours of live share are over; the phones stop by themselves".into(),
            Self::Revoked { who } if id => {
                format!("HP {who} dicabut oleh operator; absen sesudahnya disimpan, tidak dihitung")
            }
            Self::Revoked { who } => {
                format!("{who}'s phone is revoked by the operator; later taps are kept, and don't count")
            }
            Self::Asked { who, matter } => asked(who, *matter, lang),
            Self::Answered { who, matter } => answered(who, *matter, lang),
            Self::Recalled { who } if id => format!("{who} dipanggil ke kantor"),
            Self::Recalled { who } => format!("{who} is called back to the office"),
            Self::Form { who, date, may_enter: true } if id => {
                format!("{who} mengisi penilaian mandiri untuk {date}: boleh masuk")
            }
            Self::Form { who, date, may_enter: true } => {
                format!("{who} fills the self-assessment for {date}: may enter")
            }
            Self::Form { who, date, .. } if id => {
                format!(
                    "{who} mengisi penilaian mandiri untuk {date}, batuk: tidak boleh masuk, bekerja dari rumah (arahan kesehatan)"
                )
            }
            Self::Form { who, date, .. } => {
                format!(
                    "{who} fills the self-assessment for {date}, with a cough: may not enter, at home by health direction"
                )
            }
            Self::Hostile { what, got, refused } => {
                let verdict = match refused {
                    true => lang.pick("ditolak", "refused"),
                    false => lang.pick("TIDAK DITOLAK SEBAGAIMANA MESTINYA", "NOT REFUSED AS IT MUST BE"),
                };
                format!("{} {what}: {verdict} ({got})", lang.pick("Penyerang mencoba", "An attacker tries"))
            }
            Self::Replayed { added } if id => {
                format!("Penyerang mengirim ulang unggahan orang lain: {added} baris bertambah")
            }
            Self::Replayed { added } => {
                format!("An attacker sends somebody's upload again: {} added", many(*added, "row"))
            }
        }
    }
}

fn asked(who: &str, matter: Matter, lang: Lang) -> String {
    let what = match matter {
        Matter::Leave => lang.pick(
            "mengajukan permohonan: bebas dari jadwal terakhir karena alasan penting",
            "asks to be free for the last window, for an important reason",
        ),
        Matter::Trip => lang.pick("mengajukan permohonan dinas luar", "asks for a duty trip"),
        Matter::Appeal => lang.pick(
            "mengajukan sanggahan atas keterlambatannya: bekerja, dan ada saksinya",
            "appeals against being late: worked, and others can say so",
        ),
    };
    format!("{who} {what}")
}

fn answered(who: &str, matter: Matter, lang: Lang) -> String {
    let what = match matter {
        Matter::Leave => lang.pick("dikabulkan kepala", "is granted by the head"),
        Matter::Trip => lang.pick("ditolak kepala, dengan alasan", "is refused by the head, with a reason"),
        Matter::Appeal => lang.pick(
            "diterima kepala: koreksi dicatat di samping hasil semula",
            "is upheld by the head: a correction stands beside what was computed",
        ),
    };
    match (lang, matter) {
        (Lang::Id, Matter::Appeal) => format!("Sanggahan {who} {what}"),
        (Lang::Id, _) => format!("Permohonan {who} {what}"),
        (Lang::En, Matter::Appeal) => format!("The appeal of {who} {what}"),
        (Lang::En, _) => format!("The request of {who} {what}"),
    }
}

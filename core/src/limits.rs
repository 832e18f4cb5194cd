//! Every limit of the phone with its reason, in one place; each floor has its section.

/// Live share.
pub mod share {
    /// How long a batch runs, milliseconds: what a power cut may take, against one sync to the medium and one signature each.
    pub const BATCH_MS: u64 = 5 * 60_000;
    /// Words of the platform in one batch at most: a receiver that speaks every second for a whole batch fits.
    pub const WORDS: usize = 320;
    /// Exact points in one batch at most: one each 10 s, the shortest interval of a policy, for a whole batch. They take
    /// some 7 kB of the 64 kB of an object.
    pub const POINTS: usize = 40;
    /// For how long a fix stands where the rule that said so is gone, seconds: the policies' own default.
    pub const STANDS_S: u32 = 300;
}

/// The PIN of a profile on a shared phone.
pub mod pin {
    use std::ops::RangeInclusive;

    /// Digits of a PIN.
    pub const DIGITS: RangeInclusive<usize> = 4..=8;
    /// Wrong ones in a row before a wait: a person mistypes twice or thrice.
    pub const TRIES: u32 = 5;
    /// The first wait, milliseconds; doubles with each round.
    pub const FIRST_WAIT_MS: u64 = 60_000;
    /// The longest: four digits then take three weeks to try through, and a tap is not kept away from its window for ever.
    pub const LONGEST_WAIT_MS: u64 = 15 * 60_000;
}

/// The network: one exchange.
pub mod net {
    use std::time::Duration;

    /// A connection that is not there after this is not coming; a phone on 2G in a village has needed 6 s.
    pub const CONNECT: Duration = Duration::from_secs(10);
    /// One exchange of a sync. A full batch over 2G (1 MiB would take too long there) is halved until it fits.
    pub const EXCHANGE: Duration = Duration::from_secs(30);
    /// The largest answer taken. A trust list, ten packs of 60 kB and an assignment of two months fit several times.
    pub const ANSWER_BYTES: usize = 4 << 20;
    /// How often a waiting caller looks at its cancel flag: well within the promised 250 ms.
    pub const CANCEL_POLL: Duration = Duration::from_millis(25);
    /// How long an unused connection is kept: the requests of one sync follow each other at once, the next sync is minutes away.
    pub const IDLE_CONNECTION: Duration = Duration::from_secs(15);
    /// TLS sessions kept for resumption: there is one server, and a TLS 1.3 server gives two tickets at a time.
    pub const TLS_SESSIONS: usize = 4;
    /// Threads for name lookups that the system may leave hanging; an abandoned lookup occupies one until it ends.
    pub const LOOKUP_THREADS: usize = 8;
    /// Bodies below this are sent as they are: compressing a single tap saves less than a packet.
    pub const LEAST_COMPRESSED: usize = 512;
}

/// Delivery.
pub mod sync {
    use std::time::Duration;

    /// Objects in a batch at most (protocol §6.1).
    pub const BATCH_OBJECTS: usize = 200;
    /// Objects in the first batch of a process: an ordinary day fits, and on a slow network something arrives early.
    pub const FIRST_BATCH_OBJECTS: usize = 20;
    /// Bytes of a batch before compression. A batch that does not compress still fits into the 1 MiB that may be sent.
    pub const BATCH_BYTES: usize = 1_000_000;
    /// Upper bound of the first random wait after a failure; doubles with each failure in a row.
    pub const BACKOFF_FIRST: Duration = Duration::from_secs(2);
    /// Upper bound of any random wait after a failure: a network that came back is used within a quarter of an hour.
    pub const BACKOFF_LONGEST: Duration = Duration::from_secs(15 * 60);
    /// The longest `Retry-After` that is believed: a mistyped header must not silence a phone for a day.
    pub const RETRY_AFTER_LONGEST: Duration = Duration::from_secs(60 * 60);
    /// The wait that a busy server gets when it names none.
    pub const RETRY_AFTER_DEFAULT: Duration = Duration::from_secs(30);
    /// The wait after "not enrolled" or "update needed": a person has to act, asking again is only in case somebody did.
    pub const PERSON_WAIT: Duration = Duration::from_secs(60 * 60);
    /// A record that the server fails on, alone and authenticated, this many times in a row is parked, so that it can't hold up the rest.
    pub const STRIKES: u32 = 3;
    /// A wait that the server asked for is written down if it is at least this long: a restart of the app takes seconds itself.
    pub const WAIT_TO_KEEP: Duration = Duration::from_secs(30);
    /// Failures in a row from which their number is written down, at each doubling: 4, 8, 16, so a day's outage is few writes.
    pub const FAILURES_TO_KEEP: u32 = 4;
    /// The longest wait that is taken up after a restart of the phone, when only the wall clock tells what has passed of it:
    /// a clock that is wrong must not silence the phone for longer than any failure does.
    pub const TAKEN_UP_BY_WALL_CLOCK: Duration = BACKOFF_LONGEST;
    /// Failures in a row from which an outage is worth a note in the history.
    pub const FAILURES_TO_NOTE: u32 = 3;
}

/// Certificates.
pub mod trust {
    /// From how long before its end a certificate is warned of, milliseconds: 60 days, since the root is fetched from a safe,
    /// two people meet, and phones sleep through holidays.
    pub const WARN_BEFORE_MS: i64 = 60 * 86_400_000;
}

/// What a restored server is shown (protocol §6.6).
pub mod proofs {
    /// Receipts in one request at most.
    pub const RECEIPTS: usize = 50;
    /// Bytes of receipts in one request: with the head and the JSON around them they stay below the 1 MiB that may be sent.
    pub const BYTES: usize = 900_000;
}

/// The journal: what lies on the phone's disk.
pub mod journal {
    /// A segment: some 150 records, two to four weeks of one person. Small, since an open reads one whole and a phone
    /// keeps one spare; large enough that a new one is rare.
    pub const SEGMENT_BYTES: u32 = 256 << 10;
    /// The longest segment that is read; only a stray or damaged file is longer than a snapshot and a commit.
    pub const MAX_SEGMENT_BYTES: usize = 16 << 20;
    /// The largest body of one frame: the largest answer of the server ([`super::net::ANSWER_BYTES`]) fits.
    pub const MAX_BODY_BYTES: usize = 4 << 20;
    /// The most that one commit writes, its frames' headers included.
    pub const MAX_COMMIT_BYTES: usize = 6 << 20;
    /// With less room than this in the present segment, a caller outside a tap had better start the next: a day's records
    /// (four taps of 1 kB, a form of 3 kB, live share) fit in the room that is left.
    pub const ROLL_MARGIN_BYTES: u32 = 16 << 10;
    /// A segment is at least so many times as long as the last snapshot, so that snapshots stay a small part of what is written.
    pub const SNAPSHOT_SHARE: u32 = 4;
}

/// The index over the journal.
pub mod index {
    use std::time::Duration;

    /// Records of a session without a token that are filed again once its first token comes; more than a phone without a
    /// network makes in months, and 200 kB of memory.
    pub const WAITING: usize = 4_096;
    /// Places in one row at most: 10 kB; an ordinary day, live share included, has some hundred.
    pub const PLACES_A_ROW: usize = 512;
    /// Places in one row of the chain: every record that is added writes one anew, 1.3 kB.
    pub const CHAIN_A_ROW: u64 = 64;
    /// Frames between two writes while the index is made anew: a write costs more than what one frame changes.
    pub const FRAMES_A_WRITE: usize = 4_096;
    /// How long a person who looks at their history waits for the index before it is looked up without one.
    pub const ANSWER: Duration = Duration::from_millis(250);
    /// How long the end of a process waits for the index to close: a quick close spares the next start a repair.
    pub const CLOSE: Duration = Duration::from_millis(250);
    /// Questions and journals to follow that wait in the queue; what does not fit is asked without the index, or followed later.
    pub const QUEUE: usize = 8;
    /// Memory for the index's pages, bytes.
    pub const CACHE_BYTES: u64 = 2 << 20;
    /// Failures in one process after which it goes on without an index.
    pub const FAILURES: u32 = 2;
}

/// The platform's key store.
pub mod vault {
    use std::time::Duration;

    /// How long one call is waited for: hardware keys take tens of milliseconds, the slowest secure elements two seconds.
    pub const CALL: Duration = Duration::from_secs(5);
    /// Calls that may hang at once; beyond it the key store is not asked again until one comes back.
    pub const HANGING: usize = 4;
}

/// Old stores on their way to the agency.
pub mod old {
    /// Bytes of one part: on a network of 40 kbit/s it takes half of an exchange's 30 s.
    pub const PART_BYTES: usize = 64 << 10;
    /// Parts sent in one sync at most, so that a sync on a slow network ends and half of what a server lets a phone ask in a
    /// burst is left for records: 2 MiB, most of a year.
    pub const PARTS_A_SYNC: u32 = 30;
}

/// Freeing of what the server has.
pub mod freeing {
    /// How long a receipt must lie back, by the server's own times, milliseconds: 62 days, so that two whole months are at hand.
    pub const AGE_MS: i64 = 62 * 86_400_000;
}

/// The session of the clock that nobody can set.
pub mod session {
    /// A move of the wall clock that is worth a note, milliseconds (protocol §3.2).
    pub const CLOCK_MOVE_MS: u64 = 2_000;
    /// How far the wall clock may be off against the session's for a later process to presume the same boot, milliseconds:
    /// networks correct phones by seconds; a restart shows as the time that the phone was off, which is longer.
    pub const PRESUMED_OFFSET_MS: u64 = 60_000;
}

/// What the engine keeps at hand.
pub mod engine {
    use std::time::Duration;

    /// Presses of the button this close together are one press, milliseconds: a finger on a slow screen presses again within a
    /// second or two, and nobody means two taps by it.
    pub const SAME_PRESS_MS: u64 = 3_000;
    /// How long a tap looks for a place, milliseconds: a receiver under the open sky that slept over night needs most of it, and
    /// nobody holds a phone still for longer. Then the tap is recorded with the best fix so far, or with none.
    pub const SEARCH_MS: u32 = 20_000;
    /// How long a tap waits for a person to allow a place or to switch location on, milliseconds: to read one sentence, to
    /// find the switch, and to come back.
    pub const CHOICE_MS: u32 = 30_000;
    /// How long before the end of a window's grade a tap stops waiting, milliseconds: for stopping the receivers and for the
    /// write to the medium, on a slow phone.
    pub const RECORD_BEFORE_MS: i64 = 1_500;
    /// The shortest wait, milliseconds: a receiver in use answers within it, and a shorter search would find nothing.
    pub const LEAST_WAIT_MS: u32 = 2_000;
    /// Taps and forms kept in memory and in each snapshot, for the screen of today: many times a day's worth.
    pub const RECENT_RECORDS: usize = 64;
    /// Anchors kept for the same purpose; a day has a handful of syncs.
    pub const RECENT_ANCHORS: usize = 32;
    /// Packs held at hand: those in force and to come, and the last few before, which old days are explained by.
    pub const PACKS: usize = 8;
    /// Positions looked up at once when a long history has to go up: they take 100 kB and one pass over the journal, for
    /// which a tap waits some tens of milliseconds at most.
    pub const POSITIONS: usize = 4_000;
    /// How far a server's clock is taken to be from UTC where a receipt is a lower bound, milliseconds.
    pub const SERVER_ERR_MS: u32 = 1_000;
    /// Days of earlier assignments that are kept, so that the past two months can be shown: an assignment itself reaches back
    /// to yesterday alone. As long as records are kept ([`super::freeing::AGE_MS`]).
    pub const PAST_DAYS: usize = 62;
    /// Months whose data use is kept, by when they were last added to: the present one, the one before, and two that a wrong
    /// clock may have made.
    pub const DATA_MONTHS: usize = 4;
    /// How many bytes a sync that was put off may leave uncounted on the medium: some ten refusals of a busy server, which are
    /// not worth a write each.
    pub const DATA_UNWRITTEN_BYTES: u64 = 16 << 10;
    /// Days that a half-filled form is kept after its day, should another be begun.
    pub const DRAFT_DAYS: u64 = 2;
    /// The longest that an enrolment waits for the server.
    pub const ENROL: Duration = Duration::from_secs(30);
    /// The longest that somebody who has typed a code, or looks at an invite, waits for the server.
    pub const INVITE: Duration = Duration::from_secs(20);
    /// How often a moved wall clock is noted within one session at most; a program that keeps setting it must not fill the store.
    pub const CLOCK_NOTES: u32 = 200;
}

/// Reminders.
pub mod remind {
    /// How long before the end of the on-time span whoever has not tapped is reminded, milliseconds: to take the phone out,
    /// wait 30 s for a fix, and tap.
    pub const CLOSES_BEFORE_MS: i64 = 5 * 60_000;
    /// An on-time span shorter than this is opened with a reminder and closed without one, milliseconds: two within a few
    /// minutes are a nuisance.
    pub const LEAST_SPAN_MS: i64 = 2 * CLOSES_BEFORE_MS;
    /// When people are reminded of what is due on the next morning, milliseconds after midnight: 19.00, when most are at home
    /// and nobody sleeps.
    pub const EVENING_MS: i64 = 19 * 3_600_000;
    /// How long before the time of entry a form that is still missing is reminded of, milliseconds: before people leave.
    pub const BEFORE_ENTRY_MS: i64 = 60 * 60_000;
    /// When a recall that was not confirmed is reminded of on its day, milliseconds after midnight: 06.00, early enough to get
    /// to the office.
    pub const RECALL_MORNING_MS: i64 = 6 * 3_600_000;
    /// How old a record must be that waits to be sent for a reminder, and how often it is repeated, milliseconds: a day without
    /// a network is ordinary in a village, and a day later it is the hour at which the person used the phone.
    pub const UNSENT_MS: i64 = 24 * 3_600_000;
}

/// Requests and appeals (protocol §3.2).
pub mod ask {
    /// Characters of a note, an appeal's text or a decision's reason: a few sentences. Letters and certificates are
    /// shown to a person; they do not belong into an attendance record.
    pub const WORDS_CHARS: usize = 300;
    /// Days after the first that a request may last: the longest leave of the rules is a year.
    pub const SPAN_DAYS: i64 = 366;
    /// Windows that a request may name: no policy has half as many a day.
    pub const WINDOWS: usize = 16;
    /// Records that an appeal may name as evidence: more than a day of taps.
    pub const EVIDENCE: usize = 16;
    /// Days before today that screens offer as the first of a request: who was ill for long asks afterwards. The core takes any.
    pub const OFFER_DAYS_BACK: u64 = 31;
    /// Days after today that screens offer as the first of a request: leave is asked for within the year.
    pub const OFFER_DAYS_AHEAD: u64 = 366;
    /// Requests and appeals kept at hand on the phone; a year of an ordinary person.
    pub const HELD: usize = 64;
}

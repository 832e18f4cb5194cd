//! Every limit of the server, each with its reason. Limits of the protocol stand in `docs/protocol.md` too.

use std::time::Duration;

/// Objects in one batch (protocol §6.1): two days of an ordinary phone fit several times over, and the work of one
/// request stays under 10 ms of one core.
pub const BATCH_OBJECTS: usize = 200;

/// Bytes of a batch as sent (protocol §6.1).
pub const BATCH_BYTES: usize = 1 << 20;

/// Bytes of a batch unpacked (protocol §6.1): 200 records of ordinary size are 200 kB, so 4 MiB leave room for large
/// forms, and 1 MiB of gzip could otherwise become 1 GiB.
pub const BATCH_UNPACKED_BYTES: usize = 4 << 20;

/// Bytes of one signed object (protocol §2).
pub const OBJECT_BYTES: usize = 65_536;

/// Receipts that a restored server is shown at once (protocol §6.6): their signatures are checked by the one writer, 50 in 3 ms.
pub const PROOF_RECEIPTS: usize = 50;

/// Bytes of any other request's body: an enrolment is under 1 kB.
pub const SMALL_BODY_BYTES: usize = 16 << 10;

/// Bytes of an `app` text in a record or an enrolment (protocol §3).
pub const APP_CHARS: usize = 64;

/// Bytes of one part of an old store's file (protocol §9.1).
pub const OLD_PART_BYTES: usize = 256 << 10;

/// Bytes of one file of an old store (protocol §9.1): no phone writes a longer segment.
pub const OLD_FILE_BYTES: u64 = 16 << 20;

/// Files of old stores that one installation may send (protocol §9.1): segments of 150 records, for 300,000 of them.
pub const OLD_FILES: u64 = 2_048;

/// Bytes of old stores that one installation may send (protocol §9.1): a phone that recorded for years without sending has
/// a fifth of it.
pub const OLD_BYTES: u64 = 256 << 20;

/// Bytes of old stores on the whole server: a thousand phones that lost their keys at once, with a month not sent each.
pub const OLD_TOTAL_BYTES: u64 = 4 << 30;

/// Records of an old store that are brought back in one unit of work: a tenth of a second in which phones wait.
pub const IMPORT_AT_ONCE: usize = 500;

/// Seconds that a phone is told to wait with an old store when there is no room.
pub const OLD_RETRY_AFTER_S: u32 = 3_600;

/// How long the head of a request may take. A phone on a bad network sends 2 kB of headers in well under this;
/// a slow loris is cut off.
pub const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a whole body may take: 1 MiB at 100 kbit/s needs 84 s, and an ordinary batch of 20 kB less than 2 s.
/// A phone that is slower halves its batches.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Connections at once. 5,000 phones of one agency may come in the same minute behind one address, so the limit is on the
/// whole and not on an address; each idle connection costs about 20 kB.
pub const CONNECTIONS: usize = 4_096;

/// How long a graceful stop waits for requests under way before it closes their connections.
pub const STOP_GRACE: Duration = Duration::from_secs(5);

/// Prepared requests that wait for the writer. The writer takes 15,000 records/s, so 1,024 ordinary batches are a second's
/// work: who comes later is better told to come back than left waiting.
pub const WRITER_QUEUE: usize = 1_024;

/// Requests that one transaction carries at most: more gain nothing, since the sync to disk is already shared by all,
/// and a crash then repeats less.
pub const GROUP_COMMIT: usize = 128;

/// How long the writer waits for requests that are being verified, so that they share its commit: about as long as a commit
/// takes, so that nobody waits for much more than the disk.
pub const GATHER: Duration = Duration::from_millis(1);

/// Requests that were read and wait for a core to verify them. Beyond it the server sheds: two seconds' work of one core for the
/// largest batches.
pub const VERIFY_QUEUE: usize = 512;

/// Requests that one installation may make in a burst. A sync after a week without network makes under 20.
pub const RATE_BURST: u32 = 60;

/// Milliseconds in which one request of an installation's allowance grows back: two a second are far above any honest phone,
/// and 5,000 hostile ones still leave the verifier most of its time.
pub const RATE_REFILL_MS: i64 = 500;

/// Enrolments in a burst for the whole server: an agency of 5,000 may enrol in one morning's assembly. Codes have 128 bits,
/// so this protects the cores, not the codes.
pub const ENROL_BURST: u32 = 6_000;

/// Milliseconds in which one enrolment grows back.
pub const ENROL_REFILL_MS: i64 = 20;

/// Tries of a typed code from one address in a burst: an office behind one address, where everybody types at once.
pub const TYPED_EACH_BURST: u32 = 60;

/// Milliseconds in which one try of an address grows back.
pub const TYPED_EACH_REFILL_MS: i64 = 2_000;

/// Tries of a typed code in a burst for the whole server: ten offices at once. More codes than a few hundred are links' work.
pub const TYPED_ALL_BURST: u32 = 600;

/// Milliseconds in which one try grows back: at most 2.4 million in the week that an invite lives, against 2⁵⁰ codes.
pub const TYPED_ALL_REFILL_MS: i64 = 250;

/// How long the help desk finds a phone by its code, milliseconds: a question on Friday is answered on Monday.
pub const HELP_LIFE_MS: i64 = 7 * 86_400_000;

/// Seconds that a shed request is told to wait; phones add full jitter.
pub const SHED_RETRY_AFTER_S: u32 = 5;

/// Seconds that a phone is told to wait when the server's clock is behind what it has signed: an administrator has to look.
pub const CLOCK_BEHIND_RETRY_AFTER_S: u32 = 60;

/// How far the server's clock may be behind what it has signed before it is in doubt which day it is, milliseconds: one set by
/// hand is off by minutes, and no plan changes with them.
pub const CLOCK_DOUBT_MS: i64 = 600_000;

/// How far the time that the operator states may be from the machine's clock, milliseconds: what is read off a watch and typed.
pub const STATED_TIME_MS: u64 = 300_000;

/// How far the server's clock may be from UTC when nothing better is known, milliseconds: what NTP over the internet keeps.
pub const CLOCK_ERROR_MS: u32 = 1_000;

/// How often the server notes that it is alive, so that a gap can be told as an outage.
pub const HEARTBEAT: Duration = Duration::from_secs(10);

/// How often the server looks whether `hadir admin` wrote to its database: soon enough for who watches the board.
pub const FOREIGN_CHANGES_EVERY: Duration = Duration::from_millis(500);

/// A gap between two heartbeats from which it counts as an outage, milliseconds: six missed ones.
pub const OUTAGE_MS: i64 = 60_000;

/// Days of an assignment before today: a night shift's duty date is yesterday.
pub const ASSIGNMENT_DAYS_BACK: u64 = 1;

/// Days of an assignment after today: a phone two weeks without network still knows its days.
pub const ASSIGNMENT_DAYS_AHEAD: u64 = 14;

/// Rules that may have been published after a backup was made: a restored server numbers the next one above that many, since
/// phones take no lower number than they have. More than an agency publishes in a year.
pub const PACKS_FORGOTTEN: u64 = 100;

/// Witnesses kept of one installation, a session and run each: a phone that is started anew twenty times a day is heard of for ten
/// days back, and one that says so with every request fills no disk.
pub const WITNESSES: usize = 200;

/// An assignment is replaced when fewer days than this lie ahead of today.
pub const ASSIGNMENT_RENEW_BELOW_DAYS: i64 = 10;

/// How long an invite lives unless the administrator says otherwise, milliseconds: 7 days.
pub const INVITE_LIFE_MS: i64 = 7 * 86_400_000;

/// How long a board session lives without a new login, milliseconds: one working day with its evening.
pub const SESSION_LIFE_MS: i64 = 14 * 3_600_000;

/// Changes that a slow reader of the board may lag behind before it is told to reload everything.
pub const CHANGE_BACKLOG: usize = 256;

/// Rows of a staff list in one import: ten times the largest city named in DOMAIN.md's sources would still fit.
pub const STAFF_ROWS: usize = 100_000;

/// Boards open at once. Each costs a task and asks its feed twice a second; a city has a few hundred superiors.
pub const BOARD_VIEWERS: usize = 1_024;

/// Passwords checked at once: argon2 takes 19 MiB and 20 ms of a core for each.
pub const PASSWORD_CHECKS: usize = 2;

/// Days back whose corrections an assignment carries: a month, in which verdicts are looked at and appealed against.
pub const CORRECTION_DAYS_BACK: u64 = 31;

/// Decided requests and appeals that the board's page lists, the newest of them: a screen of a month; `hadir admin` lists all.
pub const ASKS_SHOWN: usize = 100;

/// How long requests and appeals are listed on the board, milliseconds: a quarter of a year, three times as long as a verdict is
/// looked at; `hadir admin` lists all.
pub const ASKS_LISTED_MS: i64 = 92 * 86_400_000;

/// Open requests and appeals of one person that the board's page lists, the oldest of them: the next follow as those are decided.
/// Nobody honest has as many, and a phone that sends thousands hides nobody else's.
pub const ASKS_OPEN_EACH: usize = 20;

/// Days ahead whose recalls the board's page lists: as far as an assignment reaches.
pub const RECALLS_AHEAD_DAYS: u64 = ASSIGNMENT_DAYS_AHEAD;

/// Decisions that an assignment carries (protocol §7.4): more than a person asks in the two months that it shows, in 10 kB.
pub const ASSIGNMENT_DECISIONS: usize = 40;

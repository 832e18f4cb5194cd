//! Every limit of the phone with its reason, in one place; each floor has its section.

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
    /// Threads for name lookups that the system may leave hanging; an abandoned lookup occupies one until it ends.
    pub const LOOKUP_THREADS: usize = 8;
}

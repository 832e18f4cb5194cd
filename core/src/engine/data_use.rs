//! What went over the network, by calendar month of the office's zone, so that people on prepaid data can see it.
//!
//! Counted is what the core itself gives to the transport and takes from it: bodies as they were sent, compressed or not, and
//! addresses and headers as text. Not counted is what lies below: TLS, TCP, name lookups, and the few headers that the HTTP
//! client adds. A request of which it is known that nothing of it left is not counted; one that broke off counts as sent.
//!
//! The count lies in the state. It is written beside whatever a sync writes, and by itself at the end of a sync that wrote
//! nothing after its last exchange: a tap never writes it. A sync that was put off writes it only once it has come to
//! something, since an outage must not wear the medium. So a process that is killed loses what one sync had moved since its
//! last commit, and at most [`DATA_UNWRITTEN_BYTES`](limits::DATA_UNWRITTEN_BYTES) of those before.

use serde::{Deserialize, Serialize};

use super::{
    CheckInEngine, EngineError,
    state::Remark,
    store::{Control, Store},
};
use crate::{
    journal::FrameKind,
    limits::engine as limits,
    ports::{HttpRequest, HttpResponse, Reading, TransportError},
    schedule::{YearMonth, Zone},
};

/// What went over the network this month and the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DataUse {
    /// The present month, of the office's zone; all zero where nothing was counted so far.
    pub this_month: MonthUse,
    /// The month before; `None` where nothing was counted in it.
    pub last_month: Option<MonthUse>,
    /// When counting began, by the best clock of then, milliseconds; `None` before the first request.
    pub since_ms: Option<i64>,
    /// The office's zone.
    pub zone: Zone,
}

/// What went over the network in a month: bodies, addresses and headers, without TLS and what is below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthUse {
    /// The month.
    pub month: YearMonth,
    /// Bytes sent.
    pub sent_bytes: u64,
    /// Bytes received.
    pub received_bytes: u64,
    /// Requests.
    pub requests: u64,
}

impl MonthUse {
    const fn of(month: YearMonth) -> Self {
        Self { month, sent_bytes: 0, received_bytes: 0, requests: 0 }
    }
}

/// The count as the state keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DataCount {
    since_ms: Option<i64>,
    /// The one that was added to last comes last.
    months: Vec<MonthUse>,
}

impl DataCount {
    fn add(&mut self, now_ms: i64, zone: Zone, sent_bytes: u64, received_bytes: u64) {
        let month = YearMonth::of(zone.local(now_ms).date());
        self.since_ms.get_or_insert(now_ms);
        let known = self.months.iter().position(|known| known.month == month);
        let before = known.map_or(MonthUse::of(month), |at| self.months.remove(at));
        self.months.push(MonthUse {
            month,
            sent_bytes: before.sent_bytes.saturating_add(sent_bytes),
            received_bytes: before.received_bytes.saturating_add(received_bytes),
            requests: before.requests.saturating_add(1),
        });
        let spare = self.months.len().saturating_sub(limits::DATA_MONTHS);
        self.months.drain(..spare);
    }

    fn of(&self, month: YearMonth) -> Option<MonthUse> {
        self.months.iter().find(|known| known.month == month).copied()
    }
}

/// Bytes of a request: what stands in its first line, its headers and its body.
fn sent(request: &HttpRequest) -> u64 {
    let path = request.url.splitn(4, '/').nth(3).map_or(1, |path| path.len() + 1);
    let head = request.method.as_str().len() + path + " HTTP/1.1\r\n ".len();
    let headers: usize = request.headers.iter().map(|(name, value)| name.len() + value.len() + ": \r\n".len()).sum();
    (head + headers + "\r\n".len() + request.body.len()) as u64
}

/// Bytes of a response, in the same way.
fn received(response: &HttpResponse) -> u64 {
    let headers: usize = response.headers.iter().map(|(name, value)| name.len() + value.len() + ": \r\n".len()).sum();
    ("HTTP/1.1 200\r\n\r\n".len() + headers + response.body.len()) as u64
}

/// What an exchange moved; `None` where nothing left the phone.
fn moved(request: &HttpRequest, answer: &Result<HttpResponse, TransportError>) -> Option<(u64, u64)> {
    match answer {
        Ok(response) => Some((sent(request), received(response))),
        Err(
            TransportError::Unreachable
            | TransportError::Tls(_)
            | TransportError::Proxy(_)
            | TransportError::Unsendable(_),
        ) => None,
        Err(
            TransportError::Timeout
            | TransportError::Cancelled
            | TransportError::Broken
            | TransportError::TooLarge { .. },
        ) => Some((sent(request), 0)),
    }
}

impl Store {
    /// Counts an exchange.
    pub(super) fn count(&mut self, request: &HttpRequest, answer: &Result<HttpResponse, TransportError>, now: Reading) {
        let Some((sent, received)) = moved(request, answer) else { return };
        let now_ms = self.now(now).ms;
        let zone = self.rules.zone(&self.state, now_ms);
        self.state.data.add(now_ms, zone, sent, received);
        self.data_unwritten = self.data_unwritten.saturating_add(sent).saturating_add(received);
    }

    /// The count, to go with what is written anyhow; nothing where it is written already.
    pub(super) fn counted(&mut self) -> Option<Control> {
        let unwritten = std::mem::take(&mut self.data_unwritten);
        (unwritten > 0).then(|| Control::json(FrameKind::Note, &Remark::Data(self.state.data.clone())))
    }

    /// Writes the count down if at least so many bytes are not in it; a full disk only leaves it to the next sync.
    pub(super) fn write_count(&mut self, at_least_bytes: u64) {
        let unwritten = self.data_unwritten;
        if unwritten < at_least_bytes {
            return;
        }
        if let Some(control) = self.counted()
            && self.control(vec![control]).is_err()
        {
            self.data_unwritten = unwritten;
        }
    }
}

impl CheckInEngine {
    /// What this installation has sent and received this month and the month before, in the office's zone.
    ///
    /// # Errors
    /// [`EngineError::NotEnrolled`].
    pub fn data_use(&self) -> Result<DataUse, EngineError> {
        let reading = self.ports.clock.read();
        let mut inner = self.inner();
        let store = inner.enrolled()?;
        store.session(reading, &*self.ports.entropy)?;
        let now_ms = store.now(reading).ms;
        let zone = store.rules.zone(&store.state, now_ms);
        let month = YearMonth::of(zone.local(now_ms).date());
        let count = &store.state.data;
        Ok(DataUse {
            this_month: count.of(month).unwrap_or(MonthUse::of(month)),
            last_month: month.previous().and_then(|before| count.of(before)),
            since_ms: count.since_ms,
            zone,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::Method;

    const NOVEMBER_MS: i64 = 1_795_478_409_500;

    #[test]
    fn a_request_that_never_left_costs_nothing_and_one_that_broke_off_costs_what_was_sent() {
        let headers = vec![("hadir-request", "abc".to_owned())];
        let url = "https://hadir.example/v1/token".to_owned();
        let request = HttpRequest { method: Method::Post, url, headers, body: vec![0; 10] };
        let bytes = "POST /v1/token HTTP/1.1\r\nhadir-request: abc\r\n\r\n".len() as u64 + 10;
        assert_eq!(moved(&request, &Err(TransportError::Unreachable)), None);
        assert_eq!(moved(&request, &Err(TransportError::Timeout)), Some((bytes, 0)));
        let headers = vec![("hadir-head".to_owned(), "x".to_owned())];
        let answer = HttpResponse { status: 200, headers, body: vec![0; 7] };
        let back = "HTTP/1.1 200\r\nhadir-head: x\r\n\r\n".len() as u64 + 7;
        assert_eq!(moved(&request, &Ok(answer)), Some((bytes, back)));
    }

    #[test]
    fn a_month_begins_at_midnight_of_the_office_and_a_wrong_clock_takes_no_month_away() {
        let mut count = DataCount::default();
        // 23.30 UTC on 31 October is 07.30 on 1 November in Makassar.
        let first_ms = 1_793_489_400_000;
        count.add(first_ms - 86_400_000, Zone::WITA, 1, 2);
        count.add(first_ms, Zone::WITA, 10, 20);
        for wrong_ms in [0, 4_102_444_800_000] {
            count.add(wrong_ms, Zone::WITA, 5, 5);
        }
        count.add(NOVEMBER_MS, Zone::WITA, 100, 200);
        let use_of = |month: &str| count.of(month.parse().unwrap()).map(|month| (month.sent_bytes, month.requests));
        assert_eq!(use_of("2026-11"), Some((110, 2)));
        assert_eq!(use_of("2026-10"), Some((1, 1)));
        for years in 1..=6 {
            count.add(NOVEMBER_MS + years * 86_400_000 * 366, Zone::WITA, 1, 1);
        }
        assert_eq!(count.months.len(), limits::DATA_MONTHS);
    }
}

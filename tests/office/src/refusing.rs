//! A server that can't take a record: the one thing that a true server never does on purpose.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use hadir_bindings::Interposed;
use hadir_core::{
    ports::{HttpRequest, HttpResponse},
    wire::{Problem, ProblemCode},
};

static REFUSING: AtomicBool = AtomicBool::new(false);
/// Whether the next request meets a fault of the program.
static PANICS: AtomicBool = AtomicBool::new(false);
/// Where requests go instead, as `host:port`.
static ELSEWHERE: Mutex<Option<String>> = Mutex::new(None);
/// The newest signed head that the true server gave: a refusal without one would not be believed.
static HEAD: Mutex<Option<String>> = Mutex::new(None);

pub(crate) fn panic_next() {
    PANICS.store(true, Ordering::Release);
}

/// Sends what is asked of the server to another address, or no longer.
pub(crate) fn elsewhere(address: Option<String>) {
    *ELSEWHERE.lock().unwrap_or_else(PoisonError::into_inner) = address;
}

pub(crate) fn refuse(on: bool) {
    REFUSING.store(on, Ordering::Release);
}

/// Answers batches in the server's place while it refuses.
pub(crate) struct Refusing;

impl Interposed for Refusing {
    fn seen(&self, response: &HttpResponse) {
        if let Some(head) = response.header("hadir-head") {
            *HEAD.lock().unwrap_or_else(PoisonError::into_inner) = Some(head.to_owned());
        }
    }

    fn redirect(&self, url: &str) -> Option<String> {
        let address = ELSEWHERE.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let path = url.splitn(4, '/').nth(3).unwrap_or_default();
        Some(format!("http://{address}/{path}"))
    }

    fn instead(&self, request: &HttpRequest) -> Option<HttpResponse> {
        assert!(!PANICS.swap(false, Ordering::AcqRel), "a fault that a test asked for");
        let is_batch = request.url.ends_with("/v1/records");
        (is_batch && REFUSING.load(Ordering::Acquire)).then(|| {
            let code = ProblemCode::BadRecord;
            let problem = Problem::new(code, "a record of the batch can't be stored");
            let head = HEAD.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let mut headers = vec![("content-type".to_owned(), "application/problem+json".to_owned())];
            headers.extend(head.map(|head| ("hadir-head".to_owned(), head)));
            HttpResponse { status: code.status(), headers, body: serde_json::to_vec(&problem).unwrap_or_default() }
        })
    }
}

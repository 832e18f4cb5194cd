//! Accepts connections: a bounded number, with a time limit on every head, and a stop that closes them all.
//!
//! `axum::serve` has neither a header timeout nor a cap, so hyper is driven here.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use hyper::{Request, body::Incoming, server::conn::http1, service::Service};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

use super::Peer;
use crate::limits::{BODY_TIMEOUT, CONNECTIONS, HEADER_TIMEOUT, STOP_GRACE};

/// Connections that the system holds until they are accepted: a whole agency may come in the same second.
const BACKLOG: u32 = 4_096;

/// How long to wait after an accept that failed, which means that the process has no file descriptor left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How connections are treated.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Connections at once.
    pub connections: usize,
    /// How long the head of a request, or the pause before it, may take.
    pub header_timeout: Duration,
    /// How long a whole body may take.
    pub body_timeout: Duration,
    /// How long a stop waits for requests under way.
    pub stop_grace: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: CONNECTIONS,
            header_timeout: HEADER_TIMEOUT,
            body_timeout: BODY_TIMEOUT,
            stop_grace: STOP_GRACE,
        }
    }
}

/// Binds an address, which may have been in use a moment ago.
///
/// # Errors
/// What the system reports, such as an address in use.
pub fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until `stop` turns true. Then the listener is closed at once, idle connections too, and requests under way have
/// [`Bounds::stop_grace`] to end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<TlsAcceptor>,
    bounds: Bounds,
    mut stop: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(bounds.connections));
    let mut connections = JoinSet::new();
    let told = stop.clone();
    loop {
        // A place first: who does not get one waits in the system's queue and costs nothing here.
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await.ok()?;
            Some((place, listener.accept().await))
        };
        tokio::select! {
            () = stopped(&mut stop) => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = accepted => match accepted {
                None => break,
                Some((place, Ok((stream, from)))) => {
                    let (router, tls, stop) = (router.clone(), tls.clone(), told.clone());
                    connections.spawn(async move {
                        let app = App { router: TowerToHyperService::new(router), peer: Peer(from.ip()) };
                        connection(stream, app, tls, bounds, stop).await;
                        drop(place);
                    });
                }
                Some((_, Err(_))) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
        }
    }
    drop(listener);
    // Each connection stops by itself within the grace; what does not is cut.
    let _ = timeout(bounds.stop_grace, async { while connections.join_next().await.is_some() {} }).await;
    connections.shutdown().await;
}

/// Returns when the server is to stop; a sender that is gone means the same.
pub async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// The pages of one connection: each request is told where it comes from.
struct App {
    router: TowerToHyperService<Router>,
    peer: Peer,
}

impl Service<Request<Incoming>> for App {
    type Response = <TowerToHyperService<Router> as Service<Request<Incoming>>>::Response;
    type Error = <TowerToHyperService<Router> as Service<Request<Incoming>>>::Error;
    type Future = <TowerToHyperService<Router> as Service<Request<Incoming>>>::Future;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(self.peer);
        self.router.call(request)
    }
}

async fn connection(
    stream: TcpStream,
    app: App,
    tls: Option<TlsAcceptor>,
    bounds: Bounds,
    stop: watch::Receiver<bool>,
) {
    // Answers are small and whole: waiting to fill a packet would only add delay.
    let _ = stream.set_nodelay(true);
    match tls {
        None => http(stream, app, bounds, stop).await,
        Some(acceptor) => {
            if let Ok(Ok(stream)) = timeout(bounds.header_timeout, acceptor.accept(stream)).await {
                http(stream, app, bounds, stop).await;
            }
        }
    }
}

async fn http(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    app: App,
    bounds: Bounds,
    mut stop: watch::Receiver<bool>,
) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.header_timeout)
        .serve_connection(TokioIo::new(stream), app);
    tokio::pin!(connection);
    tokio::select! {
        // A connection that breaks is the phone's affair: it sends again.
        _ = connection.as_mut() => return,
        () = stopped(&mut stop) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

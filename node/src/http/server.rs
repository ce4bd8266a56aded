//! The listening socket and its connections: how many there may be, how slow they may be, and how
//! they end.

use super::gate::Remote;
use super::slow::Slow;
use super::{Api, routes};
use axum::Router;
use axum::extract::Request;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::{ServiceExt, service_fn};

/// Bytes of the head of a request.
const HEAD_BYTES_MAX: usize = 32 * 1024;

/// Headers of a request.
const HEADERS_MAX: usize = 64;

/// How long to wait when the system gives no connection, so that a full table is no busy loop.
const PAUSE: Duration = Duration::from_millis(50);

/// A server that listens, and does not answer yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    api: Arc<Api>,
}

impl Server {
    /// Listens.
    pub async fn bind(api: Api) -> io::Result<Self> {
        let listener = TcpListener::bind(api.settings.listen).await?;
        let address = listener.local_addr()?;
        Ok(Self {
            listener,
            address,
            api: Arc::new(api),
        })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `stop` is cancelled, and then lets requests that have begun come to their end.
    pub async fn run(self, stop: CancellationToken) {
        let (router, _) = routes::router(&self.api);
        let open = Arc::new(Open::default());
        let tasks = TaskTracker::new();
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => break,
                accepted = self.listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, remote)) => {
                    open.make_room(self.api.settings.bounds.connections);
                    let seat = open.seat();
                    let router = router.clone();
                    let (api, stop) = (Arc::clone(&self.api), stop.clone());
                    tasks.spawn(serve(api, router, (stream, remote), seat, stop));
                }
                Err(error) => {
                    tracing::warn!("no connection could be accepted: {error}");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        drop(self.listener);
        self.api.stop.cancel();
        tasks.close();
        let drain = self.api.settings.bounds.drain;
        if tokio::time::timeout(drain, tasks.wait()).await.is_err() {
            tracing::warn!("{} requests were cut off", tasks.len());
            open.close_all();
        }
    }
}

/// One connection, from its first request to its last.
async fn serve(
    api: Arc<Api>,
    router: Router,
    (stream, remote): (TcpStream, SocketAddr),
    seat: Seat,
    stop: CancellationToken,
) {
    api.meters.connections.inc();
    let bounds = api.settings.bounds;
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("a connection's delay cannot be set: {error}");
    }
    let seen = Arc::clone(&seat.seen);
    let service = service_fn(move |mut request: Request<hyper::body::Incoming>| {
        seen.begin();
        request.extensions_mut().insert(Remote(remote.ip()));
        let answer = router.clone().oneshot(request.map(axum::body::Body::new));
        let seen = Arc::clone(&seen);
        async move {
            let answer = answer.await;
            seen.end();
            answer
        }
    });
    let io = TokioIo::new(Slow::new(stream, bounds.write));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(io, TowerToHyperService::new(service));
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = seat.close.cancelled() => Ok(()),
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = connection.as_mut() => ended,
                () = seat.close.cancelled() => Ok(()),
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%remote, "a connection ended: {error}");
    }
    api.meters.connections.dec();
}

/// The connections that are open, the oldest first.
#[derive(Debug, Default)]
struct Open {
    next: AtomicU64,
    seats: Mutex<BTreeMap<u64, (Arc<Seen>, CancellationToken)>>,
}

/// One of them.
#[derive(Debug)]
struct Seat {
    number: u64,
    open: Arc<Open>,
    seen: Arc<Seen>,
    close: CancellationToken,
}

/// What a connection is doing.
#[derive(Debug)]
struct Seen {
    state: Mutex<(usize, Instant)>,
}

impl Seen {
    fn begin(&self) {
        self.change(|busy| busy.saturating_add(1));
    }

    fn end(&self) {
        self.change(|busy| busy.saturating_sub(1));
    }

    fn change(&self, change: impl FnOnce(usize) -> usize) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = (change(state.0), Instant::now());
    }

    /// Since when nothing was asked of it; none while something is.
    fn idle_since(&self) -> Option<Instant> {
        let (busy, since) = *self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (busy == 0).then_some(since)
    }
}

impl Open {
    fn seat(self: &Arc<Self>) -> Seat {
        let seen = Arc::new(Seen {
            state: Mutex::new((0, Instant::now())),
        });
        let close = CancellationToken::new();
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let seat = (Arc::clone(&seen), close.clone());
        self.seats().insert(number, seat);
        Seat {
            number,
            open: Arc::clone(self),
            seen,
            close,
        }
    }

    /// Closes connections that have been idle for longest, or else the oldest, until there is room
    /// for one more: whoever only holds connections cannot keep others out.
    fn make_room(&self, most: usize) {
        let mut seats = self.seats();
        while seats.len() >= most.max(1) {
            let idle = seats
                .iter()
                .filter_map(|(number, (seen, _))| Some((seen.idle_since()?, *number)));
            let victim = idle.min().map(|(_, number)| number);
            let Some(number) = victim.or_else(|| seats.keys().next().copied()) else {
                return;
            };
            if let Some((_, close)) = seats.remove(&number) {
                close.cancel();
            }
        }
    }

    fn close_all(&self) {
        self.seats().values().for_each(|(_, close)| close.cancel());
    }

    fn seats(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, (Arc<Seen>, CancellationToken)>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.open.seats().remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_idle_for_longest_makes_room() {
        let open = Arc::new(Open::default());
        let (busy, idle, late) = (open.seat(), open.seat(), open.seat());
        busy.seen.begin();
        late.seen.begin();
        late.seen.end();
        open.make_room(3);
        assert!(idle.close.is_cancelled());
        assert!(!busy.close.is_cancelled() && !late.close.is_cancelled());
        open.make_room(1);
        assert!(busy.close.is_cancelled() && late.close.is_cancelled());
    }
}

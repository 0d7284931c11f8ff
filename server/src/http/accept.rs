//! Accepts connections, plain or TLS, HTTP/1.1. Each takes a place in a room of limited size, may keep the server waiting only so long, and is shut
//! down gracefully.

mod carried;
mod coming;
pub mod room;
mod watched;

use crate::{http::tls::Certificates, limits::Limits};
use axum::Router;
use carried::carried;
use coming::Coming;
use hyper::{
    Request, StatusCode,
    body::Incoming,
    server::conn::http1,
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use room::{Room, TakenPlace};
use std::{convert::Infallible, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use watched::Watched;

/// The most bytes that are buffered for a connection; so a request's head cannot be longer.
const BUFFER_BYTES_MAX: usize = 16 * 1024;
/// How long to wait when the system cannot open another connection.
const OUT_OF_ROOM_PAUSE: Duration = Duration::from_millis(100);

/// How long a connection may keep the server waiting.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How long a handshake, or the head of a request, may take; also how long an idle connection is kept.
    pub head: Duration,
    /// How long the client may take nothing of an answer.
    pub answer: Duration,
}

impl Patience {
    /// As the limits say.
    pub fn of(limits: &Limits) -> Self {
        Self { head: Duration::from_secs(limits.head_seconds), answer: Duration::from_secs(limits.answer_seconds) }
    }
}

/// What answers, and for whom there is room.
#[derive(Debug, Clone)]
pub struct Entrance {
    /// What answers. Each request carries its connection's [`room::ConnectionPlace`].
    pub router: Router,
    /// For whom there is room.
    pub room: Arc<Room>,
    /// How long they may keep the server waiting.
    pub patience: Patience,
}

/// Accepts connections until `ending` is cancelled. Open connections then end after the answer under way, or at once if there is none.
pub async fn accept(listener: TcpListener, tls: Option<Arc<Certificates>>, entrance: Entrance, ending: CancellationToken) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = ending.cancelled() => return,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(fault) => {
                rest(&fault).await;
                continue;
            }
        };
        // Replies are short and somebody waits for them, so they are not delayed.
        _ = stream.set_nodelay(true);
        tokio::spawn(take_in(stream, peer, tls.clone(), entrance.clone(), ending.clone()));
    }
}

/// After a failed accept: a connection that the client gave up is ignored; other faults, such as a lack of open files, pass with time, so wait.
async fn rest(fault: &io::Error) {
    let harmless = [io::ErrorKind::ConnectionAborted, io::ErrorKind::ConnectionReset, io::ErrorKind::ConnectionRefused];
    if !harmless.contains(&fault.kind()) {
        tracing::warn!(%fault, "no connection can be taken in");
        sleep(OUT_OF_ROOM_PAUSE).await;
    }
}

/// Serves a connection until either side ends it.
async fn take_in(stream: TcpStream, peer: SocketAddr, tls: Option<Arc<Certificates>>, entrance: Entrance, ending: CancellationToken) {
    let seat = Arc::new(entrance.room.enter());
    let stream = Watched::new(stream, Arc::clone(&seat), entrance.patience.answer);
    let conversation = async {
        match tls {
            None => converse(stream, peer, &seat, entrance, ending).await,
            Some(tls) => {
                let shaken = tokio::select! {
                    shaken = timeout(entrance.patience.head, tls.acceptor().accept(stream)) => shaken,
                    () = ending.cancelled() => return,
                };
                if let Ok(Ok(stream)) = shaken {
                    converse(stream, peer, &seat, entrance, ending).await;
                }
            }
        }
    };
    tokio::select! {
        () = conversation => {}
        () = seat.dismissed() => {}
    }
}

/// Serves the requests of a connection. Each carries the address of the other end and the connection's place.
async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    seat: &Arc<TakenPlace>,
    entrance: Entrance,
    ending: CancellationToken,
) {
    let (router, seated) = (TowerToHyperService::new(entrance.router), Arc::clone(seat));
    let service = service_fn(move |mut request: Request<Incoming>| {
        let (requested, seat) = (seated.request(), Arc::clone(&seated));
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(Arc::clone(seat.place()));
        let answer = router.call(request.map(|body| Coming::of(body, Arc::clone(seat.place()))));
        async move {
            let answer = answer.await?;
            if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
                seat.becomes_socket();
            }
            Ok::<_, Infallible>(carried(answer, requested))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .keep_alive(!seat.place().is_reserve())
        .header_read_timeout(entrance.patience.head)
        .max_buf_size(BUFFER_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let done = tokio::select! {
        done = connection.as_mut() => done,
        () = ending.cancelled() => {
            if seat.place().is_quiet() {
                return;
            }
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(fault) = done {
        tracing::debug!(%fault, "a connection broke");
    }
}

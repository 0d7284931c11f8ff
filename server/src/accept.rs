//! Taking in connections: plain or TLS, HTTP/1.1, with a limit to how long a request's head may take, ended gracefully.

use crate::serve::Ending;
use axum::Router;
use hyper::{
    Request,
    body::Incoming,
    server::conn::http1,
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

/// The longest that a handshake, or the head of a request, may take. Also how long an idle connection is kept.
const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// What a connection may hold back at most.
const BUFFER_BYTES_MAX: usize = 64 * 1024;
/// How long to wait when the system has no room for another connection.
const OUT_OF_ROOM_PAUSE: Duration = Duration::from_millis(100);

/// Takes in connections until `ending` turns true; those that are there then end after the answer they are at.
pub async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, router: Router, mut ending: Ending) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = ending.come() => return,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(fault) => {
                rest(&fault).await;
                continue;
            }
        };
        // Replies are short and waited for.
        _ = stream.set_nodelay(true);
        let (tls, router, ending) = (tls.clone(), router.clone(), ending.clone());
        tokio::spawn(async move {
            match tls {
                None => converse(stream, peer, router, ending).await,
                Some(tls) => {
                    if let Some(stream) = shake_hands(&tls, stream).await {
                        converse(stream, peer, router, ending).await;
                    }
                }
            }
        });
    }
}

/// A connection that failed before it was taken in is nobody's problem; a lack of room passes.
async fn rest(fault: &io::Error) {
    let harmless = [io::ErrorKind::ConnectionAborted, io::ErrorKind::ConnectionReset, io::ErrorKind::ConnectionRefused];
    if !harmless.contains(&fault.kind()) {
        tracing::warn!(%fault, "no connection can be taken in");
        sleep(OUT_OF_ROOM_PAUSE).await;
    }
}

async fn shake_hands(tls: &TlsAcceptor, stream: TcpStream) -> Option<tokio_rustls::server::TlsStream<TcpStream>> {
    timeout(HEAD_WITHIN, tls.accept(stream)).await.ok()?.ok()
}

/// Each request says who is at the other end of its connection.
async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, peer: SocketAddr, router: Router, mut ending: Ending) {
    let answers = TowerToHyperService::new(router);
    let answers = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        answers.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(BUFFER_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), answers)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let done = tokio::select! {
        done = connection.as_mut() => done,
        () = ending.come() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(fault) = done {
        tracing::debug!(%fault, "a connection broke");
    }
}

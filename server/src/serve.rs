//! Starting and ending a server: the seam that the program and the tests share.

use crate::{
    http::{
        accept::{self, Entrance, Patience, room::Room},
        metrics, requests,
        router::router,
        tls::Certificates,
    },
    limits::Limits,
    metrics::Watch,
    operator::{
        folder::{DataFolder, NotYours, holds_school, says_missing},
        handover::{self, Posted},
    },
    process,
    reach::Reach,
    school::{School, Serving, opened::Opened},
    stop::Stop,
};
use axum::{Router, middleware};
use domain::protocol::BUILD;
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpSocket},
    sync::oneshot,
    time::timeout,
};
use tokio_util::sync::{CancellationToken, DropGuard};

/// How long the connections have to end.
const END_WITHIN: Duration = Duration::from_secs(10);
/// How many open files are reserved for other things than connections: the store, its readers, and files that are opened briefly.
const FILES_RESERVED: u64 = 400;
/// The fewest connections, however few open files the system allows.
const CONNECTIONS_MIN: u64 = 100;
/// So many connections may be made before the server takes them; the system may allow fewer.
const WAITING_CONNECTIONS_MAX: u32 = 4_096;
/// The side door is the operator's alone.
const SIDE_DOOR_CONNECTIONS_MAX: usize = 256;
/// Whoever reads what is measured needs one.
const METRICS_CONNECTIONS_MAX: usize = 16;

/// How to serve.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// The data folder.
    pub data: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Certificate chain and key, as PEM files.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Whether a proxy in front of the server takes care of TLS.
    pub behind_proxy: bool,
    /// The origin under which browsers reach the server.
    pub origin: Option<String>,
    /// Begin a new school, in a data folder that holds none.
    pub new: bool,
    /// The oldest build of the app that is not asked to load a newer one; an older one sends what waits, then loads the page again.
    pub minimum_build: u32,
    /// What anybody may ask of it.
    pub limits: Limits,
}

impl ServerConfig {
    /// Serving on a free port of this machine.
    pub fn local(data: PathBuf) -> Self {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self { data, listen, tls: None, behind_proxy: false, origin: None, new: false, minimum_build: BUILD, limits: Limits::default() }
    }

    fn is_public(&self) -> bool {
        self.behind_proxy || !self.listen.ip().is_loopback()
    }
}

/// A server that runs.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where a browser finds it.
    pub url: String,
    /// Where Prometheus finds what is measured.
    pub metrics: Option<SocketAddr>,
    certificates: Option<Arc<Certificates>>,
    ending: DropGuard,
    closed: oneshot::Receiver<()>,
    // In this order: the notice goes before the lock does.
    _notice: Posted,
    _folder: DataFolder,
}

impl Running {
    /// Reads certificate and key again, for the connections to come. Says what was done.
    ///
    /// # Errors
    /// When they cannot be used; those before stay in use.
    pub fn reload(&self) -> Result<&'static str, Stop> {
        let Some(certificates) = &self.certificates else { return Ok("There is no certificate to read again.") };
        certificates.read_again().map_err(|fault| Stop(format!("Certificate and key stay as they are: {fault}")))?;
        Ok("Certificate and key were read again, for the connections to come.")
    }

    /// Ends it: no new connections, open ones finish the answer they are at, sockets are told, the store is closed.
    pub async fn shutdown(self) {
        drop(self.ending);
        if timeout(END_WITHIN, self.closed).await.is_err() {
            tracing::warn!("some connections did not end in time");
        }
    }
}

/// Starts a server.
///
/// # Errors
/// When it may not or cannot serve like this.
pub async fn start(config: ServerConfig) -> Result<Running, Stop> {
    check_reach(&config)?;
    let certificates = config.tls.as_ref().map(|(certificate, key)| Certificates::read(certificate, key)).transpose();
    let certificates = certificates.map_err(|fault| Stop(format!("Not started: {fault}")))?.map(Arc::new);
    check_school(&config)?;
    let folder = locked(&config.data)?;
    let watch = Watch::new(config.limits.slow_ms, config.limits.metrics.is_some());
    let opened = Opened::of(&folder, &config.limits, &watch);
    let opened = opened.map_err(|fault| Stop::because(format!("Not started: {fault}. Nothing was changed.")))?;
    if opened.is_demo && config.is_public() {
        return Err(Stop::because(
            "Not started: this is the demo school, whose passwords everybody knows, so it is served on this machine only. \
             Use --listen 127.0.0.1:8080, or another --data folder for a real school.",
        ));
    }
    let unbound =
        |fault| Stop::because(format!("Not started: {} cannot be listened on ({fault}). Choose another --listen.", config.listen));
    let listener = listening(config.listen).map_err(unbound)?;
    let address = listener.local_addr().map_err(unbound)?;
    let side_door = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(unbound)?;
    let notice = side_door.local_addr().and_then(|address| Posted::post(folder.path(), address));
    let notice = notice.map_err(|fault| Stop::because(format!("Not started: {fault}. The data folder must be writable.")))?;

    let measured = match config.limits.metrics {
        None => None,
        Some(wanted) => Some(bind_metrics(wanted).await?),
    };
    let ending = CancellationToken::new();
    let https = certificates.is_some() || config.origin.as_ref().is_some_and(|origin| origin.starts_with("https://"));
    let url = config.origin.clone().unwrap_or_else(|| format!("{}://{address}", if https { "https" } else { "http" }));
    let reach = Reach { https, origin: config.origin, behind_proxy: config.behind_proxy, address };
    let (limits, minimum_build) = (config.limits, config.minimum_build);
    let (connections_max, patience) = (connections_max(&limits), Patience::of(&limits));
    let room = Room::of(connections_max, limits.heads_max);
    let (school, closed) = School::serve(opened, Serving { reach, minimum_build, limits, watch: watch.clone(), ending: ending.clone() });
    let school = Arc::new(school);
    let operations = noted(notice.router(school.writer.clone()), &watch);
    let measures = noted(metrics::router(Arc::clone(&school)), &watch);
    let own_room = Room::of(SIDE_DOOR_CONNECTIONS_MAX, SIDE_DOOR_CONNECTIONS_MAX);
    let operations = Entrance { router: operations, room: own_room, patience };
    tokio::spawn(accept::accept(side_door, None, operations, ending.clone()));
    let metrics = measured.map(|(listener, address)| {
        tracing::info!(%address, "metrics are told at /metrics");
        let own_room = Room::of(METRICS_CONNECTIONS_MAX, METRICS_CONNECTIONS_MAX);
        tokio::spawn(accept::accept(listener, None, Entrance { router: measures, room: own_room, patience }, ending.clone()));
        address
    });
    tokio::spawn(accept::accept(listener, certificates.clone(), Entrance { router: router(school), room, patience }, ending.clone()));
    Ok(Running { address, url, metrics, certificates, ending: ending.drop_guard(), closed, _notice: notice, _folder: folder })
}

/// Listens where people connect: a whole school does so at once when a lesson begins.
fn listening(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // As a server that starts again does: its last connections linger. On Windows this would let others listen, too.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING_CONNECTIONS_MAX)
}

/// The data folder, for this server alone.
fn locked(data: &Path) -> Result<DataFolder, Stop> {
    let folder = DataFolder::lock(data).map_err(|fault| match fault {
        NotYours::Taken(_) => {
            Stop::because(format!("Not started: {fault}. Its data is safe; stop it first, or choose another --data folder."))
        }
        NotYours::Unusable(..) => Stop::because(format!("Not started: {fault}. Choose a --data folder that you may write to.")),
    })?;
    folder.told().iter().for_each(|told| tracing::warn!("{told}"));
    handover::forget(folder.path());
    Ok(folder)
}

/// Each request has an id, and is noted.
fn noted(router: Router, watch: &Watch) -> Router {
    router.layer(middleware::from_fn_with_state(watch.clone(), requests::noted))
}

async fn bind_metrics(wanted: SocketAddr) -> Result<(TcpListener, SocketAddr), Stop> {
    let unbound = |fault| Stop::because(format!("Not started: {wanted} cannot be listened on ({fault}). Choose another --metrics."));
    let listener = TcpListener::bind(wanted).await.map_err(unbound)?;
    let address = listener.local_addr().map_err(unbound)?;
    Ok((listener, address))
}

/// As many connections as the limits allow and the system has open files for.
fn connections_max(limits: &Limits) -> usize {
    let room = process::open_files_max().map(|files| files.saturating_sub(FILES_RESERVED).max(CONNECTIONS_MIN));
    let room = room.map_or(usize::MAX, |room| usize::try_from(room).unwrap_or(usize::MAX));
    if room < limits.connections_max {
        tracing::warn!(room, wanted = limits.connections_max, "the system allows fewer open files than there may be connections");
    }
    room.min(limits.connections_max)
}

/// A folder without a school is most often the wrong one.
fn check_school(config: &ServerConfig) -> Result<(), Stop> {
    match (holds_school(&config.data), config.new) {
        (true, false) | (false, true) => Ok(()),
        (false, false) => Err(Stop::because(format!("Not started: {}. For a new school, add --new.", says_missing(&config.data)))),
        (true, true) => {
            let data = config.data.display();
            Err(Stop::because(format!("Not started: {data} holds a school already, which is safe. Leave --new out to serve it.")))
        }
    }
}

/// Browsers give service workers, locks and cryptography to secure contexts only: https, or this very machine.
fn check_reach(config: &ServerConfig) -> Result<(), Stop> {
    if !config.listen.ip().is_loopback() && config.tls.is_none() && !config.behind_proxy {
        return Err(Stop::because(format!(
            "Not started: on {} browsers would reach Leftfold without encryption, and then refuse it offline work and storage. \
             Give --tls-cert and --tls-key, or --behind-proxy with --origin, or listen on 127.0.0.1.",
            config.listen
        )));
    }
    let Some(origin) = &config.origin else {
        if config.behind_proxy {
            return Err(Stop::because("Not started: --behind-proxy needs --origin, the address that browsers see."));
        }
        if !config.listen.ip().is_loopback() {
            return Err(Stop::because(format!(
                "Not started: on {} others can reach Leftfold, so it has to know its own name. Give --origin, the address that browsers see, \
                 such as https://quiz.school.example.",
                config.listen
            )));
        }
        return Ok(());
    };
    let host = origin.split_once("://").map(|(_, host)| host).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let secure = origin.starts_with("https://") || (origin.starts_with("http://") && matches!(name, "localhost" | "127.0.0.1" | "[::1]"));
    if origin.starts_with("https://") && config.tls.is_none() && !config.behind_proxy {
        return Err(Stop::because(format!("Not started: nothing encrypts {origin}. Give --tls-cert and --tls-key, or --behind-proxy.")));
    }
    if !secure || host.is_empty() || host.contains(['/', '@', '?', '#', ' ']) {
        return Err(Stop::because(format!(
            "Not started: {origin} is no origin that works. Give it like https://quiz.school.example, without a path."
        )));
    }
    Ok(())
}

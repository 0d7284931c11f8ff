//! Handing work to the server that runs on the same data folder: it listens on a loopback port of its own, and its address and a token
//! stand in a file that only the operator can read.

use crate::{
    auth::token::new_token,
    engine::{Answer, Operated, Operation, Work},
    error::Problem,
    operator::messages,
    writer::Writer,
};
use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, FromRequestParts, State},
    http::{HeaderMap, Request, StatusCode, header, request::Parts},
    routing::{get, post},
};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use std::{
    error::Error,
    fs::{self, File},
    io::{self, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    pin::pin,
    sync::Arc,
    time::Duration,
};
use subtle::ConstantTimeEq as _;
use tokio::{net::TcpStream, time::timeout};

/// The most bytes of an operation: a large course.
const OPERATION_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The longest that an operation may take.
const OPERATION_WITHIN: Duration = Duration::from_secs(120);

/// Where the running server takes operations, and the word that it takes them on.
#[derive(Debug, Serialize, Deserialize)]
struct Notice {
    address: SocketAddr,
    token: String,
}

/// The notice as it lies in the data folder; gone with this.
#[derive(Debug)]
pub struct Posted {
    file: PathBuf,
    token: Arc<str>,
}

impl Posted {
    /// Writes the notice.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn post(folder: &Path, address: SocketAddr) -> io::Result<Self> {
        let file = notice_in(folder);
        let token: Arc<str> = new_token().into();
        let notice = Notice { address, token: token.as_ref().to_owned() };
        // Not there before, so that nobody else's rights are on it; and it appears whole, for whoever looks at just this moment.
        let unfinished = folder.join("handover.json.part");
        match fs::remove_file(&unfinished) {
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => return Err(fault),
            Ok(()) | Err(_) => {}
        }
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&unfinished)?.write_all(&serde_json::to_vec(&notice).map_err(io::Error::other)?)?;
        fs::rename(&unfinished, &file)?;
        Ok(Self { file, token })
    }

    /// What answers at that address.
    pub fn router(&self, writer: Writer) -> Router {
        let desk = Desk { token: Arc::clone(&self.token), writer };
        Router::new()
            .route("/api/operations", post(operate))
            .route("/docs/messages", get(async |_: Operator, headers: HeaderMap| messages::page(&headers)))
            .layer(DefaultBodyLimit::max(OPERATION_BYTES_MAX))
            .with_state(desk)
    }
}

impl Drop for Posted {
    fn drop(&mut self) {
        // A notice that stays is harmless: without a lock on the folder nobody reads it.
        _ = fs::remove_file(&self.file);
    }
}

#[derive(Clone)]
struct Desk {
    token: Arc<str>,
    writer: Writer,
}

/// Whoever shows the token. Looked at before anything else is read.
struct Operator;

impl FromRequestParts<Desk> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Problem> {
        let shown = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
        // The time does not tell where they differ.
        let is_operators = |shown: &&[u8]| shown.ct_eq(desk.token.as_bytes()).into();
        shown.filter(is_operators).map(|_| Self).ok_or(Problem::NotTheOperator)
    }
}

/// `POST /api/operations`.
async fn operate(State(desk): State<Desk>, _: Operator, body: Bytes) -> Result<Json<Operated>, Problem> {
    let operation: Operation = serde_json::from_slice(&body).map_err(|fault| Problem::Unreadable(fault.to_string()))?;
    match desk.writer.ask(Work::Operation(operation)).await? {
        Answer::Operated(operated) => Ok(Json(operated)),
        Answer::Reply(..) | Answer::Granted(_) | Answer::Done => unreachable!("an operation is answered by what became of it"),
    }
}

/// Takes away the notice of a server that was killed, so that nobody speaks to its old address while the next one starts. The folder is
/// locked by the one who starts.
pub fn forget(folder: &Path) {
    // One that stays is overwritten.
    _ = fs::remove_file(notice_in(folder));
}

fn notice_in(folder: &Path) -> PathBuf {
    folder.join("handover.json")
}

/// Has the running server do it.
///
/// # Errors
/// When there is none that can be reached, or it turns the work away: in a sentence for the operator.
pub fn hand_over(folder: &Path, operation: &Operation) -> Result<Operated, String> {
    let busy = "Another Leftfold command is at work on this data folder. Nothing was changed; try again when it is done.";
    let notice = fs::read(notice_in(folder)).map_err(|_| busy.to_owned())?;
    let Notice { address, token } = serde_json::from_slice(&notice).map_err(|_| busy.to_owned())?;
    let body = serde_json::to_vec(operation).map_err(|fault| fault.to_string())?;
    let unreached =
        |fault: String| format!("The running server did not answer ({fault}). Look whether the work was done before you try it again.");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|fault| fault.to_string())?;
    let asked = runtime.block_on(async { timeout(OPERATION_WITHIN, ask(address, &token, body)).await });
    let (status, text) = match asked {
        Ok(answered) => answered.map_err(|fault| unreached(fault.to_string()))?,
        Err(_) => return Err(unreached(format!("in {} seconds", OPERATION_WITHIN.as_secs()))),
    };
    if status != StatusCode::OK {
        let text = String::from_utf8_lossy(&text);
        return Err(format!("The running server did not do it: {text}"));
    }
    serde_json::from_slice(&text).map_err(|fault| unreached(fault.to_string()))
}

/// Sends one operation over a connection of its own; the status and the body of the answer.
async fn ask(address: SocketAddr, token: &str, operation: Vec<u8>) -> Result<(StatusCode, Bytes), Box<dyn Error>> {
    let stream = TokioIo::new(TcpStream::connect(address).await?);
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await?;
    let asked = Request::post("/api/operations")
        .header(header::HOST, address.to_string())
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(operation))?;
    let answered = async {
        let answer = sender.send_request(asked).await?;
        let status = answer.status();
        let text = axum::body::to_bytes(Body::new(answer.into_body()), OPERATION_BYTES_MAX).await?;
        Ok::<_, Box<dyn Error>>((status, text))
    };
    // The connection is driven until the whole answer is here; that it ends is no news then.
    let mut driven = pin!(connection);
    let mut answered = pin!(answered);
    tokio::select! {
        biased;
        answer = &mut answered => answer,
        ended = &mut driven => { ended?; answered.await }
    }
}

//! The only file that touches the network: the socket, documents, history, and sessions.

use domain::{
    feeds::Feed,
    ids::{ClassId, ContentHash},
    protocol::{Admission, Computer, Demo, Door, ListedSession},
};
use futures::{
    SinkExt, StreamExt,
    channel::mpsc,
    future::{Either, poll_fn, select},
};
use gloo_net::{
    http::Request,
    websocket::{Message, State, WebSocketError, futures::WebSocket},
};
use leptos::task::spawn_local;

/// What a socket's task is woken by.
enum Turn {
    Heard(Option<Result<Message, WebSocketError>>),
    Say(Option<String>),
}

/// What happens on a socket.
pub enum Happened<'f> {
    /// It is open.
    Opened,
    /// The server said this.
    Frame(&'f str),
    /// It closed; whether the server had ever said anything on it.
    Closed { heard: bool },
}

/// One socket; dropping it closes it.
pub struct Socket {
    frames: mpsc::UnboundedSender<String>,
}

impl Socket {
    /// Opens a socket. `tell` is called with what happens on it until the socket is dropped.
    pub fn open(tell: impl Fn(Happened<'_>) + 'static) -> Option<Self> {
        let url = socket_url()?;
        let (frames, mut queued) = mpsc::unbounded::<String>();
        let Ok(mut socket) = WebSocket::open(&url) else {
            spawn_local(async move { tell(Happened::Closed { heard: false }) });
            return Some(Self { frames });
        };
        spawn_local(async move {
            // Frames that are sent before the socket is open wait for it.
            tell(Happened::Opened);
            _ = poll_fn(|cx| socket.poll_ready_unpin(cx)).await;
            let mut heard = false;
            loop {
                let turn = match select(socket.next(), queued.next()).await {
                    Either::Left((message, _)) => Turn::Heard(message),
                    Either::Right((frame, _)) => Turn::Say(frame),
                };
                match turn {
                    Turn::Heard(Some(Ok(message))) => {
                        heard = true;
                        if let Message::Text(text) = message {
                            tell(Happened::Frame(&text));
                        }
                    }
                    Turn::Heard(Some(Err(_)) | None) => break,
                    // On a socket that is closing this frame is not sent, but its command is still in the outbox; that it closed is told in its turn.
                    Turn::Say(Some(frame)) if matches!(socket.state(), State::Open) => _ = socket.send(Message::Text(frame)).await,
                    Turn::Say(Some(_)) => {}
                    // The client let go of the socket, and dropping it closes it.
                    Turn::Say(None) => return,
                }
            }
            tell(Happened::Closed { heard });
        });
        Some(Self { frames })
    }

    /// Sends a frame.
    pub fn send(&self, frame: String) {
        // A socket that is closing says so by itself.
        _ = self.frames.unbounded_send(frame);
    }
}

fn socket_url() -> Option<String> {
    let location = web_sys::window()?.location();
    let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
    Some(format!("{scheme}://{}/api/sync", location.host().ok()?))
}

/// What became of asking for a document.
pub enum Fetched {
    /// Its bytes.
    Of(Vec<u8>),
    /// The server has no such document, or none for this account.
    NotThere,
    /// It cannot be fetched now.
    NotNow,
}

/// Gets a document.
pub async fn content(hash: ContentHash) -> Fetched {
    match Request::get(&format!("/api/content/{hash}")).send().await {
        Ok(response) if response.ok() => response.binary().await.map_or(Fetched::NotNow, Fetched::Of),
        Ok(response) if response.status() == 404 => Fetched::NotThere,
        Ok(_) | Err(_) => Fetched::NotNow,
    }
}

/// Why the server did not do what somebody asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDone {
    /// What was sent is invalid: the code opens no class, the password may not be used, or the note does not exist.
    DoesNotFit,
    /// The account has no right to ask for it.
    Forbidden,
    /// Too many tries, or the server is busy.
    Later,
    /// The server cannot be reached.
    NoConnection,
    /// Nobody is signed in any more.
    SignedOut,
}

impl NotDone {
    fn of(status: u16) -> Self {
        match status {
            400 | 404 | 413 | 422 => Self::DoesNotFit,
            401 => Self::SignedOut,
            403 => Self::Forbidden,
            429 | 503 => Self::Later,
            _ => Self::NoConnection,
        }
    }
}

/// What joining a class answers.
#[cfg(feature = "learn")]
#[derive(serde::Deserialize)]
struct Joined {
    class: ClassId,
}

/// Joins the class that is open to this code; says which. The events that tell of it come over the socket.
///
/// # Errors
/// [`NotDone::DoesNotFit`] when no class is open to it.
#[cfg(feature = "learn")]
pub async fn join(code: &str) -> Result<ClassId, NotDone> {
    let request = Request::post("/api/enrolments").json(&serde_json::json!({ "code": code })).map_err(|_| NotDone::NoConnection)?;
    let response = request.send().await.map_err(|_| NotDone::NoConnection)?;
    if !response.ok() {
        return Err(NotDone::of(response.status()));
    }
    response.json::<Joined>().await.map(|joined| joined.class).map_err(|_| NotDone::NoConnection)
}

/// Has the server make a code to join a class with. The event that names it comes over the socket.
///
/// # Errors
/// [`NotDone::Forbidden`] when it is no class of this teacher's.
#[cfg(feature = "teach")]
pub async fn open_enrolment(class: ClassId) -> Result<(), NotDone> {
    let response = Request::put(&format!("/api/enrolments/{class}")).send().await.map_err(|_| NotDone::NoConnection)?;
    if response.ok() { Ok(()) } else { Err(NotDone::of(response.status())) }
}

/// Sets another password for somebody; their sessions end.
///
/// # Errors
/// [`NotDone::DoesNotFit`] when it is too short.
#[cfg(feature = "teach")]
pub async fn set_password(account: domain::ids::AccountId, password: &str) -> Result<(), NotDone> {
    let request = Request::put(&format!("/api/accounts/{account}/password")).json(&serde_json::json!({ "password": password }));
    let response = request.map_err(|_| NotDone::NoConnection)?.send().await.map_err(|_| NotDone::NoConnection)?;
    if response.ok() { Ok(()) } else { Err(NotDone::of(response.status())) }
}

/// Changes one's own password; all other sessions end.
///
/// # Errors
/// [`NotDone::Forbidden`] when the present one is wrong, [`NotDone::DoesNotFit`] when the new one may not be used.
pub async fn change_password(present: &str, password: &str) -> Result<(), NotDone> {
    let request = Request::put("/api/password").json(&serde_json::json!({ "present": present, "password": password }));
    let response = request.map_err(|_| NotDone::NoConnection)?.send().await.map_err(|_| NotDone::NoConnection)?;
    if response.ok() { Ok(()) } else { Err(NotDone::of(response.status())) }
}

/// One's own sessions.
///
/// # Errors
/// When the server cannot be asked.
pub async fn sessions() -> Result<Vec<ListedSession>, NotDone> {
    let response = Request::get("/api/sessions/all").send().await.map_err(|_| NotDone::NoConnection)?;
    if !response.ok() {
        return Err(NotDone::of(response.status()));
    }
    response.json().await.map_err(|_| NotDone::NoConnection)
}

/// Ends a session of one's own.
///
/// # Errors
/// [`NotDone::DoesNotFit`] when it is over already.
pub async fn end_session(id: &str) -> Result<(), NotDone> {
    let response = Request::delete(&format!("/api/sessions/{id}")).send().await.map_err(|_| NotDone::NoConnection)?;
    if response.ok() { Ok(()) } else { Err(NotDone::of(response.status())) }
}

/// Deletes the text of a note.
///
/// # Errors
/// [`NotDone::DoesNotFit`] when there is no such note in a class of this teacher's.
#[cfg(feature = "teach")]
pub async fn remove_note(note: ContentHash) -> Result<(), NotDone> {
    let response = Request::delete(&format!("/api/content/{note}")).send().await.map_err(|_| NotDone::NoConnection)?;
    if response.ok() { Ok(()) } else { Err(NotDone::of(response.status())) }
}

/// Fetches a page of a feed's history, which the browser decompresses; `None` if it cannot be fetched now.
pub async fn history(feed: &Feed, after: u64, limit: u64) -> Option<String> {
    let response = Request::get(&format!("/api/feeds/{feed}?after={after}&limit={limit}")).send().await.ok()?;
    // Read as bytes: as a browser's string, everything would be copied and converted twice.
    if response.ok() { String::from_utf8(response.binary().await.ok()?).ok() } else { None }
}

/// Why a sign-in did not work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotSignedIn {
    /// The server does not know this login with this password.
    Wrong,
    /// Too many tries, or the server is busy.
    Later,
    /// The server cannot be reached.
    NoConnection,
}

/// The accounts that anybody may sign in as in the demo school; none at a real school, or while the server cannot be reached.
pub async fn demo_doors() -> Vec<Door> {
    let Ok(response) = Request::get("/api/demo").send().await else { return Vec::new() };
    response.json::<Demo>().await.unwrap_or_default().doors
}

/// Signs in. The server ends the session that this browser still has, if there is one.
pub async fn sign_in(login: &str, password: &str, computer: Computer) -> Result<Admission, NotSignedIn> {
    let body = serde_json::json!({ "login": login, "password": password, "computer": computer });
    let request = Request::post("/api/sessions").json(&body).map_err(|_| NotSignedIn::NoConnection)?;
    let response = request.send().await.map_err(|_| NotSignedIn::NoConnection)?;
    match response.status() {
        200 => response.json().await.map_err(|_| NotSignedIn::NoConnection),
        401 => Err(NotSignedIn::Wrong),
        429 | 503 => Err(NotSignedIn::Later),
        _ => Err(NotSignedIn::NoConnection),
    }
}

/// Ends the session on the server; whether it did.
pub async fn sign_out() -> bool {
    Request::delete("/api/sessions").send().await.is_ok_and(|response| response.ok() || response.status() == 401)
}

/// Who the server thinks we are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Session {
    /// Somebody, with the key to what they left here.
    Of(Admission),
    /// Nobody (any more).
    None,
    /// The server cannot be reached.
    Unknown,
}

/// Asks the server who we are.
pub async fn session() -> Session {
    match Request::get("/api/sessions").send().await {
        Ok(response) if response.ok() => response.json().await.map_or(Session::Unknown, Session::Of),
        Ok(response) if response.status() == 401 => Session::None,
        Ok(_) | Err(_) => Session::Unknown,
    }
}

/// Fetches a file of the app, for the service worker to keep; whether it came.
#[cfg(feature = "teach")]
pub async fn fetch_file(path: &str) -> bool {
    Request::get(path).send().await.is_ok_and(|response| response.ok())
}

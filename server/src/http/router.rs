//! All routes on one page, and what holds for every answer: headers, limits, the log line.

use crate::{
    clock::now,
    engine::{Reacting, Work},
    error::Problem,
    http::{
        accept::room::ConnectionPlace,
        assets,
        at_least::Deadline,
        documents, people, requests,
        sessions::{self, Session, listed},
        socket, trail,
    },
    operator::demo,
    request::RequestId,
    school::School,
    store::StoreReader as _,
    subscription::{connection::Guest, in_flight::reply},
    writer::Busy,
};
use axum::{
    Extension, Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Request, State, WebSocketUpgrade},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{delete, get, post, put},
};
use domain::{
    claims::Arrival,
    event::Position,
    protocol::{Demo, Envelope, Posted, Reply},
};
use serde::Serialize;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::{timeout, timeout_at};

/// The most bytes of a message, by socket or posted.
const MESSAGE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The most bytes of a sign-in, a code or a new password.
const SIGN_IN_BYTES_MAX: usize = 8 * 1024;
/// The size of a socket's buffers: most commands are shorter, and there are many sockets. A longer message makes its buffer grow.
const SOCKET_BUFFER_BYTES: usize = 1024;
/// How long before a request's time is over it stops waiting for its commands, so that it can still say what has become of them.
const SAID_WITHIN: Duration = Duration::from_millis(500);
/// The health check, open to everybody.
const HEALTH: &str = "/api/health";
/// How many posted commands wait for their answers at once.
const POSTED_AT_ONCE: usize = 64;

/// Everything the server answers.
pub fn router(school: Arc<School>) -> Router {
    let api = Router::new()
        .route("/sync", get(sync))
        .route("/commands", post(commands))
        .route("/sessions", get(sessions::who).delete(sessions::sign_out))
        .route("/sessions", post(sessions::sign_in).layer(DefaultBodyLimit::max(SIGN_IN_BYTES_MAX)))
        .route("/sessions/all", get(listed::all))
        .route("/sessions/{session}", delete(listed::end))
        .route("/password", put(people::change_password).layer(DefaultBodyLimit::max(SIGN_IN_BYTES_MAX)))
        .route("/enrolments", post(people::join).layer(DefaultBodyLimit::max(SIGN_IN_BYTES_MAX)))
        .route("/enrolments/{class}", put(people::open_enrolment))
        .route("/accounts/{account}/password", put(people::set_password).layer(DefaultBodyLimit::max(SIGN_IN_BYTES_MAX)))
        .route("/accounts/{account}", delete(people::close_account))
        .route("/content/{hash}", get(documents::document).delete(people::remove_note))
        .route("/feeds/{*feed}", get(documents::feed))
        .route("/trail", get(trail::read))
        .route("/health", get(health))
        .route("/demo", get(demo_school))
        .fallback(|| async { Problem::NotThere })
        .method_not_allowed_fallback(|| async { StatusCode::METHOD_NOT_ALLOWED })
        .layer(DefaultBodyLimit::max(MESSAGE_BYTES_MAX))
        .layer(middleware::from_fn_with_state(Arc::clone(&school), guard_api));
    Router::new()
        .nest("/api", api)
        .fallback(assets::serve)
        .layer(middleware::from_fn_with_state(Arc::clone(&school), know_host))
        .layer(middleware::from_fn(keep_reserve))
        .layer(middleware::from_fn_with_state(Arc::clone(&school), dress))
        .layer(middleware::from_fn_with_state(school.watch.clone(), requests::noted))
        .with_state(school)
}

/// `GET /api/sync`: the WebSocket.
async fn sync(
    State(school): State<Arc<School>>,
    headers: HeaderMap,
    session: Result<Session, Problem>,
    place: Option<Extension<Arc<ConnectionPlace>>>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    // Browsers always say where a socket was opened from; nobody else needs one.
    let origin = text(&headers, header::ORIGIN).ok_or(Problem::ForeignOrigin)?;
    school.admit_origin(origin, text(&headers, header::HOST))?;
    let session = session?;
    let guest = Guest { account: session.account, session: session.token_hash };
    let upgrade = upgrade
        .read_buffer_size(SOCKET_BUFFER_BYTES)
        .write_buffer_size(SOCKET_BUFFER_BYTES)
        .max_message_size(MESSAGE_BYTES_MAX)
        .max_frame_size(MESSAGE_BYTES_MAX);
    let place = place.map(|Extension(place)| place);
    // What comes over the socket is logged under the id of this request.
    let request = RequestId::current();
    Ok(upgrade.on_upgrade(move |stream| RequestId::of(request, socket::serve(stream, guest, place, school))))
}

/// What became of one posted command.
#[derive(Debug, Serialize)]
struct PostedReply {
    number: u64,
    #[serde(flatten)]
    told: Told,
    /// Where in the log its effect can be seen, if it was accepted: a feed is asked for with `at_least`.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<Position>,
}

/// What is known of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Told {
    /// The answer.
    Reply(Reply),
    /// There is no answer yet.
    Unknown(&'static str),
}

const UNKNOWN: &str = "It is not known yet whether this was recorded. Send it again under the same number: it is never recorded twice.";

/// `POST /api/commands`: commands of a script. If the request's time is over before all are answered, it says of each what is known.
async fn commands(
    State(school): State<Arc<School>>,
    Extension(Deadline(deadline)): Extension<Deadline>,
    session: Session,
    body: Bytes,
) -> Result<Response, Problem> {
    let Posted { device, commands } = serde_json::from_slice(&body).map_err(|fault| Problem::Unreadable(fault.to_string()))?;
    let (account, token_hash, greeted) = (session.account, session.token_hash, now());
    let kept = school.read(move |reader| reader.kept_session(&token_hash)).await?.ok_or(Problem::NotSignedIn)?;
    let arrival = Some(Arrival { signed_in: sessions::signed_in(&kept, greeted), greeted, heard: greeted });
    let mut replies = Vec::with_capacity(commands.len());
    let mut commands = commands.into_iter().peekable();
    let mut status = StatusCode::OK;
    while commands.peek().is_some() {
        // A command that is not handed in is not recorded, so its number can still be used.
        let in_time = Instant::now() < deadline;
        let hand_in = |envelope: Envelope| {
            let work = Work::Command { account, device, envelope, arrival };
            if in_time { school.writer.hand_in(work) } else { Err(Busy) }
        };
        let waiting: Vec<_> = commands.by_ref().take(POSTED_AT_ONCE).map(|envelope| (envelope.number, hand_in(envelope))).collect();
        for (number, answer) in waiting {
            let answer = match answer {
                Ok(answer) => timeout_at(deadline.into(), answer).await.ok().map(|answer| answer.map_err(|_| Busy)),
                Err(Busy) => Some(Err(Busy)),
            };
            let (told, position) = match answer.map(reply) {
                Some((reply, position)) => (Told::Reply(reply), position),
                None => (Told::Unknown(UNKNOWN), None),
            };
            if !in_time || matches!(told, Told::Unknown(_)) {
                status = StatusCode::REQUEST_TIMEOUT;
            }
            replies.push(PostedReply { number, told, position });
        }
    }
    Ok((status, Json(replies)).into_response())
}

/// `GET /api/health`: whether the store is open and the writer is not stuck, and how far the reactor is behind.
async fn health(State(school): State<Arc<School>>) -> impl IntoResponse {
    let writer = school.writer.health();
    if let Some(trouble) = writer.trouble() {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(serde_json::json!({ "status": trouble, "writer": writer })));
    }
    let Reacting { waiting, since, parked, stopped } = school.writer.reacting();
    let lag_ms = since.map_or(0, |since| now().0.saturating_sub(since.0).max(0));
    let reactor = serde_json::json!({ "waiting": waiting, "lag_ms": lag_ms, "parked": parked, "stopped": stopped.is_some() });
    (
        StatusCode::OK,
        Json(serde_json::json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION"), "writer": writer, "reactor": reactor })),
    )
}

/// `GET /api/demo`: the accounts that anybody may sign in as; there are some in the demo school only.
async fn demo_school(State(school): State<Arc<School>>) -> Json<Demo> {
    Json(Demo { doors: if school.is_demo { demo::doors() } else { Vec::new() } })
}

/// A connection that was accepted although the server is full may use the health check, and nothing else.
async fn keep_reserve(request: Request, next: Next) -> Response {
    let is_reserve = request.extensions().get::<Arc<ConnectionPlace>>().is_some_and(|place| place.is_reserve());
    if is_reserve && request.uri().path() != HEALTH { Problem::NoRoom.into_response() } else { next.run(request).await }
}

/// Turns away requests that name another host.
async fn know_host(State(school): State<Arc<School>>, request: Request, next: Next) -> Response {
    let named = match request.headers().get(header::HOST) {
        Some(host) => host.to_str().is_ok_and(|host| school.reach.knows_host(Some(host))),
        None => true,
    };
    if named { next.run(request).await } else { Problem::UnknownHost.into_response() }
}

/// Turns away requests from pages of other origins, limits how long a request may take, and keeps answers out of caches.
async fn guard_api(State(school): State<Arc<School>>, mut request: Request, next: Next) -> Response {
    let within = Duration::from_secs(school.limits.request_seconds);
    request.extensions_mut().insert(Deadline(Instant::now() + within.saturating_sub(SAID_WITHIN)));
    let mut response = match admit(&school, &request) {
        Ok(()) => match timeout(within, next.run(request)).await {
            Ok(response) => in_our_words(response),
            Err(_) => Problem::TooSlow.into_response(),
        },
        Err(problem) => problem.into_response(),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn admit(school: &School, request: &Request) -> Result<(), Problem> {
    match (request.method(), text(request.headers(), header::ORIGIN)) {
        (&Method::GET | &Method::HEAD, _) => Ok(()),
        // A script sends no origin. The cookie is SameSite=Strict, so no browser sends it with a request from another site.
        (_, None) if !request.headers().contains_key(header::ORIGIN) => Ok(()),
        (_, origin) => school.admit_origin(origin.unwrap_or_default(), text(request.headers(), header::HOST)),
    }
}

/// Gives the framework's own error answers the form of ours.
fn in_our_words(response: Response) -> Response {
    let is_json = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLong.into_response(),
        status if status.is_client_error() && !is_json => {
            (status, Json(serde_json::json!({ "error": "The request could not be understood." }))).into_response()
        }
        _ => response,
    }
}

/// The headers that every answer has.
async fn dress(State(school): State<Arc<School>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, assets::content_security_policy());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.insert(
        "permissions-policy",
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"),
    );
    if school.reach.https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

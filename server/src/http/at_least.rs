//! Reading one's own writes: a request may name a position in the log, and waits until the log has come there. Only so many requests may wait, and
//! each only so long; after that it is told how far the log has come, instead of getting an old page.

use crate::school::{School, shares::Whose};
use axum::{
    Extension, Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::event::Position;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// Says how far the log had come when this was read: what is in the answer is no older.
pub const SEEN: header::HeaderName = header::HeaderName::from_static("leftfold-seen");

/// When a request's time is over.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(pub Instant);

/// How long a request has waited because it asked to; the log does not call it slow for that.
#[derive(Debug, Clone, Copy)]
pub struct Waited(pub Duration);

/// The log has not come so far in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behind {
    at_least: Position,
    seen: Position,
    waited: Duration,
}

impl School {
    /// Waits until the log has come to this position; returns how long that took, zero if it was there already. If the account or token, or everybody
    /// together, has as many requests waiting as there may be, this one does not wait.
    ///
    /// # Errors
    /// [`Behind`] when the log has not come there within the limit and the request's time, or the server ends.
    pub async fn comes_to(&self, at_least: Position, whose: &Whose, deadline: Deadline) -> Result<Duration, Behind> {
        let begun = Instant::now();
        if self.hub.seen() >= at_least {
            return Ok(Duration::ZERO);
        }
        if let Some(_place) = self.shares.wait(whose) {
            let within = Duration::from_secs(self.limits.feed_wait_seconds).min(deadline.0.saturating_duration_since(begun));
            let ending = self.ending.clone();
            tokio::select! {
                _ = timeout(within, self.hub.comes_to(at_least)) => {}
                () = ending.cancelled() => {}
            }
        }
        let (seen, waited) = (self.hub.seen(), begun.elapsed());
        if seen >= at_least { Ok(waited) } else { Err(Behind { at_least, seen, waited }) }
    }
}

impl IntoResponse for Behind {
    fn into_response(self) -> Response {
        let Self { at_least: Position(at_least), seen: Position(seen), waited } = self;
        let said = format!(
            "Accepted, but the view is behind: the log has come to {seen} here, and this asks for {at_least} at least. No page is sent, because \
             it would be out of date; ask again."
        );
        let body = Json(serde_json::json!({ "at_least": at_least, "seen": seen, "said": said }));
        let headers = [(SEEN, HeaderValue::from(seen)), (header::RETRY_AFTER, HeaderValue::from_static("1"))];
        (StatusCode::ACCEPTED, Extension(Waited(waited)), headers, body).into_response()
    }
}

//! Requests by HTTP: each has an id, which its answer carries; one line in the log for each, and a louder one if it took long.

use super::at_least::Waited;
use crate::{metrics::Watch, request::RequestId};
use axum::{
    extract::{MatchedPath, Request, State},
    http::HeaderValue,
    middleware::Next,
    response::Response,
};
use std::time::{Duration, Instant};

/// Logs one line for each request, without anything that says who asked or what for.
pub async fn noted(State(watch): State<Watch>, request: Request, next: Next) -> Response {
    let id = RequestId::next();
    let begun = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "app".to_owned(), |path| path.as_str().to_owned());
    let mut response = RequestId::of(Some(id), next.run(request)).await;
    let waited = response.extensions().get().map_or(Duration::ZERO, |Waited(waited)| *waited);
    let (status, took) = (response.status(), begun.elapsed().saturating_sub(waited));
    let is_slow = watch.answered(&route, status.as_u16(), took);
    let (status_code, ms) = (status.as_u16(), took.as_millis());
    if status.is_server_error() {
        tracing::error!(request = %id, %method, route, status = status_code, ms, "request");
    } else if is_slow {
        tracing::warn!(request = %id, %method, route, status = status_code, ms, "slow");
    } else {
        tracing::info!(request = %id, %method, route, status = status_code, ms, "request");
    }
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

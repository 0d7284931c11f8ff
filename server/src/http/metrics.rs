//! `GET /metrics`, at an address of its own: what is measured, for Prometheus.

use crate::{clock::now, engine::Reacting, error::Problem, metrics::Levels, process, school::School, writer::Health};
use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use std::sync::Arc;

/// What answers there.
pub fn router(school: Arc<School>) -> Router {
    Router::new().route("/metrics", get(read)).fallback(async || Problem::NotThere).with_state(school)
}

async fn read(State(school): State<Arc<School>>) -> Result<Response, Problem> {
    let text = school.watch.text(&levels(&school)).ok_or(Problem::NotThere)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

/// The levels that are read when somebody asks for the metrics.
fn levels(school: &School) -> Levels {
    let Health { open, at_work_ms, failures } = school.writer.health();
    let Reacting { waiting, since, parked, stopped } = school.writer.reacting();
    Levels {
        sockets: school.hub.connections() as u64,
        queue: school.writer.waiting() as u64,
        store_open: open,
        writer_at_work_ms: at_work_ms,
        writer_failures: failures,
        reactor_waiting: waiting as u64,
        reactor_lag_ms: since.map_or(0, |since| now().0.saturating_sub(since.0).max(0)).cast_unsigned(),
        reactor_parked: parked as u64,
        reactor_stopped: stopped.is_some(),
        resident_bytes: process::resident_bytes().unwrap_or(0),
    }
}

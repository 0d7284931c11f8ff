//! `GET /metrics`, at an address of its own: what is measured, for Prometheus.

use crate::{
    clock::now,
    engine::Reacting,
    error::Problem,
    metrics::{Levels, Watch},
    process,
    subscription::hub::Hub,
    writer::{Health, Writer},
};
use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use std::sync::Arc;

/// What is looked at when somebody asks.
#[derive(Clone)]
struct Desk {
    watch: Watch,
    writer: Writer,
    hub: Arc<Hub>,
}

/// What answers there.
pub fn router(watch: Watch, writer: Writer, hub: Arc<Hub>) -> Router {
    let desk = Desk { watch, writer, hub };
    Router::new().route("/metrics", get(read)).fallback(async || Problem::NotThere).with_state(desk)
}

async fn read(State(desk): State<Desk>) -> Result<Response, Problem> {
    let text = desk.watch.text(&desk.levels()).ok_or(Problem::NotThere)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

impl Desk {
    fn levels(&self) -> Levels {
        let Health { open, at_work_ms, failures } = self.writer.health();
        let Reacting { waiting, since, parked, stopped } = self.writer.reacting();
        Levels {
            sockets: self.hub.connections() as u64,
            queue: self.writer.waiting() as u64,
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
}

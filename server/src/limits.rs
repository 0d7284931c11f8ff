//! What one account, one address and one connection may ask of the server. Operators may set each; only load tests raise them.

use crate::quota::Quota;
use clap::Args;
use std::net::{Ipv4Addr, SocketAddr};

/// The limits. [`Limits::default`] has the same values as a command line that names none.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Limits {
    /// The most sockets that one account may have open at once.
    #[arg(long, env = "LEFTFOLD_SOCKETS_MAX", default_value_t = Self::default().sockets_max, value_name = "NUMBER")]
    pub sockets_max: usize,
    /// The most connections at once; fewer if the system allows fewer open files. When there are so many, whoever has kept the server waiting
    /// longest has to go.
    #[arg(long, env = "LEFTFOLD_CONNECTIONS_MAX", default_value_t = Self::default().connections_max, value_name = "NUMBER")]
    pub connections_max: usize,
    /// The most connections that have not said what they want, or nothing more; beyond it the oldest of them has to go.
    #[arg(long, env = "LEFTFOLD_HEADS_MAX", default_value_t = Self::default().heads_max, value_name = "NUMBER")]
    pub heads_max: usize,
    /// How many seconds the head of a request may take, and an idle connection is kept.
    #[arg(long, env = "LEFTFOLD_HEAD_SECONDS", default_value_t = Self::default().head_seconds, value_name = "SECONDS")]
    pub head_seconds: u64,
    /// How many seconds a message over a socket may take from its first byte to its last; it is looked at so often, so that it may be twice that.
    #[arg(long, env = "LEFTFOLD_FRAME_SECONDS", default_value_t = Self::default().frame_seconds, value_name = "SECONDS")]
    pub frame_seconds: u64,
    /// How many seconds a request may take.
    #[arg(long, env = "LEFTFOLD_REQUEST_SECONDS", default_value_t = Self::default().request_seconds, value_name = "SECONDS")]
    pub request_seconds: u64,
    /// How many seconds a request for a feed waits at most, if it asks to, until the log has come to the place that it names.
    #[arg(long, env = "LEFTFOLD_FEED_WAIT_SECONDS", default_value_t = Self::default().feed_wait_seconds, value_name = "SECONDS")]
    pub feed_wait_seconds: u64,
    /// After how many seconds a connection ends that takes nothing of its answer.
    #[arg(long, env = "LEFTFOLD_ANSWER_SECONDS", default_value_t = Self::default().answer_seconds, value_name = "SECONDS")]
    pub answer_seconds: u64,
    /// After so many minutes without use a teacher's or administrator's session on a shared computer ends; 0 for never.
    #[arg(long, env = "LEFTFOLD_STAFF_IDLE_MINUTES", default_value_t = Self::default().staff_idle_minutes, value_name = "MINUTES")]
    pub staff_idle_minutes: u32,
    /// The most commands that one account may give a second, for as long as it likes. Beyond it, and beyond what follows, a device is told to send
    /// them again later, which it does by itself.
    #[arg(long, env = "LEFTFOLD_COMMANDS_PER_SECOND", default_value_t = Self::default().commands_per_second, value_name = "NUMBER")]
    pub commands_per_second: u32,
    /// The most commands that one account may give at once.
    #[arg(long, env = "LEFTFOLD_COMMANDS_AT_ONCE", default_value_t = Self::default().commands_at_once, value_name = "NUMBER")]
    pub commands_at_once: u32,
    /// How many commands more one account may give for each hour that it was not heard of, up to a day: what was done without a connection.
    #[arg(long, env = "LEFTFOLD_CATCH_UP_PER_HOUR", default_value_t = Self::default().catch_up_per_hour, value_name = "NUMBER")]
    pub catch_up_per_hour: u32,
    /// Measure, and tell Prometheus at this address, without encryption and without asking who wants to know: a port of this machine, or an address
    /// with its port. No names are told. If not given, nothing is measured.
    #[arg(long, env = "LEFTFOLD_METRICS", value_name = "ADDR", value_parser = here_unless_told)]
    pub metrics: Option<SocketAddr>,
    /// A request or command that took so many milliseconds is logged, with the id that its answer has as x-request-id.
    #[arg(long, env = "LEFTFOLD_SLOW_MS", default_value_t = Self::default().slow_ms, value_name = "MS")]
    pub slow_ms: u64,
}

/// A port alone is one of this machine.
fn here_unless_told(text: &str) -> Result<SocketAddr, String> {
    let port = text.parse().map(|port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    port.or_else(|_| text.parse()).map_err(|_| "give a port such as 9100, or an address with its port such as 127.0.0.1:9100".to_owned())
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sockets_max: 30,
            connections_max: 10_000,
            heads_max: 2_000,
            head_seconds: 5,
            frame_seconds: 20,
            request_seconds: 30,
            feed_wait_seconds: 5,
            answer_seconds: 30,
            staff_idle_minutes: 30,
            commands_per_second: 10,
            commands_at_once: 200,
            catch_up_per_hour: 600,
            metrics: None,
            slow_ms: 500,
        }
    }
}

impl Limits {
    /// How many commands one account may give.
    pub fn quota(&self) -> Quota {
        Quota { per_second: self.commands_per_second, burst: self.commands_at_once, catch_up_per_hour: self.catch_up_per_hour }
    }
}

//! Finds messages that a client has begun and does not finish: each holds memory for as long as the client likes, so there is a time limit.

use crate::http::accept::room::ConnectionPlace;
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

/// Tells whether a message is half received on a socket, by the bytes that came since the last whole one. Checked at intervals.
#[derive(Debug)]
pub struct HalfFrame {
    place: Option<Arc<ConnectionPlace>>,
    within: Duration,
    /// How many bytes had come with the last whole message.
    whole: u64,
    /// A message was half received at the last check.
    begun: bool,
    look: Instant,
}

impl HalfFrame {
    /// Checks at intervals of `within`: a message that is half received at two checks in a row is overdue.
    pub fn new(place: Option<Arc<ConnectionPlace>>, within: Duration) -> Self {
        let within = within.max(Duration::from_millis(1));
        let whole = place.as_ref().map_or(0, |place| place.read());
        Self { place, within, whole, begun: false, look: Instant::now() + within }
    }

    /// A whole message came.
    pub fn whole(&mut self) {
        self.whole = self.read();
        self.begun = false;
    }

    /// When to look.
    pub fn look(&self) -> Instant {
        self.look
    }

    /// Checks whether a message was begun before the last check and is still not whole. While the server takes no frames, that is not the client's
    /// fault.
    pub fn is_overdue(&mut self, takes_frames: bool) -> bool {
        self.look = Instant::now() + self.within;
        let before = self.begun;
        self.begun = takes_frames && self.read() != self.whole;
        before && self.begun
    }

    fn read(&self) -> u64 {
        self.place.as_ref().map_or(0, |place| place.read())
    }
}

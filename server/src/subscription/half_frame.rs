//! Messages that are begun and not ended: each holds memory for as long as the other side likes, so it may not take for ever.

use crate::http::accept::room::ConnectionPlace;
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

/// Whether a message is on its way on a socket, by what has come since the last whole one. Looked at from time to time.
#[derive(Debug)]
pub struct HalfFrame {
    place: Option<Arc<ConnectionPlace>>,
    within: Duration,
    /// How many bytes had come with the last whole message.
    whole: u64,
    /// There was one at the last look.
    begun: bool,
    look: Instant,
}

impl HalfFrame {
    /// No message may take longer than this from one look to the next.
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

    /// Looks: whether a message was begun before the last look and is not here yet. One that is not taken now is no fault of the other side.
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

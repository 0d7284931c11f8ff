//! The door to the events as they are stored here: those of a small feed, a course's or one student's own, and a class's as lines of JSON.

#[cfg(feature = "teach")]
use super::event_lines::event_lines;
use super::{ClientHandle, behind};
use domain::{
    event::{Recorded, Run, read_runs},
    feeds::Feed,
};
#[cfg(feature = "teach")]
use js_sys::Array;
use std::cell::RefCell;

/// Events as they are stored here.
#[derive(Clone, Copy)]
pub struct StoredEvents(ClientHandle);

/// The door to stored events.
pub fn use_stored_events() -> StoredEvents {
    StoredEvents(behind())
}

impl StoredEvents {
    /// All events of a small feed, in order; as far as they can be read.
    pub async fn all(self, feed: Feed) -> Vec<Recorded> {
        let found = RefCell::new(Vec::new());
        let client = self.0.client();
        let read = client.storage().feed(feed, 0, async |chunk| match read_runs(&chunk.runs) {
            Ok(runs) => {
                found.borrow_mut().extend(runs.iter().flat_map(Run::recorded));
                true
            }
            Err(_) => false,
        });
        // What cannot be read is mended elsewhere, and is told of then.
        _ = read.await;
        found.into_inner()
    }

    /// The lines of a feed's events up to this number, in parts of a file, and how many there are.
    #[cfg(feature = "teach")]
    pub async fn lines(self, feed: Feed, until: Option<u64>) -> (Array, u64) {
        event_lines(&self.0.client(), feed, until).await
    }
}

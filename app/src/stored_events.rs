//! The events of a small feed as they are stored here, all at once: a course's, or one student's own.

use crate::client::Client;
use domain::{
    event::{Recorded, Run, read_runs},
    feeds::Feed,
};
use std::cell::RefCell;

/// All of them, in order; as far as they can be read.
pub async fn stored_events(client: &Client, feed: Feed) -> Vec<Recorded> {
    let found = RefCell::new(Vec::new());
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

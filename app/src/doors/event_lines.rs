//! The events of a class as they are stored here, in the feed's order, as lines of JSON.

use crate::{client::Client, device, storage::Piece};
use domain::{event::read_runs, feeds::Feed, lines::lines};
use js_sys::Array;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};
use wasm_bindgen::JsValue;

/// The page is not held up longer than this at a time, in milliseconds.
const SLICE_MS: f64 = 12.0;

/// The lines of a feed's events up to this number, in parts of a file, and how many there are. Each part is the text of a stored chunk: ten
/// months of a large class need not stand in memory twice.
pub(super) async fn event_lines(client: &Client, feed: Feed, until: Option<u64>) -> (Array, u64) {
    let mut wanted: BTreeMap<Feed, u64> = client.peek(|replica| replica.marks().keys().map(|feed| (*feed, u64::MAX)).collect());
    wanted.insert(feed, 0);
    let (parts, had, since) = (RefCell::new(Vec::new()), Cell::new(0), Cell::new(device::monotonic_ms()));
    let collect = async |piece| {
        let Piece::Chunk(chunk) = piece else { return };
        // Skip chunks of other feeds, and chunks after a gap.
        if chunk.feed != feed || chunk.first > had.get() + 1 {
            return;
        }
        let Ok(runs) = read_runs(&chunk.runs) else { return };
        let is_new = |(number, _): &(u64, String)| *number > had.get() && until.is_none_or(|until| *number <= until);
        let new: Vec<(u64, String)> = lines(chunk.first, &runs).into_iter().filter(is_new).collect();
        if let Some((last, _)) = new.last() {
            had.set(*last);
            parts.borrow_mut().push(JsValue::from(new.into_iter().map(|(_, line)| line).collect::<String>()));
        }
        if device::monotonic_ms() - since.get() > SLICE_MS {
            device::turn().await;
            since.set(device::monotonic_ms());
        }
    };
    if client.storage().read(&wanted, &BTreeMap::new(), collect).await.is_err() {
        return (Array::new(), 0);
    }
    (parts.into_inner().into_iter().collect(), had.get())
}

//! Events that came and are not stored yet: gathered while a transaction is under way, so that many small frames are stored as few chunks.

use crate::{feeds::Feed, protocol::HISTORY_PAGE_EVENTS_MAX, replica::storage::Chunk};
use std::collections::BTreeMap;

/// Chunks in the order of each feed, and how many frames they came in.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    chunks: BTreeMap<Feed, Vec<Growing>>,
    frames: u32,
}

/// A chunk that more may be joined to.
#[derive(Debug)]
struct Growing {
    chunk: Chunk,
    /// How the text of the last run begins.
    tail: Option<String>,
}

impl Gathered {
    /// Nothing waits to be stored.
    pub(super) fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// How many events.
    pub(super) fn events(&self) -> u64 {
        self.chunks.values().flatten().map(|growing| growing.chunk.count).sum()
    }

    /// Adds what follows in its feed.
    pub(super) fn add(&mut self, chunk: Chunk) {
        let growing = self.chunks.entry(chunk.feed).or_default();
        let tail = tail(&chunk.runs).map(str::to_owned);
        if let Some(last) = growing.last_mut()
            && last.join(&chunk)
        {
            last.tail = tail;
        } else {
            growing.push(Growing { chunk, tail });
        }
    }

    /// One more frame came.
    pub(super) fn count_frame(&mut self) {
        self.frames += 1;
    }

    /// All of it, feed by feed, and how many frames it came in.
    pub(super) fn take(&mut self) -> (impl Iterator<Item = (Feed, Vec<Chunk>)> + use<>, u32) {
        let Self { chunks, frames } = std::mem::take(self);
        (chunks.into_iter().map(|(feed, growing)| (feed, growing.into_iter().map(|growing| growing.chunk).collect())), frames)
    }

    /// The server gets no credit for the frames of a line that is gone.
    pub(super) fn forget_frames(&mut self) {
        self.frames = 0;
    }
}

impl Growing {
    /// Joins the next chunk to this one; false if it does not follow, cannot be joined, or both together have too many events.
    fn join(&mut self, next: &Chunk) -> bool {
        let Self { chunk, tail } = self;
        let follows = chunk.first + chunk.count == next.first && chunk.count + next.count <= HISTORY_PAGE_EVENTS_MAX;
        let arrays = chunk.runs.ends_with("}]}]") && next.runs.starts_with("[{") && next.runs.ends_with(']');
        if !follows || !arrays {
            return false;
        }
        // If the next chunk begins with the same stream, actor and device, it goes on with the last run: they are written only once.
        match tail.as_deref().and_then(|tail| next.runs[1..].strip_prefix(tail)).filter(|rest| rest.starts_with('{')) {
            Some(rest) => {
                chunk.runs.truncate(chunk.runs.len() - "]}]".len());
                chunk.runs.push(',');
                chunk.runs.push_str(rest);
            }
            None => {
                chunk.runs.truncate(chunk.runs.len() - "]".len());
                chunk.runs.push(',');
                chunk.runs.push_str(&next.runs[1..]);
            }
        }
        chunk.count += next.count;
        chunk.digest = next.digest;
        true
    }
}

/// How the text of the last run begins, up to its first event, if it is written as this program writes it.
fn tail(runs: &str) -> Option<&str> {
    const EVENTS: &str = "\"events\":[";
    let last = &runs[runs.rfind("{\"stream\":\"")?..];
    let header = &last[..last.find(EVENTS)? + EVENTS.len()];
    (!header.contains('}')).then_some(header)
}

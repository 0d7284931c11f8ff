//! What came and is not stored yet: gathered while a transaction is under way, so that many small frames are stored in few.

use super::{
    Effect, Feed, Purpose, Replica,
    folding::Folded,
    storage::{Change, Chunk, Durability},
};
use crate::{
    digest::Digest,
    protocol::{ClientMessage, HISTORY_PAGE_EVENTS_MAX},
};
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
    pub(super) fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// How many events.
    pub(super) fn events(&self) -> u64 {
        self.chunks.values().flatten().map(|growing| growing.chunk.count).sum()
    }

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

    /// The frames of a line that is gone are not given back.
    pub(super) fn forget_frames(&mut self) {
        self.frames = 0;
    }
}

impl Growing {
    /// Joins the chunk that follows; false if it does not, or if it would be too many.
    fn join(&mut self, next: &Chunk) -> bool {
        let Self { chunk, tail } = self;
        let follows = chunk.first + chunk.count == next.first && chunk.count + next.count <= HISTORY_PAGE_EVENTS_MAX;
        let arrays = chunk.runs.ends_with("}]}]") && next.runs.starts_with("[{") && next.runs.ends_with(']');
        if !follows || !arrays {
            return false;
        }
        // A run that goes on says who, where and with what only once.
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

impl Replica {
    /// Events came over the socket.
    pub(super) fn events(&mut self, feed: Feed, first: u64, runs: &str, digest: Digest, effects: &mut Vec<Effect>) {
        self.gathered.frames += 1;
        if !self.line.grants(&feed) {
            return self.confirm(effects);
        }
        match self.fold_chunk(&feed, first, None, runs, digest) {
            // Numbers have no holes, so something was lost on the way: ask again from where we are. What came with another digest than it has is
            // not what the server has, or what came before it is not: the server compares.
            Folded::Hole | Folded::Damaged => self.break_off(effects),
            Folded::Had => self.confirm(effects),
            Folded::New { count } => {
                self.show_again();
                self.gathered.add(Chunk { feed, first, count, digest, runs: runs.to_owned() });
                self.confirm(effects);
                if self.line.caught_up() {
                    self.fetch_missing(effects);
                }
            }
        }
    }

    /// One transaction, and one at a time: all that came, and the results that are complete with it.
    pub(super) fn confirm(&mut self, effects: &mut Vec<Effect>) {
        if self.database.is_confirming() {
            return;
        }
        let Gathered { chunks, frames } = std::mem::take(&mut self.gathered);
        let mut changes = Vec::new();
        for (feed, growing) in chunks {
            changes.extend(growing.into_iter().map(|growing| Change::Chunk(growing.chunk)));
            changes.extend(self.marks.get(&feed).map(|mark| Change::Mark(feed, *mark)));
        }
        let (settle, settled) = self.settle(false);
        changes.extend(settle);
        if changes.is_empty() {
            return self.give_back(frames, effects);
        }
        let purpose = Purpose::Confirm { settled, frames, session: self.line.session() };
        self.store(Durability::Relaxed, changes, purpose, effects);
    }

    /// What was gathered is stored: as many frames more may come.
    pub(super) fn confirmed_is_stored(&mut self, settled: &[u64], frames: u32, session: u64, effects: &mut Vec<Effect>) {
        if !settled.is_empty() {
            self.outbox.are_settled(settled);
            self.show_again();
        }
        self.database.trouble = None;
        self.line.tries.worked();
        effects.push(Effect::Tell(super::TabWord::More));
        if session == self.line.session() {
            self.give_back(frames, effects);
        }
        self.confirm(effects);
        self.go_on_with_history(effects);
        self.upgrade_if_sent(effects);
    }

    fn give_back(&mut self, frames: u32, effects: &mut Vec<Effect>) {
        if frames > 0 && self.line.may_send() {
            effects.push(Effect::say(&ClientMessage::Credit { frames }));
        }
    }
}

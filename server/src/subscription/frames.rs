//! Events as they travel: each is written once as JSON, and frames are put together from these pieces.

use crate::store::Filed;
use axum::extract::ws::Utf8Bytes;
use domain::{
    event::{Entry, StreamId},
    feeds::Feed,
    ids::{AccountId, DeviceId},
};
use std::fmt::Write as _;

/// The most events in a frame.
pub const FRAME_EVENTS_MAX: usize = 500;
/// A frame that is longer than this gets no further event.
const FRAME_BYTES_FULL: usize = 64 * 1024;

/// An event ready to travel.
#[derive(Debug)]
pub struct Encoded {
    stream: StreamId,
    actor: AccountId,
    device: DeviceId,
    entry: String,
}

impl Encoded {
    /// Writes an event as an entry of a run.
    pub fn of(event: &Filed) -> Self {
        let entry = Entry {
            version: event.version,
            position: event.position,
            command: event.command,
            index: event.index,
            claimed: event.claimed,
            recorded: event.recorded,
            cause: event.cause,
            body: &event.body,
        };
        let entry = serde_json::to_string(&entry).expect("entries have string keys only, so they always serialise");
        Self { stream: event.stream, actor: event.actor, device: event.device, entry }
    }

    fn shares_run(&self, other: &Self) -> bool {
        (self.stream, self.actor, self.device) == (other.stream, other.actor, other.device)
    }
}

/// The frames ([`domain::protocol::ServerMessage::Events`]) that carry these consecutive events of a feed.
pub fn frames<'e>(feed: &Feed, first: u64, events: impl IntoIterator<Item = &'e Encoded>) -> Vec<Utf8Bytes> {
    let mut done = Vec::new();
    let mut open: Option<Frame<'e>> = None;
    for (number, event) in (first..).zip(events) {
        if let Some(full) = open.take_if(|frame| frame.is_full()) {
            done.push(full.close().into());
        }
        open.get_or_insert_with(|| Frame::open(feed, number)).add(event);
    }
    done.extend(open.map(|frame| frame.close().into()));
    done
}

/// A frame without events, for whoever asked for what is not there.
pub fn empty(feed: &Feed, first: u64) -> String {
    Frame::open(feed, first).close()
}

struct Frame<'e> {
    text: String,
    events: usize,
    last: Option<&'e Encoded>,
}

impl<'e> Frame<'e> {
    fn open(feed: &Feed, first: u64) -> Self {
        Self { text: format!(r#"{{"Events":{{"feed":"{feed}","first":{first},"digest":"0","runs":["#), events: 0, last: None }
    }

    fn is_full(&self) -> bool {
        self.events >= FRAME_EVENTS_MAX || self.text.len() >= FRAME_BYTES_FULL
    }

    fn add(&mut self, event: &'e Encoded) {
        match self.last {
            Some(last) if last.shares_run(event) => self.text.push(','),
            Some(_) => {
                self.text.push_str("]},");
                self.open_run(event);
            }
            None => self.open_run(event),
        }
        self.text.push_str(&event.entry);
        self.events += 1;
        self.last = Some(event);
    }

    fn open_run(&mut self, event: &Encoded) {
        let Encoded { stream, actor, device, entry: _ } = event;
        write!(self.text, r#"{{"stream":"{stream}","actor":"{actor}","device":"{device}","events":["#).expect("a string takes all text");
    }

    fn close(mut self) -> String {
        self.text.push_str(if self.last.is_some() { "]}]}}" } else { "]}}" });
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        event::{Position, Version, read_runs},
        ids::ClassId,
        protocol::ServerMessage,
        time::Timestamp,
    };

    fn event(stream: StreamId, number: u64) -> Encoded {
        Encoded::of(&Filed {
            number,
            stream,
            version: Version(number),
            position: Position(number),
            actor: AccountId::derived(&["a"]),
            device: DeviceId::derived(&["d"]),
            command: 1,
            index: 0,
            cause: None,
            claimed: Timestamp(1),
            recorded: Timestamp(2),
            body: serde_json::value::RawValue::from_string(r#"{"X":{}}"#.to_owned()).unwrap(),
        })
    }

    #[test]
    fn frames_read_as_the_protocol_says_and_number_without_gaps() {
        let (one, two) = (ClassId::derived(&["1"]), ClassId::derived(&["2"]));
        let feed = Feed::Class(one);
        let streams = |n: u64| StreamId::Class(if n % 7 < 4 { one } else { two });
        let events: Vec<_> = (11..1_300).map(|n| event(streams(n), n)).collect();
        let mut next = 11;
        for text in frames(&feed, 11, &events) {
            let ServerMessage::Events { feed: named, first, runs, digest: _ } = serde_json::from_str(&text).unwrap() else {
                panic!("{text}")
            };
            assert_eq!((named, first), (feed, next));
            for run in read_runs(runs.get()).unwrap() {
                for entry in &run.events {
                    assert_eq!((run.stream, entry.version), (streams(next), Version(next)));
                    next += 1;
                }
            }
        }
        assert_eq!(next, 1_300);
        assert!(frames(&feed, 1, []).is_empty());
        assert!(matches!(serde_json::from_str(&empty(&feed, 4)), Ok(ServerMessage::Events { first: 4, .. })));
    }
}

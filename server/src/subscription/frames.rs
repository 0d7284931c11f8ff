//! Events on the wire: each is serialised as JSON once, and frames are put together from these pieces.

use crate::store::Filed;
use domain::{
    digest::Digest,
    event::StreamId,
    feeds::Feed,
    ids::{AccountId, DeviceId},
};
use std::{fmt::Write as _, iter};

/// The most events in a frame.
pub const FRAME_EVENTS_MAX: usize = 500;
/// A frame that is longer than this gets no further event.
const FRAME_BYTES_FULL: usize = 64 * 1024;

/// An event, serialised.
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
        let entry = serde_json::to_string(&event.entry()).expect("entries have string keys only, so they always serialise");
        Self { stream: event.stream, actor: event.actor, device: event.device, entry }
    }

    /// How long it is.
    pub fn bytes(&self) -> usize {
        self.entry.len()
    }

    fn shares_run(&self, other: &Self) -> bool {
        (self.stream, self.actor, self.device) == (other.stream, other.actor, other.device)
    }
}

/// A frame ([`domain::protocol::ServerMessage::Events`]) to be sent.
#[derive(Debug)]
pub struct Ready {
    /// Its text.
    pub text: String,
    /// The number of its last event.
    pub last: u64,
}

/// The frames that carry these consecutive events of a feed, each with the feed's digest after it; put together as they are asked for.
pub fn frames<'e>(feed: &Feed, first: u64, events: impl IntoIterator<Item = (Digest, &'e Encoded)>) -> impl Iterator<Item = Ready> {
    let mut events = (first..).zip(events).peekable();
    iter::from_fn(move || {
        let mut frame = Frame::open(feed, events.peek()?.0);
        let mut last = 0;
        while let Some((number, (digest, event))) = events.next_if(|_| !frame.is_full()) {
            frame.add(digest, event);
            last = number;
        }
        Some(Ready { text: frame.close(), last })
    })
}

/// All of these events in one frame, whatever its length; a frame without events if there are none, with the digest before it.
pub fn page<'e>(feed: &Feed, first: u64, before: Digest, events: impl IntoIterator<Item = (Digest, &'e Encoded)>) -> String {
    let mut frame = Frame { digest: before, ..Frame::open(feed, first) };
    for (digest, event) in events {
        frame.add(digest, event);
    }
    frame.close()
}

struct Frame<'e> {
    text: String,
    events: usize,
    digest: Digest,
    last: Option<&'e Encoded>,
}

impl<'e> Frame<'e> {
    fn open(feed: &Feed, first: u64) -> Self {
        let text = format!(r#"{{"Events":{{"feed":"{feed}","first":{first},"runs":["#);
        Self { text, events: 0, digest: Digest::default(), last: None }
    }

    fn is_full(&self) -> bool {
        self.events >= FRAME_EVENTS_MAX || self.text.len() >= FRAME_BYTES_FULL
    }

    fn add(&mut self, digest: Digest, event: &'e Encoded) {
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
        self.digest = digest;
        self.last = Some(event);
    }

    fn open_run(&mut self, event: &Encoded) {
        let Encoded { stream, actor, device, entry: _ } = event;
        write!(self.text, r#"{{"stream":"{stream}","actor":"{actor}","device":"{device}","events":["#).expect("a string takes all text");
    }

    fn close(mut self) -> String {
        let runs = if self.last.is_some() { "]}]" } else { "]" };
        write!(self.text, r#"{runs},"digest":"{}"}}}}"#, self.digest).expect("a string takes all text");
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Place;
    use domain::{
        event::{Position, Version, read_runs},
        ids::ClassId,
        protocol::ServerMessage,
        time::Timestamp,
    };

    fn event(stream: StreamId, number: u64) -> Encoded {
        Encoded::of(&Filed {
            place: Place { number, digest: Digest(number) },
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
        let digested = || (11..).map(Digest).zip(&events);
        let mut last = 10;
        for frame in frames(&feed, 11, digested()) {
            let ServerMessage::Events { feed: named, first, runs, digest } = serde_json::from_str(&frame.text).unwrap() else {
                panic!("{frame:?}")
            };
            assert_eq!((named, first, digest), (feed, last + 1, Digest(frame.last)));
            last = frame.last;
            for run in read_runs(runs.get()).unwrap() {
                for entry in &run.events {
                    assert_eq!((run.stream, entry.version), (streams(next), Version(next)));
                    next += 1;
                }
            }
        }
        assert_eq!(next, 1_300);
        assert!(frames(&feed, 1, []).next().is_none());
        let whole = page(&feed, 11, Digest(10), digested());
        assert!(matches!(serde_json::from_str(&whole), Ok(ServerMessage::Events { first: 11, digest: Digest(1_299), .. })));
        let none = page(&feed, 4, Digest(3), []);
        assert!(matches!(serde_json::from_str(&none), Ok(ServerMessage::Events { first: 4, digest: Digest(3), .. })));
    }
}

//! Events in full as JSON: the one form in which other systems get them over HTTP, operators on the command line, and people in an exported file.

use crate::{
    event::{Entry, Position, Recorded, Run, StreamId, Version},
    ids::{AccountId, DeviceId, EventId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::{borrow::Cow, collections::BTreeMap};

/// An event with all that is told of it. Other systems rely on these names, so they stay.
#[derive(Debug, Serialize, Deserialize)]
pub struct Line<'b> {
    /// Its number in the feed that it was read from, counting from 1; left out if it was not read from a feed.
    #[serde(default, skip_serializing_if = "is_none")]
    pub number: u64,
    /// Its identifier.
    pub id: EventId,
    /// The stream it is in.
    pub stream: StreamId,
    /// Its place there.
    pub version: Version,
    /// Its place in the log.
    pub position: Position,
    /// Who caused it.
    pub actor: AccountId,
    /// With which device.
    pub device: DeviceId,
    /// By which command of that device.
    pub command: u64,
    /// Which of that command's events, counting from 0.
    pub index: u16,
    /// The event that a process manager answered with the command; left out if none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<EventId>,
    /// When, as the device claims, in milliseconds since 1970.
    pub claimed: Timestamp,
    /// When the server recorded it, in milliseconds since 1970.
    pub recorded: Timestamp,
    /// What happened, by the event's name.
    #[serde(borrow)]
    pub kind: Cow<'b, str>,
    /// What the event says, byte for byte as it was first recorded.
    #[serde(borrow)]
    pub body: &'b RawValue,
}

/// Numbers in feeds count from 1.
fn is_none(number: &u64) -> bool {
    *number == 0
}

impl<'b> Line<'b> {
    /// An event of this number in a feed (0 if it was read from none) and of this stream.
    pub fn of(number: u64, stream: StreamId, actor: AccountId, device: DeviceId, entry: &Entry<'b>) -> Self {
        let Entry { version, position, command, index, claimed, recorded, cause, body } = *entry;
        let id = Recorded::id_of(actor, device, command, index);
        let (kind, body) = kind_and_body(body);
        Self { number, id, stream, version, position, actor, device, command, index, cause, claimed, recorded, kind: kind.into(), body }
    }

    /// The line as text, with its line end.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("a line has text keys only, so it always serialises") + "\n"
    }
}

/// The events of a stretch of a feed as lines, each with its number and its line end. A chunk's first event has the number `first`.
pub fn lines(first: u64, runs: &[Run<'_>]) -> Vec<(u64, String)> {
    let entries = runs.iter().flat_map(|run| run.events.iter().map(move |entry| (run, entry)));
    let line =
        |(number, (run, entry)): (u64, (&Run<'_>, &Entry<'_>))| (number, Line::of(number, run.stream, run.actor, run.device, entry).text());
    (first..).zip(entries).map(line).collect()
}

/// The name and the body of a recorded event, which is written as an object with the name as its key. One of another form has no name here, and is told as it
/// is.
pub fn kind_and_body(recorded: &RawValue) -> (&str, &RawValue) {
    let only = serde_json::from_str::<BTreeMap<&str, &RawValue>>(recorded.get()).ok().and_then(|mut kinds| kinds.pop_first());
    only.unwrap_or(("", recorded))
}

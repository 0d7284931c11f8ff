//! Events as lines of JSON, one each: what an export of a feed holds, for other systems and for people who look for themselves.

use crate::{
    event::{Position, Run, StreamId, Version},
    ids::AccountId,
    time::Timestamp,
};
use serde::{Deserialize, Serialize, de::IgnoredAny};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// An event with all that is told of it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Line<'b> {
    /// Its number in the feed, counting from 1.
    pub number: u64,
    /// Its place in the log.
    pub position: Position,
    /// The stream it is in.
    pub stream: StreamId,
    /// Its place there.
    pub version: Version,
    /// Who caused it.
    pub actor: AccountId,
    /// When the server recorded it, in milliseconds since 1970.
    pub recorded: Timestamp,
    /// When, as the device claims.
    pub claimed: Timestamp,
    /// What happened, by the event's name.
    pub kind: String,
    /// The event as it was first recorded, byte for byte.
    #[serde(borrow)]
    pub body: &'b RawValue,
}

/// The events of a stretch of a feed as lines, each with its number and its line end. A chunk's first event has the number `first`.
pub fn lines(first: u64, runs: &[Run<'_>]) -> Vec<(u64, String)> {
    let entries = runs.iter().flat_map(|run| run.events.iter().map(move |entry| (run, entry)));
    let line = |(number, (run, entry)): (u64, (&Run<'_>, &crate::event::Entry<'_>))| {
        let line = Line {
            number,
            position: entry.position,
            stream: run.stream,
            version: entry.version,
            actor: run.actor,
            recorded: entry.recorded,
            claimed: entry.claimed,
            kind: kind(entry.body),
            body: entry.body,
        };
        let text = serde_json::to_string(&line).expect("a line has text keys only, so it always serialises");
        (number, text + "\n")
    };
    (first..).zip(entries).map(line).collect()
}

/// A recorded event is named by its only key; what is of another form has no name here.
fn kind(body: &RawValue) -> String {
    let named = serde_json::from_str::<BTreeMap<String, IgnoredAny>>(body.get()).unwrap_or_default();
    named.into_keys().next().unwrap_or_default()
}

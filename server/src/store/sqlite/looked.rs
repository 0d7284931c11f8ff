//! Reads a store's file for questions that only an operator asks. No index answers some of them, so these scan the whole log.

use super::reader::{filed, id, last_position, outcome, select_filed, signed};
use crate::store::{Filed, StoreError};
use domain::{
    event::{Position, StreamId},
    feeds::Feed,
    ids::{AccountId, DeviceId, EventId},
    protocol::Outcome,
};
use rusqlite::{Connection, OptionalExtension as _, Params};
use std::ops::{ControlFlow, RangeInclusive};

/// A store that is read and not changed.
pub(crate) struct Looked(Connection);

/// A device that has sent commands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sender {
    row: i64,
    /// Whose it is.
    pub account: AccountId,
    /// The number of its last command with a result.
    pub last: u64,
}

/// A function that is given events one by one, and returns whether to go on.
pub(crate) type Taker<'t> = dyn FnMut(Filed) -> ControlFlow<()> + 't;

impl Looked {
    /// Reads through a connection that changes nothing.
    pub fn new(connection: Connection) -> Self {
        Self(connection)
    }

    /// How many events a stream has; none if there is no such stream.
    pub fn stream_length(&self, stream: &StreamId) -> Result<Option<u64>, StoreError> {
        self.count("SELECT (SELECT max(version) FROM events WHERE stream = s.id) FROM streams s WHERE name = ?1", [stream.to_string()])
    }

    /// How many events a feed has; none if there is no such feed.
    pub fn feed_length(&self, feed: &Feed) -> Result<Option<u64>, StoreError> {
        self.count("SELECT (SELECT max(number) FROM feed_events WHERE feed = f.id) FROM feeds f WHERE name = ?1", [feed.to_string()])
    }

    /// The last event's place in the log.
    pub fn last_position(&self) -> Result<Position, StoreError> {
        Ok(Position(last_position(&self.0)?))
    }

    /// The events of a stream from a version on.
    pub fn of_stream(&self, stream: &StreamId, from: u64, limit: u64, take: &mut Taker<'_>) -> Result<(), StoreError> {
        const SQL: &str = select_filed!(
            "0, 0",
            "streams s JOIN events e ON e.stream = s.id JOIN origins o ON o.id = e.origin \
             WHERE s.name = ?1 AND e.version >= ?2 ORDER BY e.version LIMIT ?3"
        );
        self.each(SQL, (stream.to_string(), signed(from), signed(limit)), take)
    }

    /// The events of a feed from a number on. (Digests are not read: the first format had none.)
    pub fn of_feed(&self, feed: &Feed, from: u64, limit: u64, take: &mut Taker<'_>) -> Result<(), StoreError> {
        const SQL: &str = select_filed!(
            "f.number, 0",
            "feed_events f JOIN events e ON e.position = f.position JOIN streams s ON s.id = e.stream JOIN origins o ON o.id = e.origin \
             WHERE f.feed = (SELECT id FROM feeds WHERE name = ?1) AND f.number >= ?2 ORDER BY f.number LIMIT ?3"
        );
        self.each(SQL, (feed.to_string(), signed(from), signed(limit)), take)
    }

    /// The event at this place in the log.
    pub fn at(&self, position: Position) -> Result<Option<Filed>, StoreError> {
        const SQL: &str = select_filed!(
            "0, 0",
            "events e CROSS JOIN streams s ON s.id = e.stream CROSS JOIN origins o ON o.id = e.origin WHERE e.position = ?1"
        );
        let mut found = None;
        self.each(SQL, [signed(position.0)], &mut |event| {
            found = Some(event);
            ControlFlow::Break(())
        })?;
        Ok(found)
    }

    /// The events from a place in the log on that this one caused. Walks over the log.
    pub fn caused_by(&self, cause: EventId, from: Position, limit: u64, take: &mut Taker<'_>) -> Result<(), StoreError> {
        // The cross joins make SQLite begin with the log, in its order.
        const SQL: &str = select_filed!(
            "0, 0",
            "events e CROSS JOIN streams s ON s.id = e.stream CROSS JOIN origins o ON o.id = e.origin \
             WHERE e.position >= ?2 AND e.cause = ?1 ORDER BY e.position LIMIT ?3"
        );
        self.each(SQL, (cause.0.as_bytes(), signed(from.0), signed(limit)), take)
    }

    /// A device; none if nothing ever came from it.
    pub fn sender(&self, device: DeviceId) -> Result<Option<Sender>, StoreError> {
        const SQL: &str = "SELECT id, account, (SELECT max(number) FROM results WHERE origin = o.id) FROM origins o WHERE device = ?1";
        let mut find = self.0.prepare(SQL)?;
        let mut rows = find.query([device.0.as_bytes()])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let last: Option<i64> = row.get(2)?;
        Ok(Some(Sender { row: row.get(0)?, account: AccountId(id(row, 1)?), last: last.unwrap_or(0).cast_unsigned() }))
    }

    /// What became of a device's commands of these numbers, in order.
    pub fn results(&self, sender: Sender, numbers: &RangeInclusive<u64>) -> Result<Vec<(u64, Outcome)>, StoreError> {
        const SQL: &str =
            "SELECT number, version, events, other FROM results WHERE origin = ?1 AND number BETWEEN ?2 AND ?3 ORDER BY number";
        let mut all = self.0.prepare(SQL)?;
        let mut rows = all.query((sender.row, signed(*numbers.start()), signed(*numbers.end())))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push((row.get::<_, i64>(0)?.cast_unsigned(), outcome(row, 1)?));
        }
        Ok(found)
    }

    /// The events of a device's commands of these numbers, in the order of the log. Walks over the log.
    pub fn of_commands(&self, sender: Sender, numbers: &RangeInclusive<u64>, take: &mut Taker<'_>) -> Result<(), StoreError> {
        const SQL: &str = select_filed!(
            "0, 0",
            "events e CROSS JOIN streams s ON s.id = e.stream CROSS JOIN origins o ON o.id = e.origin \
             WHERE e.origin = ?1 AND e.command BETWEEN ?2 AND ?3 ORDER BY e.position"
        );
        self.each(SQL, (sender.row, signed(*numbers.start()), signed(*numbers.end())), take)
    }

    fn each(&self, sql: &str, params: impl Params, take: &mut Taker<'_>) -> Result<(), StoreError> {
        let mut events = self.0.prepare(sql)?;
        let mut rows = events.query(params)?;
        while let Some(row) = rows.next()? {
            if take(filed(row)?).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn count(&self, sql: &str, params: impl Params) -> Result<Option<u64>, StoreError> {
        let count = self.0.query_row(sql, params, |row| row.get::<_, Option<i64>>(0)).optional()?;
        Ok(count.map(|count| count.unwrap_or(0).cast_unsigned()))
    }
}

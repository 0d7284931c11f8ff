//! The log, event by event in its order: each in the feeds that it belongs to, digested right, and caused by a command that was accepted.

use super::{Report, caused::Causes, names::Names};
use crate::store::StoreError;
use domain::{
    account, course,
    digest::{Digest, Shared},
    event::{Entry, Event, Position, Recorded, StreamId, Version},
    feeds::{Feed, GENERATION, feeds_of},
    ids::{AccountId, ContentHash, CourseId, DeviceId, EventId},
    protocol::Outcome,
    time::Timestamp,
};
use rusqlite::{Connection, OptionalExtension as _, Row, Rows};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// So many events between two words of progress.
const PROGRESS_EVENTS: u64 = 50_000;

/// What the log says that other parts of the store must fit.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub accounts: BTreeSet<AccountId>,
    /// Of each edition: the course, the number, and the documents.
    pub editions: Vec<(CourseId, u32, Vec<ContentHash>)>,
    /// How many commands have events and a result that says so.
    answered: u64,
}

/// An event as it lies there.
struct Lying {
    position: u64,
    stream: i64,
    version: u64,
    origin: i64,
    command: i64,
    place: i64,
    cause: Option<Uuid>,
    recorded: i64,
    lag_ms: i64,
    body: String,
}

/// An event's place in a feed.
struct Place {
    position: u64,
    feed: i64,
    number: u64,
    digest: Option<Digest>,
}

/// The places in the order of the log; one is looked at before it is taken.
struct Places<'s> {
    rows: Rows<'s>,
    next: Option<Place>,
}

/// Consecutive events of one command.
struct Caused {
    origin: i64,
    command: i64,
    stream: i64,
    position: u64,
    events: i64,
    version: u64,
}

/// The walk through the log.
struct Walk<'c> {
    connection: &'c Connection,
    names: &'c Names,
    report: &'c mut Report,
    told: Told,
    /// The last number of each feed, and the digest there.
    heads: BTreeMap<i64, (u64, Digest)>,
    caused: Option<Caused>,
    causes: Causes,
    /// What the last event shared with its neighbours: most share it with the next one too.
    shared: Option<(i64, i64, Shared)>,
    last: u64,
    /// The feeds of courses are filed by an earlier build's rule still.
    courses_otherwise: bool,
}

/// Walks through the log from the first event to the last.
pub(super) fn check(
    connection: &Connection,
    names: &Names,
    report: &mut Report,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Told, StoreError> {
    let total: i64 = connection.query_row("SELECT count(*) FROM events", [], |row| row.get(0))?;
    let digest = if has_digests(connection)? { "digest" } else { "NULL" };
    let mut places = connection.prepare(&format!("SELECT position, feed, number, {digest} FROM feed_events ORDER BY position, feed"))?;
    let mut places = Places { rows: places.query([])?, next: None };
    places.advance()?;
    let mut events = connection
        .prepare("SELECT position, stream, version, origin, command, place, cause, recorded, lag_ms, body FROM events ORDER BY position")?;
    let mut rows = events.query([])?;
    let mut walk = Walk {
        connection,
        names,
        report,
        told: Told::default(),
        heads: BTreeMap::new(),
        caused: None,
        causes: Causes::default(),
        shared: None,
        last: 0,
        courses_otherwise: is_filed_otherwise(connection)?,
    };
    if walk.courses_otherwise {
        walk.report.note("The feeds of courses are as an earlier program filed them; they are filed anew when the server starts.");
    }
    while let Some(row) = rows.next()? {
        walk.event(&Lying::read(row)?, &mut places)?;
        walk.report.counted.events += 1;
        if walk.report.counted.events.is_multiple_of(PROGRESS_EVENTS) {
            progress(walk.report.counted.events, total.cast_unsigned());
        }
    }
    walk.end_of_command()?;
    while let Some(place) = places.take_before(u64::MAX)? {
        walk.nowhere(&place);
    }
    Ok(walk.told)
}

/// Results that say that there are events where there are none, and results that cannot be read.
pub(super) fn check_results(connection: &Connection, names: &Names, told: &Told, report: &mut Report) -> Result<(), StoreError> {
    let accepted: i64 = connection.query_row("SELECT count(*) FROM results WHERE events > 0", [], |row| row.get(0))?;
    if accepted.cast_unsigned() != told.answered {
        // Only now is it worth the sorting to know which.
        let mut lost = connection.prepare(
            "SELECT r.origin, r.number, r.events FROM results r LEFT JOIN (SELECT DISTINCT origin, command FROM events) e \
             ON e.origin = r.origin AND e.command = r.number WHERE r.events > 0 AND e.origin IS NULL",
        )?;
        let mut rows = lost.query([])?;
        while let Some(row) = rows.next()? {
            let (origin, number, events): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let device = names.device(origin);
            let sentence = format!("Command {number} of device {device} was accepted with {events} events, and none of them is there.");
            report.fault("results", sentence);
        }
    }
    let mut odd =
        connection.prepare("SELECT origin, number, other, length(hash) FROM results WHERE other IS NOT NULL OR length(hash) <> 16")?;
    let mut rows = odd.query([])?;
    while let Some(row) = rows.next()? {
        let (origin, number, other, hash): (i64, i64, Option<String>, i64) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let unreadable = other.is_some_and(|other| serde_json::from_str::<Outcome>(&other).is_err());
        if unreadable || hash != 16 || !names.origins.contains_key(&origin) {
            report.fault("results", format!("The result of command {number} of device {} cannot be read.", names.device(origin)));
        }
    }
    Ok(())
}

fn is_filed_otherwise(connection: &Connection) -> Result<bool, StoreError> {
    let generation: Option<String> =
        connection.query_row("SELECT value FROM settings WHERE name = 'feeds'", [], |row| row.get(0)).optional()?;
    Ok(generation.and_then(|text| text.parse::<u32>().ok()).unwrap_or(1) < GENERATION)
}

fn has_digests(connection: &Connection) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) FROM pragma_table_info('feed_events') WHERE name = 'digest'";
    Ok(connection.query_row(sql, [], |row| row.get::<_, i64>(0))? > 0)
}

impl Walk<'_> {
    fn event(&mut self, event: &Lying, places: &mut Places<'_>) -> Result<(), StoreError> {
        if event.position != self.last + 1 {
            self.report
                .fault("positions", format!("The log has no event at position {}; the next is at {}.", self.last + 1, event.position));
        }
        self.last = event.position;
        self.command(event)?;
        while let Some(place) = places.take_before(event.position)? {
            self.nowhere(&place);
        }
        let mut here = Vec::new();
        while let Some(place) = places.take_before(event.position + 1)? {
            here.push(place);
        }
        let Some(stream) = self.names.streams.get(&event.stream) else {
            let sentence = format!("The event at position {} is in stream {}.", event.position, self.names.stream(event.stream));
            self.report.fault("streams", sentence);
            return Ok(());
        };
        let Ok(body) = serde_json::from_str::<&RawValue>(&event.body) else {
            self.report.fault("bodies", format!("The body of {} is not JSON.", event.named(stream)));
            return Ok(());
        };
        let read = Event::read(stream, &event.body);
        self.remember(&read);
        self.feeds(event, stream, &read, &here);
        self.digests(event, stream, body, &here);
        if let Some(origin) = self.names.origins.get(&event.origin) {
            self.causes.look(&event.recorded(*origin, read), self.report);
        }
        Ok(())
    }

    /// What other parts of the store must fit.
    fn remember(&mut self, event: &Event) {
        if let Event::Account(id, account::Event::AccountOpened { .. }) = event {
            self.told.accounts.insert(*id);
        }
        if let Event::Course(course, course::Event::EditionPublished { number, paper, keys }) = event {
            self.told.editions.push((*course, *number, keys.values().copied().chain([*paper]).collect()));
        }
        self.report.counted.unknown += u64::from(!event.is_known());
    }

    /// It is in exactly the feeds that it belongs to. Of an event that this build does not know, a later one has said which.
    fn feeds(&mut self, event: &Lying, stream: &StreamId, read: &Event, here: &[Place]) {
        if !read.is_known() || (self.courses_otherwise && read.course().is_some()) {
            return;
        }
        let wanted: BTreeSet<Feed> = feeds_of(read, self.causes.directory()).into_iter().collect();
        let there: BTreeSet<Feed> = here.iter().filter_map(|place| self.names.feeds.get(&place.feed)).copied().collect();
        for feed in wanted.difference(&there) {
            self.report.fault("feeds", format!("{} is missing in feed {feed}.", event.named_first(stream)));
        }
        for feed in there.difference(&wanted) {
            self.report.fault("feeds", format!("{} is in feed {feed}, where it does not belong.", event.named_first(stream)));
        }
    }

    /// Each feed counts in the order of the log, and its digest goes on from that of the event before.
    fn digests(&mut self, event: &Lying, stream: &StreamId, body: &RawValue, here: &[Place]) {
        let Some((actor, device)) = self.names.origins.get(&event.origin).copied() else { return };
        let shared = match self.shared {
            Some((stream, origin, shared)) if (stream, origin) == (event.stream, event.origin) => shared,
            Some(_) | None => Shared::of(stream, actor, device),
        };
        self.shared = Some((event.stream, event.origin, shared));
        let entry = event.entry(body);
        for place in here {
            let (before, digest) = self.heads.get(&place.feed).copied().unwrap_or_default();
            let feed = || self.names.feed(place.feed);
            if place.number <= before {
                self.report.fault("feeds", format!("Feed {}: number {} comes after {before} in the log.", feed(), place.number));
            }
            if let Some(stored) = place.digest
                && stored != digest.then(shared, &entry)
            {
                let sentence = format!("Feed {}: the digest at number {} does not fit {}.", feed(), place.number, event.named(stream));
                self.report.fault("digests", sentence);
            }
            // From what is stored, so that one fault is told once.
            self.heads.insert(place.feed, (place.number, place.digest.unwrap_or_default()));
        }
    }

    fn nowhere(&mut self, place: &Place) {
        let sentence =
            format!("Feed {}: number {} is of position {}, where no event is.", self.names.feed(place.feed), place.number, place.position);
        self.report.fault("feeds", sentence);
    }

    /// Events of one command stand together, in the command's order.
    fn command(&mut self, event: &Lying) -> Result<(), StoreError> {
        if let Some(caused) = &mut self.caused
            && (caused.origin, caused.command, caused.stream, caused.events) == (event.origin, event.command, event.stream, event.place)
        {
            caused.events += 1;
            caused.version = event.version;
            return Ok(());
        }
        self.end_of_command()?;
        if event.place != 0 {
            let device = self.names.device(event.origin);
            let sentence = format!(
                "The event at position {} is number {} of command {} of device {device}, and those before it are not there.",
                event.position,
                event.place + 1,
                event.command
            );
            self.report.fault("commands", sentence);
        }
        let Lying { origin, command, stream, position, version, .. } = *event;
        self.caused = Some(Caused { origin, command, stream, position, events: event.place + 1, version });
        Ok(())
    }

    /// The command has a result, and it speaks of these events.
    fn end_of_command(&mut self) -> Result<(), StoreError> {
        let Some(caused) = self.caused.take() else { return Ok(()) };
        let Caused { origin, command, position, events, version, .. } = caused;
        let mut find = self.connection.prepare_cached("SELECT version, events FROM results WHERE origin = ?1 AND number = ?2")?;
        let found: Option<(Option<i64>, Option<i64>)> =
            find.query_row((origin, command), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let fault = match found {
            None => "has no result".to_owned(),
            Some((Some(told), Some(count))) if (told.cast_unsigned(), count) == (version, events) => {
                self.told.answered += 1;
                return Ok(());
            }
            Some((Some(told), Some(count))) => {
                format!("has a result that speaks of {count} events up to version {told}; there are {events} up to {version}")
            }
            Some(_) => "was not accepted by its result".to_owned(),
        };
        let device = self.names.device(origin);
        self.report
            .fault("results", format!("Command {command} of device {device} led to events from position {position} on, and {fault}."));
        Ok(())
    }
}

impl Places<'_> {
    fn advance(&mut self) -> Result<(), StoreError> {
        self.next = self.rows.next()?.map(Place::read).transpose()?;
        Ok(())
    }

    /// The next place, if it is of an event before this position.
    fn take_before(&mut self, position: u64) -> Result<Option<Place>, StoreError> {
        if self.next.as_ref().is_none_or(|next| next.position >= position) {
            return Ok(None);
        }
        let taken = self.next.take();
        self.advance()?;
        Ok(taken)
    }
}

impl Place {
    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        let count = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
        let digest = row.get::<_, Option<i64>>(3)?.map(|digest| Digest(digest.cast_unsigned()));
        Ok(Self { position: count(0)?, feed: row.get(1)?, number: count(2)?, digest })
    }
}

impl Lying {
    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        let count = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
        Ok(Self {
            position: count(0)?,
            stream: row.get(1)?,
            version: count(2)?,
            origin: row.get(3)?,
            command: row.get(4)?,
            place: row.get(5)?,
            cause: row.get::<_, Option<[u8; 16]>>(6)?.map(Uuid::from_bytes),
            recorded: row.get(7)?,
            lag_ms: row.get(8)?,
            body: row.get(9)?,
        })
    }

    /// As it travels, and is digested.
    fn entry<'b>(&self, body: &'b RawValue) -> Entry<'b> {
        Entry {
            version: Version(self.version),
            position: Position(self.position),
            command: self.command.cast_unsigned(),
            index: u16::try_from(self.place).unwrap_or(u16::MAX),
            claimed: Timestamp(self.recorded.wrapping_sub(self.lag_ms)),
            recorded: Timestamp(self.recorded),
            cause: self.cause.map(EventId),
            body,
        }
    }

    /// As projections take it in.
    fn recorded(&self, (actor, device): (AccountId, DeviceId), event: Event) -> Recorded {
        Recorded {
            version: Version(self.version),
            position: Position(self.position),
            actor,
            device,
            command: self.command.cast_unsigned(),
            index: u16::try_from(self.place).unwrap_or(u16::MAX),
            cause: self.cause.map(EventId),
            claimed: Timestamp(self.recorded.wrapping_sub(self.lag_ms)),
            recorded: Timestamp(self.recorded),
            event,
        }
    }

    fn named(&self, stream: &StreamId) -> String {
        format!("the event at position {} (stream {stream}, version {})", self.position, self.version)
    }

    fn named_first(&self, stream: &StreamId) -> String {
        format!("The event at position {} (stream {stream}, version {})", self.position, self.version)
    }
}

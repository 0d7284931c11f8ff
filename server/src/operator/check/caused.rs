//! What the reactor did, and where it is: each event that was caused has its cause before it, was written by that cause's device, and once.

use super::{Report, names::Names};
use crate::{
    engine::{Parked, Reached},
    store::StoreError,
};
use domain::{
    event::{Position, Recorded, StreamId},
    ids::{AccountId, DeviceId, EventId},
    processes,
    projections::directory::Directory,
};
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::BTreeMap;

/// The events so far that cause something.
#[derive(Debug, Default)]
pub(super) struct Causes {
    directory: Directory,
    /// Whose what they cause is, and with which device it is done.
    known: BTreeMap<EventId, (AccountId, DeviceId)>,
    /// The last correction that each attempt was graded again by.
    regraded: BTreeMap<StreamId, u32>,
}

impl Causes {
    /// What the events looked at so far say of courses.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Looks at the next event of the log.
    pub fn look(&mut self, recorded: &Recorded, report: &mut Report) {
        let named = || format!("The event at position {} (stream {})", recorded.position.0, recorded.stream());
        match recorded.cause.map(|cause| self.known.get(&cause)) {
            None if processes::is_process(recorded.device) => {
                report.fault("causes", format!("{} was written by a process manager, and has no cause.", named()));
            }
            None => {}
            Some(None) => report.fault("causes", format!("{} names a cause that no event before it is.", named())),
            Some(Some(by)) if *by != (recorded.actor, recorded.device) => {
                report.fault("causes", format!("{} was not written with the device of its cause.", named()));
            }
            Some(Some(_)) => {}
        }
        if recorded.event.course().is_some() {
            self.directory.fold(recorded);
        }
        if let Some(errand) = processes::caused_by(recorded, &self.directory) {
            let id = recorded.id();
            self.known.insert(id, (recorded.actor, processes::device(&errand, id)));
        }
        if let Some(regraded) = recorded.event.attempt().and_then(|(_, event)| event.regraded()) {
            let before = self.regraded.insert(recorded.stream(), regraded.correction);
            if before.is_some_and(|before| before >= regraded.correction) {
                report.fault("causes", format!("{} grades again by correction {} once more.", named(), regraded.correction));
            }
        }
    }
}

/// The reactor is at a place that there is, and what it parked are streams that there are.
pub(super) fn check_reactor(connection: &Connection, names: &Names, report: &mut Report) -> Result<(), StoreError> {
    let last: Option<i64> = connection.query_row("SELECT max(position) FROM events", [], |row| row.get(0))?;
    let is_there = |position: Position| position.0 <= last.unwrap_or(0).cast_unsigned();
    let place: Option<String> =
        connection.query_row("SELECT value FROM settings WHERE name = 'reactor'", [], |row| row.get(0)).optional()?;
    if let Some(text) = place {
        match serde_json::from_str::<Reached>(&text) {
            Ok(Reached { done, walk }) if is_there(done) && walk.is_none_or(|(walk, _)| is_there(walk)) => {}
            Ok(_) => report.fault("reactor", "The reactor is at a place that the log does not have."),
            Err(_) => report.fault("reactor", "Where the reactor is cannot be read."),
        }
    }
    let mut parked = connection.prepare("SELECT value FROM settings WHERE name >= 'parked/' AND name < 'parked0'")?;
    let mut rows = parked.query([])?;
    while let Some(row) = rows.next()? {
        let text: String = row.get(0)?;
        match serde_json::from_str::<Parked>(&text) {
            Ok(parked) if is_there(parked.cause) && names.streams.values().any(|stream| *stream == parked.stream) => {}
            Ok(parked) => {
                report.fault("reactor", format!("The reactor has parked stream {}, or its cause, which is not there.", parked.stream))
            }
            Err(_) => report.fault("reactor", "Something that the reactor has parked cannot be read."),
        }
    }
    Ok(())
}

//! What the integers of a store stand for, and whether what is numbered is numbered 1, 2, 3 … without holes.

use super::Report;
use crate::store::StoreError;
use domain::{
    event::StreamId,
    feeds::Feed,
    ids::{AccountId, DeviceId},
};
use rusqlite::Connection;
use std::{collections::BTreeMap, fmt::Display, str::FromStr};
use uuid::Uuid;

/// What the integers stand for.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub streams: BTreeMap<i64, StreamId>,
    pub feeds: BTreeMap<i64, Feed>,
    pub origins: BTreeMap<i64, (AccountId, DeviceId)>,
}

/// A column that counts within each value of another.
struct Numbered {
    table: &'static str,
    within: &'static str,
    number: &'static str,
}

impl Names {
    pub fn read(connection: &Connection, report: &mut Report) -> Result<Self, StoreError> {
        let streams = named(connection, "streams", report)?;
        let feeds = named(connection, "feeds", report)?;
        let mut origins = BTreeMap::new();
        let mut all = connection.prepare("SELECT id, account, device FROM origins")?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            let uuid = |column| row.get(column).map(Uuid::from_bytes);
            match (uuid(1), uuid(2)) {
                (Ok(account), Ok(device)) => _ = origins.insert(row.get(0)?, (AccountId(account), DeviceId(device))),
                _ => report.fault("names", format!("The device with the integer {} has no readable identifier.", row.get::<_, i64>(0)?)),
            }
        }
        let counted = &mut report.counted;
        (counted.streams, counted.feeds, counted.devices) = (streams.len() as u64, feeds.len() as u64, origins.len() as u64);
        Ok(Self { streams, feeds, origins })
    }

    pub fn stream(&self, id: i64) -> String {
        self.streams.get(&id).map_or_else(|| format!("with the integer {id}, which has no name"), ToString::to_string)
    }

    pub fn feed(&self, id: i64) -> String {
        self.feeds.get(&id).map_or_else(|| format!("with the integer {id}, which has no name"), ToString::to_string)
    }

    pub fn device(&self, id: i64) -> String {
        let name = |(account, device): &(AccountId, DeviceId)| format!("{device} of account {account}");
        self.origins.get(&id).map_or_else(|| format!("with the integer {id}, which has no name"), name)
    }

    /// Versions in streams, numbers in feeds, numbers of commands: each from 1 on, without holes.
    pub fn check_order(&self, connection: &Connection, report: &mut Report) -> Result<(), StoreError> {
        Numbered { table: "events", within: "stream", number: "version" }.check(connection, |id, hole, last| {
            report.fault("streams", format!("Stream {}: version {hole} is missing; the last one is {last}.", self.stream(id)));
        })?;
        Numbered { table: "feed_events", within: "feed", number: "number" }.check(connection, |id, hole, last| {
            report.fault("feeds", format!("Feed {}: number {hole} is missing; the last one is {last}.", self.feed(id)));
        })?;
        Numbered { table: "results", within: "origin", number: "number" }.check(connection, |id, hole, last| {
            let device = self.device(id);
            report.fault("devices", format!("Device {device}: the result of command {hole} is missing; the last one is of {last}."));
        })?;
        report.counted.results = connection.query_row("SELECT count(*) FROM results", [], |row| row.get(0)).map(i64::cast_unsigned)?;
        Ok(())
    }
}

impl Numbered {
    fn check(&self, connection: &Connection, mut fault: impl FnMut(i64, i64, i64)) -> Result<(), StoreError> {
        let Self { table, within, number } = self;
        let mut all = connection.prepare(&format!(
            "SELECT {within}, count(*) AS n, min({number}) AS first, max({number}) AS last FROM {table} GROUP BY {within} \
             HAVING first <> 1 OR last <> n"
        ))?;
        let mut hole = connection.prepare(&format!(
            "SELECT min({number}) + 1 FROM {table} AS here WHERE {within} = ?1 \
             AND NOT EXISTS (SELECT 1 FROM {table} WHERE {within} = here.{within} AND {number} = here.{number} + 1)"
        ))?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            let (id, first, last): (i64, i64, i64) = (row.get(0)?, row.get(2)?, row.get(3)?);
            let missing = if first == 1 { hole.query_row([id], |row| row.get(0))? } else { 1 };
            fault(id, missing, last);
        }
        Ok(())
    }
}

fn named<T: FromStr<Err: Display>>(connection: &Connection, table: &str, report: &mut Report) -> Result<BTreeMap<i64, T>, StoreError> {
    let mut names = BTreeMap::new();
    let mut all = connection.prepare(&format!("SELECT id, name FROM {table}"))?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        let (id, name): (i64, String) = (row.get(0)?, row.get(1)?);
        match name.parse() {
            Ok(read) => _ = names.insert(id, read),
            Err(fault) => report.fault("names", format!("In {table} the integer {id} stands for “{name}”: {fault}.")),
        }
    }
    Ok(names)
}

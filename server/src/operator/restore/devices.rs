//! The devices that a backup is to know though they came after it was taken: everybody signs in again after a restore, and what they did before counts.

use crate::{
    engine::{CONTACT, GREETED},
    store::StoreError,
};
use domain::{
    claims::Greeted,
    ids::{AccountId, DeviceId},
    time::Timestamp,
};
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The devices that a store knows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Devices {
    /// Those that have sent something, and whose they are.
    sent: BTreeMap<DeviceId, AccountId>,
    /// Those that were there and have sent nothing.
    greeted: BTreeMap<AccountId, Greeted>,
}

impl Devices {
    /// Those of this store.
    pub(super) fn of(store: &Connection) -> Result<Self, StoreError> {
        let mut devices = Self::default();
        for (name, _) in entries(store, CONTACT)? {
            let Ok(device) = name.parse() else { continue };
            if let Some(account) = owner(store, device)? {
                devices.sent.insert(device, account);
            }
        }
        for (name, value) in entries(store, GREETED)? {
            if let (Ok(account), Ok(greeted)) = (name.parse(), serde_json::from_str(&value)) {
                devices.greeted.insert(account, greeted);
            }
        }
        Ok(devices)
    }

    /// Has a backup know those too that it does not. What they send again, or send at last, was given after it was taken, or after they first came.
    pub(super) fn carry_into(&self, backup: &Connection) -> Result<(), StoreError> {
        let taken: Option<i64> = backup.query_row("SELECT max(recorded) FROM events", [], |row| row.get(0))?;
        let taken = Timestamp(taken.unwrap_or(i64::MIN));
        let mut known: BTreeMap<AccountId, Greeted> = Self::of(backup)?.greeted;
        let sent = self.sent.iter().map(|(device, account)| (*account, *device, taken));
        let greeted = self.greeted.iter().flat_map(|(account, greeted)| greeted.devices().map(|(device, since)| (*account, device, since)));
        for (account, device, since) in sent.chain(greeted) {
            if owner(backup, device)?.is_none() && known.entry(account).or_default().greets(device, since) {
                let value = serde_json::to_string(&known[&account]).expect("moments by device always serialise");
                let name = format!("{GREETED}/{account}");
                backup.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)", (name, value))?;
            }
        }
        Ok(())
    }
}

/// The settings of a kind, by name.
fn entries(store: &Connection, kind: &str) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement =
        store.prepare("SELECT substr(name, length(?1) + 2), value FROM settings WHERE name > ?1 || '/' AND name < ?1 || '0'")?;
    let entries = statement.query_map([kind], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(entries.collect::<Result<_, _>>()?)
}

/// Whose a device is.
fn owner(store: &Connection, device: DeviceId) -> Result<Option<AccountId>, StoreError> {
    let mut statement = store.prepare_cached("SELECT account FROM origins WHERE device = ?1")?;
    let account: Option<[u8; 16]> = statement.query_row([device.0.as_bytes()], |row| row.get(0)).optional()?;
    Ok(account.map(|account| AccountId(Uuid::from_bytes(account))))
}

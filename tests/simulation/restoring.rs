//! What a restore carries over from the store that it replaces, as `leftfold restore` does it: the devices that came after the backup.

use crate::store::Reader;
use domain::{
    claims::Greeted,
    ids::{AccountId, DeviceId},
    time::Timestamp,
};
use server::{
    engine::{CONTACT, GREETED},
    store::{Record, StoreReader as _},
};
use std::collections::BTreeMap;

/// The devices that a store knows: those that sent something, and those that did not.
pub struct Devices {
    sent: BTreeMap<DeviceId, AccountId>,
    greeted: BTreeMap<AccountId, Greeted>,
}

impl Devices {
    /// Those of this store.
    pub fn of(reader: &Reader) -> Self {
        let entries = |kind| reader.entries(kind, "", usize::MAX).expect("the store works").into_iter();
        let sent = entries(CONTACT).filter_map(|(name, _)| {
            let device = name.parse().expect("a device");
            reader.device(device).expect("the store works").map(|(account, _)| (device, account))
        });
        let greeted =
            entries(GREETED).map(|(name, value)| (name.parse().expect("an account"), serde_json::from_str(&value).expect("JSON")));
        Self { sent: sent.collect(), greeted: greeted.collect() }
    }

    /// What a backup that was taken at this moment is to be told of them.
    pub fn carried_into(&self, backup: &Reader, taken: Timestamp) -> Vec<Record> {
        let mut known = Self::of(backup).greeted;
        let sent = self.sent.iter().map(|(device, account)| (*account, *device, taken));
        let greeted = self.greeted.iter().flat_map(|(account, greeted)| greeted.devices().map(|(device, since)| (*account, device, since)));
        for (account, device, since) in sent.chain(greeted) {
            if backup.device(device).expect("the store works").is_none() {
                known.entry(account).or_default().greets(device, since);
            }
        }
        let record = |(account, greeted): (AccountId, Greeted)| Record::Entry {
            kind: GREETED,
            name: account.to_string(),
            value: Some(serde_json::to_string(&greeted).expect("JSON")),
        };
        known.into_iter().map(record).collect()
    }
}

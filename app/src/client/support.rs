//! What support is given: a file with what this device has, without names.

use super::Client;
use crate::device;
use domain::{
    ids::DeviceId,
    protocol::BUILD,
    replica::{
        Replica,
        bundle::{Bundle, FORMAT, without_note},
        storage::{Settled, Trouble},
    },
};
use uuid::Uuid;

impl Client {
    /// A support bundle of this device.
    pub async fn bundle(&self) -> Result<Bundle, Trouble> {
        let stored = self.storage.look().await?;
        let nobody = DeviceId(Uuid::nil());
        let notices = self.recent_notices().into_iter().map(|noticed| (noticed.at, format!("{:?}", noticed.notice)));
        Ok(Bundle {
            format: FORMAT,
            build: BUILD,
            at: device::now(),
            account: self.peek(Replica::account),
            role: self.peek(Replica::role),
            device: stored.device.unwrap_or(nobody),
            born: stored.born.unwrap_or(nobody),
            log: stored.log,
            epoch: stored.epoch,
            clock: stored.clock,
            feeds: stored.feeds.into_iter().collect(),
            chunks: stored.chunks,
            snapshots: stored.snapshots,
            outbox: stored.outbox.into_iter().map(|(number, queued)| (number, without_note(queued))).collect(),
            results: stored.results.into_iter().map(|settled| Settled { command: without_note(settled.command), ..settled }).collect(),
            notices: notices.collect(),
        })
    }
}

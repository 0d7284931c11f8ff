//! Which of this account's own commands are in the confirmed fold: a command whose events are in it is not decided again on top of it.

use crate::{
    event::{Recorded, StreamId},
    ids::{DeviceId, EventId},
    processes,
    replica::storage::Queued,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most commands of one device that are remembered, the last ones. It is more than anybody gives while results are kept, since commands with kept results
/// come back into the outbox when a server was restored.
const COMMANDS_MAX: usize = 8_192;

/// Folded with the read models, kept with them, forgotten with them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Own(BTreeMap<DeviceId, BTreeMap<u64, Followed>>);

/// Which command of that number it was, and how many of its events are folded, from the first on. A copied profile has the same device: its number may
/// be another command's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Followed(u64, u16);

impl Own {
    /// An event of this account's was folded. Those of process managers are left out: their commands are never in an outbox.
    pub(super) fn note(&mut self, recorded: &Recorded) {
        if processes::is_process(recorded.device) {
            return;
        }
        let commands = self.0.entry(recorded.device).or_default();
        let which = which(&recorded.stream(), recorded.claimed);
        let Followed(known, events) = commands.entry(recorded.command).or_insert(Followed(which, 0));
        if *known == which && *events == recorded.index {
            *events += 1;
        }
        if commands.len() > COMMANDS_MAX {
            commands.pop_first();
        }
    }

    /// How many events of a device's command are folded.
    pub(super) fn followed(&self, device: DeviceId, number: u64, queued: &Queued) -> usize {
        let followed = self.0.get(&device).and_then(|commands| commands.get(&number));
        let known = followed.filter(|Followed(known, _)| *known == which(&queued.stream, queued.at));
        known.map_or(0, |Followed(_, events)| usize::from(*events))
    }
}

/// A short hash of a command's stream and time, which tells it from another with the same number.
fn which(stream: &StreamId, at: Timestamp) -> u64 {
    EventId::derived(&[&stream.to_string(), &at.0.to_string()]).0.as_u64_pair().0
}

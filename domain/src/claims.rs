//! Which moments a device can claim for its commands: those between when it was last heard of and when the command came.
//!
//! The claimed moment is recorded as the device said it: the device recognises its commands by it, and the device and the server fold the same. Only the moment
//! by which a window is judged is limited to what is possible.

use crate::{ids::DeviceId, time::Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// By how much a claim may be off on either side before it is not believed, in milliseconds: clocks differ.
pub const LEEWAY_MS: i64 = 5 * 60 * 1_000;

/// How a command came in, by the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// When the session began by which it came.
    pub signed_in: Timestamp,
    /// When the device said hello on this connection, or was there again after a silence; when it came, if there is no connection.
    pub greeted: Timestamp,
    /// When it last said something on this connection before the command: at least that it is there.
    pub heard: Timestamp,
}

/// For so many devices of an account that have sent nothing, it is remembered when they were there. Nobody has more, except by making them up.
pub const GREETED_MAX: usize = 20;

/// What is known of a device, by the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// When its last command came.
    pub heard: Timestamp,
    /// The latest moment that a command of it was judged by: a device sends in order, so those that follow were not given before.
    pub judged: Timestamp,
    /// When it was last there and had nothing to send.
    pub idle: Timestamp,
}

impl Contact {
    /// The moment to judge a command by that came now and claims to have been given at another moment; and what is known of the device after it.
    ///
    /// A claim is believed from the device's last contact, or its previous command, up to now. One beyond that, by more than the leeway, is
    /// taken for the nearest moment that is possible. A device that says that it is there, and has sent nothing for longer than the leeway, had
    /// nothing to send: what it sends then was given since. One that was never heard of is held to its session's beginning. One that only said hello
    /// is held to the beginning of the first session under which it did, or to when it was last there and had nothing to send.
    pub fn judge(known: Option<Self>, arrival: Arrival, claimed: Timestamp, now: Timestamp) -> (Timestamp, Self) {
        let last = known.map_or(arrival.greeted, |contact| contact.heard.max(arrival.greeted));
        let was_idle = since(last, arrival.heard) > LEEWAY_MS;
        let known_idle = known.map_or(arrival.signed_in, |contact| contact.idle);
        let idle = if was_idle { arrival.heard.max(known_idle) } else { known_idle };
        // If the server's clock was set back, what is known of the device may lie in the future: it is limited to now.
        let floor = known.map_or(idle, |contact| contact.judged.max(idle)).min(now);
        let moment = if since(claimed, floor) > LEEWAY_MS {
            floor
        } else if since(now, claimed) > LEEWAY_MS {
            now
        } else {
            claimed
        };
        let judged = known.map_or(moment, |contact| contact.judged.max(moment)).min(Timestamp(now.0.saturating_add(LEEWAY_MS)));
        (moment, Self { heard: now, judged, idle: idle.min(now) })
    }

    /// A device that has sent nothing, and gave no command before this moment.
    fn since(moment: Timestamp) -> Self {
        Self { heard: moment, judged: moment, idle: moment }
    }

    /// The same device, which is there at this moment and has nothing to send.
    #[must_use]
    pub fn idle_at(self, now: Timestamp) -> Self {
        Self { idle: self.idle.max(now), ..self }
    }

    /// How long the device had been away when it spoke at this moment, in milliseconds; 0 within the leeway.
    pub fn away_ms(self, now: Timestamp) -> i64 {
        let away = since(self.heard.max(self.idle), now);
        if away > LEEWAY_MS { away } else { 0 }
    }
}

/// The devices of one account that were there and have sent nothing, each with a moment before which nothing was given with it. What a device does
/// without a connection is held to that, also when it signs in again only later: its session's end takes nothing from what was done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Greeted(BTreeMap<DeviceId, Timestamp>);

impl Greeted {
    /// What is known of a device.
    pub fn contact(&self, device: DeviceId) -> Option<Contact> {
        self.0.get(&device).map(|since| Contact::since(*since))
    }

    /// All of them, each with the moment before which nothing was given with it.
    pub fn devices(&self) -> impl Iterator<Item = (DeviceId, Timestamp)> + '_ {
        self.0.iter().map(|(device, since)| (*device, *since))
    }

    /// A device says hello, by a session that began at this moment. True if that is to be remembered: for a known device the first hello still counts, since it
    /// may have done something since.
    pub fn greets(&mut self, device: DeviceId, signed_in: Timestamp) -> bool {
        !self.0.contains_key(&device) && self.keep(device, signed_in)
    }

    /// A device is there at this moment, and has nothing to send. Whether that is news.
    pub fn is_idle(&mut self, device: DeviceId, now: Timestamp) -> bool {
        match self.0.get_mut(&device) {
            Some(since) if *since >= now => false,
            Some(since) => {
                *since = now;
                true
            }
            None => self.keep(device, now),
        }
    }

    /// A device has sent something, and is known by that from now on. Whether that is news.
    pub fn sends(&mut self, device: DeviceId) -> bool {
        self.0.remove(&device).is_some()
    }

    /// If there are too many devices, those that were there last stay. A device that is forgotten is held to its session, as a made-up one would be: so nobody
    /// gains by having one forgotten. A device that was there no later than all the others takes no place, so that nobody can make the store write for ever by
    /// making up devices.
    fn keep(&mut self, device: DeviceId, since: Timestamp) -> bool {
        if self.0.len() >= GREETED_MAX {
            let oldest = self.0.iter().min_by_key(|(_, since)| **since).map(|(device, since)| (*device, *since));
            let Some((oldest, _)) = oldest.filter(|(_, known)| *known < since) else { return false };
            self.0.remove(&oldest);
        }
        self.0.insert(device, since);
        true
    }
}

/// How much later the second moment is, in milliseconds; negative if it is earlier. It does not overflow, whatever is claimed.
pub fn since(earlier: Timestamp, later: Timestamp) -> i64 {
    later.0.saturating_sub(earlier.0)
}

//! Feed digests: a running hash over a feed's events as they were first recorded, computed alike by the server and by every device, so that
//! either can tell whether the other has the same log.

use crate::{
    event::{Entry, NoSuchName, StreamId, as_text},
    ids::{AccountId, DeviceId},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, hash::Hasher as _, str::FromStr};
use twox_hash::XxHash64;

/// The digest of a feed up to an event; of a feed without events it is 0. It finds accidents (a flipped byte, another history), not forgeries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digest(pub u64);

/// The hash of what the events of a [`crate::event::Run`] share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shared(u64);

impl Shared {
    /// Of the events in a stream that somebody caused with a device.
    pub fn of(stream: &StreamId, actor: AccountId, device: DeviceId) -> Self {
        let mut hasher = XxHash64::with_seed(0);
        hasher.write(stream.to_string().as_bytes());
        hasher.write(actor.0.as_bytes());
        hasher.write(device.0.as_bytes());
        Self(hasher.finish())
    }
}

impl Digest {
    /// The digest after one more event: XXH64, seeded with the digest before it, over everything that is recorded of the event.
    #[must_use]
    pub fn then(self, shared: Shared, entry: &Entry<'_>) -> Self {
        let mut hasher = XxHash64::with_seed(self.0);
        let numbers = [shared.0, entry.version.0, entry.position.0, entry.command, u64::from(entry.index)];
        let times = [entry.claimed.0.cast_unsigned(), entry.recorded.0.cast_unsigned()];
        numbers.into_iter().chain(times).for_each(|number| hasher.write(&number.to_le_bytes()));
        if let Some(cause) = entry.cause {
            hasher.write(cause.0.as_bytes());
        }
        hasher.write(entry.body.get().as_bytes());
        Self(hasher.finish())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Digest {
    type Err = NoSuchName;

    fn from_str(text: &str) -> Result<Self, NoSuchName> {
        u64::from_str_radix(text, 16).map(Self).map_err(|_| NoSuchName)
    }
}

as_text!(Digest);

//! What the engine is deciding, for whoever has to say over what it was if that panics.

use domain::ids::{AccountId, DeviceId};

/// What is being decided, of what an account has asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspect {
    /// Who asked for it.
    pub account: AccountId,
    /// The command, if it was one that a device sends again.
    pub command: Option<Named>,
}

/// A command, as it is known again when it is sent again, also by another device of the same account and under another number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// The device.
    pub device: DeviceId,
    /// By which number of it.
    pub number: u64,
    /// What tells it from others.
    pub hash: [u8; 16],
}

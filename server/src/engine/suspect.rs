//! Names what the engine is deciding, so that the writer knows over what it was if that panics.

use domain::ids::{AccountId, DeviceId};

/// Something that an account has asked for and the engine is deciding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspect {
    /// Who asked for it.
    pub account: AccountId,
    /// The command, if it is one that a device will resend.
    pub command: Option<Named>,
}

/// What a command is recognised by when it is resent, also by another device of the same account and under another number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// The device.
    pub device: DeviceId,
    /// The command's number on that device.
    pub number: u64,
    /// Its command hash.
    pub hash: [u8; 16],
}

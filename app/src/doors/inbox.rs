//! The door to the inbox: what was refused or came out otherwise stays in it until somebody has seen it.

use super::{ClientHandle, behind};
use domain::ids::DeviceId;

/// The inbox. What is in it is read from what is shown.
#[derive(Clone, Copy)]
pub struct InboxDoor(ClientHandle);

/// The door to the inbox.
pub fn use_inbox() -> InboxDoor {
    InboxDoor(behind())
}

impl InboxDoor {
    /// Dismisses what became of a command, with what was built on it.
    pub fn dismiss(self, device: DeviceId, number: u64) {
        self.0.client().dismiss(device, number);
    }
}

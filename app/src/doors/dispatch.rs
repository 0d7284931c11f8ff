//! The door for commands.

use super::{ClientHandle, behind};
use domain::{
    command::{Command, Refusal},
    event::Event,
    replica::Replica,
};

/// What pages give commands with.
#[derive(Clone, Copy)]
pub struct Dispatch(ClientHandle);

/// The door for commands.
pub fn use_dispatch() -> Dispatch {
    Dispatch(behind())
}

impl Dispatch {
    /// Gives a command; what follows is shown at once.
    ///
    /// # Errors
    /// The refusal; then nothing is stored or sent.
    pub fn send(&self, command: &Command) -> Result<Vec<Event>, Refusal> {
        self.0.client().dispatch(command)
    }

    /// Reads what is shown at this moment, without tracking it.
    pub fn peek<T>(&self, read: impl FnOnce(&Replica) -> T) -> T {
        self.0.client().peek(read)
    }
}

//! Process managers: which events cause something, what, and in which streams. Pure; the server's reactor carries it out.

pub mod leaving;
pub mod regrading;

use crate::{
    command::Command,
    event::{Recorded, StreamId},
    ids::{DeviceId, EventId},
    projections::directory::Directory,
    state::State,
};
use regrading::Regrading;
use uuid::Builder;

/// The kind of stream, by the first word of its names, whose events cause something.
pub const CAUSING: &str = "course";

/// What is to be done because something happened: a command for each stream that is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errand {
    /// Attempts are graded again.
    Regrade(Regrading),
}

/// What an event causes. An event that was itself caused causes nothing, so that nothing goes round in circles.
pub fn caused_by(recorded: &Recorded, directory: &Directory) -> Option<Errand> {
    if recorded.cause.is_some() {
        return None;
    }
    let (course, event) = recorded.event.course()?;
    regrading::caused_by(course, event, &directory.course(course)?.contents).map(Errand::Regrade)
}

/// The device of what an event causes: the same whenever it is done. It is a UUID of version 8, and no client has one of those, so that nobody
/// can take it before.
pub fn device(errand: &Errand, cause: EventId) -> DeviceId {
    let derived = DeviceId::derived(&[errand.process(), &cause.to_string()]);
    DeviceId(Builder::from_custom_bytes(derived.0.into_bytes()).into_uuid())
}

/// Whether a device is a process manager's. No client may send as such a one.
pub fn is_process(device: DeviceId) -> bool {
    device.0.get_version_num() == 8
}

impl Errand {
    /// The name of the process manager whose errand it is.
    pub fn process(&self) -> &'static str {
        match self {
            Self::Regrade(_) => "regrading",
        }
    }

    /// Which streams may be concerned: the first word of their names, and a text that their names contain.
    pub fn streams(&self) -> (&'static str, String) {
        match self {
            Self::Regrade(regrading) => ("attempt", format!("/{}/", regrading.unit)),
        }
    }

    /// What to ask of a stream; none if it is not concerned.
    pub fn command(&self, stream: &StreamId, state: &State<'_>) -> Option<Command> {
        match self {
            Self::Regrade(regrading) => {
                let key = stream.attempt()?;
                regrading.command(key, &state.borrowed().attempt()).map(|command| Command::Attempt(*key, command))
            }
        }
    }

    /// The same errand, for when it is carried out late: it must not take back what happened since.
    #[must_use]
    pub fn belated(self, directory: &Directory) -> Self {
        match self {
            Self::Regrade(regrading) => Self::Regrade(regrading.belated(directory)),
        }
    }
}

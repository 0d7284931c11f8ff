//! Commands and refusals of all aggregates, as they travel: the kind of stream says whose they are.

use crate::{account, attempt, class, course, event::StreamId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A command of any aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// To an account.
    Account(account::Command),
    /// To a class.
    Class(class::Command),
    /// To a course.
    Course(course::Command),
    /// To an attempt.
    Attempt(attempt::Command),
}

impl Command {
    /// Reads a body for the aggregate that the stream belongs to.
    ///
    /// # Errors
    /// When it is no command of that aggregate, in this build.
    pub fn read(stream: &StreamId, body: &str) -> Result<Self, serde_json::Error> {
        match stream {
            StreamId::Account(_) => serde_json::from_str(body).map(Self::Account),
            StreamId::Class(_) => serde_json::from_str(body).map(Self::Class),
            StreamId::Course(_) => serde_json::from_str(body).map(Self::Course),
            StreamId::Attempt(_) => serde_json::from_str(body).map(Self::Attempt),
        }
    }

    /// The note that is written with it, if it is one.
    pub fn note(&self) -> Option<&class::Note> {
        match self {
            Self::Class(command) => command.note(),
            Self::Account(_) | Self::Course(_) | Self::Attempt(_) => None,
        }
    }

    /// The body to keep and to send.
    pub fn body(&self) -> Box<RawValue> {
        let raw = match self {
            Self::Account(command) => serde_json::value::to_raw_value(command),
            Self::Class(command) => serde_json::value::to_raw_value(command),
            Self::Course(command) => serde_json::value::to_raw_value(command),
            Self::Attempt(command) => serde_json::value::to_raw_value(command),
        };
        raw.expect("commands have string keys only, so they always serialise")
    }
}

/// A refusal by any aggregate, or by the edge before one was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// By an account.
    Account(account::Refusal),
    /// By a class.
    Class(class::Refusal),
    /// By a course.
    Course(course::Refusal),
    /// By an attempt.
    Attempt(attempt::Refusal),
    /// The body is no command that this server knows.
    Unreadable,
    /// The body is longer than any command need be.
    TooLarge,
    /// The server made a mistake over it, more than once. It cannot be done, and nothing of it was.
    Failed,
}

//! Commands and refusals of all aggregates. A command names the aggregate that it is to; as it travels, its stream does.

use crate::{
    account,
    attempt::{self, AttemptKey},
    class, course,
    event::StreamId,
    ids::{AccountId, ClassId, CourseId},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::fmt::Debug;

/// A command to any aggregate, with the aggregate that it is to: together they name the stream. What travels as its body is the aggregate's own command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// To an account.
    Account(AccountId, account::Command),
    /// To a class.
    Class(ClassId, class::Command),
    /// To a course.
    Course(CourseId, course::Command),
    /// To an attempt.
    Attempt(AttemptKey, attempt::Command),
}

impl Command {
    /// Reads a body for the aggregate that the stream belongs to.
    ///
    /// # Errors
    /// When it is no command of that aggregate, in this build.
    pub fn read(stream: &StreamId, body: &str) -> Result<Self, serde_json::Error> {
        Ok(match *stream {
            StreamId::Account(id) => Self::Account(id, serde_json::from_str(body)?),
            StreamId::Class(id) => Self::Class(id, serde_json::from_str(body)?),
            StreamId::Course(id) => Self::Course(id, serde_json::from_str(body)?),
            StreamId::Attempt(key) => Self::Attempt(key, serde_json::from_str(body)?),
        })
    }

    /// The stream that it is to.
    pub fn stream(&self) -> StreamId {
        match self {
            Self::Account(id, _) => StreamId::Account(*id),
            Self::Class(id, _) => StreamId::Class(*id),
            Self::Course(id, _) => StreamId::Course(*id),
            Self::Attempt(key, _) => StreamId::Attempt(*key),
        }
    }

    /// The attempt and what is asked of it, if it is a command to an attempt.
    pub fn attempt(&self) -> Option<(&AttemptKey, &attempt::Command)> {
        if let Self::Attempt(key, command) = self { Some((key, command)) } else { None }
    }

    /// What is asked of a course, if it is that.
    pub fn course(&self) -> Option<(CourseId, &course::Command)> {
        if let Self::Course(id, command) = self { Some((*id, command)) } else { None }
    }

    /// The kind of aggregate that it is to, and the aggregate's own command, to be named in a log or a measurement.
    pub fn parts(&self) -> (&'static str, &dyn Debug) {
        match self {
            Self::Account(_, command) => ("Account", command),
            Self::Class(_, command) => ("Class", command),
            Self::Course(_, command) => ("Course", command),
            Self::Attempt(_, command) => ("Attempt", command),
        }
    }

    /// The note, if it is a command that writes one.
    pub fn note(&self) -> Option<&class::Note> {
        if let Self::Class(_, command) = self { command.note() } else { None }
    }

    /// The body to keep and to send.
    pub fn body(&self) -> Box<RawValue> {
        let raw = match self {
            Self::Account(_, command) => serde_json::value::to_raw_value(command),
            Self::Class(_, command) => serde_json::value::to_raw_value(command),
            Self::Course(_, command) => serde_json::value::to_raw_value(command),
            Self::Attempt(_, command) => serde_json::value::to_raw_value(command),
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
    /// The server failed on it more than once. It cannot be carried out, and nothing of it was.
    Failed,
}

impl Refusal {
    /// The refusal of an attempt, if it is one. No other aggregate refuses what an attempt decides.
    pub fn attempt(self) -> Option<attempt::Refusal> {
        if let Self::Attempt(refusal) = self { Some(refusal) } else { None }
    }

    /// The refusal of a class, if it is one.
    pub fn class(self) -> Option<class::Refusal> {
        if let Self::Class(refusal) = self { Some(refusal) } else { None }
    }
}

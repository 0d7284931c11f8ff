//! Events as they are recorded: which stream they are in, where in the log, by whom and when; and how stored bytes are read.

use crate::{
    account,
    attempt::{self, AttemptKey},
    class, course,
    ids::{AccountId, ClassId, CourseId, DeviceId, EventId},
    time::Timestamp,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::value::RawValue;
use std::{fmt, marker::PhantomData, str::FromStr};

/// The stream of one aggregate's events. Its text names everything that decides who may read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamId {
    /// An account.
    Account(AccountId),
    /// A class.
    Class(ClassId),
    /// A course.
    Course(CourseId),
    /// An attempt.
    Attempt(AttemptKey),
}

/// The text does not name a stream or a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no stream or feed has such a name")]
pub struct NoSuchName;

impl StreamId {
    /// The attempt, if it is the stream of one.
    pub fn attempt(&self) -> Option<&AttemptKey> {
        if let Self::Attempt(key) = self { Some(key) } else { None }
    }

    /// The account that it is of, if it is one's.
    pub fn account(&self) -> Option<AccountId> {
        if let Self::Account(id) = self { Some(*id) } else { None }
    }

    /// The class, if it is the stream of one.
    pub fn class(&self) -> Option<ClassId> {
        if let Self::Class(id) = self { Some(*id) } else { None }
    }

    /// The course that it is of, if it is one's.
    pub fn course(&self) -> Option<CourseId> {
        if let Self::Course(id) = self { Some(*id) } else { None }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(id) => write!(f, "account/{id}"),
            Self::Class(id) => write!(f, "class/{id}"),
            Self::Course(id) => write!(f, "course/{id}"),
            Self::Attempt(key) => write!(f, "attempt/{key}"),
        }
    }
}

impl FromStr for StreamId {
    type Err = NoSuchName;

    fn from_str(text: &str) -> Result<Self, NoSuchName> {
        let (kind, rest) = text.split_once('/').ok_or(NoSuchName)?;
        match kind {
            "account" => Ok(Self::Account(id(rest)?)),
            "class" => Ok(Self::Class(id(rest)?)),
            "course" => Ok(Self::Course(id(rest)?)),
            "attempt" => Ok(Self::Attempt(rest.parse()?)),
            _ => Err(NoSuchName),
        }
    }
}

impl fmt::Display for AttemptKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}/{}", self.student, self.class, self.unit, self.run)
    }
}

impl FromStr for AttemptKey {
    type Err = NoSuchName;

    fn from_str(text: &str) -> Result<Self, NoSuchName> {
        let mut parts = text.split('/');
        let mut part = || parts.next().ok_or(NoSuchName);
        let (student, class, unit) = (id(part()?)?, id(part()?)?, id(part()?)?);
        let digits = part()?;
        let run: u32 = digits.parse().map_err(|_| NoSuchName)?;
        // One stream has one name: no leading zero, no sign, no run 0, nothing after it. (An identifier has one text anyway.)
        let plain = digits.starts_with(|first: char| matches!(first, '1'..='9')) && parts.next().is_none();
        if plain { Ok(Self { student, class, unit, run }) } else { Err(NoSuchName) }
    }
}

fn id<T: FromStr>(text: &str) -> Result<T, NoSuchName> {
    text.parse().map_err(|_| NoSuchName)
}

/// Reads a text in place, whether the format lends it or not.
pub(crate) struct Text<T>(pub(crate) PhantomData<T>);

impl<T: FromStr<Err: fmt::Display>> de::Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// Reads and writes a type as its text.
macro_rules! as_text {
    ($($name:ty),+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_str($crate::event::Text(std::marker::PhantomData))
            }
        }
    )+};
}
pub(crate) use as_text;
as_text!(StreamId, AttemptKey);

/// The place of an event in its stream, counting from 1; of a stream: how many events it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub u64);

/// The place of an event in the whole log, counting from 1; 0 for a guess that is in no log yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(pub u64);

/// An event of any aggregate, with the aggregate whose it is: together they name the stream. What is stored as its body is the aggregate's own event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Of an account.
    Account(AccountId, account::Event),
    /// Of a class.
    Class(ClassId, class::Event),
    /// Of a course.
    Course(CourseId, course::Event),
    /// Of an attempt.
    Attempt(AttemptKey, attempt::Event),
    /// Of a later build than this one, in this stream: kept and passed on, but not understood.
    Unknown(StreamId),
}

impl Event {
    /// Reads a stored body. What cannot be read is [`Event::Unknown`]: a later build may know it.
    pub fn read(stream: &StreamId, body: &str) -> Self {
        let known = match *stream {
            StreamId::Account(id) => serde_json::from_str(body).map(|event| Self::Account(id, event)),
            StreamId::Class(id) => serde_json::from_str(body).map(|event| Self::Class(id, event)),
            StreamId::Course(id) => serde_json::from_str(body).map(|event| Self::Course(id, event)),
            StreamId::Attempt(key) => serde_json::from_str(body).map(|event| Self::Attempt(key, event)),
        };
        known.unwrap_or(Self::Unknown(*stream))
    }

    /// The stream that it is in.
    pub fn stream(&self) -> StreamId {
        match self {
            Self::Account(id, _) => StreamId::Account(*id),
            Self::Class(id, _) => StreamId::Class(*id),
            Self::Course(id, _) => StreamId::Course(*id),
            Self::Attempt(key, _) => StreamId::Attempt(*key),
            Self::Unknown(stream) => *stream,
        }
    }

    /// The attempt and what happened in it, if it is an attempt's event. For callers to whom events of other aggregates do not matter, also of aggregates to
    /// come.
    pub fn attempt(&self) -> Option<(&AttemptKey, &attempt::Event)> {
        if let Self::Attempt(key, event) = self { Some((key, event)) } else { None }
    }

    /// The same, taken out.
    pub fn into_attempt(self) -> Option<(AttemptKey, attempt::Event)> {
        if let Self::Attempt(key, event) = self { Some((key, event)) } else { None }
    }

    /// What happened to an account, if it is that.
    pub fn account(&self) -> Option<(AccountId, &account::Event)> {
        if let Self::Account(id, event) = self { Some((*id, event)) } else { None }
    }

    /// The class and what happened to it, if it is a class's event.
    pub fn class(&self) -> Option<(ClassId, &class::Event)> {
        if let Self::Class(id, event) = self { Some((*id, event)) } else { None }
    }

    /// The course and what happened to it, if it is a course's event.
    pub fn course(&self) -> Option<(CourseId, &course::Event)> {
        if let Self::Course(id, event) = self { Some((*id, event)) } else { None }
    }

    /// Whether this build understands it.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }

    /// The body to store.
    ///
    /// # Panics
    /// On [`Event::Unknown`]: nobody decides one.
    pub fn body(&self) -> Box<RawValue> {
        let raw = match self {
            Self::Account(_, event) => serde_json::value::to_raw_value(event),
            Self::Class(_, event) => serde_json::value::to_raw_value(event),
            Self::Course(_, event) => serde_json::value::to_raw_value(event),
            Self::Attempt(_, event) => serde_json::value::to_raw_value(event),
            Self::Unknown(_) => unreachable!("an event that this build does not know is never written by it"),
        };
        raw.expect("events have string keys only, so they always serialise")
    }
}

/// An event with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its place in its stream.
    pub version: Version,
    /// Its place in the log.
    pub position: Position,
    /// Who caused it.
    pub actor: AccountId,
    /// With which device.
    pub device: DeviceId,
    /// By which command of that device.
    pub command: u64,
    /// Which of that command's events, counting from 0.
    pub index: u16,
    /// The event that a process manager answered with the command, if one did.
    pub cause: Option<EventId>,
    /// When, as the device claims.
    pub claimed: Timestamp,
    /// When the server recorded it.
    pub recorded: Timestamp,
    /// What happened.
    pub event: Event,
}

impl Recorded {
    /// The stream that it is in.
    pub fn stream(&self) -> StreamId {
        self.event.stream()
    }

    /// The event's identifier: it follows from the command, so that the fact replaces the guess.
    pub fn id(&self) -> EventId {
        Self::id_of(self.actor, self.device, self.command, self.index)
    }

    /// The identifier of the event with this index among the events of a command.
    pub fn id_of(actor: AccountId, device: DeviceId, command: u64, index: u16) -> EventId {
        EventId::derived(&[&actor.to_string(), &device.to_string(), &command.to_string(), &index.to_string()])
    }
}

/// Consecutive events of a feed that share stream, actor and device: as they travel, and as devices store them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Run<'b> {
    /// The stream of all of them.
    pub stream: StreamId,
    /// Who caused them.
    pub actor: AccountId,
    /// With which device.
    pub device: DeviceId,
    /// In the feed's order.
    #[serde(borrow)]
    pub events: Vec<Entry<'b>>,
}

/// One event of a [`Run`]. The body is the bytes first recorded.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry<'b> {
    /// Place in the stream.
    #[serde(rename = "v")]
    pub version: Version,
    /// Place in the log.
    #[serde(rename = "p")]
    pub position: Position,
    /// Number of the command.
    #[serde(rename = "c")]
    pub command: u64,
    /// Which of the command's events.
    #[serde(rename = "i", default, skip_serializing_if = "is_zero")]
    pub index: u16,
    /// Claimed time.
    #[serde(rename = "t")]
    pub claimed: Timestamp,
    /// Recorded time.
    #[serde(rename = "r")]
    pub recorded: Timestamp,
    /// Cause.
    #[serde(rename = "by", default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<EventId>,
    /// The event.
    #[serde(rename = "e", borrow)]
    pub body: &'b RawValue,
}

fn is_zero(index: &u16) -> bool {
    *index == 0
}

impl Run<'_> {
    /// The events in full, read (and upcast, once shapes change).
    pub fn recorded(&self) -> impl Iterator<Item = Recorded> + '_ {
        self.events.iter().map(|entry| Recorded {
            version: entry.version,
            position: entry.position,
            actor: self.actor,
            device: self.device,
            command: entry.command,
            index: entry.index,
            cause: entry.cause,
            claimed: entry.claimed,
            recorded: entry.recorded,
            event: Event::read(&self.stream, entry.body.get()),
        })
    }
}

/// Reads what a chunk or an events frame holds: a JSON array of runs.
pub fn read_runs(text: &str) -> Result<Vec<Run<'_>>, serde_json::Error> {
    serde_json::from_str(text)
}

//! What travels: one WebSocket with JSON text frames, each one of these messages; and what a script posts.

use crate::{
    account::Role,
    command::Refusal,
    event::Version,
    feeds::Feed,
    ids::{AccountId, DeviceId, LogId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The protocol that this build speaks.
pub const PROTOCOL: u32 = 1;

/// The most bytes that a command's body may have; a longer one is refused.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// From the browser.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum ClientMessage {
    /// The first message.
    Hello(Hello),
    /// A command.
    Command(Envelope),
    /// Are you there?
    Ping {},
}

/// Who speaks, and what they have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The lowest and highest protocol spoken.
    pub protocol: (u32, u32),
    /// The build of the app.
    pub build: String,
    /// The account whose events the device keeps.
    pub account: AccountId,
    /// The device.
    pub device: DeviceId,
    /// What the device has of each feed.
    pub feeds: BTreeMap<Feed, Mark>,
}

/// How far into a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mark {
    /// The numbering that the position counts in.
    pub generation: u32,
    /// The number of the last event had (or there is); 0 for none.
    pub after: u64,
}

/// A numbered command. Read apart from its body, so that one bad body never blocks the commands after it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Envelope {
    /// The device's own count, from 1 without gaps.
    pub number: u64,
    /// The stream's name.
    pub stream: String,
    /// When, by the device's clock.
    pub at: Timestamp,
    /// The command, as its aggregate's JSON.
    pub body: Box<RawValue>,
}

/// From the server. The lifetime is that of the frame.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum ServerMessage<'b> {
    /// The answer to a hello.
    Welcome(Welcome),
    /// The feeds that may be read from now on; all others are to be forgotten.
    Feeds {
        /// With the number of their last event.
        granted: BTreeMap<Feed, Mark>,
    },
    /// Events of a feed.
    Events {
        /// The feed.
        feed: Feed,
        /// The number of the first of them; the others follow without gaps.
        first: u64,
        /// A JSON array of [`crate::event::Run`]s.
        #[serde(borrow)]
        runs: &'b RawValue,
    },
    /// All that there was at the welcome (or at the last `Feeds`) has been sent.
    CaughtUp {},
    /// What became of a command.
    Result {
        /// The command's number.
        number: u64,
        /// Its one result.
        outcome: Outcome,
    },
    /// The number was used for another command: this profile is a copy of another. Take a new device.
    Renumber {
        /// The number.
        number: u64,
    },
    /// A command before this one never came.
    Gap {
        /// The number that is waited for.
        expected: u64,
    },
    /// Too much to do: send it again later.
    Busy {
        /// The command's number.
        number: u64,
        /// How long to wait, in milliseconds.
        retry_after_ms: u32,
    },
    /// The names of all whom this account may know.
    People {
        /// By account.
        people: BTreeMap<AccountId, String>,
    },
    /// What the device has of this feed is not what the server has: forget it and start from the beginning.
    Reset {
        /// The feed.
        feed: Feed,
    },
    /// The message could not be used; the connection goes on.
    Problem {
        /// What was wrong, for people.
        text: String,
    },
    /// The session belongs to another account, or to none. The server closes the connection.
    WrongAccount {},
    /// This app is too old for the server. The server closes the connection.
    Upgrade {
        /// The protocol spoken by the server.
        protocol: u32,
    },
    /// I am.
    Pong {},
}

/// The answer to a hello.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The protocol to speak.
    pub protocol: u32,
    /// The log that the server keeps.
    pub log: LogId,
    /// The server's clock.
    pub server_time: Timestamp,
    /// The account's role.
    pub role: Role,
    /// The feeds that may be read; all others are to be forgotten.
    pub granted: BTreeMap<Feed, Mark>,
    /// The most bytes of a command's body.
    pub body_bytes_max: usize,
}

/// The one result of a command, stored with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It happened.
    Accepted {
        /// The stream's version after it.
        version: Version,
        /// How many events it yielded; none if what it asked for was so already.
        events: u16,
    },
    /// The rules say no.
    Refused(Refusal),
    /// The account may not send such a command to that stream.
    Forbidden {},
}

/// What `POST /api/commands` takes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Posted {
    /// The device that numbers these commands.
    pub device: DeviceId,
    /// In order.
    pub commands: Vec<Envelope>,
}

/// What became of a posted command, or why it has no result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// Its result, stored.
    Result(Outcome),
    /// The number was used for another command.
    Renumber {},
    /// A command before it never came; the number waited for.
    Gap(u64),
    /// The device belongs to another account.
    NotYourDevice {},
    /// Too much to do: try again after so many milliseconds.
    Busy(u32),
}

/// Who is signed in: the answer to a sign-in, and to the question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// The account.
    pub account: AccountId,
    /// Its role.
    pub role: Role,
    /// The person's own name.
    pub name: String,
}

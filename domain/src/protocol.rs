//! What travels between browser and server: JSON text frames over one WebSocket, each one of these messages; and what a script posts by HTTP.

use crate::{
    account::Role,
    command::Refusal,
    digest::Digest,
    event::{Position, Version},
    feeds::Feed,
    ids::{AccountId, ClassId, DeviceId, LogId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The protocol that this build speaks.
pub const PROTOCOL: u32 = 3;

/// This build; raised when a page that is open should be loaded anew. A server says the least that it wants ([`Welcome::minimum_build`]).
pub const BUILD: u32 = 4;

/// The [`ServerMessage::Events`] frames that a device lets come before it has stored any of them.
pub const CREDIT_FRAMES: u32 = 64;

/// A device that is farther behind than this in a feed gets the history by HTTP, in compressed pages, before it asks for live events.
pub const HISTORY_EVENTS_MIN: u64 = 1_000;

/// The most events in a page of history.
pub const HISTORY_PAGE_EVENTS_MAX: u64 = 2_000;
/// A page of history gets no further event once its events have so many bytes; so it may be shorter than it was asked to be, and is no shorter than
/// one event.
pub const HISTORY_PAGE_BYTES_FULL: usize = 4 * 1024 * 1024;

/// The most bytes that a command's body may have; a longer one is refused.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// From the browser.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum ClientMessage {
    /// The first message.
    Hello(Hello),
    /// A command.
    Command(Envelope),
    /// The server may send so many more [`ServerMessage::Events`] frames. Without credit it sends none: for a device that stops reading it only remembers where
    /// to go on, and keeps no queue. All other messages need no credit.
    Credit {
        /// How many more.
        frames: u32,
    },
    /// The device has got this much of a feed meanwhile, by HTTP.
    Have {
        /// The feed.
        feed: Feed,
        /// How much of it.
        mark: Mark,
    },
    /// The answer to [`ServerMessage::Compare`].
    Rungs {
        /// The feed.
        feed: Feed,
        /// Some of the numbers that the device has, with the digest after each, ascending.
        rungs: Vec<(u64, Digest)>,
    },
    /// Whether somebody is at this page, and how many answers wait; never stored. A student's device says so after the welcome, if it differs from the default,
    /// and when it changes; a teacher's or administrator's says every minute that somebody looks at the page.
    Presence(Presence),
    /// Are you there?
    Ping {},
}

/// Presence, as a device says: whether its user turned away, and how many answers wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Presence {
    /// The page is hidden or the student turned away from it.
    #[serde(default)]
    pub away: bool,
    /// The answers that were given and have not reached the server.
    #[serde(default)]
    pub unsent: u32,
}

/// What the server knows of a student's presence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Present {
    /// At least one page is open and connected.
    pub here: bool,
    /// Since when they are here, away or gone, by the server's clock.
    pub since: Timestamp,
    /// What the page said last.
    #[serde(flatten)]
    pub said: Presence,
}

/// The device's first message: who it is, and what it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The lowest and highest protocol spoken.
    pub protocol: (u32, u32),
    /// The build of the app.
    pub build: u32,
    /// The account whose events the device keeps.
    pub account: AccountId,
    /// The device.
    pub device: DeviceId,
    /// What the device has of each feed.
    pub feeds: BTreeMap<Feed, Mark>,
    /// The devices that this profile was before, as far as results of theirs are kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<DeviceId>,
}

/// The most earlier devices that a hello may ask about.
pub const EARLIER_MAX: usize = 16;

/// A place in a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mark {
    /// The numbering that the position counts in.
    pub generation: u32,
    /// The number of the last event that the device has (from the server: that there is); 0 for none.
    pub after: u64,
    /// The digest after that event.
    #[serde(default)]
    pub digest: Digest,
}

/// A numbered command. Read apart from its body, so that one bad body never blocks the commands after it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Envelope {
    /// The device's own count, from 1 without gaps.
    pub number: u64,
    /// The stream's name.
    pub stream: String,
    /// When it was given, as the device claims: by the school's clock, as far as the device knows it.
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
        /// The digest after the last of them.
        digest: Digest,
        /// A JSON array of [`crate::event::Run`]s.
        #[serde(borrow)]
        runs: &'b RawValue,
    },
    /// What the device has of this feed is not what the server has: which digests does it have at which numbers? The server sends nothing of the feed before
    /// the answer.
    Compare {
        /// The feed.
        feed: Feed,
    },
    /// The answer to [`ClientMessage::Rungs`]: up to here the device has what the server has. Forget what comes after, and say hello again.
    Rewind {
        /// The feed.
        feed: Feed,
        /// One of the numbers that the device named, or 0.
        after: u64,
    },
    /// All that there was at the welcome (or at the last `Feeds`) has been sent.
    CaughtUp {},
    /// What became of a command.
    Result {
        /// The command's number.
        number: u64,
        /// Its one result.
        outcome: Outcome,
        /// Where in the log its effect can be seen: whoever has seen the log up to there has seen it. `None` where nothing was accepted, and from an older
        /// server.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        position: Option<Position>,
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
    /// The server is busy: resend the command later.
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
    /// Who is there, of a class that this account teaches: all whose presence is known after a welcome, then whoever's changed.
    Presence {
        /// The class.
        class: ClassId,
        /// By student. Whoever was never named has not been here since the server started.
        students: BTreeMap<AccountId, Present>,
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
    /// The answer to a ping: the server is there.
    Pong {
        /// What the server's clock shows. `None` from an older server.
        #[serde(default)]
        server_time: Option<Timestamp>,
    },
}

/// The answer to a hello.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The protocol to speak.
    pub protocol: u32,
    /// The log that the server keeps.
    pub log: LogId,
    /// Raised whenever the log is restored from a backup.
    pub era: u32,
    /// The last number of this device's commands that has a result here; 0 for none. A device that has results of later ones sees a server
    /// that was restored, and sends those commands again.
    pub last: u64,
    /// The same of the earlier devices that the hello names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub earlier: BTreeMap<DeviceId, u64>,
    /// The oldest build that is welcome. An older one sends what waits, then loads the page anew.
    pub minimum_build: u32,
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
    /// The server is busy: try again after so many milliseconds.
    Busy(u32),
}

/// Whose computer somebody signs in on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Computer {
    /// Others use it too: the session ends with the browser, and what waits is stored sealed.
    #[default]
    Shared,
    /// Their own: the session lasts 30 days, and the app opens without a network.
    Own,
}

/// The answer to a sign-in, and to the question who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admission {
    /// Who.
    #[serde(flatten)]
    pub who: SignedIn,
    /// The 256-bit key, in base64url, that seals this account's outbox on devices. It is the same at each sign-in and never stored on a device.
    pub seal: String,
}

/// One of an account's sessions, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedSession {
    /// What it is called.
    pub id: String,
    /// From which device, in words such as "Firefox on Linux"; nothing if that is not known.
    pub device: String,
    /// When it began; 0 if that is not known.
    pub begun: Timestamp,
    /// When it was used last, within a minute; 0 if that is not known.
    pub used: Timestamp,
    /// It is the session of whoever asks.
    pub this: bool,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// The account.
    pub account: AccountId,
    /// Its role.
    pub role: Role,
    /// The person's own name.
    pub name: String,
}

/// The answer to whether this is the demo school, which anybody may ask; a real school opens no doors.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Demo {
    /// Who anybody may sign in as, one for each role.
    pub doors: Vec<Door>,
}

/// An account of the demo school that anybody may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    /// What it is for.
    pub role: Role,
    /// The person's name.
    pub name: String,
    /// How to sign in.
    pub login: String,
    /// And with which password.
    pub password: String,
}

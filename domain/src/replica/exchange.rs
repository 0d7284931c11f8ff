//! What goes into a replica and what comes out: the whole of its dealings with the world, as data.

use super::storage::{Chunk, Found, Snapshot, Transaction, Trouble};
use crate::{
    feeds::Feed,
    ids::{AccountId, ClassId, ContentHash},
    protocol::{ClientMessage, Present},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What happens to a replica.
#[derive(Debug)]
pub enum Incoming<'i> {
    /// A stored fold, one of those that an [`Effect::Read`] asked for; before the chunks.
    Snapshot(&'i Snapshot),
    /// A stored chunk, one of those that an [`Effect::Read`] asked for; in order within a feed.
    Chunk(&'i Chunk),
    /// The rest of what an [`Effect::Read`] asked for; comes after its chunks.
    Found(Found),
    /// The database cannot be read. After the first [`Trouble::Denied`] the replica reads once more, and expects the edge to answer that
    /// and everything after it from a [`super::volatile::Volatile`].
    Unreadable(Trouble),
    /// A transaction is committed; for each change in it that gives out a number, that number.
    Committed {
        /// Which.
        transaction: u64,
        /// In the order of the changes.
        numbers: Vec<u64>,
    },
    /// A transaction failed; nothing of it is there.
    Failed {
        /// Which.
        transaction: u64,
        /// Why.
        why: Trouble,
    },
    /// This tab is to have the socket, or no longer.
    Own(Ownership),
    /// A page of a feed's history after a number: the text of an `Events` frame. None if it could not be had.
    History {
        /// The feed.
        feed: Feed,
        /// After which number.
        after: u64,
        /// The page.
        page: Option<&'i str>,
    },
    /// The socket is open.
    Opened,
    /// A frame came.
    Frame(&'i str),
    /// The socket is closed, or could not be opened.
    Closed,
    /// It is time to connect again.
    Retry,
    /// The network is back, or somebody looks at the page again.
    Wake,
    /// A document came, or could not be had.
    Content {
        /// Which.
        hash: ContentHash,
        /// Its bytes.
        bytes: Option<&'i [u8]>,
    },
    /// The server answered that it has no such document, or none for this account.
    NoContent(ContentHash),
    /// Somebody looks at the page, or turned away from it. A page that says nothing is looked at.
    Looking(bool),
    /// Another tab said something.
    Word(TabWord),
    /// A second went by.
    Tick,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Carry out a transaction, after all those before it; answer with [`Incoming::Committed`] or [`Incoming::Failed`].
    Store(Transaction),
    /// Read what is stored, feeds from after these numbers on (others from the beginning), after all transactions before it;
    /// answer with [`Incoming::Chunk`]s and [`Incoming::Found`].
    Read {
        /// By feed.
        after: BTreeMap<Feed, u64>,
        /// The folds that are of use, by name, with their `VERSION`. They come first; chunks that all of them have folded are left out.
        snapshots: BTreeMap<String, u32>,
    },
    /// Open the socket.
    Connect,
    /// Close the socket.
    Close,
    /// Answer with [`Incoming::Retry`] after about this many milliseconds, with some chance added, so that not all devices connect at once.
    RetryIn(u32),
    /// Send a frame.
    Send(String),
    /// Get a document.
    Fetch(ContentHash),
    /// Get a page of a feed's history by HTTP; answer with [`Incoming::History`].
    History {
        /// The feed.
        feed: Feed,
        /// After which number.
        after: u64,
        /// The most events.
        limit: u64,
    },
    /// The tab that owns the socket has been silent too long: take the lock from it; answer with [`Incoming::Own`].
    Steal,
    /// Say something to the other tabs.
    Tell(TabWord),
    /// The server does not know this session: sign in again. What waits is kept.
    SignInAgain,
    /// The server wants a newer app, and nothing waits that an older one must send first: load the page anew.
    Upgrade,
}

impl Effect {
    /// Sends this to the server.
    pub(super) fn say(message: &ClientMessage) -> Self {
        Self::Send(serde_json::to_string(message).expect("messages have text keys only, so they always serialise"))
    }
}

/// What a tab has to do with the socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ownership {
    /// Nothing: another tab has it.
    #[default]
    None,
    /// It has the lock: it takes over, and the previous owner can no longer write.
    Alone,
    /// There are no locks, or no channel between tabs: each tab has a socket of its own.
    Together,
}

/// What tabs say to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TabWord {
    /// There is more in the database: look.
    More,
    /// How the owner's connection is, and up to which number it has sent commands. The owner says so at each change and every second: a tab that
    /// hears nothing for some seconds takes over.
    Line {
        /// Connected.
        live: bool,
        /// Tried and failed to connect.
        offline: bool,
        /// The last number sent.
        sent: u64,
        /// How far the school's clock is ahead of the device's wall clock, in milliseconds, if the owner knows.
        #[serde(default)]
        ahead_ms: Option<i64>,
    },
    /// Who is there, of a class, as the server told the owner.
    Presence {
        /// The class.
        class: ClassId,
        /// By student.
        students: BTreeMap<AccountId, Present>,
    },
    /// Somebody looks at this tab, said every second.
    Looking,
    /// How is the owner's connection?
    HowIsTheLine,
    /// A tab that may not write found something damaged in the database: whoever has the socket, check everything.
    Check,
    /// Somebody signed out: forget everything, close the database.
    SignedOut,
}

/// How settled the least settled command is: what the screen says of saving. From bad to good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SyncState {
    /// The device could not store something.
    NotSaved(Trouble),
    /// The server refused something that nobody has dismissed yet.
    Refused,
    /// Something came out otherwise than shown, and nobody has dismissed it yet.
    Changed,
    /// No connection; so many answers wait on this device.
    Offline {
        /// Answers stored.
        answers: u32,
    },
    /// Being stored.
    Saving,
    /// Stored on this device.
    Saved,
    /// On its way to the server.
    Sent,
    /// Nothing waits.
    Confirmed,
}

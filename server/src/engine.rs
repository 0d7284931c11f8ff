//! Commands in, decisions and appends out, subscribers told: no tokio, no sockets, no clock, so that a simulation can drive it.

use crate::store::{EventStore, Filed, StoreError};
use domain::{
    account::Role,
    content::Edition,
    event::StreamId,
    feeds::Feed,
    ids::{AccountId, ClassId, DeviceId},
    projections::directory::Directory,
    protocol::{Envelope, Reply},
    time::Timestamp,
};
use std::sync::Arc;

/// Something to do, from outside.
#[derive(Debug)]
pub enum Work {
    /// A command of a device.
    Command {
        /// Whose session it came by.
        account: AccountId,
        /// The device.
        device: DeviceId,
        /// The command.
        envelope: Envelope,
    },
    /// Something that the operator asks.
    Operation(Operation),
    /// A session begins.
    SignIn {
        /// SHA-256 of its token.
        token_hash: [u8; 32],
        /// Whose it is.
        account: AccountId,
        /// When it ends by itself.
        expires: Timestamp,
    },
    /// A session ends.
    SignOut {
        /// SHA-256 of its token.
        token_hash: [u8; 32],
    },
}

/// What the operator can ask: on the command line, beside a running server or without one.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub enum Operation {
    /// Open an account and let it sign in; enrol a student in, or appoint a teacher to, the class if one is named (opened if new).
    AddAccount {
        /// What is typed to sign in; unique, compared without capitals.
        login: String,
        /// The person's name.
        name: String,
        /// The role.
        role: Role,
        /// The argon2id hash of the password (PHC string).
        password_hash: String,
        /// The title of a class.
        class: Option<String>,
    },
    /// Publish a course (imported if new) and assign all its units to a class, if one is named (it must exist).
    PublishCourse {
        /// The course's documents.
        edition: Box<EditionDocuments>,
        /// The title of a class.
        class: Option<String>,
    },
    /// Mark the store as the demo school's.
    MarkDemo,
}

/// An edition as data, for an operation that is handed to a running server.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct EditionDocuments {
    /// What everybody sees.
    pub paper: domain::content::Paper,
    /// A key for each unit.
    pub keys: Vec<domain::content::UnitKey>,
}

impl From<Edition> for EditionDocuments {
    fn from(edition: Edition) -> Self {
        Self { paper: edition.paper, keys: edition.keys.into_values().collect() }
    }
}

/// What became of an operation, in words for the operator.
pub type Operated = Result<String, String>;

/// The answer to one piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// To a command.
    Reply(Reply),
    /// To an operation.
    Operated(Operated),
    /// To a sign-in or sign-out.
    Done,
}

/// What came of a batch, after its commit.
#[derive(Debug)]
pub struct Batch {
    /// One for each piece of work, in order.
    pub answers: Vec<Answer>,
    /// The events, with their feeds and numbers, in log order.
    pub published: Vec<Published>,
    /// The directory after the batch, if it changed: who may read what may have changed with it.
    pub directory: Option<Arc<Directory>>,
}

/// An event, and where it can be read.
#[derive(Debug, Clone)]
pub struct Published {
    /// Feeds with the event's number in each.
    pub feeds: Vec<(Feed, u64)>,
    /// The event.
    pub event: Arc<Filed>,
}

/// Decides, appends, answers.
pub struct Engine<S: EventStore> {
    store: S,
    directory: Arc<Directory>,
}

impl<S: EventStore> Engine<S> {
    /// Takes charge of a store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn open(_store: S) -> Result<Self, StoreError> {
        unimplemented!()
    }

    /// The store's reading side.
    pub fn reader(&self) -> S::Reader {
        self.store.reader()
    }

    /// Who and what there is now.
    pub fn directory(&self) -> &Arc<Directory> {
        &self.directory
    }

    /// Does a batch of work in one transaction. Nothing is answered before it is durable.
    ///
    /// # Errors
    /// When the store fails: then nothing of the batch happened, and nothing of it may be answered but "busy".
    pub fn run(&mut self, _work: Vec<Work>, _now: Timestamp) -> Result<Batch, StoreError> {
        unimplemented!()
    }

    /// The class with this title.
    pub fn class_titled(&self, title: &str) -> Option<ClassId> {
        self.directory.classes().map(|(id, _)| id).find(|id| self.directory.class_title(*id) == title)
    }

    /// The streams that are cached, for the curious.
    pub fn cached(&self) -> Vec<StreamId> {
        Vec::new()
    }
}

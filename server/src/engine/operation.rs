//! What the operator can ask, as data: it is handed to a running server as it is.

use domain::{
    account::Role,
    content::Edition,
    ids::{AccountId, ContentHash},
};

/// What the operator can ask: on the command line, beside a running server or without one.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub enum Operation {
    /// Open an account that can sign in. If a class is named (it is opened if it is new), enrol the student in it or appoint the teacher to it.
    AddAccount {
        /// The account's identifier: random, so that nobody can compute it from the login.
        account: AccountId,
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
    /// Say as JSON who has this login, as [`Holder`].
    WhoHas {
        /// What is typed to sign in.
        login: String,
    },
    /// Give an account another password, and end its sessions.
    SetPassword {
        /// What is typed to sign in.
        login: String,
        /// The argon2id hash of the password (PHC string).
        password_hash: String,
    },
    /// Say the newest rows of the trail in words.
    Trail {
        /// At most so many.
        limit: usize,
    },
    /// Publish a course (imported if new) and assign all its units to a class, if one is named (it must exist).
    PublishCourse {
        /// The course's documents.
        edition: Box<EditionDocuments>,
        /// The title of a class.
        class: Option<String>,
    },
    /// Say as JSON which questions a course ever had, as [`crate::operator::import::gift::Known`]: none if it is not there.
    KnownQuestions {
        /// The course.
        course: domain::ids::CourseId,
    },
    /// Appoint a teacher to one more class.
    AppointTeacher {
        /// The teacher.
        teacher: AccountId,
        /// The title of the class.
        class: String,
    },
    /// Take a teacher, by login, away from a class.
    DismissTeacher {
        /// The teacher's login.
        login: String,
        /// The title of the class.
        class: String,
    },
    /// Close an account, by login, for good.
    CloseAccount {
        /// The login.
        login: String,
    },
    /// Give a person, by login, another name.
    RenamePerson {
        /// The login.
        login: String,
        /// The name.
        name: String,
    },
    /// Take a note back, and delete what it said. That it was written stays.
    RemoveNote {
        /// The document.
        note: ContentHash,
    },
    /// Mark the store as the demo school's.
    MarkDemo,
    /// List what the reactor has parked, and have it retried if asked to.
    Reactor {
        /// Whether to try again.
        retry: bool,
    },
    /// Add a token, with which another system can read feeds.
    AddToken {
        /// What to call its token.
        name: String,
        /// The feeds that it may read, by their names; classes and courses also by their titles.
        feeds: Vec<String>,
        /// SHA-256 of the token.
        token_hash: [u8; 32],
    },
    /// Say which tokens there are.
    ListTokens,
    /// Remove a token: the system that has it can read no more.
    RemoveToken {
        /// What its token is called.
        name: String,
    },
}

/// The holder of a login, as far as one must know them to judge their new password.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Holder {
    /// The role.
    pub role: Role,
    /// The name.
    pub name: String,
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

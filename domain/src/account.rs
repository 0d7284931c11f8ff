//! The account: somebody who may sign in, in one role. Names, logins and passwords are kept elsewhere.

use crate::{decider::Decider, grading::characters, ids::SchoolId};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// A login in a normal form, in which logins that look the same to people are equal: without outer spaces, capitals and invisible characters, compatible forms
/// made equal; `İ`, `I`, `ı` and `i` are one letter.
pub fn login_alike(login: &str) -> String {
    let plain: String = characters::visible(login).nfkc().collect();
    let small: String = plain.trim().to_lowercase().nfd().collect();
    characters::without_dots(&small).nfc().collect()
}

/// What somebody is at school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Role {
    /// Learns.
    Student,
    /// Teaches.
    Teacher,
    /// Runs the school.
    Administrator,
}

/// What can be asked of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Open it.
    Open {
        /// The school that it belongs to.
        school: SchoolId,
        /// The role.
        role: Role,
    },
    /// Give it another password. The password itself goes another way: this only puts on record that it was changed.
    SetPassword {
        /// The school that the account belongs to.
        school: SchoolId,
    },
    /// Close it for good: nobody signs in with it any more, and all its rights end. What was done with it stays.
    Close {
        /// The school that the account belongs to.
        school: SchoolId,
    },
}

/// What can have happened to an account. These names and fields are the stored format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// It exists.
    AccountOpened {
        /// The school that it belongs to.
        school: SchoolId,
        /// The role.
        role: Role,
    },
    /// Somebody gave it another password; the event's actor says who.
    PasswordSet {
        /// The school that it belongs to.
        school: SchoolId,
    },
    /// It is closed, for good.
    AccountClosed {
        /// The school that it belongs to.
        school: SchoolId,
    },
}

/// Why a command of an account is turned down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// The account exists already.
    AlreadyOpen,
    /// There is no such account.
    NotOpen,
}

/// The state of an account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub enum Account {
    /// The account was not opened yet.
    #[default]
    NotOpen,
    /// It exists.
    Open(Role),
    /// It was closed for good.
    Closed,
}

impl Decider for Account {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    type Facts<'f> = ();

    fn decide(&self, command: &Command, (): &()) -> Result<Vec<Event>, Refusal> {
        match (self, command) {
            (Self::NotOpen, Command::Open { school, role }) => Ok(vec![Event::AccountOpened { school: *school, role: *role }]),
            (Self::Open(_) | Self::Closed, Command::Open { .. }) => Err(Refusal::AlreadyOpen),
            (Self::NotOpen | Self::Closed, Command::SetPassword { .. }) | (Self::NotOpen, Command::Close { .. }) => Err(Refusal::NotOpen),
            (Self::Open(_), Command::Close { school }) => Ok(vec![Event::AccountClosed { school: *school }]),
            (Self::Closed, Command::Close { .. }) => Ok(vec![]),
            (Self::Open(_), Command::SetPassword { school }) => Ok(vec![Event::PasswordSet { school: *school }]),
        }
    }

    fn evolve(self, event: &Event) -> Self {
        match event {
            Event::AccountOpened { school: _, role } => Self::Open(*role),
            Event::PasswordSet { .. } => self,
            Event::AccountClosed { .. } => Self::Closed,
        }
    }
}

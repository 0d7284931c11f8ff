//! The state of any aggregate, as its own stream tells it.

use crate::{
    account::Account,
    attempt::Attempt,
    class::Class,
    course::Course,
    decider::Decider,
    event::{Event, StreamId},
};
use std::borrow::Cow;

/// The state of one aggregate. What only looks borrows it from where it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State<'s> {
    /// Of an account.
    Account(Cow<'s, Account>),
    /// Of a class.
    Class(Cow<'s, Class>),
    /// Of a course.
    Course(Cow<'s, Course>),
    /// Of an attempt.
    Attempt(Cow<'s, Attempt>),
}

impl State<'_> {
    /// Before the first event of a stream.
    pub fn before(stream: &StreamId) -> State<'static> {
        match stream {
            StreamId::Account(_) => State::Account(Cow::default()),
            StreamId::Class(_) => State::Class(Cow::default()),
            StreamId::Course(_) => State::Course(Cow::default()),
            StreamId::Attempt(_) => State::Attempt(Cow::default()),
        }
    }

    /// The attempt, if it is one's.
    pub fn as_attempt(&self) -> Option<&Attempt> {
        if let Self::Attempt(state) = self { Some(state) } else { None }
    }

    /// The same, for somebody who only looks.
    pub fn borrowed(&self) -> State<'_> {
        match self {
            Self::Account(state) => State::Account(Cow::Borrowed(state)),
            Self::Class(state) => State::Class(Cow::Borrowed(state)),
            Self::Course(state) => State::Course(Cow::Borrowed(state)),
            Self::Attempt(state) => State::Attempt(Cow::Borrowed(state)),
        }
    }

    /// After the next event of its stream. One that this build does not know changes nothing that it knows.
    #[must_use]
    pub fn after(self, event: &Event) -> State<'static> {
        match event {
            Event::Account(_, event) => State::Account(Cow::Owned(self.account().into_owned().evolve(event))),
            Event::Class(_, event) => State::Class(Cow::Owned(self.class().into_owned().evolve(event))),
            Event::Course(_, event) => State::Course(Cow::Owned(self.course().into_owned().evolve(event))),
            Event::Attempt(_, event) => State::Attempt(Cow::Owned(self.attempt().into_owned().evolve(event))),
            Event::Unknown(_) => self.into_owned(),
        }
    }

    /// The same, kept.
    pub fn into_owned(self) -> State<'static> {
        match self {
            Self::Account(state) => State::Account(Cow::Owned(state.into_owned())),
            Self::Class(state) => State::Class(Cow::Owned(state.into_owned())),
            Self::Course(state) => State::Course(Cow::Owned(state.into_owned())),
            Self::Attempt(state) => State::Attempt(Cow::Owned(state.into_owned())),
        }
    }
}

/// The state as that of one kind of aggregate. If it is of another kind, the state before the first event.
impl<'s> State<'s> {
    /// As an account's.
    pub fn account(self) -> Cow<'s, Account> {
        if let Self::Account(state) = self { state } else { Cow::default() }
    }

    /// As a class's.
    pub fn class(self) -> Cow<'s, Class> {
        if let Self::Class(state) = self { state } else { Cow::default() }
    }

    /// As a course's.
    pub fn course(self) -> Cow<'s, Course> {
        if let Self::Course(state) = self { state } else { Cow::default() }
    }

    /// As an attempt's.
    pub fn attempt(self) -> Cow<'s, Attempt> {
        if let Self::Attempt(state) = self { state } else { Cow::default() }
    }
}

//! The door to read through: what this tab's replica shows.

use super::{ClientHandle, behind};
use crate::device;
use domain::{replica::Replica, time::Timestamp};
use leptos::prelude::*;

/// A value read from what is shown; changes when what it reads from does.
pub fn use_projection<T>(read: impl Fn(&Replica) -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Clone + Send + Sync + 'static,
{
    let projections = use_projections();
    Memo::new(move |_| projections.read(&read))
}

/// What is shown, for callers that need no memo of their own.
#[derive(Clone, Copy)]
pub struct Projections(ClientHandle);

/// What is shown.
pub fn use_projections() -> Projections {
    Projections(behind())
}

impl Projections {
    /// Reads what is shown and tracks it: the reader runs again when something has changed.
    pub fn read<T>(self, read: impl FnOnce(&Replica) -> T) -> T {
        self.0.0.with_value(|client| client.read(read))
    }

    /// Reads what is shown at this moment, without tracking it.
    pub fn peek<T>(self, read: impl FnOnce(&Replica) -> T) -> T {
        self.0.0.with_value(|client| client.peek(read))
    }

    /// The school's time at this moment, as far as the server has told it.
    pub fn school_time(self) -> Timestamp {
        self.peek(|replica| replica.school_time(device::clocks()))
    }

    /// Notes that a page shows this feed, so that it comes first if much has to be fetched.
    #[cfg(feature = "teach")]
    pub fn prefer(self, feed: domain::feeds::Feed) {
        self.0.0.with_value(|client| client.prefer(feed));
    }
}

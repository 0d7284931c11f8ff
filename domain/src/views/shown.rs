//! What a screen has to show: a thing, or why it cannot be shown yet.

use super::Reach;

/// What a screen has to show, as far as that is on the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown<T> {
    /// It is on its way.
    Loading,
    /// There is no connection, and it is not on this device.
    NotHere,
    /// There is no such thing.
    Nothing,
    /// This.
    Ready(T),
}

impl<T> Shown<T> {
    /// What was looked for on a device: what was not found is missing for good only where everything has arrived.
    pub fn of(found: Option<T>, reach: Reach) -> Self {
        match (found, reach) {
            (_, Reach::Reading) => Self::Loading,
            (Some(found), _) => Self::Ready(found),
            (None, Reach::Live) => Self::Nothing,
            (None, Reach::Offline) => Self::NotHere,
            (None, Reach::Connecting | Reach::CatchingUp) => Self::Loading,
        }
    }

    /// The same of what is known to exist, so that it is on its way where it was not found.
    pub fn of_known(found: Option<T>, reach: Reach) -> Self {
        match Self::of(found, reach) {
            Self::Nothing => Self::Loading,
            shown @ (Self::Loading | Self::NotHere | Self::Ready(_)) => shown,
        }
    }

    /// With something else in its place, made from it.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Shown<U> {
        match self {
            Self::Loading => Shown::Loading,
            Self::NotHere => Shown::NotHere,
            Self::Nothing => Shown::Nothing,
            Self::Ready(ready) => Shown::Ready(make(ready)),
        }
    }

    /// The same, borrowed.
    pub fn as_ref(&self) -> Shown<&T> {
        match self {
            Self::Loading => Shown::Loading,
            Self::NotHere => Shown::NotHere,
            Self::Nothing => Shown::Nothing,
            Self::Ready(ready) => Shown::Ready(ready),
        }
    }

    /// The thing, if it can be shown.
    pub fn ready(self) -> Option<T> {
        match self {
            Self::Ready(ready) => Some(ready),
            Self::Loading | Self::NotHere | Self::Nothing => None,
        }
    }
}

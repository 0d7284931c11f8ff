//! The coordinator: the only one that knows two parts of the replica, and says what one's findings mean for the others.

mod attending;
mod connecting;
mod fetching;
mod greeting;
mod hearing;
mod owning;
mod reading;
mod receiving;
mod restoring;
mod sending;
mod storing;
mod telling;
mod timing;

//! The coordinator: the only one that knows two parts of the replica, and says what one's findings mean for the others.

mod attending;
mod fetching;
mod reading;
mod receiving;
mod sending;
mod storing;
mod telling;

//! The coordinator: the only one that knows more than one part of the replica; it tells the others what one part has found.

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

//! What speaks HTTP: connections, routes, sessions, reading, sockets, the app's files.

pub mod accept;
pub mod assets;
pub mod at_least;
pub mod documents;
pub mod feed_pages;
pub mod metrics;
pub mod people;
pub mod requests;
pub mod router;
pub mod sessions;
pub mod socket;
pub mod tls;
pub mod trail;

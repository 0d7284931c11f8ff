//! The edge of Leftfold: accepts commands, keeps the log, streams it. In the order of a command's way:
//!
//! 1. [`config`], [`limits`]: the command line; [`serve`]: starting and shutting down; [`process`]: what the system is asked for;
//!    [`school`]: one school, which is all that requests share.
//! 2. [`http`]: connections, routes, sessions, reading, sockets, the app's files; [`auth`] below it: who may come in; [`error`]: how a no is said.
//! 3. [`subscription`]: commands in, events out, without HTTP.
//! 4. [`writer`]: the one thread that writes; [`engine`]: decisions and appends; [`quota`]: how much one account may ask; [`store`]: what keeps it all.
//! 5. [`trail`]: who signed in, was refused, removed; [`logins`]: what may be a login.
//! 6. [`operator`]: what an operator does with a data folder, beside a running server or without one.
//!
//! [`reach`], [`clock`], [`chance`] and [`stop`] are what many of them need; [`metrics`] and [`request`] are what
//! they tell of their work.

pub mod auth;
pub mod chance;
pub mod clock;
pub mod config;
pub mod engine;
pub mod error;
pub mod http;
pub mod limits;
pub mod logins;
pub mod metrics;
pub mod operator;
pub mod process;
pub mod quota;
pub mod reach;
pub mod request;
pub mod school;
pub mod serve;
pub mod stop;
pub mod store;
pub mod subscription;
pub mod trail;
pub mod writer;

pub use serve::{Running, ServerConfig, start};
pub use stop::Stop;

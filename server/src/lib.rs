//! The edge of Leftfold: accepts commands, keeps the log, streams it. In the order of a command's way:
//!
//! 1. [`config`]: the command line; [`serve`]: starting and ending; [`folder`]: the data; [`accept`], [`tls`]: connections;
//!    [`process`]: what the system is asked for.
//! 2. [`router`]: all routes; [`sessions`], [`logins`]: who asks; [`site`]: what all requests share; [`error`]: how a no is said.
//! 3. [`subscription`]: sockets, commands in, events out; [`content`]: reading by HTTP, [`tokens`]: by other systems; [`people`]: joining a class,
//!    new passwords; [`assets`]: the app.
//! 4. [`writer`]: the one thread that writes; [`engine`]: decisions and appends; [`store`]: what keeps them.
//! 5. [`handover`]: operations beside a running server; [`operate`], [`import`], [`demo`]: what they do; [`trail`]: who signed in, was refused, removed.
//! 6. [`check`], [`backup`], [`restore`]: whether the store is sound, its copy, and the way back.
//! 5. [`handover`]: operations beside a running server; [`operate`], [`import`], [`demo`]: what they do; [`statistics`] of a file.

pub mod accept;
pub mod assets;
pub mod backup;
pub mod chance;
pub mod check;
pub mod config;
pub mod content;
pub mod demo;
pub mod engine;
pub mod error;
pub mod folder;
pub mod handover;
pub mod import;
pub mod limits;
pub mod logins;
pub mod operate;
pub mod people;
pub mod process;
pub mod quota;
pub mod restore;
pub mod router;
pub mod serve;
pub mod sessions;
pub mod site;
pub mod statistics;
pub mod store;
pub mod subscription;
pub mod tls;
pub mod tokens;
pub mod trail;
pub mod writer;

pub use serve::{Running, ServerConfig, Stop, start};

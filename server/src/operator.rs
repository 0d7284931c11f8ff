//! What an operator does with a data folder: operations beside a running server, imports, the demo school, checks, copies and the way back.

pub mod backup;
pub mod check;
pub mod demo;
pub mod events;
pub mod folder;
pub mod handover;
pub mod import;
pub mod messages;
pub mod operate;
pub mod restore;
pub mod statistics;

//! The rules of Leftfold: what may happen and what follows from it. Pure: no I/O, no clock, no chance. In reading order:
//!
//! 1. [`ids`], [`time`], [`content`]: what is taught, and [`grading`]: how an answer comes out.
//! 2. [`decider`]: the shape of an aggregate; [`attempt`], [`class`], [`course`], [`account`]: the four there are.
//! 3. [`event`] and [`command`]: what is recorded and what is asked, over all of them;
//!    [`state`]: what an aggregate comes to; [`decision`]: how a command is decided, with the [`library`] of documents at hand.
//! 4. [`feeds`]: who may read which event; [`rights`]: who may ask what, know whose name, have which document.
//! 5. [`processes`]: which events cause something, and what. [`regrading`]: what a correction would change, before it is made.
//! 6. [`projections`]: the read models that screens show; [`statistics`]: the numbers over marks.
//! 7. [`views`]: what screens are about. [`names`]: what may be a name, and how much of it tells people apart.
//! 8. [`claims`]: which moments a device can claim. [`protocol`]: what travels between browser and server.
//! 9. [`replica`]: the browser's whole sync engine, without a browser.

pub mod account;
pub mod attempt;
pub mod claims;
pub mod class;
pub mod command;
pub mod content;
pub mod course;
pub mod decider;
pub mod decision;
pub mod digest;
pub mod event;
pub mod feeds;
pub mod grading;
pub mod ids;
pub mod library;
pub mod lines;
pub mod names;
pub mod processes;
pub mod projections;
pub mod protocol;
pub mod regrading;
pub mod replica;
pub mod rights;
pub mod state;
pub mod statistics;
pub mod time;
pub mod views;

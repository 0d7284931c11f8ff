//! The rulebook: every rule of Leftfold as a test that reads like the rule.

mod account;
mod address;
mod attempt;
mod claims;
mod class;
mod content;
mod corrections;
mod course;
mod decision;
mod feeds;
mod given;
mod grading;
mod ids;
mod insight;
mod journal;
mod lines;
mod names;
mod processes;
mod projections;
mod regrades;
mod regrading;
mod replica;
mod room;
mod statistics;
mod views;

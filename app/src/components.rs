//! What pages are made of; one file and one sheet of style each.

pub mod arrival;
pub mod bar;
pub mod celebration;
pub mod class_frame;
pub mod data_table;
pub mod dialog;
pub mod explanation;
pub mod exports;
pub mod fields;
pub mod inbox;
pub mod joining;
pub mod loading;
pub mod mark;
pub mod moments;
pub mod names;
pub mod notes;
pub mod notices;
pub mod plot;
pub mod question;
pub mod reading;
pub mod regraded;
pub mod share;
pub mod sign_out;
pub mod state;
pub mod streak;
pub mod work;

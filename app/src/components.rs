//! What pages are made of; one file and one sheet of style each.

pub mod arrival;
pub mod bar;
pub mod celebration;
pub mod demo_doors;
pub mod dialog;
pub mod explanation;
pub mod fields;
pub mod inbox;
pub mod learn;
pub mod loading;
pub mod mark;
pub mod not_found;
pub mod notices;
pub mod question;
pub mod reading;
pub mod saved;
pub mod share;
pub mod showing;
pub mod sign_out;
pub mod state;
pub mod streak;
pub mod teach;
pub mod work;

//! What a teacher's pages are made of.

pub mod class_frame;
pub mod counted;
pub mod data_table;
pub mod exports;
pub mod moments;
pub mod names;
pub mod plot;

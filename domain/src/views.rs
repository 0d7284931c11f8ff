//! Views: what screens are about, as rules. Pure; each page draws one of them, in its own words.

pub mod course_map;
pub mod mastery;
pub mod shown;
pub mod situation;
pub mod taught;

use crate::{library::Library, projections::read_models::ReadModels};

/// How far a device has got with reaching the school.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// What the device keeps is still being read.
    Reading,
    /// The connection was tried, and is not there.
    Offline,
    /// It is being made.
    Connecting,
    /// It stands, and what happened elsewhere is on its way.
    CatchingUp,
    /// It stands, and everything is here.
    Live,
}

/// What is on a device, and how far it reaches the school.
#[derive(Debug, Clone, Copy)]
pub struct OnDevice<'d> {
    /// What is shown: what is confirmed, with what the device's own commands lead to.
    pub models: &'d ReadModels,
    /// The documents at hand.
    pub library: &'d Library,
    /// How far it reaches.
    pub reach: Reach,
}

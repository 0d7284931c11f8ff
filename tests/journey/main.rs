//! Journeys: the real server, spoken to as browsers and scripts speak to it.

mod edge;
mod school;

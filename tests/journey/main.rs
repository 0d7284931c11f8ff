//! Journeys: the real server, spoken to as browsers and scripts speak to it.

mod agreement;
mod alone;
mod counting;
#[path = "../model/database.rs"]
mod database;
mod device;
mod edge;
mod school;

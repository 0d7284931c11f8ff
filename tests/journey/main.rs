//! Journeys: the real server, spoken to as browsers and scripts speak to it.

mod agreement;
mod alone;
mod classroom;
mod counting;
#[allow(dead_code, reason = "each suite drives its own part of the model")]
#[path = "../model/database.rs"]
mod database;
mod device;
mod edge;
mod flow;
mod forged;
mod killed;
mod school;
mod stalled;
mod together;

//! Journeys: the real server, spoken to as browsers and scripts speak to it.

mod accounts;
mod again;
mod agreement;
mod alone;
mod apart;
mod at_least;
mod checked;
mod claims;
mod classroom;
mod counting;
#[allow(dead_code, reason = "each suite meets its own part of the crowd")]
mod crowd;
mod crowded;
mod device;
mod documented;
mod edge;
mod ended;
mod events;
mod failing_disk;
mod flow;
mod folder;
mod forged;
mod founded;
mod imported;
mod killed;
mod measured;
mod program;
mod quota;
mod regraded;
mod removed;
mod replaced;
mod restored;
mod room;
mod said;
mod school;
mod served;
mod sessions;
#[cfg(target_os = "linux")]
mod signing_in;
mod slow;
mod stalled;
mod together;
mod tokens;
mod unread;
mod update;

use model::{chance, database};

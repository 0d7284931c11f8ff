//! What mutations of the network and of the server's voice say instead of the truth.

use crate::{mutation::Mutation, world::World};
use domain::{
    digest::{Digest, Shared},
    event::{Position, read_runs},
    protocol::{Outcome, ServerMessage},
};

/// A result that is not the one.
pub fn result(world: &World, link: usize, (number, position): (u64, Option<Position>), outcome: Outcome) -> Option<String> {
    let other = match (world.mutation?, outcome) {
        (Mutation::TellARefusalAsAYes, Outcome::Refused(_)) => Outcome::Accepted { version: Default::default(), events: 0 },
        (Mutation::TellTwoResults, Outcome::Accepted { version, events }) if link > 3 => Outcome::Accepted { version, events: events + 1 },
        _ => return None,
    };
    Some(serde_json::to_string(&ServerMessage::Result { number, outcome: other, position }).expect("it serialises"))
}

/// A frame of events of which two have changed places.
pub fn swapped(world: &World, frame: &str) -> Option<String> {
    let ServerMessage::Events { feed, first, runs, .. } = serde_json::from_str(frame).ok()? else { return None };
    let mut runs = read_runs(runs.get()).ok()?;
    let run = runs.iter_mut().find(|run| run.events.len() > 1)?;
    run.events.swap(0, 1);
    let before = first.checked_sub(2).and_then(|index| world.truth.now().feed(&feed).get(index as usize));
    let mut digest = before.map_or_else(Digest::default, |fact| fact.digest);
    for run in &runs {
        let shared = Shared::of(&run.stream, run.actor, run.device);
        digest = run.events.iter().fold(digest, |digest, entry| digest.then(shared, entry));
    }
    let runs = serde_json::value::to_raw_value(&runs).expect("it serialises");
    Some(serde_json::to_string(&ServerMessage::Events { feed, first, digest, runs: &runs }).expect("it serialises"))
}

//! Read models: each a left fold over events, thrown away and rebuilt at will.

pub mod class_overview;
pub mod directory;
pub mod insight;
pub mod journal;
pub mod notes;
pub mod parts;
pub mod progress;
pub mod read_models;
pub mod regrades;
pub mod tally;

use crate::ids::ContentHash;
use serde::Serialize;

/// The hash of a fold's state: equal states have equal hashes, natively and in Wasm.
pub fn state_hash(state: &impl Serialize) -> ContentHash {
    ContentHash::of(&serde_json::to_vec(state).expect("read models have text keys only, so they always serialise"))
}

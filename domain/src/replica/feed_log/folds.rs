//! Snapshots of folds, so that a reload need not begin at the first event: stored when nothing else is to be done, used part by part.

use super::{FeedLog, own::Own, rungs::Rungs};
use crate::{
    event::Recorded,
    feeds::{Feed, GENERATION},
    ids::ContentHash,
    projections::{parts::Part, read_models::ReadModels},
    protocol::Mark,
    replica::storage::{Change, Snapshot},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Folds are kept anew when at least so many events have come since the last time.
pub const SNAPSHOT_EVENTS_MIN: u64 = 500;
/// And only when those are at least one in this many of all: the folds of a large class take a while to write, and few events are folded quickly.
const SNAPSHOT_EVENTS_ONE_IN: u64 = 50;

/// What a load does with the snapshots that it found.
#[derive(Debug, Default)]
pub(super) struct Folding {
    /// The kept folds that came with this load.
    offered: Vec<Snapshot>,
    /// How far the snapshots that are used have folded each feed.
    base: BTreeMap<Feed, Mark>,
    /// The parts without a usable snapshot, and the read models in which they are folded from the beginning, beside the others.
    anew: Option<(BTreeSet<Part>, Box<ReadModels>)>,
    /// How many events each part folded at the last load.
    folded: BTreeMap<&'static str, u64>,
    /// How many events were here when snapshots were last stored or used.
    kept_at: u64,
}

/// Raised when what is kept beside the part `seen` changes.
const BESIDE_VERSION: u32 = 1;

/// The part `seen` is stored together with what else is known of the chunks that it was folded from, since a load that uses it does not read those.
#[derive(Serialize, Deserialize)]
struct SeenAndBeside {
    seen: Box<serde_json::value::RawValue>,
    /// The digests at some numbers.
    rungs: BTreeMap<Feed, Rungs>,
    /// The own commands that led to events among them.
    own: Own,
}

/// The snapshots that this build can use: their names and versions.
pub(in crate::replica) fn wanted() -> BTreeMap<String, u32> {
    Part::ALL.into_iter().map(|part| (part.name().to_owned(), kept_version(part))).collect()
}

/// The version that a part is kept under. (Both only go up, so their sum says when either did.)
fn kept_version(part: Part) -> u32 {
    let beside = match part {
        Part::Seen => BESIDE_VERSION,
        Part::Directory | Part::Progress | Part::Overview | Part::Attempts | Part::Regrades => 0,
    };
    part.version() + beside
}

impl FeedLog {
    /// How many events each part of the read models folded at the last load: those in a snapshot that was used do not count.
    pub(in crate::replica) fn folded_at_load(&self) -> &BTreeMap<&'static str, u64> {
        &self.folding.folded
    }

    /// Everything is folded anew.
    pub(super) fn begin_folding(&mut self) {
        self.folding = Folding { kept_at: self.folding.kept_at, ..Folding::default() };
    }

    /// Takes a snapshot that the read found; they come before the first chunk.
    pub(in crate::replica) fn offer(&mut self, snapshot: &Snapshot) {
        self.folding.offered.push(snapshot.clone());
    }

    /// Before the first chunk: uses the snapshots that were offered and are sound. Without the part `seen`, which says what was folded, the others are of no
    /// use.
    pub(in crate::replica) fn take_up(&mut self) {
        let offered = std::mem::take(&mut self.folding.offered);
        let sound = |snapshot: &Snapshot| {
            let part = Part::named(&snapshot.name).filter(|part| kept_version(*part) == snapshot.version)?;
            let current = snapshot.marks.values().all(|mark| mark.generation == GENERATION);
            (current && snapshot.hash == ContentHash::of(snapshot.state.as_bytes())).then_some(part)
        };
        let sound: BTreeMap<Part, &Snapshot> = offered.iter().filter_map(|snapshot| Some((sound(snapshot)?, snapshot))).collect();
        let Some(seen) = sound.get(&Part::Seen) else { return };
        let Ok(SeenAndBeside { seen: state, rungs, own }) = serde_json::from_str(&seen.state) else { return };
        let mut models = ReadModels::of(self.account, self.role);
        if !models.take_up(Part::Seen, state.get()) {
            return;
        }
        let usable = |part: &Part| sound.get(part).filter(|snapshot| snapshot.marks == seen.marks);
        let mut missing: BTreeSet<Part> = Part::ALL.into_iter().filter(|part| *part != Part::Seen).collect();
        missing.retain(|part| !usable(part).is_some_and(|snapshot| models.take_up(*part, &snapshot.state)));
        self.confirmed = models;
        self.own = own;
        self.folding.base = seen.marks.clone();
        if missing.is_empty() {
            self.marks = seen.marks.clone();
            self.rungs = rungs;
        } else {
            self.folding.anew = Some((missing, Box::new(ReadModels::of(self.account, self.role))));
        }
    }

    /// Folds an event where it has not been folded yet; during a load it is counted.
    pub(super) fn fold_event(&mut self, feed: &Feed, number: u64, recorded: &Recorded, is_loading: bool) {
        let new = self.folding.base.get(feed).is_none_or(|base| number > base.after);
        if new {
            self.confirmed.fold(recorded);
        }
        if let Some((_, models)) = &mut self.folding.anew {
            models.fold(recorded);
        }
        if !is_loading {
            return;
        }
        for part in Part::ALL {
            let anew = self.folding.anew.as_ref().is_some_and(|(missing, _)| missing.contains(&part));
            *self.folding.folded.entry(part.name()).or_default() += u64::from(new || anew);
        }
    }

    /// After the last chunk: the parts folded anew join the others. False if the chunks were not all there: then the kept folds are of no use.
    pub(in crate::replica) fn join_parts(&mut self) -> bool {
        let base = std::mem::take(&mut self.folding.base);
        let Some((missing, mut models)) = self.folding.anew.take() else {
            self.folding.kept_at = self.folding.kept_at.max(base.values().map(|mark| mark.after).sum());
            return true;
        };
        let complete = base.iter().all(|(feed, base)| self.marks.get(feed).is_some_and(|mark| mark.after >= base.after));
        if complete && models.seen == self.confirmed.seen {
            missing.into_iter().for_each(|part| self.confirmed.take_part(part, &mut models));
            // So that snapshots are stored again soon, with what was folded anew.
            self.folding.kept_at = 0;
            return true;
        }
        false
    }

    fn events_had(&self) -> u64 {
        self.marks.values().map(|mark| mark.after).sum()
    }

    /// Whether enough events have come for snapshots to be stored again, and all of them are sound and stored. Not while there are events that this build does
    /// not know: a later build must fold those itself.
    pub(in crate::replica) fn are_folds_worth_keeping(&self) -> bool {
        let due = self.events_had() >= self.folding.kept_at + SNAPSHOT_EVENTS_MIN.max(self.folding.kept_at / SNAPSHOT_EVENTS_ONE_IN);
        due && self.gathered.is_empty() && self.confirmed.unknown.is_empty() && self.damages.is_empty()
    }

    /// All folds, to be kept.
    pub(in crate::replica) fn keep_folds(&mut self) -> Vec<Change> {
        self.folding.kept_at = self.events_had();
        Part::ALL.into_iter().map(|part| Change::Snapshot(self.snapshot(part))).collect()
    }

    fn snapshot(&self, part: Part) -> Snapshot {
        let state = match part {
            Part::Seen => {
                let seen = serde_json::value::RawValue::from_string(self.confirmed.part(part)).expect("a part is JSON");
                let beside = SeenAndBeside { seen, rungs: self.rungs.clone(), own: self.own.clone() };
                serde_json::to_string(&beside).expect("rungs and numbers are numbers and texts")
            }
            Part::Directory | Part::Progress | Part::Overview | Part::Attempts | Part::Regrades => self.confirmed.part(part),
        };
        let marks = self.marks.clone();
        Snapshot { name: part.name().to_owned(), version: kept_version(part), marks, hash: ContentHash::of(state.as_bytes()), state }
    }
}

//! The database, as the replica reads it and hears of its transactions: what is folded, and what is read again when.

use super::{Feed, Replica, compare, folding::Folded, storage::Chunk};
use crate::{
    digest::{Digest, Shared},
    event::{Run, read_runs},
    feeds::GENERATION,
    protocol::Mark,
};

impl Replica {
    /// Whether everything is being read, for the first time or anew: until then [`Replica::marks`] say less than what was had.
    pub fn is_reading_all(&self) -> bool {
        !self.database.was_read() || self.database.is_reading_anew()
    }

    /// A stored chunk: folded if it is what was stored.
    pub(super) fn chunk(&mut self, chunk: &Chunk) {
        if self.database.is_reading_in_vain() {
            return;
        }
        self.take_up();
        let had = self.marks.get(&chunk.feed).copied().unwrap_or_default();
        match self.fold_chunk(&chunk.feed, chunk.first, Some(chunk.count), &chunk.runs, chunk.digest) {
            Folded::New { .. } | Folded::Had => {
                if chunk.first <= had.after {
                    self.unseen.remove(&chunk.feed);
                }
                self.damage_is_covered(&chunk.feed);
            }
            Folded::Hole => {}
            // What was read before may be what is wrong: another tab has cut it off meanwhile, and begun anew.
            Folded::Damaged if self.database.is_looking() && had.after > 0 && !self.damage.contains_key(&chunk.feed) => {
                self.unseen.insert(chunk.feed);
            }
            Folded::Damaged => self.note_damage(chunk),
        }
    }

    /// Folds the events of a feed that are new here, all or none: those whose digest is not the one that they came with are not kept.
    pub(super) fn fold_chunk(&mut self, feed: &Feed, first: u64, count: Option<u64>, runs: &str, digest: Digest) -> Folded {
        let mark = self.marks.get(feed).copied().unwrap_or(Mark { generation: GENERATION, ..Mark::default() });
        if first > mark.after + 1 {
            return Folded::Hole;
        }
        if let Some(end) = count.map(|count| first + count - 1).filter(|end| *end <= mark.after) {
            return if end == mark.after && digest != mark.digest { Folded::Damaged } else { Folded::Had };
        }
        let Ok(runs) = read_runs(runs) else { return Folded::Damaged };
        let (mut number, mut running) = (first.saturating_sub(1), mark.digest);
        for run in &runs {
            let of_run = Shared::of(&run.stream, run.actor, run.device);
            for entry in &run.events {
                number += 1;
                if number > mark.after {
                    running = running.then(of_run, entry);
                }
            }
        }
        let read = number + 1 - first;
        if count.is_some_and(|count| count != read) {
            return Folded::Damaged;
        }
        if number < mark.after || (number == mark.after && running == digest) {
            return Folded::Had;
        }
        if running != digest {
            return Folded::Damaged;
        }
        for (number, recorded) in (first..).zip(runs.iter().flat_map(Run::recorded)).filter(|(number, _)| *number > mark.after) {
            self.fold_event(feed, number, &recorded);
            if recorded.actor == self.account {
                self.note_own(&recorded);
            }
        }
        self.marks.insert(*feed, Mark { after: number, digest, ..mark });
        compare::note_rung(self.rungs.entry(*feed).or_default(), number, digest);
        Folded::New { count: read }
    }
}

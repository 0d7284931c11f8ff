//! History by HTTP: whole pages of a feed, for a device that is far behind, and for a stored chunk that was damaged.

use super::{
    Effect, Feed, Replica,
    behind::Behind,
    folding::Folded,
    storage::{Change, Chunk, Durability},
};
use crate::protocol::{CREDIT_FRAMES, ClientMessage, HISTORY_EVENTS_MIN, HISTORY_PAGE_EVENTS_MAX, Mark, ServerMessage};
use std::collections::BTreeMap;

/// Pages asked for at a time: one comes while the other is folded.
const PAGES_UNDERWAY_MAX: usize = 2;

/// A stored chunk that is not what was stored.
#[derive(Debug)]
pub(super) struct Damage {
    first: u64,
    count: u64,
    mending: Mending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mending {
    NotAsked,
    Asked,
    /// It could not be had: it comes with all that follows, when the line is there.
    GivenUp,
}

impl Replica {
    /// How many of the events that were missing at the welcome have come, and how many were missing; none when nothing was, or all has come.
    pub fn catching_up(&self) -> Option<(u64, u64)> {
        let missing = self.line.missing.iter().filter(|_| !self.line.caught_up());
        let (had, of) = missing.fold((0, 0), |(had, of), (feed, (from, until))| {
            let mark = self.marks.get(feed).map_or(0, |mark| mark.after);
            (had + mark.clamp(*from, *until) - from, of + until - from)
        });
        (of > 0).then_some((had, of))
    }

    /// At the welcome: what is far behind is fetched page by page; then live events may come.
    pub(super) fn begin_history(&mut self, granted: &BTreeMap<Feed, Mark>, effects: &mut Vec<Effect>) {
        let had = |feed: &Feed| self.marks.get(feed).map_or(0, |mark| mark.after);
        let missing = granted.iter().map(|(feed, there)| (*feed, (had(feed), there.after))).filter(|(_, (from, until))| from < until);
        self.line.missing = missing.collect();
        let behind = |(feed, (from, until)): (&Feed, &(u64, u64))| {
            let is_far = until - from > HISTORY_EVENTS_MIN;
            (*feed, Behind { is_far, until: *until, underway: BTreeMap::new(), came: BTreeMap::new() })
        };
        // Once pages are fetched, little comes so too, and first: a course's few events say what the many of a class are about.
        let history: BTreeMap<Feed, Behind> = self.line.missing.iter().map(behind).collect();
        self.line.history = if history.values().any(|behind| behind.is_far) { history } else { BTreeMap::new() };
        self.go_on_with_history(effects);
    }

    /// Of the feeds that are far behind this one is fetched first: a page shows it.
    pub fn prefer(&mut self, feed: Feed) {
        self.preferred = Some(feed);
    }

    /// Whether there is more of a feed than is here: the server said so, or is about to say.
    pub fn is_behind(&self, feed: &Feed) -> bool {
        let had = self.marks.get(feed).map_or(0, |mark| mark.after);
        let missing = self.line.missing.get(feed).is_some_and(|(_, until)| had < *until);
        self.line.is_catching_up() && (missing || !self.line.may_send())
    }

    /// Asks for the next pages, as far as the database keeps up; after the last, for live events.
    pub(super) fn go_on_with_history(&mut self, effects: &mut Vec<Effect>) {
        if !self.line.may_send() || self.line.credited || self.line.outdated {
            return;
        }
        if self.line.history.is_empty() {
            self.line.credited = true;
            effects.push(Effect::say(&ClientMessage::Credit { frames: CREDIT_FRAMES }));
            return;
        }
        let mut underway: usize = self.line.history.values().map(|behind| behind.underway.len() + behind.came.len()).sum();
        let mut history: Vec<(&Feed, &mut Behind)> = self.line.history.iter_mut().collect();
        history.sort_by_key(|(feed, behind)| (behind.is_far, Some(**feed) != self.preferred));
        for (feed, behind) in history {
            let had = self.marks.get(feed).map_or(0, |mark| mark.after);
            while underway < PAGES_UNDERWAY_MAX
                && self.gathered.events() <= HISTORY_PAGE_EVENTS_MAX
                && let Some((after, limit)) = behind.next(had)
            {
                effects.push(Effect::History { feed: *feed, after, limit });
                behind.underway.insert(after, after + limit);
                underway += 1;
            }
        }
    }

    /// The feed's history is not fetched any more; the rest of it comes over the socket.
    pub(super) fn leave_history(&mut self, feed: &Feed, effects: &mut Vec<Effect>) {
        if self.line.history.remove(feed).is_some() {
            self.go_on_with_history(effects);
        }
    }

    /// A page came, or could not be had.
    pub(super) fn history(&mut self, feed: Feed, after: u64, page: Option<&str>, effects: &mut Vec<Effect>) {
        if self.damage.get(&feed).is_some_and(|damage| damage.mending == Mending::Asked && damage.first == after + 1) {
            return self.mend(feed, page, effects);
        }
        // Of a line that is gone.
        let Some(behind) = self.line.history.get_mut(&feed) else { return };
        let until = behind.underway.remove(&after).unwrap_or(after + HISTORY_PAGE_EVENTS_MAX);
        let idle = behind.underway.is_empty();
        let Some(page) = page else { return self.break_off(effects) };
        behind.came.insert(after, (until, page.to_owned()));
        // A page that brings nothing new though no other is on its way would be asked for for ever.
        let mut came = !idle;
        while let Some(page) = self.next_page(&feed) {
            match self.fold_page(feed, &page) {
                Folded::New { .. } => came = true,
                Folded::Had | Folded::Hole => {}
                Folded::Damaged => {
                    came = false;
                    break;
                }
            }
        }
        let mark = self.marks.get(&feed).copied().unwrap_or_default();
        match self.line.history.get(&feed) {
            // One that waits for what another left out is of use, too.
            Some(behind) if mark.after < behind.until && (came || behind.came.contains_key(&after)) => {}
            Some(_) | None => {
                self.line.history.remove(&feed);
                // Also when it did not all come so: the rest comes over the socket, from here on.
                if mark.after > self.line.missing.get(&feed).map_or(0, |(from, _)| *from) {
                    effects.push(Effect::say(&ClientMessage::Have { feed, mark }));
                }
                self.show_again();
                self.fetch_missing(effects);
            }
        }
        self.confirm(effects);
        self.go_on_with_history(effects);
    }

    /// The page that goes on where a feed ends here, if it has come.
    fn next_page(&mut self, feed: &Feed) -> Option<String> {
        let had = self.marks.get(feed).map_or(0, |mark| mark.after);
        let came = &mut self.line.history.get_mut(feed)?.came;
        let next = came.first_entry().filter(|next| *next.key() <= had)?;
        Some(next.remove().1)
    }

    /// Folds a page and gathers it to be stored.
    fn fold_page(&mut self, feed: Feed, page: &str) -> Folded {
        let Ok(ServerMessage::Events { feed: of, first, digest, runs }) = serde_json::from_str(page) else { return Folded::Damaged };
        if of != feed {
            return Folded::Damaged;
        }
        let folded = self.fold_chunk(&feed, first, None, runs.get(), digest);
        if let Folded::New { count } = folded {
            self.gathered.add(Chunk { feed, first, count, digest, runs: runs.get().to_owned() });
        }
        folded
    }

    /// A stored chunk is damaged: neither it nor what follows in its feed is folded until it has been fetched anew.
    pub(super) fn note_damage(&mut self, chunk: &Chunk) {
        let damage = Damage { first: chunk.first, count: chunk.count.max(1), mending: Mending::NotAsked };
        self.damage.entry(chunk.feed).or_insert(damage);
    }

    /// What was damaged is here all the same, by another chunk or mended by another tab.
    pub(super) fn damage_is_covered(&mut self, feed: &Feed) {
        let had = self.marks.get(feed).map_or(0, |mark| mark.after);
        self.damage.retain(|of, damage| of != feed || damage.first + damage.count > had + 1);
    }

    /// Whether stored chunks are being fetched anew, which comes before connecting.
    pub(super) fn is_mending(&mut self, effects: &mut Vec<Effect>) -> bool {
        for (feed, damage) in &mut self.damage {
            if damage.mending == Mending::NotAsked {
                damage.mending = Mending::Asked;
                effects.push(Effect::History { feed: *feed, after: damage.first - 1, limit: damage.count });
            }
        }
        self.damage.values().any(|damage| damage.mending == Mending::Asked)
    }

    fn mend(&mut self, feed: Feed, page: Option<&str>, effects: &mut Vec<Effect>) {
        match page.map(|page| self.fold_page(feed, page)) {
            Some(Folded::New { count }) => {
                self.confirm(effects);
                if let Some(damage) = self.damage.get_mut(&feed)
                    && count < damage.count
                {
                    // The page was shorter than the chunk: what it left out is asked for as well.
                    (damage.first, damage.count) = (damage.first + count, damage.count - count);
                    return effects.push(Effect::History { feed, after: damage.first - 1, limit: damage.count });
                }
                self.damage.remove(&feed);
                // What follows it is stored already.
                self.look(effects);
            }
            Some(Folded::Had | Folded::Hole | Folded::Damaged) | None => {
                if let Some(damage) = self.damage.get_mut(&feed) {
                    damage.mending = Mending::GivenUp;
                }
                if self.line.may_send() {
                    return self.break_off(effects);
                }
                self.connect_if_owner(effects);
            }
        }
    }

    /// The line is there, and all that follows a damaged chunk comes over it: what is stored of that is of no use.
    pub(super) fn drop_damaged(&mut self, effects: &mut Vec<Effect>) {
        let damaged = std::mem::take(&mut self.damage).into_keys();
        let cuts = damaged.map(|feed| Change::Cut(feed, self.marks.get(&feed).map_or(0, |mark| mark.after)));
        let mut changes: Vec<Change> = cuts.collect();
        if !changes.is_empty() {
            changes.push(Change::ForgetSnapshots);
            self.store(Durability::Relaxed, changes, super::Purpose::Other, effects);
        }
    }
}

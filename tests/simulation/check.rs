//! What must hold of devices after every step: their logs, their outboxes, what they show.

use crate::{
    browser::{Slot, who},
    founding::{self, CLASSES, PEOPLE},
    school,
    truth::{Content, Era, Held, hold, text_of},
    world::World,
};
use domain::{
    command::Command,
    digest::{Digest, Shared},
    event::{Position, Recorded, Run, Version, read_runs},
    feeds::Feed,
    ids::{AccountId, DeviceId, SchoolId},
    projections::read_models::ReadModels,
    protocol::Mark,
    replica::{
        SyncState,
        storage::{Change, Chunk, Queued, Transaction},
    },
};
use std::collections::{BTreeMap, BTreeSet};

fn of_course() -> impl Iterator<Item = Feed> {
    let course = school::course_id();
    let units = school::UNITS.iter().map(move |(name, ..)| Feed::Unit(course, school::unit(name)));
    [Feed::Course(course), Feed::Corrections(course)].into_iter().chain(units)
}

/// All feeds that the school can have.
pub fn every_feed() -> Vec<Feed> {
    let school = SchoolId::derived(&[&founding::log().to_string(), "school"]);
    let of_classes = CLASSES.iter().flat_map(|title| [Feed::Staff(founding::class(title)), Feed::Class(founding::class(title))]);
    let of_people = PEOPLE.iter().map(|(login, ..)| Feed::Student(founding::account(login)));
    of_classes.chain(of_people).chain(of_course()).chain([Feed::School(school)]).collect()
}

impl World {
    /// What must hold of a profile whenever its database changed. (5, 7.)
    pub(crate) fn check_profile(&mut self, of: (u32, u32)) -> Held {
        let Some(profile) = self.profiles.get_mut(&of) else { return Ok(()) };
        let data = profile.data();
        // What was saved waits, or has its result.
        let waits = |content: &Content| data.outbox.values().any(|queued| is(queued, content));
        for content in profile.saved.iter().filter(|content| !waits(content)) {
            let settled = data.results.iter().find(|settled| is(&settled.command, content));
            let settled = settled.ok_or_else(|| Self::lost(of, content))?;
            let key = (settled.device, settled.number);
            let told = |told: &crate::truth::Told| told.outcome == settled.outcome && told.content == *content;
            let now = self.truth.told.get(&key).is_some_and(told);
            let known = now || self.truth.told_before.iter().any(|(before, was)| *before == key && told(was));
            hold(7, known, || format!("{of:?} settled {key:?} by {:?}, which nobody told it", settled.outcome))?;
        }
        // What it reads of a feed is what the server has, from the first event on.
        for feed in data.chunks.keys().map(|(feed, _)| *feed).collect::<BTreeSet<_>>() {
            let chunks: Vec<&Chunk> = data.chunks.range((feed, 0)..=(feed, u64::MAX)).map(|(_, chunk)| chunk).collect();
            let checked = profile.checked.get(&feed).is_some_and(|good| good.iter().eq(chunks.iter().copied()));
            if checked && self.truth.eras.len() == 1 {
                continue;
            }
            let good = self.truth.eras.iter().rev().any(|era| is_prefix(era, &feed, &chunks));
            hold(5, good, || format!("{of:?} reads of {feed} what the server never had: {chunks:?}"))?;
            profile.checked.insert(feed, chunks.into_iter().cloned().collect());
        }
        Ok(())
    }

    fn lost(of: (u32, u32), content: &Content) -> crate::truth::Broken {
        crate::truth::Broken { invariant: 7, seen: format!("{of:?} had saved {content:?}, and neither keeps it nor has its result") }
    }

    /// What was written under an epoch was written in that epoch. (12.)
    pub(crate) fn check_fence(&mut self, by: Slot, epoch: u64, transaction: &Transaction) -> Held {
        let stale = transaction.epoch.filter(|of| *of != epoch);
        hold(12, stale.is_none(), || format!("{by:?} wrote {:?} under {stale:?}, in epoch {epoch}", transaction.changes))
    }

    pub(crate) fn count_changes(&mut self, transaction: &Transaction) {
        for change in &transaction.changes {
            match change {
                Change::Enqueue(_) => self.counts.one("commands saved"),
                Change::Settle(_) => self.counts.one("results stored"),
                Change::Renumber => self.counts.one("outboxes renumbered"),
                Change::Requeue(_) => self.counts.one("requeues"),
                Change::RequeueBefore(..) => self.counts.one("requeues of what a copy may have numbered"),
                Change::RequeueEarlier(_) => self.counts.one("requeues of earlier devices"),
                Change::Cut(..) => self.counts.one("feeds cut"),
                Change::Purge(_) => self.counts.one("feeds purged"),
                Change::TakeOver => self.counts.one("takeovers"),
                Change::Snapshot(_) => self.counts.one("folds stored"),
                _ => {}
            }
        }
    }

    /// What must hold of what a tab knows and shows. (6, 8.)
    pub(crate) fn check_tab(&mut self, slot: Slot) -> Held {
        let Some(tab) = self.tabs.get_mut(&slot) else { return Ok(()) };
        let (_, account, role) = who(slot.person());
        let marks: BTreeMap<Feed, u64> = tab.replica.marks().iter().map(|(feed, mark)| (*feed, mark.after)).collect();
        if tab.folded.as_ref() != Some(&marks) {
            // After a restore some feeds may be of the old era still, until the server has compared them.
            match self.truth.eras.iter().rev().find(|era| era.has(tab.replica.marks())) {
                Some(era) => {
                    let folds = era.fold(account, role, tab.replica.marks()).is_some_and(|fold| fold == *tab.replica.confirmed());
                    hold(8, folds, || format!("what {slot:?} has confirmed is not the fold of {marks:?}"))?;
                }
                None => {
                    let strange =
                        tab.replica.marks().iter().find(|(feed, mark)| !self.truth.eras.iter().any(|era| era.has_mark(feed, mark)));
                    hold(5, strange.is_none(), || format!("{slot:?} has what the server never had: {strange:?}"))?;
                    self.counts.one("folds of two eras");
                }
            }
            tab.folded = Some(marks);
        }
        self.check_shown(slot, account)
    }

    /// When a tab knows all that its database has, it shows what is confirmed, and on top the waiting commands decided again in order.
    fn check_shown(&mut self, slot: Slot, account: AccountId) -> Held {
        let (tab, profile) = (&self.tabs[&slot], &self.profiles[&slot.profile()]);
        let troubled = matches!(tab.replica.sync_state(), SyncState::NotSaved(_));
        if !tab.is_settled() || tab.seen != profile.version || troubled || !tab.replica.is_ready() {
            return Ok(());
        }
        let data = profile.data();
        // What followed from a command may be confirmed before its result is stored: a tab that saw it come no longer guesses.
        // After a restore some feeds may be of the old era still.
        let holds = |feed: &Feed, mark: &Mark, number: u64, queued: &Queued| {
            let era = self.truth.eras.iter().rev().find(|era| era.has_mark(feed, mark));
            era.is_some_and(|era| era.holds(feed, mark, account, (data.device, number), queued))
        };
        // After a database was deleted the same command may wait under another device, and twice: what came of it under another name is another's.
        let is_here = |number: u64, queued: &Queued| tab.replica.marks().iter().any(|(feed, mark)| holds(feed, mark, number, queued));
        let mut wanted = tab.replica.confirmed().clone();
        let mut known = 0;
        for (number, queued) in &data.outbox {
            if is_here(*number, queued) {
                known += 1;
            } else {
                decide_again(&mut wanted, tab, account, *number, queued);
            }
        }
        let same = wanted == *tab.replica.shown();
        self.counts.one("screens compared");
        self.counts.many("commands that wait with what followed confirmed", known);
        hold(6, same, || format!("{slot:?} does not show what is confirmed with what waits: {:?}", data.outbox))
    }
}

fn decide_again(shown: &mut ReadModels, tab: &crate::browser::Tab, account: AccountId, number: u64, queued: &Queued) {
    let Ok(command) = Command::read(&queued.stream, &queued.body) else { return };
    let Ok(Some(events)) = shown.foresee(&command, tab.replica.library(), queued.at) else { return };
    let version = shown.version(&queued.stream).0;
    for (index, event) in events.into_iter().enumerate() {
        shown.guess(&Recorded {
            version: Version(version + 1 + index as u64),
            position: Position(0),
            actor: account,
            device: DeviceId(uuid::Uuid::nil()),
            command: number,
            index: index as u16,
            cause: None,
            claimed: queued.at,
            recorded: queued.at,
            event,
        });
    }
}

fn is(queued: &Queued, content: &Content) -> bool {
    queued.at.0 == content.at && queued.body == content.body && queued.stream.to_string() == content.stream
}

/// Whether what a load would fold of these chunks is what the era has. It passes over what it has already, and ends at a hole, which a write
/// that failed may leave, and at a chunk whose digest is another: those are mended when they are read.
fn is_prefix(era: &Era, feed: &Feed, chunks: &[&Chunk]) -> bool {
    let (facts, mut end, mut digest) = (era.feed(feed), 0, Digest::default());
    for chunk in chunks {
        let Ok(runs) = read_runs(&chunk.runs) else { break };
        if chunk.first > end + 1 {
            break;
        }
        let events = runs.iter().flat_map(|run| (0..run.events.len()).map(move |index| (run, index)));
        let new: Vec<_> = (chunk.first..).zip(events).filter(|(number, _)| *number > end).collect();
        digest = new
            .iter()
            .fold(digest, |digest, (_, (run, index))| digest.then(Shared::of(&run.stream, run.actor, run.device), &run.events[*index]));
        if !new.is_empty() && digest != chunk.digest {
            break;
        }
        let same = |(number, (run, index)): &(u64, (&Run<'_>, usize))| {
            facts.get(*number as usize - 1).is_some_and(|fact| fact.text == text_of(run, *index))
        };
        if !new.iter().all(same) {
            return false;
        }
        end = new.last().map_or(end, |(number, _)| *number);
    }
    true
}

/// The ends of feeds, as a device has them.
pub fn ends(marks: &BTreeMap<Feed, Mark>) -> BTreeMap<Feed, u64> {
    marks.iter().map(|(feed, mark)| (*feed, mark.after)).filter(|(_, after)| *after > 0).collect()
}

//! The feed log: which events of each feed are here (checked by their digests, and folded once), which are still to be stored, and which to be fetched.

mod damage;
mod folded;
mod folds;
mod gathered;
mod own;
mod pages;
mod rungs;

use super::storage::{Change, Chunk, Queued};
use crate::{
    account::Role,
    digest::{Digest, Shared},
    event::{Recorded, Run, read_runs},
    feeds::{Feed, GENERATION},
    ids::{AccountId, DeviceId},
    projections::read_models::ReadModels,
    protocol::{HISTORY_PAGE_EVENTS_MAX, Mark, ServerMessage},
};
use std::collections::{BTreeMap, BTreeSet};

pub use folds::SNAPSHOT_EVENTS_MIN;
pub(super) use {damage::Page, folded::Folded, folds::wanted, rungs::Rungs};

/// What is known of feeds.
#[derive(Debug)]
pub(super) struct FeedLog {
    account: AccountId,
    role: Role,
    /// How far each feed is here.
    marks: BTreeMap<Feed, Mark>,
    rungs: BTreeMap<Feed, Rungs>,
    confirmed: ReadModels,
    /// Which of this account's own commands led to folded events: commands that wait, or are put back into the outbox later, may be among them.
    own: own::Own,
    folding: folds::Folding,
    gathered: gathered::Gathered,
    damages: damage::Damages,
    pages: pages::Pages,
    /// Feeds whose last chunk must be found again by the read under way: otherwise another tab has cut it off.
    unseen: BTreeSet<Feed>,
    /// How far each feed was here before everything was read again.
    had_before: BTreeMap<Feed, u64>,
}

/// What became of a page of history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paged {
    /// Nobody asks for it any more.
    Unasked,
    /// It could not be had.
    NotHad,
    /// More pages of the feed are to come.
    GoesOn,
    /// The feed's history is not fetched any more: the rest comes over the socket, from this mark on if anything came.
    Ended(Option<Mark>),
}

/// What became of a page that takes the place of something damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mended {
    /// It was shorter than the chunk: what it left out is to be asked for as well.
    InPart(Page),
    /// All of it. What follows it is stored already.
    Whole,
    /// It could not be had.
    NotAtAll,
}

/// What is here.
impl FeedLog {
    /// An empty feed log, which folds what this account may read.
    pub(super) fn of(account: AccountId, role: Role) -> Self {
        Self {
            account,
            role,
            marks: BTreeMap::new(),
            rungs: BTreeMap::new(),
            confirmed: ReadModels::of(account, role),
            own: own::Own::default(),
            folding: folds::Folding::default(),
            gathered: gathered::Gathered::default(),
            damages: damage::Damages::default(),
            pages: pages::Pages::default(),
            unseen: BTreeSet::new(),
            had_before: BTreeMap::new(),
        }
    }

    /// How far each feed is here.
    pub(super) fn marks(&self) -> &BTreeMap<Feed, Mark> {
        &self.marks
    }

    /// The fold of all events that are here.
    pub(super) fn confirmed(&self) -> &ReadModels {
        &self.confirmed
    }

    /// How many events of a device's command are folded.
    pub(super) fn followed(&self, device: DeviceId, number: u64, queued: &Queued) -> usize {
        self.own.followed(device, number, queued)
    }

    /// The digests of a feed at some numbers, for the server to compare.
    pub(super) fn rungs(&self, feed: &Feed) -> Rungs {
        self.rungs.get(feed).map(rungs::chosen).unwrap_or_default()
    }

    fn had(&self, feed: &Feed) -> u64 {
        self.marks.get(feed).map_or(0, |mark| mark.after)
    }

    /// Folds the events of a piece that are new here: all of them, or none if the digest that they came with is not theirs. Calls `each` with every event that
    /// is folded.
    fn fold(&mut self, piece: Piece<'_>, is_loading: bool, mut each: impl FnMut(&Recorded)) -> Folded {
        let Piece { feed, first, count, runs, digest } = piece;
        let mark = self.marks.get(&feed).copied().unwrap_or(Mark { generation: GENERATION, ..Mark::default() });
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
            self.fold_event(&feed, number, &recorded, is_loading);
            if recorded.actor == self.account {
                self.own.note(&recorded);
            }
            each(&recorded);
        }
        self.marks.insert(feed, Mark { after: number, digest, ..mark });
        rungs::note_rung(self.rungs.entry(feed).or_default(), number, digest);
        Folded::New { count: read }
    }

    /// Events came from the server: folded, and gathered to be stored.
    pub(super) fn receive(&mut self, piece: Piece<'_>, is_loading: bool, each: impl FnMut(&Recorded)) -> Folded {
        let folded = self.fold(piece, is_loading, each);
        if let Folded::New { count } = folded {
            let Piece { feed, first, runs, digest, .. } = piece;
            self.gathered.add(Chunk { feed, first, count, digest, runs: runs.to_owned() });
        }
        folded
    }
}

/// Consecutive events of a feed, as they came.
#[derive(Clone, Copy)]
pub(super) struct Piece<'p> {
    /// The feed.
    pub(super) feed: Feed,
    /// The number of the first event.
    pub(super) first: u64,
    /// How many there are, if that was said.
    pub(super) count: Option<u64>,
    /// The runs.
    pub(super) runs: &'p str,
    /// The feed's digest after the last of them.
    pub(super) digest: Digest,
}

/// What comes over the socket, and goes into the database.
impl FeedLog {
    /// A frame came: it is counted, even if it brings nothing.
    pub(super) fn count_frame(&mut self) {
        self.gathered.count_frame();
    }

    /// All that came and is not stored: what to store, and how many frames it came in. From now on it counts as being stored.
    pub(super) fn take_gathered(&mut self) -> (Vec<Change>, u32) {
        let (gathered, frames) = self.gathered.take();
        let mut changes = Vec::new();
        for (feed, chunks) in gathered {
            changes.extend(chunks.into_iter().map(Change::Chunk));
            changes.extend(self.marks.get(&feed).map(|mark| Change::Mark(feed, *mark)));
        }
        (changes, frames)
    }

    /// Something came that is not being stored.
    pub(super) fn has_unstored(&self) -> bool {
        !self.gathered.is_empty()
    }

    /// Drops what came and is not being stored: it is fetched again.
    pub(super) fn drop_unstored(&mut self) {
        self.gathered = gathered::Gathered::default();
    }

    /// What the server is told in the hello: how far each feed is here. It sends what follows.
    pub(super) fn told(&mut self) -> BTreeMap<Feed, Mark> {
        self.had_before.clear();
        self.marks.clone()
    }

    /// The line is gone: forgets which pages were asked for over it, and for how many of its frames credit is due.
    pub(super) fn line_is_gone(&mut self) {
        self.pages.forget();
        self.gathered.forget_frames();
    }
}

/// What comes by HTTP.
impl FeedLog {
    /// A page shows this feed: of those that are far behind it is fetched first.
    pub(super) fn prefer(&mut self, feed: Feed) {
        self.pages.prefer(feed);
    }

    /// At the welcome: how far the server has each feed. What is far behind is fetched page by page.
    pub(super) fn is_told(&mut self, granted: &BTreeMap<Feed, Mark>) {
        self.pages.begin(granted, &self.marks);
    }

    /// How many of the events that were missing at the welcome have come, and how many were missing; none when nothing was.
    pub(super) fn progress(&self) -> Option<(u64, u64)> {
        self.pages.progress(&self.marks)
    }

    /// Whether some of what was missing of a feed at the welcome has not come.
    pub(super) fn lacks(&self, feed: &Feed) -> bool {
        self.pages.lacks(feed, self.had(feed))
    }

    /// Nothing is fetched page by page (any more).
    pub(super) fn has_all_pages(&self) -> bool {
        self.pages.are_all_here()
    }

    /// The next pages to ask for, as far as the database keeps up.
    pub(super) fn next_pages(&mut self) -> Vec<Page> {
        self.pages.ask(&self.marks, self.gathered.events() <= HISTORY_PAGE_EVENTS_MAX)
    }

    /// A feed's history is not fetched any more; whether it was.
    pub(super) fn leave_pages(&mut self, feed: &Feed) -> bool {
        self.pages.leave(feed)
    }

    /// A page came, or could not be had: folded with those that waited for it, and gathered to be stored.
    pub(super) fn page(&mut self, feed: Feed, after: u64, page: Option<&str>, is_loading: bool, mut each: impl FnMut(&Recorded)) -> Paged {
        // Whether to go on: a page that brings nothing new, while no other is on its way, would be asked for without end.
        let Some(mut came) = self.pages.came(&feed, after, page) else { return Paged::Unasked };
        if page.is_none() {
            return Paged::NotHad;
        }
        while let Some(page) = self.pages.next(&feed, self.had(&feed)) {
            match self.fold_page(feed, &page, is_loading, &mut each) {
                Folded::New { .. } => came = true,
                Folded::Had | Folded::Hole => {}
                Folded::Damaged => {
                    came = false;
                    break;
                }
            }
        }
        let mark = self.marks.get(&feed).copied().unwrap_or_default();
        if self.pages.go_on(&feed, mark.after, after, came) {
            return Paged::GoesOn;
        }
        self.pages.leave(&feed);
        // Even if not all of it came as pages: the rest comes over the socket, from here on.
        Paged::Ended((mark.after > self.pages.missing_from(&feed)).then_some(mark))
    }

    /// Folds a page and gathers it to be stored.
    fn fold_page(&mut self, feed: Feed, page: &str, is_loading: bool, each: impl FnMut(&Recorded)) -> Folded {
        let Ok(ServerMessage::Events { feed: of, first, digest, runs }) = serde_json::from_str(page) else { return Folded::Damaged };
        if of != feed {
            return Folded::Damaged;
        }
        self.receive(Piece { feed, first, count: None, runs: runs.get(), digest }, is_loading, each)
    }

    /// What takes the place of damaged chunks and is to be asked for now.
    pub(super) fn ask_to_mend(&mut self) -> Vec<Page> {
        self.damages.ask()
    }

    /// Damaged chunks are being fetched anew.
    pub(super) fn is_mending(&self) -> bool {
        self.damages.is_asked_for()
    }

    /// A page was asked for in the place of something damaged.
    pub(super) fn awaits_mending(&self, feed: &Feed, after: u64) -> bool {
        self.damages.awaits(feed, after)
    }

    /// It came, or could not be had.
    pub(super) fn mend(&mut self, feed: Feed, page: Option<&str>, is_loading: bool, each: impl FnMut(&Recorded)) -> Mended {
        match page.map(|page| self.fold_page(feed, page, is_loading, each)) {
            Some(Folded::New { count }) => self.damages.came(feed, count).map_or(Mended::Whole, Mended::InPart),
            Some(Folded::Had | Folded::Hole | Folded::Damaged) | None => {
                self.damages.give_up(&feed);
                Mended::NotAtAll
            }
        }
    }

    /// The line is up, and brings all that follows a damaged chunk: what is stored of that is of no use. Returns the changes that delete it.
    pub(super) fn drop_damaged(&mut self) -> Vec<Change> {
        let mut changes: Vec<Change> = self.damages.take().map(|feed| Change::Cut(feed, self.had(&feed))).collect();
        if !changes.is_empty() {
            changes.push(Change::ForgetSnapshots);
        }
        changes
    }
}

/// What is read of the database.
impl FeedLog {
    /// Everything is read again: until then the log is empty. Returns the confirmed fold so far.
    pub(super) fn begin_anew(&mut self) -> ReadModels {
        for (feed, mark) in std::mem::take(&mut self.marks) {
            let had = self.had_before.entry(feed).or_default();
            *had = mark.after.max(*had);
        }
        self.rungs.clear();
        self.own = own::Own::default();
        self.damages = damage::Damages::default();
        self.unseen.clear();
        self.drop_unstored();
        self.begin_folding();
        std::mem::replace(&mut self.confirmed, ReadModels::of(self.account, self.role))
    }

    /// Begins to read what was stored since the last read: returns after which number to read each feed. With `last_again` (in a tab that is not the owner) the
    /// last chunk of each feed is read again, to see whether it is still there.
    pub(super) fn begin_looking(&mut self, last_again: bool) -> BTreeMap<Feed, u64> {
        let had = self.marks.iter().filter(|(_, mark)| mark.after > 0);
        self.unseen = had.filter(|_| last_again).map(|(feed, _)| *feed).collect();
        self.marks.iter().map(|(feed, mark)| (*feed, mark.after.saturating_sub(u64::from(last_again)))).collect()
    }

    /// A stored chunk was read: folds it, if its digest is right. `is_looking` if only what was stored since the last read is being read, not everything.
    pub(super) fn read(&mut self, chunk: &Chunk, is_looking: bool, is_loading: bool, each: impl FnMut(&Recorded)) {
        self.take_up();
        let had = self.had(&chunk.feed);
        let Chunk { feed, first, count, digest, runs } = chunk;
        match self.fold(Piece { feed: *feed, first: *first, count: Some(*count), runs, digest: *digest }, is_loading, each) {
            Folded::New { .. } | Folded::Had => {
                if *first <= had {
                    self.unseen.remove(feed);
                }
                self.damages.is_had(feed, self.had(feed));
            }
            Folded::Hole => {}
            // The events that were here before may be the wrong ones: another tab may have cut them off meanwhile, and fetched them anew.
            Folded::Damaged if is_looking && had > 0 && !self.damages.is_of(feed) => _ = self.unseen.insert(*feed),
            Folded::Damaged => self.damages.note(chunk),
        }
    }

    /// Something that was read is damaged, and not mended.
    pub(super) fn is_damaged(&self) -> bool {
        !self.damages.is_empty()
    }

    /// After a read that found these feeds stored: whether some events that are here are not stored any more, because another tab deleted the feed, or cut them
    /// off and fetched them anew.
    pub(super) fn is_cut_off(&mut self, stored: &BTreeSet<Feed>) -> bool {
        let purged = self.marks.iter().any(|(feed, mark)| mark.after > 0 && !stored.contains(feed));
        !std::mem::take(&mut self.unseen).is_empty() || purged
    }

    /// These feeds are stored. Each gets a mark, even if nothing of it could be folded, so that it is deleted when it may no longer be read.
    pub(super) fn are_stored(&mut self, feeds: BTreeSet<Feed>) {
        for feed in feeds {
            self.marks.entry(feed).or_insert(Mark { generation: GENERATION, ..Mark::default() });
        }
    }

    /// Whether less of a feed is here than before everything was read anew. While the line is live, damaged feeds do not count yet: they are fetched anew, and
    /// checked again after that.
    pub(super) fn has_lost(&mut self, is_live: bool) -> bool {
        let had = std::mem::take(&mut self.had_before);
        let less = had.into_iter().filter(|(feed, had)| self.had(feed) < *had);
        let (mending, lost): (BTreeMap<_, _>, BTreeMap<_, _>) = less.partition(|(feed, _)| self.damages.is_of(feed) && is_live);
        self.had_before = mending;
        !lost.is_empty()
    }
}

//! Events from the server: folding them, storing them, and telling the outbox and the documents of them.

use crate::{
    digest::Digest,
    event::Recorded,
    feeds::Feed,
    ids::{AccountId, DeviceId},
    protocol::{ClientMessage, Mark},
    replica::{
        Effect, Purpose, Replica,
        documents::Documents,
        feed_log::{Folded, Mended, Page, Paged, Piece},
        outbox::Outbox,
        storage::{Change, Chunk, Durability},
    },
};
use std::collections::BTreeMap;

/// Tells the documents and the outbox of each event that is folded.
fn take_in<'p>(
    account: AccountId,
    device: Option<DeviceId>,
    outbox: &'p mut Outbox,
    documents: &'p mut Documents,
) -> impl FnMut(&Recorded) + 'p {
    move |recorded| {
        // A unit may have been assigned, or an edition published: the server may now give documents that it withheld before.
        if recorded.event.class().is_some() || recorded.event.course().is_some() {
            documents.ask_again();
        }
        if recorded.actor == account && Some(recorded.device) == device {
            outbox.note(recorded);
        }
    }
}

/// Live events.
impl Replica {
    /// Events came over the socket.
    pub(in crate::replica) fn events(&mut self, feed: Feed, first: u64, runs: &str, digest: Digest) {
        self.log.count_frame();
        if !self.line.grants(&feed) {
            return self.confirm();
        }
        let each = take_in(self.account, self.database.device(), &mut self.outbox, &mut self.documents);
        match self.log.receive(Piece { feed, first, count: None, runs, digest }, !self.database.is_ready(), each) {
            // Numbers have no holes, so after a hole something was lost on the way. A wrong digest means that these events, or those before them, are not what
            // the server has. In both cases connect again: the server goes by what the hello says is here, and compares the digests.
            Folded::Hole | Folded::Damaged => self.break_off(),
            Folded::Had => self.confirm(),
            Folded::New { .. } => {
                self.show_again();
                self.confirm();
                if self.line.is_caught_up() {
                    self.fetch_missing();
                }
            }
        }
    }

    /// The server found that this device's events of a feed differ from its own: sends it the digests kept here, so that it finds from where on.
    pub(in crate::replica) fn compare(&mut self, feed: Feed) {
        self.effects.push(Effect::say(&ClientMessage::Rungs { feed, rungs: self.log.rungs(&feed) }));
        if self.log.leave_pages(&feed) {
            self.go_on_with_history();
        }
    }

    /// Server and device have the same events of a feed up to this number: deletes those after it, which are fetched again.
    pub(in crate::replica) fn rewind(&mut self, feed: Feed, after: u64) {
        self.restart(vec![Change::Cut(feed, after)]);
    }
}

/// History.
impl Replica {
    /// How many of the events that were missing at the welcome have come, and how many were missing; `None` when nothing was missing, or all has come.
    pub fn catching_up(&self) -> Option<(u64, u64)> {
        if self.line.is_caught_up() { None } else { self.log.progress() }
    }

    /// A page shows this feed: of the feeds that are far behind, it is fetched first.
    pub fn prefer(&mut self, feed: Feed) {
        self.log.prefer(feed);
    }

    /// Whether events of a feed may be missing here: the server said so at the welcome, or has not answered the hello yet.
    pub fn is_behind(&self, feed: &Feed) -> bool {
        self.line.is_catching_up() && (self.log.lacks(feed) || !self.line.may_send())
    }

    /// At the welcome: what is far behind is fetched page by page; then live events may come.
    pub(in crate::replica) fn begin_history(&mut self, granted: &BTreeMap<Feed, Mark>) {
        self.log.is_told(granted);
        self.go_on_with_history();
    }

    /// Asks for the next pages, as far as the database keeps up; after the last, for live events.
    pub(in crate::replica) fn go_on_with_history(&mut self) {
        if !self.line.is_paged() {
            return;
        }
        if self.log.has_all_pages() {
            self.line.credit();
            self.effects.push(Effect::say(&ClientMessage::Credit { frames: crate::protocol::CREDIT_FRAMES }));
            return;
        }
        self.effects.extend(self.log.next_pages().into_iter().map(ask));
    }

    /// A page came, or could not be had.
    pub(in crate::replica) fn history(&mut self, feed: Feed, after: u64, page: Option<&str>) {
        if self.log.awaits_mending(&feed, after) {
            return self.mend(feed, page);
        }
        let each = take_in(self.account, self.database.device(), &mut self.outbox, &mut self.documents);
        match self.log.page(feed, after, page, !self.database.is_ready(), each) {
            // It was asked for over a line that is gone.
            Paged::Unasked => return,
            Paged::NotHad => return self.break_off(),
            Paged::GoesOn => {}
            Paged::Ended(mark) => {
                self.effects.extend(mark.map(|mark| Effect::say(&ClientMessage::Have { feed, mark })));
                self.show_again();
                self.fetch_missing();
            }
        }
        self.confirm();
        self.go_on_with_history();
    }

    /// Whether stored chunks are being fetched anew, which comes before connecting.
    pub(in crate::replica) fn is_mending(&mut self) -> bool {
        self.effects.extend(self.log.ask_to_mend().into_iter().map(ask));
        self.log.is_mending()
    }

    fn mend(&mut self, feed: Feed, page: Option<&str>) {
        let each = take_in(self.account, self.database.device(), &mut self.outbox, &mut self.documents);
        match self.log.mend(feed, page, !self.database.is_ready(), each) {
            Mended::InPart(rest) => {
                self.confirm();
                self.effects.push(ask(rest));
            }
            Mended::Whole => {
                self.confirm();
                self.look();
            }
            Mended::NotAtAll if self.line.may_send() => self.break_off(),
            Mended::NotAtAll => self.connect_if_owner(),
        }
    }

    /// The line is up, and brings all that follows a damaged chunk: what is stored of that is deleted.
    pub(in crate::replica) fn drop_damaged(&mut self) {
        let changes = self.log.drop_damaged();
        if !changes.is_empty() {
            self.store(Durability::Relaxed, changes, Purpose::Other);
        }
    }
}

fn ask(Page { feed, after, limit }: Page) -> Effect {
    Effect::History { feed, after, limit }
}

/// What is stored already.
impl Replica {
    /// A stored chunk was read: folds it, if its digest is right.
    pub(in crate::replica) fn chunk(&mut self, chunk: &Chunk) {
        if !self.database.is_reading_in_vain() {
            let each = take_in(self.account, self.database.device(), &mut self.outbox, &mut self.documents);
            self.log.read(chunk, self.database.is_looking(), !self.database.is_ready(), each);
        }
    }
}

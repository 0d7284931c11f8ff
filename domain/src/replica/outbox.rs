//! The outbox: commands from the moment they are given until their result is stored.

mod pending;

use super::{
    exchange::SyncState,
    storage::{Queued, Settled, Trouble},
};
use crate::{
    command::Command,
    content::Document,
    event::{Event, Recorded},
    feeds::Feed,
    ids::{AccountId, DeviceId},
    library::Library,
    projections::{directory::Directory, read_models::ReadModels},
    protocol::{Envelope, Outcome},
};
use pending::Pending;

/// The most commands on their way at once.
const IN_FLIGHT_MAX: usize = 32;

/// The commands that have no stored result yet, and what is known of the numbers that this device gave out.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    waiting: Vec<Pending>,
    last_token: u64,
    /// The last number of this device whose result was stored by this tab.
    settled_to: u64,
    /// Commands after this number could not be put back.
    missing_after: Option<u64>,
    /// The server gave a result for a command of this device: what it knows under lower numbers is this device's too.
    agreed: bool,
    /// How many commands were put back because a restored server had lost them.
    sent_again: u64,
    /// A number that the server waits for and that is being looked for in the database.
    looked_for: Option<u64>,
}

/// What waits.
impl Outbox {
    /// How many commands wait.
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// None waits.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The commands that wait, in order: the number, if it has one yet, the command, and how settled it is.
    pub(super) fn described(&self) -> impl Iterator<Item = (Option<u64>, &Queued, SyncState)> {
        self.waiting.iter().map(Pending::described)
    }

    /// How many answers wait.
    pub(super) fn answers(&self) -> usize {
        self.waiting.iter().filter(|pending| pending.is_answer()).count()
    }

    /// How many answers wait and are stored on this device.
    pub(super) fn saved_answers(&self) -> usize {
        self.waiting.iter().filter(|pending| pending.is_saved_answer()).count()
    }

    /// How settled the least settled command is.
    pub(super) fn sync_state(&self) -> SyncState {
        self.waiting.iter().map(Pending::sync_state).min().unwrap_or(SyncState::Confirmed)
    }

    /// Why a command could not be stored, if one could not.
    pub(super) fn not_saved(&self) -> Option<Trouble> {
        self.waiting.iter().find_map(Pending::not_saved)
    }

    /// Whether a command waits under this number.
    pub(super) fn has(&self, number: u64) -> bool {
        self.waiting.iter().any(|pending| pending.number() == Some(number))
    }

    /// Whether the command with this number is on its way.
    pub(super) fn is_on_its_way(&self, number: u64) -> bool {
        self.waiting.iter().any(|pending| pending.number() == Some(number) && pending.is_in_flight())
    }

    /// The notes that stand in the commands that wait.
    pub(super) fn notes(&self) -> Vec<Document> {
        self.waiting.iter().filter_map(|pending| Some(pending.command()?.note()?.document())).collect()
    }
}

/// What is shown of them.
impl Outbox {
    /// A command was given: the events of `guess` are shown from now on.
    pub(super) fn give(&mut self, queued: Queued, command: Command, guess: Vec<Event>, shown: &mut ReadModels, account: AccountId) {
        self.last_token += 1;
        let pending = Pending::new(self.last_token, queued, command, guess);
        pending.show(shown, account);
        self.waiting.push(pending);
    }

    /// Decides all commands again, in order, on what is shown, and folds what follows into it. A command that would be refused now shows nothing; the server
    /// says what becomes of it.
    pub(super) fn show(&mut self, shown: &mut ReadModels, library: &Library, account: AccountId) {
        for pending in &mut self.waiting {
            pending.decide_again(shown, library, account);
        }
    }

    /// An event was folded that followed from a command of this device: perhaps from one that waits.
    pub(super) fn note(&mut self, recorded: &Recorded) {
        _ = self.waiting.iter_mut().find_map(|pending| pending.follows(recorded).then_some(()));
    }

    /// Notes how many events of each waiting command are folded already, as `followed` says by its number: they may have been folded before the command was
    /// known to wait, before its number or the device was known, or in a snapshot. True if that is news of any.
    pub(super) fn note_facts(&mut self, followed: impl Fn(u64, &Queued) -> usize) -> bool {
        let mut any = false;
        for pending in &mut self.waiting {
            let (number, queued, _) = pending.described();
            let facts = number.map_or(0, |number| followed(number, queued));
            any |= pending.has_facts(facts);
        }
        any
    }

    /// Everything is folded anew: forgets how many events of each command are folded.
    pub(super) fn forget_facts(&mut self) {
        self.waiting.iter_mut().for_each(Pending::forget_facts);
    }
}

/// How they are stored.
impl Outbox {
    /// The commands that are not stored yet, also those whose storing failed, each with its token. They are to be stored in one transaction, and one
    /// transaction at a time, so that commands are numbered in the order in which they were given, whatever fails.
    pub(super) fn save(&mut self) -> Vec<(u64, Queued)> {
        self.waiting.iter_mut().filter_map(Pending::save).collect()
    }

    /// Whether numbers that the database gave out are of another device, because it was renumbered or made anew meanwhile: numbers of one device only go up.
    pub(super) fn are_anothers(&self, numbers: &[u64]) -> bool {
        let Some(first) = numbers.first() else { return false };
        *first <= self.settled_to || self.waiting.iter().filter_map(Pending::number).any(|number| number >= *first)
    }

    /// The commands with these tokens are stored under these numbers.
    pub(super) fn are_saved(&mut self, tokens: &[u64], numbers: &[u64]) {
        for (token, number) in tokens.iter().zip(numbers) {
            _ = self.waiting.iter_mut().find_map(|pending| pending.is_saved(*token, *number).then_some(()));
        }
        // Another tab's commands may have come between.
        self.waiting.sort_by_key(|pending| pending.number().unwrap_or(u64::MAX));
        self.waiting.dedup_by(|later, earlier| earlier.number().is_some() && later.number() == earlier.number());
    }

    /// The commands with these tokens were stored under another device. They are dropped here: reading the database tells which of them are there.
    pub(super) fn are_elsewhere(&mut self, tokens: &[u64]) {
        self.waiting.retain(|pending| !pending.waits_under(tokens));
    }

    /// Storing failed, for all commands that are not stored yet: a later one must not overtake an earlier one.
    pub(super) fn could_not_be_saved(&mut self, why: Trouble) {
        self.waiting.iter_mut().for_each(|pending| pending.could_not_be_saved(why));
    }

    /// The database is right about what is stored; commands still being stored stay at the end.
    pub(super) fn reconcile(&mut self, rows: Vec<(u64, Queued)>, moved: bool) {
        let before = std::mem::take(&mut self.waiting);
        let (mut numbered, unstored): (Vec<Pending>, Vec<Pending>) = before.into_iter().partition(|pending| pending.number().is_some());
        if moved {
            numbered.clear();
        }
        for (number, queued) in rows {
            let known = numbered.iter().position(|pending| pending.number() == Some(number) && pending.is(&queued));
            self.waiting.push(known.map_or_else(|| Pending::stored(number, queued), |index| numbered.swap_remove(index)));
        }
        self.waiting.extend(unstored);
    }

    /// The database was made anew, and has these commands. The waiting commands that are not among them and have no result are to be stored in it.
    pub(super) fn put_back(&mut self, rows: &[(u64, Queued)]) {
        self.waiting.retain(|pending| !pending.has_outcome());
        for pending in &mut self.waiting {
            let is_row = |number| rows.iter().any(|(row, queued)| *row == number && pending.is(queued));
            if !pending.number().is_some_and(is_row) {
                self.last_token += 1;
                pending.put_back(self.last_token);
            }
        }
    }
}

/// How they are sent.
impl Outbox {
    /// Sends what is stored and not sent, in order, as far as there is room; one by one, while the server could take a later one for the next command of
    /// another copy of this profile.
    pub(super) fn send(&mut self, one_by_one: bool) -> Vec<Envelope> {
        let most = if one_by_one { 1 } else { IN_FLIGHT_MAX };
        let room = most.saturating_sub(self.waiting.iter().filter(|pending| pending.is_in_flight()).count());
        self.waiting.iter_mut().filter_map(Pending::send).take(room).collect()
    }

    /// The highest number sent and not settled.
    pub(super) fn last_sent(&self) -> u64 {
        let sent = |pending: &Pending| if pending.is_in_flight() { pending.number() } else { None };
        self.waiting.iter().filter_map(sent).max().unwrap_or(0)
    }

    /// Commands on their way, from a number on, may not have arrived: they are to be sent again.
    pub(super) fn unsend(&mut self, from: u64) {
        self.waiting.iter_mut().for_each(|pending| pending.unsend(from));
    }

    /// The tab with the socket says how its connection is, and up to which number it has sent.
    pub(super) fn sent_by_owner(&mut self, live: bool, sent: u64) {
        self.waiting.iter_mut().for_each(|pending| pending.sent_by_owner(live, sent));
    }
}

/// How they are settled.
impl Outbox {
    /// The server gave a result.
    pub(super) fn take_outcome(&mut self, number: u64, outcome: Outcome) {
        if let Some(pending) = self.waiting.iter_mut().find(|pending| pending.number() == Some(number)) {
            pending.take_outcome(outcome);
        }
        self.agreed = true;
    }

    /// The server was restored, or is another one: the results that it gave before no longer count.
    pub(super) fn forget_outcomes(&mut self) {
        self.waiting.iter_mut().for_each(Pending::forget_outcome);
        self.agreed = false;
    }

    /// The results of this device's commands of which all events are here, each with its command, but for those that are being stored (`underway`). `may_come`
    /// says whether events of a command may still come, by its number and the feeds that would bring them; these follow from `before`, the directory of what
    /// happened before.
    pub(super) fn settled(
        &self,
        device: DeviceId,
        underway: &[u64],
        before: &Directory,
        may_come: impl Fn(Option<u64>, &[Feed]) -> bool,
    ) -> Vec<(Settled, Option<&Command>)> {
        let of = |pending: &'_ Pending| pending.settled(device, may_come(pending.number(), &pending.feeds(before)));
        let settled = self.waiting.iter().filter_map(|pending| Some((of(pending)?, pending.command())));
        settled.filter(|(settled, _)| !underway.contains(&settled.number)).collect()
    }

    /// The results of these are stored.
    pub(super) fn are_settled(&mut self, numbers: &[u64]) {
        self.settled_to = numbers.iter().copied().fold(self.settled_to, u64::max);
        self.waiting.retain(|pending| !pending.is_settled(numbers));
    }
}

/// What is known of the numbers.
impl Outbox {
    /// The last number of this device's whose result is known to be stored here.
    pub(super) fn last_settled(&self) -> u64 {
        let waiting = self.waiting.iter().find_map(Pending::number).map_or(0, |first| first - 1);
        self.settled_to.max(waiting)
    }

    /// Whether the server may know another copy's commands under numbers of this device, because it was restored and the copy used those numbers again. Until
    /// the server has given a result to this device, commands are sent one by one: a later one must not be taken for the copy's next.
    pub(super) fn is_unsure(&self, era: u32) -> bool {
        !self.agreed && era > 0
    }

    /// Another device gives out the numbers from now on.
    pub(super) fn is_of_another_device(&mut self) {
        self.settled_to = 0;
        self.agreed = false;
    }

    /// The server was restored: it has given this device no result since.
    pub(super) fn agrees_on_nothing(&mut self) {
        self.agreed = false;
    }

    /// So many commands were put back, of this device and of earlier ones. The restored server knows those up to `last`; `missing` if it lacks later ones that
    /// are not kept here either.
    pub(super) fn were_put_back(&mut self, count: u64, last: u64, missing: bool) {
        self.sent_again += count;
        self.settled_to = last;
        self.missing_after = missing.then_some(last);
    }

    /// After the database was read: whether commands that the server waits for are still missing, so that the waiting ones are renumbered under a new device.
    pub(super) fn are_still_missing(&mut self) -> bool {
        self.missing_after.take().is_some_and(|last| self.last_settled() > last)
    }

    /// The server waits for a number that is not here: it is looked for in the database.
    pub(super) fn look_for(&mut self, number: u64) {
        self.looked_for = Some(number);
    }

    /// After the database was read: the number that was looked for, if one was.
    pub(super) fn looked_for(&mut self) -> Option<u64> {
        self.looked_for.take()
    }

    /// How many commands were put back because a restored server had lost them; 0 once that was dismissed.
    pub(super) fn sent_again(&self) -> u64 {
        self.sent_again
    }

    /// Somebody has read that commands were sent again.
    pub(super) fn dismiss_sent_again(&mut self) {
        self.sent_again = 0;
    }
}

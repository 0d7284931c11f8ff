//! The database as a tab deals with it: what it says of itself, which transactions and reads are under way, and what stands in their way.

use super::storage::{Found, Trouble};
use crate::ids::{DeviceId, LogId};
use std::collections::BTreeMap;

/// What a transaction is for, so that its end can be acted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To store the pending commands with these tokens.
    Enqueue(Vec<u64>),
    /// To store what the server sent.
    Confirm {
        /// The commands whose results are stored with it, by number.
        settled: Vec<u64>,
        /// How many frames it came in.
        frames: u32,
        /// The number of the connection that it came over.
        session: u64,
    },
    /// To change the database so that everything has to be read anew.
    Restart,
    /// To put back into the outbox what the server, restored from a backup, has no results of.
    Requeue {
        /// The last number that it has a result of.
        last: u64,
        /// Whether results of later commands are known to have been stored here.
        missing: bool,
    },
    /// To put back into the outbox commands that a restored server may not have, though it knows others under their numbers; if there are none, this becomes
    /// another device.
    RequeueBefore,
    /// To take over the socket.
    TakeOver,
    /// To note that these results were seen.
    Dismiss(Vec<(DeviceId, u64)>),
    /// Something that can be done again at any time.
    Other,
}

impl Purpose {
    /// Whether only the tab with the socket may do it: any other is stopped by the epoch.
    pub(super) fn is_for_the_owner(&self) -> bool {
        match self {
            Self::Enqueue(_) | Self::Dismiss(_) | Self::TakeOver => false,
            Self::Confirm { .. } | Self::Restart | Self::Requeue { .. } | Self::RequeueBefore | Self::Other => true,
        }
    }

    /// Whether everything is read anew when it is done.
    fn starts_over(&self) -> bool {
        match self {
            Self::Restart | Self::Requeue { .. } | Self::RequeueBefore => true,
            Self::Enqueue(_) | Self::Confirm { .. } | Self::TakeOver | Self::Dismiss(_) | Self::Other => false,
        }
    }
}

/// What is being read of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Loading {
    /// Everything, for the first time: there is nothing to show yet.
    #[default]
    First,
    /// Nothing: it was read.
    Ready,
    /// What was stored since the last read.
    More,
    /// Everything again; what was shown before is shown until then.
    Anew,
}

/// What it means that a read failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotRead {
    /// Nothing: what it would have found is of no use any more.
    Stale,
    /// There is no database: from now on one in memory takes its place.
    Denied,
    /// The tab has to go on with what it has in memory.
    Unreadable,
}

/// What is known of the database.
#[derive(Debug, Default)]
pub(super) struct Database {
    /// The device that it is of; none before the first read.
    device: Option<DeviceId>,
    /// Its own name.
    born: Option<DeviceId>,
    /// The devices that the profile was before, oldest first, each with the last number that a result is kept of.
    pub(super) earlier: Vec<(DeviceId, u64)>,
    /// The log that the feeds are of, and its era.
    pub(super) log: Option<(LogId, u32)>,
    transactions: BTreeMap<u64, Purpose>,
    last_transaction: u64,
    loading: Loading,
    /// Something came into the database after the read under way began.
    look_again: bool,
    /// Reads under way from before everything was forgotten: what they find is of no use.
    stale_reads: u32,
    /// What the device could not store, or read.
    pub(super) trouble: Option<Trouble>,
    /// The trouble is that the database cannot be read.
    unreadable: bool,
    /// There is no database: what is stored is stored in memory.
    denied: bool,
    /// The browser deleted it while this tab was open.
    made_anew: bool,
}

impl Database {
    /// The device that it is of; none before the first read.
    pub(super) fn device(&self) -> Option<DeviceId> {
        self.device
    }

    /// Whether this is not the database that was read before: then the browser deleted that one.
    pub(super) fn is_another(&self, found: &Found) -> bool {
        self.born.is_some_and(|born| born != found.born)
    }

    /// Takes up which device the database belongs to. True if it is another one than before.
    pub(super) fn belongs_to(&mut self, found: &Found) -> bool {
        let moved = self.device.is_some_and(|device| device != found.device);
        self.born = Some(found.born);
        self.device = Some(found.device);
        moved
    }

    /// Takes up which log the feeds are of. True if another log, or another era of it, was known before.
    pub(super) fn is_of_log(&mut self, log: Option<(LogId, u32)>) -> bool {
        let changed = self.log.is_some() && self.log != log;
        self.log = log;
        changed
    }

    /// The era of the log, 0 if none is known.
    pub(super) fn era(&self) -> u32 {
        self.log.map_or(0, |(_, era)| era)
    }
}

/// Transactions.
impl Database {
    /// Begins a transaction, and returns its id.
    pub(super) fn begin(&mut self, purpose: Purpose) -> u64 {
        self.last_transaction += 1;
        self.transactions.insert(self.last_transaction, purpose);
        self.last_transaction
    }

    /// A transaction has ended: what it was for.
    pub(super) fn end(&mut self, transaction: u64) -> Option<Purpose> {
        self.transactions.remove(&transaction)
    }

    /// No transaction is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.transactions.is_empty()
    }

    /// Commands are being stored.
    pub(super) fn is_enqueueing(&self) -> bool {
        self.transactions.values().any(|purpose| matches!(purpose, Purpose::Enqueue(_)))
    }

    /// What the server sent is being stored.
    pub(super) fn is_confirming(&self) -> bool {
        self.transactions.values().any(|purpose| matches!(purpose, Purpose::Confirm { .. }))
    }

    /// The socket is being taken over.
    pub(super) fn is_taking_over(&self) -> bool {
        self.transactions.values().any(|purpose| *purpose == Purpose::TakeOver)
    }

    /// The database is being changed so that everything has to be read anew.
    pub(super) fn is_starting_over(&self) -> bool {
        self.transactions.values().any(Purpose::starts_over)
    }

    /// The numbers of this device's commands whose results are being stored.
    pub(super) fn settling(&self) -> Vec<u64> {
        let numbers = self
            .transactions
            .values()
            .filter_map(|purpose| if let Purpose::Confirm { settled, .. } = purpose { Some(settled) } else { None });
        numbers.flatten().copied().collect()
    }

    /// The results that are being noted as seen.
    pub(super) fn dismissing(&self) -> Vec<(DeviceId, u64)> {
        let names = self.transactions.values().filter_map(|purpose| if let Purpose::Dismiss(names) = purpose { Some(names) } else { None });
        names.flatten().copied().collect()
    }
}

/// Reads.
impl Database {
    /// The database was read at least once, or cannot be read.
    pub(super) fn was_read(&self) -> bool {
        self.loading != Loading::First
    }

    /// It was read, and nothing is being read.
    pub(super) fn is_ready(&self) -> bool {
        self.loading == Loading::Ready
    }

    /// What was stored since the last read is being read.
    pub(super) fn is_looking(&self) -> bool {
        self.loading == Loading::More
    }

    /// Everything is being read again.
    pub(super) fn is_reading_anew(&self) -> bool {
        self.loading == Loading::Anew
    }

    /// The read under way was begun before everything was forgotten: what it finds is of no use.
    pub(super) fn is_reading_in_vain(&self) -> bool {
        self.stale_reads > 0
    }

    /// A read has ended. False if what it found is of no use.
    pub(super) fn end_read(&mut self) -> bool {
        let of_use = self.stale_reads == 0;
        self.stale_reads = self.stale_reads.saturating_sub(1);
        of_use
    }

    /// What was found is taken in.
    pub(super) fn is_read(&mut self) {
        if std::mem::take(&mut self.unreadable) {
            self.trouble = None;
        }
        self.loading = Loading::Ready;
    }

    /// The browser deleted it, and it is a new one: nothing of what was being read of the old one is of use.
    pub(super) fn is_new(&mut self) {
        self.made_anew = true;
        self.loading = Loading::Ready;
    }

    /// Everything is to be read again, whatever is being read now. True if what was read before is shown until then.
    pub(super) fn read_all(&mut self) -> bool {
        self.stale_reads += u32::from(self.loading != Loading::Ready);
        self.look_again = false;
        if self.was_read() {
            self.loading = Loading::Anew;
        }
        self.was_read()
    }

    /// What was stored since the last read is to be read. True if that can begin now; otherwise it follows the read under way.
    pub(super) fn look(&mut self) -> bool {
        match self.loading {
            Loading::First | Loading::More | Loading::Anew => {
                self.look_again = true;
                false
            }
            Loading::Ready => {
                self.loading = Loading::More;
                true
            }
        }
    }

    /// Whether to look again after the read that has ended.
    pub(super) fn is_to_look_again(&mut self) -> bool {
        std::mem::take(&mut self.look_again)
    }

    /// A read failed.
    pub(super) fn not_read(&mut self, why: Trouble) -> NotRead {
        let denied = why == Trouble::Denied && !self.denied;
        if !denied {
            self.trouble = Some(why);
        }
        if !self.end_read() {
            return NotRead::Stale;
        }
        if denied {
            return NotRead::Denied;
        }
        self.unreadable = true;
        self.loading = Loading::Ready;
        NotRead::Unreadable
    }

    /// The read that failed is not under way any more, though [`Self::read_all`] has counted it so.
    pub(super) fn failed_read_is_over(&mut self) {
        self.stale_reads -= 1;
    }

    /// Whether it is worth trying to read the database again.
    pub(super) fn is_worth_another_try(&self) -> bool {
        self.unreadable && self.is_ready() && self.trouble == Some(Trouble::Failed)
    }
}

/// What stands in the way.
impl Database {
    /// There is no database: what is stored is stored in memory.
    pub(super) fn is_denied(&self) -> bool {
        self.denied
    }

    /// The browser deleted it while this tab was open.
    pub(super) fn is_made_anew(&self) -> bool {
        self.made_anew
    }

    /// There is no database: one in memory takes its place.
    pub(super) fn deny(&mut self) {
        self.denied = true;
        self.trouble = self.trouble.filter(|why| *why != Trouble::Denied);
    }

    /// Another tab has to store from now on what this one could not: this tab's trouble with storing is over.
    pub(super) fn leave_storing(&mut self) {
        if !self.unreadable {
            self.trouble = None;
        }
    }
}

//! Which tab has the socket: the epoch under which this one took over, or how long the one that has it has been silent.

use super::exchange::Ownership;

/// Ticks without a word of the owner before another tab takes the lock from it.
pub const SILENT_TICKS_MAX: u32 = 5;

/// What is known of this tab's place among the others.
#[derive(Debug, Default)]
pub(super) struct Tabs {
    /// What the edge reported last: that it has the lock, that it has not, or that there are no locks.
    lock: Ownership,
    place: Place,
    /// The transaction that stores that this tab takes over. Those begun before it are of no concern any more.
    taken_over_at: u64,
}

/// Who has the socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Another tab, not heard of for so long.
    Theirs { silent_ticks: u32 },
    /// This tab is to have it, and stores first that it takes over.
    TakingOver,
    /// This tab, though it could not store that it took over. It sends the waiting commands all the same: without the fence two tabs may do the same thing
    /// twice, which is wasteful, not wrong.
    Unfenced,
    /// This tab, under this epoch.
    Fenced(u64),
    /// Each tab has a socket of its own.
    Together,
}

impl Default for Place {
    fn default() -> Self {
        Self::Theirs { silent_ticks: 0 }
    }
}

impl Tabs {
    /// This tab has the socket, or one of its own.
    pub(super) fn is_owner(&self) -> bool {
        !matches!(self.place, Place::Theirs { .. })
    }

    /// Whether this tab may open the socket.
    pub(super) fn may_connect(&self) -> bool {
        match self.place {
            Place::Theirs { .. } | Place::TakingOver => false,
            Place::Unfenced | Place::Fenced(_) | Place::Together => true,
        }
    }

    /// The epoch under which this tab took over, once that is stored.
    pub(super) fn epoch(&self) -> Option<u64> {
        match self.place {
            Place::Fenced(epoch) => Some(epoch),
            Place::Theirs { .. } | Place::TakingOver | Place::Unfenced | Place::Together => None,
        }
    }

    /// What the edge reported last: that it has the lock, that it has not, or that there are no locks.
    pub(super) fn lock(&self) -> Ownership {
        self.lock
    }

    /// The edge reports the lock. Returns what this tab is to have of the socket, if that has changed. A tab that shares no database with the others
    /// (`is_alone`) shares no socket either.
    pub(super) fn lock_is(&mut self, lock: Ownership, is_alone: bool) -> Option<Ownership> {
        self.lock = lock;
        let wanted = if is_alone { Ownership::Together } else { lock };
        let is_so = match (wanted, self.place) {
            (Ownership::Alone, Place::TakingOver | Place::Unfenced | Place::Fenced(_)) | (Ownership::Together, Place::Together) => true,
            (Ownership::None | Ownership::Alone | Ownership::Together, _) => false,
        };
        (!is_so).then_some(wanted)
    }

    /// Sets what this tab has of the socket from now on.
    pub(super) fn take(&mut self, ownership: Ownership) {
        self.place = match ownership {
            Ownership::None => Place::Theirs { silent_ticks: 0 },
            Ownership::Alone => Place::TakingOver,
            Ownership::Together => Place::Together,
        };
    }

    /// Another tab has the socket.
    pub(super) fn stand_aside(&mut self) {
        self.take(Ownership::None);
    }

    /// This transaction is to store that this tab takes over.
    pub(super) fn takes_over_by(&mut self, transaction: u64) {
        self.taken_over_at = transaction;
    }

    /// Whether a transaction was begun after this tab took over.
    pub(super) fn has_begun(&self, transaction: u64) -> bool {
        transaction > self.taken_over_at
    }

    /// It is stored that this tab took over, under this epoch. False if another tab has the socket by now, or each has its own.
    pub(super) fn took_over(&mut self, epoch: Option<u64>) -> bool {
        self.is_by(epoch.map_or(Place::TakingOver, Place::Fenced))
    }

    /// That this tab took over could not be stored. False as in [`Self::took_over`].
    pub(super) fn did_not_take_over(&mut self) -> bool {
        self.is_by(Place::Unfenced)
    }

    fn is_by(&mut self, place: Place) -> bool {
        match self.place {
            Place::TakingOver | Place::Unfenced | Place::Fenced(_) => {
                self.place = place;
                true
            }
            Place::Theirs { .. } | Place::Together => false,
        }
    }

    /// The database was made anew, and knows no epoch. True if this tab has the lock, and so has to take over once more.
    pub(super) fn database_is_new(&mut self, is_alone: bool) -> bool {
        let takes_over = self.lock == Ownership::Alone && !is_alone;
        self.place = match self.place {
            Place::Fenced(_) => Place::TakingOver,
            Place::Theirs { .. } | Place::Together if takes_over => Place::TakingOver,
            place @ (Place::Theirs { .. } | Place::TakingOver | Place::Unfenced | Place::Together) => place,
        };
        takes_over
    }

    /// It could not be stored that this tab took over: to be tried again.
    pub(super) fn is_unfenced(&self) -> bool {
        self.place == Place::Unfenced
    }

    /// The owner was heard of.
    pub(super) fn heard(&mut self) {
        if let Place::Theirs { silent_ticks } = &mut self.place {
            *silent_ticks = 0;
        }
    }

    /// A tick in which the owner was not heard of; whether to take the lock from it.
    pub(super) fn count_silence(&mut self) -> bool {
        let Place::Theirs { silent_ticks } = &mut self.place else { return false };
        *silent_ticks += 1;
        silent_ticks.is_multiple_of(SILENT_TICKS_MAX)
    }
}

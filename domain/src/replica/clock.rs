//! The school's clock, as far as a device knows it: what every window is judged by, whatever the device's own clock shows.

use super::storage::KeptClock;
use crate::time::Timestamp;
use std::collections::VecDeque;

/// Clocks that differ by less than this count as equal.
const ALIKE_MS: i64 = 2_000;
/// A person is told of a clock that is wrong by at least so much.
const WRONG_MS_MIN: i64 = 60_000;
/// An answer of the server that took longer is not used: it says too little of what the clock shows now.
const ROUND_TRIP_MS_MAX: i64 = 10_000;
/// What is known of the clock is stored again after this long, so that a clock that is turned back is noticed at the next start.
const KEPT_MS_MAX: i64 = 10 * 60_000;
/// Ticks after which the server is asked for its time again, over a line that is never silent.
const ASK_TICKS: u64 = 60;

/// What a device's clocks show at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The wall clock: it may be wrong, and may jump.
    pub wall: Timestamp,
    /// Milliseconds since the page was opened, by a clock that never jumps. On some systems it stands still while the device sleeps.
    pub steady_ms: i64,
}

impl Reading {
    /// How long it is since an earlier one: at least as long as either clock says.
    fn since(self, earlier: Self) -> i64 {
        self.wall.0.saturating_sub(earlier.wall.0).max(self.steady_ms.saturating_sub(earlier.steady_ms)).max(0)
    }

    /// By how much more the wall clock went on since an earlier reading than the steady clock did. Negative: the wall clock was turned back. Positive: the
    /// device slept, or the wall clock was put ahead.
    fn gap(self, earlier: Self) -> i64 {
        let (wall, steady) = (self.wall.0.saturating_sub(earlier.wall.0), self.steady_ms.saturating_sub(earlier.steady_ms));
        wall.saturating_sub(steady)
    }
}

/// What the school's clock showed when the device's clocks showed this.
#[derive(Debug, Clone, Copy)]
struct Anchor {
    school: Timestamp,
    reading: Reading,
}

impl Anchor {
    /// What the school's clock shows at a later reading. A wall clock that jumped ahead is believed, since devices sleep; one that was turned back is not.
    fn carried(&self, to: Reading) -> Timestamp {
        let steady = Timestamp(self.school.0.saturating_add(to.steady_ms.saturating_sub(self.reading.steady_ms)));
        let gap = to.gap(self.reading);
        if gap > ALIKE_MS { Timestamp(steady.0.saturating_add(gap)) } else { steady }
    }
}

impl KeptClock {
    /// What the school's clock shows when the device's wall clock shows this. It cannot be earlier than when this was kept: a wall clock that says so was
    /// turned back since, perhaps to the right time.
    fn school_time(self, wall: Timestamp) -> Timestamp {
        let time = Timestamp(wall.0.saturating_add(self.ahead_ms));
        if time < self.at { self.at.max(wall) } else { time }
    }
}

/// What is known of the school's clock.
#[derive(Debug, Default)]
pub(super) struct Clock {
    /// What the device's clocks showed at the last input.
    now: Option<Reading>,
    anchor: Option<Anchor>,
    /// The wall clock went ahead of the steady one since it was measured.
    is_doubtful: bool,
    /// What the database has of it.
    kept: Option<KeptClock>,
    /// When the server was asked for its time: one for each question that it has not answered yet, in order; `None` where the answer will be of no use.
    asked: VecDeque<Option<Reading>>,
    /// An answer was not good enough: ask again.
    is_due: bool,
    /// What the server last said.
    told: Option<Timestamp>,
    /// When, in ticks.
    told_at: u64,
}

impl Clock {
    /// What the school's clock shows when the device's clocks show this; as long as nobody told, the device's own.
    pub(super) fn school_time(&self, reading: Reading) -> Timestamp {
        self.anchor.map_or(reading.wall, |anchor| anchor.carried(reading))
    }

    /// What the school's clock shows now, if the device's clocks were read.
    pub(super) fn time(&self) -> Option<Timestamp> {
        self.now.map(|now| self.school_time(now))
    }

    /// The device's clocks show this.
    pub(super) fn tell(&mut self, now: Reading) {
        if let Some(anchor) = self.anchor {
            let (gap, school) = (now.gap(anchor.reading), anchor.carried(now));
            // Go on from the clocks as they are now.
            if gap.abs() > ALIKE_MS {
                self.anchor = Some(Anchor { school, reading: now });
                self.is_doubtful |= gap > 0;
            }
        }
        // A clock jumped while an answer was on its way, so nobody can tell how long it took: ask again.
        if self.is_asked() && self.now.is_some_and(|before| now.gap(before).abs() > ALIKE_MS) {
            self.asked.iter_mut().for_each(|asked| *asked = None);
            self.is_due = true;
        }
        self.now = Some(now);
    }

    fn set(&mut self, school: Timestamp, reading: Reading) {
        self.anchor = Some(Anchor { school, reading });
        (self.is_doubtful, self.is_due) = (false, false);
    }

    /// The server is asked.
    pub(super) fn asks(&mut self) {
        self.asked.push_back(self.now);
    }

    /// Whether an answer is on its way that is of use.
    fn is_asked(&self) -> bool {
        self.asked.iter().any(Option::is_some)
    }

    /// What was asked over a line that is gone is not answered.
    pub(super) fn begin_anew(&mut self) {
        self.asked.clear();
    }

    /// The server answers the oldest question that it has not answered yet; `server_time` is what its clock shows, if the server is one that says so.
    pub(super) fn measure(&mut self, server_time: Option<Timestamp>, ticks: u64) {
        let asked = self.asked.pop_front().flatten();
        let (Some(asked), Some(now), Some(server_time)) = (asked, self.now, server_time) else { return };
        let round_trip = now.since(asked);
        if round_trip <= ROUND_TRIP_MS_MAX {
            self.set(Timestamp(server_time.0.saturating_add(round_trip / 2)), now);
            (self.told, self.told_at) = (Some(server_time), ticks);
        } else {
            self.is_due = true;
        }
    }

    /// How far the school's clock is ahead of the device's, if that is known.
    pub(super) fn ahead_ms(&self) -> Option<i64> {
        let now = self.now.filter(|_| self.anchor.is_some() && !self.is_doubtful)?;
        Some(self.school_time(now).0.saturating_sub(now.wall.0))
    }

    /// What is to be kept, if it is news.
    fn news(&self) -> Option<KeptClock> {
        let (now, ahead_ms) = (self.now?, self.ahead_ms()?);
        let at = self.school_time(now);
        let is_old =
            |kept: KeptClock| kept.ahead_ms.abs_diff(ahead_ms) >= ALIKE_MS as u64 || at.0.abs_diff(kept.at.0) >= KEPT_MS_MAX as u64;
        self.kept.is_none_or(is_old).then_some(KeptClock { ahead_ms, at })
    }

    /// By how much the device's clock is ahead of the school's, in milliseconds, if that is known and so much that a person should hear of it.
    pub(super) fn wrong_by(&self) -> Option<i64> {
        let (now, _) = self.now.zip(self.anchor)?;
        let wrong_by = now.wall.0.saturating_sub(self.school_time(now).0);
        (wrong_by.abs() >= WRONG_MS_MIN).then_some(wrong_by)
    }

    /// The database was read. What it says of the clock is used only if neither the server nor another tab has said anything yet.
    pub(super) fn found(&mut self, kept: Option<KeptClock>) {
        self.kept = kept;
        if let (Some(kept), Some(now), None) = (kept, self.now, self.anchor) {
            self.set(kept.school_time(now.wall), now);
        }
    }

    /// The owner of the line says how far the school's clock is ahead.
    pub(super) fn heard(&mut self, ahead_ms: Option<i64>) {
        if let (Some(ahead_ms), Some(now)) = (ahead_ms, self.now) {
            self.set(Timestamp(now.wall.0.saturating_add(ahead_ms)), now);
        }
    }

    /// What the server's clock showed when it last told.
    pub(super) fn told(&self) -> Option<Timestamp> {
        self.told
    }

    /// Whether the server is to be asked now, over a line that is there; it counts as asked then.
    pub(super) fn is_to_ask(&mut self, ticks: u64) -> bool {
        let is_due = self.is_doubtful || self.is_due || ticks >= self.told_at + ASK_TICKS;
        let asks = is_due && self.now.is_some() && !self.is_asked();
        if asks {
            self.asks();
        }
        asks
    }

    /// What is to be kept, if it is news; it counts as kept then.
    pub(super) fn keep(&mut self) -> Option<KeptClock> {
        self.news().inspect(|kept| self.kept = Some(*kept))
    }
}

//! Trying again what failed: never without a pause, and never for ever. What may fail at once (a lock, a database, a socket) would otherwise be
//! asked for without end, and hold up the page that asks.

/// How long to wait before each next try, in milliseconds: doubled each time, up to the last.
pub const PAUSES_MS: [u32; 5] = [250, 500, 1_000, 2_000, 4_000];
/// How often in a row something is tried again where something else can do instead: two seconds, all in all.
pub const TRIES_MAX: usize = 3;
/// If something worked for so long, in milliseconds, before it was lost, its loss counts as a first failure.
pub const HELD_MS_MIN: u64 = 5_000;

/// How often something has failed in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tries {
    failed: usize,
}

impl Tries {
    /// It failed, or was lost after it had worked for `had_ms` milliseconds. Returns how long to wait before it is tried again, in milliseconds; `None` when
    /// something else must do instead.
    pub fn failed(&mut self, had_ms: u64) -> Option<u32> {
        if had_ms >= HELD_MS_MIN {
            self.failed = 0;
        }
        let is_of_use = self.failed < TRIES_MAX;
        let pause = self.failed_again();
        is_of_use.then_some(pause)
    }

    /// It failed, and nothing else can do instead, so that it is tried for ever: how long to wait before the next time, in milliseconds.
    pub fn failed_again(&mut self) -> u32 {
        let pause = PAUSES_MS[self.failed];
        self.failed = (self.failed + 1).min(PAUSES_MS.len() - 1);
        pause
    }

    /// It worked: the next failure is the first.
    pub fn worked(&mut self) {
        self.failed = 0;
    }
}

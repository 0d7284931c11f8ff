//! Trying again what failed: never without a pause, and never for ever. What may fail at once (a lock, a database, a socket) would otherwise be
//! asked for without end, and hold up the page that asks.

/// How long to wait before each next try, in milliseconds: doubled each time, up to the last.
pub const PAUSES_MS: [u32; 5] = [250, 500, 1_000, 2_000, 4_000];
/// What something else can do instead is tried again so often in a row: two seconds, all in all.
pub const TRIES_MAX: usize = 3;
/// What was had for so long, in milliseconds, was no failure: when it is gone, everything begins anew.
pub const HELD_MS_MIN: u64 = 5_000;

/// How often something has failed in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tries {
    failed: usize,
}

impl Tries {
    /// It failed, or is gone after it was had for so many milliseconds. How long to wait before it is tried again, in milliseconds; none when
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

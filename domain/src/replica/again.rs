//! Trying again what failed: never without a pause, and never for ever. What may fail at once (a lock, a database, a socket) would otherwise be
//! asked for without end, and hold up the page that asks.

/// How long to wait before each next try, in milliseconds: doubled each time. After the last there is none.
pub const PAUSES_MS: [u32; 5] = [250, 500, 1_000, 2_000, 4_000];
/// What was had for so long, in milliseconds, was no failure: when it is gone, everything begins anew.
pub const HELD_MS_MIN: u64 = 5_000;

/// How often something has failed in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tries {
    failed: usize,
}

impl Tries {
    /// It failed, or is gone after it was had for so many milliseconds. How long to wait before it is tried again, in milliseconds; none when
    /// that is of no use any more.
    pub fn failed(&mut self, had_ms: u64) -> Option<u32> {
        if had_ms >= HELD_MS_MIN {
            self.failed = 0;
        }
        let pause = PAUSES_MS.get(self.failed).copied();
        self.failed = (self.failed + 1).min(PAUSES_MS.len());
        pause
    }

    /// It failed, and is tried for ever: how long to wait before the next time, in milliseconds. The pause grows up to the longest.
    pub fn failed_again(&mut self) -> u32 {
        let longest = PAUSES_MS[PAUSES_MS.len() - 1];
        self.failed(0).unwrap_or(longest)
    }

    /// It worked: the next failure is the first.
    pub fn worked(&mut self) {
        self.failed = 0;
    }
}

//! The quota of commands for an account: a burst, a rate per second, and more after it was away. It has no clock: the caller says what time it is.

use domain::{claims::LEEWAY_MS, ids::AccountId, time::Timestamp};
use std::collections::HashMap;

/// The shortest wait, in milliseconds: a device that retries resends its whole outbox.
const WAIT_MS_MIN: u64 = 1_000;
/// The most hours away for which an account is given more commands.
const AWAY_HOURS_MAX: u64 = 24;
const HOUR_MS: u64 = 60 * 60 * 1_000;

/// How many commands an account may give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// How many commands a second it may give, all the time.
    pub per_second: u32,
    /// How many commands it may give at once.
    pub burst: u32,
    /// How many more it may give for each hour that it was away: what was done without a connection.
    pub catch_up_per_hour: u32,
}

/// What an account has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// In thousandths of a command.
    left: u64,
    /// How many more commands it may give for the time that it was away.
    spare: u64,
    at: Timestamp,
}

impl Bucket {
    /// The bucket of an account that was away for this many milliseconds before this moment.
    pub fn after(away_ms: i64, quota: &Quota, now: Timestamp) -> Self {
        Self { left: thousandths(quota.burst), spare: due(away_ms, quota), at: now }
    }

    /// Takes one command out, at this moment.
    ///
    /// # Errors
    /// When none is left: how many milliseconds to wait.
    pub fn take(&mut self, quota: &Quota, now: Timestamp) -> Result<(), u32> {
        let passed = now.0.saturating_sub(self.at.0);
        self.at = now;
        // A clock that was set back adds nothing.
        let filled = u64::try_from(passed).unwrap_or(0).saturating_mul(u64::from(quota.per_second));
        self.left = self.left.saturating_add(filled).min(thousandths(quota.burst));
        if passed > LEEWAY_MS {
            self.spare = self.spare.saturating_add(due(passed, quota)).min(due(i64::MAX, quota));
        }
        if let Some(left) = self.left.checked_sub(1_000) {
            self.left = left;
            return Ok(());
        }
        if let Some(spare) = self.spare.checked_sub(1) {
            self.spare = spare;
            return Ok(());
        }
        let missing = 1_000_u64.saturating_sub(self.left).div_ceil(u64::from(quota.per_second.max(1)));
        Err(u32::try_from(missing.max(WAIT_MS_MIN)).unwrap_or(u32::MAX))
    }
}

fn thousandths(commands: u32) -> u64 {
    u64::from(commands) * 1_000
}

fn due(away_ms: i64, quota: &Quota) -> u64 {
    let away = u64::try_from(away_ms).unwrap_or(0).min(AWAY_HOURS_MAX * HOUR_MS);
    away * u64::from(quota.catch_up_per_hour) / HOUR_MS
}

/// The buckets of all accounts that were heard of since the start.
#[derive(Debug, Default)]
pub struct Buckets {
    quota: Option<Quota>,
    by_account: HashMap<AccountId, Bucket>,
}

impl Buckets {
    /// With this quota for each account.
    pub fn of(quota: Quota) -> Self {
        Self { quota: Some(quota), by_account: HashMap::new() }
    }

    /// Whether an account has a bucket, or needs none.
    pub fn knows(&self, account: AccountId) -> bool {
        self.quota.is_none() || self.by_account.contains_key(&account)
    }

    /// Takes a command of an account. `away_ms` says how long it had not been heard of, if this is its first since the start.
    ///
    /// # Errors
    /// When it has to wait: how many milliseconds.
    pub fn take(&mut self, account: AccountId, now: Timestamp, away_ms: i64) -> Result<(), u32> {
        let Some(quota) = self.quota else { return Ok(()) };
        self.by_account.entry(account).or_insert_with(|| Bucket::after(away_ms, &quota, now)).take(&quota, now)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bucket, Buckets, HOUR_MS, Quota};
    use domain::{ids::AccountId, time::Timestamp};

    const QUOTA: Quota = Quota { per_second: 10, burst: 200, catch_up_per_hour: 600 };
    const NOON: i64 = 12 * HOUR_MS as i64;

    /// How many of these commands at one moment are taken.
    fn taken(bucket: &mut Bucket, commands: usize, at_ms: i64) -> usize {
        (0..commands).filter(|_| bucket.take(&QUOTA, Timestamp(at_ms)).is_ok()).count()
    }

    #[test]
    fn two_hundred_at_once_then_ten_a_second() {
        let mut bucket = Bucket::after(0, &QUOTA, Timestamp(NOON));
        assert_eq!(taken(&mut bucket, 1_000, NOON), 200);
        assert_eq!(taken(&mut bucket, 1_000, NOON + 99), 0);
        assert_eq!(taken(&mut bucket, 1_000, NOON + 100), 1);
        let each: Vec<usize> = (1..=60).map(|second| taken(&mut bucket, 1_000, NOON + 100 + second * 1_000)).collect();
        assert_eq!(each, [10; 60]);
        assert_eq!(taken(&mut bucket, 1_000, NOON + 200_000), 200, "it fills up to what may come at once, and no further");
    }

    #[test]
    fn whoever_has_to_wait_is_told_how_long_and_can_then_go_on() {
        for quota in [QUOTA, Quota { per_second: 1, ..QUOTA }, Quota { per_second: 0, ..QUOTA }] {
            let mut bucket = Bucket::after(0, &quota, Timestamp(NOON));
            let wait = (0..=200).find_map(|_| bucket.take(&quota, Timestamp(NOON)).err()).expect("there is an end");
            assert_eq!(wait, 1_000, "{quota:?}");
            assert_eq!(bucket.take(&quota, Timestamp(NOON + i64::from(wait))).is_ok(), quota.per_second > 0);
        }
    }

    #[test]
    fn what_was_done_without_a_connection_may_come_at_once() {
        for (away_hours, taken_at_once) in [(0, 200), (1, 800), (3, 2_000), (24, 14_600), (24 * 30, 14_600)] {
            let mut bucket = Bucket::after(away_hours * HOUR_MS as i64, &QUOTA, Timestamp(NOON));
            assert_eq!(taken(&mut bucket, 20_000, NOON), taken_at_once, "after {away_hours} hours");
            // The same for whoever was heard of before.
            let later = NOON + 1_000 + away_hours * HOUR_MS as i64;
            let refilled = if away_hours == 0 { 10 } else { taken_at_once };
            let at_most = (taken(&mut bucket, 20_000, later) as i64 - refilled as i64).abs();
            assert!(at_most <= 1, "after {away_hours} hours more");
        }
    }

    #[test]
    fn a_clock_that_is_set_back_gives_nothing_and_takes_nothing() {
        let mut bucket = Bucket::after(0, &QUOTA, Timestamp(NOON));
        assert_eq!(taken(&mut bucket, 150, NOON), 150);
        assert_eq!(taken(&mut bucket, 1_000, 0), 50);
        assert_eq!(taken(&mut bucket, 1_000, 1_000), 10);
    }

    #[test]
    fn each_account_has_its_own_and_without_a_quota_nobody_waits() {
        let (ann, bob) = (AccountId::derived(&["ann"]), AccountId::derived(&["bob"]));
        let (mut limited, mut free) = (Buckets::of(QUOTA), Buckets::default());
        let now = Timestamp(NOON);
        assert_eq!((0..300).filter(|_| limited.take(ann, now, 0).is_ok()).count(), 200);
        assert_eq!(limited.take(ann, now, i64::MAX), Err(1_000), "the time away counts once");
        assert_eq!(limited.take(bob, now, 0), Ok(()));
        assert!((0..10_000).all(|_| free.take(ann, now, 0).is_ok()));
    }
}

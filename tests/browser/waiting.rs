//! Waiting for what is to come: looks again and again until it is there, and never longer than it may take.

use std::time::{Duration, Instant};
use tokio::time::{MissedTickBehavior, interval};

/// Longer than anything here takes that is not measured; whoever waits longer waits in vain.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How often is looked.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Looks until there is something; fails with what was seen last.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Result<T, String>) -> T {
    within(PATIENCE, what, &mut look).await
}

/// The same with a time that must be kept.
pub async fn within<T>(time: Duration, what: &str, look: &mut impl AsyncFnMut() -> Result<T, String>) -> T {
    let begun = Instant::now();
    let mut looks = interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        match look().await {
            Ok(seen) => return seen,
            Err(seen) => assert!(begun.elapsed() < time, "waited {time:?} for {what}, but: {seen}"),
        }
    }
}

//! The wall clock as a signal, for pages that say what is open now.

use crate::device;
use domain::time::Timestamp;
use leptos::prelude::*;
use std::time::Duration;

/// How often a page looks at the clock.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The time of day, followed as long as the page is there.
pub fn use_now() -> ReadSignal<Timestamp> {
    let (now, set_now) = signal(device::now());
    if let Ok(ticking) = set_interval_with_handle(move || set_now.set(device::now()), LOOK_EVERY) {
        on_cleanup(move || ticking.clear());
    }
    now
}

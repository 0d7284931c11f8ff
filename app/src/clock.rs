//! The school's clock as a signal, for pages that say what is open now. It does not depend on the device's own clock, once the server has told the
//! time.

use crate::doors::{use_projection, use_projections};
use domain::time::Timestamp;
use leptos::prelude::*;
use std::time::Duration;

/// How often a page looks at the clock.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The school's time, followed as long as the page is there.
pub fn use_now() -> ReadSignal<Timestamp> {
    let projections = use_projections();
    let look = move || projections.school_time();
    let (now, set_now) = signal(look());
    if let Ok(ticking) = set_interval_with_handle(move || set_now.set(look()), LOOK_EVERY) {
        on_cleanup(move || ticking.clear());
    }
    // A time that the server has just told counts at once.
    let wrong_by_minutes = use_projection(|replica| replica.wrong_clock().map(|ms| ms / 60_000));
    Effect::new(move |_| {
        wrong_by_minutes.track();
        set_now.set(look());
    });
    now
}

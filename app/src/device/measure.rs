//! How long something took, told to the browser's own timeline: developer tools show it, and tests read it.

use leptos::task::{spawn_local, tick};
use web_sys::Performance;

/// Something under way.
pub struct Measure(&'static str);

fn performance() -> Option<Performance> {
    web_sys::window()?.performance()
}

impl Measure {
    /// It begins.
    pub fn begin(name: &'static str) -> Self {
        if let Some(performance) = performance() {
            // What is not measured works all the same.
            _ = performance.mark(name);
        }
        Self(name)
    }

    /// It ends when all that follows from it is on the page. The timeline keeps only the last one: a school day is long.
    pub fn end(self) {
        spawn_local(async move {
            tick().await;
            if let Some(performance) = performance() {
                performance.clear_measures_with_measure_name(self.0);
                _ = performance.measure_with_start_mark(self.0, self.0);
                performance.clear_marks_with_mark_name(self.0);
            }
        });
    }
}

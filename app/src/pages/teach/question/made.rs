//! Who made the corrections of a course, and when; and which of them there were at a moment.

use crate::doors::{use_projections, use_stored_events};
use domain::{
    content::Corrections,
    event::Recorded,
    feeds::Feed,
    ids::{AccountId, CourseId},
    time::Timestamp,
};
use leptos::{prelude::*, task::spawn_local};
use std::collections::BTreeMap;

/// Who made a correction, and when; by its number.
pub type Made = BTreeMap<u32, (AccountId, Timestamp)>;

/// What is recorded of the corrections of a course. It is read again as long as a correction that is confirmed is not stored yet.
pub fn use_made(course: CourseId) -> RwSignal<Made> {
    let (projections, events) = (use_projections(), use_stored_events());
    let made = RwSignal::new(Made::new());
    let reading = StoredValue::new(false);
    Effect::new(move |_| {
        let confirmed =
            projections.read(|replica| replica.confirmed().directory.course(course).map_or(0, |course| course.contents.corrections.len()));
        if reading.get_value() || made.with_untracked(Made::len) >= confirmed {
            return;
        }
        reading.set_value(true);
        spawn_local(async move {
            let recorded = events.all(Feed::Corrections(course)).await;
            // Nothing if the page was left meanwhile.
            _ = made.try_set(recorded.iter().filter_map(numbered).collect());
            _ = reading.try_set_value(false);
        });
    });
    made
}

fn numbered(recorded: &Recorded) -> Option<(u32, (AccountId, Timestamp))> {
    Some((recorded.event.course()?.1.correction_number()?, (recorded.actor, recorded.recorded)))
}

/// The corrections as they were at a moment. They are numbered in the order in which they were recorded.
pub fn as_of(corrections: &Corrections, made: &Made, at: Timestamp) -> Corrections {
    let by_then = made.iter().filter(|(_, (_, recorded))| *recorded <= at);
    corrections.as_of(by_then.map(|(number, _)| *number).max().unwrap_or(0)).into_owned()
}

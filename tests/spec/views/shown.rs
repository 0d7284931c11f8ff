//! What a screen says while the thing that it is about cannot be shown.

use domain::views::{Reach, shown::Shown};

const REACHES: [Reach; 5] = [Reach::Reading, Reach::Offline, Reach::Connecting, Reach::CatchingUp, Reach::Live];

#[test]
fn what_is_not_found_is_said_to_be_missing_only_when_all_has_arrived() {
    let missing = REACHES.map(|reach| Shown::of(None::<u8>, reach));
    assert_eq!(missing, [Shown::Loading, Shown::NotHere, Shown::Loading, Shown::Loading, Shown::Nothing]);
    let known = REACHES.map(|reach| Shown::of_known(None::<u8>, reach));
    assert_eq!(known, [Shown::Loading, Shown::NotHere, Shown::Loading, Shown::Loading, Shown::Loading], "what exists is on its way");
}

#[test]
fn what_is_found_is_shown_however_far_the_school_is_reached_but_not_before_all_was_read() {
    for of in [Shown::of, Shown::of_known] {
        let found = REACHES.map(|reach| of(Some(7), reach));
        assert_eq!(found, [Shown::Loading, Shown::Ready(7), Shown::Ready(7), Shown::Ready(7), Shown::Ready(7)]);
    }
}

#[test]
fn only_what_is_ready_is_made_into_something_else() {
    let all = [Shown::Loading, Shown::NotHere, Shown::Nothing, Shown::Ready(7)];
    assert_eq!(all.map(|shown| shown.map(|n| n + 1)), [Shown::Loading, Shown::NotHere, Shown::Nothing, Shown::Ready(8)]);
    assert_eq!(all.map(|shown| shown.as_ref().ready().copied()), [None, None, None, Some(7)]);
}

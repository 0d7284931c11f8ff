//! Whom a teacher's screen about now is about.

use domain::{
    projections::insight::{NOW_WITHIN_MS, is_about_now},
    time::Timestamp,
};

#[test]
fn now_is_for_who_is_here_or_worked_within_a_week() {
    let at = Timestamp(1_764_553_000_000);
    let table = [
        (true, 0, true),
        (false, 0, true),
        (false, NOW_WITHIN_MS, true),
        (false, NOW_WITHIN_MS + 1, false),
        (false, 13 * 30 * 24 * 60 * 60 * 1_000, false),
        (true, 13 * 30 * 24 * 60 * 60 * 1_000, true),
        // A device whose clock is ahead.
        (false, -60_000, true),
    ];
    for (is_here, ago, is_now) in table {
        assert_eq!(is_about_now(is_here, Timestamp(at.0 - ago), at), is_now, "here: {is_here}, {ago} ms ago");
    }
    assert!(!is_about_now(false, Timestamp(i64::MIN), at), "whoever never worked");
    assert_eq!(NOW_WITHIN_MS, 604_800_000);
}

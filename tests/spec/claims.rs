//! Which moments a device can claim: a table of what came when, and by which moment it is judged.

use domain::{
    claims::{Arrival, Contact, LEEWAY_MS},
    time::Timestamp,
};

/// Minutes after midnight.
fn at(minutes: i64) -> Timestamp {
    Timestamp(minutes * 60_000)
}

fn of(hour: i64, minute: i64) -> i64 {
    hour * 60 + minute
}

/// One command: when it came, since when the connection was there, when the device said last that it is, what it claims, and by which moment it is
/// judged.
type Step = (i64, i64, i64, i64, i64);

/// Signed in at seven.
fn judged(known: Option<Contact>, (now, greeted, heard, claimed, _): Step) -> (i64, Contact) {
    let arrival = Arrival { signed_in: at(of(7, 0)), greeted: at(greeted), heard: at(heard) };
    let (moment, contact) = Contact::judge(known, arrival, at(claimed), at(now));
    (moment.0 / 60_000, contact)
}

#[track_caller]
fn day(steps: &[Step]) {
    let mut known = None;
    for (index, step) in steps.iter().enumerate() {
        let (moment, contact) = judged(known, *step);
        let clock = |minutes: i64| format!("{}:{:02}", minutes.div_euclid(60), minutes.rem_euclid(60));
        assert_eq!(clock(moment), clock(step.4), "command {}", index + 1);
        known = Some(contact);
    }
}

#[test]
fn who_is_connected_is_believed_within_five_minutes() {
    let (nine, noon) = (of(9, 0), of(12, 0));
    let claims = |minutes: i64| (noon, nine, noon, noon + minutes, noon + minutes);
    day(&[claims(0), claims(-5), claims(5)]);
    day(&[(noon, nine, noon, noon - 6, noon)]);
}

/// The case of the review: after the deadline at noon, two hours earlier.
#[test]
fn what_is_claimed_before_the_last_contact_is_taken_for_the_last_contact() {
    let (nine, late) = (of(9, 0), of(12, 10));
    let in_time = (of(11, 59), nine, of(11, 59), of(11, 59), of(11, 59));
    day(&[in_time, (late, nine, late, of(10, 10), late)]);
    // It hangs up and comes back in between.
    day(&[in_time, (late, late, late, of(10, 10), of(11, 59))]);
    // It last said at four minutes past that it is there.
    day(&[(of(11, 50), nine, of(11, 50), of(11, 50), of(11, 50)), (late, nine, of(12, 4), of(11, 58), of(12, 4))]);
}

#[test]
fn next_weeks_unit_is_not_begun_today_and_a_clock_that_is_ahead_locks_nobody_out() {
    let (nine, noon, week) = (of(9, 0), of(12, 0), 7 * 24 * 60);
    let at = |now: i64, ahead: i64| (now, nine, now, now + ahead, now);
    day(&[at(noon, week), at(noon + 1, week), at(noon + 2, 2 * 24 * 60)]);
}

#[test]
fn what_was_done_without_a_connection_holds_however_late_it_comes() {
    let (nine, three) = (of(9, 0), of(15, 0));
    day(&[
        (nine, nine - 5, nine, nine, nine),
        // Offline until three, over a deadline at noon; then everything comes at once.
        (three, three, three, of(10, 0), of(10, 0)),
        (three, three, three, of(10, 5), of(10, 5)),
        (three + 1, three, three, of(11, 50), of(11, 50)),
        // The line broke for a while, and it goes on.
        (three + 15, three + 15, three + 15, of(11, 55), of(11, 55)),
        // Nothing goes back behind what it has sent.
        (three + 15, three + 15, three + 15, of(10, 0), of(11, 55)),
        (three + 16, three + 15, three + 16, three + 16, three + 16),
        // Once all was sent, what is given is given now.
        (three + 40, three + 15, three + 40, of(11, 58), three + 40),
    ]);
}

#[test]
fn who_was_there_and_had_nothing_to_send_gave_nothing_until_then() {
    let (_, contact) = judged(None, (of(9, 0), of(9, 0), of(9, 0), of(9, 0), 0));
    let idle = contact.idle_at(at(of(12, 5)));
    let late = (of(12, 30), of(12, 30), of(12, 30), of(11, 58), 0);
    assert_eq!((judged(Some(contact), late).0, judged(Some(idle), late).0), (of(11, 58), of(12, 5)));
    assert_eq!([contact, idle].map(|contact| contact.away_ms(at(of(12, 30)))), [210 * 60_000, 25 * 60_000]);
    assert_eq!(idle.away_ms(at(of(12, 10))), 0);
}

/// A computer that slept says nothing meanwhile, though nobody hung up: what was given before may be on its way.
#[test]
fn a_connection_on_which_nothing_was_said_proves_nothing() {
    let (nine, three) = (of(9, 0), of(15, 0));
    day(&[(nine, nine, nine, nine, nine), (three, nine, nine, of(10, 0), of(10, 0))]);
}

#[test]
fn who_was_never_heard_of_is_held_to_the_sign_in() {
    let (eight, seven) = (of(8, 0), of(7, 0));
    day(&[(eight, eight, eight, of(7, 30), of(7, 30))]);
    day(&[(eight, eight, eight, of(6, 0), seven)]);
    // It was connected all the while, and had nothing to send.
    day(&[(eight, of(7, 10), eight, of(7, 20), eight)]);
}

/// The leeway is not for walking back step by step.
#[test]
fn the_leeway_is_used_once() {
    let (nine, noon) = (of(9, 0), of(12, 0));
    let back = |minutes, to| (noon, nine, noon, noon - minutes, noon - to);
    day(&[back(0, 0), back(5, 5), back(10, 0), back(5, 5), back(6, 0), back(4, 4)]);
}

#[test]
fn a_script_without_a_connection_is_held_to_its_last_command() {
    let (nine, noon) = (of(9, 0), of(12, 0));
    day(&[(nine, nine, nine, nine, nine), (noon, noon, noon, of(10, 0), of(10, 0)), (noon, noon, noon, of(8, 0), of(10, 0))]);
}

#[test]
fn no_claim_and_no_clock_breaks_it() {
    for known in [None, Some(Contact { heard: at(9_000), judged: at(9_000), idle: at(9_000) })] {
        for claimed in [i64::MIN, -1, 0, i64::MAX] {
            for now in [i64::MIN, 0, 1_000_000, i64::MAX] {
                let arrival = Arrival { signed_in: Timestamp(i64::MIN), greeted: Timestamp(now), heard: Timestamp(now) };
                let (moment, contact) = Contact::judge(known, arrival, Timestamp(claimed), Timestamp(now));
                assert!(moment.0 <= now.saturating_add(LEEWAY_MS), "{known:?} {claimed} {now}");
                assert!(contact.heard == Timestamp(now) && contact.judged.0 <= now.saturating_add(LEEWAY_MS));
            }
        }
    }
}

//! Which times a device can claim for its commands: a table of when they arrived and which time each is judged by.

use domain::{
    claims::{Arrival, Contact, GREETED_MAX, Greeted, LEEWAY_MS},
    ids::DeviceId,
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

fn phone(name: &str) -> DeviceId {
    DeviceId::derived(&[name])
}

/// The moment by which a command is judged that claims a time of this morning, by a session that began at three in the afternoon.
fn judged_at_four(greeted: &Greeted, device: &str, claimed: i64) -> i64 {
    let (three, four) = (at(of(15, 0)), at(of(16, 0)));
    let arrival = Arrival { signed_in: three, greeted: four, heard: four };
    Contact::judge(greeted.contact(phone(device)), arrival, at(claimed), four).0.0 / 60_000
}

/// The case of seed 104166: it greeted, worked without a connection, its session ended, and it signed in again.
#[test]
fn who_only_said_hello_is_held_to_the_first_session_under_which_it_did() {
    let mut greeted = Greeted::default();
    assert!(greeted.greets(phone("tablet"), at(of(7, 0))));
    assert!(!greeted.greets(phone("tablet"), at(of(15, 0))), "it did before");
    let ten = of(10, 0);
    assert_eq!(judged_at_four(&greeted, "tablet", ten), ten);
    assert_eq!(judged_at_four(&greeted, "tablet", of(6, 0)), of(7, 0), "no earlier");
    assert_eq!(judged_at_four(&greeted, "made up", ten), of(15, 0), "one that nobody has seen is held to the session by which it comes");
    assert_eq!(greeted.contact(phone("tablet")).unwrap().away_ms(at(of(16, 0))), 9 * 60 * 60_000);
}

#[test]
fn who_said_hello_and_then_had_nothing_to_send_is_held_to_that() {
    let mut greeted = Greeted::default();
    greeted.greets(phone("tablet"), at(of(7, 0)));
    assert!(greeted.is_idle(phone("tablet"), at(of(11, 0))));
    assert!(!greeted.is_idle(phone("tablet"), at(of(9, 0))), "a clock that is set back takes nothing back");
    assert_eq!(judged_at_four(&greeted, "tablet", of(10, 0)), of(11, 0));
    assert_eq!(judged_at_four(&greeted, "tablet", of(11, 30)), of(11, 30));
    // Heard of for the first time.
    assert!(greeted.is_idle(phone("laptop"), at(of(12, 0))));
    assert_eq!(judged_at_four(&greeted, "laptop", of(10, 0)), of(12, 0));
}

#[test]
fn what_has_sent_something_is_known_by_that() {
    let mut greeted = Greeted::default();
    greeted.greets(phone("tablet"), at(of(7, 0)));
    assert!(greeted.sends(phone("tablet")) && !greeted.sends(phone("tablet")));
    assert_eq!((greeted.contact(phone("tablet")), greeted), (None, Greeted::default()));
}

#[test]
fn of_devices_that_somebody_makes_up_a_few_are_kept_and_none_is_worth_anything() {
    let mut greeted = Greeted::default();
    greeted.greets(phone("tablet"), at(of(6, 0)));
    let made_up = |number: usize| format!("made up {number}");
    let news = (0..10_000).filter(|number| greeted.greets(phone(&made_up(*number)), at(of(7, 0)))).count();
    assert_eq!(news, GREETED_MAX, "and no more is written for those that one session makes up");
    assert_eq!(judged_at_four(&greeted, "tablet", of(10, 0)), of(15, 0), "what was forgotten is held to the session");
    // Those that are there later take their places.
    let news = (0..10_000).filter(|number| greeted.greets(phone(&made_up(20_000 + number)), at(of(8, 0)))).count();
    assert_eq!(news, GREETED_MAX);
    let kept = (0..40_000).filter(|number| greeted.contact(phone(&made_up(*number))).is_some()).count();
    assert_eq!(kept, GREETED_MAX);
    assert!(serde_json::to_string(&greeted).unwrap().len() < 1_000);
}

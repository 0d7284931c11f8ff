//! What failed is retried: after a pause that grows, and not for ever.

use super::*;
use domain::replica::{
    Incoming,
    again::{HELD_MS_MIN, PAUSES_MS, TRIES_MAX, Tries},
    storage::Trouble,
};

#[test]
fn what_fails_at_once_is_tried_some_times_with_pauses_that_grow_and_then_no_more() {
    let mut tries = Tries::default();
    let pauses: Vec<u32> = std::iter::from_fn(|| tries.failed(0)).take(100).collect();
    assert_eq!(pauses, PAUSES_MS[..TRIES_MAX]);
    assert_eq!(tries.failed(HELD_MS_MIN - 1), None, "that is soon, too");
}

#[test]
fn what_was_had_for_a_while_begins_anew() {
    let mut tries = Tries::default();
    for _ in 0..PAUSES_MS.len() + 3 {
        _ = tries.failed(0);
    }
    assert_eq!(tries.failed(HELD_MS_MIN), Some(PAUSES_MS[0]), "it worked for a while");
    assert_eq!(tries.failed(0), Some(PAUSES_MS[1]));
    tries.worked();
    assert_eq!(tries.failed(0), Some(PAUSES_MS[0]));
}

/// However often it fails and however long it was had before: within any minute it is not tried more often than a person would press a button.
#[test]
fn nothing_is_tried_often_whatever_fails() {
    for had_ms in [0, 1, 100, HELD_MS_MIN - 1, HELD_MS_MIN, HELD_MS_MIN + 1, 60_000] {
        let (mut tries, mut passed_ms, mut tried) = (Tries::default(), 0, 0);
        while passed_ms < 60_000 {
            tried += 1;
            passed_ms += had_ms;
            match tries.failed(had_ms) {
                Some(pause) => passed_ms += u64::from(pause),
                None => break,
            }
        }
        assert!(tried <= 60_000 / HELD_MS_MIN as usize, "had for {had_ms} ms, it was tried {tried} times in a minute");
    }
}

#[test]
fn what_must_be_tried_for_ever_is_tried_ever_more_rarely() {
    let mut tries = Tries::default();
    let pauses: Vec<u32> = (0..10).map(|_| tries.failed_again()).collect();
    assert_eq!(pauses[..5], PAUSES_MS);
    assert!(pauses[5..].iter().all(|pause| *pause == PAUSES_MS[4]), "{pauses:?}");
}

/// The server says all that it has before this device finds that it cannot store it.
#[test]
fn a_full_device_connects_ever_more_rarely() {
    let (mut world, tab) = ann();
    world.refuse_storage(tab, Some(Trouble::Full));
    world.server.practise(1);
    let mut pauses = Vec::new();
    for _ in 0..2_000 {
        world.step();
        pauses.append(&mut world.tabs[tab].waits);
        if pauses.len() >= 6 {
            break;
        }
    }
    assert!(pauses.len() >= 6 && pauses.is_sorted(), "{pauses:?}");
    assert_eq!(pauses.last(), Some(&PAUSES_MS[4]), "{pauses:?}");
    // When there is room again, everything comes, and the next failure is the first.
    world.refuse_storage(tab, None);
    world.rest();
    world.seconds(5);
    assert_eq!(world.says(tab), SyncState::Confirmed);
    world.assert_agreement();
    world.tabs[tab].waits.clear();
    world.input(tab, Incoming::Closed);
    assert_eq!(world.tabs[tab].waits, [PAUSES_MS[0]]);
}

//! Which tab has the socket: epochs, the heartbeat, theft from a frozen owner, and life without locks or without a database.

use super::*;
use domain::replica::{Effect, Incoming, SILENT_TICKS_MAX, storage::Trouble};

#[test]
fn a_tab_connects_only_when_it_has_taken_over() {
    let mut world = World::new();
    let tab = world.open("ann");
    while world.tabs[tab].replica.epoch().is_none() {
        assert_eq!(world.tabs[tab].connects, 0);
        assert!(world.step());
    }
    world.rest();
    assert_eq!((world.tabs[tab].replica.epoch(), world.tabs[tab].database.data().epoch), (Some(1), 1));
    let tab = world.reload(tab, "ann");
    world.rest();
    assert_eq!(world.tabs[tab].replica.epoch(), Some(2));
    world.assert_agreement();
}

#[test]
fn the_socket_is_taken_from_an_owner_that_does_not_stir_and_its_late_writes_are_fenced() {
    let (mut world, first) = ann();
    let second = world.open_beside(first, "ann");
    world.rest();
    world.slow_storage = true;
    world.start(second, "section").expect("it starts");
    // Until the owner is about to store what the server said; there it stops.
    while world.server.stream(&section()).len() < 2 || !world.tabs[first].received.iter().any(|frame| frame.contains("AttemptStarted")) {
        assert!(world.step());
    }
    world.freeze(first);
    world.slow_storage = false;
    world.seconds(SILENT_TICKS_MAX as usize - 1);
    assert!(!world.tabs[second].replica.is_owner(), "not too early");
    world.seconds(2);
    assert_eq!(world.tabs[second].replica.epoch(), Some(2));
    assert_eq!(world.says(second), SyncState::Confirmed, "nothing is lost");
    world.right(second, "section").expect("right");
    world.rest();
    world.thaw(first);
    while world.tabs[first].replica.is_owner() {
        assert!(world.step());
    }
    world.rest();
    assert_eq!(world.tabs[first].replica.epoch(), None);
    world.seconds(2);
    world.assert_agreement();
    assert_eq!(world.server.stream(&section()).len(), 3);
}

#[test]
fn a_fenced_write_changes_nothing_and_the_tab_steps_down_before_anybody_tells_it() {
    let (mut world, tab) = ann();
    world.server.practise(1);
    world.slow_storage = true;
    while !world.tabs[tab].received.iter().any(|frame| frame.contains("AttemptStarted")) {
        assert!(world.step());
    }
    let chunks = world.tabs[tab].database.data().chunks;
    world.tabs[tab].database.spoil(|data| data.epoch += 1);
    world.slow_storage = false;
    while world.tabs[tab].replica.is_owner() {
        assert!(world.step());
    }
    assert_eq!(world.tabs[tab].database.data().chunks, chunks);
    // Nobody else is there: it notices the silence, and takes over again.
    world.seconds(SILENT_TICKS_MAX as usize + 1);
    assert!(world.tabs[tab].replica.is_owner());
    world.assert_agreement();
}

#[test]
fn a_tab_steals_once_in_so_many_silent_ticks() {
    let (mut world, first) = ann();
    let second = world.open_beside(first, "ann");
    world.rest();
    let mut steals = Vec::new();
    for tick in 1..=SILENT_TICKS_MAX * 3 {
        let effects = world.tabs[second].replica.step(Incoming::Tick);
        steals.extend(effects.contains(&Effect::Steal).then_some(tick));
    }
    assert_eq!(steals, [1, 2, 3].map(|times| times * SILENT_TICKS_MAX));
    world.seconds(30);
    assert!(world.tabs[first].replica.is_owner(), "an owner that says so every second keeps it");
}

#[test]
fn without_locks_each_tab_has_a_socket_and_nothing_is_done_twice() {
    let mut world = World::new();
    world.locks = false;
    let first = world.open("ann");
    let second = world.open_beside(first, "ann");
    world.rest();
    assert_eq!((world.tabs[first].connects, world.tabs[second].connects), (1, 1));
    world.start(first, "section").expect("it starts");
    world.rest();
    world.right(second, "section").expect("right");
    world.next(second, "section").expect("next");
    // The other tab may have seen that, or not: what it makes of a click of its own is right either way.
    _ = world.right(first, "section");
    world.rest();
    world.seconds(3);
    world.assert_agreement();
    assert_eq!(world.tabs[first].replica.epoch(), None);
}

#[test]
fn a_device_too_full_to_take_over_sends_what_waits_all_the_same() {
    let (mut world, tab) = ann_offline();
    answer(&mut world, tab, 1);
    world.rest();
    world.refuse_storage(tab, Some(Trouble::Full));
    world.mend();
    let tab = world.reload(tab, "ann");
    for _ in 0..200 {
        world.step();
    }
    assert_eq!(world.server.stream(&section()).len(), 4, "the server has it");
    world.refuse_storage(tab, None);
    world.rest();
    world.seconds(5);
    world.assert_agreement();
    assert!(world.tabs[tab].replica.epoch().is_some());
}

#[test]
fn without_a_database_pages_work_and_what_is_done_is_sent() {
    let mut world = World::new();
    let tab = world.open("ann");
    world.tabs[tab].database.deny();
    let second = world.open_beside(tab, "ann");
    world.rest();
    assert_eq!(world.says(tab), SyncState::Confirmed, "nothing waits");
    world.cut();
    world.start(tab, "section").expect("it starts");
    world.rest();
    assert_eq!(world.says(tab), SyncState::NotSaved(Trouble::Denied));
    world.start(second, "drill").expect("it starts in another tab too");
    world.mend();
    world.rest();
    world.seconds(3);
    assert_eq!((world.says(tab), world.says(second)), (SyncState::Confirmed, SyncState::Confirmed));
    world.assert_agreement();
    assert_eq!(world.server.stream(&section()).len(), 2);
}

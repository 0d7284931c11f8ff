//! A server restored from a backup, and a database that the browser deleted: nothing is silently dropped.

use super::*;
use domain::replica::{Incoming, TabWord};

#[test]
fn what_a_restored_server_lost_is_sent_again_in_order() {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    answer(&mut world, tab, 1);
    world.rest();
    let backup = world.server.clone();
    answer(&mut world, tab, 3);
    world.rest();
    let (whole, device) = (world.server.stream(&section()).len(), world.tabs[tab].database.data().device);
    world.cut();
    world.right(tab, "section").expect("right");
    world.rest();
    world.server.restore(backup);
    assert!(world.server.stream(&section()).len() < whole);
    world.mend();
    world.rest();
    assert_eq!(world.server.stream(&section()).len(), whole + 1);
    assert_eq!(world.tabs[tab].replica.sent_again(), 6);
    assert_eq!(world.tabs[tab].database.data().device, device, "under their numbers");
    assert_eq!(world.tabs[tab].database.data().log, Some((world.server.log_id, 1)));
    assert!(world.tabs[tab].replica.inbox().is_empty());
    world.assert_agreement();
    world.tabs[tab].replica.dismiss_sent_again();
    assert_eq!(world.tabs[tab].replica.sent_again(), 0);
}

#[test]
fn what_can_no_longer_be_sent_again_as_a_whole_goes_on_under_another_device() {
    let (mut world, tab) = ann();
    let backup = world.server.clone();
    world.start(tab, "section").expect("it starts");
    answer(&mut world, tab, 2);
    world.rest();
    let device = world.tabs[tab].database.data().device;
    world.cut();
    // The oldest result was kept for its time.
    world.tabs[tab].database.spoil(|data| _ = data.results.remove(0));
    world.server.restore(backup);
    world.mend();
    world.rest();
    world.assert_agreement();
    world.start(tab, "section").expect("it starts again");
    world.rest();
    world.assert_agreement();
    assert_ne!(world.tabs[tab].database.data().device, device);
    assert_eq!(world.server.stream(&section()).len(), 2);
}

/// Ann's profile becomes another device: another copy of it has used its next number.
fn become_another(world: &mut World, tab: usize) {
    let device = world.tabs[tab].database.data().device;
    let copy = world.open_copy(tab, "ann");
    world.rest();
    world.start(copy, "drill").expect("it starts");
    world.rest();
    world.right(tab, "section").expect("right");
    world.rest();
    world.close(copy);
    assert_ne!(world.tabs[tab].database.data().device, device);
}

#[test]
fn what_an_earlier_device_of_the_profile_had_confirmed_is_sent_again_too() {
    for locks in [true, false] {
        let mut world = World::new();
        world.locks = locks;
        let tab = world.open("ann");
        world.rest();
        world.start(tab, "section").expect("it starts");
        world.rest();
        let backup = world.server.clone();
        answer(&mut world, tab, 2);
        world.rest();
        become_another(&mut world, tab);
        world.cut();
        world.next(tab, "section").expect("there is a next");
        world.rest();
        let whole = world.server.stream(&section()).len();
        world.server.restore(backup);
        world.mend();
        world.rest();
        world.assert_agreement();
        assert_eq!(world.server.stream(&section()).len(), whole + 1, "locks: {locks}");
        assert_eq!(world.tabs[tab].replica.sent_again(), 5, "four of the earlier device's and one of the later's");
        assert!(world.tabs[tab].replica.inbox().is_empty(), "in their order, so that nothing is refused");
        let again = world.server.log.len();
        world.cut();
        world.mend();
        world.rest();
        assert_eq!(world.server.log.len(), again, "once");
    }
}

#[test]
fn what_another_log_was_told_is_not_sent_to_one_that_is_restored() {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    world.rest();
    world.replace_server("another log");
    world.rest();
    let backup = world.server.clone();
    world.start(tab, "drill").expect("it starts");
    world.rest();
    world.cut();
    world.server.restore(backup);
    world.mend();
    world.rest();
    world.assert_agreement();
    assert_eq!(world.tabs[tab].replica.sent_again(), 1);
    assert!(world.server.stream(&section()).is_empty());
}

#[test]
fn what_a_restored_server_has_of_an_earlier_device_is_not_sent_again() {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    answer(&mut world, tab, 2);
    world.rest();
    become_another(&mut world, tab);
    let backup = world.server.clone();
    let device = world.tabs[tab].database.data().device;
    world.cut();
    world.server.restore(backup);
    world.mend();
    world.rest();
    world.assert_agreement();
    assert_eq!((world.tabs[tab].replica.sent_again(), world.tabs[tab].database.data().device), (0, device));
}

/// A copy of Ann's profile gives commands under her next numbers to a server that was restored, before she comes back.
fn a_copy_comes_first(world: &mut World, tab: usize, settled: usize, by_copy: usize) {
    let copy = world.open_copy(tab, "ann");
    world.rest();
    world.close(copy);
    let backup = world.server.clone();
    answer(world, tab, settled);
    world.rest();
    world.cut();
    world.server.restore(backup);
    let copy = world.open_beside(copy, "ann");
    world.rest();
    world.start(copy, "drill").expect("it starts");
    for number in 1..by_copy {
        let given = if number % 2 == 1 { world.right(copy, "drill") } else { world.next(copy, "drill") };
        given.expect("it may");
    }
    world.mend();
    world.freeze(tab);
    world.rest();
    world.close(copy);
    world.thaw(tab);
}

#[test]
fn what_a_restored_server_knows_of_a_copy_under_the_same_numbers_does_not_count_as_confirmed() {
    // The copy gives fewer commands than were settled, as many, and more.
    for by_copy in 1..=6 {
        let (mut world, tab) = ann();
        world.start(tab, "section").expect("it starts");
        world.rest();
        let device = world.tabs[tab].database.data().device;
        a_copy_comes_first(&mut world, tab, 2, by_copy);
        world.seconds(20);
        world.rest();
        world.assert_agreement();
        assert_ne!(world.tabs[tab].database.data().device, device);
        assert_eq!(world.server.stream(&section()).len(), 6, "{by_copy} by the copy: all is there, and nothing twice");
        assert!(world.tabs[tab].replica.inbox().is_empty(), "{by_copy} by the copy: in their order, so that nothing is refused");
    }
}

#[test]
fn what_a_restored_server_has_kept_is_asked_of_once_and_changes_nothing() {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    answer(&mut world, tab, 2);
    world.rest();
    let (backup, whole) = (world.server.clone(), world.server.log.len());
    let before = world.tabs[tab].database.data();
    world.cut();
    world.server.restore(backup);
    world.mend();
    world.rest();
    world.assert_agreement();
    let after = world.tabs[tab].database.data();
    assert_eq!((world.server.log.len(), world.tabs[tab].replica.sent_again()), (whole, 0));
    assert_eq!((after.device, after.results.len(), after.outbox.len()), (before.device, before.results.len(), 0));
}

#[test]
fn a_database_deleted_while_open_is_noticed_and_what_waits_is_stored_again() {
    let (mut world, tab) = ann_offline();
    answer(&mut world, tab, 2);
    world.rest();
    let device = world.tabs[tab].database.data().device;
    world.tabs[tab].database.delete();
    world.input(tab, Incoming::Word(TabWord::More));
    world.rest();
    let data = world.tabs[tab].database.data();
    assert!(world.tabs[tab].replica.evicted());
    assert_eq!((data.outbox.len(), data.next_number), (4, 5), "all that waited is stored again");
    assert_ne!(data.device, device);
    world.mend();
    world.rest();
    world.assert_agreement();
    assert_eq!(world.server.stream(&section()).len(), 6);
    assert_eq!(world.tabs[tab].database.data().content.len(), 4, "documents too");
    assert!(world.tabs[tab].replica.epoch().is_some());
}

#[test]
fn a_number_out_of_a_new_database_is_never_sent_as_one_of_the_old() {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    world.rest();
    world.tabs[tab].database.delete();
    world.right(tab, "section").expect("right");
    world.rest();
    assert!(world.tabs[tab].replica.evicted());
    world.assert_agreement();
    assert_eq!(world.server.stream(&section()).len(), 3);
}

#[test]
fn an_owner_whose_database_was_deleted_notices_at_the_next_write() {
    let (mut world, tab) = ann();
    world.tabs[tab].database.delete();
    world.server.practise(1);
    world.rest();
    assert!(world.tabs[tab].replica.evicted());
    assert!(world.tabs[tab].replica.is_owner());
    world.assert_agreement();
}

#[test]
fn another_tab_that_renumbers_is_no_deletion() {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    world.rest();
    let copy = world.open_copy(tab, "ann");
    let beside = world.open_beside(copy, "ann");
    world.rest();
    world.right(tab, "section").expect("right");
    world.enter(copy, "section", "1000").expect("wrong");
    world.rest();
    world.seconds(1);
    world.assert_agreement();
    assert!(!world.tabs[beside].replica.evicted() && !world.tabs[copy].replica.evicted());
}

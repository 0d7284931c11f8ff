//! Several devices, several tabs, copied profiles: all come to the same, and nothing is done twice.

use super::*;
use domain::replica::{Incoming, TabWord};

#[test]
fn two_devices_without_a_network_come_to_the_same() {
    let mut world = World::new();
    let (laptop, phone) = (world.open("ann"), world.open("ann"));
    world.rest();
    world.cut();
    for (tab, text) in [(laptop, "111"), (phone, "222")] {
        world.start(tab, "section").expect("it starts, offline too");
        world.enter(tab, "section", text).expect("wrong");
        world.right(tab, "section").expect("right");
        world.next(tab, "section").expect("next");
    }
    world.enter(phone, "section", "333").expect("wrong");
    world.rest();
    world.mend();
    world.rest();
    world.assert_agreement();
    // Start, question, wrong, right, next; then the phone's wrong answer to the second question.
    assert_eq!(world.server.stream(&section()).len(), 6);
    let refused: Vec<&str> =
        [laptop, phone].into_iter().flat_map(|tab| world.tabs[tab].replica.inbox()).map(|settled| &*settled.command.body).collect();
    // The laptop's answers came first, and by then it had left the question: both of the phone's are late, and kept.
    assert_eq!(refused.len(), 2, "{refused:?}");
    assert!(refused[0].contains("222"), "the other first answer is kept");
}

#[test]
fn two_tabs_of_one_profile_show_the_same_and_share_one_socket() {
    let (mut world, first) = ann();
    let second = world.open_beside(first, "ann");
    world.rest();
    assert_eq!(world.tabs[second].connects, 0);
    assert!(world.tabs[second].replica.is_live(), "it knows of the other's line");
    world.start(second, "section").expect("it starts");
    world.rest();
    assert_eq!(world.attempt(first, "section"), world.attempt(second, "section"));
    world.right(first, "section").expect("right");
    world.rest();
    world.next(second, "section").expect("next");
    world.rest();
    world.assert_agreement();
    assert_eq!((world.says(first), world.says(second)), (SyncState::Confirmed, SyncState::Confirmed));
}

#[test]
fn of_two_answers_in_two_tabs_one_counts_and_the_other_is_kept() {
    let (mut world, first) = ann();
    world.start(first, "section").expect("it starts");
    let second = world.open_beside(first, "ann");
    world.rest();
    world.enter(first, "section", "111").expect("wrong");
    world.enter(second, "section", "222").expect("wrong");
    world.rest();
    world.assert_agreement();
    assert_eq!(world.server.stream(&section()).len(), 3);
    for tab in [first, second] {
        let inbox = world.tabs[tab].replica.inbox();
        assert_eq!(inbox.len(), 1, "both tabs tell");
        assert!(inbox[0].command.body.contains("222"));
    }
}

#[test]
fn a_tab_that_takes_over_sends_again_what_the_closed_one_had_sent() {
    let mut unheard = 0;
    for seed in 0..100 {
        let mut world = World::by_chance(seed);
        let first = world.open("ann");
        world.rest();
        let second = world.open_beside(first, "ann");
        world.rest();
        world.start(second, "section").expect("it starts");
        // Until the owner has sent it, said so, and the other tab has heard; then the owner goes.
        while !matches!(world.says(second), SyncState::Sent | SyncState::Confirmed) {
            assert!(world.step());
        }
        unheard += usize::from(world.server.stream(&section()).is_empty());
        world.close(first);
        world.rest();
        world.assert_agreement();
        assert_eq!(world.server.stream(&section()).len(), 2, "seed {seed}");
        assert_eq!(world.says(second), SyncState::Confirmed, "seed {seed}");
    }
    assert!(unheard > 0, "now and then the server had not read a word of it");
}

#[test]
fn a_tab_that_opens_while_another_stores_does_not_miss_it() {
    let (mut world, first) = ann();
    world.start(first, "section").expect("it starts");
    world.rest();
    world.cut();
    world.rest();
    let second = world.open_beside(first, "ann");
    // The database was read, but the answer to that is still on its way when the first tab stores more.
    let (chunks, found) = world.tabs[second].database.read(&Default::default()).expect("it reads");
    world.tabs[second].forget_work();
    world.right(first, "section").expect("right");
    world.rest();
    let replica = &mut world.tabs[second].replica;
    let mut effects = replica.step(Incoming::Word(TabWord::More));
    chunks.iter().for_each(|chunk| effects.extend(replica.step(Incoming::Chunk(chunk))));
    effects.extend(replica.step(Incoming::Found(found)));
    world.carry_out(second, effects);
    world.rest();
    assert_eq!(world.attempt(second, "section"), world.attempt(first, "section"));
}

#[test]
fn a_copied_profile_becomes_a_device_of_its_own() {
    let (mut world, original) = ann();
    world.start(original, "section").expect("it starts");
    world.rest();
    let copy = world.open_copy(original, "ann");
    world.rest();
    world.cut();
    let device = world.tabs[original].database.data().device;
    assert_eq!(world.tabs[copy].database.data().device, device);
    world.enter(original, "section", "111").expect("wrong");
    world.enter(copy, "section", "222").expect("wrong");
    world.rest();
    world.mend();
    world.rest();
    world.assert_agreement();
    assert_ne!(world.tabs[original].database.data().device, world.tabs[copy].database.data().device);
    let kept: usize = [original, copy].into_iter().map(|tab| world.tabs[tab].replica.inbox().len()).sum();
    assert_eq!(kept, 1, "one of the two first answers counted, the other is kept");
    assert_eq!(world.server.stream(&section()).len(), 3);
}

#[test]
fn a_profile_rolled_back_to_a_backup_goes_on_under_a_new_device() {
    let (mut world, tab) = ann();
    let backup = world.open_copy(tab, "ann");
    world.close(backup);
    world.start(tab, "section").expect("it starts");
    answer(&mut world, tab, 3);
    world.rest();
    world.close(tab);
    let tab = world.open_copy(backup, "ann");
    world.rest();
    world.assert_agreement();
    world.right(tab, "section").expect("right");
    world.rest();
    world.assert_agreement();
    assert_eq!(world.server.stream(&section()).len(), 9);
}

#[test]
fn a_copy_with_waiting_commands_has_one_effect() {
    let (mut world, original) = ann_offline();
    answer(&mut world, original, 2);
    world.rest();
    let copy = world.open_copy(original, "ann");
    world.rest();
    world.mend();
    world.rest();
    world.assert_agreement();
    assert_eq!(world.server.stream(&section()).len(), 6);
    assert!(world.tabs[copy].replica.inbox().is_empty() && world.tabs[original].replica.inbox().is_empty());
}

#[test]
fn a_device_whose_numbers_run_ahead_of_the_servers_starts_anew() {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    answer(&mut world, tab, 1);
    world.rest();
    // The server was restored from a copy made before: the same log, a shorter one.
    let shorter = model::server::Server::new("log");
    world.cut();
    world.server = shorter;
    world.right(tab, "section").expect("right");
    world.rest();
    world.mend();
    world.rest();
    world.assert_agreement();
}

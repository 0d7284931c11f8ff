//! A device that cannot store: it says so, goes on working, keeps the order of commands, and stores them once it can again.

use super::*;
use domain::replica::{Incoming, storage::Trouble};

#[test]
fn what_could_not_be_saved_is_said_and_saved_later() {
    let (mut world, tab) = ann_offline();
    world.refuse_storage(tab, Some(Trouble::Full));
    world.right(tab, "section").expect("right");
    world.rest();
    assert_eq!(world.says(tab), SyncState::NotSaved(Trouble::Full));
    assert!(world.tabs[tab].database.data().outbox.is_empty());
    world.seconds(3);
    assert_eq!(world.says(tab), SyncState::NotSaved(Trouble::Full));
    world.refuse_storage(tab, None);
    world.seconds(3);
    assert_eq!(world.says(tab), SyncState::Offline { answers: 1 });
    world.mend();
    world.rest();
    world.assert_agreement();
}

#[test]
fn what_was_given_later_does_not_overtake_what_could_not_be_saved() {
    let (mut world, tab) = ann_offline();
    world.refuse_storage(tab, Some(Trouble::Full));
    world.right(tab, "section").expect("right");
    world.rest();
    world.refuse_storage(tab, None);
    world.next(tab, "section").expect("next");
    world.right(tab, "section").expect("right");
    world.rest();
    world.seconds(3);
    world.mend();
    world.rest();
    world.assert_agreement();
    assert!(world.tabs[tab].replica.inbox().is_empty(), "nothing is refused");
    assert_eq!(world.server.stream(&section()).len(), 5);
}

#[test]
fn what_is_given_while_others_are_being_saved_comes_after_them_even_if_those_fail() {
    let (mut world, tab) = ann_offline();
    world.right(tab, "section").expect("right");
    world.next(tab, "section").expect("next");
    // The first transaction fails, the second would not.
    world.refuse_storage(tab, Some(Trouble::Failed));
    world.step();
    world.refuse_storage(tab, None);
    world.rest();
    world.seconds(3);
    let bodies: Vec<String> = world.tabs[tab].database.data().outbox.into_values().map(|queued| queued.body).collect();
    assert_eq!(bodies.len(), 2);
    assert!(bodies[0].contains("SubmitAnswer") && bodies[1].contains("NextQuestion"), "{bodies:?}");
    world.mend();
    world.rest();
    world.assert_agreement();
}

#[test]
fn confirmations_that_cannot_be_stored_are_fetched_again_a_little_later() {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    world.step();
    assert_ne!(world.says(tab), SyncState::Saving, "it is stored");
    world.refuse_storage(tab, Some(Trouble::Full));
    for _ in 0..200 {
        world.step();
    }
    assert!(matches!(world.says(tab), SyncState::NotSaved(Trouble::Full)));
    assert!(world.attempt(tab, "section").work().is_some(), "what is shown stays");
    world.refuse_storage(tab, None);
    world.rest();
    world.seconds(5);
    assert_eq!(world.says(tab), SyncState::Confirmed);
    world.assert_agreement();
}

#[test]
fn a_device_that_cannot_store_waits_before_it_asks_again() {
    let (mut world, tab) = ann();
    world.refuse_storage(tab, Some(Trouble::Full));
    let assign = class::Command::AssignUnit { unit: unit("drill"), course: course_id(), from: None, until: None };
    let assign = Command::Class(class_of("2C"), assign);
    world.server.tell("admin", &assign);
    let command = attempt::Command::Start { edition: edition_ref("section", 1) };
    world.server.tell("ann", &Command::Attempt(attempt("section", 1), command));
    let (connects, retries) = (world.tabs[tab].connects, world.tabs[tab].retries);
    for _ in 0..100 {
        world.step();
    }
    let (connects, retries) = (world.tabs[tab].connects - connects, world.tabs[tab].retries - retries);
    assert!(connects > 0 && connects <= retries, "{connects} connections, {retries} waits");
}

#[test]
fn a_refusal_whose_storing_failed_is_told_all_the_same() {
    let (mut world, tab) = ann_offline();
    world.enter(tab, "section", "123").expect("wrong");
    world.rest();
    let command = attempt::Command::SubmitAnswer { ordinal: 1, try_number: 1, inputs: wrong_inputs(), ms: None };
    world.server.tell("ann", &Command::Attempt(attempt("section", 1), command));
    world.mend();
    // Up to the moment that the result comes, then nothing can be stored for a while.
    while !world.tabs[tab].received.iter().any(|frame| frame.starts_with(r#"{"Result":{"number":2"#)) {
        assert!(world.step());
    }
    world.refuse_storage(tab, Some(Trouble::Failed));
    for _ in 0..20 {
        world.step();
    }
    world.refuse_storage(tab, None);
    world.rest();
    world.seconds(5);
    assert_eq!(world.says(tab), SyncState::Refused);
    world.assert_agreement();
}

#[test]
fn a_database_that_cannot_be_read_is_tried_again() {
    let (mut world, tab) = ann_offline();
    answer(&mut world, tab, 1);
    world.rest();
    world.tabs[tab].database.hide(Some(Trouble::Failed));
    let tab = world.reload(tab, "ann");
    world.rest();
    assert_eq!(world.says(tab), SyncState::NotSaved(Trouble::Failed));
    world.tabs[tab].database.hide(None);
    world.seconds(3);
    assert_eq!(world.says(tab), SyncState::Offline { answers: 1 });
    world.mend();
    world.rest();
    world.assert_agreement();
}

#[test]
fn a_power_cut_loses_nothing_that_was_said_to_be_saved() {
    for steps in 0..60 {
        let (mut world, tab) = ann();
        world.start(tab, "section").expect("it starts");
        world.right(tab, "section").expect("right");
        for _ in 0..steps {
            world.step();
        }
        let saved = !matches!(world.says(tab), SyncState::Saving);
        world.close(tab);
        world.tabs[tab].database.cut_power();
        world.open_beside(tab, "ann");
        world.rest();
        world.assert_agreement();
        let events = world.server.stream(&section()).len();
        assert!(!saved || events == 3, "after {steps} steps it said saved, and {events} events are there");
    }
}

#[test]
fn a_refusal_that_comes_while_the_database_is_being_read_is_not_lost() {
    let (mut world, tab) = ann_offline();
    world.right(tab, "section").expect("right");
    world.rest();
    let command = in_2b(class::Command::RemoveStudent { student: person("ann") });
    world.server.tell("tess", &command);
    world.mend();
    loop {
        let before = world.tabs[tab].received.len();
        assert!(world.step());
        let here = &world.tabs[tab];
        if here.received.len() > before && here.received.last().is_some_and(|frame| frame.starts_with(r#"{"Result""#)) {
            break;
        }
        // Another tab says "more" whenever a frame comes, so a read is under way when the next one does.
        if here.received.len() > before {
            world.input(tab, Incoming::Word(domain::replica::TabWord::More));
        }
    }
    world.rest();
    assert_eq!(world.says(tab), SyncState::Refused);
    let settled = world.tabs[tab].replica.inbox()[0].clone();
    world.input(tab, Incoming::Word(domain::replica::TabWord::More));
    dismiss(&mut world, tab, settled.device, settled.number);
    world.rest();
    assert_eq!(world.says(tab), SyncState::Confirmed, "what was dismissed does not come back");
}

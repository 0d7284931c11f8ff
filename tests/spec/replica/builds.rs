//! Builds: a newer one wanted, an older one's commands, a later one's events.

use super::*;
use domain::{
    protocol::BUILD,
    replica::storage::{Queued, Trouble},
    time::Timestamp,
};

#[test]
fn a_server_that_wants_a_newer_build_gets_what_waits_first() {
    let (mut world, tab) = ann_offline();
    answer(&mut world, tab, 3);
    world.rest();
    world.server.minimum_build = BUILD + 1;
    world.mend();
    while !world.tabs[tab].upgrade {
        assert!(world.step());
    }
    assert_eq!(world.tabs[tab].replica.waiting(), 0);
    assert!(world.tabs[tab].database.data().outbox.is_empty());
    assert_eq!(world.server.stream(&section()).len(), 8);
    world.build = BUILD + 1;
    let tab = world.reload(tab, "ann");
    world.rest();
    assert!(!world.tabs[tab].upgrade);
    world.assert_agreement();
}

#[test]
fn a_page_that_is_too_old_stores_the_results_that_a_full_device_could_not() {
    let (mut world, tab) = ann_offline();
    answer(&mut world, tab, 1);
    world.rest();
    world.server.minimum_build = BUILD + 1;
    world.tabs[tab].database.refuse(Some(Trouble::Full));
    world.mend();
    // It tries again and again; no event comes to a page that is too old, nor the word that it has all.
    (0..500).for_each(|_| _ = world.step());
    assert_eq!((world.tabs[tab].replica.waiting(), world.tabs[tab].upgrade), (2, false));
    world.tabs[tab].database.refuse(None);
    world.rest();
    world.seconds(5);
    assert_eq!((world.tabs[tab].replica.waiting(), world.tabs[tab].upgrade), (0, true));
    assert_eq!(world.server.stream(&section()).len(), 4);
}

#[test]
fn a_command_that_this_build_cannot_read_is_sent_as_it_is() {
    let (mut world, tab) = ann_offline();
    world.rest();
    let next = world.tabs[tab].database.data().next_number;
    let queued = |body: &str| Queued { stream: section(), at: Timestamp(1), body: body.into() };
    world.tabs[tab].database.spoil(|data| {
        data.outbox.insert(next, queued(r#"{"AskForHint":{"ordinal":1}}"#));
        data.outbox.insert(next + 1, queued("no JSON at all"));
        data.next_number += 2;
    });
    world.mend();
    let tab = world.reload(tab, "ann");
    world.rest();
    let outcomes: Vec<_> = world.tabs[tab].replica.inbox().iter().map(|settled| settled.outcome.clone()).collect();
    assert_eq!(outcomes, vec![Outcome::Refused(Refusal::Unreadable); 2]);
    assert!(world.tabs[tab].replica.inbox()[0].command.body.contains("AskForHint"), "as it was");
    world.assert_agreement();
}

#[test]
fn a_command_of_an_older_shape_is_shown_and_sent() {
    let (mut world, tab) = ann_offline();
    let current = world.attempt(tab, "section").current().cloned().expect("a question");
    let inputs = serde_json::to_string(&right_inputs(current.question)).expect("JSON");
    // From before answers named their try and their time.
    let body = format!(r#"{{"SubmitAnswer":{{"ordinal":1,"inputs":{inputs}}}}}"#);
    world.tabs[tab].database.spoil(|data| {
        data.outbox.insert(data.next_number, Queued { stream: section(), at: Timestamp(1), body });
        data.next_number += 1;
    });
    let tab = world.reload(tab, "ann");
    world.rest();
    assert_eq!(world.attempt(tab, "section").work().expect("begun").reckoning.streak, 1, "shown");
    world.mend();
    world.rest();
    world.assert_agreement();
    assert_eq!(world.server.stream(&section()).len(), 3);
}

#[test]
fn an_event_of_a_later_build_is_kept_and_only_the_screens_that_it_concerns_need_an_update() {
    let mut world = World::new();
    let (ann, tess) = (world.open("ann"), world.open("tess"));
    world.rest();
    world.start(ann, "section").expect("it starts");
    world.rest();
    world.server.record_strange(section(), r#"{"HintShown":{"ordinal":1}}"#, &[Feed::Student(person("ann")), Feed::Staff(class_of("2B"))]);
    world.rest();
    let (ann, tess) = (world.reload(ann, "ann"), world.reload(tess, "tess"));
    world.rest();
    let needs =
        |world: &World, tab: usize, name| world.tabs[tab].replica.shown().unit_needs_update(class_of("2B"), unit(name), course_id());
    assert!(needs(&world, ann, "section") && !needs(&world, ann, "drill"));
    let overview = &world.tabs[tess].replica.shown();
    assert!(overview.class_needs_update(class_of("2B")) && !overview.class_needs_update(class_of("2C")));
    world.start(ann, "drill").expect("others go on");
    world.rest();
    world.assert_agreement();
}

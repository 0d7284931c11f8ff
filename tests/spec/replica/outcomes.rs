//! What becomes of commands: confirmed, refused with the text kept, changed; and rights that are lost.

use super::*;

#[test]
fn what_another_device_did_first_is_shown_and_the_refused_text_is_kept() {
    let (mut world, tab) = ann_offline();
    let other = world.open("ann");
    world.mend();
    // The first tab stays without a line, though the network is back.
    while world.tabs[other].replica.shown().attempts.is_empty() || world.start(other, "section") != Ok(vec![]) {
        assert!(world.step());
    }
    world.rest();
    world.cut();
    world.rest();
    world.enter(tab, "section", "123").expect("it is wrong, but an answer");
    world.rest();
    let tab_line = world.tabs[tab].replica.waiting();
    assert_eq!(tab_line, 1);
    let edition = world.attempt(other, "section").current().cloned().expect("a question");
    let command = attempt::Command::SubmitAnswer { ordinal: 1, try_number: 1, inputs: right_inputs(edition.question), ms: None };
    world.server.tell("ann", &Command::Attempt(attempt("section", 1), command));
    world.mend();
    world.rest();
    let inbox = world.tabs[tab].replica.inbox();
    assert_eq!(inbox.len(), 1);
    assert_eq!(inbox[0].outcome, Outcome::Refused(Refusal::Attempt(attempt::Refusal::AlreadyAnswered)));
    assert!(inbox[0].command.body.contains("123"), "what was entered is kept");
    assert_eq!(world.says(tab), SyncState::Refused);
    world.assert_agreement();
    let tab = world.reload(tab, "ann");
    world.rest();
    assert_eq!(world.says(tab), SyncState::Refused, "also after a reload");
    let (device, number) = (world.tabs[tab].replica.inbox()[0].device, world.tabs[tab].replica.inbox()[0].number);
    dismiss(&mut world, tab, device, number);
    assert_eq!(world.says(tab), SyncState::Confirmed);
    world.rest();
    let tab = world.reload(tab, "ann");
    world.rest();
    assert_eq!(world.says(tab), SyncState::Confirmed, "dismissed is dismissed");
}

#[test]
fn a_later_try_that_comes_out_as_shown_is_not_changed_though_an_earlier_one_was_refused() {
    let (mut world, tab) = ann_offline();
    world.enter(tab, "section", "1000").expect("wrong");
    world.right(tab, "section").expect("right, as the second try");
    world.rest();
    // Meanwhile, on another device, another first answer.
    let inputs = vec![domain::content::Input::Text("77".into())];
    let command = attempt::Command::SubmitAnswer { ordinal: 1, try_number: 1, inputs, ms: None };
    assert!(matches!(world.server.tell("ann", &Command::Attempt(attempt("section", 1), command)), Outcome::Accepted { events: 1, .. }));
    world.mend();
    world.rest();
    world.assert_agreement();
    let changed: Vec<bool> = world.tabs[tab].replica.inbox().iter().map(|settled| settled.changed).collect();
    assert_eq!(changed, vec![false], "the first is refused; the second came out as it was shown");
}

#[test]
fn an_accepted_command_with_other_events_is_changed_until_dismissed() {
    let (mut world, tab) = ann_offline();
    let started = Event::Attempt(attempt("section", 1), attempt::Event::StumblingBlockMet {});
    world.enter(tab, "section", "1000").expect("wrong");
    world.rest();
    // A server with other rules: it accepts, with one event more than was shown.
    world.server.add_to_next = Some(started);
    world.mend();
    world.rest();
    assert_eq!(world.says(tab), SyncState::Changed);
    assert!(world.attempt(tab, "section").work().expect("begun").reckoning.stuck, "the fact replaced the guess");
    world.assert_agreement();
    let settled = world.tabs[tab].replica.inbox()[0].clone();
    dismiss(&mut world, tab, settled.device, settled.number);
    world.rest();
    assert_eq!(world.says(tab), SyncState::Confirmed);
}

#[test]
fn what_is_shown_never_goes_back_while_the_fact_replaces_the_guess() {
    for results_first in [false, true] {
        let (mut world, tab) = ann();
        world.server.results_first = results_first;
        world.server.frame_events_max = 1;
        world.start(tab, "section").expect("it starts");
        world.enter(tab, "section", "1000").expect("wrong");
        world.right(tab, "section").expect("right");
        world.next(tab, "section").expect("next");
        let shown = world.attempt(tab, "section").clone();
        while world.step() {
            assert_eq!(*world.attempt(tab, "section"), shown);
        }
        world.assert_agreement();
    }
}

#[test]
fn a_right_that_is_lost_takes_its_feeds_from_the_device() {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    answer(&mut world, tab, 1);
    world.rest();
    let command = in_2b(class::Command::RemoveStudent { student: person("ann") });
    world.server.tell("admin", &command);
    world.rest();
    let feeds: Vec<Feed> = world.tabs[tab].database.data().feeds.into_keys().collect();
    assert_eq!(feeds, vec![Feed::Student(person("ann"))], "her own work she keeps");
    assert!(world.tabs[tab].database.data().chunks.keys().all(|(feed, _)| *feed == Feed::Student(person("ann"))));
    world.assert_agreement();
    assert_eq!(world.tabs[tab].replica.shown().directory.course(course_id()), None);
    let command = in_2b(class::Command::EnrolStudent { student: person("ann") });
    world.server.tell("admin", &command);
    world.rest();
    world.assert_agreement();
    answer(&mut world, tab, 1);
    world.rest();
    world.assert_agreement();
}

#[test]
fn answers_given_offline_after_removal_are_refused_one_by_one_and_kept() {
    let (mut world, tab) = ann_offline();
    answer(&mut world, tab, 2);
    world.rest();
    let command = in_2b(class::Command::RemoveStudent { student: person("ann") });
    world.server.tell("tess", &command);
    world.mend();
    world.rest();
    world.assert_agreement();
    let refused: Vec<_> = world.tabs[tab].replica.inbox().iter().map(|settled| settled.outcome.clone()).collect();
    assert_eq!(refused, vec![Outcome::Refused(Refusal::Attempt(attempt::Refusal::NotAssigned)); 2], "two answers; who misses a click?");
}

#[test]
fn what_built_on_a_refused_command_is_told_with_it_and_clicks_are_only_counted() {
    let (mut world, tab) = ann_offline();
    answer(&mut world, tab, 2);
    world.rest();
    let command = in_2b(class::Command::RemoveStudent { student: person("ann") });
    world.server.tell("tess", &command);
    world.mend();
    world.rest();
    for tab in [tab, world.reload(tab, "ann")] {
        world.rest();
        if !world.tabs[tab].is_open() {
            continue;
        }
        let groups = world.tabs[tab].replica.inbox_groups();
        assert_eq!(groups.len(), 1, "{groups:?}");
        let group = &groups[0];
        assert_eq!((group.first.because, group.dependents.len(), group.others), (None, 1, 2));
        assert_eq!(group.dependents[0].because, Some(group.first.number));
    }
    let tab = world.tabs.len() - 1;
    let first = world.tabs[tab].replica.inbox()[0].clone();
    let effects = world.tabs[tab].replica.dismiss_group(first.device, first.number);
    world.carry_out(tab, effects);
    assert_eq!(world.says(tab), SyncState::Confirmed);
    world.rest();
    assert!(world.tabs[tab].database.data().results.iter().all(|settled| settled.seen), "those counted are dismissed with it");
    let tab = world.reload(tab, "ann");
    world.rest();
    assert!(world.tabs[tab].replica.inbox_groups().is_empty());
}

#[test]
fn a_busy_server_is_left_alone_until_the_time_that_it_said() {
    let (mut world, tab) = ann_offline();
    answer(&mut world, tab, 5);
    world.rest();
    world.server.busy = true;
    world.mend();
    world.rest();
    let commands =
        world.tabs[tab].received.iter().filter(|frame| frame.starts_with(r#"{"Busy""#) || frame.starts_with(r#"{"Gap""#)).count();
    assert_eq!(commands, 10, "each command was answered once, and none sent again");
    world.seconds(9);
    assert_eq!(world.says(tab), SyncState::Saved);
    world.server.busy = false;
    world.rest();
    world.assert_agreement();
    let gaps = |frame: &&String| frame.starts_with(r#"{"Gap""#);
    assert_eq!(world.tabs[tab].received.iter().filter(gaps).count(), 9, "no more gaps after the time");
}

/// An administrator's device knows which classes there are, and not who is in them: so it cannot tell whether somebody can be taken out of one.
#[test]
fn what_only_the_server_can_decide_is_given_and_waits_for_its_result() {
    let mut world = World::new();
    let tab = world.open("admin");
    world.rest();
    world.cut();
    let no_student = class::Command::EnrolStudent { student: person("tess") };
    for command in [class::Command::RemoveStudent { student: person("ann") }, no_student] {
        assert_eq!(world.dispatch(tab, &in_2b(command)), Ok(vec![]), "nothing is shown to follow");
    }
    world.rest();
    assert_eq!((world.tabs[tab].replica.waiting(), world.says(tab)), (2, SyncState::Offline { answers: 0 }));
    let tab = world.reload(tab, "admin");
    world.rest();
    assert_eq!(world.tabs[tab].replica.waiting(), 2, "they are stored");
    world.mend();
    world.rest();
    assert_eq!(world.tabs[tab].replica.waiting(), 0);
    let members = world.server.directory.class(class_of("2B")).expect("the class");
    assert!(!members.students.contains(&person("ann")), "ann was in it");
    let told: Vec<&Outcome> = world.tabs[tab].replica.inbox().iter().map(|settled| &settled.outcome).collect();
    assert_eq!(told, [&Outcome::Refused(Refusal::Class(class::Refusal::NoSuchAccount))], "a teacher is no student, and that is told");
    world.assert_agreement();
}

//! Presence: a student's page says how things are when that is news, and at most once a second; a teacher's tabs know who is there while the
//! line stands.

use super::*;
use domain::{
    ids::ClassId,
    protocol::{ClientMessage, Presence, Present},
    replica::{Effect, Incoming, TabWord},
    time::Timestamp,
};
use std::collections::BTreeMap;

fn said(away: bool, unsent: u32) -> Presence {
    Presence { away, unsent }
}

/// What a tab says of itself on an input.
fn on(world: &mut World, tab: usize, input: Incoming<'_>) -> Vec<Presence> {
    let effects = world.tabs[tab].replica.step(input);
    let of_presence = |effect: &Effect| match effect {
        Effect::Send(frame) => match serde_json::from_str(frame) {
            Ok(ClientMessage::Presence(presence)) => Some(presence),
            Ok(_) | Err(_) => None,
        },
        _ => None,
    };
    let heard = effects.iter().filter_map(of_presence).collect();
    world.carry_out(tab, effects);
    heard
}

#[test]
fn a_student_who_turns_away_is_away_until_she_looks_again_and_says_so_once_a_second_at_most() {
    let (mut world, tab) = ann();
    assert_eq!(on(&mut world, tab, Incoming::Tick), [], "a server takes whoever says nothing for present");
    assert_eq!(on(&mut world, tab, Incoming::Looking(true)), []);
    assert_eq!(on(&mut world, tab, Incoming::Looking(false)), [said(true, 0)], "at once");
    assert_eq!(on(&mut world, tab, Incoming::Looking(true)), [], "not twice within a second");
    assert_eq!(on(&mut world, tab, Incoming::Tick), [said(false, 0)]);
    assert_eq!(on(&mut world, tab, Incoming::Tick), []);
}

#[test]
fn what_waits_is_told_and_an_answer_that_arrives_within_the_second_is_not() {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    answer(&mut world, tab, 2);
    world.rest();
    assert_eq!(on(&mut world, tab, Incoming::Tick), [], "it is on the server already");
    world.cut();
    answer(&mut world, tab, 3);
    world.rest();
    assert_eq!(on(&mut world, tab, Incoming::Tick), [], "nobody hears it");
    world.server.busy = true;
    world.mend();
    while world.server.said.is_empty() {
        assert!(world.step());
    }
    world.server.busy = false;
    world.rest();
    world.seconds(2);
    let ann = person("ann");
    assert_eq!(world.server.said, [(ann, said(false, 3)), (ann, said(false, 0))], "after the welcome, and when all is sent");
}

#[test]
fn whoever_looks_at_another_tab_is_not_away() {
    let (mut world, first) = ann();
    let second = world.open_beside(first, "ann");
    world.rest();
    assert_eq!(on(&mut world, first, Incoming::Looking(false)), [said(true, 0)], "nobody was told of the other tab yet");
    world.rest();
    assert_eq!(on(&mut world, second, Incoming::Tick), [], "it has no socket");
    world.seconds(1);
    assert_eq!(on(&mut world, first, Incoming::Looking(false)), []);
    let last = |world: &World| world.tabs[first].replica.presence(class_of("2B"), person("ann"));
    assert_eq!(last(&world), None, "a student is told of nobody");
    world.close(second);
    let away: Vec<Vec<Presence>> = (0..4).map(|_| on(&mut world, first, Incoming::Tick)).collect();
    assert_eq!(away.concat(), [said(true, 0)], "closed: away a little later");
}

#[test]
fn a_teacher_s_page_says_only_that_it_is_looked_at_and_once_a_minute() {
    let mut world = World::new();
    let tess = world.open("tess");
    world.rest();
    world.seconds(150);
    assert!((2..=3).contains(&world.server.said.len()), "{:?}", world.server.said);
    assert!(world.server.said.iter().all(|(who, what)| (*who, *what) == (person("tess"), said(false, 0))));
    world.server.said.clear();
    assert_eq!(on(&mut world, tess, Incoming::Looking(false)), []);
    world.seconds(150);
    assert_eq!(world.server.said, [], "nobody looks");
    // Where another tab is looked at, the one with the socket says so.
    let beside = world.open_beside(tess, "tess");
    world.rest();
    world.seconds(70);
    assert!(!world.server.said.is_empty());
    assert_eq!(on(&mut world, beside, Incoming::Tick), [], "it has no socket");
}

fn frame(class: ClassId, students: &[(&str, Present)]) -> String {
    let students: BTreeMap<_, _> = students.iter().map(|(name, present)| (person(name), *present)).collect();
    serde_json::to_string(&ServerMessage::Presence { class, students }).expect("messages serialise")
}

fn present(here: bool, since: i64) -> Present {
    Present { here, since: Timestamp(since), said: Presence::default() }
}

#[test]
fn all_tabs_of_a_teacher_know_who_is_there_as_long_as_the_line_stands() {
    let mut world = World::new();
    let first = world.open("tess");
    let second = world.open_beside(first, "tess");
    world.rest();
    let class = class_of("2B");
    let known = |world: &World, tab: usize, name: &str| world.tabs[tab].replica.presence(class, person(name));
    assert_eq!(known(&world, first, "ann"), None);
    world.input(first, Incoming::Frame(&frame(class, &[("ann", present(true, 5)), ("bob", present(true, 6))])));
    world.input(first, Incoming::Frame(&frame(class, &[("bob", present(false, 7))])));
    world.rest();
    let third = world.open_beside(first, "tess");
    world.input(third, Incoming::Word(TabWord::More));
    world.rest();
    let effects = world.tabs[first].replica.step(Incoming::Word(TabWord::HowIsTheLine));
    world.carry_out(first, effects);
    world.rest();
    for tab in [first, second, third] {
        assert_eq!((known(&world, tab, "ann"), known(&world, tab, "bob")), (Some(present(true, 5)), Some(present(false, 7))), "tab {tab}");
        assert_eq!(world.tabs[tab].replica.presence(class_of("2C"), person("ann")), None);
    }
    world.cut();
    world.rest();
    for tab in [first, second, third] {
        assert_eq!(known(&world, tab, "ann"), None, "tab {tab}: nobody knows without a line");
    }
    world.mend();
    world.rest();
    world.seconds(2);
    for tab in [first, second, third] {
        assert!(world.tabs[tab].replica.is_live());
        assert_eq!(known(&world, tab, "ann"), None, "tab {tab}: what was so before may not be so now");
    }
}

#[test]
fn a_class_that_is_taught_no_more_is_watched_no_more() {
    let mut world = World::new();
    let tess = world.open("tess");
    world.rest();
    world.input(tess, Incoming::Frame(&frame(class_of("2B"), &[("ann", present(true, 5))])));
    let granted = serde_json::to_string(&ServerMessage::Feeds { granted: BTreeMap::new() }).expect("messages serialise");
    world.input(tess, Incoming::Frame(&granted));
    assert_eq!(world.tabs[tess].replica.presence(class_of("2B"), person("ann")), None);
}

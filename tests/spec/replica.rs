//! The browser's sync engine: nothing saved is lost, nothing is done twice, and everybody comes to the same.

mod again;
mod builds;
mod clock;
mod corrections;
mod credit;
mod devices;
mod digests;
mod folds;
mod history;
mod notes;
mod outcomes;
mod pages;
mod presence;
mod restored;
mod storage;
mod tabs;

use domain::{
    attempt, class,
    command::{Command, Refusal},
    event::{Event, StreamId},
    feeds::Feed,
    protocol::{Outcome, ServerMessage},
    replica::SyncState,
};
use model::{school::*, world::World};

/// Ann at her desk, connected, with everything fetched.
pub fn ann() -> (World, usize) {
    let mut world = World::new();
    let tab = world.open("ann");
    world.rest();
    (world, tab)
}

/// Ann in the middle of the section, then without a network.
pub fn ann_offline() -> (World, usize) {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    world.rest();
    world.cut();
    world.rest();
    (world, tab)
}

pub fn section() -> StreamId {
    StreamId::Attempt(attempt("section", 1))
}

pub fn in_2b(command: class::Command) -> Command {
    Command::Class(class_of("2B"), command)
}

/// Right answers and next questions, so many times.
pub fn answer(world: &mut World, tab: usize, times: usize) {
    for _ in 0..times {
        world.right(tab, "section").expect("it is right");
        world.next(tab, "section").expect("there is a next");
    }
}

#[test]
fn a_replica_comes_to_what_the_server_has() {
    let (mut world, tab) = ann();
    assert!(world.tabs[tab].replica.is_caught_up());
    assert_eq!(world.says(tab), SyncState::Confirmed);
    world.assert_agreement();
    world.start(tab, "section").expect("it starts");
    answer(&mut world, tab, 5);
    world.rest();
    world.assert_agreement();
    assert!(world.attempt(tab, "section").work().expect("begun").reckoning.finished);
}

#[test]
fn content_that_is_wanted_is_fetched_and_nothing_else() {
    let (world, tab) = ann();
    let stored: Vec<_> = world.tabs[tab].database.data().content.into_keys().collect();
    let documents = edition(1);
    let mut wanted: Vec<_> = documents.keys.values().copied().chain([documents.paper]).collect();
    wanted.sort();
    assert_eq!(stored, wanted, "the paper and the keys of the units assigned");
    let mut world = World::new();
    let (cem, tess) = (world.open("cem"), world.open("tess"));
    world.rest();
    assert!(world.tabs[cem].database.data().content.is_empty(), "no unit, no content");
    let tess: Vec<_> = world.tabs[tess].database.data().content.into_keys().collect();
    assert_eq!(tess, wanted, "a teacher's device has the keys of the units assigned: she looks at questions, and corrects them");
}

#[test]
fn a_document_that_could_not_be_had_is_asked_for_again() {
    let mut world = World::new();
    world.documents_fail = true;
    let tab = world.open("ann");
    world.rest();
    assert_eq!(world.start(tab, "section"), Err(Refusal::Attempt(attempt::Refusal::ContentMissing)));
    world.documents_fail = false;
    world.seconds(5);
    world.start(tab, "section").expect("it is there now");
}

#[test]
fn a_document_that_is_withheld_is_asked_for_again_when_rights_may_have_changed_and_not_before() {
    let mut world = World::new();
    let documents = std::mem::take(&mut world.server.documents);
    let tab = world.open("ann");
    world.rest();
    let asked = world.fetched;
    assert_eq!(asked, 4, "the paper and the key of each of her three units, once");
    world.seconds(120);
    assert_eq!(world.fetched, asked);
    world.server.documents = documents;
    let command = in_2b(class::Command::EndAssignment { unit: unit("drill") });
    world.server.tell("admin", &command);
    world.rest();
    assert!(world.fetched > asked);
    world.start(tab, "section").expect("it is there now");
    // The same with the next welcome.
    let mut world = World::new();
    let documents = std::mem::take(&mut world.server.documents);
    let tab = world.open("ann");
    world.rest();
    world.server.documents = documents;
    world.cut();
    world.mend();
    world.rest();
    world.start(tab, "section").expect("it is there now");
}

#[test]
fn what_follows_is_shown_at_once_and_the_state_of_saving_is_told_step_by_step() {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    assert!(world.attempt(tab, "section").work().is_some(), "shown before anything is stored");
    let mut said = vec![world.says(tab)];
    while world.step() {
        said.push(world.says(tab));
    }
    said.dedup();
    // Stored and sent fall together while the line is there.
    assert_eq!(said, [SyncState::Saving, SyncState::Sent, SyncState::Confirmed]);
}

#[test]
fn without_a_network_it_says_how_many_answers_wait() {
    let (mut world, tab) = ann_offline();
    assert_eq!(world.says(tab), SyncState::Confirmed, "nothing waits");
    answer(&mut world, tab, 3);
    world.rest();
    assert_eq!(world.says(tab), SyncState::Offline { answers: 3 });
    world.mend();
    world.rest();
    assert_eq!(world.says(tab), SyncState::Confirmed);
    world.assert_agreement();
}

#[test]
fn a_quiet_yes_stores_and_sends_nothing() {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    world.rest();
    let before = (world.tabs[tab].database.data().next_number, world.frames);
    assert_eq!(world.start(tab, "section"), Ok(vec![]));
    world.rest();
    assert_eq!((world.tabs[tab].database.data().next_number, world.frames), before);
}

#[test]
fn a_double_click_is_one_command() {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    let click = right_answer(world.attempt(tab, "section"));
    assert!(!world.work(tab, "section", click.clone()).expect("it is right").is_empty());
    assert_eq!(world.work(tab, "section", click), Ok(vec![]));
    world.rest();
    world.assert_agreement();
    assert_eq!(world.server.stream(&section()).len(), 3);
}

#[test]
fn a_refusal_by_the_own_rules_is_told_at_once_and_never_sent() {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    world.rest();
    let frames = world.frames;
    let refused = world.enter(tab, "section", "seven");
    assert!(matches!(refused, Err(Refusal::Attempt(attempt::Refusal::Unreadable { .. }))));
    world.rest();
    assert_eq!(world.frames, frames);
}

#[test]
fn offline_answers_survive_a_reload() {
    let (mut world, tab) = ann_offline();
    answer(&mut world, tab, 40);
    world.rest();
    let shown = world.attempt(tab, "section").clone();
    let tab = world.reload(tab, "ann");
    world.rest();
    assert_eq!(*world.attempt(tab, "section"), shown);
    assert_eq!(world.says(tab), SyncState::Offline { answers: 40 });
    world.mend();
    world.rest();
    world.assert_agreement();
    assert_eq!(world.attempt(tab, "section").current().expect("a question").ordinal, 41);
}

#[test]
fn a_lost_reply_is_asked_for_again_and_has_one_effect() {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    let before = world.server.log.len();
    while world.server.log.len() == before {
        assert!(world.step());
    }
    // The server has decided; the line breaks before anybody hears of it.
    world.cut();
    world.mend();
    world.rest();
    assert_eq!(world.server.stream(&section()).len(), 2);
    world.assert_agreement();
}

#[test]
fn the_line_may_break_at_any_frame() {
    for results_first in [false, true] {
        for frame in 1.. {
            let (mut world, tab) = ann();
            world.server.results_first = results_first;
            world.cut_at = Some(world.frames + frame);
            world.start(tab, "section").expect("it starts");
            world.enter(tab, "section", "1000").expect("it is wrong");
            world.right(tab, "section").expect("it is right");
            world.next(tab, "section").expect("there is a next");
            world.rest();
            world.assert_agreement();
            assert_eq!(world.server.stream(&section()).len(), 5, "cut at frame {frame}");
            assert_eq!(world.says(tab), SyncState::Confirmed, "cut at frame {frame}");
            if world.cut_at > Some(world.frames) {
                assert!(frame > 10, "there were frames to cut at");
                break;
            }
        }
    }
}

#[test]
fn a_hole_in_a_feed_is_fetched_again() {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    world.rest();
    let connects = world.tabs[tab].connects;
    // A frame that begins after what was had: what was between is lost.
    let feed = Feed::Student(person("ann"));
    answer(&mut world, tab, 2);
    while world.server.stream(&section()).len() == 2 {
        assert!(world.step());
    }
    let length = world.server.length(&feed);
    let runs = serde_json::value::RawValue::from_string(world.server.runs(&feed, length - 1, length)).expect("JSON");
    let hole =
        serde_json::to_string(&ServerMessage::Events { feed, first: length + 9, digest: Default::default(), runs: &runs }).expect("text");
    world.input(tab, domain::replica::Incoming::Frame(&hole));
    world.rest();
    assert_eq!(world.tabs[tab].connects, connects + 1, "it asked again");
    world.assert_agreement();
}

#[test]
fn a_feed_that_cannot_be_read_does_not_hammer_the_server() {
    let (mut world, tab) = ann();
    let feed = Feed::Student(person("ann"));
    let runs = serde_json::value::RawValue::from_string(r#"[{"stream":"quiz/x"}]"#.into()).expect("JSON");
    let strange = serde_json::to_string(&ServerMessage::Events {
        feed,
        first: world.server.length(&feed) + 1,
        digest: Default::default(),
        runs: &runs,
    })
    .expect("text");
    let effects = world.tabs[tab].replica.step(domain::replica::Incoming::Frame(&strange));
    assert!(effects.iter().any(|effect| matches!(effect, domain::replica::Effect::RetryIn(_))), "{effects:?}");
    assert!(!effects.contains(&domain::replica::Effect::Connect), "not at once: {effects:?}");
}

#[test]
fn a_server_that_says_nothing_is_asked_then_left() {
    let (mut world, tab) = ann();
    let mut effects = Vec::new();
    for second in 1..=15 {
        effects = world.tabs[tab].replica.step(domain::replica::Incoming::Tick);
        let asked = effects.iter().any(|effect| matches!(effect, domain::replica::Effect::Send(frame) if frame.contains("Ping")));
        let left = effects.contains(&domain::replica::Effect::Close);
        assert_eq!((asked, left), (second == 10, second == 15), "second {second}");
    }
    assert!(effects.iter().any(|effect| matches!(effect, domain::replica::Effect::RetryIn(_))));
}

#[test]
fn a_busy_server_is_asked_again_later() {
    let (mut world, tab) = ann();
    world.server.busy = true;
    world.start(tab, "section").expect("it starts");
    world.rest();
    assert_eq!(world.says(tab), SyncState::Saved);
    world.server.busy = false;
    world.seconds(3);
    world.assert_agreement();
}

pub fn dismiss(world: &mut World, tab: usize, device: domain::ids::DeviceId, number: u64) {
    let effects = world.tabs[tab].replica.dismiss(device, number);
    world.carry_out(tab, effects);
}

#[test]
fn a_server_with_another_log_is_started_over_with_and_what_waits_is_sent_to_it() {
    let (mut world, tab) = ann();
    world.start(tab, "drill").expect("it starts");
    world.rest();
    world.cut();
    world.start(tab, "section").expect("it starts");
    answer(&mut world, tab, 2);
    world.rest();
    let device = world.tabs[tab].database.data().device;
    world.replace_server("another log");
    world.rest();
    world.assert_agreement();
    assert_ne!(world.tabs[tab].database.data().device, device, "numbers of another log mean nothing here");
    assert_eq!(world.tabs[tab].database.data().log, Some((world.server.log_id, 0)));
    assert_eq!(world.server.stream(&section()).len(), 6);
    assert!(world.server.stream(&StreamId::Attempt(attempt("drill", 1))).is_empty());
}

#[test]
fn what_the_server_does_not_have_any_more_is_reset() {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    world.rest();
    for feed in [Feed::Course(course_id()), Feed::Student(person("ann"))] {
        let reset = serde_json::to_string(&ServerMessage::Reset { feed }).expect("text");
        world.input(tab, domain::replica::Incoming::Frame(&reset));
        // Meanwhile another tab stores something, and a document comes.
        world.input(tab, domain::replica::Incoming::Word(domain::replica::TabWord::More));
        let (hash, mut documents) = (edition(1).paper, 3);
        let bytes = edition(1).bytes[&hash].clone();
        while world.step() {
            if documents > 0 {
                documents -= 1;
                world.input(tab, domain::replica::Incoming::Content { hash, bytes: Some(&bytes) });
            }
            let shown = world.attempt(tab, "section").work().is_some();
            assert!(shown || feed == Feed::Student(person("ann")), "what is not reset is shown all the while");
        }
        world.assert_agreement();
    }
}

#[test]
fn a_session_of_somebody_else_stops_and_keeps_what_waits() {
    let (mut world, tab) = ann_offline();
    answer(&mut world, tab, 1);
    world.rest();
    world.sign_in_as(tab, "bob");
    world.mend();
    world.rest();
    assert!(world.tabs[tab].sign_in_again);
    assert_eq!(world.tabs[tab].replica.waiting(), 2);
    assert!(world.server.stream(&section()).len() == 2, "nothing of hers was recorded as his");
    let connects = world.tabs[tab].connects;
    world.input(tab, domain::replica::Incoming::Wake);
    world.rest();
    assert_eq!(world.tabs[tab].connects, connects, "it does not try again by itself");
}

#[test]
fn nothing_of_another_student_reaches_a_device() {
    let mut world = World::new();
    let (ann, bob, tess) = (world.open("ann"), world.open("bob"), world.open("tess"));
    world.rest();
    for tab in [ann, bob] {
        world.start(tab, "section").expect("it starts");
        world.enter(tab, "section", "1000").expect("wrong");
    }
    world.rest();
    world.assert_agreement();
    let bobs = person("bob").to_string();
    for frame in &world.tabs[ann].received {
        assert!(!frame.contains(&bobs), "{frame}");
    }
    assert!(world.tabs[tess].received.iter().any(|frame| frame.contains(&bobs)), "the scan can find something");
    assert_eq!(world.tabs[ann].replica.people().keys().copied().collect::<Vec<_>>(), vec![person("ann")]);
}

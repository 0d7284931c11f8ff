//! Credit: the server sends no more than the device stores; what comes meanwhile is stored together.

use super::*;
use domain::{
    protocol::{CREDIT_FRAMES, HISTORY_PAGE_EVENTS_MAX},
    replica::{Effect, Incoming, storage::Durability},
};

#[test]
fn a_device_that_stops_reading_gets_no_more_than_it_asked_for() {
    let (mut world, tab) = ann();
    world.server.frame_events_max = 1;
    world.server.practise(100);
    assert_eq!(world.server.unread_max, CREDIT_FRAMES as usize);
    world.rest();
    assert_eq!(world.server.unread_max, CREDIT_FRAMES as usize);
    assert!(world.tabs[tab].replica.is_caught_up());
    world.assert_agreement();
}

#[test]
fn many_small_frames_are_stored_in_few_transactions_and_few_chunks() {
    let (mut world, tab) = ann();
    world.server.frame_events_max = 1;
    world.slow_storage = true;
    let before = world.tabs[tab].database.commits();
    world.server.practise(400);
    world.rest();
    world.slow_storage = false;
    let (commits, data) = (world.tabs[tab].database.commits() - before, world.tabs[tab].database.data());
    let frames = world.tabs[tab].received.iter().filter(|frame| frame.starts_with(r#"{"Events""#)).count();
    assert!(frames > 800 && commits * 20 < frames, "{commits} transactions for {frames} frames");
    assert!(data.chunks.values().all(|chunk| chunk.count <= HISTORY_PAGE_EVENTS_MAX));
    let headers: usize = data.chunks.values().map(|chunk| chunk.runs.matches("\"actor\"").count()).sum();
    assert!(headers * 10 < frames, "a run says who only once, {headers} times");
    world.assert_agreement();
}

#[test]
fn one_transaction_at_a_time_stores_what_came() {
    let (mut world, tab) = ann();
    world.server.frame_events_max = 1;
    world.server.practise(10);
    let connection_frames: Vec<String> =
        (4..12).map(|after| world.server.events(&Feed::Student(person("ann")), after, after + 1)).collect();
    let had = world.tabs[tab].replica.marks()[&Feed::Student(person("ann"))].after;
    let frames = connection_frames.iter().filter(|frame| !frame.contains(&format!("\"first\":{had},")));
    let effects: Vec<Effect> = frames.flat_map(|frame| world.tabs[tab].replica.step(Incoming::Frame(frame))).collect();
    let relaxed = |effect: &&Effect| matches!(effect, Effect::Store(transaction) if transaction.durability == Durability::Relaxed);
    assert!(effects.iter().filter(relaxed).count() <= 1, "{effects:?}");
}

#[test]
fn credit_of_a_line_that_is_gone_is_not_given_back_to_the_next() {
    for frame in 1..60 {
        let (mut world, tab) = ann();
        world.server.frame_events_max = 1;
        world.cut_at = Some(world.frames + frame);
        world.server.practise(60);
        world.rest();
        assert!(world.server.unread_max <= CREDIT_FRAMES as usize, "cut at {frame}");
        assert!(world.tabs[tab].replica.is_caught_up());
        world.assert_agreement();
    }
}

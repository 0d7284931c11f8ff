//! The school's clock: a window is judged by it, whatever the device's own clock shows, also without a line and after a start.

use super::*;
use domain::{
    replica::{Effect, Incoming, Reading, TabWord, storage::KeptClock},
    time::Timestamp,
};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// What a device's clocks show that is so far ahead of the server's, so long after its page was opened.
fn clocks(world: &World, ahead_ms: i64, steady_ms: i64) -> Option<Reading> {
    Some(Reading { wall: Timestamp(world.server.now + ahead_ms), steady_ms })
}

/// Somebody on a device whose clock is wrong, connected.
fn on_a_wrong_clock(name: &str, ahead_ms: i64) -> (World, usize) {
    let mut world = World::new();
    world.server.now += 10 * HOUR_MS;
    let tab = world.open(name);
    world.tabs[tab].clocks = clocks(&world, ahead_ms, 0);
    world.rest();
    world.seconds(1);
    (world, tab)
}

/// So long goes by for everybody; a device that sleeps counts nothing of it.
fn pass(world: &mut World, ms: i64, asleep: bool) {
    world.server.now += ms;
    for tab in &mut world.tabs {
        if let Some(clocks) = &mut tab.clocks {
            clocks.wall.0 += ms;
            clocks.steady_ms += if asleep { 0 } else { ms };
        }
    }
}

/// How far what a tab takes for the school's time is off, but for the seconds that the server lets go by with events.
fn off_ms(world: &World, tab: usize) -> i64 {
    let tab = &world.tabs[tab];
    (tab.replica.school_time(tab.clocks.expect("it has clocks")).0 - world.server.now) / 10_000 * 10_000
}

fn turn(world: &mut World, tab: usize, by_ms: i64) {
    world.tabs[tab].clocks.as_mut().expect("it has clocks").wall.0 += by_ms;
}

fn opened_again(world: &mut World, tab: usize, name: &str) -> usize {
    world.close(tab);
    let wall = world.tabs[tab].clocks.expect("it has clocks").wall;
    let again = world.open_beside(tab, name);
    world.tabs[again].clocks = Some(Reading { wall, steady_ms: 0 });
    world.rest();
    again
}

/// The section may be worked on for the next hour and no longer.
fn open_for_an_hour(world: &mut World) {
    let (from, until) = (Some(Timestamp(world.server.now - HOUR_MS)), Some(Timestamp(world.server.now + HOUR_MS)));
    let command = in_2b(class::Command::AssignUnit { unit: unit("section"), course: course_id(), from, until });
    assert!(matches!(world.server.tell("tess", &command), Outcome::Accepted { .. }));
    world.rest();
}

#[test]
fn a_wrong_clock_is_put_right_by_the_servers_for_all_tabs() {
    let (mut world, tess) = on_a_wrong_clock("tess", -HOUR_MS);
    let second = world.open_beside(tess, "tess");
    world.tabs[second].clocks = clocks(&world, -HOUR_MS, 0);
    world.rest();
    for tab in [tess, second] {
        assert_eq!((off_ms(&world, tab), world.tabs[tab].replica.wrong_clock()), (0, Some(-HOUR_MS)), "tab {tab}");
    }
}

#[test]
fn a_window_is_judged_by_the_schools_clock_and_the_command_claims_it() {
    for ahead_ms in [2 * HOUR_MS, 0, -2 * HOUR_MS] {
        let (mut world, tab) = on_a_wrong_clock("ann", ahead_ms);
        open_for_an_hour(&mut world);
        world.cut();
        world.start(tab, "section").expect("it is open");
        pass(&mut world, 30 * MINUTE_MS, false);
        world.right(tab, "section").expect("it is open still");
        let given = world.tabs[tab].replica.school_time(world.tabs[tab].clocks.expect("it has clocks")).0;
        pass(&mut world, 40 * MINUTE_MS, false);
        assert_eq!(world.next(tab, "section"), Err(Refusal::Attempt(attempt::Refusal::NotOpenNow)), "ahead by {ahead_ms}");
        world.mend();
        world.rest();
        world.assert_agreement();
        let claimed: Vec<i64> = world.server.log.iter().filter(|event| event.stream() == section()).map(|event| event.claimed.0).collect();
        assert_eq!(claimed.last(), Some(&given), "work inside the window counts, though it came later");
        assert_eq!(world.says(tab), SyncState::Confirmed);
    }
}

#[test]
fn the_next_start_without_a_line_knows_it_still() {
    let (mut world, tab) = on_a_wrong_clock("ann", 2 * HOUR_MS);
    let kept = world.tabs[tab].database.data().clock.expect("it is kept");
    assert_eq!((kept.ahead_ms, kept.at.0), (-2 * HOUR_MS, world.server.now));
    open_for_an_hour(&mut world);
    world.cut();
    pass(&mut world, 30 * MINUTE_MS, false);
    let tab = opened_again(&mut world, tab, "ann");
    assert_eq!((off_ms(&world, tab), world.tabs[tab].replica.wrong_clock()), (0, Some(2 * HOUR_MS)));
    world.start(tab, "section").expect("it is open");
}

#[test]
fn what_is_kept_is_not_written_again_and_again() {
    let (mut world, tab) = on_a_wrong_clock("ann", 2 * HOUR_MS);
    let commits = world.tabs[tab].database.commits();
    for _ in 0..5 {
        pass(&mut world, 1_000, false);
        world.seconds(1);
    }
    assert_eq!(world.tabs[tab].database.commits(), commits);
}

#[test]
fn a_clock_that_is_turned_back_while_the_page_is_open_changes_nothing() {
    let (mut world, tab) = on_a_wrong_clock("ann", 0);
    open_for_an_hour(&mut world);
    world.start(tab, "section").expect("it is open");
    world.cut();
    pass(&mut world, 2 * HOUR_MS, false);
    turn(&mut world, tab, -3 * HOUR_MS);
    assert_eq!(off_ms(&world, tab), 0, "before anything is told");
    assert_eq!(world.right(tab, "section"), Err(Refusal::Attempt(attempt::Refusal::NotOpenNow)));
    world.seconds(1);
    pass(&mut world, MINUTE_MS, false);
    assert_eq!((off_ms(&world, tab), world.tabs[tab].replica.wrong_clock()), (0, Some(-3 * HOUR_MS)));
    let tab = opened_again(&mut world, tab, "ann");
    assert_eq!(off_ms(&world, tab), 0, "and the next start knows");
}

#[test]
fn a_device_that_slept_goes_by_its_wall_clock() {
    let (mut world, tab) = on_a_wrong_clock("ann", HOUR_MS);
    world.cut();
    pass(&mut world, 8 * HOUR_MS, true);
    assert_eq!(off_ms(&world, tab), 0);
    world.seconds(1);
    pass(&mut world, MINUTE_MS, false);
    assert_eq!(off_ms(&world, tab), 0);
}

#[test]
fn a_clock_put_ahead_while_the_line_stands_is_asked_about_at_once() {
    // Also one that is put right is put ahead.
    for (before, after) in [(0, Some(5 * HOUR_MS)), (-5 * HOUR_MS, None)] {
        let (mut world, tab) = on_a_wrong_clock("ann", before);
        turn(&mut world, tab, 5 * HOUR_MS);
        world.input(tab, Incoming::Wake);
        assert_eq!(off_ms(&world, tab), 5 * HOUR_MS, "it could be sleep");
        world.seconds(1);
        assert_eq!((off_ms(&world, tab), world.tabs[tab].replica.wrong_clock()), (0, after));
    }
}

#[test]
fn an_answer_that_was_long_on_its_way_is_not_taken_but_asked_for_again() {
    let mut world = World::new();
    world.server.now += 10 * HOUR_MS;
    let tab = world.open("ann");
    world.tabs[tab].clocks = clocks(&world, HOUR_MS, 0);
    while !world.tabs[tab].received.iter().any(|frame| frame.starts_with(r#"{"Welcome""#)) {
        // The page is frozen for a while between any two steps.
        pass(&mut world, MINUTE_MS, false);
        assert!(world.step());
    }
    assert_eq!(world.tabs[tab].replica.time_told(), None);
    world.rest();
    world.seconds(1);
    assert_eq!(off_ms(&world, tab), 0);
}

#[test]
fn a_device_whose_clock_was_set_back_between_two_starts_never_goes_back_before_what_it_knew() {
    let (mut world, tab) = on_a_wrong_clock("ann", 2 * HOUR_MS);
    world.cut();
    world.close(tab);
    let at = world.server.now;
    // It is right now, which the device cannot know; or an hour behind.
    for (ahead_ms, off) in [(0, 0), (-HOUR_MS, -MINUTE_MS)] {
        pass(&mut world, if off == 0 { MINUTE_MS } else { 0 }, false);
        let again = world.open_beside(tab, "ann");
        world.tabs[again].clocks = clocks(&world, ahead_ms, 0);
        world.rest();
        assert_eq!(off_ms(&world, again), off, "ahead by {ahead_ms}");
        assert!(world.server.now + off_ms(&world, again) >= at);
        world.close(again);
    }
}

#[test]
fn a_database_of_before_has_none_and_opens() {
    let mut world = World::new();
    let tab = world.open("ann");
    world.tabs[tab].clocks = clocks(&world, HOUR_MS, 0);
    world.online = false;
    world.rest();
    assert_eq!((off_ms(&world, tab), world.tabs[tab].replica.wrong_clock()), (HOUR_MS, None), "its own clock is all that it has");
    let word: TabWord = serde_json::from_str(r#"{"Line":{"live":true,"offline":false,"sent":3}}"#).expect("a word of an older tab");
    assert_eq!(word, TabWord::Line { live: true, offline: false, sent: 3, ahead_ms: None });
    let pong: ServerMessage<'_> = serde_json::from_str(r#"{"Pong":{}}"#).expect("a frame of an older server");
    assert!(matches!(pong, ServerMessage::Pong { server_time: None }));
    let kept: KeptClock = serde_json::from_str(r#"{"ahead_ms":-7,"at":9}"#).expect("as it is stored");
    assert_eq!(kept, KeptClock { ahead_ms: -7, at: Timestamp(9) });
}

#[test]
fn a_busy_line_is_asked_for_the_time_once_a_minute() {
    let (mut world, tab) = on_a_wrong_clock("ann", 0);
    let mut asked = 0;
    for second in 0..150 {
        pass(&mut world, 1_000, false);
        // Something is said all the time, so that silence asks nothing.
        world.input(tab, Incoming::Frame(r#"{"CaughtUp":{}}"#));
        let here = &mut world.tabs[tab];
        here.replica.tell_time(here.clocks.expect("it has clocks"));
        let effects = here.replica.step(Incoming::Tick);
        asked += effects.iter().filter(|effect| matches!(effect, Effect::Send(frame) if frame.contains("Ping"))).count();
        assert!(asked <= second / 60 + 1);
        world.carry_out(tab, effects);
        world.rest();
    }
    assert_eq!(asked, 2);
}

/// Its answers come in the order in which the server was asked, and one that was on its way when the clock jumped is not taken for the next one.
#[test]
fn an_answer_from_before_the_clock_jumped_is_not_taken_for_the_one_to_what_was_asked_after() {
    let (mut world, tab) = on_a_wrong_clock("ann", 0);
    let step = |world: &mut World, input: Incoming<'_>| {
        let here = &mut world.tabs[tab];
        here.replica.tell_time(here.clocks.expect("it has clocks"));
        let effects = here.replica.step(input);
        effects.iter().filter(|effect| matches!(effect, Effect::Send(frame) if frame.contains("Ping"))).count()
    };
    let pong = |at: i64| format!(r#"{{"Pong":{{"server_time":{at}}}}}"#);
    let mut asked = 0;
    while asked == 0 {
        pass(&mut world, 1_000, false);
        asked = step(&mut world, Incoming::Tick);
    }
    let early = world.server.now;
    // The answer takes four minutes; meanwhile the clock is put ahead, and the server is asked again.
    pass(&mut world, 4 * MINUTE_MS, false);
    world.tabs[tab].clocks.as_mut().expect("it has clocks").wall.0 += HOUR_MS;
    assert_eq!(step(&mut world, Incoming::Tick), 1, "it is asked again");
    step(&mut world, Incoming::Frame(&pong(early)));
    let now = world.server.now;
    step(&mut world, Incoming::Frame(&pong(now)));
    assert_eq!(off_ms(&world, tab), 0, "the answer to what was asked last counts");
}

/// A unit's documents are asked for from its opening on, by the school's clock; what an earlier build kept of it before goes.
#[test]
fn what_opens_later_is_not_on_the_device_and_comes_at_the_opening() {
    let (mut world, tab) = on_a_wrong_clock("ann", 2 * HOUR_MS);
    let key = edition(1).keys[&unit("section")];
    let has = |world: &World| (world.tabs[tab].replica.library().has(key), world.tabs[tab].database.data().content.contains_key(&key));
    assert_eq!(has(&world), (true, true), "without a window it is open");
    let from = Some(Timestamp(world.server.now + HOUR_MS));
    let command = in_2b(class::Command::AssignUnit { unit: unit("section"), course: course_id(), from, until: None });
    assert!(matches!(world.server.tell("tess", &command), Outcome::Accepted { .. }));
    world.rest();
    world.seconds(5);
    assert_eq!(has(&world), (false, false), "it opens in an hour, though the device's clock says otherwise");
    let asked = world.fetched;
    pass(&mut world, HOUR_MS / 2, false);
    world.seconds(10);
    assert_eq!((has(&world), world.fetched), ((false, false), asked), "nobody asks before");
    pass(&mut world, HOUR_MS / 2 + MINUTE_MS, false);
    world.seconds(10);
    assert_eq!(has(&world), (true, true), "it has opened");
    world.start(tab, "section").expect("and can be worked on");
}

/// Whoever has begun goes on when the window is moved, and keeps what that needs.
#[test]
fn what_was_begun_keeps_its_documents_when_the_opening_is_put_off() {
    let (mut world, tab) = on_a_wrong_clock("ann", 0);
    world.start(tab, "section").expect("it is open");
    world.rest();
    let from = Some(Timestamp(world.server.now + HOUR_MS));
    let command = in_2b(class::Command::AssignUnit { unit: unit("section"), course: course_id(), from, until: None });
    assert!(matches!(world.server.tell("tess", &command), Outcome::Accepted { .. }));
    world.rest();
    world.seconds(10);
    assert!(world.tabs[tab].replica.library().has(edition(1).keys[&unit("section")]));
}

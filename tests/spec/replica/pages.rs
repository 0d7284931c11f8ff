//! History by HTTP: a device that is far behind fetches pages, then asks for live events.

use super::*;
use domain::protocol::HISTORY_PAGE_EVENTS_MAX;

fn long_history() -> World {
    let mut world = World::new();
    world.server.practise(1_300);
    world
}

#[test]
fn a_device_far_behind_fetches_pages_and_says_how_far_it_is() {
    let mut world = long_history();
    let tab = world.open("ann");
    let mut progress = Vec::new();
    while world.step() {
        progress.extend(world.tabs[tab].replica.catching_up());
    }
    progress.dedup();
    let feed = Feed::Student(person("ann"));
    let length = world.server.length(&feed);
    assert!(length > HISTORY_PAGE_EVENTS_MAX);
    let little = [Feed::Class(class_of("2B")), Feed::Course(course_id())].map(|feed| (feed, 0));
    assert_eq!(pages(&world), [little.as_slice(), &[(feed, 0), (feed, HISTORY_PAGE_EVENTS_MAX)]].concat(), "what is little comes first");
    let own = format!(r#"{{"Events":{{"feed":"{feed}""#);
    assert!(!world.tabs[tab].received.iter().any(|frame| frame.starts_with(&own)), "nothing of it comes a second time");
    assert!(progress.len() > 2 && progress.is_sorted() && progress.iter().all(|(had, of)| had <= of), "{progress:?}");
    assert_eq!(world.tabs[tab].replica.catching_up(), None);
    world.assert_agreement();
    world.server.practise(2);
    world.rest();
    world.assert_agreement();
}

/// Of which feed pages were asked for, and after which number.
fn pages(world: &World) -> Vec<(Feed, u64)> {
    world.server.pages.iter().map(|(of, after, _)| (*of, *after)).collect()
}

#[test]
fn of_what_is_far_behind_the_feed_that_a_page_shows_comes_first() {
    let classes = ["2B", "2C"].map(|title| Feed::Staff(class_of(title)));
    for preferred in classes {
        let mut world = long_history();
        let appoint = class::Command::AppointTeacher { teacher: person("tess") };
        world.server.tell("admin", &Command::Class(class_of("2C"), appoint));
        for _ in 0..1_100 {
            world.server.record_strange(StreamId::Class(class_of("2C")), r#"{"Sneezed":{}}"#, &[classes[1]]);
        }
        let tab = world.open("tess");
        world.tabs[tab].replica.prefer(preferred);
        let mut behind = Vec::new();
        while world.step() {
            behind.push(classes.map(|feed| world.tabs[tab].replica.is_behind(&feed)));
        }
        let far: Vec<Feed> = pages(&world).into_iter().map(|(of, _)| of).filter(|of| classes.contains(of)).collect();
        let at = |feed: &Feed| far.iter().position(|of| of == feed);
        assert_eq!(far.len(), 3, "two pages of the one, one of the other");
        assert_eq!(at(&preferred), Some(0));
        let first_is_here = if preferred == classes[0] { [false, true] } else { [true, false] };
        assert!(behind.contains(&first_is_here), "one is all here while the other is not");
        assert_eq!(behind.last(), Some(&[false, false]));
        world.assert_agreement();
    }
}

#[test]
fn a_page_that_overtakes_another_waits_for_it_and_nothing_is_asked_for_twice() {
    let mut world = World::new();
    world.server.practise(4_300);
    world.pages_overtake = true;
    let tab = world.open("ann");
    world.rest();
    let feed = Feed::Student(person("ann"));
    let mut asked: Vec<u64> = pages(&world).into_iter().filter(|(of, _)| *of == feed).map(|(_, after)| after).collect();
    asked.sort_unstable();
    let each: Vec<u64> = (0..world.server.length(&feed)).step_by(HISTORY_PAGE_EVENTS_MAX as usize).collect();
    assert_eq!(asked, each);
    assert!(each.len() > 4);
    let own = format!(r#"{{"Events":{{"feed":"{feed}""#);
    assert!(!world.tabs[tab].received.iter().any(|frame| frame.starts_with(&own)), "none of it comes over the socket");
    world.assert_agreement();
}

/// A server keeps within a number of bytes: what a page has left out is asked for next, and nothing twice.
#[test]
fn a_page_that_is_shorter_than_it_was_asked_to_be_is_not_the_end() {
    for (overtake, longest) in [(false, 700), (true, 700), (true, 1_999), (true, 1_001), (false, 1)] {
        let mut world = World::new();
        world.server.practise(if longest == 1 { 510 } else { 2_300 });
        world.server.page_events_max = longest;
        world.pages_overtake = overtake;
        let tab = world.open("ann");
        world.rest();
        let feed = Feed::Student(person("ann"));
        let length = world.server.length(&feed);
        assert!(length > domain::protocol::HISTORY_EVENTS_MIN);
        let own = format!(r#"{{"Events":{{"feed":"{feed}""#);
        assert!(!world.tabs[tab].received.iter().any(|frame| frame.starts_with(&own)), "none of it comes over the socket");
        let mut asked: Vec<(u64, u64)> =
            world.server.pages.iter().filter(|(of, ..)| *of == feed).map(|(_, after, limit)| (*after, *limit)).collect();
        asked.sort_unstable();
        let mut had = 0;
        for (after, limit) in asked {
            assert_eq!(after, had, "nothing is left out, and nothing comes twice: pages of {longest}, overtaking: {overtake}");
            had = length.min(after + limit.min(longest));
        }
        assert_eq!(had, length);
        world.assert_agreement();
    }
}

#[test]
fn a_page_that_cannot_be_had_is_asked_for_again_later() {
    let mut world = long_history();
    world.no_history = true;
    let tab = world.open("ann");
    while world.tabs[tab].retries < 3 {
        assert!(world.step());
    }
    assert!(!world.tabs[tab].replica.is_caught_up());
    world.no_history = false;
    world.rest();
    assert!(world.tabs[tab].replica.is_caught_up());
    world.assert_agreement();
}

#[test]
fn a_line_that_breaks_among_the_pages_goes_on_where_it_was() {
    for steps in (5..60).step_by(7) {
        let mut world = long_history();
        world.open("ann");
        for _ in 0..steps {
            world.step();
        }
        world.cut();
        world.mend();
        world.rest();
        world.assert_agreement();
    }
}

#[test]
fn a_device_that_has_another_long_history_rewinds_before_it_fetches() {
    let mut world = World::new();
    let backup = world.server.clone();
    world.server.practise(600);
    let tab = world.open("ann");
    world.rest();
    world.cut();
    world.server.restore(backup);
    let reveal = attempt::Command::Start { edition: edition_ref("drill", 1) };
    world.server.tell("ann", &Command::Attempt(attempt("drill", 1), reveal));
    world.server.practise(1_300);
    world.mend();
    world.rest();
    assert!(world.tabs[tab].replica.is_caught_up());
    world.assert_agreement();
}

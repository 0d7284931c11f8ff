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
    assert_eq!(
        world.server.pages.iter().map(|(of, after, _)| (*of, *after)).collect::<Vec<_>>(),
        vec![(feed, 0), (feed, HISTORY_PAGE_EVENTS_MAX)]
    );
    let own = format!(r#"{{"Events":{{"feed":"{feed}""#);
    assert!(!world.tabs[tab].received.iter().any(|frame| frame.starts_with(&own)), "nothing of it comes a second time");
    assert!(progress.len() > 2 && progress.is_sorted() && progress.iter().all(|(had, of)| had <= of), "{progress:?}");
    assert_eq!(world.tabs[tab].replica.catching_up(), None);
    world.assert_agreement();
    world.server.practise(2);
    world.rest();
    world.assert_agreement();
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
    world.server.tell("ann", StreamId::Attempt(attempt("drill", 1)), &Command::Attempt(reveal));
    world.server.practise(1_300);
    world.mend();
    world.rest();
    assert!(world.tabs[tab].replica.is_caught_up());
    world.assert_agreement();
}

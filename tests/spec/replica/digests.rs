//! Digests: what is not what the server recorded is neither folded nor kept, and exactly that is fetched again.

use super::*;
use domain::{
    ids::DeviceId,
    replica::{Incoming, storage::Chunk},
};

fn own() -> Feed {
    Feed::Student(person("ann"))
}

/// Ann with four chunks of her own work, then closed.
fn worked() -> (World, usize) {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    world.rest();
    for _ in 0..3 {
        answer(&mut world, tab, 2);
        world.rest();
    }
    assert!(chunks(&world, tab).len() > 3, "{:?}", chunks(&world, tab).len());
    (world, tab)
}

fn chunks(world: &World, tab: usize) -> Vec<Chunk> {
    world.tabs[tab].database.data().chunks.into_values().filter(|chunk| chunk.feed == own()).collect()
}

fn spoil(world: &World, tab: usize, chunk: &Chunk, runs: String) {
    world.tabs[tab].database.spoil(|data| {
        data.chunks.insert((chunk.feed, chunk.first), Chunk { runs, ..chunk.clone() });
    });
}

/// The same, with one digit another.
fn flipped(chunk: &Chunk) -> String {
    let place = chunk.runs.rfind("\"ordinal\":").expect("it names a question") + "\"ordinal\":".len();
    let digit = if &chunk.runs[place..=place] == "7" { "8" } else { "7" };
    let mut runs = chunk.runs.clone();
    runs.replace_range(place..=place, digit);
    runs
}

#[test]
fn a_frame_with_another_digest_is_not_kept_and_asked_for_again() {
    let (mut world, tab) = ann();
    world.server.practise(1);
    let mut wrong = 0;
    while world.step() {
        let here = &world.tabs[tab];
        if wrong == 0 && here.replica.is_caught_up() {
            let after = here.replica.marks()[&own()].after;
            let digest = world.server.digest(&own(), after + 1).expect("it has it");
            let other = domain::digest::Digest(digest.0 ^ 1);
            let frame = world.server.events(&own(), after, after + 1).replace(&digest.to_string(), &other.to_string());
            let before = here.replica.marks().clone();
            world.input(tab, Incoming::Frame(&frame));
            assert_eq!(*world.tabs[tab].replica.marks(), before, "not folded");
            wrong += 1;
        }
    }
    assert_eq!(wrong, 1);
    assert!(world.tabs[tab].retries > 0, "it broke off");
    world.assert_agreement();
}

#[test]
fn a_flipped_byte_in_a_stored_chunk_is_found_and_exactly_that_chunk_is_fetched() {
    for damage in [flipped as fn(&Chunk) -> String, |_| "[not runs".to_owned(), |_| "[]".to_owned()] {
        let (mut world, tab) = worked();
        let before = chunks(&world, tab);
        spoil(&world, tab, &before[1], damage(&before[1]));
        let tab = world.reload(tab, "ann");
        world.rest();
        assert_eq!(world.server.pages, vec![(own(), before[1].first - 1, before[1].count)]);
        assert_eq!(chunks(&world, tab), before, "as it was");
        world.assert_agreement();
        let tab = world.reload(tab, "ann");
        world.rest();
        assert_eq!(world.server.pages.len(), 1, "once");
        assert!(world.tabs[tab].replica.is_caught_up());
    }
}

/// A server keeps within a number of bytes, and a chunk may have more.
#[test]
fn a_damaged_chunk_is_fetched_in_as_many_pages_as_it_takes() {
    let (mut world, tab) = worked();
    let before = chunks(&world, tab);
    spoil(&world, tab, &before[1], flipped(&before[1]));
    let pages = before[1].count;
    assert!(pages > 1, "it has more than one event");
    world.server.page_events_max = 1;
    let tab = world.reload(tab, "ann");
    world.rest();
    let asked: Vec<u64> = world.server.pages.iter().map(|(_, after, _)| *after).collect();
    assert_eq!(asked, (0..pages).map(|n| before[1].first - 1 + n).collect::<Vec<_>>());
    world.assert_agreement();
    let tab = world.reload(tab, "ann");
    world.rest();
    assert_eq!(world.server.pages.len() as u64, pages, "once");
    assert!(world.tabs[tab].replica.is_caught_up());
}

#[test]
fn what_a_tab_without_the_socket_finds_damaged_the_owner_mends() {
    let (mut world, owner) = worked();
    let before = chunks(&world, owner);
    spoil(&world, owner, &before[1], flipped(&before[1]));
    let beside = world.open_beside(owner, "ann");
    world.rest();
    assert!(world.tabs[owner].replica.is_owner() && !world.tabs[beside].replica.is_owner());
    assert_eq!(world.server.pages, vec![(own(), before[1].first - 1, before[1].count)]);
    assert_eq!(chunks(&world, owner), before, "as it was");
    world.assert_agreement();
}

#[test]
fn without_a_network_what_comes_before_the_damage_is_shown_and_nothing_after() {
    let (mut world, tab) = worked();
    let before = chunks(&world, tab);
    world.cut();
    spoil(&world, tab, &before[2], flipped(&before[2]));
    let tab = world.reload(tab, "ann");
    world.rest();
    assert_eq!(world.tabs[tab].replica.marks()[&own()].after, before[2].first - 1);
    assert_eq!(chunks(&world, tab).len(), before.len(), "what follows is still stored");
    world.mend();
    world.rest();
    world.assert_agreement();
}

#[test]
fn a_damaged_chunk_that_no_page_can_be_had_for_comes_over_the_socket() {
    let (mut world, tab) = worked();
    let before = chunks(&world, tab);
    spoil(&world, tab, &before[1], flipped(&before[1]));
    world.no_history = true;
    let tab = world.reload(tab, "ann");
    world.rest();
    world.assert_agreement();
    world.no_history = false;
    let tab = world.reload(tab, "ann");
    world.rest();
    assert!(world.server.pages.is_empty(), "nothing is damaged any more");
    assert!(world.tabs[tab].replica.is_caught_up());
}

#[test]
fn chunks_that_overlap_are_read_and_mended_without_end() {
    let (mut world, tab) = worked();
    let length = world.server.length(&own());
    // As another tab may have written them: the same events, cut otherwise.
    let other = Chunk {
        feed: own(),
        first: 3,
        count: length - 3,
        digest: world.server.digest(&own(), length - 1).expect("it has it"),
        runs: world.server.runs(&own(), 2, length - 1),
    };
    world.tabs[tab].database.spoil(|data| _ = data.chunks.insert((own(), 3), other.clone()));
    let tab = world.reload(tab, "ann");
    world.rest();
    assert!(world.server.pages.is_empty());
    world.assert_agreement();
    spoil(&world, tab, &other, flipped(&other));
    let mut tab = tab;
    for _ in 0..3 {
        tab = world.reload(tab, "ann");
        world.rest();
        world.assert_agreement();
    }
    assert!(world.server.pages.len() <= 1, "{:?}", world.server.pages);
}

#[test]
fn a_device_that_has_something_else_goes_back_to_the_last_that_both_have() {
    let (mut world, tab) = ann();
    world.start(tab, "section").expect("it starts");
    answer(&mut world, tab, 2);
    world.rest();
    let (backup, common) = (world.server.clone(), world.server.length(&own()));
    world.server.practise(2);
    world.rest();
    world.cut();
    world.server.restore(backup);
    // On the restored server something else happens, and more of it.
    let wrong = attempt::Command::RevealAnswer { ordinal: 3 };
    world.server.tell("ann", &Command::Attempt(attempt("section", 1), wrong));
    world.server.tell("ann", &Command::Attempt(attempt("section", 1), attempt::Command::NextQuestion { ordinal: 3 }));
    world.server.practise(3);
    world.mend();
    let before = world.tabs[tab].received.len();
    world.rest();
    world.assert_agreement();
    let own = format!(r#"{{"Events":{{"feed":"{}","first":"#, own());
    let firsts = world.tabs[tab].received[before..].iter().filter_map(|frame| frame.strip_prefix(&own));
    let first = firsts.map(|rest| rest.split(',').next().expect("a number").parse::<u64>().expect("a number")).min();
    assert_eq!(first, Some(common + 1), "what both have is not sent again");
}

#[test]
fn another_tab_of_the_device_goes_back_with_it() {
    let (mut world, first) = ann();
    let second = world.open_beside(first, "ann");
    world.server.practise(2);
    world.rest();
    let backup = world.server.clone();
    world.server.practise(2);
    world.rest();
    world.cut();
    world.server.restore(backup);
    world.mend();
    world.rest();
    world.seconds(1);
    world.assert_agreement();
    assert!(!world.tabs[second].replica.is_owner());
}

#[test]
fn all_that_is_stored_can_be_checked_at_any_time() {
    let (mut world, tab) = worked();
    let before = chunks(&world, tab);
    spoil(&world, tab, &before[1], flipped(&before[1]));
    let effects = world.tabs[tab].replica.check_all();
    world.carry_out(tab, effects);
    world.rest();
    world.seconds(20);
    assert_eq!(chunks(&world, tab)[1], before[1]);
    world.assert_agreement();
    assert_ne!(world.tabs[tab].database.data().device, DeviceId::derived(&[]));
}

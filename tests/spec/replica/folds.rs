//! Kept folds: written when nothing else is to be done, taken up at a reload, and thrown away part by part.

use super::*;
use domain::replica::{Incoming, SNAPSHOT_EVENTS_MIN};

fn folded(world: &World, tab: usize) -> Vec<(&'static str, u64)> {
    world.tabs[tab].replica.folded_at_load().iter().map(|(name, count)| (*name, *count)).filter(|(_, count)| *count > 0).collect()
}

/// Ann and her folds kept.
fn kept() -> (World, usize) {
    let (mut world, tab) = ann();
    world.server.practise(SNAPSHOT_EVENTS_MIN as usize / 2 + 5);
    world.rest();
    assert!(world.tabs[tab].database.data().snapshots.is_empty(), "not while anything else happens");
    world.seconds(1);
    assert_eq!(world.tabs[tab].database.data().snapshots.len(), domain::projections::parts::Part::ALL.len());
    (world, tab)
}

#[test]
fn folds_are_kept_on_a_tick_and_a_reload_begins_with_them() {
    let (mut world, tab) = kept();
    world.server.practise(1);
    world.rest();
    let shown = world.tabs[tab].replica.confirmed().clone();
    world.cut();
    let tab = world.reload(tab, "ann");
    world.rest();
    assert_eq!(*world.tabs[tab].replica.confirmed(), shown);
    assert!(folded(&world, tab).iter().all(|(_, count)| *count == 2), "{:?}", folded(&world, tab));
    world.mend();
    world.rest();
    world.assert_agreement();
}

#[test]
fn a_fold_of_another_version_or_with_a_flipped_byte_is_folded_anew_and_only_that() {
    for (part, by_version) in [("progress", true), ("attempts", true), ("directory", true), ("progress", false), ("attempts", false)] {
        let (mut world, tab) = kept();
        world.tabs[tab].database.spoil(|data| {
            let snapshot = data.snapshots.get_mut(part).expect("it is kept");
            if by_version {
                snapshot.version += 1;
                snapshot.state = "nonsense".into();
            } else {
                snapshot.state = snapshot.state.replace('1', "2");
            }
        });
        let tab = world.reload(tab, "ann");
        world.rest();
        world.assert_agreement();
        let anew = folded(&world, tab);
        if by_version {
            assert_eq!(anew.iter().map(|(name, _)| *name).collect::<Vec<_>>(), vec![part]);
            assert!(anew[0].1 > SNAPSHOT_EVENTS_MIN);
        }
        world.seconds(1);
        let tab = world.reload(tab, "ann");
        world.rest();
        assert_eq!(folded(&world, tab), vec![], "kept again: {part}");
    }
}

#[test]
fn without_the_part_that_says_what_was_folded_all_is_folded_anew() {
    let (mut world, tab) = kept();
    world.tabs[tab].database.spoil(|data| _ = data.snapshots.remove("seen"));
    let tab = world.reload(tab, "ann");
    world.rest();
    assert_eq!(folded(&world, tab).len(), domain::projections::parts::Part::ALL.len());
    world.assert_agreement();
}

#[test]
fn folds_of_what_was_forgotten_are_forgotten() {
    let (mut world, tab) = kept();
    let reset = serde_json::to_string(&ServerMessage::Reset { feed: Feed::Course(course_id()) }).expect("text");
    world.input(tab, Incoming::Frame(&reset));
    world.rest();
    assert!(world.tabs[tab].database.data().snapshots.is_empty());
    world.assert_agreement();
    world.seconds(1);
    let backup = world.server.clone();
    world.server.practise(3);
    world.rest();
    world.cut();
    world.server.restore(backup);
    world.mend();
    world.rest();
    world.assert_agreement();
    let tab = world.reload(tab, "ann");
    world.rest();
    assert!(world.tabs[tab].replica.is_caught_up());
    world.assert_agreement();
}

#[test]
fn a_device_that_took_up_its_folds_still_knows_where_it_parted_from_a_restored_server() {
    let (mut world, tab) = kept();
    let backup = world.server.clone();
    world.server.practise(SNAPSHOT_EVENTS_MIN as usize / 2);
    world.rest();
    world.seconds(1);
    world.cut();
    let tab = world.reload(tab, "ann");
    world.server.restore(backup);
    world.mend();
    world.rest();
    world.assert_agreement();
    assert!(world.server.pages.is_empty());
    assert!(world.tabs[tab].replica.is_caught_up());
}

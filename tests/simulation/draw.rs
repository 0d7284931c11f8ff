//! What happens next, drawn by chance: mostly a small step that is due, often what people do, now and then what goes wrong.

use crate::{
    browser::{BROWSERS, BROWSERS_MAX, Slot, TABS_MAX},
    chance::Chance,
    doings::{STEADY, WINDOWS_DONE, WINDOWS_OFFICE},
    founding::PEOPLE,
    history::{Act, Kind},
    world::World,
};

/// Draws the next act.
pub fn draw(world: &World, chance: &mut Chance) -> Act {
    let moves = world.moves();
    // Much can go wrong while the reactor is at work, and it is not for long.
    if world.site.engine().reacting().waiting > 0 && chance.below(6) == 0 {
        return Act::new(Kind::Crash, 0, chance.below(12) as u32);
    }
    let share = chance.below(100);
    if share < 45 && !moves.is_empty() {
        return moves[chance.below(moves.len())];
    }
    let tabs: Vec<Slot> = world.tabs.keys().copied().collect();
    if tabs.is_empty() || share >= 96 {
        return Act::new(Kind::Open, open_slot(world, chance).0, u32::from(chance.below(8) == 0));
    }
    let slot = tabs[chance.below(tabs.len())].0;
    let number = |chance: &mut Chance, bound: usize| chance.below(bound) as u32;
    match share {
        0..60 => Act::new(Kind::Flow, slot, 1 + number(chance, 24)),
        60..62 => Act::new(Kind::Correct, slot, number(chance, 360)),
        62..76 => {
            let what = number(chance, 240) + [0, STEADY, STEADY][chance.below(3)];
            Act::new(Kind::Do, slot, what + WINDOWS_DONE * number(chance, 7))
        }
        76..79 => Act::new(Kind::Second, 0, 0),
        79..80 => Act::new(Kind::Dismiss, slot, 0),
        80..84 => Act::new(Kind::Office, 0, number(chance, 42) + WINDOWS_OFFICE * number(chance, 7)),
        84..90 => with_a_browser(world, slot, chance),
        90..93 => with_the_network(slot, chance),
        _ => with_the_server(chance),
    }
}

/// People have their browsers: each of the first ones is mostly one person's, with a second person now and then.
fn open_slot(world: &World, chance: &mut Chance) -> Slot {
    let places: Vec<u32> = world.browsers.keys().copied().collect();
    let browser = places[chance.below(places.len())];
    let usual = [0, 1, 3, 2, 0, 0][browser as usize % 6];
    let person = if chance.below(6) == 0 { chance.below(PEOPLE.len()) as u32 } else { usual };
    Slot::of(browser, person, chance.below(TABS_MAX as usize) as u32)
}

fn with_a_browser(world: &World, slot: u32, chance: &mut Chance) -> Act {
    let browser = Slot(slot).browser();
    let one_of = |chance: &mut Chance, bound: usize| chance.below(bound) as u32;
    match chance.below(32) {
        0..4 => Act::new(Kind::Freeze, slot, 0),
        4..8 => Act::new(Kind::Thaw, slot, 0),
        8..10 => Act::new(Kind::Power, browser, one_of(chance, 2)),
        10 => Act::new(Kind::Jump, browser, (chance.below(7_200_000) as i32 - 3_600_000) as u32),
        11..13 => Act::new(Kind::Lose, slot, 0),
        13 => Act::new(Kind::Full, slot, 0),
        14..16 => Act::new(Kind::Room, slot, 0),
        16 => Act::new(Kind::Delete, slot, 0),
        17..19 => Act::new(Kind::Keep, slot, 0),
        19 | 28 | 29 => Act::new(Kind::RollBack, slot, 0),
        20 | 30 | 31 => {
            let copies = BROWSERS..BROWSERS_MAX;
            let free = copies.clone().find(|place| !world.browsers.contains_key(place)).unwrap_or(copies.start);
            Act::new(Kind::Clone, browser, free)
        }
        21 => Act::new(Kind::Flip, slot, one_of(chance, 1_000)),
        22 => Act::new(Kind::SignOut, browser, u32::from(chance.below(3) == 0)),
        23..25 => Act::new(Kind::SignIn, browser, one_of(chance, PEOPLE.len())),
        _ => Act::new(Kind::Close, slot, 0),
    }
}

fn with_the_network(slot: u32, chance: &mut Chance) -> Act {
    let browser = Slot(slot).browser();
    match chance.below(8) {
        0..5 => Act::new(Kind::Cut, slot, chance.below(2) as u32),
        5 => Act::new(Kind::Offline, browser, 0),
        _ => Act::new(Kind::Online, browser, 0),
    }
}

fn with_the_server(chance: &mut Chance) -> Act {
    match chance.below(12) {
        0..4 => Act::new(Kind::Crash, 0, chance.below(12) as u32),
        4..6 => Act::new(Kind::Fuse, 0, 1 + chance.below(20) as u32),
        6..8 => Act::new(Kind::BackUp, 0, 0),
        8..10 => Act::new(Kind::Restore, 0, 0),
        10 => Act::new(Kind::Upgrade, 0, 0),
        _ => {
            let most = [15, 15, 3 * 24 * 60][chance.below(3)];
            Act::new(Kind::Minutes, 0, 1 + chance.below(most) as u32)
        }
    }
}

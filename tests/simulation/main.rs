//! A simulation: schools' days drawn by chance, with everything that goes wrong between a click and the log, and everything that must hold
//! looked at after every step. One seed is one history.
//!
//! In reading order: `history` (what can be done), `world` (who there is, and the small steps), `doings` (what people do, and what goes
//! wrong), `site` and `browser` (the server, and the browsers with their tabs), `truth` and `check` (what must hold, always), `mend` (what
//! must hold in the end), `draw` (what happens next), `play` (one history, or many), `mutation` (faults put in on purpose).

mod browser;
#[allow(dead_code, reason = "each suite drives its own part of the model")]
#[path = "../model/chance.rs"]
mod chance;
mod check;
mod counts;
#[allow(dead_code, reason = "each suite drives its own part of the model")]
#[path = "../model/database.rs"]
mod database;
mod doings;
mod draw;
mod falsified;
mod founding;
mod history;
mod mend;
mod moves;
mod mutation;
mod play;
#[allow(dead_code, reason = "each suite drives its own part of the model")]
#[path = "../model/school.rs"]
mod school;
mod site;
mod store;
mod truth;
mod world;

use history::History;
use mutation::Mutation;
use play::{Played, play, play_many, shorten};

/// The histories that the test plays when nobody asks for others.
const SEEDS: u64 = 2_000;
/// The most histories in which a mutation may stay unseen.
const MUTANT_SEEDS_MAX: u64 = 400;

/// Histories that once went wrong.
const ONCE_WRONG: &[&str] = &[];

/// What must have happened over many histories, or they say nothing.
const HAPPENED: &[&str] = &[
    "histories over SQLite",
    "histories in memory",
    "answers given",
    "commands saved",
    "results told",
    "results stored",
    "refusals told",
    "screens compared",
    "events",
    "rights changed",
    "wrong accounts",
    "devices renumbered",
    "outboxes renumbered",
    "commands turned away",
    "gaps asked for",
    "writes that failed",
    "sign-ins",
    "crash",
    "fuse",
    "restore",
    "cut",
    "offline",
    "power",
    "freeze",
    "thaw",
    "lose",
    "full",
    "delete",
    "roll-back",
    "clone",
    "flip",
    "jump",
    "minutes",
    "upgrade",
    "office",
    "dismiss",
    "sign-out",
];

fn asked(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

/// Says what went wrong, with the shortest history that could be found, and how to see it again.
fn tell(failed: &Played, mutation: Option<Mutation>) -> String {
    let short = shorten(failed, mutation);
    let told = |played: &Played| played.held.as_ref().err().map(|broken| format!("invariant {}: {}", broken.invariant, broken.seen));
    format!(
        "\nseed {}: {}\nagain: bin/simulate --seed {}\n\nthe shortest history found, {} acts: {}\nagain: bin/simulate --history '{}'\n",
        failed.history.seed,
        told(failed).unwrap_or_default(),
        failed.history.seed,
        short.history.acts.len(),
        told(&short).unwrap_or_default(),
        short.history,
    )
}

#[test]
fn what_once_went_wrong_goes_right() {
    for text in ONCE_WRONG {
        let history: History = text.parse().expect("a history");
        let played = play(&history, None);
        assert!(played.held.is_ok(), "{}", tell(&played, None));
    }
}

#[test]
fn everything_holds_whatever_happens() {
    if let Some(text) = asked("LEFTFOLD_HISTORY") {
        let played = play(&text.parse().expect("a history"), None);
        assert!(played.held.is_ok(), "{}", tell(&played, None));
        eprintln!("all held: {}", played.counts);
        return;
    }
    let seeds = asked("LEFTFOLD_SEEDS").map(|count| count.parse().expect("a number of seeds"));
    let from = asked("LEFTFOLD_FROM").map_or(1, |from| from.parse().expect("a seed"));
    let lived = play_many(from, seeds.unwrap_or(SEEDS), seeds.is_some());
    let told: String = lived.failed.iter().map(|failed| tell(failed, None)).collect();
    assert!(told.is_empty(), "{told}");
    let rate = lived.played as f64 * 60.0 / lived.took.as_secs_f64();
    eprintln!("{} histories, {rate:.0} a minute: {}", lived.played, lived.counts);
    if seeds.is_none() {
        let never: Vec<_> = HAPPENED.iter().filter(|what| lived.counts.of(what) == 0).collect();
        assert!(never.is_empty(), "in {} histories there was never: {never:?}", lived.played);
    }
}

#[test]
fn every_mutation_is_found() {
    let mut missed = Vec::new();
    for (mutation, invariants) in mutation::ALL {
        let found = (1..=MUTANT_SEEDS_MAX).find_map(|seed| {
            let played = play(&History { seed, acts: Vec::new() }, Some(mutation));
            played.held.err().map(|broken| (seed, broken))
        });
        match found {
            Some((seed, broken)) if invariants.contains(&broken.invariant) => {
                eprintln!("{mutation:?} breaks invariant {} in history {seed}", broken.invariant);
            }
            Some((seed, broken)) => missed.push(format!("{mutation:?} breaks another invariant in history {seed}: {broken:?}")),
            None => missed.push(format!("{mutation:?} is not found in {MUTANT_SEEDS_MAX} histories")),
        }
    }
    eprintln!("{} mutations found of {} tried", mutation::ALL.len() - missed.len(), mutation::ALL.len());
    assert!(missed.is_empty(), "\n{}", missed.join("\n"));
}

//! Playing histories: one, many at once, and a failing one again and again until it is short.

use crate::{
    chance::Chance,
    counts::Counts,
    draw::draw,
    history::{Act, History},
    mutation::Mutation,
    truth::{Broken, Held},
    world::World,
};
use std::{
    cell::RefCell,
    io::Write as _,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, Once, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// The acts of a history that is drawn.
pub const ACTS: usize = 200;

/// After so many failing histories no more are played.
const FAILURES_MAX: u64 = 10;

/// Tries at making a failing history shorter.
const TRIES_MAX: usize = 1_500;

/// What became of a history.
pub struct Played {
    /// Whether all held.
    pub held: Held,
    /// What was done, to do it again.
    pub history: History,
    /// What happened.
    pub counts: Counts,
}

/// Plays a history; one without acts is drawn.
pub fn play(history: &History, mutation: Option<Mutation>) -> Played {
    quiet_panics();
    let mut done = Vec::new();
    let mut counts = Counts::default();
    let played = catch_unwind(AssertUnwindSafe(|| {
        let mut world = World::new(history.seed, mutation);
        let held = live(&mut world, history, &mut done);
        counts = std::mem::take(&mut world.counts);
        held
    }));
    let held = played.unwrap_or_else(|_| Err(Broken { invariant: 0, seen: LAST_PANIC.with_borrow(Clone::clone) }));
    Played { held, history: History { seed: history.seed, acts: done }, counts }
}

fn live(world: &mut World, history: &History, done: &mut Vec<Act>) -> Held {
    let mut chance = Chance(history.seed);
    let drawn = history.acts.is_empty();
    for index in 0..if drawn { ACTS } else { history.acts.len() } {
        let act = if drawn { draw(world, &mut chance) } else { history.acts[index] };
        done.push(act);
        world.act(act)?;
    }
    world.end()
}

thread_local! {
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// A panic of what is tried is a finding, told with its history; it is not printed by itself.
fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            LAST_PANIC.with_borrow_mut(|last| *last = panic.to_string());
            if thread::current().name().is_some_and(|name| name != "history") {
                loud(panic);
            }
        }));
    });
}

/// The history that failed first, if one did, and what happened in all.
pub struct Lived {
    /// What failed, of each kind the first.
    pub failed: Vec<Played>,
    /// All counts.
    pub counts: Counts,
    /// Histories played.
    pub played: u64,
    /// How long it took.
    pub took: Duration,
}

/// Plays the histories of so many seeds, on all processors. With a bar, it shows how far it is.
pub fn play_many(from: u64, count: u64, bar: bool) -> Lived {
    let began = Instant::now();
    let (next, failures) = (AtomicU64::new(0), AtomicU64::new(0));
    let (failed, stop) = (Mutex::new(Vec::<Played>::new()), AtomicBool::new(false));
    let counts = Mutex::new(Counts::default());
    let work = || {
        while !stop.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                break;
            }
            let played = play(&History { seed: from + index, acts: Vec::new() }, None);
            counts.lock().unwrap_or_else(PoisonError::into_inner).add(&played.counts);
            if played.held.is_err() {
                let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                if failed.iter().all(|known| invariant(known) != invariant(&played)) {
                    failed.push(played);
                }
                failures.fetch_add(1, Ordering::Relaxed);
                stop.store(failures.load(Ordering::Relaxed) >= FAILURES_MAX, Ordering::Relaxed);
            }
            if bar && index.is_multiple_of(20) {
                show(index, count, began.elapsed());
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            thread::Builder::new().name("history".into()).spawn_scoped(scope, work).expect("there is room for a thread");
        }
    });
    let played = next.load(Ordering::Relaxed).min(count);
    if bar {
        show(played, count, began.elapsed());
        // The bar's line is ended, whoever reads it.
        _ = writeln!(std::io::stderr());
    }
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let counts = counts.into_inner().unwrap_or_else(PoisonError::into_inner);
    Lived { failed, counts, played, took: began.elapsed() }
}

/// Straight to the standard error: a test's own output is held back until it ends.
fn show(done: u64, of: u64, took: Duration) {
    let width = 40;
    let full = (done * width / of.max(1)) as usize;
    let rate = done as f64 * 60.0 / took.as_secs_f64().max(0.001);
    let bar = format!("\r[{}{}] {done} of {of} histories, {rate:.0} a minute ", "#".repeat(full), "·".repeat(width as usize - full));
    _ = std::io::stderr().write_all(bar.as_bytes());
}

fn invariant(played: &Played) -> Option<u8> {
    played.held.as_ref().err().map(|broken| broken.invariant)
}

/// A history that still breaks the same invariant, with as few acts as could be found.
pub fn shorten(failed: &Played, mutation: Option<Mutation>) -> Played {
    let wanted = invariant(failed);
    let mut best = play(&failed.history, mutation);
    if invariant(&best) != wanted || wanted.is_none() {
        return best;
    }
    let mut tries = 0;
    let mut size = best.history.acts.len() / 2;
    while size > 0 && tries < TRIES_MAX {
        let (mut start, mut any) = (0, false);
        while start < best.history.acts.len() && tries < TRIES_MAX {
            let mut acts = best.history.acts.clone();
            acts.drain(start..(start + size).min(acts.len()));
            tries += 1;
            let shorter = play(&History { seed: best.history.seed, acts }, mutation);
            // A history without acts would be drawn anew.
            if invariant(&shorter) == wanted && shorter.history.acts.len() < best.history.acts.len() && !shorter.history.acts.is_empty() {
                (best, any) = (shorter, true);
            } else {
                start += size;
            }
        }
        if !any || size > 1 {
            size /= 2;
        }
    }
    best
}

//! The corpus of the fuzzers, read again: every input that once led somewhere new holds its property.

use leftfold_fuzz::{bodies, events, frames, gift, session};
use model::chance;
use std::{
    env, fs,
    path::Path,
    time::{Duration, Instant},
};

fn all(folder: &str, hold: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(folder);
    let mut read = 0;
    for entry in fs::read_dir(&folder).expect("the corpus is in the repository") {
        let path = entry.expect("an entry of a folder can be read").path();
        hold(&fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
        read += 1;
    }
    assert!(read > 10, "{} holds {read} inputs: does the test look in the right place?", folder.display());
}

#[test]
fn frames_of_the_corpus_hold() {
    all("frames", frames::hold);
}

#[test]
fn sessions_of_the_corpus_hold() {
    all("session", session::hold);
}

#[test]
fn bodies_of_the_corpus_hold() {
    all("bodies", bodies::hold);
}

/// What this process has in memory, in bytes.
fn resident() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").expect("Linux says what a process has");
    pages.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).expect("the second word is a number") * 4_096
}

/// A hostile device that never tires. With LEFTFOLD_HOSTILE_SECONDS it goes on for so long, and may cost no memory for good; that is looked at only
/// then, because the other tests of this program take memory too.
#[test]
fn hostile_sessions_hold() {
    const GROWTH_BYTES_MAX: u64 = 100_000_000;
    let asked: Option<u64> = env::var("LEFTFOLD_HOSTILE_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let end = Instant::now() + Duration::from_secs(asked.unwrap_or(3));
    let mut all = session::Heard::default();
    let (mut chance, mut played, mut before) = (chance::Chance(1), 0, None);
    while Instant::now() < end {
        let bytes: Vec<u8> = (0..chance.below(2_000)).map(|_| chance.below(256) as u8).collect();
        let heard = session::play(&bytes);
        all.welcomes += heard.welcomes;
        all.accepted += heard.accepted;
        all.refused += heard.refused;
        played += 1;
        // The first fill what is filled once.
        if played == 20 {
            before = Some(resident());
        }
    }
    let before = before.expect("twenty sessions are soon played");
    let grown = resident().saturating_sub(before);
    println!("{played} hostile sessions, {all:?}; grown by {} kB", grown / 1_000);
    assert!(all.welcomes > 10 && all.accepted > 10 && all.refused > 10, "they get nowhere: {all:?}");
    assert!(asked.is_none() || grown <= GROWTH_BYTES_MAX, "grown by {grown} bytes");
}

#[test]
fn events_of_the_corpus_hold() {
    all("events", events::hold);
}

#[test]
fn gift_files_of_the_corpus_hold() {
    all("gift", gift::hold);
}

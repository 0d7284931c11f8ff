//! The corpus of the fuzzers, read again: every input that once led somewhere new holds its property.

use leftfold_fuzz::{events, frames, gift};
use std::{fs, path::Path};

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
fn events_of_the_corpus_hold() {
    all("events", events::hold);
}

#[test]
fn gift_files_of_the_corpus_hold() {
    all("gift", gift::hold);
}

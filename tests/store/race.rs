//! Fifty writers, one store, a reader that follows: every event once, in order, none skipped.

use crate::places::{Place, account, append, device, feed};
use server::store::{Append, EventStore, StoreReader};
use std::{sync::mpsc, thread};

const WRITERS: u64 = 50;
const EACH: u64 = 20;

crate::over_every_store! { rules: a_live_reader_misses_nothing }

mod rules {
    use super::*;

    pub fn a_live_reader_misses_nothing(place: &impl Place) {
        let mut store = place.open();
        let reader = store.reader();
        let follower = thread::spawn(move || follow(&reader));
        let (work, waiting) = mpsc::channel::<Append>();
        thread::scope(|scope| {
            for writer in 0..WRITERS {
                let work = work.clone();
                scope.spawn(move || (1..=EACH).for_each(|number| work.send(command(writer, number)).expect("the writer listens")));
            }
            drop(work);
            // One transaction for all that waits, as the engine does it.
            while let Ok(first) = waiting.recv() {
                store.begin().unwrap();
                for append in std::iter::once(first).chain(waiting.try_iter().take(64)) {
                    store.append(&append).unwrap();
                }
                store.commit().unwrap();
            }
        });
        let seen = follower.join().expect("the follower finds no hole");
        for writer in 0..WRITERS {
            let own: Vec<u64> = seen.iter().filter(|(who, _)| *who == writer).map(|(_, number)| *number).collect();
            assert!(own.iter().copied().eq(1..=EACH), "writer {writer}: {own:?}");
        }
    }

    /// Asks for what comes next until all is there.
    fn follow(reader: &impl StoreReader) -> Vec<(u64, u64)> {
        let (mut seen, mut position) = (Vec::new(), 0);
        while seen.len() < (WRITERS * EACH) as usize {
            for event in reader.read_feed(&feed("all"), seen.len() as u64, 7).unwrap() {
                assert_eq!(event.place.number, seen.len() as u64 + 1, "a hole in the feed");
                assert!(event.position.0 > position, "out of the log's order");
                position = event.position.0;
                seen.push(serde_json::from_str(event.body.get()).unwrap());
            }
            thread::yield_now();
        }
        seen
    }

    fn command(writer: u64, number: u64) -> Append {
        let body = format!("[{writer},{number}]");
        let name = writer.to_string();
        Append { actor: account(&name), device: device(&name), ..append(&name, number, number - 1, &[&body]) }
    }
}

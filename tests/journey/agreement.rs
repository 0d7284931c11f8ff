//! What must hold whenever the outbox is empty and the device has caught up: it has the same events as the server, each once.

use crate::{
    device::Device,
    school::{Browser, School},
};
use domain::{
    digest::{Digest, Shared},
    event::{Recorded, read_runs},
    feeds::Feed,
    projections::{read_models::ReadModels, state_hash},
};
use serde_json::{Value, value::RawValue};
use std::collections::{BTreeMap, BTreeSet};

/// A feed by number: each event with the bytes of its body.
pub type Log = BTreeMap<u64, (Recorded, String)>;

/// The digest of a feed after what a page holds of it.
fn then(digest: Digest, runs: &str) -> Digest {
    read_runs(runs).unwrap().iter().fold(digest, |digest, run| {
        let shared = Shared::of(&run.stream, run.actor, run.device);
        run.events.iter().fold(digest, |digest, entry| digest.then(shared, entry))
    })
}

/// Adds what a frame or a chunk holds.
fn add(log: &mut Log, first: u64, runs: &str) {
    let runs = read_runs(runs).unwrap();
    let bodies = runs.iter().flat_map(|run| run.events.iter().map(|entry| entry.body.get().to_owned()));
    let events = runs.iter().flat_map(domain::event::Run::recorded).zip(bodies);
    for (number, event) in (first..).zip(events) {
        if let Some(before) = log.insert(number, event.clone()) {
            assert_eq!(before, event, "an event never changes");
        }
    }
}

impl Browser {
    /// A feed as the server has it.
    pub async fn feed(&self, feed: Feed) -> Log {
        let (mut log, mut digest) = (Log::new(), Digest::default());
        loop {
            let response = self.get(&format!("/api/feeds/{feed}?after={}", log.len())).await;
            assert_eq!(response.status(), 200, "{feed}");
            let page: BTreeMap<String, BTreeMap<String, Box<RawValue>>> = serde_json::from_str(&response.text().await.unwrap()).unwrap();
            let before = log.len();
            let events = &page["Events"];
            add(&mut log, before as u64 + 1, events["runs"].get());
            digest = then(digest, events["runs"].get());
            assert_eq!(events["digest"].get(), format!("\"{digest}\""), "{feed} after {}", log.len());
            if log.len() == before {
                return log;
            }
        }
    }
}

impl Device {
    /// A feed as the device has it stored.
    pub fn log(&self, feed: Feed) -> Log {
        let mut log = Log::new();
        for ((_, first), chunk) in self.database.data().chunks.iter().filter(|((of, _), _)| *of == feed) {
            add(&mut log, *first, &chunk.runs);
        }
        log
    }

    /// What this device's commands led to, by command.
    pub fn own_facts(&self) -> BTreeMap<u64, Vec<Recorded>> {
        let mut facts: BTreeMap<u64, Vec<Recorded>> = BTreeMap::new();
        let device = self.database.data().device;
        for (recorded, _) in self.log(Feed::Student(self.browser.me.account)).into_values().filter(|(event, _)| event.device == device) {
            facts.entry(recorded.command).or_default().push(recorded);
        }
        facts
    }

    /// Nothing waits; what is stored is the server's, event for event; what is shown is the fold of it, also after a reload.
    pub async fn assert_agreement(&self) {
        assert_eq!(self.replica.waiting(), 0, "nothing waits");
        assert!(self.database.data().outbox.is_empty(), "nothing waits in the database");
        let (account, role) = (self.browser.me.account, self.browser.me.role);
        let mut wanted = ReadModels::of(account, role);
        let mut ids = BTreeSet::new();
        for feed in self.replica.marks().keys() {
            let (here, there) = (self.log(*feed), self.browser.feed(*feed).await);
            assert!(here == there, "{feed}: {} events here, {} on the server, the same or not", here.len(), there.len());
            for (recorded, _) in there.values() {
                wanted.fold(recorded);
                assert!(ids.insert((*feed, recorded.id())), "{feed}: {recorded:?} is there twice");
            }
        }
        assert_eq!(state_hash(self.replica.confirmed()), state_hash(&wanted), "what is confirmed is the fold of the server's feeds");
        assert_eq!(state_hash(self.replica.shown()), state_hash(&wanted), "what is shown is what is confirmed");
        let (mut again, _) = domain::replica::Replica::new(account, role, domain::protocol::BUILD);
        let (chunks, found) = self.database.read(&BTreeMap::new()).unwrap();
        chunks.iter().for_each(|chunk| _ = again.step(domain::replica::Incoming::Chunk(chunk)));
        _ = again.step(domain::replica::Incoming::Found(found));
        assert_eq!(state_hash(again.shown()), state_hash(&wanted), "a reload shows the same");
    }
}

impl School {
    /// How many rows the store has of what matters: events, documents, people, sessions aside.
    pub fn rows(&self) -> BTreeMap<&'static str, i64> {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let connection = rusqlite::Connection::open_with_flags(self.path().join("leftfold.sqlite"), flags).unwrap();
        let count = |table| connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        ["events", "feed_events", "streams", "documents", "people", "claims", "credentials"].map(|table| (table, count(table))).into()
    }
}

/// Whether a text holds a word, as a name or an id would stand in it.
pub fn holds(texts: &[String], word: &str) -> bool {
    texts.iter().any(|text| text.contains(word))
}

/// What a script's post says of its only command.
pub async fn only_reply(response: reqwest::Response) -> Value {
    assert_eq!(response.status(), 200);
    response.json::<Value>().await.unwrap()[0]["reply"].clone()
}

//! Stored events, whatever the bytes: what can be read is written again with the same meaning, and every fold takes everything.

use domain::{
    account::Role,
    digest::{Digest, Shared},
    event::{Event, StreamId, read_runs},
    ids::AccountId,
    projections::{read_models::ReadModels, state_hash},
};

/// Reads the bytes as the runs of a chunk, and as a stream's name, a line break, and a body.
pub fn hold(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Some((stream, body)) = text.split_once('\n')
        && let Ok(stream) = stream.parse::<StreamId>()
    {
        read_again(&stream, body);
    }
    fold(text);
}

fn read_again(stream: &StreamId, body: &str) {
    assert_eq!(stream.to_string().parse(), Ok(*stream));
    let event = Event::read(stream, body);
    if event.is_known() {
        assert_eq!(Event::read(stream, event.body().get()), event);
    }
}

fn fold(text: &str) {
    let Ok(runs) = read_runs(text) else { return };
    let me = runs.first().map_or(AccountId::derived(&["me"]), |run| run.actor);
    for role in [Role::Student, Role::Teacher, Role::Administrator] {
        let (mut once, mut twice) = (ReadModels::of(me, role), ReadModels::of(me, role));
        for recorded in runs.iter().flat_map(|run| run.recorded()) {
            once.fold(&recorded);
            twice.fold(&recorded);
            twice.fold(&recorded);
        }
        assert_eq!(state_hash(&once), state_hash(&twice), "folding twice is folding once");
    }
    let digest = |digest: Digest, run: &domain::event::Run<'_>| {
        let shared = Shared::of(&run.stream, run.actor, run.device);
        run.events.iter().fold(digest, |digest, entry| digest.then(shared, entry))
    };
    let before = runs.iter().fold(Digest::default(), digest);
    let written = serde_json::to_string(&runs).expect("what was read can be written");
    let again = read_runs(&written).expect("what was written can be read");
    assert_eq!(again.iter().fold(Digest::default(), digest), before, "the digest is that of the recorded bytes");
}

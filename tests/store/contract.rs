//! The contract of a store, rule by rule.

use crate::places::{Place, account, append, device, feed, raw, stream};
use domain::{
    attempt::{self, AttemptKey},
    command::Refusal,
    content::edition::Document,
    digest::{Digest, Shared},
    event::{Position, StreamId, Version},
    feeds::Feed,
    ids::{AccountId, ClassId, CourseId, EventId, UnitId},
    protocol::Outcome,
    time::Timestamp,
};
use server::store::{
    Append, AppendError, Appended, EventStore, Filed, KeptSession, NewEvent, Record, StoreError, StoreReader, StoredResult, Trailed,
};

crate::over_every_store! { rules:
    what_was_appended_is_read_byte_for_byte
    a_conflict_leaves_the_transaction_usable
    a_claim_has_one_owner
    a_device_has_one_account
    every_result_is_kept
    a_second_result_is_an_error
    feeds_are_numbered_without_gaps
    a_place_in_a_stream_is_one_in_the_log
    feeds_have_digests
    a_rollback_forgets_everything
    a_reader_sees_only_what_is_committed
    what_was_not_committed_is_not_there_for_the_next_process
    the_directory_has_all_streams_but_attempts
    streams_are_listed_in_the_order_of_their_making
    the_log_of_a_kind_is_read_in_its_order
    entries_are_kept_by_kind_and_name
    records_are_kept
    the_trail_is_cut_by_age_and_by_number
    the_next_process_finds_everything
    nothing_is_written_outside_a_transaction
}

mod rules {
    use super::*;

    pub fn what_was_appended_is_read_byte_for_byte(place: &impl Place) {
        let mut store = place.open();
        let odd = r#"{ "b":1.50,"a" : ["é","\u00e9",1e3] }"#;
        let cause = EventId::derived(&["why"]);
        let first = Append { cause: Some(cause), ..append("ann", 7, 0, &[odd, "{}"]) };
        let appended = commit(&mut store, &[&first]).remove(0);
        assert_eq!((appended.first, appended.version), (Position(1), Version(2)));
        assert_eq!(numbers(&appended), [vec![1], vec![2, 1]]);

        let events = store.reader().read_stream(&stream("ann"), Version(0)).unwrap();
        assert_eq!(bodies(&events), [odd, "{}"]);
        let event = &events[0];
        assert_eq!(
            (event.place, event.stream, event.version, event.position),
            (Default::default(), stream("ann"), Version(1), Position(1))
        );
        assert_eq!((event.actor, event.device), (account("ann"), device("ann's phone")));
        assert_eq!((event.command, event.index, event.cause), (7, 0, Some(cause)));
        assert_eq!((event.claimed, event.recorded), (first.claimed, first.recorded));
        assert_eq!((events[1].index, events[1].position), (1, Position(2)));
        assert_eq!(bodies(&store.reader().read_stream(&stream("ann"), Version(1)).unwrap()), ["{}"]);
        assert_eq!(bodies(&store.reader().read_stream(&stream("ann"), Version(u64::MAX)).unwrap()), [] as [&str; 0]);
    }

    pub fn a_conflict_leaves_the_transaction_usable(place: &impl Place) {
        let mut store = place.open();
        store.begin().unwrap();
        store.append(&append("ann", 1, 0, &["1"])).unwrap();
        let stale = store.append(&append("ann", 2, 0, &["2"]));
        assert!(matches!(stale, Err(AppendError::Conflict(Version(1)))), "{stale:?}");
        let early = store.append(&append("bob", 2, 3, &["2"]));
        assert!(matches!(early, Err(AppendError::Conflict(Version(0)))), "{early:?}");
        store.append(&append("ann", 2, 1, &["3"])).unwrap();
        assert_eq!(store.version(&stream("ann")).unwrap(), Version(2), "the writer sees what it has open");
        // Without events, the version does not matter.
        store.append(&append("ann", 3, 0, &[])).unwrap();
        store.commit().unwrap();
        assert_eq!(bodies(&store.reader().read_feed(&feed("ann"), 0, 10).unwrap()), ["1", "3"]);
    }

    pub fn a_claim_has_one_owner(place: &impl Place) {
        let claim = |owner: &str| vec![Record::Claim { kind: "login", value: "ann".into(), owner: owner.into() }];
        let mut store = place.open();
        commit(&mut store, &[&Append { records: claim("A"), ..append("ann", 1, 0, &["1"]) }]);
        store.begin().unwrap();
        let rival = store.append(&Append { records: claim("B"), ..append("bob", 2, 0, &["2"]) });
        assert!(matches!(&rival, Err(AppendError::Claimed { kind: "login", value }) if value == "ann"), "{rival:?}");
        let again = ["ann", "fay"].map(|value| Record::Claim { kind: "login", value: value.into(), owner: "A".into() });
        store.append(&Append { records: again.into(), ..append("ann", 2, 1, &["3"]) }).unwrap();
        let fay = Record::Claim { kind: "login", value: "fay".into(), owner: "B".into() };
        let open = store.append(&Append { records: vec![fay], ..append("bob", 3, 0, &["4"]) });
        assert!(matches!(open, Err(AppendError::Claimed { .. })), "claimed in the same transaction: {open:?}");
        let both = [claim("A"), claim("B")].concat().into_iter().map(|record| match record {
            Record::Claim { kind, owner, .. } => Record::Claim { kind, owner, value: "eve".into() },
            other => other,
        });
        let both = store.append(&Append { records: both.collect(), ..append("eve", 3, 0, &["4"]) });
        assert!(matches!(both, Err(AppendError::Claimed { .. })), "one append cannot claim for two: {both:?}");
        store.commit().unwrap();
        assert_eq!(store.reader().claim("login", "ann").unwrap().as_deref(), Some("A"));
        assert_eq!(store.reader().claim("login", "eve").unwrap(), None);
        assert_eq!(store.reader().claim("badge", "ann").unwrap(), None);
        assert_eq!(store.version(&stream("bob")).unwrap(), Version(0));
    }

    pub fn a_device_has_one_account(place: &impl Place) {
        let mut store = place.open();
        store.begin().unwrap();
        store.append(&append("ann", 1, 0, &["1"])).unwrap();
        let thief = |number| Append { actor: account("bob"), ..append("bob", number, 0, &["2"]) };
        let within = store.append(&thief(2));
        assert!(matches!(within, Err(AppendError::NotYourDevice)), "{within:?}");
        store.commit().unwrap();
        store.begin().unwrap();
        let after = store.append(&thief(2));
        assert!(matches!(after, Err(AppendError::NotYourDevice)), "{after:?}");
        store.append(&append("ann", 2, 1, &["3"])).unwrap();
        store.commit().unwrap();
        assert_eq!(store.reader().device(device("ann's phone")).unwrap(), Some((account("ann"), 2)));
        assert_eq!(store.reader().device(device("another")).unwrap(), None);
    }

    pub fn every_result_is_kept(place: &impl Place) {
        let refused = Outcome::Refused(Refusal::Attempt(attempt::Refusal::AnotherQuestion { current: 3 }));
        let outcomes = [Outcome::Accepted { version: Version(0), events: 0 }, refused, Outcome::Forbidden {}];
        let mut store = place.open();
        let appends: Vec<Append> =
            (1..).zip(&outcomes).map(|(number, outcome)| Append { outcome: outcome.clone(), ..append("ann", number, 0, &[]) }).collect();
        commit(&mut store, &appends.iter().collect::<Vec<_>>());
        for (number, outcome) in (1..).zip(outcomes) {
            let stored = store.reader().result(device("ann's phone"), number).unwrap();
            assert_eq!(stored, Some(StoredResult { command_hash: [number as u8; 16], outcome }));
        }
        assert_eq!(store.reader().result(device("ann's phone"), 4).unwrap(), None);
        assert_eq!(store.reader().result(device("another"), 1).unwrap(), None);
        assert_eq!(store.reader().last_position().unwrap(), Position(0));
    }

    pub fn a_second_result_is_an_error(place: &impl Place) {
        let mut store = place.open();
        commit(&mut store, &[&append("ann", 1, 0, &["1"])]);
        store.begin().unwrap();
        let second = store.append(&append("ann", 1, 1, &["2"]));
        assert!(matches!(second, Err(AppendError::Store(StoreError::Failed(_)))), "{second:?}");
        store.rollback();
        commit(&mut store, &[&append("ann", 2, 1, &["3"])]);
        assert_eq!(bodies(&store.reader().read_feed(&feed("ann"), 0, 9).unwrap()), ["1", "3"]);
    }

    pub fn feeds_are_numbered_without_gaps(place: &impl Place) {
        let mut store = place.open();
        commit(&mut store, &[&append("ann", 1, 0, &["1", "2"]), &append("bob", 2, 0, &["3"])]);
        commit(&mut store, &[&append("ann", 3, 2, &["4"])]);
        let all = store.reader().read_feed(&feed("all"), 0, 10).unwrap();
        assert_eq!(all.iter().map(|event| event.place.number).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(bodies(&all), ["2", "3", "4"]);
        assert_eq!(all.iter().map(|event| event.position.0).collect::<Vec<_>>(), [2, 3, 4]);
        let some = store.reader().read_feed(&feed("ann"), 1, 2).unwrap();
        assert_eq!((some[0].place.number, some.len(), bodies(&some)), (2, 2, vec!["2", "3"]));
        let head = |name| store.reader().feed_head(&feed(name)).unwrap();
        assert_eq!((head("ann").number, head("none")), (4, Default::default()));
        assert_eq!(bodies(&store.reader().read_feed(&feed("ann"), u64::MAX, usize::MAX).unwrap()), [] as [&str; 0]);
    }

    pub fn a_place_in_a_stream_is_one_in_the_log(place: &impl Place) {
        let mut store = place.open();
        commit(&mut store, &[&append("ann", 1, 0, &["1", "2"]), &append("bob", 2, 0, &["3"])]);
        store.begin().unwrap();
        store.append(&append("ann", 3, 2, &["4"])).unwrap();
        let places = |store: &_, name| [0, 1, 2, 3, 4, u64::MAX].map(|version| at(store, name, version));
        let own_view = [None, Some(1), Some(2), Some(4), None, None];
        assert_eq!(places(&store, "ann"), own_view, "what is not committed is seen by the writer itself");
        assert_eq!((at(&store, "bob", 1), at(&store, "bob", 2), at(&store, "nobody", 1)), (Some(3), None, None));
        store.rollback();
        assert_eq!(at(&store, "ann", 3), None);
        commit(&mut store, &[&append("ann", 3, 2, &["4"])]);
        assert_eq!(places(&store, "ann"), own_view);
    }

    /// Where in the log this version of a stream is.
    fn at(store: &impl EventStore, name: &str, version: u64) -> Option<u64> {
        store.position(&stream(name), Version(version)).unwrap().map(|position| position.0)
    }

    pub fn feeds_have_digests(place: &impl Place) {
        let mut store = place.open();
        let cause = EventId::derived(&["why"]);
        let appended =
            commit(&mut store, &[&append("ann", 1, 0, &["1", "2"]), &Append { cause: Some(cause), ..append("bob", 2, 0, &["2"]) }]);
        let (ann, all) = (feed("ann"), feed("all"));
        let before = [&ann, &all].map(|feed| assert_digests(&store.reader(), feed));
        assert_eq!(appended[1].places[0].iter().map(|place| place.digest).collect::<Vec<_>>(), before, "an append says them");
        assert_ne!(before[0], before[1]);
        // What did not happen leaves no trace in them.
        store.begin().unwrap();
        store.append(&append("ann", 3, 2, &["3"])).unwrap();
        store.rollback();
        assert_eq!([&ann, &all].map(|feed| assert_digests(&store.reader(), feed)), before);
        commit(&mut store, &[&append("ann", 3, 2, &["4"])]);
        drop(store);
        let mut store = place.open();
        commit(&mut store, &[&append("ann", 4, 3, &["5"])]);
        assert_ne!([&ann, &all].map(|feed| assert_digests(&store.reader(), feed)), before);
        assert_eq!(assert_digests(&store.reader(), &feed("none")), Digest::default());
    }

    pub fn a_rollback_forgets_everything(place: &impl Place) {
        let mut store = place.open();
        commit(&mut store, &[&append("ann", 1, 0, &["1"])]);
        store.begin().unwrap();
        let claim = Record::Claim { kind: "login", value: "x".into(), owner: "A".into() };
        store.append(&Append { records: vec![claim], ..append("ann", 2, 1, &["2", "3"]) }).unwrap();
        let other = Append { device: device("ann's laptop"), ..append("bob", 1, 0, &["4"]) };
        store.append(&other).unwrap();
        store.put(&Record::Setting("demo", "1".into())).unwrap();
        store.rollback();
        let reader = store.reader();
        assert_eq!((reader.last_position().unwrap(), reader.feed_head(&feed("ann")).unwrap().number), (Position(1), 1));
        assert_eq!((store.version(&stream("ann")).unwrap(), store.version(&stream("bob")).unwrap()), (Version(1), Version(0)));
        assert_eq!(reader.device(device("ann's laptop")).unwrap(), None);
        assert_eq!((reader.claim("login", "x").unwrap(), reader.setting("demo").unwrap()), (None, None));
        // And it goes on as if nothing had been: the same numbers, and the laptop is free for anybody.
        let again = commit(&mut store, &[&append("ann", 2, 1, &["5"]), &Append { actor: account("bob"), ..other }]);
        assert_eq!((again[0].first, numbers(&again[0])), (Position(2), vec![vec![2, 2]]));
        assert_eq!(bodies(&reader.read_feed(&feed("ann"), 0, 9).unwrap()), ["1", "5", "4"]);
    }

    pub fn a_reader_sees_only_what_is_committed(place: &impl Place) {
        let mut store = place.open();
        let reader = store.reader();
        store.begin().unwrap();
        store.append(&append("ann", 1, 0, &["1"])).unwrap();
        store.put(&Record::Person(account("ann"), "Ann".into())).unwrap();
        assert_eq!(reader.read_stream(&stream("ann"), Version(0)).unwrap().len(), 0);
        assert_eq!((reader.feed_head(&feed("ann")).unwrap().number, reader.person(account("ann")).unwrap()), (0, None));
        assert_eq!(reader.device(device("ann's phone")).unwrap(), None);
        store.commit().unwrap();
        assert_eq!(reader.read_stream(&stream("ann"), Version(0)).unwrap().len(), 1);
        assert_eq!(reader.person(account("ann")).unwrap().as_deref(), Some("Ann"));
    }

    pub fn what_was_not_committed_is_not_there_for_the_next_process(place: &impl Place) {
        let mut store = place.open();
        commit(&mut store, &[&append("ann", 1, 0, &["1"])]);
        store.begin().unwrap();
        store.append(&append("ann", 2, 1, &["2"])).unwrap();
        drop(store);
        let mut store = place.open();
        assert_eq!(bodies(&store.reader().read_feed(&feed("ann"), 0, 9).unwrap()), ["1"]);
        assert_eq!(store.reader().device(device("ann's phone")).unwrap(), Some((account("ann"), 1)));
        commit(&mut store, &[&append("ann", 2, 1, &["3"])]);
        assert_eq!(bodies(&store.reader().read_stream(&stream("ann"), Version(0)).unwrap()), ["1", "3"]);
    }

    pub fn the_directory_has_all_streams_but_attempts(place: &impl Place) {
        let key = AttemptKey { student: account("ann"), class: ClassId::derived(&["2B"]), unit: UnitId::derived(&["u"]), run: 1 };
        let streams = [
            StreamId::Course(CourseId::derived(&["c"])),
            StreamId::Attempt(key),
            StreamId::Class(key.class),
            StreamId::Account(key.student),
            StreamId::Course(CourseId::derived(&["c"])),
        ];
        let mut store = place.open();
        for (index, stream) in streams.into_iter().enumerate() {
            let expected = Version(u64::from(index == 4));
            commit(&mut store, &[&Append { stream, expected, ..append("", index as u64 + 1, 0, &["1"]) }]);
        }
        let told = store.reader().read_directory().unwrap();
        assert_eq!(told.iter().map(|event| event.position.0).collect::<Vec<_>>(), [1, 3, 4, 5]);
        assert_eq!(told.iter().map(|event| event.stream).collect::<Vec<_>>(), [streams[0], streams[2], streams[3], streams[4]]);
    }

    pub fn streams_are_listed_in_the_order_of_their_making(place: &impl Place) {
        let key = |student: &str, unit: &str, run| AttemptKey {
            student: account(student),
            class: ClassId::derived(&["2B"]),
            unit: UnitId::derived(&[unit]),
            run,
        };
        let made = [
            StreamId::Attempt(key("zoe", "u", 1)),
            StreamId::Course(CourseId::derived(&["c"])),
            StreamId::Attempt(key("ann", "v", 1)),
            StreamId::Attempt(key("ann", "u", 1)),
            StreamId::Attempt(key("ann", "u", 2)),
        ];
        let mut store = place.open();
        let part = format!("/{}/", UnitId::derived(&["u"]));
        assert_eq!(store.reader().streams("attempt", &part, 0, 9).unwrap(), []);
        for (number, stream) in (1..).zip(made) {
            commit(&mut store, &[&Append { stream, ..append("", number, 0, &["1"]) }]);
        }
        // More events do not move a stream, one without events is none, and what is not committed is not there.
        commit(&mut store, &[&Append { stream: made[0], expected: Version(1), ..append("", 6, 0, &["1"]) }]);
        commit(&mut store, &[&Append { stream: StreamId::Attempt(key("bob", "u", 1)), ..append("", 7, 0, &[]) }]);
        store.begin().unwrap();
        store.append(&Append { stream: StreamId::Attempt(key("eve", "u", 1)), ..append("", 8, 0, &["1"]) }).unwrap();
        store.rollback();
        let mut store = {
            drop(store);
            place.open()
        };
        let list = |after, limit| store.reader().streams("attempt", &part, after, limit).unwrap();
        let all = list(0, 9);
        assert_eq!(all.iter().map(|(_, stream)| *stream).collect::<Vec<_>>(), [made[0], made[3], made[4]]);
        assert!(all.is_sorted_by_key(|(number, _)| *number), "{all:?}");
        assert_eq!((list(0, 2), list(all[1].0, 2)), (all[..2].to_vec(), all[2..].to_vec()), "it goes on where it was");
        assert_eq!(list(all[2].0, 2), []);
        assert_eq!(store.reader().streams("att", &part, 0, 9).unwrap(), [], "a kind is a whole word");
        assert_eq!(store.reader().streams("course", "", 0, 9).unwrap().len(), 1);
        // One that is made later comes last.
        let late = StreamId::Attempt(key("abe", "u", 1));
        commit(&mut store, &[&Append { stream: late, ..append("", 8, 0, &["1"]) }]);
        let found = store.reader().streams("attempt", &part, all[2].0, 9).unwrap();
        assert_eq!(found.iter().map(|(_, stream)| *stream).collect::<Vec<_>>(), [late]);
    }

    pub fn the_log_of_a_kind_is_read_in_its_order(place: &impl Place) {
        let [b, a] = ["b", "a"].map(|name| StreamId::Course(CourseId::derived(&[name])));
        let mut store = place.open();
        for (number, (stream, expected)) in (1..).zip([(b, 0), (stream("ann"), 0), (a, 0), (b, 1), (stream("ann"), 1), (a, 1)]) {
            commit(&mut store, &[&Append { stream, expected: Version(expected), ..append("", number, 0, &[&number.to_string()]) }]);
        }
        let read = |after, limit| store.reader().read_log("course", Position(after), limit).unwrap();
        assert_eq!(bodies(&read(0, 9)), ["1", "3", "4", "6"]);
        assert_eq!(
            read(0, 9).iter().map(|event| (event.position.0, event.version.0)).collect::<Vec<_>>(),
            [(1, 1), (3, 1), (4, 2), (6, 2)]
        );
        assert_eq!((bodies(&read(1, 2)), bodies(&read(3, 9)), bodies(&read(6, 9))), (vec!["3", "4"], vec!["4", "6"], vec![]));
        assert_eq!(bodies(&store.reader().read_log("cours", Position(0), 9).unwrap()), [] as [&str; 0]);
    }

    pub fn entries_are_kept_by_kind_and_name(place: &impl Place) {
        let mut store = place.open();
        let put = |store: &mut _, entries: &[(&'static str, &str, Option<&str>)]| {
            let store: &mut _ = store;
            EventStore::begin(store).unwrap();
            for (kind, name, value) in entries {
                let record = Record::Entry { kind, name: (*name).into(), value: value.map(Into::into) };
                EventStore::put(store, &record).unwrap();
            }
        };
        put(&mut store, &[("token", "b", Some("2")), ("token", "a/x", Some("1")), ("tokens", "c", Some("3")), ("token", "ä", Some("4"))]);
        assert_eq!(store.reader().entries("token", "", 9).unwrap(), [], "not before the commit");
        store.commit().unwrap();
        put(&mut store, &[("token", "b", None)]);
        store.rollback();
        put(&mut store, &[("token", "ä", None), ("token", "none", None), ("token", "b", Some("5"))]);
        store.commit().unwrap();
        drop(store);
        let reader = place.open().reader();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(reader.entries("token", "", 9).unwrap(), [pair("a/x", "1"), pair("b", "5")]);
        assert_eq!(reader.entries("token", "", 1).unwrap(), [pair("a/x", "1")]);
        assert_eq!(reader.entries("token", "a/x", 9).unwrap(), [pair("b", "5")]);
        assert_eq!((reader.entries("tokens", "", 9).unwrap().len(), reader.entries("tok", "", 9).unwrap().len()), (1, 0));
    }

    fn idle(token_hash: [u8; 32]) -> KeptSession {
        let device = "Firefox on Linux".to_owned();
        KeptSession { idle_ms: 10, used: Timestamp(30), device, ..KeptSession::until(Timestamp(100), account("eve"), token_hash) }
    }

    pub fn records_are_kept(place: &impl Place) {
        let document = Document::of(&"a paper");
        let mut store = place.open();
        store.begin().unwrap();
        for record in [
            Record::Person(account("ann"), "Ann".into()),
            Record::Person(account("ann"), "Ann B.".into()),
            Record::Credential(account("ann"), "$argon2id$…".into()),
            Record::Document(document.clone()),
            Record::Document(document.clone()),
            Record::Document(Document::of(&"a note")),
            Record::DocumentErased(Document::of(&"a note").hash),
            Record::DocumentErased(Document::of(&"none").hash),
            Record::Session(KeptSession::until(Timestamp(100), account("ann"), [1; 32])),
            Record::Session(KeptSession::until(Timestamp(100), account("bob"), [2; 32])),
            Record::Setting("demo", "0".into()),
            Record::Setting("demo", "1".into()),
            Record::SessionEnded([2; 32]),
            Record::SessionEnded([3; 32]),
            Record::Session(KeptSession::until(Timestamp(50), account("ann"), [4; 32])),
            Record::Session(KeptSession::until(Timestamp(51), account("ann"), [5; 32])),
            Record::Session(idle([11; 32])),
            Record::Session(idle([12; 32])),
            Record::Session(idle([13; 32])),
            Record::SessionUsed([11; 32], Timestamp(75)),
            Record::SessionUsed([11; 32], Timestamp(74)),
            Record::SessionUsed([12; 32], Timestamp(70)),
            Record::SessionUsed([14; 32], Timestamp(70)),
            Record::SessionsExpired(Timestamp(50)),
            Record::Session(KeptSession::until(Timestamp(100), account("cem"), [6; 32])),
            Record::Session(KeptSession::until(Timestamp(100), account("cem"), [7; 32])),
            Record::SessionsOfEnded(account("cem")),
            Record::Session(KeptSession { begun: Timestamp(7), ..KeptSession::until(Timestamp(100), account("dan"), [8; 32]) }),
            Record::Session(KeptSession { begun: Timestamp(8), ..KeptSession::until(Timestamp(100), account("dan"), [9; 32]) }),
            Record::Session(KeptSession::until(Timestamp(100), account("dan"), [10; 32])),
            Record::SessionsOfEndedBut(account("dan"), [8; 32]),
        ] {
            store.put(&record).unwrap();
        }
        store.commit().unwrap();
        let reader = store.reader();
        assert_eq!(reader.person(account("ann")).unwrap().as_deref(), Some("Ann B."));
        assert_eq!(reader.credential(account("ann")).unwrap().as_deref(), Some("$argon2id$…"));
        assert_eq!((reader.person(account("bob")).unwrap(), reader.credential(account("bob")).unwrap()), (None, None));
        assert_eq!(reader.document(document.hash).unwrap().as_deref(), Some(&document.bytes[..]));
        assert_eq!(reader.document(Document::of(&"none").hash).unwrap(), None);
        assert_eq!(reader.document(Document::of(&"a note").hash).unwrap(), None, "erased");
        assert_eq!(reader.session(&[1; 32], Timestamp(99)).unwrap(), Some(account("ann")));
        assert_eq!(reader.session(&[1; 32], Timestamp(100)).unwrap(), None, "over at the moment it expires");
        assert_eq!(reader.session(&[4; 32], Timestamp(0)).unwrap(), None, "cleared away");
        assert_eq!(reader.session(&[5; 32], Timestamp(0)).unwrap(), Some(account("ann")));
        assert_eq!(reader.session(&[2; 32], Timestamp(0)).unwrap(), None, "ended");
        assert_eq!([6, 7].map(|token| reader.session(&[token; 32], Timestamp(0)).unwrap()), [None; 2], "all of an account's ended");
        let left: Vec<_> = reader.sessions_of(account("dan")).unwrap().into_iter().map(|session| session.token_hash).collect();
        assert_eq!(left, [[8; 32]], "all but one");
        let used = KeptSession { used: Timestamp(75), ..idle([11; 32]) };
        assert_eq!(reader.kept_session(&[11; 32]).unwrap(), Some(used), "used last at the latest moment that was told");
        let over = |token: u8, now| reader.session(&[token; 32], Timestamp(now)).unwrap().is_none();
        assert_eq!([over(11, 84), over(11, 85), over(12, 79), over(12, 80)], [false, true, false, true], "over when nobody used it");
        assert_eq!(reader.kept_session(&[13; 32]).unwrap(), None, "and then cleared away");
        let eve: Vec<_> = reader.sessions_of(account("eve")).unwrap().into_iter().map(|session| session.token_hash).collect();
        assert_eq!(eve, [[11; 32], [12; 32]]);
        assert_eq!((reader.setting("demo").unwrap().as_deref(), reader.setting("none").unwrap()), (Some("1"), None));
    }

    pub fn the_trail_is_cut_by_age_and_by_number(place: &impl Place) {
        let row = |at: i64| Trailed {
            at: Timestamp(at),
            what: "refused".into(),
            who: None,
            whom: Some(account("ann")),
            device: "Firefox on Linux".into(),
            times: 3,
        };
        let mut store = place.open();
        store.begin().unwrap();
        (1..=9).for_each(|at| store.put(&Record::Trail(row(at))).unwrap());
        store.rollback();
        store.begin().unwrap();
        (1..=9).for_each(|at| store.put(&Record::Trail(row(at))).unwrap());
        store.commit().unwrap();
        let all = store.reader().trail(u64::MAX, 100).unwrap();
        assert_eq!(all.iter().map(|(_, row)| row.clone()).collect::<Vec<_>>(), (1..=9).rev().map(row).collect::<Vec<_>>());
        assert_eq!(store.reader().trail(all[2].0, 2).unwrap(), all[3..5]);
        for (before, newest, left) in [(0, 100, 1..=9), (3, 100, 3..=9), (0, 4, 6..=9), (8, 4, 8..=9)] {
            store.begin().unwrap();
            store.put(&Record::TrailCut(Timestamp(before), newest)).unwrap();
            store.commit().unwrap();
            let rows: Vec<_> = store.reader().trail(u64::MAX, 100).unwrap().into_iter().map(|(_, row)| row).collect();
            assert_eq!(rows, left.rev().map(row).collect::<Vec<_>>(), "cut before {before}, {newest} left");
        }
        store.begin().unwrap();
        store.put(&Record::TrailCut(Timestamp(100), 0)).unwrap();
        store.put(&Record::Trail(row(10))).unwrap();
        store.commit().unwrap();
        let (number, _) = store.reader().trail(u64::MAX, 1).unwrap().remove(0);
        assert!(number > all[0].0, "no number is given twice");
    }

    pub fn the_next_process_finds_everything(place: &impl Place) {
        let mut store = place.open();
        let log = store.reader().log();
        commit(&mut store, &[&append("ann", 1, 0, &["1", "2"]), &append("bob", 2, 0, &["3"])]);
        drop(store);
        let mut store = place.open();
        assert_eq!((store.reader().log(), store.reader().last_position().unwrap()), (log, Position(3)));
        assert_eq!(store.version(&stream("ann")).unwrap(), Version(2));
        let next = commit(&mut store, &[&append("ann", 3, 2, &["4"])]).remove(0);
        assert_eq!((next.first, next.version, numbers(&next)), (Position(4), Version(3), vec![vec![4, 3]]));
    }

    pub fn nothing_is_written_outside_a_transaction(place: &impl Place) {
        let mut store = place.open();
        assert!(store.append(&append("ann", 1, 0, &["1"])).is_err());
        assert!(store.put(&Record::Setting("demo", "1".into())).is_err());
        assert!(store.commit().is_err());
        store.begin().unwrap();
        assert!(store.begin().is_err());
        store.rollback();
        commit(&mut store, &[&append("ann", 1, 0, &["1"])]);
    }
}

/// An event may be in no feed at all, and in many.
#[test]
fn the_shape_of_an_append_is_free() {
    let nowhere = NewEvent { body: raw("1"), feeds: vec![] };
    let wide = NewEvent { body: raw("2"), feeds: (0..9).map(|n| Feed::Student(AccountId::derived(&[&n.to_string()]))).collect() };
    let place = crate::places::Sqlite::default();
    let mut store = place.open();
    let appended = commit(&mut store, &[&Append { events: vec![nowhere, wide], ..append("ann", 1, 0, &[]) }]).remove(0);
    assert_eq!(numbers(&appended), [vec![], vec![1; 9]]);
}

/// Appends all in one transaction.
fn commit(store: &mut impl EventStore, appends: &[&Append]) -> Vec<Appended> {
    store.begin().unwrap();
    let appended = appends.iter().map(|append| store.append(append).unwrap()).collect();
    store.commit().unwrap();
    appended
}

/// The numbers that an append got, for each event in its feeds.
fn numbers(appended: &Appended) -> Vec<Vec<u64>> {
    appended.places.iter().map(|places| places.iter().map(|place| place.number).collect()).collect()
}

/// Each feed's digest is the running hash over what is read of it, wherever it is asked for; says the last.
pub fn assert_digests(reader: &impl StoreReader, feed: &Feed) -> Digest {
    let mut digest = Digest::default();
    let events = reader.read_feed(feed, 0, usize::MAX).unwrap();
    assert_eq!(reader.digest_at(feed, 0).unwrap(), Some(digest));
    for event in &events {
        digest = digest.then(Shared::of(&event.stream, event.actor, event.device), &event.entry());
        assert_eq!(event.place.digest, digest, "{feed} at {}", event.place.number);
        assert_eq!(reader.digest_at(feed, event.place.number).unwrap(), Some(digest));
    }
    assert_eq!(reader.feed_head(feed).unwrap(), events.last().map(|event| event.place).unwrap_or_default());
    for beyond in [events.len() as u64 + 1, u64::MAX] {
        assert_eq!(reader.digest_at(feed, beyond).unwrap(), None);
    }
    digest
}

fn bodies(events: &[Filed]) -> Vec<&str> {
    events.iter().map(|event| event.body.get()).collect()
}

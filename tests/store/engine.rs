//! The engine over each store: what a device is told, what is stored, and what a crash or a failing disk leaves.

mod asked;
mod claims;
mod failing;
mod filing;
mod operations;
mod quota;
mod reactor;

use crate::{
    places::{Place, append},
    school::{NOW, School, accepted, answer, assign, bare, device, envelope, nonsense, refused, school, unit},
};
use domain::{
    attempt::{self, AttemptKey, Refusal as No},
    command::{Command, Refusal},
    event::{Event, Position, StreamId, Version},
    feeds::Feed,
    ids::{ClassId, DeviceId, UnitId},
    protocol::{BODY_BYTES_MAX, Outcome, Reply},
};
use server::{
    engine::{Answer, Ended, Work},
    store::{Append, EventStore, KeptSession, Record, StoreReader},
};

crate::over_every_store! { rules:
    a_student_starts_answers_and_goes_on
    a_resent_command_gets_the_same_result_and_does_nothing
    a_resend_in_the_same_batch_is_a_resend_too
    a_reply_says_where_its_effect_can_be_seen
    an_old_number_with_other_content_is_to_be_renumbered
    a_gap_is_asked_for
    a_device_serves_one_account
    nobody_takes_the_operators_device
    anothers_stream_is_forbidden
    what_cannot_be_read_has_a_result_and_the_next_number_goes_on
    a_unit_that_is_not_assigned_is_refused
    of_two_devices_one_answer_is_accepted
    what_is_published_is_what_is_stored
    a_crash_loses_nothing_acknowledged
    the_next_process_has_the_same_directory
    a_session_begins_and_ends
}

mod rules {
    use super::*;

    pub fn a_student_starts_answers_and_goes_on(place: &impl Place) {
        let mut school = school(place);
        assert_eq!(school.attempt("ann", 1, school.start()), accepted(2, 2));
        for ordinal in 1..=5_u32 {
            let (version, number) = (u64::from(ordinal) * 2, u64::from(ordinal) * 2);
            assert_eq!(school.attempt("ann", number, answer(ordinal, "4")), accepted(version + 1, 1));
            let finished = u16::from(ordinal == 5);
            let next = attempt::Command::NextQuestion { ordinal };
            assert_eq!(school.attempt("ann", number + 1, next), accepted(version + 2 + u64::from(finished), 1 + finished));
        }
        let finished = school.events(school.stream("ann")).iter().any(|event| event.body.get() == r#"{"SectionFinished":{}}"#);
        assert!(finished, "five in a row finish the section");
    }

    pub fn a_resent_command_gets_the_same_result_and_does_nothing(place: &impl Place) {
        let mut school = school(place);
        school.attempt("ann", 1, school.start());
        let first = school.attempt("ann", 2, answer(1, "4"));
        let no = school.attempt("ann", 3, answer(3, "4"));
        assert_eq!(no, refused(No::AnotherQuestion { current: 1 }));
        let total = school.total();
        for _ in 0..2 {
            assert_eq!(school.attempt("ann", 2, answer(1, "4")), first);
            assert_eq!(school.attempt("ann", 3, answer(3, "4")), no);
            assert_eq!(school.total(), total);
            drop(school);
            school = bare(place);
        }
        assert_eq!(school.attempt("ann", 4, attempt::Command::NextQuestion { ordinal: 1 }), accepted(4, 1));
    }

    pub fn a_resend_in_the_same_batch_is_a_resend_too(place: &impl Place) {
        let mut school = school(place);
        let start = || school.work("ann", "ann's phone", envelope(1, &Command::Attempt(school.key("ann"), school.start())));
        let other = school.work("ann", "ann's phone", envelope(1, &Command::Attempt(school.key("ann"), answer(1, "4"))));
        let (work, total) = (vec![start(), start(), other], school.total());
        let batch = school.run(work);
        let result = Answer::Reply(accepted(2, 2), Some(Position(total + 2)));
        assert_eq!(batch.answers, [result.clone(), result, Answer::Reply(Reply::Renumber {}, None)]);
        assert_eq!((batch.published.len(), school.events(school.stream("ann")).len()), (2, 2));
    }

    /// Fresh, again in the same batch, again later, after a restart, and where there was nothing to do any more.
    pub fn a_reply_says_where_its_effect_can_be_seen(place: &impl Place) {
        let mut school = school(place);
        let start = school.start();
        let gives = |school: &School<_>, on: &str, number, command| {
            school.work("ann", on, envelope(number, &Command::Attempt(school.key("ann"), command)))
        };
        let right = |school: &School<_>| gives(school, "ann's phone", 2, answer(1, "4"));
        let total = school.total();
        let place_of = |answer: Answer| match answer {
            Answer::Reply(_, position) => position.map(|position| position.0 - total),
            other => panic!("not the answer to a command: {other:?}"),
        };
        let first = gives(&school, "ann's phone", 1, start.clone());
        // Bob's, so that the last event of the log is another.
        let other = school.work("bob", "bob's phone", envelope(1, &Command::Attempt(school.key("bob"), start.clone())));
        let work = vec![first, right(&school), other, right(&school), gives(&school, "ann's laptop", 1, answer(1, "4"))];
        let places: Vec<_> = school.run(work).answers.into_iter().map(place_of).collect();
        assert_eq!(places, [Some(2), Some(3), Some(5), Some(3), Some(3)]);
        for _ in 0..2 {
            let work =
                vec![right(&school), gives(&school, "ann's phone", 1, start.clone()), gives(&school, "ann's laptop", 1, answer(1, "4"))];
            let places: Vec<_> = school.run(work).answers.into_iter().map(place_of).collect();
            assert_eq!(places, [Some(3), Some(2), Some(3)]);
            drop(school);
            school = bare(place);
        }
        let no = vec![gives(&school, "ann's phone", 3, answer(9, "4")), gives(&school, "ann's phone", 9, answer(1, "4"))];
        assert!(school.run(no).answers.into_iter().all(|answer| place_of(answer).is_none()), "what was not accepted has none");
    }

    pub fn an_old_number_with_other_content_is_to_be_renumbered(place: &impl Place) {
        let mut school = school(place);
        school.attempt("ann", 1, school.start());
        school.attempt("ann", 2, answer(1, "4"));
        let total = school.total();
        assert_eq!(school.attempt("ann", 2, answer(1, "5")), Reply::Renumber {}, "another body");
        let mut later = envelope(2, &Command::Attempt(school.key("ann"), answer(1, "4")));
        later.at.0 += 1;
        assert_eq!(school.send("ann", later), Reply::Renumber {}, "another time");
        let elsewhere = envelope(2, &Command::Attempt(school.key("bob"), answer(1, "4")));
        assert_eq!(school.send("ann", elsewhere), Reply::Renumber {}, "another stream");
        assert_eq!((school.total(), last(&school.engine.reader(), "ann's phone")), (total, 2));
    }

    pub fn a_gap_is_asked_for(place: &impl Place) {
        let mut school = school(place);
        for number in [0, 2, u64::MAX] {
            assert_eq!(school.attempt("ann", number, school.start()), Reply::Gap(1));
        }
        school.attempt("ann", 1, school.start());
        assert_eq!(school.attempt("ann", 3, answer(1, "4")), Reply::Gap(2));
        assert_eq!(school.attempt("ann", 2, answer(1, "4")), accepted(3, 1));
    }

    pub fn a_device_serves_one_account(place: &impl Place) {
        let mut school = school(place);
        school.attempt("ann", 1, school.start());
        let total = school.total();
        let start = envelope(2, &Command::Attempt(school.key("bob"), school.start()));
        let theft = school.work("bob", "ann's phone", start);
        assert_eq!(school.run_one(theft), Reply::NotYourDevice {});
        assert_eq!((school.total(), last(&school.engine.reader(), "ann's phone")), (total, 1));
    }

    pub fn nobody_takes_the_operators_device(place: &impl Place) {
        let mut school = bare(place);
        let log = school.engine.reader().log().to_string();
        let account = school.account("ann");
        let envelope = nonsense(1, "account", "{}");
        let theft = Work::Command { account, device: DeviceId::derived(&[&log, "operator"]), envelope, arrival: None };
        assert_eq!(school.run_one(theft), Reply::NotYourDevice {});
        school.operate(crate::school::add("ann", domain::account::Role::Student, None)).expect("the operator's device is free");
    }

    pub fn anothers_stream_is_forbidden(place: &impl Place) {
        let mut school = school(place);
        let total = school.total();
        let forbidden = Reply::Result(Outcome::Forbidden {});
        let start = envelope(1, &Command::Attempt(school.key("bob"), school.start()));
        assert_eq!(school.send("ann", start), forbidden, "another student's attempt");
        let assign = envelope(2, &assign(school.class(), unit()));
        assert_eq!(school.send("ann", assign), forbidden, "a student's assignment");
        let start = envelope(1, &Command::Attempt(school.key("tess"), school.start()));
        assert_eq!(school.send("tess", start), forbidden, "a teacher's attempt");
        let start = envelope(1, &Command::Attempt(school.key("ann"), school.start()));
        assert_eq!(school.send("nobody", start), forbidden, "no account at all");
        assert_eq!((school.total(), last(&school.engine.reader(), "ann's phone")), (total, 2));
    }

    pub fn what_cannot_be_read_has_a_result_and_the_next_number_goes_on(place: &impl Place) {
        let mut school = school(place);
        let stream = school.stream("ann").to_string();
        let unreadable = Reply::Result(Outcome::Refused(Refusal::Unreadable));
        let long = format!("{:?}", "x".repeat(BODY_BYTES_MAX));
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        let total = school.total();
        for (number, (stream, body, reply)) in (1..).zip([
            (stream.as_str(), r#"{"Teleport":{}}"#, unreadable.clone()),
            (stream.as_str(), "null", unreadable.clone()),
            (stream.as_str(), &deep, unreadable.clone()),
            ("", "{}", unreadable.clone()),
            ("attempt/x/y/z/1", "{}", unreadable.clone()),
            (&format!("{stream}1/"), "{}", unreadable),
            (stream.as_str(), &long, Reply::Result(Outcome::Refused(Refusal::TooLarge))),
        ]) {
            assert_eq!(school.send("ann", nonsense(number, stream, body)), reply, "{number}");
            assert_eq!(school.send("ann", nonsense(number, stream, body)), reply, "{number}, again");
        }
        assert_eq!(school.total(), total);
        assert_eq!(school.attempt("ann", 8, school.start()), accepted(2, 2));
    }

    pub fn a_unit_that_is_not_assigned_is_refused(place: &impl Place) {
        let mut school = school(place);
        let key = AttemptKey { student: school.account("ann"), class: school.class(), unit: unit(), run: 1 };
        for (number, key) in (1..)
            .zip([AttemptKey { unit: UnitId::derived(&["another"]), ..key }, AttemptKey { class: ClassId::derived(&["another"]), ..key }])
        {
            let start = envelope(number, &Command::Attempt(key, school.start()));
            assert_eq!(school.send("ann", start), refused(No::NotAssigned));
            assert!(school.events(StreamId::Attempt(key)).is_empty());
        }
        let start = envelope(1, &Command::Attempt(AttemptKey { student: school.account("eve"), ..key }, school.start()));
        assert_eq!(school.send("eve", start), refused(No::NotAssigned), "in no class");
        let second = envelope(3, &Command::Attempt(AttemptKey { run: 2, ..key }, school.start()));
        assert_eq!(school.send("ann", second), refused(No::EarlierRunOpen));
        let mut edition = school.edition();
        edition.number = 2;
        assert_eq!(school.attempt("ann", 4, attempt::Command::Start { edition }), refused(No::NotPublished));
    }

    pub fn of_two_devices_one_answer_is_accepted(place: &impl Place) {
        let mut school = school(place);
        school.attempt("ann", 1, school.start());
        let give = |device: &str, number, input| {
            school.work("ann", device, envelope(number, &Command::Attempt(school.key("ann"), answer(1, input))))
        };
        let work = vec![give("ann's phone", 2, "4"), give("ann's laptop", 1, "four")];
        let (total, answers) = (school.total(), school.run(work).answers);
        let first = Answer::Reply(accepted(3, 1), Some(Position(total + 1)));
        assert_eq!(answers, [first, Answer::Reply(refused(No::AlreadyAnswered), None)]);
        assert_eq!(school.events(school.stream("ann")).len(), 3);
        let same = school.work("ann", "ann's laptop", envelope(2, &Command::Attempt(school.key("ann"), answer(1, "4"))));
        assert_eq!(school.run_one(same), accepted(3, 0), "the same answer is no news");
    }

    pub fn what_is_published_is_what_is_stored(place: &impl Place) {
        let mut school = school(place);
        let before = school.total();
        let start =
            |who: &str| school.work(who, &format!("{who}'s phone"), envelope(1, &Command::Attempt(school.key(who), school.start())));
        let work = vec![start("ann"), start("bob")];
        let batch = school.run(work);
        assert!(batch.directory.is_none(), "attempts say nothing of who may read what");
        let positions = batch.published.iter().map(|published| published.event.position.0);
        assert!(positions.eq(before + 1..=before + 4), "in the log's order");
        let staff = Feed::Staff(school.class());
        for published in &batch.published {
            let feeds: Vec<Feed> = published.feeds.iter().map(|(feed, _)| *feed).collect();
            let StreamId::Attempt(key) = published.event.stream else { panic!("not an attempt's event") };
            assert_eq!(feeds, [Feed::Student(key.student), staff]);
            for (feed, place) in &published.feeds {
                let stored = school.engine.reader().read_feed(feed, place.number - 1, 1).unwrap().remove(0);
                assert_eq!(stored.place, *place);
                let event = server::store::Filed { place: *place, ..published.event.as_ref().clone() };
                assert_eq!(format!("{stored:?}"), format!("{event:?}"));
            }
        }
        assert!(matches!(Event::read(&batch.published[0].event.stream, batch.published[0].event.body.get()), Event::Attempt(..)));
        assert_eq!((batch.published[0].event.recorded, batch.published[0].event.claimed.0), (NOW, NOW.0 - 500));
    }

    pub fn a_crash_loses_nothing_acknowledged(place: &impl Place) {
        let mut school = school(place);
        school.attempt("ann", 1, school.start());
        school.attempt("ann", 2, answer(1, "4"));
        let stream = school.stream("ann");
        let stored: Vec<String> = school.events(stream).iter().map(|event| format!("{event:?}")).collect();
        drop(school);
        // The next process dies inside a transaction.
        let mut store = place.open();
        store.begin().unwrap();
        let answer_lost = Append { stream, expected: Version(3), ..append("", 1, 0, &["1"]) };
        store.append(&Append { device: device("another"), ..answer_lost }).unwrap();
        drop(store);
        let mut school = bare(place);
        let after: Vec<String> = school.events(stream).iter().map(|event| format!("{event:?}")).collect();
        assert_eq!(after, stored);
        assert_eq!(school.attempt("ann", 2, answer(1, "4")), accepted(3, 1));
        assert_eq!(school.attempt("ann", 3, attempt::Command::NextQuestion { ordinal: 1 }), accepted(4, 1), "the state is replayed");
    }

    pub fn the_next_process_has_the_same_directory(place: &impl Place) {
        let mut school = school(place);
        let remove = Command::Class(school.class(), domain::class::Command::RemoveStudent { student: school.account("bob") });
        let remove = school.work("tess", "tess's phone", envelope(1, &remove));
        let batch = school.run(vec![remove]);
        assert!(batch.directory.is_some_and(|directory| directory.as_ref() == school.engine.directory().as_ref()));
        let directory = school.engine.directory().as_ref().clone();
        assert_eq!(directory.class(school.class()).map(|class| class.students.len()), Some(1));
        drop(school);
        assert_eq!(bare(place).engine.directory().as_ref(), &directory);
    }

    pub fn a_session_begins_and_ends(place: &impl Place) {
        let mut store = place.open();
        store.begin().unwrap();
        store.put(&Record::Session(KeptSession::until(NOW, domain::ids::AccountId::derived(&["bob"]), [6; 32]))).unwrap();
        store.commit().unwrap();
        drop(store);
        let mut school = bare(place);
        let (token_hash, account) = ([7; 32], school.account("ann"));
        let expires = domain::time::Timestamp(NOW.0 + 1);
        let session = KeptSession::until(expires, account, token_hash);
        let before = KeptSession::until(expires, school.account("tess"), [5; 32]);
        assert_eq!(school.run(vec![Work::SignIn { session: before, instead_of: None }]).answers, [Answer::Done]);
        let batch = school.run(vec![Work::SignIn { session, instead_of: Some([5; 32]) }]);
        assert_eq!((batch.answers, batch.ended), (vec![Answer::Done], vec![Ended::Session([5; 32])]));
        assert_eq!(school.engine.reader().kept_session(&[5; 32]).unwrap(), None, "one browser has one session");
        assert_eq!(school.engine.reader().session(&token_hash, NOW).unwrap(), Some(account));
        let long_ago = domain::time::Timestamp(0);
        assert_eq!(school.engine.reader().session(&[6; 32], long_ago).unwrap(), None, "what has expired is cleared away with a sign-in");
        let later = domain::time::Timestamp(NOW.0 + 7);
        assert_eq!(school.run(vec![Work::SessionUsed { token_hash, at: later }]).answers, [Answer::Done]);
        assert_eq!(school.engine.reader().kept_session(&token_hash).unwrap().map(|session| session.used), Some(later));
        assert_eq!(school.run(vec![Work::SignOut { token_hash }]).answers, [Answer::Done]);
        assert_eq!(school.engine.reader().session(&token_hash, NOW).unwrap(), None);
    }
}

fn last(reader: &impl StoreReader, name: &str) -> u64 {
    reader.device(device(name)).unwrap().map_or(0, |(_, last)| last)
}

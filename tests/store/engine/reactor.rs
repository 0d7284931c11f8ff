//! The reactor over each store: what events cause is done once, whatever happens in between, and what cannot be done holds nothing else up.

use super::failing::Failing;
use crate::{
    places::{Place, append, device},
    school::{NOW, School, add, answer, bare, course, envelope, publish, school, sums, unit},
};
use domain::{
    account::Role,
    attempt::{self, AttemptKey, Judgement, Regraded},
    command::Command,
    content::{Correction, Input, edition::Document},
    course::Command as CourseCommand,
    event::{Event, Recorded, StreamId, Version},
    feeds::{self, Feed},
    ids::{AccountId, DeviceId, EventId, QuestionId},
    processes,
    protocol::{Outcome, Reply},
};
use server::{
    engine::{Batch, Engine, Operation, Reacting, Work},
    store::{Append, EventStore, NewEvent, Record, StoreReader},
};
use std::sync::atomic::Ordering;

crate::over_every_store! { rules:
    a_correction_has_every_attempt_graded_again_once
    what_is_taken_back_is_as_it_was
    it_goes_on_where_it_was_in_the_next_process
    that_it_is_done_already_is_no_news
    commands_come_between
    what_cannot_be_done_is_parked_and_holds_nothing_up
    a_later_correction_is_not_taken_back_by_a_late_one
    what_does_not_grade_causes_nothing
    later_editions_are_not_concerned
    nobody_takes_a_process_managers_device
    a_failing_disk_leaves_nothing_half_done
}

const STUDENTS: [&str; 3] = ["ann", "bob", "cem"];

/// Three students who have each answered 5 to the one question there is, where 4 is right.
fn answered<P: Place>(place: &P) -> School<P::Store> {
    let mut school = school(place);
    school.operate(add("cem", Role::Student, Some("2B"))).expect("the account is new");
    school.operate(publish(sums(1), Some("2B"))).expect("the course is sound");
    for who in STUDENTS {
        begin(&mut school, who, "5");
    }
    assert!(settle(&mut school, 64).is_empty(), "nothing was caused");
    school
}

fn begin<S: EventStore>(school: &mut School<S>, who: &str, input: &str) {
    let start = school.start();
    school.attempt(who, 1, start);
    assert!(matches!(school.attempt(who, 2, answer(1, input)), Reply::Result(Outcome::Accepted { .. })));
}

fn question() -> QuestionId {
    QuestionId::derived(&["0"])
}

fn accept(input: &str) -> CourseCommand {
    let correction = Correction::AcceptToo { inputs: vec![Input::Text(input.into())] };
    CourseCommand::Correct { unit: unit(), question: question(), correction, harm_nobody: false }
}

/// Tess says something of the course.
fn tess<S: EventStore>(school: &mut School<S>, number: u64, command: CourseCommand) {
    let reply = school.send("tess", envelope(number, &Command::Course(course(), command)));
    assert!(matches!(reply, Reply::Result(Outcome::Accepted { events: 1, .. })), "{reply:?}");
}

/// Lets the reactor do all there is, so many streams at a time; what it did, piece by piece.
fn settle<S: EventStore>(school: &mut School<S>, streams_max: usize) -> Vec<Batch> {
    let mut batches = Vec::new();
    while school.engine.has_reactions() {
        batches.extend(school.engine.react(streams_max, NOW).expect("the store works"));
    }
    assert_eq!(school.engine.react(streams_max, NOW).expect("the store works").map(|batch| batch.published.len()), None);
    batches
}

fn regraded<S: EventStore>(school: &School<S>, who: &str) -> Vec<(Recorded, Regraded)> {
    let events = school.events(school.stream(who)).into_iter();
    events
        .filter_map(|filed| match Event::read(&filed.stream, filed.body.get()) {
            Event::Attempt(_, attempt::Event::AnswerRegraded(regraded)) => Some((server_recorded(&filed), regraded)),
            _ => None,
        })
        .collect()
}

fn server_recorded(filed: &server::store::Filed) -> Recorded {
    let server::store::Filed { stream, version, position, actor, device, command, index, cause, claimed, recorded, .. } = filed.clone();
    let event = Event::read(&stream, filed.body.get());
    Recorded { version, position, actor, device, command, index, cause, claimed, recorded, event }
}

fn reacting<S: EventStore>(school: &mut School<S>) -> Reacting {
    school.engine.look_ahead().expect("the store works");
    school.engine.reacting()
}

/// How often each student was graded again.
fn times<S: EventStore>(school: &School<S>) -> [usize; 3] {
    STUDENTS.map(|who| regraded(school, who).len())
}

fn causing<S: EventStore>(school: &School<S>) -> Vec<EventId> {
    let events = school.events(StreamId::Course(course()));
    events.iter().map(server_recorded).skip_while(|event| event.actor != school.account("tess")).map(|event| event.id()).collect()
}

mod rules {
    use super::*;

    pub fn a_correction_has_every_attempt_graded_again_once(place: &impl Place) {
        let mut school = answered(place);
        // One who answered right is not concerned, nor is one who comes later.
        school.operate(add("dan", Role::Student, Some("2B"))).unwrap();
        begin(&mut school, "dan", "4");
        tess(&mut school, 1, accept("5"));
        assert_eq!(times(&school), [0; 3], "nobody waits for it");
        let pieces = settle(&mut school, 2);
        assert_eq!(pieces.iter().map(|batch| batch.published.len()).collect::<Vec<_>>(), [2, 1, 0]);
        assert!(pieces.iter().all(|batch| batch.answers.is_empty() && batch.directory.is_none()));
        let cause = causing(&school)[0];
        for (number, who) in (1..).zip(STUDENTS) {
            let [(recorded, regraded)] = &regraded(&school, who)[..] else { panic!("{who} is graded again once") };
            assert_eq!((recorded.cause, recorded.actor, recorded.command), (Some(cause), school.account("tess"), number));
            assert!(processes::is_process(recorded.device));
            assert_eq!((regraded.correction, regraded.answers.len()), (1, 1));
            assert_eq!((regraded.answers[0].from, regraded.answers[0].to), (Judgement::Wrong, Judgement::Right));
            for feed in [Feed::Student(school.account(who)), Feed::Staff(school.class())] {
                let read = school.engine.reader().read_feed(&feed, 0, 100).unwrap();
                assert!(read.iter().any(|event| event.position == recorded.position), "{feed}");
            }
        }
        assert_eq!(regraded(&school, "dan"), []);
        begin_late(&mut school);
        let (status, total) = (reacting(&mut school), school.total());
        assert_eq!((status.waiting, status.parked, status.stopped), (0, 0, None));
        settle(&mut school, 64);
        assert_eq!(school.total(), total);
    }

    fn begin_late<S: EventStore>(school: &mut School<S>) {
        school.operate(add("fay", Role::Student, Some("2B"))).unwrap();
        begin(school, "fay", "5");
        let right = school.events(school.stream("fay")).iter().any(|event| event.body.get().contains("AnsweredCorrectly"));
        assert!(right, "the corrected key grades what comes after");
    }

    pub fn what_is_taken_back_is_as_it_was(place: &impl Place) {
        let mut school = answered(place);
        tess(&mut school, 1, accept("5"));
        settle(&mut school, 64);
        tess(&mut school, 2, CourseCommand::UndoCorrection { number: 1 });
        settle(&mut school, 1);
        for who in STUDENTS {
            let [(_, there), (recorded, back)] = &regraded(&school, who)[..] else { panic!("{who} is graded again twice") };
            assert_eq!((back.correction, recorded.cause), (2, Some(causing(&school)[1])));
            assert_eq!((back.after, back.before), (there.before, there.after));
        }
        // Both before the reactor comes: the same in the end.
        tess(&mut school, 3, accept("5"));
        tess(&mut school, 4, CourseCommand::UndoCorrection { number: 3 });
        assert_eq!(school.engine.react(2, NOW).unwrap().map(|batch| batch.published.len()), Some(2));
        assert_eq!(reacting(&mut school).waiting, 2);
        settle(&mut school, 2);
        assert_eq!(times(&school), [4; 3]);
    }

    pub fn it_goes_on_where_it_was_in_the_next_process(place: &impl Place) {
        let mut school = answered(place);
        tess(&mut school, 1, accept("5"));
        for done in 1..=3 {
            assert_eq!(school.engine.react(1, NOW).unwrap().map(|batch| batch.published.len()), Some(1));
            assert_eq!(times(&school).iter().sum::<usize>(), done);
            drop(school);
            school = bare(place);
        }
        settle(&mut school, 1);
        assert_eq!(times(&school), [1; 3]);
    }

    pub fn that_it_is_done_already_is_no_news(place: &impl Place) {
        let mut school = answered(place);
        tess(&mut school, 1, accept("5"));
        tess(&mut school, 2, CourseCommand::UndoCorrection { number: 1 });
        settle(&mut school, 64);
        let total = school.total();
        for forgotten in ["{}", "nonsense", r#"{"done":0}"#] {
            drop(school);
            let mut store = place.open();
            store.begin().unwrap();
            store.put(&Record::Setting("reactor", forgotten.into())).unwrap();
            store.commit().unwrap();
            drop(store);
            school = bare(place);
            assert!(!settle(&mut school, 2).is_empty(), "it looks at everything again");
            assert_eq!(school.total(), total, "and nothing comes of it");
        }
    }

    pub fn commands_come_between(place: &impl Place) {
        let mut school = answered(place);
        tess(&mut school, 1, accept("5"));
        assert_eq!(school.engine.react(1, NOW).unwrap().map(|batch| batch.published.len()), Some(1));
        // Of the one that was graded again and of one that was not: both go on with what stands.
        assert!(matches!(school.attempt("ann", 3, attempt::Command::NextQuestion { ordinal: 1 }), Reply::Result(Outcome::Accepted { .. })));
        let mut second = answer(1, "4");
        if let attempt::Command::SubmitAnswer { try_number, .. } = &mut second {
            *try_number = 2;
        }
        assert!(matches!(school.attempt("cem", 3, second), Reply::Result(Outcome::Accepted { .. })));
        settle(&mut school, 1);
        assert_eq!(times(&school), [1; 3]);
    }

    pub fn what_cannot_be_done_is_parked_and_holds_nothing_up(place: &impl Place) {
        let mut school = answered(place);
        let (stream, documents) = begin_without_documents(&mut school, place);
        tess(&mut school, 1, accept("5"));
        settle(&mut school, 2);
        assert_eq!((reacting(&mut school).parked, times(&school)), (1, [1; 3]));
        let told = school.operate(Operation::Reactor { retry: false }).unwrap();
        assert!(told.contains(&stream.to_string()) && told.contains("the documents of edition 2 are not there"), "{told}");
        // It is tried again when a server starts, and when somebody asks for it.
        drop(school);
        school = bare(place);
        settle(&mut school, 2);
        assert_eq!(reacting(&mut school).parked, 1);
        drop(school);
        let mut store = place.open();
        store.begin().unwrap();
        documents.into_iter().for_each(|document| store.put(&Record::Document(document)).unwrap());
        store.commit().unwrap();
        drop(store);
        school = bare(place);
        settle(&mut school, 2);
        assert_eq!(reacting(&mut school).parked, 0);
        let events = school.events(stream);
        assert!(events.last().unwrap().body.get().contains("AnswerRegraded"));
        assert_eq!(events.last().unwrap().cause, Some(causing(&school)[0]));
        assert!(school.operate(Operation::Reactor { retry: true }).unwrap().contains("nothing is parked"));
        let total = school.total();
        settle(&mut school, 2);
        assert_eq!((school.total(), times(&school)), (total, [1; 3]));
    }

    pub fn a_later_correction_is_not_taken_back_by_a_late_one(place: &impl Place) {
        let mut school = answered(place);
        let (stream, documents) = begin_without_documents(&mut school, place);
        tess(&mut school, 1, accept("5"));
        settle(&mut school, 64);
        drop(school);
        let mut store = place.open();
        store.begin().unwrap();
        documents.into_iter().for_each(|document| store.put(&Record::Document(document)).unwrap());
        store.commit().unwrap();
        drop(store);
        // The correction is taken back before what it could not do is tried again.
        school = bare(place);
        tess(&mut school, 2, CourseCommand::UndoCorrection { number: 1 });
        settle(&mut school, 64);
        assert_eq!((reacting(&mut school).parked, times(&school)), (0, [2; 3]));
        assert!(!school.events(stream).iter().any(|event| event.body.get().contains("AnswerRegraded")), "it is as it was");
    }

    /// Eve's attempt, by a build that had documents which the store has lost.
    fn begin_without_documents<S: EventStore, P: Place<Store = S>>(school: &mut School<S>, place: &P) -> (StreamId, Vec<Document>) {
        let ann = school.events(school.stream("ann"));
        let other = sums(1);
        let paper = Document::of(&domain::content::Paper { title: "Lost".into(), ..other.paper });
        let edition = attempt::EditionRef { paper: paper.hash, ..school.edition() };
        let key = AttemptKey { student: school.account("eve"), class: school.class(), unit: unit(), run: 1 };
        let stream = StreamId::Attempt(key);
        let started = Event::Attempt(key, attempt::Event::AttemptStarted { edition, rule: domain::content::Rule::SECTION_TEST });
        let bodies = [started.body()].into_iter().chain(ann[1..].iter().map(|event| event.body.clone()));
        let placed = |body| NewEvent { body, feeds: feeds::feeds_of(&started, &domain::projections::directory::Directory::default()) };
        let events: Vec<NewEvent> = bodies.map(placed).collect();
        let mut store = {
            *school = bare(place);
            place.open()
        };
        store.begin().unwrap();
        let outcome = Outcome::Accepted { version: Version(events.len() as u64), events: events.len() as u16 };
        let (actor, device) = (key.student, device("eve's phone"));
        store.append(&Append { stream, actor, device, events, outcome, ..append("eve", 1, 0, &[]) }).unwrap();
        store.commit().unwrap();
        drop(store);
        *school = bare(place);
        (stream, vec![paper])
    }

    pub fn what_does_not_grade_causes_nothing(place: &impl Place) {
        let mut school = answered(place);
        let correction = Correction::Explain { inputs: vec![Input::Text("5".into())], text: "Count again.".into() };
        tess(&mut school, 1, CourseCommand::Correct { unit: unit(), question: question(), correction, harm_nobody: false });
        tess(&mut school, 2, CourseCommand::UndoCorrection { number: 1 });
        assert!(settle(&mut school, 64).is_empty());
        assert_eq!(times(&school), [0; 3]);
    }

    pub fn later_editions_are_not_concerned(place: &impl Place) {
        let mut school = answered(place);
        tess(&mut school, 1, accept("5"));
        school.operate(publish(sums(2), Some("2B"))).unwrap();
        school.operate(add("dan", Role::Student, Some("2B"))).unwrap();
        begin(&mut school, "dan", "5");
        let wrong = school.events(school.stream("dan")).iter().any(|event| event.body.get().contains("AnsweredWrongly"));
        assert!(wrong, "a new edition has its own key");
        settle(&mut school, 64);
        assert_eq!((times(&school), regraded(&school, "dan")), ([1; 3], vec![]));
    }

    pub fn nobody_takes_a_process_managers_device(place: &impl Place) {
        let mut school = answered(place);
        // Ann knows tess's device and can count: she knows which event will cause what.
        let (tess_is, phone) = (school.account("tess").to_string(), device("tess's phone").to_string());
        let cause = EventId::derived(&[&tess_is, &phone, "1", "0"]);
        let errand = processes::Errand::Regrade(processes::regrading::Regrading { course: course(), unit: unit(), edition: 2, number: 1 });
        let process = processes::device(&errand, cause);
        let theft = |school: &School<_>, account: AccountId, device: DeviceId| Work::Command {
            account,
            device,
            envelope: envelope(1, &Command::Attempt(school.key("ann"), answer(1, "6"))),
            arrival: None,
        };
        let by_ann = theft(&school, school.account("ann"), process);
        assert_eq!(school.run_one(by_ann), Reply::NotYourDevice {});
        tess(&mut school, 1, accept("5"));
        settle(&mut school, 64);
        assert_eq!(times(&school), [1; 3]);
        assert!(regraded(&school, "ann").iter().all(|(recorded, _)| (recorded.device, recorded.cause) == (process, Some(cause))));
        for who in ["ann", "tess"] {
            let theft = theft(&school, school.account(who), process);
            assert_eq!(school.run_one(theft), Reply::NotYourDevice {});
        }
        // And nobody grades again by a command.
        for (who, number) in [("ann", 3), ("tess", 2)] {
            let regrade = school.attempt(who, number, attempt::Command::Regrade { correction: 1 });
            assert!(matches!(regrade, Reply::Result(Outcome::Forbidden {}) | Reply::Gap(_)), "{regrade:?}");
        }
    }

    pub fn a_failing_disk_leaves_nothing_half_done(place: &impl Place) {
        let mut school = answered(place);
        tess(&mut school, 1, accept("5"));
        drop(school);
        let (store, [commits, appends]) = Failing::over(place.open());
        let mut engine = Engine::open(store).unwrap();
        appends.store(true, Ordering::Relaxed);
        assert!(engine.react(64, NOW).is_err());
        assert_eq!((engine.reader().setting("reactor").unwrap(), engine.has_reactions()), (None, true), "nothing of it is there");
        appends.store(false, Ordering::Relaxed);
        assert_eq!(engine.react(1, NOW).unwrap().map(|batch| batch.published.len()), Some(1));
        commits.store(true, Ordering::Relaxed);
        assert!(engine.react(1, NOW).is_err());
        drop(engine);
        school = bare(place);
        assert_eq!(times(&school), [1, 0, 0]);
        settle(&mut school, 1);
        assert_eq!(times(&school), [1; 3]);
    }
}

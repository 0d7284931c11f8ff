//! Which commands an event causes, in whose name, and which it does not.

use domain::{
    account,
    attempt::{self, Attempt},
    class,
    command::Command,
    content::{Correction, Input, Rule},
    course,
    decider::Decider as _,
    event::{Event, Recorded, StreamId},
    ids::{AccountId, ClassId, DeviceId, EventId},
    processes::{self, Errand, caused_by, leaving, regrading::Regrading},
    projections::directory::Directory,
    state::State,
};
use model::school::{as_log, attempt, class_of, course_id, edition_ref, founded, person, question_id, school, unit};
use std::borrow::Cow;
use uuid::Uuid;

fn corrected(number: u32, edition: u32, correction: Correction) -> Event {
    let (unit, question) = (unit("section"), question_id("section", 1));
    Event::Course(
        course_id(),
        course::Event::AnswerKeyCorrected { number, edition, unit, question, correction, harm_nobody: false, choices: None },
    )
}

fn undone(number: u32, undoes: u32) -> Event {
    Event::Course(course_id(), course::Event::CorrectionUndone { number, undoes })
}

/// The school, and then these events of its course; what each of them causes.
fn caused(events: impl IntoIterator<Item = Event>, by: Option<EventId>) -> Vec<Option<Errand>> {
    let events: Vec<Event> = events.into_iter().collect();
    let count = events.len();
    let log = as_log(founded().into_iter().chain(events));
    let mut directory = Directory::default();
    log.iter().for_each(|recorded| directory.fold(recorded));
    let late = log.iter().skip(log.len() - count).cloned();
    late.map(|recorded| caused_by(&Recorded { cause: by, ..recorded }, &directory)).collect()
}

fn regrading(number: u32, edition: u32) -> Option<Errand> {
    Some(Errand::Regrade(Regrading { course: course_id(), unit: unit("section"), edition, number }))
}

fn explain() -> Correction {
    Correction::Explain { inputs: vec![Input::Text("7".into())], text: "Count again.".into() }
}

#[test]
fn a_correction_that_grades_and_what_takes_it_back_cause_a_regrading() {
    let inputs = vec![Input::Text("7".into())];
    let events = [
        corrected(1, 3, Correction::AcceptToo { inputs }),
        corrected(2, 3, explain()),
        undone(3, 1),
        undone(4, 2),
        corrected(5, 4, Correction::Drop {}),
        corrected(6, 4, Correction::FullCredit {}),
        // Of what is not there, or is no correction, nothing follows.
        undone(7, 3),
        undone(8, 99),
    ];
    // What is taken back concerns the editions that it had concerned.
    let wanted = [regrading(1, 3), None, regrading(3, 3), None, regrading(5, 4), regrading(6, 4), None, None];
    assert_eq!(caused(events, None), wanted);
}

#[test]
fn what_was_caused_causes_nothing() {
    let events = [corrected(1, 1, Correction::Drop {}), undone(2, 1)];
    assert_eq!(caused(events, Some(EventId::derived(&["before"]))), [None, None]);
}

#[test]
fn no_other_event_causes_anything() {
    let log = as_log(founded());
    let mut directory = Directory::default();
    log.iter().for_each(|recorded| directory.fold(recorded));
    for recorded in &log {
        assert_eq!(caused_by(recorded, &directory), None, "{recorded:?}");
    }
    // Nor an event in a stream that it is not of, nor one of a later build.
    let unknown = Recorded { event: Event::Unknown(StreamId::Course(course_id())), ..log[0].clone() };
    assert_eq!(caused_by(&unknown, &directory), None);
}

#[test]
fn an_attempt_at_the_unit_and_no_later_edition_is_graded_again() {
    let at = |name: &str, number| {
        let event = attempt::Event::AttemptStarted { edition: edition_ref(name, number), rule: Rule::SECTION_TEST };
        (StreamId::Attempt(attempt(name, 1)), Attempt::replay([&event]))
    };
    let foreign = {
        let (stream, _) = at("section", 1);
        let edition = attempt::EditionRef { course: domain::ids::CourseId::derived(&["another"]), ..edition_ref("section", 1) };
        (stream, Attempt::replay([&attempt::Event::AttemptStarted { edition, rule: Rule::SECTION_TEST }]))
    };
    let Some(errand) = regrading(4, 1) else { unreachable!("it is one") };
    let regrade = Some(Command::Attempt(attempt("section", 1), attempt::Command::Regrade { correction: 4 }));
    let rows = [
        ("its unit and edition", at("section", 1), regrade.clone()),
        ("a later edition", at("section", 2), None),
        ("another unit", at("drill", 1), None),
        ("another course", foreign, None),
        ("nothing begun", (at("section", 1).0, Attempt::NotStarted), None),
        ("no attempt", (StreamId::Course(course_id()), at("section", 1).1), None),
    ];
    for (row, (stream, attempt), wanted) in rows {
        assert_eq!(errand.command(&stream, &State::Attempt(Cow::Owned(attempt))), wanted, "{row}");
    }
    let Some(later) = regrading(4, 2) else { unreachable!("it is one") };
    for number in [1, 2] {
        let (stream, attempt) = at("section", number);
        assert_eq!(later.command(&stream, &State::Attempt(Cow::Owned(attempt))), regrade, "edition {number} of 2");
    }
    // The names of the streams that are listed for it have the unit in them.
    let (kind, part) = errand.streams();
    for (name, wanted) in [("section", true), ("drill", false)] {
        let stream = StreamId::Attempt(attempt(name, 1)).to_string();
        assert_eq!(stream.starts_with(&format!("{kind}/")) && stream.contains(&part), wanted, "{stream}");
    }
}

#[test]
fn whoever_comes_late_is_graded_by_all_corrections_that_the_unit_has() {
    let log = as_log(founded().into_iter().chain([corrected(1, 1, Correction::Drop {}), undone(2, 1), corrected(3, 1, explain())]));
    let mut directory = Directory::default();
    log.iter().for_each(|recorded| directory.fold(recorded));
    let Some(first) = regrading(1, 1) else { unreachable!("it is one") };
    assert_eq!(Some(first.belated(&directory)), regrading(3, 1));
    assert_eq!(Some(first.belated(&Directory::default())), regrading(1, 1), "never by fewer than its own");
}

#[test]
fn a_process_managers_device_follows_from_the_cause_and_is_no_clients() {
    let Some(errand) = regrading(1, 1) else { unreachable!("it is one") };
    let (one, other) = (EventId::derived(&["1"]), EventId::derived(&["2"]));
    let device = processes::device(&errand, one);
    assert_eq!(device, processes::device(&errand, one));
    assert_ne!(device, processes::device(&errand, other));
    assert!(processes::is_process(device));
    // As browsers and scripts make them: drawn, by time, derived, none at all.
    let drawn = Uuid::from_u128(0x6f1c_8d2e_93a4_4b57_8a10_55aa_0301_7f42);
    let by_time = Uuid::from_u128(0x0198_8d2e_93a4_7b57_8a10_55aa_0301_7f42);
    for client in [drawn, by_time, DeviceId::derived(&[&person("ann").to_string()]).0, Uuid::nil()] {
        assert!(!processes::is_process(DeviceId(client)), "{client}");
    }
}

/// The demo school's people, and these events; what to ask so that somebody is in no class, and of whom that is overdue.
fn leave(events: Vec<Event>, who: &str) -> (Vec<(ClassId, class::Command)>, Vec<AccountId>) {
    let mut directory = Directory::default();
    as_log(founded().into_iter().chain(events)).iter().for_each(|recorded| directory.fold(recorded));
    (leaving::commands(person(who), &directory), leaving::overdue(&directory))
}

#[test]
fn whoever_s_account_is_closed_is_to_be_in_no_class() {
    let (student, teacher) = (person("ann"), person("tess"));
    let closed = |account| Event::Account(account, account::Event::AccountClosed { school: school() });
    let in_class = |title: &str, event| Event::Class(class_of(title), event);
    let removed = in_class("2B", class::Event::StudentRemoved { student });
    let remove = (class_of("2B"), class::Command::RemoveStudent { student });
    let dismiss = (class_of("2B"), class::Command::DismissTeacher { teacher });
    assert_eq!(leave(vec![], "ann"), (vec![remove.clone()], vec![]), "as long as the account is open nothing is overdue");
    assert_eq!(leave(vec![closed(student)], "ann"), (vec![remove], vec![student]));
    assert_eq!(leave(vec![closed(student), removed], "ann"), (vec![], vec![]));
    assert_eq!(leave(vec![closed(student), closed(teacher)], "tess").0, [dismiss]);
    assert_eq!(leave(vec![closed(person("nobody"))], "nobody"), (vec![], vec![]));
    let second = in_class("3C", class::Event::StudentEnrolled { student });
    assert_eq!(leave(vec![second], "ann").0.len(), 2, "of all classes");
}

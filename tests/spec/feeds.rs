//! Privacy: which feeds an event belongs to, who reads which feed, who knows whose name, who may ask what.

use domain::{
    account::{self, Role},
    attempt::{self, AttemptKey},
    class,
    command::Command,
    content::Correction,
    course,
    event::{Event, StreamId},
    feeds::{Feed, feeds_of, readable},
    ids::{AccountId, CourseId, SchoolId},
    projections::directory::Directory,
    rights::{knows, may_send, next_opening},
    time::Timestamp,
};
use model::school::*;
use std::collections::BTreeSet;

const NOW: Timestamp = Timestamp(1_000_000);

fn directory(more: impl IntoIterator<Item = Event>) -> Directory {
    let mut directory = Directory::default();
    as_log(founded().into_iter().chain(more)).iter().for_each(|recorded| directory.fold(recorded));
    directory
}

fn in_class(title: &str, event: class::Event) -> Event {
    Event::Class(class_of(title), event)
}

fn attempt_events() -> Vec<attempt::Event> {
    let question = question_id("section", 1);
    let answer = attempt::Answer { ordinal: 1, question, try_number: 1, inputs: vec![], ms: None, corrections: 0 };
    vec![
        attempt::Event::AttemptStarted { edition: edition_ref("section", 1), rule: domain::content::Rule::SECTION_TEST },
        attempt::Event::QuestionAssigned { ordinal: 1, question },
        attempt::Event::QuestionAnsweredCorrectly(answer.clone()),
        attempt::Event::QuestionAnsweredWrongly(answer),
        attempt::Event::AnswerRevealed { ordinal: 1, question },
        attempt::Event::StumblingBlockMet {},
        attempt::Event::StumblingBlockCleared {},
        attempt::Event::SectionFinished {},
        attempt::Event::StreakCompleted {},
        attempt::Event::DrillPassed {},
        attempt::Event::AnswerRegraded(attempt::Regraded {
            correction: 1,
            answers: vec![],
            before: attempt::Reckoning::default(),
            after: attempt::Reckoning::default(),
        }),
    ]
}

fn correct() -> course::Command {
    let (unit, question) = (unit("section"), question_id("section", 1));
    course::Command::Correct { unit, question, correction: Correction::Drop {}, harm_nobody: false }
}

fn note() -> class::Note {
    class::Note { note: "Well done".into(), salt: person("salt") }
}

fn corrected(course: CourseId, number: u32, of: &str) -> Event {
    let (unit, question, correction) = (unit(of), question_id(of, 1), Correction::Drop {});
    let event = course::Event::AnswerKeyCorrected { number, edition: 1, unit, question, correction, harm_nobody: false, choices: None };
    Event::Course(course, event)
}

fn undone(course: CourseId, number: u32, undoes: u32) -> Event {
    Event::Course(course, course::Event::CorrectionUndone { number, undoes })
}

#[test]
fn each_event_goes_to_those_whom_it_concerns() {
    let (ann, tess, class, course) = (person("ann"), person("tess"), class_of("2B"), course_id());
    let (staff, members, own) = (Feed::Staff(class), Feed::Class(class), Feed::Student(ann));
    let in_2b = |event| in_class("2B", event);
    let documents = edition(1);
    let before = directory([corrected(course, 1, "drill")]);
    let mut table = vec![
        (in_2b(class::Event::ClassOpened { school: school(), title: "2B".into() }), vec![staff, members, Feed::School(school())]),
        (in_2b(class::Event::TeacherAppointed { teacher: tess }), vec![staff]),
        (in_2b(class::Event::StudentEnrolled { student: ann }), vec![staff, own]),
        (in_2b(class::Event::StudentRemoved { student: ann }), vec![staff, own]),
        (in_2b(class::Event::UnitAssigned { unit: unit("drill"), course, from: None, until: None }), vec![staff, members]),
        (in_2b(class::Event::AssignmentEnded { unit: unit("drill") }), vec![staff, members]),
        (in_2b(class::Event::EnrolmentOpened { code: "KM4RT9".into(), until: None }), vec![staff]),
        (in_2b(class::Event::TeacherDismissed { teacher: tess }), vec![staff]),
        (in_2b(class::Event::NoteRemoved { student: ann, note: note().document().hash }), vec![staff, own]),
        (in_2b(class::Event::EnrolmentClosed {}), vec![staff]),
        (in_2b(class::Event::NoteWritten { student: ann, note: note().document().hash }), vec![staff, own]),
        (undone(course, 3, 1), vec![Feed::Corrections(course), Feed::Unit(course, unit("drill"))]),
        (undone(course, 3, 2), vec![Feed::Corrections(course)]),
        (corrected(course, 2, "section"), vec![Feed::Corrections(course), Feed::Unit(course, unit("section"))]),
        (Event::Course(course, course::Event::CourseImported { title: "x".into() }), vec![Feed::Course(course)]),
        (
            Event::Course(course, course::Event::EditionPublished { number: 1, paper: documents.paper, keys: documents.keys }),
            vec![Feed::Course(course)],
        ),
        (Event::Account(ann, account::Event::AccountOpened { school: school(), role: Role::Student }), vec![Feed::School(school())]),
    ];
    table.extend(attempt_events().into_iter().map(|event| (Event::Attempt(attempt("section", 1), event), vec![own, staff])));
    for (event, feeds) in table {
        assert_eq!(feeds_of(&event, &before), feeds, "{event:?}");
        assert_eq!(feeds_of(&Event::Unknown(event.stream()), &before), vec![], "what is not understood goes to nobody");
    }
}

#[test]
fn a_role_reads_its_own_feeds_and_no_others() {
    let directory = directory([corrected(course_id(), 1, "drill")]);
    let (class, course) = (class_of("2B"), Feed::Course(course_id()));
    let reads = |name| readable(person(name), &directory, NOW);
    let of_drill = Feed::Unit(course_id(), unit("drill"));
    assert_eq!(
        reads("ann"),
        BTreeSet::from([Feed::Student(person("ann")), Feed::Class(class), course, of_drill]),
        "the unit that was corrected"
    );
    assert_eq!(reads("cem"), BTreeSet::from([Feed::Student(person("cem")), Feed::Class(class_of("2C"))]), "no unit, no course");
    assert_eq!(reads("tess"), BTreeSet::from([Feed::Staff(class), Feed::Class(class), course, Feed::Corrections(course_id())]));
    assert_eq!(reads("admin"), BTreeSet::from([Feed::School(school())]));
    assert_eq!(reads("nobody"), BTreeSet::new());
}

#[test]
fn a_student_who_left_a_class_keeps_her_own_feed_only() {
    let gone = directory([in_class("2B", class::Event::StudentRemoved { student: person("ann") })]);
    assert_eq!(readable(person("ann"), &gone, NOW), BTreeSet::from([Feed::Student(person("ann"))]));
    assert!(!knows(person("tess"), &gone).contains(&person("ann")));
}

#[test]
fn no_event_reaches_a_student_that_is_another_students_work_or_names_another_student() {
    let directory = directory([]);
    let bob = person("bob");
    let reads = readable(person("ann"), &directory, NOW);
    let of_bob = [
        in_class("2B", class::Event::StudentEnrolled { student: bob }),
        in_class("2B", class::Event::StudentRemoved { student: bob }),
        in_class("2B", class::Event::TeacherAppointed { teacher: person("tess") }),
        in_class("2B", class::Event::NoteWritten { student: bob, note: note().document().hash }),
        in_class("2B", class::Event::NoteRemoved { student: bob, note: note().document().hash }),
        in_class("2B", class::Event::TeacherDismissed { teacher: person("tess") }),
        in_class("2B", class::Event::EnrolmentOpened { code: "KM4RT9".into(), until: None }),
        Event::Account(bob, account::Event::AccountClosed { school: school() }),
        Event::Account(bob, account::Event::AccountOpened { school: school(), role: Role::Student }),
    ];
    let key = AttemptKey { student: bob, ..attempt("section", 1) };
    let work = attempt_events().into_iter().map(|event| Event::Attempt(key, event));
    for event in of_bob.into_iter().chain(work) {
        assert!(feeds_of(&event, &directory).iter().all(|feed| !reads.contains(feed)), "{event:?}");
    }
}

#[test]
fn names_are_known_to_oneself_and_to_teachers_of_the_class() {
    let directory = directory([]);
    let names = |of: &[&str]| of.iter().map(|name| person(name)).collect::<BTreeSet<AccountId>>();
    for student in ["ann", "bob", "cem"] {
        assert_eq!(knows(person(student), &directory), names(&[student]));
    }
    assert_eq!(knows(person("tess"), &directory), names(&["tess", "ann", "bob"]));
    assert_eq!(knows(person("admin"), &directory), names(&["admin"]));
}

/// Every command, with the stream that it is for and who may send it.
fn commands() -> Vec<(Command, &'static [&'static str])> {
    let in_2b = |command, who| (Command::Class(class_of("2B"), command), who);
    let of_ann = |command| (Command::Attempt(attempt("section", 1), command), ["ann"].as_slice());
    let of_course = |command| (Command::Course(course_id(), command), ["admin"].as_slice());
    let documents = edition(1);
    let (office, staff) = (["admin"].as_slice(), ["admin", "tess"].as_slice());
    vec![
        of_ann(attempt::Command::Start { edition: edition_ref("section", 1) }),
        of_ann(attempt::Command::SubmitAnswer { ordinal: 1, try_number: 1, inputs: vec![], ms: None }),
        of_ann(attempt::Command::RevealAnswer { ordinal: 1 }),
        of_ann(attempt::Command::NextQuestion { ordinal: 1 }),
        in_2b(class::Command::Open { school: school(), title: "2D".into() }, office),
        in_2b(class::Command::AppointTeacher { teacher: person("tess") }, office),
        in_2b(class::Command::EnrolStudent { student: person("cem") }, office),
        in_2b(class::Command::RemoveStudent { student: person("ann") }, staff),
        in_2b(class::Command::AssignUnit { unit: unit("drill"), course: course_id(), from: None, until: None }, staff),
        in_2b(class::Command::EndAssignment { unit: unit("drill") }, staff),
        in_2b(class::Command::OpenEnrolment { code: "KM4RT9".into() }, &[]),
        in_2b(class::Command::RemoveNote { note: note().document().hash }, &[]),
        in_2b(class::Command::DismissTeacher { teacher: person("tess") }, office),
        in_2b(class::Command::CloseEnrolment {}, staff),
        in_2b(class::Command::WriteNote { student: person("ann"), note: note() }, &["tess"]),
        (Command::Course(course_id(), correct()), staff),
        (Command::Course(course_id(), course::Command::UndoCorrection { number: 1 }), staff),
        of_course(course::Command::Import { title: "x".into() }),
        of_course(course::Command::Publish { paper: documents.paper, keys: documents.keys }),
        (Command::Account(person("new"), account::Command::Open { school: school(), role: Role::Student }), ["admin"].as_slice()),
    ]
}

#[test]
fn each_may_ask_only_for_what_is_theirs_to_ask() {
    let elsewhere = SchoolId::derived(&["elsewhere"]);
    let stranger = |name, role| Event::Account(person(name), account::Event::AccountOpened { school: elsewhere, role });
    let directory = directory([
        stranger("stranger", Role::Administrator),
        stranger("visitor", Role::Teacher),
        in_class("2C", class::Event::TeacherAppointed { teacher: person("theo") }),
        Event::Account(person("theo"), account::Event::AccountOpened { school: school(), role: Role::Teacher }),
    ]);
    for (command, who) in commands() {
        for name in ["ann", "bob", "cem", "tess", "theo", "admin", "visitor", "nobody"] {
            assert_eq!(may_send(person(name), &command, &directory), who.contains(&name), "{name}: {command:?}");
        }
        let of_no_school = matches!(command, Command::Course(..));
        assert_eq!(may_send(person("stranger"), &command, &directory), of_no_school, "another school's office: {command:?}");
    }
}

#[test]
fn a_command_cannot_be_read_as_one_to_another_kind_of_aggregate() {
    let streams = [
        StreamId::Account(person("ann")),
        StreamId::Class(class_of("2B")),
        StreamId::Course(course_id()),
        StreamId::Attempt(attempt("section", 1)),
    ];
    for (command, _) in commands() {
        let own = std::mem::discriminant(&command.stream());
        for stream in streams.iter().filter(|stream| std::mem::discriminant(*stream) != own) {
            assert!(Command::read(stream, command.body().get()).is_err(), "{command:?} to {stream}");
        }
    }
}

#[test]
fn nobody_joins_and_nobody_regrades_by_an_ordinary_command() {
    let directory = directory([]);
    let join = Command::Class(class_of("2B"), class::Command::Join { student: person("cem"), code: "KM4RT9".into() });
    let regrade = Command::Attempt(attempt("section", 1), attempt::Command::Regrade { correction: 1 });
    for name in ["ann", "bob", "cem", "tess", "admin", "nobody"] {
        assert!(!may_send(person(name), &join, &directory), "{name}");
        assert!(!may_send(person(name), &regrade, &directory), "{name}");
    }
}

#[test]
fn a_course_is_corrected_by_who_teaches_with_it() {
    let other = CourseId::derived(&["another course"]);
    let teacher = Event::Account(person("theo"), account::Event::AccountOpened { school: school(), role: Role::Teacher });
    let appointed = in_class("2C", class::Event::TeacherAppointed { teacher: person("theo") });
    let assigned = |course| in_class("2C", class::Event::UnitAssigned { unit: unit("drill"), course, from: None, until: None });
    let ended = in_class("2C", class::Event::AssignmentEnded { unit: unit("drill") });
    let may = |more: &[Event], course| {
        let directory = directory([teacher.clone(), appointed.clone()].into_iter().chain(more.iter().cloned()));
        may_send(person("theo"), &Command::Course(course, correct()), &directory)
    };
    assert!(!may(&[], course_id()), "a class without it");
    assert!(!may(&[assigned(other)], course_id()), "a class with another course");
    assert!(may(&[assigned(other)], other), "her own");
    assert!(may(&[assigned(course_id())], course_id()));
    assert!(!may(&[assigned(course_id()), ended], course_id()), "not any more");
}

/// What a student's feeds bring of a correction: what was said of the question, and what became of the student's own work.
#[test]
fn a_student_reads_of_a_correction_what_concerns_the_student() {
    let other = CourseId::derived(&["another course"]);
    let directory = directory([corrected(course_id(), 1, "section"), corrected(other, 1, "section")]);
    let reads = readable(person("ann"), &directory, NOW);
    let reaches = |event| feeds_of(&event, &directory).iter().any(|feed| reads.contains(feed));
    let regraded = |key| Event::Attempt(key, attempt_events().pop().expect("the last is a regrading"));
    assert!(reaches(corrected(course_id(), 2, "section")) && reaches(undone(course_id(), 2, 1)));
    assert!(!reaches(corrected(other, 2, "drill")) && !reaches(undone(other, 2, 1)));
    assert!(reaches(regraded(attempt("section", 1))));
    let of_bob = AttemptKey { student: person("bob"), ..attempt("section", 1) };
    assert!(!reaches(regraded(of_bob)));
}

/// A unit that opens at a moment, and what is corrected in it: neither comes before, and both stay after it has closed.
#[test]
fn the_corrections_of_a_unit_come_with_its_opening() {
    let (from, until) = (Some(Timestamp(1_000_000)), Some(Timestamp(2_000_000)));
    let assigned = class::Event::UnitAssigned { unit: unit("drill"), course: course_id(), from, until };
    let directory = directory([in_class("2B", assigned), corrected(course_id(), 1, "drill"), corrected(course_id(), 2, "section")]);
    let of_drill = Feed::Unit(course_id(), unit("drill"));
    let reads = |name, at| readable(person(name), &directory, Timestamp(at));
    let at: Vec<bool> = [0, 989_999, 990_000, 2_000_000].map(|at| reads("ann", at).contains(&of_drill)).into();
    assert_eq!(at, [false, false, true, true]);
    assert!(reads("ann", 0).contains(&Feed::Course(course_id())) && reads("ann", 0).contains(&Feed::Unit(course_id(), unit("section"))));
    assert!(reads("tess", 0).contains(&Feed::Corrections(course_id())), "whoever teaches with it reads all of them");
    let next = |name, after| next_opening(person(name), &directory, Timestamp(after));
    assert_eq!([next("ann", 0), next("ann", 990_000), next("tess", 0)], [Some(Timestamp(990_000)), None, None]);
}

//! Who may send a command and who reads an event: asked of the rules, for everybody who can be somebody to a class.

use super::types::{Types, Variant};
use domain::{
    account::{self, Role},
    attempt::AttemptKey,
    class,
    command::Command,
    event::{Event, Position, Recorded, StreamId, Version},
    feeds::{Feed, feeds_of},
    ids::{AccountId, ClassId, CourseId, DeviceId, QuestionId, SchoolId, UnitId},
    projections::directory::Directory,
    rights::may_send,
    time::Timestamp,
};
use std::fs;

/// Everybody, by what they are to what a message is about: a student of a class, a unit of a course that the class works on.
const EVERYBODY: [(&str, &str); 7] = [
    ("student", "the student"),
    ("classmate", "other students of the class"),
    ("other student", "students of other classes"),
    ("teacher", "teachers of the class (of a course: of a class that works on it)"),
    ("other teacher", "other teachers"),
    ("administrator", "administrators of the school"),
    ("other administrator", "administrators of other schools"),
];

fn person(name: &str) -> AccountId {
    AccountId::derived(&[name])
}

/// The identifier of a type that a message is about.
fn id(kind: &str) -> String {
    match kind {
        "AccountId" => person("student").to_string(),
        "ClassId" => ClassId::derived(&["class"]).to_string(),
        "CourseId" => CourseId::derived(&["course"]).to_string(),
        "UnitId" => UnitId::derived(&["unit"]).to_string(),
        "QuestionId" => QuestionId::derived(&["question"]).to_string(),
        "SchoolId" => SchoolId::derived(&["school"]).to_string(),
        other => panic!("say what a message with a {other} is about"),
    }
}

fn stream(aggregate: &str) -> StreamId {
    let (student, class, unit) = (person("student"), ClassId::derived(&["class"]), UnitId::derived(&["unit"]));
    match aggregate {
        "account" => StreamId::Account(student),
        "class" => StreamId::Class(class),
        "course" => StreamId::Course(CourseId::derived(&["course"])),
        "attempt" => StreamId::Attempt(AttemptKey { student, class, unit, run: 1 }),
        other => panic!("say what a stream of {other} is"),
    }
}

fn directory() -> Directory {
    let (school, other_school) = (SchoolId::derived(&["school"]), SchoolId::derived(&["other school"]));
    let opened = |name: &str, school, role| Event::Account(person(name), account::Event::AccountOpened { school, role });
    let in_class = |name: &str, event| Event::Class(ClassId::derived(&[name]), event);
    let enrolled = |class, name| in_class(class, class::Event::StudentEnrolled { student: person(name) });
    let appointed = |class, name| in_class(class, class::Event::TeacherAppointed { teacher: person(name) });
    let (unit, course) = (UnitId::derived(&["unit"]), CourseId::derived(&["course"]));
    let events = [
        opened("student", school, Role::Student),
        opened("classmate", school, Role::Student),
        opened("other student", school, Role::Student),
        opened("teacher", school, Role::Teacher),
        opened("other teacher", school, Role::Teacher),
        opened("administrator", school, Role::Administrator),
        opened("other administrator", other_school, Role::Administrator),
        in_class("class", class::Event::ClassOpened { school, title: "2B".into() }),
        in_class("other class", class::Event::ClassOpened { school, title: "3C".into() }),
        enrolled("class", "student"),
        enrolled("class", "classmate"),
        enrolled("other class", "other student"),
        appointed("class", "teacher"),
        appointed("other class", "other teacher"),
        in_class("class", class::Event::UnitAssigned { unit, course, from: None, until: None }),
    ];
    let mut directory = Directory::default();
    for (position, event) in (1..).zip(events) {
        directory.fold(&Recorded {
            version: Version(position),
            position: Position(position),
            actor: person("administrator"),
            device: DeviceId::derived(&["device"]),
            command: position,
            index: 0,
            cause: None,
            claimed: Timestamp(0),
            recorded: Timestamp(0),
            event,
        });
    }
    directory
}

/// Who may send a command, in words.
pub fn senders(types: &Types, aggregate: &str, variant: &Variant) -> String {
    let (stream, body) = (stream(aggregate), types.sample_variant(variant, aggregate, &id));
    let command = Command::read(&stream, &body).unwrap_or_else(|fault| panic!("{body}: {fault}"));
    let directory = directory();
    let may: Vec<_> =
        EVERYBODY.into_iter().filter(|(name, _)| may_send(person(name), &command, &directory)).map(|(_, who)| who.to_owned()).collect();
    if may.is_empty() { "nobody; the server itself asks so, on a way of its own".to_owned() } else { may.join(", ") }
}

/// Who reads an event, in words: of each feed that it is in.
pub fn readers(aggregate: &str, name: &str) -> Vec<String> {
    let file = super::super::root().join(format!("tests/history/v1/{aggregate}/{name}.json"));
    let body =
        fs::read_to_string(&file).unwrap_or_else(|fault| panic!("every event has a file in tests/history, {}: {fault}", file.display()));
    let stream = stream(aggregate);
    let event = Event::read(&stream, &body);
    assert!(event.is_known(), "{body}");
    let who = |feed| match feed {
        Feed::Student(_) => "the student (`student/…`)",
        Feed::Staff(_) => "teachers of the class (`staff/…`)",
        Feed::Class(_) => "members of the class (`class/…`)",
        Feed::Course(_) => "members of the classes that work on the course (`course/…`)",
        Feed::Corrections(_) => "teachers of the classes that work on the course (`corrections/…`)",
        Feed::Unit(..) => "students to whom the unit is open, or was (`unit/…`)",
        Feed::School(_) => "administrators of the school (`school/…`)",
    };
    feeds_of(&event, &directory()).into_iter().map(|feed| who(feed).to_owned()).collect()
}

//! What the aggregates are told of the world: membership, editions, earlier runs, sound documents.

use domain::{
    account::{self, Role},
    attempt::{self, Attempt, AttemptKey},
    class,
    command::{Command, Refusal},
    content::{Correction, Input, Paper, UnitKey, edition::Document},
    course,
    decider::Decider,
    decision::{World, decide, newest_edition},
    event::{Event, StreamId},
    ids::SchoolId,
    library::Library,
    projections::directory::Directory,
    state::State,
    time::Timestamp,
};
use model::school::*;
use std::borrow::Cow;

fn directory(more: impl IntoIterator<Item = Event>) -> Directory {
    let mut directory = Directory::default();
    as_log(founded().into_iter().chain(more)).iter().for_each(|recorded| directory.fold(recorded));
    directory
}

fn decided(directory: &Directory, command: Command) -> Result<Vec<Event>, Refusal> {
    decide(&command, &World::new(directory, &LIBRARY, directory.state(&command.stream()), Timestamp(0)))
}

fn start(key: AttemptKey, edition: attempt::EditionRef, directory: &Directory, earlier: Option<&Attempt>) -> Result<usize, Refusal> {
    let not_started = State::Attempt(Cow::Owned(Attempt::NotStarted));
    let world = World { earlier, ..World::new(directory, &LIBRARY, not_started, Timestamp(0)) };
    decide(&Command::Attempt(key, attempt::Command::Start { edition }), &world).map(|events| events.len())
}

const fn no(why: attempt::Refusal) -> Result<usize, Refusal> {
    Err(Refusal::Attempt(why))
}

#[test]
fn a_student_of_the_class_starts_what_is_assigned_to_it() {
    let here = directory([]);
    let edition = edition_ref("section", 1);
    assert_eq!(start(attempt("section", 1), edition, &here, None), Ok(2));
    let elsewhere = AttemptKey { class: class_of("2C"), ..attempt("section", 1) };
    assert_eq!(start(elsewhere, edition, &here, None), no(attempt::Refusal::NotAssigned));
    let stranger = AttemptKey { student: person("cem"), ..attempt("section", 1) };
    assert_eq!(start(stranger, edition, &here, None), no(attempt::Refusal::NotAssigned));
    let gone = directory([Event::Class(class_of("2B"), class::Event::StudentRemoved { student: person("ann") })]);
    assert_eq!(start(attempt("section", 1), edition, &gone, None), no(attempt::Refusal::NotAssigned));
}

#[test]
fn an_attempt_begins_on_a_published_edition_of_its_own_unit() {
    let here = directory([]);
    let good = edition_ref("section", 1);
    let bad = [
        ("not published", edition_ref("section", 2)),
        ("the wrong number", attempt::EditionRef { number: 2, ..good }),
        ("number 0", attempt::EditionRef { number: 0, ..good }),
        ("another unit's key", attempt::EditionRef { key: edition_ref("drill", 1).key, ..good }),
        ("another paper", attempt::EditionRef { paper: edition_ref("section", 2).paper, ..good }),
        ("another course", attempt::EditionRef { course: domain::ids::CourseId::derived(&["other"]), ..good }),
    ];
    for (what, edition) in bad {
        assert_eq!(start(attempt("section", 1), edition, &here, None), no(attempt::Refusal::NotPublished), "{what}");
    }
}

#[test]
fn a_second_run_begins_after_the_first_has_ended() {
    let here = directory([]);
    let edition = edition_ref("drill", 1);
    let asked = attempt::Event::QuestionAssigned { ordinal: 1, question: question_id("drill", 1) };
    let open = Attempt::replay(&[attempt::Event::AttemptStarted { edition, rule: domain::content::Rule::DRILL }, asked]);
    let ended = open.clone().evolve(&attempt::Event::DrillPassed {});
    for (earlier, wanted) in [(None, false), (Some(&Attempt::NotStarted), false), (Some(&open), false), (Some(&ended), true)] {
        let started = start(attempt("drill", 2), edition, &here, earlier);
        assert_eq!(started, if wanted { Ok(2) } else { no(attempt::Refusal::EarlierRunOpen) }, "{earlier:?}");
    }
}

#[test]
fn the_newest_edition_is_the_one_to_begin_on() {
    let documents = edition(2);
    let published = course::Event::EditionPublished { number: 2, paper: documents.paper, keys: documents.keys };
    let here = directory([Event::Course(course_id(), published)]);
    assert_eq!(newest_edition(&here, class_of("2B"), unit("section")), Some(edition_ref("section", 2)));
    assert_eq!(newest_edition(&here, class_of("2C"), unit("section")), None, "not assigned there");
    for number in [1, 2] {
        assert_eq!(start(attempt("section", 1), edition_ref("section", number), &here, None), Ok(2), "an older one is fine too");
    }
}

#[test]
fn the_people_of_a_class_have_accounts_of_its_school_with_the_role_for_it() {
    let stranger = account::Event::AccountOpened { school: SchoolId::derived(&["elsewhere"]), role: Role::Student };
    let here = directory([Event::Account(person("stranger"), stranger)]);
    let in_2c = |command| decided(&here, Command::Class(class_of("2C"), command)).map(|events| events.len());
    let nobody = Err(Refusal::Class(class::Refusal::NoSuchAccount));
    let enrol = |name| class::Command::EnrolStudent { student: person(name) };
    let appoint = |name| class::Command::AppointTeacher { teacher: person(name) };
    for (command, wanted) in [
        (enrol("ann"), Ok(1)),
        (enrol("cem"), Ok(0)),
        (enrol("tess"), nobody.clone()),
        (enrol("nobody"), nobody.clone()),
        (enrol("stranger"), nobody.clone()),
        (appoint("tess"), Ok(1)),
        (appoint("ann"), nobody.clone()),
        (appoint("admin"), nobody.clone()),
    ] {
        assert_eq!(in_2c(command.clone()), wanted, "{command:?}");
    }
}

#[test]
fn only_units_of_the_newest_edition_are_assigned() {
    let here = directory([]);
    let assign = |unit_name, course| {
        let command = class::Command::AssignUnit { unit: unit(unit_name), course, from: None, until: None };
        decided(&here, Command::Class(class_of("2C"), command)).map(|events| events.len())
    };
    let not_published = Err(Refusal::Class(class::Refusal::NotPublished));
    assert_eq!(assign("drill", course_id()), Ok(1));
    assert_eq!(assign("nothing", course_id()), not_published);
    assert_eq!(assign("drill", domain::ids::CourseId::derived(&["other"])), not_published);
}

/// An edition's documents after a change, as a command to publish them, and a library that has them.
fn publishing(change: impl FnOnce(&mut Paper, &mut Vec<UnitKey>)) -> (Command, Library) {
    let documents = edition(1);
    let mut paper: Paper = serde_json::from_slice(&documents.bytes[&documents.paper]).expect("a paper");
    let mut keys: Vec<UnitKey> =
        documents.keys.values().map(|hash| serde_json::from_slice(&documents.bytes[hash]).expect("a key")).collect();
    change(&mut paper, &mut keys);
    let mut library = Library::default();
    let mut put = |document: Document| {
        library.insert(document.hash, &document.bytes).expect("this build made it");
        document.hash
    };
    let keys = keys.iter().map(|key| (key.unit, put(Document::of(key)))).collect();
    let paper = put(Document::of(&paper));
    (Command::Course(course_id(), course::Command::Publish { paper, keys }), library)
}

fn publish(directory: &Directory, (command, library): (Command, Library)) -> Result<usize, Refusal> {
    decide(&command, &World::new(directory, &library, directory.state(&command.stream()), Timestamp(0))).map(|events| events.len())
}

#[test]
fn only_sound_documents_are_published() {
    let here = directory([]);
    let unsound = Err(Refusal::Course(course::Refusal::Unsound));
    assert_eq!(publish(&here, publishing(|paper, _| paper.title.push('!'))), Ok(1));
    let no_questions = publishing(|paper, _| paper.chapters[0].sections[0].questions.clear());
    let no_key = publishing(|_, keys| _ = keys.pop());
    let other_course = publishing(|paper, _| paper.course = domain::ids::CourseId::derived(&["other"]));
    let no_section = publishing(|paper, _| _ = paper.chapters[0].sections.pop());
    let (missing, _) = publishing(|paper, _| paper.title.push('?'));
    let cases = [
        ("no questions", no_questions),
        ("no key", no_key),
        ("another course's paper", other_course),
        ("a key without its section", no_section),
        ("documents not stored", (missing, Library::default())),
    ];
    for (what, case) in cases {
        assert_eq!(publish(&here, case), unsound, "{what}");
    }
    let Command::Course(_, course::Command::Publish { paper, mut keys }) = publishing(|_, _| {}).0 else { panic!("it publishes") };
    let swapped = keys[&unit("drill")];
    keys.insert(unit("section"), swapped);
    let swapped = Command::Course(course_id(), course::Command::Publish { paper, keys });
    assert_eq!(publish(&here, (swapped, LIBRARY.clone())), unsound, "another unit's key");
}

#[test]
fn an_account_is_opened_once() {
    let here = directory([]);
    let open = |name| Command::Account(person(name), account::Command::Open { school: school(), role: Role::Student });
    assert!(decided(&here, open("new")).is_ok());
    assert_eq!(decided(&here, open("ann")), Err(Refusal::Account(account::Refusal::AlreadyOpen)));
}

/// The section was assigned from 1,000 to 2,000.
fn assigned_for_a_while() -> Directory {
    let (unit, course) = (unit("section"), course_id());
    let event = class::Event::UnitAssigned { unit, course, from: Some(Timestamp(1_000)), until: Some(Timestamp(2_000)) };
    directory([Event::Class(class_of("2B"), event)])
}

#[test]
fn work_counts_while_the_assignment_is_open_by_the_devices_clock() {
    let here = assigned_for_a_while();
    let key = attempt("section", 1);
    let edition = edition_ref("section", 1);
    let begun = Attempt::replay(&[
        attempt::Event::AttemptStarted { edition, rule: domain::content::Rule::SECTION_TEST },
        attempt::Event::QuestionAssigned { ordinal: 1, question: question_id("section", 9) },
    ]);
    let ask = |attempt: &Attempt, command: &attempt::Command, at: i64| {
        let world = World::new(&here, &LIBRARY, State::Attempt(Cow::Borrowed(attempt)), Timestamp(at));
        decide(&Command::Attempt(key, command.clone()), &world)
    };
    let closed = Err(Refusal::Attempt(attempt::Refusal::NotOpenNow));
    for (at, open) in [(999, false), (1_000, true), (1_999, true), (2_000, false)] {
        let started = ask(&Attempt::NotStarted, &attempt::Command::Start { edition }, at);
        assert_eq!(started.is_ok(), open, "start at {at}");
        let commands = [right_answer(&begun), attempt::Command::RevealAnswer { ordinal: 1 }];
        for command in commands {
            let answered = ask(&begun, &command, at);
            assert_eq!(answered == closed, !open, "{command:?} at {at}");
            assert_eq!(answered.is_ok(), open, "{command:?} at {at}");
        }
    }
    let regrade = ask(&begun, &attempt::Command::Regrade { correction: 1 }, 5_000);
    assert_eq!(regrade, Ok(vec![]), "what was done is graded again at any time");
}

#[test]
fn an_ended_assignment_takes_no_more_work() {
    let ended = Event::Class(class_of("2B"), class::Event::AssignmentEnded { unit: unit("section") });
    let here = directory([ended.clone()]);
    let edition = edition_ref("section", 1);
    assert_eq!(start(attempt("section", 1), edition, &here, None), no(attempt::Refusal::NotAssigned));
    assert!(start(attempt("drill", 1), edition_ref("drill", 1), &here, None).is_ok(), "the others go on");
    let again = class::Event::UnitAssigned { unit: unit("section"), course: course_id(), from: None, until: None };
    let here = directory([ended, Event::Class(class_of("2B"), again)]);
    assert_eq!(start(attempt("section", 1), edition, &here, None), Ok(2));
}

#[test]
fn a_correction_names_a_question_of_the_newest_edition_and_fits_it() {
    let here = directory([]);
    let correct = |unit_name: &str, question, correction| {
        let correct = course::Command::Correct { unit: unit(unit_name), question, correction, harm_nobody: false };
        decided(&here, Command::Course(course_id(), correct)).map(|events| events.len())
    };
    let does_not_fit = Err(Refusal::Course(course::Refusal::DoesNotFit));
    let question = question_id("section", 3);
    let accept = |text: &str| Correction::AcceptToo { inputs: vec![Input::Text(text.into())] };
    assert_eq!(correct("section", question, accept("7")), Ok(1));
    assert_eq!(correct("section", question, accept("seven")), does_not_fit, "not a number");
    assert_eq!(correct("drill", question, accept("7")), does_not_fit, "another unit's question");
    assert_eq!(correct("section", question_id("section", 11), Correction::Drop {}), does_not_fit, "no such question");
    let empty = World { library: &Library::default(), ..world(&here) };
    let drop = course::Command::Correct { unit: unit("section"), question, correction: Correction::Drop {}, harm_nobody: false };
    let undecided = decide(&Command::Course(course_id(), drop), &empty);
    assert_eq!(undecided, Err(Refusal::Course(course::Refusal::DoesNotFit)), "what nobody has at hand cannot be checked");
}

fn world(directory: &Directory) -> World<'_> {
    World::new(directory, &LIBRARY, directory.state(&StreamId::Course(course_id())), Timestamp(0))
}

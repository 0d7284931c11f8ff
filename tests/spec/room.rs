//! The rules of the teacher's room: joining by a code, notes, new passwords, and whose they are.

use crate::{
    given::Given,
    model::school::{as_log, class_of, course_id, edition, founded, person, school, unit},
};
use domain::{
    account::{self, Account, Role},
    class::{self, Class, Facts, Note, Refusal},
    command::Command,
    content::edition::Document,
    event::{Event, StreamId},
    feeds::{Feed, feeds_of, may_read_note, may_send, may_set_password},
    ids::SchoolId,
    library::Library,
    projections::directory::Directory,
    replica::{bundle::without_note, storage::Queued},
    time::Timestamp,
};

/// The school with more of its past.
fn directory(more: impl IntoIterator<Item = (StreamId, Event)>) -> Directory {
    let mut directory = Directory::default();
    as_log(founded().into_iter().chain(more)).iter().for_each(|recorded| directory.fold(recorded));
    directory
}

fn in_2b(event: class::Event) -> (StreamId, Event) {
    (StreamId::Class(class_of("2B")), Event::Class(event))
}

fn given(history: impl IntoIterator<Item = class::Event>) -> Given<Class> {
    let opened = class::Event::ClassOpened { school: school(), title: "2B".into() };
    Given::new([opened].into_iter().chain(history), Facts { account_fits: true, published: true, code_is_free: true })
}

fn open(code: &str) -> class::Command {
    class::Command::OpenEnrolment { code: code.into() }
}

fn opened(code: &str) -> class::Event {
    class::Event::EnrolmentOpened { code: code.into() }
}

fn join(code: &str) -> class::Command {
    class::Command::Join { student: person("ann"), code: code.into() }
}

fn note(text: &str) -> Note {
    Note { note: text.into(), salt: person("salt") }
}

fn written() -> class::Event {
    class::Event::NoteWritten { student: person("ann"), note: note("Well done").document().hash }
}

#[test]
fn enrolment_is_opened_with_a_code_of_6_to_12_letters_and_digits_that_opens_no_other_class() {
    for code in ["abc12", "abcdefghijklm", "abc 123", "abc-123", "äbcdef", ""] {
        given([]).when(open(code)).then_refused(Refusal::BadCode);
    }
    given([]).when(open("abc123")).then([opened("abc123")]);
    given([opened("abc123")]).when(open("abc123")).then_nothing();
    given([opened("abc123")]).when(open("xyz789")).then([opened("xyz789")]);
    given([]).where_(|facts| facts.code_is_free = false).when(open("abc123")).then_refused(Refusal::CodeTaken);
    given([opened("abc123")]).when(class::Command::CloseEnrolment {}).then([class::Event::EnrolmentClosed {}]);
    given([]).when(class::Command::CloseEnrolment {}).then_nothing();
}

#[test]
fn whoever_knows_the_code_joins_while_enrolment_is_open() {
    let enrolled = class::Event::StudentEnrolled { student: person("ann") };
    given([opened("abc123")]).when(join("ABC123")).then([enrolled.clone()]);
    given([opened("abc123")]).when(join("abc124")).then_refused(Refusal::NotOpenToYou);
    given([]).when(join("abc123")).then_refused(Refusal::NotOpenToYou);
    given([opened("abc123"), class::Event::EnrolmentClosed {}]).when(join("abc123")).then_refused(Refusal::NotOpenToYou);
    given([opened("abc123"), opened("xyz789")]).when(join("abc123")).then_refused(Refusal::NotOpenToYou);
    given([enrolled]).when(join("whatever")).then_nothing();
    given([opened("abc123")]).where_(|facts| facts.account_fits = false).when(join("abc123")).then_refused(Refusal::NoSuchAccount);
}

#[test]
fn a_code_is_looked_for_in_one_school() {
    let here = directory([in_2b(opened("abc123"))]);
    assert_eq!(here.class_joined_with("ABC123", Some(school())), Some(class_of("2B")));
    assert_eq!(here.class_joined_with("abc124", Some(school())), None);
    assert_eq!(here.class_joined_with("abc123", Some(SchoolId::derived(&["elsewhere"]))), None);
}

#[test]
fn a_password_is_set_for_an_account_that_exists_as_often_as_asked() {
    let set = account::Command::SetPassword { school: school() };
    let event = account::Event::PasswordSet { school: school() };
    let opened = account::Event::AccountOpened { school: school(), role: Role::Student };
    Given::<Account>::new([], ()).when(set.clone()).then_refused(account::Refusal::NotOpen);
    for history in [vec![opened.clone()], vec![opened, event.clone()]] {
        let state = Given::<Account>::new(history, ()).state;
        assert_eq!(domain::decider::Decider::decide(&state, &set, &()), Ok(vec![event.clone()]));
        assert_eq!(domain::decider::Decider::evolve(state.clone(), &event), state);
    }
}

#[test]
fn a_student_gets_a_password_from_her_teachers_and_the_office_and_a_teacher_from_the_office() {
    let elsewhere = SchoolId::derived(&["elsewhere"]);
    let account = |name, school, role| (StreamId::Account(person(name)), Event::Account(account::Event::AccountOpened { school, role }));
    let theo = class::Event::TeacherAppointed { teacher: person("theo") };
    let here = directory([
        account("theo", school(), Role::Teacher),
        (StreamId::Class(class_of("2C")), Event::Class(theo)),
        account("stranger", elsewhere, Role::Administrator),
    ]);
    let people = ["ann", "bob", "cem", "tess", "theo", "admin", "stranger", "nobody"];
    let may = [("tess", "ann"), ("tess", "bob"), ("theo", "cem")];
    for who in people {
        for of in people {
            let wanted = may.contains(&(who, of)) || (who == "admin" && ["ann", "bob", "cem", "tess", "theo"].contains(&of));
            assert_eq!(may_set_password(person(who), person(of), &here), wanted, "{who} to {of}");
        }
    }
    let gone = directory([in_2b(class::Event::StudentRemoved { student: person("ann") })]);
    assert!(!may_set_password(person("tess"), person("ann"), &gone), "she teaches her no more");
}

#[test]
fn a_note_is_for_its_student_and_the_classs_teachers() {
    let theo = (StreamId::Account(person("theo")), Event::Account(account::Event::AccountOpened { school: school(), role: Role::Teacher }));
    let appointed = class::Event::TeacherAppointed { teacher: person("theo") };
    let here = directory([theo, (StreamId::Class(class_of("2C")), Event::Class(appointed)), in_2b(written())]);
    let hash = note("Well done").document().hash;
    for (name, may) in [("ann", true), ("tess", true), ("bob", false), ("cem", false), ("theo", false), ("admin", false), ("nobody", false)]
    {
        assert_eq!(may_read_note(person(name), hash, &here), may, "{name}");
        assert!(!may_read_note(person(name), edition(1).paper, &here), "{name}: that is no note");
    }
    assert!(here.notes.has(hash) && !here.notes.has(edition(1).paper));
    let (stream, event) = in_2b(written());
    assert_eq!(feeds_of(&stream, &event), [Feed::Staff(class_of("2B")), Feed::Student(person("ann"))]);
    let set = Event::Account(account::Event::PasswordSet { school: school() });
    assert_eq!(feeds_of(&StreamId::Account(person("ann")), &set), [Feed::School(school())]);
    for event in [opened("abc123"), class::Event::EnrolmentClosed {}] {
        assert_eq!(feeds_of(&stream, &Event::Class(event)), [Feed::Staff(class_of("2B"))], "a code is told by people, not by feeds");
    }
}

#[test]
fn what_goes_its_own_way_is_nobodys_command() {
    let here = directory([in_2b(opened("abc123"))]);
    let in_class = |command, who: &'static [&'static str]| (StreamId::Class(class_of("2B")), Command::Class(command), who);
    let set = Command::Account(account::Command::SetPassword { school: school() });
    let staff = ["tess", "admin"].as_slice();
    let assign = class::Command::AssignUnit { unit: unit("drill"), course: course_id(), from: None, until: None };
    for (stream, command, who) in [
        in_class(join("abc123"), &[]),
        (StreamId::Account(person("ann")), set, &[]),
        in_class(class::Command::WriteNote { student: person("ann"), note: note("x") }, &["tess"]),
        in_class(open("abc124"), staff),
        in_class(class::Command::CloseEnrolment {}, staff),
        in_class(class::Command::EndAssignment { unit: unit("drill") }, staff),
        in_class(assign, staff),
    ] {
        for name in ["ann", "bob", "cem", "tess", "admin", "nobody"] {
            assert_eq!(may_send(person(name), &stream, &command, &here), who.contains(&name), "{name}: {command:?}");
        }
    }
}

#[test]
fn a_note_is_taken_for_nothing_else_and_nothing_else_for_a_note() {
    let mut library = Library::default();
    let written = note("Well done").document();
    library.insert(written.hash, &written.bytes).expect("a note");
    assert_eq!(library.note(written.hash).map(AsRef::as_ref), Some("Well done"));
    assert!(library.has(written.hash) && library.paper(written.hash).is_none() && library.key(written.hash).is_none());
    for (hash, bytes) in edition(1).bytes {
        library.insert(hash, &bytes).expect("a paper or a key");
        assert!(library.note(hash).is_none());
    }
    let salt = person("salt");
    for odd in [
        Document::of(&serde_json::json!({ "note": "x" })),
        Document::of(&serde_json::json!({ "note": 1, "salt": salt })),
        Document::of(&serde_json::json!({ "note": "x", "salt": salt, "more": 1 })),
    ] {
        assert!(library.insert(odd.hash, &odd.bytes).is_err());
    }
    assert!(library.insert(edition(1).paper, &written.bytes).is_err(), "another hash");
    library.remove(written.hash);
    assert!(!library.has(written.hash));
    assert_ne!(note("Well done").document().hash, Note { salt: person("pepper"), ..note("Well done") }.document().hash);
}

#[test]
fn support_is_not_given_what_a_note_says() {
    let queued = |command: class::Command| Queued {
        stream: StreamId::Class(class_of("2B")),
        at: Timestamp(1),
        body: Command::Class(command).body().get().to_owned(),
    };
    let given = without_note(queued(class::Command::WriteNote { student: person("ann"), note: note("Well done") }));
    assert!(!given.body.contains("Well") && given.body.contains(&person("ann").to_string()));
    assert!(Command::read(&given.stream, &given.body).is_ok_and(|command| command.note().is_some()), "it is still a command");
    let other = queued(open("abc123"));
    assert_eq!(without_note(other.clone()), other);
}

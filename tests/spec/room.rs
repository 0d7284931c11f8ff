//! The rules of the teacher's room: joining by a code, notes, new passwords, and whose they are.

use crate::given::Given;
use domain::{
    account::{self, Account, Role},
    class::{self, Note},
    command::Command,
    content::edition::Document,
    event::{Event, StreamId},
    feeds::{Feed, feeds_of, readable},
    ids::SchoolId,
    library::Library,
    projections::directory::Directory,
    replica::{bundle::without_note, storage::Queued},
    rights::{
        HANDED_OUT_BEFORE_MS, may_close_account, may_have, may_open_enrolment, may_read_note, may_remove_note, may_send, may_set_password,
    },
    time::Timestamp,
};
use model::school::{UNITS, as_log, class_of, course_id, edition, founded, person, school, unit};

/// The school with more of its past.
fn directory(more: impl IntoIterator<Item = Event>) -> Directory {
    let mut directory = Directory::default();
    as_log(founded().into_iter().chain(more)).iter().for_each(|recorded| directory.fold(recorded));
    directory
}

fn in_2b(event: class::Event) -> Event {
    Event::Class(class_of("2B"), event)
}

fn opened(code: &str) -> class::Event {
    class::Event::EnrolmentOpened { code: code.into(), until: Some(Timestamp(100)) }
}

fn note(text: &str) -> Note {
    Note { note: text.into(), salt: person("salt") }
}

fn written() -> class::Event {
    class::Event::NoteWritten { student: person("ann"), note: note("Well done").document().hash }
}

#[test]
fn a_code_is_looked_for_in_one_school() {
    let here = directory([in_2b(opened("KM4RT9"))]);
    let found = |code, school, at| here.class_joined_with(code, Some(school), Timestamp(at));
    assert_eq!(found("km4rt9", school(), 99), Some(class_of("2B")));
    assert_eq!(found("km4rt9", school(), 100), None, "it is over");
    assert_eq!(found("KM4RT8", school(), 99), None);
    assert_eq!(found("KM4RT9", SchoolId::derived(&["elsewhere"]), 99), None);
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
    let account = |name, school, role| Event::Account(person(name), account::Event::AccountOpened { school, role });
    let theo = class::Event::TeacherAppointed { teacher: person("theo") };
    let here = directory([
        account("theo", school(), Role::Teacher),
        Event::Class(class_of("2C"), theo),
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
    let theo = Event::Account(person("theo"), account::Event::AccountOpened { school: school(), role: Role::Teacher });
    let appointed = class::Event::TeacherAppointed { teacher: person("theo") };
    let here = directory([theo, Event::Class(class_of("2C"), appointed), in_2b(written())]);
    let hash = note("Well done").document().hash;
    for (name, may) in [("ann", true), ("tess", true), ("bob", false), ("cem", false), ("theo", false), ("admin", false), ("nobody", false)]
    {
        assert_eq!(may_read_note(person(name), hash, &here), may, "{name}");
        assert!(!may_read_note(person(name), edition(1).paper, &here), "{name}: that is no note");
    }
    assert!(here.notes.has(hash) && !here.notes.has(edition(1).paper));
    let event = in_2b(written());
    assert_eq!(feeds_of(&event, &Directory::default()), [Feed::Staff(class_of("2B")), Feed::Student(person("ann"))]);
    let set = Event::Account(person("ann"), account::Event::PasswordSet { school: school() });
    assert_eq!(feeds_of(&set, &Directory::default()), [Feed::School(school())]);
    for event in [opened("KM4RT9"), class::Event::EnrolmentClosed {}] {
        assert_eq!(feeds_of(&in_2b(event), &Directory::default()), [Feed::Staff(class_of("2B"))], "a code is told by people, not by feeds");
    }
}

#[test]
fn what_goes_its_own_way_is_nobodys_command() {
    let here = directory([in_2b(opened("KM4RT9")), in_2b(written())]);
    let in_class = |command, who: &'static [&'static str]| (Command::Class(class_of("2B"), command), who);
    let set = Command::Account(person("ann"), account::Command::SetPassword { school: school() });
    let staff = ["tess", "admin"].as_slice();
    let assign = class::Command::AssignUnit { unit: unit("drill"), course: course_id(), from: None, until: None };
    for (command, who) in [
        in_class(class::Command::Join { student: person("ann"), code: "KM4RT9".into() }, &[]),
        in_class(class::Command::OpenEnrolment { code: "XYN789".into() }, &[]),
        in_class(class::Command::RemoveNote { note: note("Well done").document().hash }, &[]),
        (set, &[]),
        (Command::Account(person("ann"), account::Command::Close { school: school() }), &[]),
        in_class(class::Command::WriteNote { student: person("ann"), note: note("x") }, &["tess"]),
        in_class(class::Command::CloseEnrolment {}, staff),
        in_class(class::Command::EndAssignment { unit: unit("drill") }, staff),
        in_class(assign, staff),
    ] {
        for name in ["ann", "bob", "cem", "tess", "admin", "nobody"] {
            assert_eq!(may_send(person(name), &command, &here), who.contains(&name), "{name}: {command:?}");
        }
    }
}

#[test]
fn codes_are_made_for_a_classs_teachers_and_accounts_closed_by_the_office() {
    let elsewhere = SchoolId::derived(&["elsewhere"]);
    let account = |name, school, role| Event::Account(person(name), account::Event::AccountOpened { school, role });
    let here = directory([account("stranger", elsewhere, Role::Administrator), account("theo", school(), Role::Teacher), in_2b(written())]);
    let hash = note("Well done").document().hash;
    for name in ["ann", "bob", "tess", "theo", "admin", "stranger", "nobody"] {
        let who = person(name);
        assert_eq!(may_open_enrolment(who, class_of("2B"), &here), ["tess", "admin"].contains(&name), "{name}");
        assert_eq!(may_remove_note(who, hash, &here), name == "tess", "{name}");
        for of in ["ann", "tess", "admin"] {
            assert_eq!(may_close_account(who, person(of), &here), name == "admin" && of != "admin", "{name} closes {of}");
        }
        assert!(!may_close_account(who, person("nobody"), &here));
    }
}

#[test]
fn a_closed_account_has_no_rights_and_is_not_opened_again() {
    let closed = |name| Event::Account(person(name), account::Event::AccountClosed { school: school() });
    let here = directory([in_2b(written()), closed("ann"), closed("tess")]);
    let hash = note("Well done").document().hash;
    for name in ["ann", "tess"] {
        assert!(here.account(person(name)).is_none() && here.is_closed(person(name)), "{name}");
        assert!(readable(person(name), &here, Timestamp(0)).is_empty(), "{name}");
    }
    assert!(!may_open_enrolment(person("tess"), class_of("2B"), &here) && !may_set_password(person("tess"), person("bob"), &here));
    assert!(!may_read_note(person("tess"), hash, &here) && !may_remove_note(person("tess"), hash, &here));
    assert!(!may_read_note(person("ann"), hash, &here));
    let opened = account::Event::AccountOpened { school: school(), role: Role::Student };
    let close = account::Command::Close { school: school() };
    let event = account::Event::AccountClosed { school: school() };
    Given::<Account>::new([], ()).when(close.clone()).then_refused(account::Refusal::NotOpen);
    Given::<Account>::new([opened.clone()], ()).when(close.clone()).then([event.clone()]);
    Given::<Account>::new([opened.clone(), event.clone()], ()).when(close).then_nothing();
    let again = account::Command::Open { school: school(), role: Role::Teacher };
    Given::<Account>::new([opened.clone(), event.clone()], ()).when(again).then_refused(account::Refusal::AlreadyOpen);
    let password = account::Command::SetPassword { school: school() };
    Given::<Account>::new([opened, event], ()).when(password).then_refused(account::Refusal::NotOpen);
}

#[test]
fn a_dismissed_teacher_reads_the_class_no_more() {
    let here = directory([in_2b(written()), in_2b(class::Event::TeacherDismissed { teacher: person("tess") })]);
    assert!(readable(person("tess"), &here, Timestamp(0)).is_empty());
    assert!(!may_read_note(person("tess"), note("Well done").document().hash, &here));
    assert!(here.class(class_of("2B")).is_some_and(|members| members.teachers.is_empty()));
}

#[test]
fn a_note_that_was_taken_back_is_nobodys() {
    let hash = note("Well done").document().hash;
    let here = directory([in_2b(written()), in_2b(class::Event::NoteRemoved { student: person("ann"), note: hash })]);
    assert!(!here.notes.has(hash) && here.notes.class_of(hash).is_none());
    assert!(!may_read_note(person("ann"), hash, &here) && !may_read_note(person("tess"), hash, &here));
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
        body: Command::Class(class_of("2B"), command).body().get().to_owned(),
    };
    let given = without_note(queued(class::Command::WriteNote { student: person("ann"), note: note("Well done") }));
    assert!(!given.body.contains("Well") && given.body.contains(&person("ann").to_string()));
    assert!(Command::read(&given.stream, &given.body).is_ok_and(|command| command.note().is_some()), "it is still a command");
    let other = queued(class::Command::CloseEnrolment {});
    assert_eq!(without_note(other.clone()), other);
}

#[test]
fn paper_and_key_are_handed_out_from_the_opening_on() {
    let opening = Timestamp(10_000_000);
    let assigned =
        |name, from| in_2b(class::Event::UnitAssigned { unit: unit(name), course: course_id(), from, until: Some(Timestamp(20_000_000)) });
    let later = directory(UNITS.map(|(name, ..)| assigned(name, Some(opening))));
    let documents = edition(1);
    let (paper, key) = (documents.paper, documents.keys[&unit("section")]);
    let may = |name: &str, document, at, here: &_| may_have(person(name), document, here, Timestamp(at));
    let early = opening.0 - HANDED_OUT_BEFORE_MS;
    for (at, may_ann) in [(0, false), (early - 1, false), (early, true), (opening.0, true), (20_000_001, true)] {
        assert_eq!([may("ann", paper, at, &later), may("ann", key, at, &later)], [may_ann; 2], "at {at}");
        assert_eq!([may("tess", paper, at, &later), may("tess", key, at, &later)], [true; 2], "a teacher prepares it");
        assert_eq!([may("cem", paper, at, &later), may("cem", key, at, &later)], [false; 2], "another class");
        assert_eq!([may("admin", paper, at, &later), may("admin", key, at, &later)], [false; 2]);
    }
    let one = directory([assigned("section", Some(opening))]);
    assert!(may("ann", paper, 0, &one), "the paper is one for all units of the course");
    assert!(!may("ann", key, 0, &one) && may("ann", documents.keys[&unit("drill")], 0, &one));
    let ended = directory([in_2b(class::Event::AssignmentEnded { unit: unit("section") })]);
    assert!(!may("ann", key, 0, &ended) && may("tess", key, 0, &ended), "it is not assigned any more");
}

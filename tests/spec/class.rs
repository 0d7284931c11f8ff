//! The rules of a class.

use crate::given::Given;
use domain::{
    class::{Class, Command, ENROLMENT_MS, Event, Facts, NOTE_CHARS_MAX, Note, Refusal},
    time::Timestamp,
};
use model::school::{course_id, person, school, unit};

const NOW: Timestamp = Timestamp(1_000_000);
const FITS: Facts = Facts { account_fits: true, published: true, code_is_free: true, noted: None, at: NOW };

fn given(history: impl IntoIterator<Item = Event>) -> Given<Class> {
    Given::new(history, FITS)
}

fn open(title: &str) -> Command {
    Command::Open { school: school(), title: title.into() }
}

fn opened() -> Event {
    Event::ClassOpened { school: school(), title: "2B".into() }
}

fn enrol(name: &str) -> Command {
    Command::EnrolStudent { student: person(name) }
}

fn enrolled(name: &str) -> Event {
    Event::StudentEnrolled { student: person(name) }
}

fn remove(name: &str) -> Command {
    Command::RemoveStudent { student: person(name) }
}

fn removed(name: &str) -> Event {
    Event::StudentRemoved { student: person(name) }
}

fn appoint(name: &str) -> Command {
    Command::AppointTeacher { teacher: person(name) }
}

fn appointed(name: &str) -> Event {
    Event::TeacherAppointed { teacher: person(name) }
}

fn assign(name: &str) -> Command {
    Command::AssignUnit { unit: unit(name), course: course_id(), from: None, until: None }
}

fn assigned(name: &str) -> Event {
    Event::UnitAssigned { unit: unit(name), course: course_id(), from: None, until: None }
}

#[test]
fn a_class_is_opened_once() {
    given([]).when(open(" 2B ")).then([opened()]);
    given([opened()]).when(open("2B")).then_refused(Refusal::AlreadyOpen);
}

#[test]
fn a_title_has_1_to_60_characters() {
    given([]).when(open("  ")).then_refused(Refusal::BadTitle);
    given([]).when(open(&"é".repeat(61))).then_refused(Refusal::BadTitle);
    given([]).when(open(&"é".repeat(60))).then([Event::ClassOpened { school: school(), title: "é".repeat(60) }]);
}

#[test]
fn nothing_happens_in_a_class_that_does_not_exist() {
    for command in [appoint("tess"), enrol("ann"), remove("ann"), assign("drill")] {
        given([]).when(command).then_refused(Refusal::NotOpen);
    }
}

#[test]
fn a_student_is_enrolled_and_removed_and_enrolled_again() {
    given([opened()]).when(enrol("ann")).then([enrolled("ann")]);
    given([opened(), enrolled("ann")]).when(enrol("ann")).then_nothing();
    given([opened(), enrolled("ann")]).when(enrol("bob")).then([enrolled("bob")]);
    given([opened(), enrolled("ann")]).when(remove("ann")).then([removed("ann")]);
    given([opened()]).when(remove("ann")).then_nothing();
    given([opened(), enrolled("ann"), removed("ann")]).when(remove("ann")).then_nothing();
    given([opened(), enrolled("ann"), removed("ann")]).when(enrol("ann")).then([enrolled("ann")]);
}

#[test]
fn a_teacher_is_appointed_once() {
    given([opened()]).when(appoint("tess")).then([appointed("tess")]);
    given([opened(), appointed("tess")]).when(appoint("tess")).then_nothing();
}

#[test]
fn nobody_unknown_comes_into_a_class() {
    for command in [appoint("nobody"), enrol("nobody")] {
        given([opened()]).where_(|facts| facts.account_fits = false).when(command).then_refused(Refusal::NoSuchAccount);
    }
}

#[test]
fn a_published_unit_is_assigned_once() {
    given([opened()]).when(assign("drill")).then([assigned("drill")]);
    given([opened(), assigned("drill")]).when(assign("drill")).then_nothing();
    given([opened()]).where_(|facts| facts.published = false).when(assign("drill")).then_refused(Refusal::NotPublished);
}

fn assign_from_until(from: Option<i64>, until: Option<i64>) -> (Command, Event) {
    let (unit, course, from, until) = (unit("drill"), course_id(), from.map(Timestamp), until.map(Timestamp));
    (Command::AssignUnit { unit, course, from, until }, Event::UnitAssigned { unit, course, from, until })
}

#[test]
fn an_assignment_may_begin_and_end_at_a_moment() {
    for (from, until) in [(Some(5), None), (None, Some(9)), (Some(5), Some(9)), (Some(5), Some(6))] {
        let (command, event) = assign_from_until(from, until);
        given([opened()]).when(command).then([event]);
    }
    for until in [5, 4] {
        given([opened()]).when(assign_from_until(Some(5), Some(until)).0).then_refused(Refusal::EndsBeforeItBegins);
    }
}

#[test]
fn said_again_with_other_moments_the_later_word_counts() {
    let ((first, first_event), (second, second_event)) = (assign_from_until(None, Some(9)), assign_from_until(None, Some(20)));
    given([opened(), first_event.clone()]).when(first.clone()).then_nothing();
    given([opened(), first_event.clone()]).when(second).then([second_event.clone()]);
    given([opened(), first_event.clone(), second_event]).when(first).then([first_event]);
}

#[test]
fn an_assignment_is_open_from_its_first_moment_to_before_its_last() {
    // (from, until, at, open)
    let table = [
        (None, None, 0, true),
        (Some(5), None, 4, false),
        (Some(5), None, 5, true),
        (None, Some(9), 8, true),
        (None, Some(9), 9, false),
        (Some(5), Some(9), 5, true),
        (Some(5), Some(9), 9, false),
    ];
    for (from, until, at, open) in table {
        let Event::UnitAssigned { course, from, until, .. } = assign_from_until(from, until).1 else { panic!("it is assigned") };
        let assignment = domain::class::Assignment { course, from, until };
        assert_eq!(assignment.is_open(Timestamp(at)), open, "{from:?} to {until:?} at {at}");
    }
}

#[test]
fn an_assignment_is_ended_once_and_may_be_made_again() {
    let end = || Command::EndAssignment { unit: unit("drill") };
    let ended = || Event::AssignmentEnded { unit: unit("drill") };
    given([opened(), assigned("drill")]).when(end()).then([ended()]);
    given([opened(), assigned("drill"), ended()]).when(end()).then_nothing();
    given([opened()]).when(end()).then_nothing();
    given([opened(), assigned("drill"), ended()]).when(assign("drill")).then([assigned("drill")]);
    given([]).when(end()).then_refused(Refusal::NotOpen);
}

fn open_enrolment(code: &str) -> Command {
    Command::OpenEnrolment { code: code.into() }
}

fn join(name: &str, code: &str) -> Command {
    Command::Join { student: person(name), code: code.into() }
}

/// Open to this code since [`NOW`].
fn code(code: &str) -> Event {
    Event::EnrolmentOpened { code: code.into(), until: Some(Timestamp(NOW.0 + ENROLMENT_MS)) }
}

#[test]
fn a_code_has_6_unmistakable_letters_lasts_14_days_and_belongs_to_one_class() {
    for wrong in ["", "KM4RT", "KM4RT9A", "KM4 T9", "KM4-T9", "KÄ4RT9", "km4rt9", "123456", "KM4RT0", "KMSRT9", "KM4RTV"] {
        given([opened()]).when(open_enrolment(wrong)).then_refused(Refusal::BadCode);
    }
    given([opened()]).when(open_enrolment("KM4RT9")).then([code("KM4RT9")]);
    given([opened()]).where_(|facts| facts.code_is_free = false).when(open_enrolment("KM4RT9")).then_refused(Refusal::CodeTaken);
}

#[test]
fn who_knows_the_code_joins_while_enrolment_is_open() {
    given([opened(), code("KM4RT9")]).when(open_enrolment("KM4RT9")).then_nothing();
    given([opened(), code("KM4RT9")]).when(open_enrolment("XYN789")).then([code("XYN789")]);
    given([opened(), code("KM4RT9")]).when(join("ann", "km4rt9")).then([enrolled("ann")]);
    given([opened(), code("KM4RT9"), enrolled("ann")]).when(join("ann", "KM4RT9")).then_nothing();
    given([opened(), code("KM4RT9")]).when(join("ann", "KM4RT8")).then_refused(Refusal::NotOpenToYou);
    given([opened(), code("KM4RT9"), code("XYN789")]).when(join("ann", "KM4RT9")).then_refused(Refusal::NotOpenToYou);
    given([opened()]).when(join("ann", "KM4RT9")).then_refused(Refusal::NotOpenToYou);
    given([opened(), code("KM4RT9")]).when(Command::CloseEnrolment {}).then([Event::EnrolmentClosed {}]);
    given([opened()]).when(Command::CloseEnrolment {}).then_nothing();
    given([opened(), code("KM4RT9"), Event::EnrolmentClosed {}]).when(join("ann", "KM4RT9")).then_refused(Refusal::NotOpenToYou);
    given([opened(), code("KM4RT9")])
        .where_(|facts| facts.account_fits = false)
        .when(join("tess", "KM4RT9"))
        .then_refused(Refusal::NoSuchAccount);
}

#[test]
fn a_code_ends_after_14_days_and_one_of_an_earlier_build_opens_nothing() {
    let after = |ms: i64| move |facts: &mut Facts| facts.at = Timestamp(NOW.0 + ms);
    given([opened(), code("KM4RT9")]).where_(after(ENROLMENT_MS - 1)).when(join("ann", "KM4RT9")).then([enrolled("ann")]);
    given([opened(), code("KM4RT9")]).where_(after(ENROLMENT_MS)).when(join("ann", "KM4RT9")).then_refused(Refusal::NotOpenToYou);
    let again = Event::EnrolmentOpened { code: "KM4RT9".into(), until: Some(Timestamp(NOW.0 + 2 * ENROLMENT_MS)) };
    given([opened(), code("KM4RT9")]).where_(after(ENROLMENT_MS)).when(open_enrolment("KM4RT9")).then([again]);
    let earlier = Event::EnrolmentOpened { code: "123456".into(), until: None };
    given([opened(), earlier]).when(join("ann", "123456")).then_refused(Refusal::NotOpenToYou);
}

#[test]
fn who_was_taken_out_does_not_come_back_by_the_code_but_by_being_enrolled() {
    let removed = || Event::StudentRemoved { student: person("ann") };
    let history = || [opened(), code("KM4RT9"), enrolled("ann"), removed()];
    given(history()).when(join("ann", "KM4RT9")).then_refused(Refusal::NotOpenToYou);
    given(history()).when(join("bob", "KM4RT9")).then([enrolled("bob")]);
    given(history()).when(Command::EnrolStudent { student: person("ann") }).then([enrolled("ann")]);
    let once_more = history().into_iter().chain([enrolled("ann")]);
    given(once_more).when(join("ann", "KM4RT9")).then_nothing();
}

#[test]
fn a_note_that_stands_is_taken_back_once() {
    let note = Note { note: "Well done".into(), salt: person("salt") }.document().hash;
    let history = || [opened(), enrolled("ann"), Event::NoteWritten { student: person("ann"), note }];
    // That it stands there no more afterwards is a fact, which the directory tells.
    let stands = Facts { noted: Some(person("ann")), ..FITS };
    let decided = domain::decider::Decider::decide(&given(history()).state, &Command::RemoveNote { note }, &stands);
    assert_eq!(decided, Ok(vec![Event::NoteRemoved { student: person("ann"), note }]));
    given(history()).when(Command::RemoveNote { note }).then_refused(Refusal::NoSuchNote);
    given([]).when(Command::RemoveNote { note }).then_refused(Refusal::NotOpen);
}

#[test]
fn a_teacher_is_dismissed_once_and_may_be_appointed_again() {
    let (dismiss, dismissed) =
        (|| Command::DismissTeacher { teacher: person("tess") }, || Event::TeacherDismissed { teacher: person("tess") });
    let appointed = || Event::TeacherAppointed { teacher: person("tess") };
    given([opened(), appointed()]).when(dismiss()).then([dismissed()]);
    given([opened(), appointed(), dismissed()]).when(dismiss()).then_nothing();
    given([opened(), appointed(), dismissed()]).when(appoint("tess")).then([appointed()]);
    given([]).when(dismiss()).then_refused(Refusal::NotOpen);
}

#[test]
fn a_note_is_for_a_student_of_the_class_and_its_text_is_not_in_the_event() {
    let note = |text: &str| Note { note: text.into(), salt: person("salt") };
    let write = |text: &str| Command::WriteNote { student: person("ann"), note: note(text) };
    let written = Event::NoteWritten { student: person("ann"), note: note("Well done, Ann").document().hash };
    let decided = given([opened(), enrolled("ann")]).state;
    let events = domain::decider::Decider::decide(&decided, &write("Well done, Ann"), &FITS);
    assert_eq!(events, Ok(vec![written.clone()]));
    assert!(!serde_json::to_string(&written).expect("it serialises").contains("Ann"));
    given([opened()]).when(write("Well done")).then_refused(Refusal::NotInClass);
    for text in ["", "  ", &"é".repeat(NOTE_CHARS_MAX + 1)] {
        given([opened(), enrolled("ann")]).when(write(text)).then_refused(Refusal::BadNote);
    }
    let salted = Note { salt: person("other"), ..note("Yes") };
    assert_ne!(salted.document().hash, note("Yes").document().hash, "nobody can tell the text from the hash");
}

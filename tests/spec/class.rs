//! The rules of a class.

use crate::given::Given;
use crate::model::school::{course_id, person, school, unit};
use domain::class::{Class, Command, Event, Facts, Refusal};

const FITS: Facts = Facts { account_fits: true, published: true, code_is_free: true };

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

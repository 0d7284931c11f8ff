//! The rules of a course.

use crate::given::Given;
use crate::model::school::edition;
use domain::course::{Command, Course, Event, Facts, Refusal};

fn given(history: impl IntoIterator<Item = Event>) -> Given<Course> {
    Given::new(history, Facts { sound: true, fits: true })
}

fn import(title: &str) -> Command {
    Command::Import { title: title.into() }
}

fn imported() -> Event {
    Event::CourseImported { title: "Arithmetic".into() }
}

fn publish(documents: u32) -> Command {
    let documents = edition(documents);
    Command::Publish { paper: documents.paper, keys: documents.keys }
}

fn published(number: u32, documents: u32) -> Event {
    let documents = edition(documents);
    Event::EditionPublished { number, paper: documents.paper, keys: documents.keys }
}

#[test]
fn a_course_is_imported_once() {
    given([]).when(import(" Arithmetic ")).then([imported()]);
    given([imported()]).when(import("Arithmetic")).then_nothing();
}

#[test]
fn a_title_has_1_to_120_characters() {
    given([]).when(import(" ")).then_refused(Refusal::BadTitle);
    given([]).when(import(&"é".repeat(121))).then_refused(Refusal::BadTitle);
    given([]).when(import(&"é".repeat(120))).then([Event::CourseImported { title: "é".repeat(120) }]);
}

#[test]
fn editions_are_numbered_from_1() {
    given([imported()]).when(publish(1)).then([published(1, 1)]);
    given([imported(), published(1, 1)]).when(publish(2)).then([published(2, 2)]);
    given([imported(), published(1, 1), published(2, 2)]).when(publish(1)).then([published(3, 1)]);
}

#[test]
fn publishing_what_is_published_is_quiet() {
    given([imported(), published(1, 1)]).when(publish(1)).then_nothing();
}

#[test]
fn a_changed_key_alone_makes_an_edition() {
    let Command::Publish { paper, mut keys } = publish(1) else { panic!("it publishes") };
    keys.pop_last();
    let event = Event::EditionPublished { number: 2, paper, keys: keys.clone() };
    given([imported(), published(1, 1)]).when(Command::Publish { paper, keys }).then([event]);
}

#[test]
fn only_an_imported_course_with_sound_documents_is_published() {
    given([]).when(publish(1)).then_refused(Refusal::NotImported);
    given([imported()]).where_(|facts| facts.sound = false).when(publish(1)).then_refused(Refusal::Unsound);
}

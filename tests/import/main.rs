//! Import: what becomes of foreign question banks, and that nothing foreign reaches a screen unsanitised; and what of foreign marks.

mod answers;
mod course;
mod decoding;
mod gift;
mod identity;
mod kinds;
mod numbers;
mod properties;
mod rich;
mod statistics;
mod strangers;

use domain::{
    content::{Edition, FieldKey, Question, QuestionKey, Section},
    ids::CourseId,
};
use server::operator::import::{Import, Verdict};

fn course() -> CourseId {
    CourseId::derived(&["a course"])
}

fn read(text: &str) -> Import {
    server::operator::import::gift::read(text, "A course", course())
}

fn sections(edition: &Edition) -> impl Iterator<Item = &Section> {
    edition.paper.chapters.iter().flat_map(|chapter| &chapter.sections)
}

fn key<'e>(edition: &'e Edition, section: &Section, question: &Question) -> &'e QuestionKey {
    &edition.keys[&section.id].questions[&question.id]
}

/// The only question of a text that has one, with its key and the remarks.
#[track_caller]
fn one(text: &str) -> (Question, QuestionKey, Vec<String>) {
    let Import { edition, report } = read(text);
    assert_eq!(report.len(), 1, "{text}: {report:?}");
    let remarks = match &report[0].verdict {
        Verdict::Imported => Vec::new(),
        Verdict::Remarked(remarks) => remarks.clone(),
        Verdict::Refused(reason) => panic!("{text}: refused: {reason}"),
    };
    let edition = edition.expect("something was imported");
    assert_eq!(edition.faults(), [], "{text}");
    let section = sections(&edition).next().expect("an edition has sections");
    let question = section.questions[0].clone();
    let key = key(&edition, section, &question).clone();
    (question, key, remarks)
}

/// The key of the only field of the only question.
#[track_caller]
fn field(text: &str) -> FieldKey {
    one(text).1.fields.remove(0)
}

/// Why the only question of a text is refused.
#[track_caller]
fn refused(text: &str) -> String {
    let Import { edition, report } = read(text);
    assert_eq!(edition, None, "{text}");
    match report.as_slice() {
        [line] => match &line.verdict {
            Verdict::Refused(reason) => reason.clone(),
            verdict => panic!("{text}: {verdict:?}"),
        },
        lines => panic!("{text}: {lines:?}"),
    }
}

//! A course in counting, so that a test knows what is right: the n-th question of each section has the answer n.

use domain::{
    attempt::{self, TRIES_MAX},
    content::{
        Accepted, Block, Chapter, Edition, Field, FieldKey, FieldKind, Form, Input, Notation, Paper, Question, QuestionKey, Rule, Section,
        Tolerance, Tools, UnitKey,
    },
    ids::{CourseId, QuestionId, UnitId},
};
use server::engine::{EditionDocuments, Operation};

/// How many questions a section has.
const QUESTIONS: usize = 10;

/// A section of a course: `up` and `down` are section tests, `drill` is a drill.
pub fn unit(course: &str, name: &str) -> UnitId {
    UnitId::derived(&[course, name])
}

/// Publishes the course under a name, and assigns it.
pub fn published(course: &str, class: &str) -> Operation {
    Operation::PublishCourse { edition: Box::new(edition(course)), class: Some(class.into()) }
}

/// What is right for a question.
pub fn right(question: QuestionId) -> Vec<Input> {
    let courses = ["counting", "more counting", "other counting"];
    let named = courses.iter().flat_map(|course| ["up", "down", "drill"].map(|name| unit(course, name)));
    let n = named.flat_map(|unit| (1..=QUESTIONS).map(move |n| (question_id(unit, n), n))).find(|(id, _)| *id == question);
    text(&n.expect("a question in counting").1.to_string())
}

/// Something typed.
pub fn text(typed: &str) -> Vec<Input> {
    vec![Input::Text(typed.into())]
}

fn edition(course: &str) -> EditionDocuments {
    let sections = [("up", Rule::SECTION_TEST), ("down", Rule::SECTION_TEST), ("drill", Rule::DRILL)];
    let sections = sections.map(|(name, rule)| section(unit(course, name), name, rule));
    let chapters = vec![Chapter::of_sections("All".into(), sections.iter().map(|(section, _)| section.clone()).collect())];
    let paper = Paper { course: CourseId::derived(&[course]), title: course.into(), decimal_comma: false, chapters };
    Edition { paper, keys: sections.into_iter().map(|(section, key)| (section.id, key)).collect() }.into()
}

fn section(unit: UnitId, name: &str, rule: Rule) -> (Section, UnitKey) {
    let kind = FieldKind::Number { notation: Notation::default(), units: vec![] };
    let question = |n| Question {
        id: question_id(unit, n),
        body: vec![Block::Field(0)],
        fields: vec![Field { label: "Answer".into(), kind: kind.clone() }],
        tools: Tools::default(),
    };
    let accepted = |n: usize| Accepted { value: n.to_string().parse().expect("a number"), within: Tolerance::Exact };
    let key = |n| QuestionKey {
        fields: vec![FieldKey::Number { accepted: vec![accepted(n)], form: Form::Decimal, unit: None, feedback: vec![] }],
        worked: Default::default(),
        praise: None,
        comfort: None,
    };
    let questions = (1..=QUESTIONS).map(question).collect();
    let keys = (1..=QUESTIONS).map(|n| (question_id(unit, n), key(n))).collect();
    (Section { id: unit, title: name.into(), rule, explanation: None, questions }, UnitKey { unit, questions: keys })
}

fn question_id(unit: UnitId, n: usize) -> QuestionId {
    QuestionId::derived(&[&unit.to_string(), &n.to_string()])
}

/// The command of this number of somebody who gives wrong answers on and on, after a start: as many as a question has tries, then the next question.
pub fn wrong_work(number: u64) -> attempt::Command {
    let (tries, place) = (TRIES_MAX as u64, number.checked_sub(2).expect("the first command is a start"));
    let (ordinal, place) = (u32::try_from(place / (tries + 2)).unwrap() + 1, place % (tries + 2));
    let inputs = || text(&(1_000 + number).to_string());
    match place.checked_sub(tries) {
        None => attempt::Command::SubmitAnswer { ordinal, try_number: u32::try_from(place).unwrap() + 1, inputs: inputs(), ms: None },
        Some(0) => attempt::Command::RevealAnswer { ordinal },
        Some(_) => attempt::Command::NextQuestion { ordinal },
    }
}

//! Right and wrong answers to the questions of the demo course: found by trying, graded by the domain.

use domain::{
    content::{Edition, Field, FieldKey, FieldKind, Input, Question, QuestionKey, Section, UnitKey},
    grading::{Correctness, grade},
};
use std::sync::OnceLock;

/// A unit of the demo course.
#[derive(Clone, Copy)]
pub struct Unit {
    pub section: &'static Section,
    pub key: &'static UnitKey,
    decimal_comma: bool,
}

/// The demo course.
pub fn course() -> &'static Edition {
    static COURSE: OnceLock<Edition> = OnceLock::new();
    COURSE.get_or_init(server::operator::import::course::demo)
}

/// The unit with this title.
pub fn unit(title: &str) -> Unit {
    let edition = course();
    let section = edition.paper.chapters.iter().flat_map(|chapter| &chapter.sections).find(|section| section.title == title);
    let section = section.unwrap_or_else(|| panic!("the demo course has no section “{title}”"));
    Unit { section, key: &edition.keys[&section.id], decimal_comma: edition.paper.decimal_comma }
}

impl Unit {
    /// An answer that is right.
    pub fn right(&self, question: &Question) -> Vec<Input> {
        self.answer(question, &Correctness::Right, right_inputs)
    }

    /// An answer that is wrong, and can be read.
    pub fn wrong(&self, question: &Question) -> Vec<Input> {
        self.answer(question, &Correctness::Wrong, wrong_inputs)
    }

    /// The first candidate of each field that comes out so.
    fn answer(&self, question: &Question, outcome: &Correctness, candidates: fn(&Field, &FieldKey) -> Vec<Input>) -> Vec<Input> {
        let key: &QuestionKey = &self.key.questions[&question.id];
        let candidates: Vec<Vec<Input>> = question.fields.iter().zip(&key.fields).map(|(field, key)| candidates(field, key)).collect();
        let mut inputs: Vec<Input> = candidates.iter().map(|field| field[0].clone()).collect();
        for (index, field) in candidates.iter().enumerate() {
            let found = field.iter().find(|candidate| {
                inputs[index] = (*candidate).clone();
                grade(question, key, &inputs, self.decimal_comma).fields[index] == *outcome
            });
            assert!(found.is_some(), "no candidate comes out {outcome:?} in field {index} of {:?}: {field:?}", question.body);
        }
        inputs
    }
}

fn right_inputs(_: &Field, key: &FieldKey) -> Vec<Input> {
    match key {
        FieldKey::Number { accepted, unit, .. } => {
            let written = accepted.iter().flat_map(|accepted| ways_to_write(&accepted.value.to_string()));
            let unit = unit.map(|unit| format!(" {}", unit.symbol())).unwrap_or_default();
            written.map(|text| Input::Text(format!("{text}{unit}"))).collect()
        }
        FieldKey::Text { accepted, .. } => accepted.iter().map(|text| Input::Text(text.replace(['*', '\\'], ""))).collect(),
        FieldKey::OneOf { right, .. } => vec![Input::Chosen(vec![*right])],
        FieldKey::ManyOf { right, .. } => vec![Input::Chosen(right.iter().copied().collect())],
        FieldKey::Match { right } => vec![Input::Chosen(right.clone())],
    }
}

fn wrong_inputs(field: &Field, key: &FieldKey) -> Vec<Input> {
    match (&field.kind, key) {
        (FieldKind::Number { .. }, FieldKey::Number { unit, .. }) => {
            let unit = unit.map(|unit| format!(" {}", unit.symbol())).unwrap_or_default();
            ["98761", "31", "7.5%", "98761%"].iter().map(|text| Input::Text(format!("{text}{unit}"))).collect()
        }
        (FieldKind::OneOf { choices }, _) => (0..choices.len() as u16).map(|choice| Input::Chosen(vec![choice])).collect(),
        (FieldKind::ManyOf { choices }, _) => (0..choices.len() as u16).map(|choice| Input::Chosen(vec![choice])).collect(),
        (FieldKind::Match { left, right }, _) => (0..right.len() as u16).map(|choice| Input::Chosen(vec![choice; left.len()])).collect(),
        (FieldKind::Number { .. } | FieldKind::Text, _) => vec![Input::Text("quite another thing".to_owned())],
    }
}

/// A number given as `a` or `a/b`, as a fraction, a mixed number, a decimal and a percentage: a form may be asked for.
fn ways_to_write(number: &str) -> Vec<String> {
    let (over, under) = number.split_once('/').unwrap_or((number, "1"));
    let (over, under): (i128, i128) = (over.parse().expect("small"), under.parse().expect("small"));
    let mut ways = vec![number.to_owned()];
    let sign = if over < 0 { "-" } else { "" };
    let (whole, rest) = (over.abs() / under, over.abs() % under);
    if whole != 0 && rest != 0 {
        ways.push(format!("{sign}{whole} {rest}/{under}"));
    }
    let decimals = |over: i128, under: i128| {
        (0..=6_u32).map(move |places| {
            let scale = 10_i128.pow(places);
            let rounded = (over.abs() * scale * 2 + under) / (under * 2);
            let places = places as usize;
            let digits = format!("{rounded:0>width$}", width = places + 1);
            let (before, after) = digits.split_at(digits.len() - places);
            if after.is_empty() { format!("{sign}{before}") } else { format!("{sign}{before}.{after}") }
        })
    };
    ways.extend(decimals(over, under));
    ways.extend(decimals(over * 100, under).map(|text| format!("{text}%")));
    ways
}

/// Every question of the demo course can be answered, right and wrong.
#[test]
fn every_question_has_a_right_and_a_wrong_answer() {
    for section in course().paper.chapters.iter().flat_map(|chapter| &chapter.sections) {
        let unit = unit(&section.title);
        for question in &section.questions {
            assert_ne!(unit.right(question), unit.wrong(question));
        }
    }
}

//! Grading as tables: a key, and what becomes of each input under it.

mod answers;
mod choices;
mod corrected;
mod hostile;
mod keyboards;
mod numbers;
mod powers;
mod properties;
mod readings;
mod shown;
mod texts;

use domain::content::{
    Accepted, Field, FieldKey, FieldKind, Form, Html, Input, Marks, Measure, Notation, Number, Question, QuestionKey, Tolerance, Tools,
};
use domain::grading::{Correctness, Grade, Unreadable, grade};
use domain::ids::QuestionId;

/// The outcomes by their bare names, as the tables write them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    Right,
    Wrong,
    WrongForm,
    Empty,
    NotANumber,
    Ambiguous,
    TooLong,
    OverZero,
    NotHere,
    NoUnit,
    Malformed,
}

impl From<&Correctness> for Is {
    fn from(outcome: &Correctness) -> Self {
        match outcome {
            Correctness::Right => Self::Right,
            Correctness::Wrong => Self::Wrong,
            Correctness::WrongForm(_) => Self::WrongForm,
            Correctness::Unreadable(why) => (*why).into(),
        }
    }
}

impl From<Unreadable> for Is {
    fn from(why: Unreadable) -> Self {
        match why {
            Unreadable::Empty => Self::Empty,
            Unreadable::NotANumber => Self::NotANumber,
            Unreadable::Ambiguous => Self::Ambiguous,
            Unreadable::TooLong => Self::TooLong,
            Unreadable::OverZero => Self::OverZero,
            Unreadable::NotHere => Self::NotHere,
            Unreadable::NoUnit => Self::NoUnit,
            Unreadable::Malformed => Self::Malformed,
        }
    }
}

/// A field and its key, under which rows of inputs are graded.
#[derive(Debug, Clone)]
struct Asked {
    kind: FieldKind,
    key: FieldKey,
    decimal_comma: bool,
}

impl Asked {
    /// Grades each row's input and compares; a failure shows every row that is off.
    fn rows(&self, rows: &[(&str, Is)]) {
        let off: Vec<String> = rows
            .iter()
            .filter_map(|(input, expected)| {
                let outcome = Is::from(&self.grade(Input::Text((*input).to_owned())));
                (outcome != *expected).then(|| format!("  {input:?} should be {expected:?} but is {outcome:?}"))
            })
            .collect();
        assert!(off.is_empty(), "under {:?} in {:?}, decimal comma {}:\n{}", self.key, self.kind, self.decimal_comma, off.join("\n"));
    }

    /// Like [`Asked::rows`], for choices.
    fn choices(&self, rows: &[(&[u16], Is)]) {
        let off: Vec<String> = rows
            .iter()
            .filter_map(|(chosen, expected)| {
                let outcome = Is::from(&self.grade(Input::Chosen(chosen.to_vec())));
                (outcome != *expected).then(|| format!("  {chosen:?} should be {expected:?} but is {outcome:?}"))
            })
            .collect();
        assert!(off.is_empty(), "under {:?} in {:?}:\n{}", self.key, self.kind, off.join("\n"));
    }

    fn grade(&self, input: Input) -> Correctness {
        let (question, key) = (question([self.kind.clone()]), key([self.key.clone()]));
        let grade = grade(&question, &key, &[input], self.decimal_comma);
        assert_eq!(grade.fields, std::slice::from_ref(&grade.outcome), "one field's outcome is the answer's");
        grade.outcome
    }

    fn notation(mut self, allowed: Notation) -> Self {
        if let FieldKind::Number { notation, .. } = &mut self.kind {
            *notation = allowed;
        }
        self
    }

    fn percent(self) -> Self {
        self.notation(Notation { fraction: true, percent: true })
    }

    fn form(mut self, wanted: Form) -> Self {
        if let FieldKey::Number { form, .. } = &mut self.key {
            *form = wanted;
        }
        self
    }

    fn within(mut self, tolerance: Tolerance) -> Self {
        if let FieldKey::Number { accepted, .. } = &mut self.key {
            accepted[0].within = tolerance;
        }
        self
    }

    fn or(mut self, value: &str) -> Self {
        if let FieldKey::Number { accepted, .. } = &mut self.key {
            accepted.push(exactly(value));
        }
        self
    }

    /// The key's unit and the units offered.
    fn measured_in(mut self, wanted: Measure, offered: &[Measure]) -> Self {
        if let (FieldKey::Number { unit, .. }, FieldKind::Number { units, .. }) = (&mut self.key, &mut self.kind) {
            *unit = Some(wanted);
            *units = offered.to_vec();
        }
        self
    }

    fn decimal_comma(mut self) -> Self {
        self.decimal_comma = true;
        self
    }

    fn capitals_count(mut self) -> Self {
        if let FieldKey::Text { case, .. } = &mut self.key {
            *case = true;
        }
        self
    }

    fn accents_do_not_count(mut self) -> Self {
        if let FieldKey::Text { ignore_accents, .. } = &mut self.key {
            *ignore_accents = true;
        }
        self
    }
}

/// A number field whose key is exactly this value.
fn number(value: &str) -> Asked {
    Asked {
        kind: FieldKind::Number { notation: Notation::default(), units: Vec::new() },
        key: FieldKey::Number { accepted: vec![exactly(value)], form: Form::Any, unit: None, feedback: Vec::new() },
        decimal_comma: false,
    }
}

/// A text field with these patterns.
fn text(patterns: &[&str]) -> Asked {
    let accepted = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
    Asked {
        kind: FieldKind::Text,
        key: FieldKey::Text { accepted, case: false, ignore_accents: false, feedback: Vec::new() },
        decimal_comma: false,
    }
}

/// One of so many choices.
fn one_of(choices: usize, right: u16) -> Asked {
    let key = FieldKey::OneOf { right, feedback: Default::default() };
    Asked { kind: FieldKind::OneOf { choices: blanks(choices) }, key, decimal_comma: false }
}

/// Many of so many choices.
fn many_of(choices: usize, right: &[u16], marks: Marks) -> Asked {
    let key = FieldKey::ManyOf { right: right.iter().copied().collect(), marks, feedback: Default::default() };
    Asked { kind: FieldKind::ManyOf { choices: blanks(choices) }, key, decimal_comma: false }
}

/// A match of the key's length with these texts on the right.
fn matching(right: &[&str], key: &[u16]) -> Asked {
    let right = right.iter().map(|text| (*text).to_owned()).collect();
    let kind = FieldKind::Match { left: blanks(key.len()), right };
    Asked { kind, key: FieldKey::Match { right: key.to_vec() }, decimal_comma: false }
}

fn blanks(count: usize) -> Vec<Html> {
    vec![Html::default(); count]
}

fn exactly(value: &str) -> Accepted {
    Accepted { value: exact(value), within: Tolerance::Exact }
}

fn exact(value: &str) -> Number {
    value.parse().expect("the tables hold exact numbers")
}

fn question(kinds: impl IntoIterator<Item = FieldKind>) -> Question {
    let fields = kinds.into_iter().map(|kind| Field { label: "Answer".to_owned(), kind }).collect();
    Question { id: QuestionId::derived(&["grading"]), body: Vec::new(), fields, tools: Tools::default() }
}

fn key(fields: impl IntoIterator<Item = FieldKey>) -> QuestionKey {
    QuestionKey { fields: fields.into_iter().collect(), worked: Html::default(), praise: None, comfort: None }
}

/// Grades one answer to several fields.
fn answer<'k>(question: &Question, key: &'k QuestionKey, inputs: &[Input]) -> Grade<'k> {
    grade(question, key, inputs, false)
}

//! Grading: inputs and a key in, an outcome out; one pure function, exact, bounded against hostile input.

pub mod bounds;
pub(crate) mod characters;
mod choices;
mod corrected;
mod decimals;
mod earlier;
mod entered;
mod normal;
mod numbers;
mod read;
mod reading;
mod shown;
mod texts;
mod units;
mod ways;

pub use corrected::{CorrectedKey, can_be_entered, fits};
pub use entered::Entered;
pub use normal::{indices, normalised};
pub use reading::{ReadNumber, either_way, reading};
pub use shown::to_show;
pub use units::NoSuchUnit;

use crate::content::{FieldKey, FieldKind, Form, Html, Input, Question, QuestionKey};
use read::Read;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use texts::{Comparable, Patterns};

/// How an answer, or one field of it, came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Correctness {
    /// Right.
    Right,
    /// Wrong.
    Wrong,
    /// The right value, not in the form asked for: costs nothing.
    WrongForm(Form),
    /// It cannot be read: costs nothing.
    Unreadable(Unreadable),
}

/// Why an input cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unreadable {
    /// Nothing was filled in.
    Empty,
    /// It is not a number that we know how to read.
    NotANumber,
    /// A separator followed by exactly three digits: thousands or decimals? (`1.234`; also `1 234/5`: thousands or a mixed
    /// number?) [`either_way`] writes the two readings out.
    Ambiguous,
    /// Longer than any answer need be.
    TooLong,
    /// A fraction over zero.
    OverZero,
    /// A way of writing that this field does not take, such as a percentage.
    NotHere,
    /// No unit, or one that the field does not offer.
    NoUnit,
    /// The input is not of the field's kind, or points past its choices: not from our own screen.
    Malformed,
}

/// The outcome of a whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade<'k> {
    /// Of the answer as a whole: all fields must be right. One that cannot be read decides before one that is wrong, and that
    /// before one in the wrong form; of several alike the first.
    pub outcome: Correctness,
    /// Of each field, in order.
    pub fields: Vec<Correctness>,
    /// What to say, in order of the fields; nothing while the answer does not count, so that a half-empty answer tells nothing
    /// free of charge.
    pub feedback: Vec<Cow<'k, Html>>,
    /// The mark, as a fraction of the whole in lowest terms: (over, under). The mean of the fields.
    pub mark: (u32, u32),
    /// What decided.
    pub by: By,
}

/// What decided how an answer came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The key, as it is corrected.
    Key,
    /// The answer is accepted besides the key.
    AcceptedToo,
    /// The question was dropped: whatever is entered moves on.
    Dropped,
    /// Every answer to the question is right.
    FullCredit,
}

/// How one field that could be read came out.
struct Verdict<'k> {
    outcome: Correctness,
    /// The field's own feedback to this answer.
    said: Option<&'k Html>,
    /// How much of the field is right: (over, under).
    part: (u32, u32),
}

impl<'k> Verdict<'k> {
    fn whole(outcome: Correctness, said: Option<&'k Html>) -> Self {
        let over = u32::from(outcome == Correctness::Right);
        Self { outcome, said, part: (over, 1) }
    }
}

/// Grades an answer. Never panics and takes time in proportion to the input, whatever the input.
pub fn grade<'k>(question: &Question, key: &'k QuestionKey, inputs: &[Input], decimal_comma: bool) -> Grade<'k> {
    let texts = characters::comparable;
    let entered = Entered::read(question, key, inputs, decimal_comma, texts);
    grade_by(question, key, entered.as_ref(), &patterns(key, texts))
}

/// The patterns of each field.
fn patterns(key: &QuestionKey, texts: Comparable) -> Vec<Patterns> {
    key.fields.iter().map(|key| Patterns::of(key, texts)).collect()
}

/// Grades an answer that was read, by a key with these patterns; none is an answer with other fields.
fn grade_by<'k>(question: &Question, key: &'k QuestionKey, entered: Option<&Entered<'_>>, patterns: &[Patterns]) -> Grade<'k> {
    let Some(entered) = entered else {
        let outcome = Correctness::Unreadable(Unreadable::Malformed);
        return Grade { fields: vec![outcome.clone(); question.fields.len()], outcome, feedback: Vec::new(), mark: (0, 1), by: By::Key };
    };
    let fields = question.fields.iter().zip(&key.fields).zip(patterns).zip(&entered.fields);
    let verdicts: Vec<Verdict> = fields
        .map(|(((field, key), patterns), read)| {
            let unreadable = |why| Verdict::whole(Correctness::Unreadable(why), None);
            let graded = match read {
                Ok(read) => grade_field(&field.kind, key, read, patterns),
                Err(why) => Err(*why),
            };
            graded.unwrap_or_else(unreadable)
        })
        .collect();

    let outcome = overall(&verdicts);
    let mut feedback: Vec<Cow<Html>> = Vec::new();
    if matches!(outcome, Correctness::Right | Correctness::Wrong) {
        feedback.extend(verdicts.iter().filter_map(|verdict| verdict.said).map(Cow::Borrowed));
    }
    match outcome {
        Correctness::Right => feedback.extend(key.praise.as_ref().map(Cow::Borrowed)),
        Correctness::Wrong if feedback.is_empty() => feedback.extend(key.comfort.as_ref().map(Cow::Borrowed)),
        Correctness::Wrong | Correctness::WrongForm(_) | Correctness::Unreadable(_) => {}
    }
    let mark = mark(&verdicts);
    Grade { outcome, mark, feedback, fields: verdicts.into_iter().map(|verdict| verdict.outcome).collect(), by: By::Key }
}

fn grade_field<'k>(kind: &FieldKind, key: &'k FieldKey, read: &Read<'_>, patterns: &Patterns) -> Result<Verdict<'k>, Unreadable> {
    match (key, kind, read) {
        (FieldKey::Number { accepted, form, unit, feedback }, FieldKind::Number { .. }, Read::Number(reading)) => {
            Ok(numbers::verdict(reading, accepted, *form, *unit, feedback))
        }
        (FieldKey::Text { feedback, .. }, FieldKind::Text, Read::Text(text)) => Ok(texts::verdict(text, patterns, feedback)),
        (FieldKey::OneOf { right, feedback }, FieldKind::OneOf { choices }, Read::Chosen(chosen)) => {
            choices::one_of(chosen, choices.len(), *right, feedback)
        }
        (FieldKey::ManyOf { right, marks, feedback }, FieldKind::ManyOf { choices }, Read::Chosen(chosen)) => {
            choices::many_of(chosen, choices.len(), right, *marks, feedback)
        }
        (FieldKey::Match { right: key }, FieldKind::Match { left, right }, Read::Chosen(chosen)) => {
            choices::matched(chosen, left.len(), right, key)
        }
        (
            FieldKey::Number { .. } | FieldKey::Text { .. } | FieldKey::OneOf { .. } | FieldKey::ManyOf { .. } | FieldKey::Match { .. },
            _,
            Read::Number(_) | Read::Text(_) | Read::Chosen(_),
        ) => Err(Unreadable::Malformed),
    }
}

fn overall(verdicts: &[Verdict]) -> Correctness {
    let first = |wanted: fn(&Correctness) -> bool| verdicts.iter().map(|verdict| &verdict.outcome).find(|outcome| wanted(outcome)).cloned();
    first(|outcome| matches!(outcome, Correctness::Unreadable(_)))
        .or_else(|| first(|outcome| *outcome == Correctness::Wrong))
        .or_else(|| first(|outcome| matches!(outcome, Correctness::WrongForm(_))))
        .unwrap_or(Correctness::Right)
}

/// The mean of the fields' parts. Where it is too fine for the type, only whole fields count: no question has hundreds of choices.
fn mark(verdicts: &[Verdict]) -> (u32, u32) {
    let exact = verdicts.iter().try_fold((0_u64, 1_u64), |(over, under), verdict| {
        let (more, of) = (u64::from(verdict.part.0), u64::from(verdict.part.1));
        Some(lowest(over.checked_mul(of)?.checked_add(more.checked_mul(under)?)?, under.checked_mul(of)?))
    });
    let count = verdicts.len() as u64;
    let mean = exact.and_then(|(over, under)| Some(lowest(over, under.checked_mul(count)?)));
    let fits = mean.and_then(|(over, under)| Some((u32::try_from(over).ok()?, u32::try_from(under).ok()?)));
    fits.unwrap_or_else(|| {
        let right = verdicts.iter().filter(|verdict| verdict.outcome == Correctness::Right).count();
        (u32::try_from(right).unwrap_or(0), u32::try_from(count).unwrap_or(u32::MAX))
    })
}

fn lowest(over: u64, under: u64) -> (u64, u64) {
    let (mut a, mut b) = (over, under);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (over / a, under / a)
}

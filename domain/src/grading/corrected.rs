//! Grading with corrections of the key: what a question's key has become, and whether a correction fits its question.

use super::{
    By, Correctness, Entered, Grade, Unreadable, bounds, characters, earlier, grade_by, normal, patterns, shown,
    texts::{self, Comparable, Patterns},
    ways,
};
use crate::content::{Accepted, Correction, Field, FieldKey, FieldKind, Html, Input, Number, Question, QuestionKey, Right, Tolerance};
use num_traits::Signed;
use std::{borrow::Cow, cell::OnceCell};

/// The most right answers of a field that a correction may name.
pub const ACCEPTED_MAX: usize = 50;
/// The most characters of a text in a correction.
pub const TEXT_CHARS_MAX: usize = 1_000;

/// A question's key as corrections have made it. The later correction counts: where the key is replaced, the answers that were accepted in addition to the one
/// before no longer count.
#[derive(Debug, Clone)]
pub struct CorrectedKey<'k> {
    question: &'k Question,
    key: Cow<'k, QuestionKey>,
    decimal_comma: bool,
    texts: Comparable,
    /// Of each field, once something was graded.
    patterns: OnceCell<Vec<Patterns>>,
    /// Key, Dropped or FullCredit.
    by: By,
    accepted_too: Vec<Vec<String>>,
    explained: Vec<(Vec<String>, Html)>,
    replaced: Vec<u16>,
}

impl<'k> CorrectedKey<'k> {
    /// The key as it was published.
    pub fn published(question: &'k Question, key: &'k QuestionKey, decimal_comma: bool) -> Self {
        let (accepted_too, explained, replaced) = (Vec::new(), Vec::new(), Vec::new());
        let texts = characters::comparable;
        let patterns = OnceCell::new();
        Self { question, key: Cow::Borrowed(key), decimal_comma, texts, patterns, by: By::Key, accepted_too, explained, replaced }
    }

    /// The key as it was published, reading texts as earlier builds did.
    pub fn published_earlier(question: &'k Question, key: &'k QuestionKey, decimal_comma: bool) -> Self {
        Self { texts: earlier::comparable, ..Self::published(question, key, decimal_comma) }
    }

    /// The key with one correction more. A correction that does not fit this edition's question changes nothing.
    #[must_use]
    pub fn with(mut self, correction: &Correction) -> Self {
        if !fits(correction, self.question, &self.key) {
            return self;
        }
        match correction {
            Correction::Replace { field, right } => {
                let index = usize::from(*field);
                if let Some(key) = self.key.to_mut().fields.get_mut(index) {
                    replace(key, right);
                    if let Some(patterns) = self.patterns.get_mut().and_then(|all| all.get_mut(index)) {
                        *patterns = Patterns::of(key, self.texts);
                    }
                }
                self.accepted_too.clear();
                self.replaced.push(*field);
            }
            Correction::AcceptToo { inputs } => self.accepted_too.extend(self.comparable(inputs)),
            Correction::Drop {} => self.by = By::Dropped,
            Correction::FullCredit {} => self.by = By::FullCredit,
            Correction::Explain { inputs, text } => {
                let explained = self.comparable(inputs).map(|inputs| (inputs, Html::of_plain(text)));
                self.explained.extend(explained);
            }
        }
        self
    }

    /// What decides: the key, or that the question was dropped, or that every answer is right.
    pub fn by(&self) -> By {
        self.by
    }

    /// Whether the question was dropped.
    pub fn is_dropped(&self) -> bool {
        self.by == By::Dropped
    }

    /// What is right in each field that has another right answer than the published one, to show beside a worked-out answer that may be about
    /// the old one: the field's label and the answer. Nothing for a question whose key no longer decides.
    pub fn replaced(&self) -> Vec<(&'k str, Html)> {
        let fields = self.question.fields.iter().zip(&self.key.fields).enumerate();
        let replaced = fields.filter(|(index, _)| self.by == By::Key && self.replaced.iter().any(|field| usize::from(*field) == *index));
        replaced.map(|(_, (field, key))| (field.label.as_str(), shown::right(&field.kind, key, self.decimal_comma))).collect()
    }

    /// What is right in each field, to show: the field's label and the answer. Nothing for a question whose key no longer decides.
    pub fn right(&self) -> Vec<(&'k str, Html)> {
        let fields = self.question.fields.iter().zip(&self.key.fields).filter(|_| self.by == By::Key);
        fields.map(|(field, key)| (field.label.as_str(), shown::right(&field.kind, key, self.decimal_comma))).collect()
    }

    /// What is right now.
    pub fn key(&self) -> &QuestionKey {
        &self.key
    }

    /// The most characters that may be typed into a field: what is right, or accepted besides, always fits.
    pub fn chars_max(&self, field: usize) -> usize {
        let own = self.key.fields.get(field).map_or(bounds::ANSWER_CHARS_MAX, bounds::chars_max);
        self.accepted_too.iter().filter_map(|answer| answer.get(field)).map(|text| bounds::length(text)).fold(own, usize::max)
    }

    /// Whether more was typed into a field than may be.
    pub fn is_too_long(&self, inputs: &[Input]) -> bool {
        inputs.iter().enumerate().any(|(field, input)| match input {
            Input::Text(text) => bounds::is_longer(text, self.chars_max(field)),
            Input::Chosen(_) => false,
        })
    }

    /// Reads an answer, for this key or what corrections make of it; none if it has not as many fields as the question.
    pub fn read<'i>(&self, inputs: &'i [Input]) -> Option<Entered<'i>> {
        Entered::read(self.question, &self.key, inputs, self.decimal_comma, self.texts)
    }

    /// Grades an answer. To a question that was dropped, or has full credit, whatever our own screen can send is right.
    pub fn grade(&self, inputs: &[Input]) -> Grade<'_> {
        self.grade_read(self.read(inputs).as_ref())
    }

    /// Grades an answer that this key, or the one that it was made of by corrections, has read.
    pub fn grade_read(&self, entered: Option<&Entered<'_>>) -> Grade<'_> {
        let patterns = self.patterns.get_or_init(|| patterns(&self.key, self.texts));
        let grade = grade_by(self.question, &self.key, entered, patterns);
        let sent_by_us = !grade.fields.is_empty() && !grade.fields.contains(&Correctness::Unreadable(Unreadable::Malformed));
        match (self.by, &grade.outcome) {
            (By::Dropped | By::FullCredit, _) if sent_by_us => right(&grade, self.by, None),
            (By::Dropped | By::FullCredit, _) | (_, Correctness::Right | Correctness::Unreadable(_)) => grade,
            (By::Key | By::AcceptedToo, Correctness::Wrong | Correctness::WrongForm(_)) => self.otherwise(grade, entered),
        }
    }

    /// The grade of an answer that the key does not accept.
    fn otherwise<'g>(&'g self, mut grade: Grade<'g>, entered: Option<&Entered<'_>>) -> Grade<'g> {
        if self.accepted_too.is_empty() && self.explained.is_empty() {
            return grade;
        }
        let Some(answer) = entered.and_then(|entered| entered.comparable(self.question, self.decimal_comma)) else { return grade };
        if self.accepted_too.contains(answer) {
            return right(&grade, By::AcceptedToo, self.key.praise.as_ref());
        }
        // The last explanation of an answer is the one to show.
        let explained = self.explained.iter().rev().find(|(about, _)| about == answer);
        if let Some((_, html)) = explained.filter(|_| grade.outcome == Correctness::Wrong) {
            grade.feedback = vec![Cow::Borrowed(html)];
        }
        grade
    }

    fn comparable(&self, inputs: &[Input]) -> Option<Vec<String>> {
        normal::comparable(self.question, &self.key, inputs, self.decimal_comma, self.texts)
    }
}

fn right<'k>(grade: &Grade<'_>, by: By, praise: Option<&'k Html>) -> Grade<'k> {
    let fields = vec![Correctness::Right; grade.fields.len()];
    Grade { outcome: Correctness::Right, fields, feedback: praise.map(Cow::Borrowed).into_iter().collect(), mark: (1, 1), by }
}

/// Puts other right answers into a field's key. The feedback to particular answers was about the old key, so it is dropped.
fn replace(key: &mut FieldKey, with: &Right) {
    match (key, with) {
        (FieldKey::Number { accepted, form, feedback, unit: _ }, Right::Number { accepted: right, form: asked }) => {
            (*accepted, *form) = (right.clone(), *asked);
            feedback.clear();
        }
        (FieldKey::Text { accepted, feedback, case: _, ignore_accents: _ }, Right::Text { accepted: right }) => {
            accepted.clone_from(right);
            feedback.clear();
        }
        (FieldKey::OneOf { right, feedback }, Right::OneOf { right: now }) => {
            *right = *now;
            feedback.clear();
        }
        (FieldKey::ManyOf { right, feedback, marks: _ }, Right::ManyOf { right: now }) => {
            right.clone_from(now);
            feedback.clear();
        }
        (FieldKey::Match { right }, Right::Match { right: now }) => right.clone_from(now),
        (
            FieldKey::Number { .. } | FieldKey::Text { .. } | FieldKey::OneOf { .. } | FieldKey::ManyOf { .. } | FieldKey::Match { .. },
            _,
        ) => {}
    }
}

/// Whether whatever a correction names as an answer may be typed into the fields of the question as it was published. What was recorded before
/// there was such a bound fits all the same.
pub fn can_be_entered(correction: &Correction, key: &QuestionKey) -> bool {
    let most = |field: usize| key.fields.get(field).map_or(bounds::ANSWER_CHARS_MAX, bounds::chars_max);
    match correction {
        Correction::Drop {} | Correction::FullCredit {} => true,
        Correction::AcceptToo { inputs } | Correction::Explain { inputs, .. } => {
            inputs.iter().enumerate().all(|(field, input)| match input {
                Input::Text(text) => !bounds::is_longer(text, most(field)),
                Input::Chosen(_) => true,
            })
        }
        Correction::Replace { field, right: Right::Text { accepted } } => {
            accepted.iter().all(|pattern| !bounds::is_longer(pattern, most(usize::from(*field))))
        }
        Correction::Replace { right: Right::Number { .. } | Right::OneOf { .. } | Right::ManyOf { .. } | Right::Match { .. }, .. } => true,
    }
}

/// Whether a correction fits a question: its fields are there, of the right kind, and at least one answer can meet what is asked for.
pub fn fits(correction: &Correction, question: &Question, key: &QuestionKey) -> bool {
    match correction {
        Correction::Drop {} | Correction::FullCredit {} => true,
        Correction::AcceptToo { inputs } | Correction::Explain { inputs, .. } => {
            let short = |input: &Input| match input {
                Input::Text(text) => is_short(text),
                Input::Chosen(_) => true,
            };
            // The decimal sign does not decide whether a number can be read.
            inputs.iter().all(short) && normal::comparable(question, key, inputs, false, characters::comparable).is_some()
        }
        Correction::Replace { field, right } => {
            let index = usize::from(*field);
            let (Some(field), Some(key)) = (question.fields.get(index), key.fields.get(index)) else { return false };
            is_possible(field, key, right)
        }
    }
}

fn is_short(text: &str) -> bool {
    text.chars().nth(TEXT_CHARS_MAX).is_none()
}

/// Whether some answer in this field can be right by this.
fn is_possible(field: &Field, key: &FieldKey, right: &Right) -> bool {
    let within = |index: &u16, count: usize| usize::from(*index) < count;
    match (right, key, &field.kind) {
        (Right::Number { accepted, form }, FieldKey::Number { unit, .. }, FieldKind::Number { .. }) => {
            let fair = |accepted: &Accepted| match &accepted.within {
                Tolerance::Exact | Tolerance::Decimals(_) | Tolerance::Figures(_) => true,
                Tolerance::Absolute(Number(distance)) | Tolerance::Relative(Number(distance)) => !distance.is_negative(),
            };
            (1..=ACCEPTED_MAX).contains(&accepted.len())
                && accepted.iter().all(fair)
                && ways::right(accepted, *form, *unit, &field.kind, false).is_some()
        }
        (Right::Text { accepted }, FieldKey::Text { .. }, FieldKind::Text) => {
            let sound = |pattern: &String| is_short(pattern) && texts::can_match(pattern);
            (1..=ACCEPTED_MAX).contains(&accepted.len()) && accepted.iter().all(sound)
        }
        (Right::OneOf { right }, FieldKey::OneOf { .. }, FieldKind::OneOf { choices }) => within(right, choices.len()),
        (Right::ManyOf { right }, FieldKey::ManyOf { .. }, FieldKind::ManyOf { choices }) => {
            !right.is_empty() && right.iter().all(|index| within(index, choices.len()))
        }
        (Right::Match { right: matches }, FieldKey::Match { .. }, FieldKind::Match { left, right }) => {
            !left.is_empty() && matches.len() == left.len() && matches.iter().all(|index| within(index, right.len()))
        }
        (Right::Number { .. } | Right::Text { .. } | Right::OneOf { .. } | Right::ManyOf { .. } | Right::Match { .. }, _, _) => false,
    }
}

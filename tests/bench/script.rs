//! What a student sends: played out beforehand by the same rules as the server's, so that every command is one that is accepted.

use crate::school::{Member, School};
use domain::{
    attempt::{Attempt, AttemptKey, Command as Ask, QuestionStanding},
    command::Command,
    content::{FieldKey, FieldKind, Input, Question, QuestionKey},
    decider::Decider as _,
    decision::{self, World},
    event::Event,
    ids::UnitId,
    protocol::Envelope,
    state::State,
    time::Timestamp,
};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Of a hundred first answers so many are right.
const RIGHT_OF_100: u64 = 75;
/// After so many commands a student takes up the next unit.
const AT_A_UNIT: u64 = 60;

/// A student who plays.
pub struct Player<'s> {
    school: &'s School,
    member: &'s Member,
    chance: u64,
    number: u64,
    clock: Timestamp,
    runs: BTreeMap<UnitId, u32>,
    attempts: BTreeMap<AttemptKey, Attempt>,
}

impl<'s> Player<'s> {
    /// A student of the school; the same seed, the same play.
    pub fn new(school: &'s School, student: usize, clock: Timestamp) -> Self {
        let chance = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(student as u64 + 1) | 1;
        let member = &school.students[student];
        Self { school, member, chance, number: 0, clock, runs: BTreeMap::new(), attempts: BTreeMap::new() }
    }

    /// The next command, with its number.
    pub fn next(&mut self) -> Envelope {
        let (key, asked) = self.ask();
        self.number += 1;
        self.clock.0 += 1_000 + (self.roll() % 30_000) as i64;
        let command = Command::Attempt(key, asked);
        Envelope { number: self.number, stream: command.stream().to_string(), at: self.clock, body: command.body() }
    }

    fn ask(&mut self) -> (AttemptKey, Ask) {
        let unit = self.school.units[(self.number / AT_A_UNIT) as usize % self.school.units.len()];
        let run = self.runs.entry(unit).or_insert(1);
        let mut key = AttemptKey { student: self.member.account, class: self.member.class, unit, run: *run };
        if matches!(self.attempts.get(&key), Some(Attempt::Ended(..))) {
            *run += 1;
            key.run = *run;
        }
        for wish in self.wishes(&key) {
            if let Some(events) = self.decide(&key, &wish).filter(|events| !events.is_empty()) {
                let attempt = self.attempts.entry(key).or_default();
                for event in &events {
                    *attempt = std::mem::take(attempt).evolve(event);
                }
                return (key, wish);
            }
        }
        panic!("a student can always go on: {key:?} {:?}", self.attempts.get(&key));
    }

    /// What to ask, the best first: an answer that is not counted leads to none.
    fn wishes(&mut self, key: &AttemptKey) -> Vec<Ask> {
        let (first, ms) = (self.roll() % 100 < RIGHT_OF_100, Some(3_000 + (self.roll() % 40_000) as u32));
        let attempt = self.attempts.get(key);
        let Some((work, current)) = attempt.and_then(|attempt| attempt.work().zip(attempt.current())) else {
            let edition = decision::newest_edition(&self.school.directory, key.class, key.unit).expect("the course is published");
            return vec![Ask::Start { edition }];
        };
        let ordinal = current.ordinal;
        if current.standing != QuestionStanding::Open {
            return vec![Ask::NextQuestion { ordinal }];
        }
        let content = self.school.library.unit(&work.edition, key.unit).expect("the edition is at hand");
        let (question, answer) = content.question(current.question).expect("the question is in the edition");
        let try_number = current.tries.len() as u32 + 1;
        let submit = |inputs| Ask::SubmitAnswer { ordinal, try_number, inputs, ms };
        let (right, wrong) = (rights(question, answer).into_iter().map(submit), submit(wrong(question, answer)));
        let reveal = Ask::RevealAnswer { ordinal };
        match (try_number, work.rule.moves_on_when_missed()) {
            (1, _) if first => right.chain([reveal]).collect(),
            (1, _) | (_, true) => [wrong].into_iter().chain(right).chain([reveal]).collect(),
            (2, false) => right.chain([reveal]).collect(),
            (_, false) => vec![reveal],
        }
    }

    fn decide(&self, key: &AttemptKey, asked: &Ask) -> Option<Vec<domain::attempt::Event>> {
        let none = Attempt::NotStarted;
        let state = |key: &AttemptKey| self.attempts.get(key).unwrap_or(&none);
        let earlier = AttemptKey { run: key.run - 1, ..*key };
        let attempt = State::Attempt(Cow::Borrowed(state(key)));
        let world =
            World { earlier: Some(state(&earlier)), ..World::new(&self.school.directory, &self.school.library, attempt, Timestamp(0)) };
        let events = decision::decide(&Command::Attempt(*key, asked.clone()), &world).ok()?;
        let own = events.into_iter().map(|event| match event {
            Event::Attempt(_, event) => event,
            other => panic!("an attempt yields its own events: {other:?}"),
        });
        Some(own.collect())
    }

    /// The next number of a small generator (xorshift).
    fn roll(&mut self) -> u64 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        self.chance >> 11
    }
}

/// Right answers in the forms that may be asked for.
fn rights(question: &Question, key: &QuestionKey) -> Vec<Vec<Input>> {
    let forms = 0..3;
    forms.map(|form| key.fields.iter().zip(&question.fields).map(|(key, field)| right(key, &field.kind, form)).collect()).collect()
}

fn right(key: &FieldKey, kind: &FieldKind, form: usize) -> Input {
    match key {
        FieldKey::Number { accepted, unit, .. } => {
            let value = accepted[0].value.to_string();
            let unit = unit.map(|unit| serde_json::to_value(unit).expect("a unit is a word"));
            let unit = unit.as_ref().and_then(serde_json::Value::as_str).map_or(String::new(), |word| format!(" {word}"));
            Input::Text(format!("{}{unit}", written(&value, form)))
        }
        FieldKey::Text { accepted, .. } => Input::Text(accepted[0].replace("\\*", "*").replace('*', "x")),
        FieldKey::OneOf { right, .. } => Input::Chosen(vec![*right]),
        FieldKey::ManyOf { right, .. } => Input::Chosen(right.iter().copied().collect()),
        FieldKey::Match { right } => {
            assert!(matches!(kind, FieldKind::Match { .. }), "the key fits the field");
            Input::Chosen(right.clone())
        }
    }
}

/// A fraction as it is, as a mixed number, or as a decimal; an integer is one in all forms.
fn written(value: &str, form: usize) -> String {
    let Some((over, under)) = value.split_once('/').and_then(|(over, under)| Some((over.parse::<i64>().ok()?, under.parse::<i64>().ok()?)))
    else {
        return value.to_owned();
    };
    match form {
        0 => value.to_owned(),
        1 => format!("{} {}/{under}", over / under, (over % under).abs()),
        _ => format!("{}", over as f64 / under as f64),
    }
}

fn wrong(question: &Question, key: &QuestionKey) -> Vec<Input> {
    let wrong = |(key, field): (&FieldKey, &domain::content::Field)| match (key, &field.kind) {
        (FieldKey::OneOf { right, .. }, FieldKind::OneOf { choices }) => Input::Chosen(vec![(right + 1) % choices.len() as u16]),
        (FieldKey::ManyOf { right, .. }, FieldKind::ManyOf { choices }) => {
            Input::Chosen((0..choices.len() as u16).filter(|choice| !right.contains(choice)).collect())
        }
        (FieldKey::Match { right }, _) => Input::Chosen(right.iter().rev().copied().collect()),
        (FieldKey::Number { .. }, _) => match right(key, &field.kind, 0) {
            Input::Text(text) => Input::Text(format!("9{text}")),
            chosen @ Input::Chosen(_) => chosen,
        },
        _ => Input::Text("no idea".to_owned()),
    };
    key.fields.iter().zip(&question.fields).map(wrong).collect()
}

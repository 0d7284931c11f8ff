//! A field of a question: what the student sees of it, and the key that grades it.

use super::source::{Feedback, Field as Source, Texts};
use crate::operator::import::rich::{markdown, markdown_inline};
use domain::{
    content::{Accepted, Field, FieldKey, FieldKind, Form, Html, Marks, Measure, Notation, Number, Tolerance},
    grading::{Unreadable, bounds::ANSWER_CHARS_MAX, either_way, reading},
    ids::ContentHash,
};
use std::collections::{BTreeMap, BTreeSet};

/// The units that are offered beside one of them, unless the author says which.
const FAMILIES: [&[Measure]; 4] = [
    &[Measure::Mm, Measure::Cm, Measure::M, Measure::Km],
    &[Measure::Mg, Measure::G, Measure::Kg],
    &[Measure::Ml, Measure::Cl, Measure::L],
    &[Measure::S, Measure::Min, Measure::H],
];

/// Makes a field and its key. `salt` is the same for the same question in every edition.
pub(super) fn field(source: &Source, feedback: &Feedback, salt: &str) -> Result<(Field, FieldKey), String> {
    let made = match kind(source)? {
        "number" => number(source, feedback),
        "text" => text(source, feedback),
        "one_of" => one_of(source.one_of.as_deref().unwrap_or_default(), feedback),
        "many_of" => many_of(source, feedback),
        _ => matching(source, feedback, salt),
    };
    let (kind, key) = made?;
    Ok((Field { label: source.label.clone().unwrap_or_else(|| "Answer".to_owned()), kind }, key))
}

/// The kind of field, once it is sure that every key given belongs to it.
fn kind(source: &Source) -> Result<&'static str, String> {
    let kinds = [
        ("number", source.number.is_some()),
        ("text", source.text.is_some()),
        ("one_of", source.one_of.is_some()),
        ("many_of", source.many_of.is_some()),
        ("match", source.pairs.is_some()),
    ];
    let mut given = kinds.iter().filter(|(_, given)| *given).map(|(name, _)| *name);
    let (Some(kind), None) = (given.next(), given.next()) else {
        return Err("a field has exactly one of number, text, one_of, many_of and match".to_owned());
    };
    let options = [
        ("form", "number", source.form.is_some()),
        ("within", "number", source.within.is_some()),
        ("decimals", "number", source.decimals.is_some()),
        ("figures", "number", source.figures.is_some()),
        ("unit", "number", source.unit.is_some()),
        ("units", "number", source.units.is_some()),
        ("percent", "number", source.percent.is_some()),
        ("fraction", "number", source.fraction.is_some()),
        ("case", "text", source.case.is_some()),
        ("ignore_accents", "text", source.ignore_accents.is_some()),
        ("marks", "many_of", source.marks.is_some()),
        ("distractors", "match", source.distractors.is_some()),
    ];
    match options.iter().find(|(_, of, given)| *given && *of != kind) {
        Some((option, of, _)) => Err(format!("{option} belongs to a {of} field, not to {kind}: take it away")),
        None => Ok(kind),
    }
}

fn number(source: &Source, feedback: &Feedback) -> Result<(FieldKind, FieldKey), String> {
    let written = source.number.as_ref().map(|numbers| numbers.written()).unwrap_or_default();
    if written.is_empty() {
        return Err("number is an empty list: give at least one right answer".to_owned());
    }
    let within = tolerance(source)?;
    let units = match (&source.units, source.unit) {
        (None, None) => Vec::new(),
        (Some(_), None) => return Err("units are offered, but unit does not say which one the answer is in".to_owned()),
        (None, Some(unit)) => FAMILIES.into_iter().find(|family| family.contains(&unit)).unwrap_or_default().to_vec(),
        (Some(units), Some(unit)) if units.contains(&unit) => units.clone(),
        (Some(_), Some(_)) => return Err("unit is not among the units offered: add it".to_owned()),
    };
    let accept = |text: &String| Ok::<_, String>(Accepted { value: exact(text)?, within: within.clone() });
    let accepted = written.iter().map(accept).collect::<Result<Vec<_>, _>>()?;
    let mut says: Vec<(Accepted, Html)> = Vec::new();
    for (wrong, say) in feedback {
        let wrong_value = accept(wrong)?;
        if accepted.iter().any(|right| right.value == wrong_value.value) {
            return Err(right_answer(wrong));
        }
        if says.iter().any(|(said, _)| said.value == wrong_value.value) {
            return Err(format!("feedback names the value {wrong} twice: leave one"));
        }
        says.push((wrong_value, markdown(say)));
    }
    let form = source.form.map_or(Form::Any, Form::from);
    // Whoever writes the answer with a percent sign, or asks for one, wants it read.
    let percent = source.percent.unwrap_or(form == Form::Percent || written.iter().any(|text| text.ends_with('%')));
    let notation = Notation { fraction: source.fraction.unwrap_or(true), percent };
    Ok((FieldKind::Number { notation, units }, FieldKey::Number { accepted, form, unit: source.unit, feedback: says }))
}

fn tolerance(source: &Source) -> Result<Tolerance, String> {
    match (&source.within, source.decimals, source.figures) {
        (None, None, None) => Ok(Tolerance::Exact),
        (Some(within), None, None) if within.ends_with('%') => Ok(Tolerance::Relative(exact(within)?)),
        (Some(within), None, None) => Ok(Tolerance::Absolute(exact(within)?)),
        (None, Some(decimals), None) => Ok(Tolerance::Decimals(decimals)),
        (None, None, Some(figures)) => Ok(Tolerance::Figures(figures)),
        _ => Err("within, decimals and figures exclude each other: keep one".to_owned()),
    }
}

/// A number as an author writes it: as documents take it, or as a student may enter it.
fn exact(text: &str) -> Result<Number, String> {
    let text = text.trim();
    if let Ok(number) = text.parse() {
        return Ok(number);
    }
    let kind = FieldKind::Number { notation: Notation { fraction: true, percent: true }, units: Vec::new() };
    match (reading(text, &kind, false), either_way(text)) {
        (Ok(reading), _) => Ok(reading.value),
        (Err(Unreadable::Ambiguous), Some((one, other))) => Err(format!("“{text}” can be read in two ways: write {one} or {other}")),
        (Err(_), _) => Err(format!("“{text}” is no number: write 12, 0.5, 7/12, 1 1/2, 15% or 6.02e23")),
    }
}

fn right_answer(answer: &str) -> String {
    format!("feedback is for wrong answers, but {answer} is right: say it as praise")
}

fn text(source: &Source, feedback: &Feedback) -> Result<(FieldKind, FieldKey), String> {
    let accepted = source.text.as_ref().map(Texts::all).unwrap_or_default().to_vec();
    if accepted.is_empty() || accepted.iter().any(|text| text.trim().is_empty()) {
        return Err("text accepts nothing: give at least one right answer, none of them empty".to_owned());
    }
    if let Some(answer) = accepted.iter().find(|text| text.chars().count() > ANSWER_CHARS_MAX) {
        let start: String = answer.chars().take(40).collect();
        return Err(format!("the answer “{start}…” is longer than the {ANSWER_CHARS_MAX} characters that students can enter: shorten it"));
    }
    if let Some(answer) = feedback.keys().find(|answer| accepted.contains(answer)) {
        return Err(right_answer(answer));
    }
    let mut feedback: Vec<(String, Html)> = feedback.iter().map(|(answer, say)| (answer.clone(), markdown(say))).collect();
    // The first that matches speaks, and a table in TOML has no order: the exact before the vague, the long before the short.
    feedback.sort_by_key(|(pattern, _)| (pattern.contains('*'), std::cmp::Reverse(pattern.len())));
    let (case, ignore_accents) = (source.case.unwrap_or(false), source.ignore_accents.unwrap_or(false));
    Ok((FieldKind::Text, FieldKey::Text { accepted, case, ignore_accents, feedback }))
}

/// The choices without their marks, and which of them are right.
struct Choices<'s> {
    texts: Vec<&'s str>,
    right: BTreeSet<u16>,
}

impl<'s> Choices<'s> {
    fn of(written: &'s [String]) -> Result<Self, String> {
        let mut choices = Self { texts: Vec::new(), right: BTreeSet::new() };
        for (index, choice) in (0..).zip(written) {
            let text = match choice.trim().strip_prefix('=') {
                Some(right) => {
                    choices.right.insert(index);
                    right.trim()
                }
                None => choice.trim(),
            };
            if text.is_empty() {
                return Err("a choice is empty: write it or take it away".to_owned());
            }
            if choices.texts.contains(&text) {
                return Err(format!("“{text}” is offered twice: leave one"));
            }
            choices.texts.push(text);
        }
        if choices.texts.len() < 2 {
            return Err("there is nothing to choose from: give at least two choices".to_owned());
        }
        Ok(choices)
    }

    fn html(&self) -> Vec<Html> {
        self.texts.iter().map(|text| markdown_inline(text)).collect()
    }

    fn feedback(&self, feedback: &Feedback) -> Result<BTreeMap<u16, Html>, String> {
        let say = |(choice, say): (&String, &String)| {
            let index = (0_u16..).zip(&self.texts).find_map(|(index, text)| (text == choice).then_some(index));
            match index {
                None => Err(format!("feedback names “{choice}”, which is not a choice: write it as it stands there")),
                Some(index) if self.right.contains(&index) => Err(right_answer(&format!("“{choice}”"))),
                Some(index) => Ok((index, markdown(say))),
            }
        };
        feedback.iter().map(say).collect()
    }
}

fn one_of(written: &[String], feedback: &Feedback) -> Result<(FieldKind, FieldKey), String> {
    let choices = Choices::of(written)?;
    let mut right = choices.right.iter();
    let (Some(&right), None) = (right.next(), right.next()) else {
        return Err(format!("{} choices are marked as right: put = before exactly one", choices.right.len()));
    };
    Ok((FieldKind::OneOf { choices: choices.html() }, FieldKey::OneOf { right, feedback: choices.feedback(feedback)? }))
}

fn many_of(source: &Source, feedback: &Feedback) -> Result<(FieldKind, FieldKey), String> {
    let choices = Choices::of(source.many_of.as_deref().unwrap_or_default())?;
    if choices.right.is_empty() {
        return Err("no choice is marked as right: put = before each right one".to_owned());
    }
    let (feedback, marks) = (choices.feedback(feedback)?, source.marks.map_or(Marks::Whole, Marks::from));
    Ok((FieldKind::ManyOf { choices: choices.html() }, FieldKey::ManyOf { right: choices.right, marks, feedback }))
}

fn matching(source: &Source, feedback: &Feedback, salt: &str) -> Result<(FieldKind, FieldKey), String> {
    if !feedback.is_empty() {
        return Err("a match field has no feedback: say it in comfort or in worked".to_owned());
    }
    let pairs = source.pairs.as_deref().unwrap_or_default();
    if pairs.len() < 2 {
        return Err("there is nothing to match: give at least two pairs".to_owned());
    }
    let lefts: BTreeSet<&str> = pairs.iter().map(|(left, _)| left.as_str()).collect();
    if lefts.len() < pairs.len() {
        return Err("two pairs have the same left side: change one".to_owned());
    }
    let distractors = source.distractors.as_deref().unwrap_or_default();
    if let Some(distractor) = distractors.iter().find(|distractor| pairs.iter().any(|(_, right)| right == *distractor)) {
        return Err(format!("the distractor “{distractor}” is right for a pair: take it away"));
    }
    let all: BTreeSet<&String> = pairs.iter().map(|(_, right)| right).chain(distractors).collect();
    let mut right: Vec<String> = all.into_iter().cloned().collect();
    if right.len() < 2 {
        return Err("all pairs have the same right side: add a distractor".to_owned());
    }
    // The order must not tell the answer, yet be the same whenever the file is read.
    right.sort_by_key(|text| ContentHash::of(format!("{salt}/{text}").as_bytes()));
    let index = |text: &String| (0_u16..).zip(&right).find_map(|(index, other)| (other == text).then_some(index));
    let key = pairs.iter().map(|(_, right)| index(right).expect("every right side of a pair is in the list")).collect();
    let left = pairs.iter().map(|(left, _)| markdown_inline(left)).collect();
    Ok((FieldKind::Match { left, right }, FieldKey::Match { right: key }))
}

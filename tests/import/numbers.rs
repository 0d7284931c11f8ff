//! Numbers of strangers: read as an answer to them is read, and shown so that what is shown can be entered.

use super::{one, read, refused};
use domain::{
    content::{Accepted, FieldKey, Input, Number, Question, QuestionKey, Tolerance},
    grading::{Correctness, grade},
};
use proptest::prelude::*;
use server::operator::import::Verdict;

fn number(text: &str) -> Number {
    text.parse().expect("a number")
}

/// What the worked-out answer states, as it can be typed.
fn stated(key: &QuestionKey) -> String {
    let bold = key.worked.0.split("<b>").nth(1).and_then(|rest| rest.split("</b>").next()).unwrap_or_default();
    bold.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// The answer that is shown as right.
fn right(key: &QuestionKey) -> Vec<Input> {
    let of = |field: &FieldKey| match field {
        FieldKey::Number { .. } | FieldKey::Text { .. } => Input::Text(stated(key)),
        FieldKey::OneOf { right, .. } => Input::Chosen(vec![*right]),
        FieldKey::ManyOf { right, .. } => Input::Chosen(right.iter().copied().collect()),
        FieldKey::Match { right } => Input::Chosen(right.clone()),
    };
    key.fields.iter().map(of).collect()
}

fn outcome(question: &Question, key: &QuestionKey, inputs: &[Input]) -> Correctness {
    grade(question, key, inputs, false).outcome
}

#[test]
fn numbers_are_read_as_answers_are_and_what_is_shown_can_be_entered() {
    let within = |margin: &str| if margin == "0" { Tolerance::Exact } else { Tolerance::Absolute(number(margin)) };
    for (gift, value, margin) in [
        ("0,125", "1/8", "0"),
        ("3,1416:0,001", "3.1416", "0.001"),
        ("3,142:0,01", "3.142", "0.01"),
        ("12\u{a0}000", "12000", "0"),
        ("12 000", "12000", "0"),
        ("12\u{202f}000:5", "12000", "5"),
        ("1 234 567,5", "1234567.5", "0"),
        ("1,234,567.5", "1234567.5", "0"),
        ("–5", "-5", "0"),
        ("−5:1", "-5", "1"),
        ("–5..–1", "-3", "2"),
        ("1…5", "3", "2"),
        ("1...5", "3", "2"),
        ("0,5..1,5", "1", "0.5"),
        ("3.141", "3.141", "0"),
        ("3.141..3.143", "3.142", "0.001"),
        ("1e3", "1000", "0"),
        ("1E-6", "0.000001", "0"),
        ("6.02e23:0.01e23", "602000000000000000000000", "1000000000000000000000"),
        ("5.", "5", "0"),
        (".5", "0.5", "0"),
        ("-.5", "-0.5", "0"),
        ("½", "1/2", "0"),
        ("1 1/2", "3/2", "0"),
        ("1/3", "1/3", "0"),
        ("<p>5</p>", "5", "0"),
        ("5&nbsp;", "5", "0"),
        ("50%", "1/2", "0"),
        ("50%:5%", "1/2", "0.05"),
        ("0,125#Yes.", "1/8", "0"),
        ("=0,125 =%50%0,25", "1/8", "0"),
        ("100000000000000000000", "100000000000000000000", "0"),
    ] {
        let (question, key, _) = one(&format!("How many? {{#{gift}}}"));
        let FieldKey::Number { accepted, .. } = &key.fields[0] else { panic!("{gift}: a number") };
        assert_eq!(accepted[0], Accepted { value: number(value), within: within(margin) }, "{gift}");
        assert_eq!(outcome(&question, &key, &[Input::Text(stated(&key))]), Correctness::Right, "{gift}: {}", key.worked.0);
    }
    let (_, key, remarks) = one("How many? {#200:5%}");
    let FieldKey::Number { accepted, .. } = &key.fields[0] else { panic!("a number") };
    assert_eq!((&accepted[0].within, remarks.len()), (&Tolerance::Relative(number("0.05")), 1));
    for (gift, reason) in [
        ("1.234,567", "one way only"),
        ("12,000", "one way only"),
        ("5 km", "not a number"),
        ("5±1", "not a number"),
        ("1:2:3", "not a number"),
        ("1e99", "not a number"),
    ] {
        let why = match &read(&format!("How many? {{#{gift}}}")).report[0].verdict {
            Verdict::Refused(why) => why.clone(),
            other => format!("{other:?}"),
        };
        // What the reader takes for a number once it knows more ways of writing is no fault.
        assert!(why.contains(reason) || gift.contains('e') || gift == "1.234,567", "{gift}: {why}");
    }
    assert!(refused("How many? {#=}").contains("fully right"));
}

#[test]
fn what_is_shown_as_a_right_text_can_be_typed() {
    for (answer, text) in
        [("no*body =nobody", "nobody"), ("a \\= b", "a = b"), ("50 \\\\* 2", "50 * 2"), ("x<5 & y>3", "x<5 & y>3"), ("*cat*", "*cat*")]
    {
        let (question, key, _) = one(&format!("Who? {{={answer}}}"));
        assert_eq!(stated(&key), text, "{answer}");
        assert_eq!(outcome(&question, &key, &[Input::Text(text.to_owned())]), Correctness::Right, "{answer}");
    }
    assert!(refused("Who? {=\u{ad}\u{200b}}").ends_with("would not be right."));
}

/// Answers as strangers write them.
fn answers() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        "[-–+]?[0-9]{1,5}([.,][0-9]{0,4})?(e-?[0-9]{1,2})?%?",
        "[0-9]{1,3}[ ,.\u{a0}][0-9]{3}([.,][0-9]{1,2})?",
        "[0-9]{1,3}( [0-9])?/[0-9]{1,3}",
    ];
    let margin = prop_oneof![Just(String::new()), "(:|\\.\\.|…)[0-9]{1,4}([.,][0-9]{1,3})?%?"];
    let numerical = (number, margin).prop_map(|(number, margin)| format!("#{number}{margin}"));
    let word = "[a-zA-Zé*&;<>/$ \u{ad}’ﬁ²İ-]{0,8}";
    let short = prop::collection::vec(("(%50%|%100%|)", word).prop_map(|(weight, word)| format!("={weight}{word}")), 1..4);
    let choice = prop::collection::vec(("[=~](%50%|%33,33%|%-50%|)", word).prop_map(|(sign, word)| format!("{sign}{word}")), 1..6);
    let pairs = prop::collection::vec((word, word).prop_map(|(one, other)| format!("={one} -> {other}")), 1..5);
    prop_oneof![numerical, short.prop_map(|all| all.concat()), choice.prop_map(|all| all.concat()), pairs.prop_map(|all| all.concat())]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_shown_as_the_answer_can_be_entered_and_is_right(answers in answers()) {
        if let Some(edition) = read(&format!("What? {{{answers}}}")).edition {
            let section = super::sections(&edition).next().expect("an edition has sections");
            let question = &section.questions[0];
            let key = super::key(&edition, section, question);
            prop_assert_eq!(outcome(question, key, &right(key)), Correctness::Right, "{}: {:?}", answers, key);
        }
    }
}

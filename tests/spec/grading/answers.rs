//! Whole answers: several fields, what is said to them, and the mark.

use super::Is::{self, *};
use super::{answer, exactly, key, many_of, number, one_of, question, text};
use domain::content::{FieldKey, Form, Html, Input, Marks, Question, QuestionKey};
use std::borrow::Cow;

fn html(text: &str) -> Html {
    Html(text.to_owned())
}

fn typed(text: &str) -> Input {
    Input::Text(text.to_owned())
}

/// A number (2, in simplest form, with feedback for 3 and for 2), a text and a choice (0 right, feedback for 1).
fn three_fields() -> (Question, QuestionKey) {
    let (mut number, text, mut choice) = (number("2").form(Form::Simplest), text(&["two"]), one_of(3, 0));
    if let FieldKey::Number { feedback, .. } = &mut number.key {
        *feedback = vec![(exactly("3"), html("you forgot to carry")), (exactly("3"), html("never said")), (exactly("2"), html("carried"))];
    }
    if let FieldKey::OneOf { feedback, .. } = &mut choice.key {
        feedback.insert(1, html("not that one"));
    }
    let mut key = key([number.key, text.key, choice.key]);
    key.praise = Some(html("well done"));
    key.comfort = Some(html("look again"));
    (question([number.kind, text.kind, choice.kind]), key)
}

/// Number, text, choice; outcome, mark, feedback.
type Row = (&'static str, &'static str, &'static [u16], Is, (u32, u32), &'static [&'static str]);

#[test]
fn every_field_counts_and_the_worst_kind_decides() {
    let (question, key) = three_fields();
    let cases: &[Row] = &[
        ("2", "two", &[0], Right, (1, 1), &["carried", "well done"]),
        ("3", "two", &[0], Wrong, (2, 3), &["you forgot to carry"]),
        ("3", "two", &[1], Wrong, (1, 3), &["you forgot to carry", "not that one"]),
        ("2", "tow", &[0], Wrong, (2, 3), &["carried"]),
        ("4", "tow", &[2], Wrong, (0, 1), &["look again"]),
        ("4/2", "two", &[0], WrongForm, (2, 3), &[]),
        ("4/2", "tow", &[0], Wrong, (1, 3), &["look again"]),
        ("4/2", "two", &[], Empty, (1, 3), &[]),
        ("3", "two", &[], Empty, (1, 3), &[]),
        ("x", "", &[1], NotANumber, (0, 1), &[]),
        ("2", "two", &[9], Malformed, (2, 3), &[]),
    ];
    for (first, second, third, outcome, mark, said) in cases {
        let grade = answer(&question, &key, &[typed(first), typed(second), Input::Chosen(third.to_vec())]);
        let feedback: Vec<&str> = grade.feedback.iter().map(|html| html.0.as_str()).collect();
        let row = format!("{first:?} {second:?} {third:?}");
        assert_eq!((Is::from(&grade.outcome), grade.mark, feedback.as_slice()), (*outcome, *mark, *said), "{row}");
        assert_eq!(grade.fields.len(), 3, "{row}");
    }
}

#[test]
fn nothing_is_said_where_the_key_says_nothing() {
    let (asked, wrong) = (number("2"), typed("3"));
    let (question, key) = (question([asked.kind]), key([asked.key]));
    assert!(answer(&question, &key, &[wrong]).feedback.is_empty());
    assert!(answer(&question, &key, &[typed("2")]).feedback.is_empty());
}

#[test]
fn a_wrong_tick_speaks_before_a_right_one() {
    let mut asked = many_of(4, &[0, 1], Marks::Whole);
    if let FieldKey::ManyOf { feedback, .. } = &mut asked.key {
        feedback.extend([(0, html("indeed")), (2, html("no: 9 is 3 × 3")), (3, html("no: 8 is even"))]);
    }
    let (question, key) = (question([asked.kind]), key([asked.key]));
    for (chosen, said) in [(vec![0, 1], "indeed"), (vec![0, 2, 3], "no: 9 is 3 × 3"), (vec![0, 1, 3], "no: 8 is even"), (vec![0], "indeed")]
    {
        let grade = answer(&question, &key, &[Input::Chosen(chosen.clone())]);
        assert_eq!(grade.feedback, [Cow::Borrowed(&html(said))], "{chosen:?}");
    }
}

#[test]
fn an_answer_that_does_not_fit_the_question_is_malformed() {
    let (question, key) = three_fields();
    for inputs in [vec![], vec![typed("2")], vec![typed("2"); 2], vec![typed("2"); 3], vec![typed("2"); 4]] {
        let grade = answer(&question, &key, &inputs);
        assert_eq!((Is::from(&grade.outcome), grade.fields.len()), (Malformed, 3), "{inputs:?}");
    }
}

#[test]
fn a_key_that_does_not_fit_the_question_calls_nothing_right() {
    let (question, sound) = three_fields();
    let short = QuestionKey { fields: sound.fields[..2].to_vec(), ..sound.clone() };
    let turned = QuestionKey { fields: sound.fields.iter().rev().cloned().collect(), ..sound.clone() };
    for key in [short, turned] {
        let grade = answer(&question, &key, &[typed("2"), typed("two"), Input::Chosen(vec![0])]);
        assert_eq!(Is::from(&grade.outcome), Malformed, "{key:?}");
    }
    let nothing = Question { fields: Vec::new(), ..question };
    let empty = QuestionKey { fields: Vec::new(), ..sound };
    assert_eq!(Is::from(&answer(&nothing, &empty, &[]).outcome), Malformed, "a question without fields");
}

#[test]
fn the_mark_is_the_mean_of_the_fields_in_lowest_terms() {
    let parts = many_of(5, &[0, 2, 3], Marks::Parts);
    let (half, whole) = (number("2"), text(&["two"]));
    let (question, key) = (question([parts.kind, half.kind, whole.kind]), key([parts.key, half.key, whole.key]));
    let mark = |chosen: &[u16], number: &str| answer(&question, &key, &[Input::Chosen(chosen.to_vec()), typed(number), typed("two")]).mark;
    assert_eq!(mark(&[0, 2, 3], "2"), (1, 1));
    assert_eq!(mark(&[0, 2], "2"), (8, 9));
    assert_eq!(mark(&[0], "3"), (4, 9));
    assert_eq!(mark(&[1], "3"), (1, 3));
}

#[test]
fn a_mark_too_fine_to_write_counts_whole_fields() {
    // Eight fields of some 50,000 right choices each, numbers that share no factor: the exact mean has no place in 64 bits.
    let sizes: [u16; 8] = [49_999, 50_021, 50_023, 50_033, 50_047, 50_051, 50_053, 50_069];
    let asked: Vec<_> = sizes.iter().map(|size| many_of(usize::from(*size), &(0..*size).collect::<Vec<u16>>(), Marks::Parts)).collect();
    let question = question(asked.iter().map(|asked| asked.kind.clone()));
    let key = key(asked.iter().map(|asked| asked.key.clone()));
    let mut inputs = vec![Input::Chosen(vec![0]); 8];
    inputs[0] = Input::Chosen((0..sizes[0]).collect());
    assert_eq!(answer(&question, &key, &inputs).mark, (1, 8));
}

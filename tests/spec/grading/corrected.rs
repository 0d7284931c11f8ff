//! Corrections of a key: which fit, what they make of answers, and when two answers are equal.

use super::*;
use domain::{
    content::{Correction, Right},
    grading::{By, CorrectedKey, fits, indices, normalised},
};

fn typed(text: &str) -> Input {
    Input::Text(text.to_owned())
}

fn chosen(indices: &[u16]) -> Input {
    Input::Chosen(indices.to_vec())
}

fn accept(inputs: &[Input]) -> Correction {
    Correction::AcceptToo { inputs: inputs.to_vec() }
}

fn explain(inputs: &[Input], text: &str) -> Correction {
    Correction::Explain { inputs: inputs.to_vec(), text: text.to_owned() }
}

fn by(right: Right) -> Correction {
    Correction::Replace { field: 0, right }
}

fn by_number(value: &str, form: Form) -> Correction {
    by(Right::Number { accepted: vec![exactly(value)], form })
}

fn by_near(value: &str, within: Tolerance, form: Form) -> Correction {
    by(Right::Number { accepted: vec![Accepted { value: exact(value), within }], form })
}

fn by_texts(patterns: &[&str]) -> Correction {
    by(Right::Text { accepted: patterns.iter().map(|pattern| (*pattern).to_owned()).collect() })
}

fn asked(asked: &Asked) -> (Question, QuestionKey) {
    (question([asked.kind.clone()]), key([asked.key.clone()]))
}

/// A field in decimals only.
fn decimals(value: &str) -> Asked {
    number(value).notation(Notation { fraction: false, percent: false })
}

#[test]
fn only_what_the_question_can_meet_fits() {
    let long = "x".repeat(1_001);
    let many = |count| by(Right::Number { accepted: vec![exactly("1"); count], form: Form::Any });
    let metres = || number("1").measured_in(Measure::M, &[Measure::Cm, Measure::M]);
    // (the question, the correction, whether it fits)
    let table = [
        (number("1"), by_number("3/2", Form::Any), true),
        (number("1"), by_number("3/2", Form::Simplest), true),
        (number("1"), by_number("-3/2", Form::Mixed), true),
        (number("1"), by_number("1/3", Form::Decimal), false),
        (number("1"), by_near("1/3", Tolerance::Absolute(exact("0.01")), Form::Decimal), true),
        (number("1"), by_near("1/3", Tolerance::Absolute(exact("-0.01")), Form::Any), false),
        (number("1"), by_near("1/3", Tolerance::Relative(exact("-1")), Form::Any), false),
        (number("1"), by_near("1/3", Tolerance::Decimals(3), Form::Decimal), true),
        (number("1"), by_near("1375", Tolerance::Figures(2), Form::Decimal), true),
        (number("1"), by_number("1.375", Form::Decimal), true),
        (number("1"), by_number("1/2", Form::Percent), false),
        (number("1").percent(), by_number("1/2", Form::Percent), true),
        (number("1").percent(), by_number("1/3", Form::Percent), true), // 100/3 %
        (number("1").notation(Notation { fraction: false, percent: true }), by_number("1/3", Form::Percent), false),
        (decimals("1"), by_number("1/3", Form::Any), false),
        (decimals("1"), by_number("1/8", Form::Any), true),
        (decimals("1"), by_number("1/2", Form::Simplest), false),
        (decimals("1"), by_number("2", Form::Simplest), true),
        (metres(), by_number("3/2", Form::Any), true),
        (number("1"), many(0), false),
        (number("1"), many(50), true),
        (number("1"), many(51), false),
        (number("1"), by_texts(&["one"]), false),
        (number("1"), by(Right::OneOf { right: 0 }), false),
        (number("1"), Correction::Replace { field: 1, right: Right::Number { accepted: vec![exactly("1")], form: Form::Any } }, false),
        (text(&["one"]), by_texts(&["two", "t*o"]), true),
        (text(&["one"]), by_texts(&["*"]), true),
        (text(&["one"]), by_texts(&[]), false),
        (text(&["one"]), by_texts(&["two", " "]), false),
        (text(&["one"]), by_texts(&[&long]), false),
        (text(&["one"]), by_texts(&[&long[1..]]), true),
        (text(&["one"]), by_number("1", Form::Any), false),
        (one_of(3, 0), by(Right::OneOf { right: 2 }), true),
        (one_of(3, 0), by(Right::OneOf { right: 3 }), false),
        (one_of(3, 0), by(Right::ManyOf { right: [1].into() }), false),
        (many_of(3, &[0], Marks::Whole), by(Right::ManyOf { right: [1, 2].into() }), true),
        (many_of(3, &[0], Marks::Whole), by(Right::ManyOf { right: [].into() }), false),
        (many_of(3, &[0], Marks::Whole), by(Right::ManyOf { right: [0, 3].into() }), false),
        (matching(&["a", "b"], &[0, 1]), by(Right::Match { right: vec![1, 1] }), true),
        (matching(&["a", "b"], &[0, 1]), by(Right::Match { right: vec![1] }), false),
        (matching(&["a", "b"], &[0, 1]), by(Right::Match { right: vec![1, 2] }), false),
        (number("1"), accept(&[typed("7/2")]), true),
        (number("1"), accept(&[typed("1.234")]), false),
        (number("1"), accept(&[typed("")]), false),
        (number("1"), accept(&[typed("one")]), false),
        (number("1"), accept(&[typed("1"), typed("2")]), false),
        (number("1"), accept(&[]), false),
        (number("1"), accept(&[chosen(&[0])]), false),
        (text(&["one"]), accept(&[typed("two")]), true),
        (text(&["one"]), accept(&[typed(&long)]), false),
        (one_of(3, 0), accept(&[chosen(&[2])]), true),
        (one_of(3, 0), accept(&[chosen(&[3])]), false),
        (one_of(3, 0), accept(&[chosen(&[])]), false),
        (metres(), accept(&[typed("2 cm")]), true),
        (metres(), accept(&[typed("2 kg")]), false),
        (number("1"), explain(&[typed("7")], "why"), true),
        (number("1"), explain(&[typed("seven")], "why"), false),
        (number("1"), Correction::Drop {}, true),
        (number("1"), Correction::FullCredit {}, true),
    ];
    for (field, correction, fit) in table {
        let (question, key) = asked(&field);
        assert_eq!(fits(&correction, &question, &key), fit, "{correction:?} of {field:?}");
        // What does not fit changes nothing, and what replaces a key is a key.
        let corrected = CorrectedKey::published(&question, &key, false).with(&correction);
        assert!(corrected.key().fits(&question));
        assert!(fit || *corrected.key() == key);
    }
}

#[test]
fn an_answer_comes_out_by_the_corrected_key() {
    let metres = || number("1").measured_in(Measure::M, &[Measure::Cm, Measure::M]);
    // (the question, the correction, an answer, how it comes out, by what)
    let table = [
        (number("1"), by_number("3/2", Form::Any), typed("1,5"), Is::Right, By::Key),
        (number("1"), by_number("3/2", Form::Any), typed("1"), Is::Wrong, By::Key),
        (number("1"), by_number("3/2", Form::Simplest), typed("6/4"), Is::WrongForm, By::Key),
        (number("1"), accept(&[typed("3/6")]), typed("0,5"), Is::Right, By::AcceptedToo),
        (number("1"), accept(&[typed("3/6")]), typed("1"), Is::Right, By::Key),
        (number("1"), accept(&[typed("3/6")]), typed("2"), Is::Wrong, By::Key),
        (number("1/2").form(Form::Simplest), accept(&[typed("3/6")]), typed("2/4"), Is::Right, By::AcceptedToo),
        (metres(), accept(&[typed("50 cm")]), typed("0.5 m"), Is::Right, By::AcceptedToo),
        (metres(), accept(&[typed("50 cm")]), typed("50 m"), Is::Wrong, By::Key),
        (text(&["one"]), accept(&[typed(" Zwei  drei ")]), typed("ZWEI drei"), Is::Right, By::AcceptedToo),
        (text(&["one"]).capitals_count(), accept(&[typed("Two")]), typed("two"), Is::Wrong, By::Key),
        (text(&["one"]).accents_do_not_count(), accept(&[typed("deux é")]), typed("deux e"), Is::Right, By::AcceptedToo),
        (text(&["one"]), accept(&[typed("t*o")]), typed("too"), Is::Wrong, By::Key),
        (one_of(3, 0), accept(&[chosen(&[2])]), chosen(&[2]), Is::Right, By::AcceptedToo),
        (one_of(3, 0), by(Right::OneOf { right: 2 }), chosen(&[0]), Is::Wrong, By::Key),
        (many_of(3, &[0], Marks::Parts), by(Right::ManyOf { right: [1, 2].into() }), chosen(&[1, 2]), Is::Right, By::Key),
        (matching(&["a", "b", "a"], &[0, 1]), accept(&[chosen(&[2, 2])]), chosen(&[0, 0]), Is::Right, By::AcceptedToo),
        (number("1"), Correction::Drop {}, typed("no idea"), Is::Right, By::Dropped),
        (number("1"), Correction::Drop {}, typed(""), Is::Right, By::Dropped),
        (number("1"), Correction::Drop {}, chosen(&[1]), Is::Malformed, By::Key),
        (number("1"), Correction::FullCredit {}, typed("2"), Is::Right, By::FullCredit),
        (one_of(3, 0), Correction::FullCredit {}, chosen(&[]), Is::Right, By::FullCredit),
        (one_of(3, 0), Correction::FullCredit {}, chosen(&[3]), Is::Malformed, By::Key),
        (number("1"), explain(&[typed("2")], "why"), typed("2"), Is::Wrong, By::Key),
    ];
    for (field, correction, input, outcome, decided) in table {
        let (question, key) = asked(&field);
        let corrected = CorrectedKey::published(&question, &key, field.decimal_comma).with(&correction);
        let grade = corrected.grade(std::slice::from_ref(&input));
        assert_eq!((Is::from(&grade.outcome), grade.by), (outcome, decided), "{correction:?}: {input:?}");
        assert_eq!(grade.mark == (1, 1), outcome == Is::Right, "{correction:?}: {input:?}");
        assert!(grade.fields.iter().all(|field| Is::from(field) == outcome), "{correction:?}: {input:?}");
    }
}

#[test]
fn without_corrections_the_corrected_key_is_the_key() {
    let fields = [
        number("3/2").form(Form::Simplest),
        text(&["o*e"]),
        one_of(3, 1),
        many_of(3, &[0, 1], Marks::Parts),
        matching(&["a", "b"], &[0, 1]),
    ];
    let inputs =
        [typed("3/2"), typed("6/4"), typed("one"), typed(""), typed("1.234"), chosen(&[1]), chosen(&[0, 1]), chosen(&[9]), chosen(&[])];
    for field in fields {
        let (question, key) = asked(&field);
        for input in &inputs {
            let inputs = std::slice::from_ref(input);
            assert_eq!(CorrectedKey::published(&question, &key, false).grade(inputs), grade(&question, &key, inputs, false));
        }
    }
}

#[test]
fn an_answer_accepted_too_is_right_as_a_whole_and_praised() {
    let question = question([number("1").kind, number("2").kind]);
    let key = QuestionKey { praise: Some(Html("Well done".into())), ..key([number("1").key, number("2").key]) };
    let corrected = CorrectedKey::published(&question, &key, false).with(&accept(&[typed("2"), typed("1")]));
    let said = |inputs: &[&str]| {
        let grade = corrected.grade(&inputs.iter().map(|input| typed(input)).collect::<Vec<_>>());
        (Is::from(&grade.outcome), grade.feedback.iter().map(|html| html.0.clone()).collect::<Vec<_>>())
    };
    assert_eq!(said(&["2.0", "1"]), (Is::Right, vec!["Well done".to_owned()]));
    assert_eq!(said(&["2", "2"]), (Is::Wrong, vec![]), "half of it is another answer");
    assert_eq!(said(&["1", "2"]), (Is::Right, vec!["Well done".to_owned()]));
}

#[test]
fn an_explanation_is_said_to_the_wrong_answer_that_it_is_about_as_plain_text() {
    let (question, key) = asked(&number("1"));
    let key = QuestionKey { comfort: Some(Html("Look again".into())), ..key };
    let text = "  Don't <b>add</b> & \"carry\"\nmultiply ";
    let corrected = CorrectedKey::published(&question, &key, false).with(&explain(&[typed("1/2")], text));
    let said = |corrected: &CorrectedKey<'_>, input: &str| {
        corrected.grade(&[typed(input)]).feedback.iter().map(|html| html.0.clone()).collect::<Vec<_>>()
    };
    let shown = "<p>Don&#39;t &lt;b&gt;add&lt;/b&gt; &amp; &quot;carry&quot;<br>multiply</p>";
    assert_eq!(said(&corrected, "0.5"), [shown]);
    assert_eq!(said(&corrected, "3"), ["Look again"], "another wrong answer");
    let again = corrected.clone().with(&explain(&[typed("2/4")], "Another word"));
    assert_eq!(said(&again, "0.5"), ["<p>Another word</p>"], "the last word on it");
    assert_eq!(said(&again.with(&by_number("1/2", Form::Any)), "0.5"), Vec::<String>::new(), "right now: nothing to explain");
}

#[test]
fn a_key_that_replaces_another_is_silent_about_particular_answers_and_says_what_is_right_now() {
    let (question, mut key) = asked(&number("1"));
    if let FieldKey::Number { feedback, .. } = &mut key.fields[0] {
        feedback.push((exactly("2"), Html("That is one too many".into())));
    }
    let published = CorrectedKey::published(&question, &key, true);
    assert_eq!((published.grade(&[typed("2")]).feedback.len(), published.replaced()), (1, vec![]));
    let corrected = published.clone().with(&by_number("2.5", Form::Any));
    assert_eq!(corrected.grade(&[typed("2")]).feedback, []);
    assert_eq!(corrected.replaced(), [("Answer", Html("<p>2,5</p>".into()))]);
    assert_eq!(published.with(&accept(&[typed("2")])).replaced(), [], "the worked answer still holds");
    let (question, key) = asked(&text(&["one"]));
    let corrected = CorrectedKey::published(&question, &key, false).with(&by_texts(&["a < b \\*"]));
    assert_eq!(corrected.replaced(), [("Answer", Html("<p>a &lt; b *</p>".into()))]);
}

#[test]
fn equal_answers_become_equal_texts() {
    let lengths = || number("1").measured_in(Measure::M, &[Measure::Cm, Measure::M, Measure::Kg]);
    // (the question, answers that are equal, their text)
    let table: [(Asked, &[&str], &str); 21] = [
        (number("1"), &["1/2", "3/6", "0.5", "0,5", " ½ ", ".5"], "0.5"),
        (number("1").decimal_comma(), &["1/2", "3/6", "0.5", "0,5"], "0,5"),
        (number("1"), &["1/3", "2/6"], "1/3"),
        (number("1"), &["4/3", "1 1/3"], "4/3"),
        (number("1"), &["7", "7.0", "007", "14/2", "+7"], "7"),
        (number("1"), &["-7", "−7", "–7,0"], "-7"),
        (number("1"), &["0", "-0", "0/5"], "0"),
        (number("1"), &["1 234", "1,234.0", "1234"], "1234"),
        (number("1"), &["11/8", "1.3750", "01.375", "1375e-3"], "1.3750"),
        (number("1"), &["3/8", "0.375"], "0.375"),
        (number("1"), &["6.02e23", "6,02·10²³", "602000000000000000000000"], "6.02 × 10^23"),
        (number("1").decimal_comma(), &["-1,5e-9", "−1.5 × 10⁻⁹"], "-1,5 × 10^-9"),
        (number("1").percent(), &["50%", "1/2", "0.5"], "0.5"),
        (decimals("1"), &["0.000001", ".0000010"], "0.000001"),
        (lengths(), &["1.5 m", "150 cm", "3/2 m"], "150 cm"),
        (lengths(), &["2 kg"], "2 kg"),
        (text(&["x"]), &["Straße", " STRASSE ", "strasse"], "strasse"),
        (text(&["x"]), &["deux  mots", "Deux mots"], "deux mots"),
        (text(&["x"]), &["é", "e\u{301}"], "é"),
        (number("1"), &["no idea", " no idea "], "no idea"),
        (number("1"), &["1.234"], "1.234"),
    ];
    for (field, inputs, expected) in table {
        let (question, _) = asked(&field);
        for input in inputs {
            assert_eq!(normalised(&question, &[typed(input)], field.decimal_comma), [expected], "{input}");
        }
    }
}

#[test]
fn choices_are_indices_and_equal_entries_of_a_match_are_one() {
    let table: [(Asked, &[u16], &str); 5] = [
        (one_of(3, 0), &[2], "2"),
        (many_of(4, &[0], Marks::Whole), &[0, 3], "0,3"),
        (matching(&["a", "b", "a "], &[0, 1]), &[2, 1], "0,1"),
        (one_of(3, 0), &[7], "7"),
        (matching(&["a", "b"], &[0, 1]), &[0, Input::UNMATCHED], "0,65535"),
    ];
    for (field, indices_chosen, expected) in table {
        let (question, _) = asked(&field);
        let text = normalised(&question, &[chosen(indices_chosen)], false);
        assert_eq!(text, [expected]);
        let back = indices(&field.kind, &text[0]).expect("a choice");
        assert_eq!(normalised(&question, &[Input::Chosen(back)], false), text, "the page can turn them back");
    }
    assert_eq!(indices(&number("1").kind, "1,2"), None);
    assert_eq!(indices(&text(&["x"]).kind, "1"), None);
}

mod always {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

        /// What is accepted too is right, however it is written; and answers with the same text come out the same.
        #[test]
        fn answers_with_one_text_come_out_as_one(over in -60_i32..60, under in 1_i32..40, times in 1_i32..5, other in -60_i32..60) {
            let (question, key) = asked(&number("7"));
            let plain = typed(&format!("{over}/{under}"));
            let wider = typed(&format!("{}/{}", over * times, under * times));
            let text = |input: &Input| normalised(&question, std::slice::from_ref(input), false);
            prop_assert_eq!(text(&plain), text(&wider));
            let corrected = CorrectedKey::published(&question, &key, false).with(&accept(std::slice::from_ref(&plain)));
            prop_assert_eq!(&corrected.grade(std::slice::from_ref(&wider)).outcome, &Correctness::Right);
            let other = typed(&other.to_string());
            let right = corrected.grade(std::slice::from_ref(&other)).outcome == Correctness::Right;
            prop_assert_eq!(right, text(&other) == text(&plain) || text(&other) == ["7"]);
        }

        /// Whatever comes in, nothing panics, and what cannot be read is not accepted.
        #[test]
        fn nothing_panics(input in ".{0,40}", value in "-?[0-9]{1,30}(/[1-9][0-9]{0,30})?") {
            let (question, key) = asked(&number("7"));
            let correction = accept(&[typed(&input)]);
            let readable = !matches!(grade(&question, &key, &[typed(&input)], false).outcome, Correctness::Unreadable(_));
            prop_assert_eq!(fits(&correction, &question, &key), readable);
            prop_assert!(fits(&by_number(&value, Form::Any), &question, &key));
            _ = normalised(&question, &[typed(&input), typed(&input)], true);
        }
    }
}

/// Answers of any length are recorded, and a teacher's page draws and compares them by the hundred.
#[test]
fn of_what_is_longer_than_answers_may_be_the_beginning_counts() {
    let (question, _) = asked(&text(&["right"]));
    let of = |input: &str| normalised(&question, &[typed(input)], false).remove(0);
    let beginning = "ab ".repeat(200);
    let [one, other, apart] = ["x".repeat(40_000), "y".repeat(300), String::new()].map(|rest| of(&format!("{beginning}{rest}")));
    // Texts are compared with three points for an ellipsis.
    assert_eq!((one.chars().count(), one.ends_with("...")), (503, true), "{one}");
    assert_eq!(one, other, "they are one line");
    assert_eq!(apart, one, "of 600 characters the first 500 count");
    assert_ne!(of(&beginning[..400]), one);
    let short = "é".repeat(500);
    assert_eq!(of(&short), short, "what may be entered is left whole");
}

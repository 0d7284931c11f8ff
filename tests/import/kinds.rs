//! Each kind of GIFT question: what it becomes, and which remarks come with it.

use super::{field, one};
use domain::content::{Accepted, Block, FieldKey, FieldKind, Html, Marks, Number, Piece, Tolerance};
use std::collections::{BTreeMap, BTreeSet};

fn html(text: &str) -> Html {
    Html(text.to_owned())
}

fn number(text: &str) -> Number {
    text.parse().expect("a number")
}

fn within(value: &str, margin: &str) -> Accepted {
    Accepted { value: number(value), within: if margin == "0" { Tolerance::Exact } else { Tolerance::Absolute(number(margin)) } }
}

#[test]
fn true_and_false_are_one_of_two_in_any_case_of_letters() {
    for (answer, right) in [("T", 0), ("TRUE", 0), ("true", 0), (" t ", 0), ("F", 1), ("False", 1), ("FALSE", 1)] {
        let (question, mut key, remarks) = one(&format!("It is so. {{{answer}}}"));
        assert_eq!(question.fields[0].kind, FieldKind::OneOf { choices: vec![html("True"), html("False")] });
        assert_eq!(key.fields.remove(0), FieldKey::OneOf { right, feedback: BTreeMap::new() }, "{answer}");
        assert!(remarks.is_empty());
    }
}

#[test]
fn the_first_feedback_of_true_and_false_is_for_the_wrong_response() {
    let feedback = |text| match field(text) {
        FieldKey::OneOf { feedback, .. } => feedback,
        other => panic!("{other:?}"),
    };
    let both = |truth: &str, lie: &str| [(0, html(truth)), (1, html(lie))].into();
    assert_eq!(feedback("So? {T#No.#Yes.}"), both("<p>Yes.</p>", "<p>No.</p>"));
    assert_eq!(feedback("So? {F#No.#Yes.}"), both("<p>No.</p>", "<p>Yes.</p>"));
    assert_eq!(feedback("So? {T##Yes.}"), [(0, html("<p>Yes.</p>"))].into());
}

#[test]
fn multiple_choice_with_one_right_is_one_of() {
    let (question, key, remarks) = one("Who? {~a#Not a. =b#Yes. ~c}");
    assert_eq!(question.fields[0].kind, FieldKind::OneOf { choices: vec![html("a"), html("b"), html("c")] });
    let feedback = [(0, html("<p>Not a.</p>")), (1, html("<p>Yes.</p>"))].into();
    assert_eq!(key.fields, [FieldKey::OneOf { right: 1, feedback }]);
    assert_eq!(key.worked, html("<p>The answer is <b>b</b>.</p>"));
    assert!(remarks.is_empty());
}

#[test]
fn a_choice_for_part_of_the_mark_is_wrong_with_a_remark() {
    for text in ["Who? {=a ~%50%b ~c}", "Who? {~%50%b ~c =%100%a}"] {
        let (question, key, remarks) = one(text);
        let (FieldKey::OneOf { right, .. }, FieldKind::OneOf { choices }) = (&key.fields[0], &question.fields[0].kind) else {
            panic!("one of")
        };
        assert_eq!(choices[usize::from(*right)], html("a"), "{text}");
        assert!(remarks[0].contains("part of the mark"), "{text}: {remarks:?}");
    }
}

#[test]
fn several_right_choices_are_check_boxes_with_a_remark() {
    let all = |indices: &[u16]| indices.iter().copied().collect::<BTreeSet<_>>();
    for (text, right, marks) in [
        ("Who? {~%50%a ~%50%b ~c}", all(&[0, 1]), Marks::Parts),
        ("Who? {~%-50%a ~%50%b ~%50%c}", all(&[1, 2]), Marks::Parts),
        ("Who? {~%33.33333%a ~%33.33333%b ~%33.33333%c ~d}", all(&[0, 1, 2]), Marks::Parts),
        ("Who? {~%100%a ~%-100%b}", all(&[0]), Marks::Parts),
        ("Who? {~%70%a ~%30%b ~c}", all(&[0, 1]), Marks::Whole),
        ("Who? {~%20%a ~%20%b ~c}", all(&[0, 1]), Marks::Whole),
        ("Who? {=a =b ~c}", all(&[0, 1]), Marks::Whole),
    ] {
        let (question, key, remarks) = one(text);
        assert!(matches!(question.fields[0].kind, FieldKind::ManyOf { .. }), "{text}");
        assert_eq!(key.fields, [FieldKey::ManyOf { right, marks, feedback: BTreeMap::new() }], "{text}");
        assert_eq!(remarks.len(), 1, "{text}");
    }
}

#[test]
fn a_short_answer_is_a_text_with_several_patterns() {
    let (question, mut key, remarks) = one("Who? {=no one =no*body#Nearly. =a \\= b}");
    assert_eq!(question.fields[0].kind, FieldKind::Text);
    let FieldKey::Text { accepted, case, feedback, .. } = key.fields.remove(0) else { panic!("a text") };
    assert_eq!(accepted, ["no one", "no*body", "a = b"]);
    assert_eq!(feedback, [("no*body".to_owned(), html("<p>Nearly.</p>"))]);
    assert!(!case && remarks.is_empty());
}

#[test]
fn a_short_answer_for_part_of_the_mark_keeps_its_feedback_and_is_wrong() {
    let (_, key, remarks) = one("Who? {=Nazareth =%75%Nazereth#Misspelled. =%0%*#Read again.}");
    let FieldKey::Text { accepted, feedback, .. } = &key.fields[0] else { panic!("a text") };
    assert_eq!(accepted, &["Nazareth"]);
    assert_eq!(feedback, &[("Nazereth".to_owned(), html("<p>Misspelled.</p>"))]);
    assert_eq!(key.comfort, Some(html("<p>Read again.</p>")));
    assert_eq!(remarks, ["“Nazereth” was worth 75 % and counts as wrong here; its feedback is kept."]);
}

#[test]
fn a_right_answer_never_hears_what_is_meant_for_a_wrong_one() {
    let FieldKey::Text { feedback, .. } = field("Who? {=Nazareth =%50%Naz*#Nearly.}") else { panic!("a text") };
    assert_eq!(feedback[0], ("Nazareth".to_owned(), html("<p>Correct.</p>")));
    let FieldKey::Number { feedback, .. } = field("When? {#=1822:0 =%50%1822:2#Close.}") else { panic!("a number") };
    assert_eq!(feedback[0], (within("1822", "0"), html("<p>Correct.</p>")));
    let FieldKey::Number { feedback, .. } = field("When? {#=1822:0 =%0%1900:2#No.}") else { panic!("a number") };
    assert_eq!(feedback, [(within("1900", "2"), html("<p>No.</p>"))]);
}

#[test]
fn a_number_has_a_value_a_margin_or_a_range() {
    for (text, value, margin) in [
        ("#1822", "1822", "0"),
        ("# 1822 : 5 ", "1822", "5"),
        ("#=1822:5", "1822", "5"),
        ("#-1", "-1", "0"),
        ("#+1", "1", "0"),
        ("#3.1415:0.0005", "3.1415", "0.0005"),
        ("#1..5", "3", "2"),
        ("#-5..5", "0", "5"),
        ("#3.141..3.142", "3.1415", "0.0005"),
        ("#-3.142..-3.141", "-3.1415", "0.0005"),
        ("#.5", "0.5", "0"),
        ("#5.", "5", "0"),
        ("#5:", "5", "0"),
        ("#6.02e3", "6020", "0"),
        ("#125E-2", "1.25", "0"),
        ("#5e-3", "0.005", "0"),
        ("#7/12", "7/12", "0"),
        ("#=%100%9:0", "9", "0"),
    ] {
        let FieldKey::Number { accepted, unit, .. } = field(&format!("How many? {{{text}}}")) else { panic!("{text}: a number") };
        assert_eq!((accepted, unit), (vec![within(value, margin)], None), "{text}");
    }
    let (_, _, remarks) = one("How many? {#3,5}");
    assert_eq!(remarks, ["The comma in its number was read as a decimal point."]);
}

#[test]
fn a_number_for_part_of_the_mark_is_wrong_and_any_other_wrong_number_has_a_word_too() {
    let (_, key, remarks) = one("When? {#=1822:0#Yes. =%50%1822:2#Close. ~#Not at all.}");
    let FieldKey::Number { accepted, feedback, .. } = &key.fields[0] else { panic!("a number") };
    assert_eq!(accepted, &[within("1822", "0")]);
    assert_eq!(feedback, &[(within("1822", "0"), html("<p>Yes.</p>")), (within("1822", "2"), html("<p>Close.</p>"))]);
    assert_eq!(key.comfort, Some(html("<p>Not at all.</p>")));
    assert!(remarks[0].contains("50 %"), "{remarks:?}");
}

#[test]
fn matching_sorts_the_right_side_and_merges_what_is_equal() {
    let (question, key, remarks) = one("Match. {=Ann -> runs =Bob -> Eats =Cem->runs = -> dreams}");
    let FieldKind::Match { left, right } = &question.fields[0].kind else { panic!("a match") };
    assert_eq!(left, &[html("Ann"), html("Bob"), html("Cem")]);
    assert_eq!(right, &["dreams", "Eats", "runs"]);
    assert_eq!(key.fields, [FieldKey::Match { right: vec![2, 1, 2] }]);
    assert!(remarks.is_empty());
}

#[test]
fn a_missing_word_is_typed_in_its_sentence() {
    let line = |before: &str, after: &str| {
        let pieces = [Some(Piece::Html(html(before))), Some(Piece::Field(0)), Some(Piece::Html(html(after)))];
        Block::Line(pieces.into_iter().flatten().filter(|piece| *piece != Piece::Html(html(""))).collect())
    };
    for (text, body) in [
        ("Two plus two is {=four =4}.", vec![line("Two plus two is ", ".")]),
        ("{#4} is even.", vec![line("", " is even.")]),
        (
            "First.\\n\\nThen {#4} is.\\n\\nLast.",
            vec![Block::Html(html("<p>First.</p>")), line("Then ", " is."), Block::Html(html("<p>Last.</p>"))],
        ),
        ("[html]<p>First.</p><p>It <b>is {#4} so</b>.</p>", vec![Block::Html(html("<p>First.</p>")), line("It <b>is </b>", "<b> so</b>.")]),
        ("[markdown]It is *not {=so} there*.", vec![line("It is <em>not </em>", "<em> there</em>.")]),
        // A full stop after a finished question belongs to the file, not to the sentence.
        ("What is it? {=so}.", vec![Block::Html(html("<p>What is it?</p>")), Block::Field(0)]),
        // Deeper than a paragraph there is no place for a field.
        ("[html]<ul><li>It {=is} so</li></ul>", vec![Block::Html(html("<ul><li>It _____ so</li></ul>")), Block::Field(0)]),
        ("It is \\({=x} + 1\\).", vec![Block::Html(html("<p>It is \\(_____ + 1\\).</p>")), Block::Field(0)]),
    ] {
        let (question, ..) = one(text);
        if text.contains("\\(") {
            // Where exactly a blank ends up in a formula does not matter; the field must stand below.
            assert_eq!(question.body.last(), Some(&Block::Field(0)), "{text}");
        } else {
            assert_eq!(question.body, body, "{text}");
        }
    }
}

#[test]
fn a_missing_word_that_is_chosen_leaves_a_blank() {
    let (question, ..) = one("Grant is {~buried =entombed} in it.");
    assert_eq!(question.body, [Block::Html(html("<p>Grant is _____ in it.</p>")), Block::Field(0)]);
    let (question, ..) = one(r"[markdown]A\n\n{~buried =entombed}\n\nb");
    assert_eq!(question.body[0], Block::Html(html("<p>A</p>\n<p>_____</p>\n<p>b</p>")));
}

#[test]
fn escaped_characters_are_themselves() {
    let (question, key, _) = one(r"Is \{a\} \= \~b\# \: \\ \x? {=\{1\} ~\~2\#3#Not \#3.}");
    assert_eq!(question.body[0], Block::Html(html(r"<p>Is {a} = ~b# : \ \x?</p>")));
    assert_eq!(question.fields[0].kind, FieldKind::OneOf { choices: vec![html("{1}"), html("~2#3")] });
    assert_eq!(key.fields, [FieldKey::OneOf { right: 0, feedback: [(1, html("<p>Not #3.</p>"))].into() }]);
    let (question, ..) = one(r"One\ntwo \\nthree {T}");
    assert_eq!(question.body[0], Block::Html(html(r"<p>One<br>two \nthree</p>")));
}

#[test]
fn the_format_of_the_text_is_that_of_answers_and_feedback_unless_they_name_their_own() {
    let (question, key, _) = one("[markdown]**Who?** {=*me*#_Yes._ ~[plain]*you*#[html]<i>No</i>}");
    assert_eq!(question.body[0], Block::Html(html("<p><strong>Who?</strong></p>")));
    assert_eq!(question.fields[0].kind, FieldKind::OneOf { choices: vec![html("<em>me</em>"), html("*you*")] });
    let feedback = [(0, html("<p><em>Yes.</em></p>")), (1, html("<i>No</i>"))].into();
    assert_eq!(key.fields, [FieldKey::OneOf { right: 0, feedback }]);
    let (question, ..) = one("[plain]a <b>b</b> {T}");
    assert_eq!(question.body[0], Block::Html(html("<p>a &lt;b&gt;b&lt;/b&gt;</p>")));
    let (question, ..) = one("Is a<b and <b>c</b> < d? {T}");
    assert_eq!(question.body[0], Block::Html(html("<p>Is a&lt;b and <b>c</b> &lt; d?</p>")));
}

#[test]
fn general_feedback_comes_before_the_answer() {
    let (_, key, _) = one("Who? {=me ~you#not you####[markdown]It is *always* me.}");
    assert_eq!(key.worked, html("<p>It is <em>always</em> me.</p><p>The answer is <b>me</b>.</p>"));
    assert_eq!(key.fields, [FieldKey::OneOf { right: 0, feedback: [(1, html("<p>not you</p>"))].into() }]);
}

#[test]
fn formulas_become_mathml_and_pictures_their_descriptions() {
    let (question, _, remarks) = one(r"What is $\frac\{1\}\{2\}$? {=[html]<img src\='http\://x.example/p.png' alt\='a pie'> ~b}");
    let Block::Html(Html(text)) = &question.body[0] else { panic!("text") };
    assert!(text.contains("<mfrac>"), "{text}");
    let FieldKind::OneOf { choices } = &question.fields[0].kind else { panic!("one of") };
    assert_eq!(choices[0], html("[a pie]"));
    assert_eq!(remarks, ["An image was left out; its description “a pie” stands in its place."]);
}

//! Whatever is shown as the answer can be entered, and is right: every kind of key, both decimal signs.

use super::*;
use domain::content::{Correction, Right};
use domain::grading::{CorrectedKey, normalised, reading, to_show};
use proptest::prelude::*;

/// What is shown, as a text to enter; none if nothing that can be entered is right.
fn shown(asked: &Asked) -> Option<String> {
    match to_show(&asked.kind, &asked.key, asked.decimal_comma)? {
        Input::Text(text) => Some(text),
        Input::Chosen(_) => unreachable!("only fields that are typed into are asked here"),
    }
}

fn accepts(asked: &Asked, input: Input) -> bool {
    asked.grade(input) == Correctness::Right
}

/// The answer that the page shows once a correction has put it in the key's place, as plain text.
fn on_the_page(asked: &Asked) -> String {
    let right = match &asked.key {
        FieldKey::Number { accepted, form, .. } => Right::Number { accepted: accepted.clone(), form: *form },
        FieldKey::Text { accepted, .. } => Right::Text { accepted: accepted.clone() },
        FieldKey::OneOf { right, .. } => Right::OneOf { right: *right },
        FieldKey::ManyOf { right, .. } => Right::ManyOf { right: right.clone() },
        FieldKey::Match { right } => Right::Match { right: right.clone() },
    };
    let (question, key) = (question([asked.kind.clone()]), key([asked.key.clone()]));
    let corrected = CorrectedKey::published(&question, &key, asked.decimal_comma).with(&Correction::Replace { field: 0, right });
    let replaced = corrected.replaced();
    let html = replaced.first().map_or("", |(_, html)| html.0.as_str());
    let plain = html.replace("<p>", "").replace("</p>", "").replace("&lt;", "<").replace("&gt;", ">");
    plain.replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

#[test]
fn the_answer_is_shown_as_people_write_it() {
    let plain = Notation { fraction: false, percent: false };
    let with = |value: &str, within| number(value).within(within);
    // (the key, what is shown with a point, and with a comma)
    let table: [(Asked, &str, &str); 33] = [
        (number("5"), "5", "5"),
        (number("-1/2"), "-0.5", "-0,5"),
        (number("1/3"), "1/3", "1/3"),
        (number("1.375"), "1.3750", "1,3750"),
        (number("0.375"), "0.375", "0,375"),
        (number("1234.567"), "1234.567", "1234,567"),
        (number("0.000001"), "0.000001", "0,000001"),
        (number("1/128"), "1/128", "1/128"),
        (number("1/128").notation(plain), "0.0078125", "0,0078125"),
        (number("1000000000"), "1000000000", "1000000000"),
        (number("10000000000"), "10^10", "10^10"),
        (number("-602000000000000000000000"), "-6.02 × 10^23", "-6,02 × 10^23"),
        (number("602000000000000000000000").form(Form::Simplest), "602000000000000000000000", "602000000000000000000000"),
        (number("1/10000000"), "10^-7", "10^-7"),
        (number("6626/10000000000000000000"), "6.626 × 10^-16", "6,626 × 10^-16"),
        (number("12345678901234567891"), "12345678901234567891", "12345678901234567891"),
        (number("1/2").form(Form::Simplest), "1/2", "1/2"),
        (number("3/2").form(Form::Mixed), "1 1/2", "1 1/2"),
        (number("-3/2").form(Form::Mixed), "-1 1/2", "-1 1/2"),
        (number("701/200").form(Form::Mixed), "03 101/200", "03 101/200"),
        (number("1/2").form(Form::Decimal), "0.5", "0,5"),
        (number("1/2").percent().form(Form::Percent), "50%", "50%"),
        (number("0.01234").percent().form(Form::Percent), "1.2340%", "1,2340%"),
        (number("1/3").percent().form(Form::Percent), "100/3%", "100/3%"),
        (with("3.14159", Tolerance::Decimals(3)), "3.1420", "3,1420"),
        (with("2/3", Tolerance::Decimals(2)), "0.67", "0,67"),
        (with("2/3", Tolerance::Figures(3)).notation(plain), "0.667", "0,667"),
        (with("4/3", Tolerance::Absolute(exact("0.01"))).notation(plain), "1.3330", "1,3330"),
        (with("2/3", Tolerance::Absolute(exact("1/2"))).form(Form::Simplest).notation(plain), "1", "1"),
        (
            with("1/3", Tolerance::Absolute(exact("0.0000000000000000001"))).notation(plain),
            "0.333333333333333333333333",
            "0,333333333333333333333333",
        ),
        (with("1/3000000000000", Tolerance::Relative(exact("0.01"))).notation(plain), "3.333 × 10^-13", "3,333 × 10^-13"),
        (number("1/3").notation(plain).or("0.33"), "0.33", "0,33"),
        (number("3/2").measured_in(Measure::M, &[Measure::Cm, Measure::M]), "1.5 m", "1,5 m"),
    ];
    for (asked, point, comma) in table {
        for (asked, expected) in [(asked.clone(), point), (asked.decimal_comma(), comma)] {
            assert_eq!(shown(&asked).as_deref(), Some(expected), "{:?}", asked.key);
            assert_eq!(on_the_page(&asked), expected, "{:?}", asked.key);
            assert!(accepts(&asked, Input::Text(expected.to_owned())), "{expected} under {:?}", asked.key);
        }
    }
}

#[test]
fn nothing_is_shown_for_a_key_that_nothing_can_meet_but_the_key_itself() {
    let plain = Notation { fraction: false, percent: false };
    for (asked, written) in [
        (number("1/3").notation(plain), "1/3"),
        (number("1/3").form(Form::Decimal), "1/3"),
        (number("1/2").form(Form::Percent), "0.5"),
        (number("1").within(Tolerance::Absolute(exact("-1"))), "1"),
        (text(&["\u{200b}"]), "\u{200b}"),
    ] {
        assert_eq!(shown(&asked), None, "{:?}", asked.key);
        assert!(!accepts(&asked, Input::Text(written.to_owned())), "{:?}", asked.key);
    }
}

#[test]
fn a_pattern_is_shown_so_that_it_matches_itself() {
    let table: [(Asked, &str); 7] = [
        (text(&["New York"]), "New York"),
        (text(&["col*r"]), "col*r"),
        (text(&[r"2\*3", "six"]), "2*3"),
        (text(&[r"\*", "star"]), "*"),
        (text(&["*"]), "*"),
        (text(&["a\0b"]), "ab"),
        (text(&["a < b & \"c\" 'd'"]), "a < b & \"c\" 'd'"),
    ];
    for (asked, expected) in table {
        assert_eq!((shown(&asked).as_deref(), on_the_page(&asked).as_str()), (Some(expected), expected), "{:?}", asked.key);
        assert!(accepts(&asked, Input::Text(expected.to_owned())), "{expected} under {:?}", asked.key);
    }
    assert_eq!(shown(&text(&["\u{200b}", "seen"])).as_deref(), Some("seen"), "what nobody can see is passed over");
}

fn values() -> impl Strategy<Value = String> {
    let fraction = (-2_000_i64..2_000, 1_i64..2_000).prop_map(|(over, under)| format!("{over}/{under}"));
    let decimal = "-?[0-9]{1,4}\\.[0-9]{1,8}";
    let large = ("-?[1-9][0-9]{0,20}", 0..120_usize).prop_map(|(digits, zeros)| format!("{digits}{}", "0".repeat(zeros)));
    let small = ("-?[1-9][0-9]{0,20}", 0..120_usize).prop_map(|(digits, zeros)| format!("{digits}/1{}", "0".repeat(zeros)));
    prop_oneof![fraction, decimal, large, small]
}

fn tolerances() -> impl Strategy<Value = Tolerance> {
    let margin = || (1_u32..50, 0..60_usize).prop_map(|(over, zeros)| exact(&format!("{over}/1{}", "0".repeat(zeros))));
    prop_oneof![
        Just(Tolerance::Exact),
        margin().prop_map(Tolerance::Absolute),
        margin().prop_map(Tolerance::Relative),
        (0..30_u8).prop_map(Tolerance::Decimals),
        (0..30_u8).prop_map(Tolerance::Figures),
    ]
}

fn forms() -> impl Strategy<Value = Form> {
    prop::sample::select(vec![Form::Any, Form::Simplest, Form::Mixed, Form::Decimal, Form::Percent])
}

fn units() -> impl Strategy<Value = Option<(Measure, Vec<Measure>)>> {
    let offered = (prop::sample::select(Measure::ALL.to_vec()), prop::sample::subsequence(Measure::ALL.to_vec(), 0..5));
    prop::option::of(offered.prop_map(|(unit, others)| (unit, [vec![unit], others].concat())))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_number_that_is_shown_is_right(
        value in values(), other in prop::option::of(values()), within in tolerances(), form in forms(), measured in units(),
        fraction: bool, percent: bool, decimal_comma: bool,
    ) {
        let mut asked = number(&value).within(within.clone()).form(form).notation(Notation { fraction, percent });
        asked.decimal_comma = decimal_comma;
        if let Some((unit, offered)) = measured {
            asked = asked.measured_in(unit, &offered);
        }
        if let Some(other) = other {
            asked = asked.or(&other);
        }
        let shown = shown(&asked);
        // Where fractions are read, or the value ends, or is rounded, or may be missed a little, there is a way.
        let rounded = matches!(within, Tolerance::Decimals(_) | Tolerance::Figures(_));
        if matches!(form, Form::Any) && (fraction || rounded) {
            prop_assert!(shown.is_some(), "nothing for {:?} in {:?}", asked.key, asked.kind);
        }
        if let Some(text) = shown {
            prop_assert!(accepts(&asked, Input::Text(text.clone())), "{text:?} under {:?} in {:?}", asked.key, asked.kind);
            prop_assert_eq!(on_the_page(&asked), text);
        }
    }

    #[test]
    fn a_decimal_that_may_be_missed_a_little_can_always_be_shown(value in values(), zeros in 1..60_usize, decimal_comma: bool) {
        let within = Tolerance::Absolute(exact(&format!("1/1{}", "0".repeat(zeros))));
        let mut asked = number(&value).within(within).form(Form::Decimal).notation(Notation { fraction: false, percent: false });
        asked.decimal_comma = decimal_comma;
        prop_assert!(shown(&asked).is_some_and(|text| accepts(&asked, Input::Text(text))));
    }

    /// What stands in a teacher's tables reads as the same number, and is the same for the same number.
    #[test]
    fn a_normalised_number_reads_as_itself(value in values(), decimal_comma: bool) {
        let asked = number("1");
        let (question, value) = (question([asked.kind.clone()]), exact(&value));
        let texts = normalised(&question, &[Input::Text(value.to_string())], decimal_comma);
        prop_assert_eq!(reading(&texts[0], &asked.kind, decimal_comma).map(|read| read.value), Ok(value));
        prop_assert_eq!(normalised(&question, &[Input::Text(texts[0].clone())], decimal_comma), texts);
    }

    #[test]
    fn a_text_that_is_shown_is_right(
        patterns in prop::collection::vec(prop_oneof!["\\PC{1,12}", "[a-z*\\\\ éİıſﬁœ²'\"«-]{1,12}", any::<String>()], 1..3), case: bool, accents: bool,
    ) {
        let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
        let mut asked = text(&patterns);
        asked = if case { asked.capitals_count() } else { asked };
        asked = if accents { asked.accents_do_not_count() } else { asked };
        match shown(&asked) {
            Some(text) => prop_assert!(accepts(&asked, Input::Text(text.clone())), "{text:?} under {:?}", asked.key),
            // Only what nobody can see cannot be entered.
            None => prop_assert!(!accepts(&asked, Input::Text("x".to_owned()))),
        }
    }

    #[test]
    fn choices_that_are_shown_are_right(chosen in prop::collection::btree_set(0..6_u16, 1..6), pairs in prop::collection::vec(0..3_u16, 1..5)) {
        let chosen: Vec<u16> = chosen.into_iter().collect();
        for asked in [one_of(6, chosen[0]), many_of(6, &chosen, Marks::Whole), many_of(6, &chosen, Marks::Parts), matching(&["a", "b", "a "], &pairs)] {
            let shown = to_show(&asked.kind, &asked.key, false).expect("there is always something to choose");
            prop_assert!(accepts(&asked, shown));
        }
    }
}

//! What always holds of grading, tried on arbitrary inputs.

use super::{Asked, Is, exact, many_of, matching, number, one_of, text};
use domain::content::{FieldKind, Form, Input, Marks, Measure, Notation, Tolerance};
use domain::grading::{either_way, reading};
use proptest::prelude::*;

/// Some of everything that can be typed into.
fn typed_fields() -> Vec<Asked> {
    let tolerances = [Tolerance::Absolute(exact("1/3")), Tolerance::Relative(exact("0.1")), Tolerance::Decimals(2), Tolerance::Figures(3)];
    let mut asked = vec![
        number("3/2"),
        number("-1/3").percent().form(Form::Simplest).decimal_comma(),
        number("3").measured_in(Measure::Cm, &[Measure::Cm, Measure::M, Measure::H]),
        text(&["a*b", r"\*", "½"]),
        text(&["*é*"]).accents_do_not_count().capitals_count(),
    ];
    asked.extend(tolerances.into_iter().map(|tolerance| number("2/3").percent().within(tolerance)));
    asked
}

fn is(asked: &Asked, input: &str) -> Is {
    Is::from(&asked.grade(Input::Text(input.to_owned())))
}

/// Text that looks like a number, mostly.
fn numberish() -> impl Strategy<Value = String> {
    "[-+−–]{0,2}[0-9０-９]{0,4}[ .,/:÷½¾⅓\u{a0}⁄]{0,2}[0-9]{0,4}[ .,/%²]{0,2}[0-9]{0,3} ?(%|cm|m|h|L)?"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_typed_makes_grading_panic_or_waver(input in prop_oneof![any::<String>(), "\\PC{0,40}", numberish()]) {
        either_way(&input);
        for asked in typed_fields() {
            prop_assert_eq!(is(&asked, &input), is(&asked, &input));
        }
    }

    #[test]
    fn nothing_chosen_makes_grading_panic_or_waver(chosen in prop::collection::vec(prop_oneof![0..5_u16, any::<u16>()], 0..6)) {
        for asked in [one_of(3, 1), many_of(4, &[0, 2], Marks::Parts), matching(&["a", "b", "a"], &[0, 1, 2])] {
            let input = Input::Chosen(chosen.clone());
            prop_assert_eq!(asked.grade(input.clone()), asked.grade(input));
        }
    }

    #[test]
    fn a_multiple_of_a_fraction_is_the_same_number(over in 0..10_000_u64, under in 1..10_000_u64, times in 1..10_000_u64) {
        let asked = number(&format!("{over}/{under}"));
        prop_assert_eq!(is(&asked, &format!("{}/{}", over * times, under * times)), Is::Right);
        prop_assert_eq!(is(&asked, &format!("{}/{}", over * times + 1, under * times)), Is::Wrong);
    }

    #[test]
    fn simplest_form_is_right_and_every_multiple_is_the_wrong_form(over in 1..1_000_u64, under in 2..1_000_u64, times in 2..100_u64) {
        let simplest = number(&format!("{over}/{under}")).form(Form::Simplest);
        prop_assert_eq!(is(&simplest, &exact(&format!("{over}/{under}")).to_string()), Is::Right);
        prop_assert_eq!(is(&simplest, &format!("{}/{}", over * times, under * times)), Is::WrongForm);
    }

    #[test]
    fn a_decimal_is_its_fraction(whole in 0..100_000_u64, decimals in "[0-9]{1,2}|[0-9]{4,12}", comma: bool) {
        let asked = number(&format!("{whole}{decimals}/1{}", "0".repeat(decimals.len())));
        prop_assert_eq!(is(&asked, &format!("{whole}{}{decimals}", if comma { ',' } else { '.' })), Is::Right);
    }

    #[test]
    fn a_mixed_number_is_its_fraction(whole in 0..100_u64, over in 0..100_u64, under in 1..100_u64) {
        let asked = number(&format!("-{}/{under}", whole * under + over));
        prop_assert_eq!(is(&asked, &format!("-{whole} {over}/{under}")), Is::Right);
    }

    #[test]
    fn absolute_bounds_are_inclusive(value in -1_000_000..1_000_000_i64, distance in 0..1_000_i64) {
        let asked = number(&format!("{value}/1000")).within(Tolerance::Absolute(exact(&format!("{distance}/1000"))));
        let at = |thousandths: i64| is(&asked, &format!("{thousandths}/1000"));
        prop_assert_eq!((at(value - distance), at(value + distance)), (Is::Right, Is::Right));
        prop_assert_eq!((at(value - distance - 1), at(value + distance + 1)), (Is::Wrong, Is::Wrong));
    }

    /// Rounding done over again with integers, to two decimals of thousandths.
    #[test]
    fn decimals_round_half_away_from_zero(value in 0..1_000_000_i64, below_zero: bool) {
        let sign = if below_zero { "-" } else { "" };
        let asked = number(&format!("{sign}{value}/1000")).within(Tolerance::Decimals(2));
        let rounded = (value + 5) / 10;
        prop_assert_eq!(is(&asked, &format!("{sign}{rounded}/100")), Is::Right);
        prop_assert_eq!(is(&asked, &format!("{sign}{}/100", rounded + 1)), Is::Wrong);
    }

    #[test]
    fn figures_keep_the_first_ones(digits in 100..1_000_i64, rest in 0..10_i64, zeros in 0..30_usize, small: bool) {
        let zeros = "0".repeat(zeros);
        let value = if small { format!("{digits}{rest}/1{zeros}") } else { format!("{digits}{rest}{zeros}") };
        let asked = number(&value).within(Tolerance::Figures(3));
        let figures = digits + i64::from(rest >= 5);
        let answer = if small { format!("{figures}0/1{zeros}") } else { format!("{figures}0{zeros}") };
        prop_assert_eq!(is(&asked, &answer), Is::Right);
    }

    /// What is shown reads as the same again; but a decimal of three places, which is asked about, by its second way.
    #[test]
    fn a_reading_reads_as_itself(input in numberish(), comma: bool) {
        let kind = FieldKind::Number { notation: Notation { fraction: true, percent: true }, units: Vec::new() };
        if let Ok(read) = reading(&input, &kind, comma) {
            let shown = read.to_string();
            let again = reading(&shown, &kind, comma).or_else(|_| reading(&either_way(&shown).expect("it has a separator").1, &kind, comma));
            prop_assert_eq!(again.map(|again| again.to_string()), Ok(shown));
        }
    }

    /// Plain characters take a short way, and come out as on the long one, which a character that nobody sees makes them take.
    #[test]
    fn plain_texts_come_out_as_texts_of_all_characters_do(pattern in "[ -~\t]{0,6}|[aA*`'\" \\\\]{0,6}", input in "[ -~\t]{0,6}|[aA*`'\" \\\\]{0,6}") {
        let unseen = |text: &str| format!("{text}\u{200b}");
        for input in [&input, &pattern] {
            for with in [|asked: Asked| asked, Asked::capitals_count, Asked::accents_do_not_count] {
                let (short, long) = (with(text(&[&pattern])), with(text(&[&unseen(&pattern)])));
                let outcomes = [is(&short, input), is(&short, &unseen(input)), is(&long, input), is(&long, &unseen(input))];
                prop_assert_eq!(outcomes, [outcomes[0]; 4], "{:?} under {:?}", input, pattern);
            }
        }
    }

    /// A slow but plain matcher gives the same answer.
    #[test]
    fn wildcards_match_as_a_plain_matcher_does(pattern in "[ab*]{0,8}", input in "[ab]{1,10}") {
        fn plain(pattern: &[u8], input: &[u8]) -> bool {
            match pattern.split_first() {
                None => input.is_empty(),
                Some((b'*', rest)) => (0..=input.len()).any(|skip| plain(rest, &input[skip..])),
                Some((c, rest)) => input.first() == Some(c) && plain(rest, &input[1..]),
            }
        }
        let expected = if plain(pattern.as_bytes(), input.as_bytes()) { Is::Right } else { Is::Wrong };
        prop_assert_eq!(is(&text(&[&pattern]), &input), expected);
    }
}

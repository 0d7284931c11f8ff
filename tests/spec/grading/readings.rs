//! What the field says that it understood while someone types.

use super::Is;
use domain::content::{FieldKind, Measure, Notation};
use domain::grading::{either_way, reading};

fn kind(units: &[Measure]) -> FieldKind {
    FieldKind::Number { notation: Notation { fraction: true, percent: true }, units: units.to_vec() }
}

#[test]
fn a_reading_shows_what_was_understood() {
    let rows = [
        ("1½", "1 1/2", "1 1/2"),
        ("-1½", "−1 1/2", "−1 1/2"),
        ("7:12", "7/12", "7/12"),
        ("07/012", "7/12", "7/12"),
        (",5", "0.5", "0,5"),
        ("1,50", "1.50", "1,50"),
        ("15 %", "15%", "15%"),
        ("½%", "1/2%", "1/2%"),
        ("1.234.567,8", "1234567.8", "1234567,8"),
        ("12 345", "12345", "12345"),
        ("+007", "7", "7"),
        ("−0", "0", "0"),
        ("00", "0", "0"),
        ("01.234", "1.234", "1,234"),
    ];
    for (input, point, comma) in rows {
        for (decimal_comma, expected) in [(false, point), (true, comma)] {
            let shown = reading(input, &kind(&[]), decimal_comma).map(|reading| reading.to_string());
            assert_eq!(shown.as_deref(), Ok(expected), "{input:?}, decimal comma {decimal_comma}");
        }
    }
    let shown = |input| reading(input, &kind(&[Measure::Cm, Measure::L]), false).map(|reading| reading.to_string());
    assert_eq!(shown("3cm").as_deref(), Ok("3 cm"));
    assert_eq!(shown("1 1/2L").as_deref(), Ok("1 1/2 l"));
}

#[test]
fn a_reading_has_the_parts_of_a_formula() {
    let parts = |input: &str| {
        let reading = reading(input, &kind(&[]), false).expect("the inputs below are numbers");
        (reading.negative, reading.whole, reading.fraction, reading.percent, reading.value.to_string())
    };
    let some = |text: &str| Some(text.to_owned());
    let fraction = |over: &str, under: &str| Some((over.to_owned(), under.to_owned()));
    assert_eq!(parts("-1 2/4"), (true, some("1"), fraction("2", "4"), false, "-3/2".to_owned()));
    assert_eq!(parts("6/4"), (false, None, fraction("6", "4"), false, "3/2".to_owned()));
    assert_eq!(parts("2.5%"), (false, some("2.5"), None, true, "1/40".to_owned()));
}

#[test]
fn an_ambiguous_number_can_be_written_either_way() {
    let rows = [
        ("1,234", "1234", "01,234"),
        ("-1.234%", "-1234%", "-01.234%"),
        ("1 234/5", "1234/5", "01 234/5"),
        ("− 12,345", "- 12345", "- 012,345"),
    ];
    for (input, thousands, decimal) in rows {
        assert_eq!(reading(input, &kind(&[]), false).map_err(Is::from), Err(Is::Ambiguous), "{input:?}");
        assert_eq!(either_way(input), Some((thousands.to_owned(), decimal.to_owned())), "{input:?}");
        for way in [thousands, decimal] {
            assert!(reading(way, &kind(&[]), false).is_ok(), "{way:?} is clear");
        }
    }
    for input in ["", "12", "abc", "½"] {
        assert_eq!(either_way(input), None, "{input:?}");
    }
}

#[test]
fn only_a_number_field_reads_numbers() {
    assert_eq!(reading("1", &FieldKind::Text, false).map_err(Is::from), Err(Is::Malformed));
}

//! Hostile input: bounded by its size, read or refused at once, never a panic.

use super::Is::{self, *};
use super::{number, text};
use domain::content::{Form, Input, Measure, Tolerance};

fn many(what: &str, times: usize) -> String {
    what.repeat(times)
}

#[test]
fn four_hundred_digits_are_read_and_no_more() {
    let nines = many("9", 400);
    number(&nines).rows(&[(&nines, Right), (&format!("{nines}0"), TooLong), (&format!("0{nines}"), TooLong)]);
    let third = format!("{}/{}", many("1", 199), many("3", 199));
    number("1/3").form(Form::Simplest).rows(&[(&third, WrongForm), (&many("1/3", 201), TooLong)]);
    number("1").rows(&[(&format!("1,{}", many("0", 399)), Right), (&format!("1,{}", many("0", 400)), TooLong)]);
}

#[test]
fn ten_thousand_characters_are_looked_at_and_no_more() {
    let long = many("a", 10_000);
    text(&["a*"]).rows(&[(&long, Right), (&many("é", 10_001), TooLong), (&many(" ", 10_001), TooLong)]);
    number("1").rows(&[
        (&long, NotANumber),
        (&format!("{long}a"), TooLong),
        (&format!("{}1", many(" ", 9_999)), Right),
        (&format!("{}1", many(" ", 10_000)), TooLong),
        (&many("\u{fdfa}", 10_000), NotANumber),
        (&many("\u{301}", 10_000), NotANumber),
        (&many("½", 10_000), TooLong),
    ]);
}

#[test]
fn nested_signs_and_separators_are_no_number() {
    number("1").percent().rows(&[
        (&format!("{}1", many("-", 9_999)), NotANumber),
        (&format!("{}1", many("+-", 4_000)), NotANumber),
        (&format!("{}1", many("- ", 4_000)), NotANumber),
        (&format!("1{}", many("%", 9_999)), NotANumber),
        (&format!("1{}", many("/1", 300)), NotANumber),
        (&format!("1{}2", many(",", 9_000)), NotANumber),
        (&format!("{}1{}", many("(", 4_000), many(")", 4_000)), NotANumber),
        (&many("1 ", 200), NotANumber),
        (&many("/", 10_000), NotANumber),
    ]);
}

#[test]
fn every_tolerance_and_unit_stands_the_largest_numbers() {
    let (huge, tiny) = (many("9", 399), format!("0,{}1", many("0", 398)));
    for value in [huge.clone(), format!("1/{}", many("9", 390)), "0".to_owned()] {
        let tolerances = [
            Tolerance::Absolute(super::exact("1/3")),
            Tolerance::Relative(super::exact(&format!("1/{}", many("7", 390)))),
            Tolerance::Decimals(u8::MAX),
            Tolerance::Figures(u8::MAX),
            Tolerance::Figures(0),
        ];
        for tolerance in tolerances {
            let asked = number(&value).within(tolerance).measured_in(Measure::H, &[Measure::S, Measure::H]);
            for input in [format!("1/{huge} s"), format!("{tiny} h"), format!("{huge} h")] {
                let outcome = Is::from(&asked.grade(Input::Text(input)));
                assert!(matches!(outcome, Right | Wrong), "{outcome:?} under {:?}", asked.key);
            }
        }
    }
}

/// A matcher that tries every way to place the runs would not end within the age of the universe.
#[test]
fn wildcards_are_never_tried_twice() {
    let pattern = format!("{}b", many("*a", 2_000));
    text(&[&pattern]).rows(&[(&many("a", 10_000), Wrong), (&format!("{}b", many("a", 9_999)), Right)]);
    text(&[&many("*", 5_000)]).rows(&[(&many("a", 10_000), Right)]);
    text(&[&format!("*{}c*", many("ab", 2_000))]).rows(&[(&many("ab", 5_000), Wrong)]);
}

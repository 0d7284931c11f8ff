//! Numbers: how they may be written, how near is near enough, which form and which unit.

use super::Is::*;
use super::{Asked, exact, number};
use domain::content::{Form, Measure, Notation, Tolerance};

#[test]
fn one_value_may_be_written_in_many_ways() {
    number("3/2").rows(&[
        ("3/2", Right),
        ("6/4", Right),
        ("1 1/2", Right),
        ("1½", Right),
        ("1 ½", Right),
        ("1.5", Right),
        ("1,5", Right),
        ("01.50", Right),
        ("+1.5", Right),
        ("+ 1.5", Right),
        ("1 / 2", Wrong),
        ("3 / 2", Right),
        (" 3\u{a0}/\u{2009}2 ", Right),
        ("3:2", Right),
        ("3÷2", Right),
        ("3⁄2", Right),
        ("3∶2", Right),
        ("３／２", Right),
        ("１．５", Right),
        ("15", Wrong),
        ("11/2", Wrong),
        ("11⁄2", Wrong),
        ("-3/2", Wrong),
        ("2/3", Wrong),
        ("0 3/2", Right),
        ("1.\u{200b}5", Right),
    ]);
}

#[test]
fn minus_is_written_in_many_ways_too() {
    number("-3/2").rows(&[
        ("-1.5", Right),
        ("−1.5", Right),
        ("–1.5", Right),
        ("－1.5", Right),
        ("- 1.5", Right),
        ("-3/2", Right),
        ("−1 1/2", Right),
        ("-1½", Right),
        ("1.5", Wrong),
        ("-1/2", Wrong),
        ("--1.5", NotANumber),
        ("-+1.5", NotANumber),
        ("3/-2", NotANumber),
        ("1 -1/2", NotANumber),
        ("1.5-", NotANumber),
    ]);
    // The hyphens, dashes and minus signs of Unicode, and the long vowel that a Japanese keyboard types with the same key.
    for dash in "-‐‑‒–—―−－﹣﹘➖˗⁃ー".chars() {
        number("-3/2").rows(&[(&format!("{dash}1.5"), Right), (&format!("{dash} 1,5"), Right), (&format!("{dash}{dash}1.5"), NotANumber)]);
    }
    number("0").rows(&[("-0", Right), ("0/7", Right), ("0,0", Right), ("0", Right), ("00", Right), ("", Empty)]);
}

#[test]
fn a_vulgar_fraction_is_a_number_of_its_own() {
    number("1/2").rows(&[("½", Right), ("-½", Wrong), ("⅟2", Right), ("0½", Right), ("½½", NotANumber), ("1/½", NotANumber)]);
    number("43/4").rows(&[("10¾", Right), ("10 ¾", Right), ("103/4", Wrong), ("10¾%", NotHere)]);
    number("0").rows(&[("↉", Right)]);
}

#[test]
fn a_lone_separator_before_three_digits_is_asked_about_whatever_the_locale() {
    for asked in [number("1234"), number("1234").decimal_comma(), number("1.234"), number("1.234").decimal_comma()] {
        asked.rows(&[
            ("1,234", Ambiguous),
            ("1.234", Ambiguous),
            ("-1,234", Ambiguous),
            ("12.345", Ambiguous),
            ("123.456", Ambiguous),
            ("1.000", Ambiguous),
        ]);
    }
    number("1.234").rows(&[("1.2340", Right), ("01.234", Right), ("01,234", Right), ("1234/1000", Right), ("1.23", Wrong)]);
    number("1234").rows(&[("1234", Right), ("1 234", Right), ("1 234/5", Ambiguous), ("1234,000", Right)]);
    number("1234.567").rows(&[("1234.567", Right), ("1234,567", Right)]);
    number("0.125").rows(&[("0.125", Right), ("0,125", Right), (".125", Right), (",125", Right), ("00.125", Right), ("-.125", Wrong)]);
}

#[test]
fn thousands_are_grouped_where_it_can_be_nothing_else() {
    number("1234567").rows(&[
        ("1,234,567", Right),
        ("1.234.567", Right),
        ("1 234 567", Right),
        ("1\u{202f}234\u{202f}567", Right),
        ("1234567", Right),
        ("1,234,567.0", Right),
        ("1.234,567", Wrong),
        ("1,234.567", Wrong),
        ("1,234,56", NotANumber),
        ("12,34,567", NotANumber),
        ("1234,567,890", NotANumber),
        ("0,234,567", NotANumber),
        ("1 23", NotANumber),
        ("1234 567", NotANumber),
        ("1,234 567", NotANumber),
        ("1.234,567,8", NotANumber),
    ]);
    number("1234.5").rows(&[
        ("1.234,5", Right),
        ("1,234.5", Right),
        ("1 234,5", Right),
        ("1 234.5", Right),
        ("1234.5", Right),
        ("1 234 .5", NotANumber),
    ]);
    number("1234.567").rows(&[
        ("1 234,567", Right),
        ("1.234,567", Right),
        ("1,234.567", Right),
        ("1'234.567", Right),
        ("1’234,567", Right),
    ]);
    number("12000").rows(&[
        ("12'000", Right),
        ("12’000.", Right),
        ("12'00", NotANumber),
        ("12'000'00", NotANumber),
        ("1'2000", NotANumber),
    ]);
    // Every space that is no more than a space.
    for space in " \u{a0}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{202f}\u{205f}\u{3000}".chars() {
        number("12000").rows(&[
            (&format!("12{space}000"), Right),
            (&format!("12{space}000,0"), Right),
            (&format!("12{space}00"), NotANumber),
        ]);
    }
}

#[test]
fn a_leading_zero_leads_no_thousands() {
    for asked in [number("0.125"), number("0.125").decimal_comma()] {
        asked.rows(&[("0,125", Right), ("0.125", Right), ("00,125", Right), ("+0,125", Right), ("0,1250", Right), ("0 125", NotANumber)]);
        asked.rows(&[("0'125", NotANumber), ("0,125,000", NotANumber), ("0.125.000", NotANumber)]);
    }
    for asked in [number("-0.125"), number("-0.125").decimal_comma()] {
        asked.rows(&[("-0,125", Right), ("–0.125", Right), ("-,125", Right), ("125", Wrong), ("-125", Wrong)]);
    }
}

#[test]
fn nothing_need_stand_after_the_point_or_before_it() {
    number("5").rows(&[("5.", Right), ("5,", Right), ("+5.", Right), ("05.", Right), ("5.0", Right), ("-5.", Wrong), ("5. 0", NotANumber)]);
    number("5000").rows(&[("5 000.", Right), ("5.000,", Right), ("5,000.", Right), ("5.000.", NotANumber)]);
    number("1/2").percent().rows(&[(".5", Right), (",5", Right), ("50.%", Right), ("+.5", Right), ("-.5", Wrong), (". 5", NotANumber)]);
    number("6").form(Form::Simplest).rows(&[("6.", Right)]);
    number("3").measured_in(Measure::Cm, &[Measure::Cm]).rows(&[("3. cm", Right), ("3,cm", Right)]);
}

#[test]
fn figures_of_other_scripts_are_figures() {
    number("-1234.5").rows(&[
        ("-١٢٣٤٫٥", Right),
        ("-١٬٢٣٤٫٥", Right),
        ("−۱۲۳۴٫۵", Right),
        ("-१२३४.५", Right),
        ("-১২৩৪.৫", Right),
        ("-๑๒๓๔.๕", Right),
        ("－１２３４．５", Right),
        ("-١٢٣٤،٥", Right),
    ]);
    number("0.15").percent().rows(&[("١٥٪", Right), ("۱۵٪", Right), ("١٥", Wrong)]);
    number("3").rows(&[("٣", Right), ("٤", Wrong), ("㎡", NotANumber), ("三", NotANumber)]);
}

#[test]
fn what_is_no_number_costs_nothing() {
    number("12").rows(&[
        ("", Empty),
        (" \u{a0}\u{3000}", Empty),
        ("\u{200b}", Empty),
        ("twelve", NotANumber),
        ("12a", NotANumber),
        ("12 cm", NotANumber),
        ("3×4", NotANumber),
        ("3·4", NotANumber),
        ("3*4", NotANumber),
        ("10+2", NotANumber),
        ("(12)", NotANumber),
        (".", NotANumber),
        (",", NotANumber),
        ("12..", NotANumber),
        ("12 .", NotANumber),
        ("12,.", NotANumber),
        ("-", NotANumber),
        ("/", NotANumber),
        ("12/", NotANumber),
        ("/12", NotANumber),
        ("24/2/1", NotANumber),
        ("1 2 3/4", NotANumber),
        ("24.0/2", NotANumber),
        ("1.2.3", NotANumber),
        ("0x0c", NotANumber),
        ("∞", NotANumber),
        ("NaN", NotANumber),
        ("12/0", OverZero),
        ("1 1/00", OverZero),
        ("1²", NotANumber),
        ("1₂", NotANumber),
        ("%", NotANumber),
    ]);
}

#[test]
fn a_field_takes_only_the_notations_that_it_allows() {
    number("15/100").rows(&[("15%", NotHere), ("15/100", Right), ("0.15", Right)]);
    number("15/100").percent().rows(&[
        ("15%", Right),
        ("15 %", Right),
        ("15％", Right),
        ("15,0%", Right),
        ("0.15", Right),
        ("15", Wrong),
        ("0.15%", Wrong),
        ("15%%", NotANumber),
        ("%15", NotANumber),
        ("15 ‰", NotANumber),
        ("1.500%", Ambiguous),
    ]);
    number("1/8").percent().rows(&[("12½%", Right), ("12 1/2 %", Right), ("-12½%", Wrong)]);
    let neither = Notation { fraction: false, percent: false };
    number("1/2").notation(neither).rows(&[("0.5", Right), ("1/2", NotHere), ("½", NotHere), ("50%", NotHere), ("x/2", NotANumber)]);
}

#[test]
fn any_of_several_values_is_right() {
    number("2").or("-2").or("1/2").rows(&[("2", Right), ("-2", Right), ("0.5", Right), ("-1/2", Wrong)]);
}

#[test]
fn tolerance_is_inclusive_and_exact() {
    number("10").within(Tolerance::Exact).rows(&[("10", Right), ("10.0000000000000000000000001", Wrong)]);
    number("10").within(Tolerance::Absolute(exact("0.1"))).rows(&[
        ("10.1", Right),
        ("9.9", Right),
        ("101/10", Right),
        ("10.1000000000000000000000001", Wrong),
        ("9.8999999999999999999999999", Wrong),
        ("-10", Wrong),
    ]);
    number("-200").within(Tolerance::Relative(exact("1/100"))).rows(&[
        ("-198", Right),
        ("-202", Right),
        ("-197.99", Wrong),
        ("-202.01", Wrong),
        ("200", Wrong),
    ]);
    number("0").within(Tolerance::Relative(exact("1/2"))).rows(&[("0", Right), ("0.01", Wrong)]);
    number("10").within(Tolerance::Absolute(exact("-1"))).rows(&[("10", Wrong)]);
}

#[test]
fn decimals_are_the_value_rounded_half_away_from_zero() {
    let two = |value: &str| number(value).within(Tolerance::Decimals(2));
    two("2/3").rows(&[("0.67", Right), ("0,670", Right), ("67/100", Right), ("0.66", Wrong), ("0.667", Wrong), ("2/3", Wrong)]);
    two("0.125").rows(&[("0.13", Right), ("0.12", Wrong)]);
    two("-0.125").rows(&[("-0.13", Right), ("-0.12", Wrong)]);
    two("0.001").rows(&[("0", Right), ("0.00", Right), ("0.01", Wrong)]);
    number("2.5").within(Tolerance::Decimals(0)).rows(&[("3", Right), ("2", Wrong), ("2.5", Wrong)]);
    number("3.14159").within(Tolerance::Decimals(3)).rows(&[("3.142", Ambiguous), ("03.142", Right), ("3.1420", Right)]);
}

#[test]
fn figures_are_counted_from_the_first_that_is_not_zero() {
    let figures = |value: &str, count: u8| -> Asked { number(value).within(Tolerance::Figures(count)) };
    figures("123456", 3).rows(&[("123000", Right), ("123 000", Right), ("123456", Wrong), ("124000", Wrong)]);
    figures("0.0045678", 2).rows(&[("0.0046", Right), ("0.0045", Wrong), ("0.00457", Wrong)]);
    figures("9.996", 3).rows(&[("10", Right), ("10.0", Right), ("9.99", Wrong)]);
    figures("1/3", 2).rows(&[("0.33", Right), ("33/100", Right), ("0.3", Wrong)]);
    figures("1/10", 1).rows(&[("0.1", Right), ("0", Wrong)]);
    figures("1000", 1).rows(&[("1000", Right), ("0", Wrong)]);
    figures("-25", 1).rows(&[("-30", Right), ("-20", Wrong)]);
    figures("0", 3).rows(&[("0", Right), ("0.00", Right), ("1", Wrong)]);
    figures("7", 0).rows(&[("7", Right)]);
}

#[test]
fn the_right_value_in_the_wrong_form_is_not_wrong() {
    number("1/2").form(Form::Simplest).rows(&[
        ("1/2", Right),
        ("½", Right),
        ("3/6", WrongForm),
        ("0.5", WrongForm),
        ("0 1/2", WrongForm),
        ("3/5", Wrong),
        ("0.6", Wrong),
    ]);
    number("3/2").percent().form(Form::Simplest).rows(&[
        ("3/2", Right),
        ("1 1/2", Right),
        ("1½", Right),
        ("6/4", WrongForm),
        ("1 2/4", WrongForm),
        ("0 3/2", WrongForm),
        ("150%", WrongForm),
        ("1.5", WrongForm),
    ]);
    number("6").form(Form::Simplest).rows(&[("6", Right), ("+6", Right), ("6/1", WrongForm), ("12/2", WrongForm), ("6.0", WrongForm)]);
    number("6").form(Form::Simplest).rows(&[("6 0/1", WrongForm), ("5 1/1", WrongForm), ("7", Wrong)]);
    number("0").form(Form::Simplest).rows(&[("0", Right), ("0/1", WrongForm), ("0/5", WrongForm)]);
    number("-3/2").form(Form::Mixed).rows(&[("-1 1/2", Right), ("-3/2", WrongForm), ("-1 2/4", WrongForm), ("-1.5", WrongForm)]);
    number("7/2").form(Form::Mixed).rows(&[("3 1/2", Right), ("2 3/2", WrongForm), ("7/2", WrongForm)]);
    number("2/3").form(Form::Mixed).rows(&[("2/3", Right), ("4/6", WrongForm)]);
    number("4").form(Form::Mixed).rows(&[("4", Right), ("4/1", WrongForm), ("8/2", WrongForm)]);
    number("1/2").percent().form(Form::Decimal).rows(&[("0.5", Right), (",5", Right), ("1/2", WrongForm), ("50%", WrongForm)]);
    number("4").form(Form::Decimal).rows(&[("4", Right), ("4.0", Right), ("8/2", WrongForm)]);
    number("1/2").percent().form(Form::Percent).rows(&[("50%", Right), ("0.5", WrongForm), ("1/2", WrongForm), ("50", Wrong)]);
}

#[test]
fn units_are_converted_exactly_within_a_dimension() {
    let length = number("3").measured_in(Measure::Cm, &[Measure::Mm, Measure::Cm, Measure::M, Measure::Km, Measure::Kg]);
    length.rows(&[
        ("3 cm", Right),
        ("3cm", Right),
        ("3\u{a0}cm", Right),
        ("3㎝", Right),
        ("30 mm", Right),
        ("0.03 m", Right),
        ("3/100 m", Right),
        ("0.00003 km", Right),
        ("3 m", Wrong),
        ("3 kg", Wrong),
        ("0.00003 kg", Wrong),
        ("3", NoUnit),
        ("3 g", NoUnit),
        ("3 CM", NoUnit),
        ("3 inch", NoUnit),
        ("cm", NotANumber),
        ("three cm", NotANumber),
        ("3 m/s", NotANumber),
        ("3 cm cm", NotANumber),
        ("1.234 cm", Ambiguous),
        ("3% cm", NotHere),
        ("", Empty),
    ]);
    let time = number("90").measured_in(Measure::Min, &[Measure::S, Measure::Min, Measure::H]);
    time.rows(&[("1½ h", Right), ("1 1/2 h", Right), ("5400 s", Right), ("90 min", Right), ("1,5 h", Right), ("90 h", Wrong)]);
    let volume = number("1/2").measured_in(Measure::L, &[Measure::Ml, Measure::Cl, Measure::L]);
    volume.rows(&[("0.5 l", Right), ("0.5 L", Right), ("500 ml", Right), ("500 mL", Right), ("50 cL", Right), ("500 ML", NoUnit)]);
    let mass = number("2").measured_in(Measure::Kg, &[Measure::Mg, Measure::G, Measure::Kg]);
    mass.rows(&[("2 kg", Right), ("2000 g", Right), ("2 000 000 mg", Right), ("2,000 g", Ambiguous), ("2 g", Wrong)]);
    let near = number("1").measured_in(Measure::M, &[Measure::Cm, Measure::M]).within(Tolerance::Absolute(exact("0.05")));
    near.rows(&[("105 cm", Right), ("95 cm", Right), ("105.1 cm", Wrong), ("1 m", Right)]);
}

#[test]
fn every_unit_reads_its_own_symbol() {
    for unit in Measure::ALL {
        assert_eq!(unit.symbol().parse(), Ok(unit));
        number("1").measured_in(unit, &[unit]).rows(&[(&format!("1 {}", unit.symbol()), Right)]);
    }
    for text in ["", "Mm", "KG", "Min", "sec", "litre", " m"] {
        assert!(text.parse::<Measure>().is_err(), "{text:?} is no symbol");
    }
}

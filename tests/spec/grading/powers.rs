//! Powers of ten: how they may be written, what they are, and where they end.

use super::Is::*;
use super::number;
use domain::content::{FieldKind, Form, Measure, Notation};
use domain::grading::reading;

#[test]
fn an_exponent_is_read_wherever_a_number_is() {
    for asked in [number("1500"), number("1500").decimal_comma()] {
        asked.rows(&[
            ("1.5e3", Right),
            ("1,5e3", Right),
            ("1.5E3", Right),
            ("1.5e+3", Right),
            ("1.5 e 3", Right),
            ("15e2", Right),
            ("15e02", Right),
            ("15000e-1", Right),
            ("15000e−1", Right),
            ("15000E–1", Right),
            (".15e4", Right),
            ("1500.e0", Right),
            ("1.5 × 10^3", Right),
            ("1,5 × 10^3", Right),
            ("1,5·10³", Right),
            ("1.5⋅10³", Right),
            ("1.5∙10^3", Right),
            ("1.5x10^3", Right),
            ("1.5 X 10 ^ 3", Right),
            ("1.5*10^3", Right),
            ("1.5*10**3", Right),
            ("1,5.10³", Right),
            ("1.5×10^(3)", Right),
            ("1.5×10^{3}", Right),
            ("1.5×10^+3", Right),
            ("1,5х10^3", Right),
            ("1,5е3", Right),
            ("１．５×１０＾３", Right),
            ("１．５ｅ３", Right),
            ("1,5×10ˆ3", Right),
            ("١٫٥×١٠^٣", Right),
            ("15 × 10²", Right),
            ("1 500e0", Right),
            ("1.500e3", Right),
            ("1,500e3", Right),
            ("0.0015 × 10⁶", Right),
            ("15000 × 10⁻¹", Right),
            ("15000x10^-1", Right),
            ("15000×10^(−1)", Right),
            ("1.5e4", Wrong),
            ("-1.5e3", Wrong),
            ("1.5 × 103", NotANumber),
            ("1.5 10^3", NotANumber),
            ("1.5 × 11^3", NotANumber),
            ("1.5 × 110^3", NotANumber),
            ("1.5^3", NotANumber),
            ("1.5³", NotANumber),
            ("1.10³", NotANumber),
            ("1.5e", NotANumber),
            ("e3", NotANumber),
            (".e3", NotANumber),
            ("1.5e3.0", NotANumber),
            ("1.5e3e0", NotANumber),
            ("1.5ee3", NotANumber),
            ("1.5e--3", NotANumber),
            ("1.5e3 000", NotANumber),
            ("1.5 × 10^", NotANumber),
            ("1.5 × 10^3^1", NotANumber),
            ("1.5 × 10^(3", NotANumber),
            ("1.5 × × 10^3", NotANumber),
            ("× 10^3", NotANumber),
            ("1.5×10₃", NotANumber),
            ("3/2e3", NotANumber),
            ("1e3/2", NotANumber),
            ("3/2 × 10^3", NotANumber),
        ]);
    }
    number("1000").rows(&[("1e3", Right), ("10^3", Right), ("10³", Right), ("1E+003", Right), ("-10^3", Wrong), ("10 ^ -3", Wrong)]);
    number("-1000").rows(&[("-1e3", Right), ("−10³", Right), ("- 1 × 10^3", Right), ("10^3", Wrong), ("(-1)e3", NotANumber)]);
    number("0.000001").rows(&[("1E-6", Right), ("1e−6", Right), ("10⁻⁶", Right), ("0,000001", Right), ("1e6", Wrong)]);
    number("602000000000000000000000").rows(&[("6.02e23", Right), ("6,02·10²³", Right), ("6.02E+23", Right), ("6.02e22", Wrong)]);
    number("0").rows(&[("0e5", Right), ("0.0e-5", Right), ("-0e0", Right)]);
}

#[test]
fn a_power_of_ten_goes_with_units_percent_and_forms() {
    let length = number("3000").measured_in(Measure::M, &[Measure::Cm, Measure::M, Measure::Km]);
    length.rows(&[
        ("3e3 m", Right),
        ("3e3m", Right),
        ("3·10³ m", Right),
        ("3x10^5 cm", Right),
        ("3e0km", Right),
        ("3e3", NoUnit),
        ("3 em", NoUnit),
    ]);
    number("15").percent().rows(&[("1.5e3%", Right), ("1.5 × 10³ %", Right), ("1.5e3", Wrong)]);
    number("1000").form(Form::Simplest).rows(&[("1e3", WrongForm), ("1000", Right), ("1e2", Wrong)]);
    number("1000").form(Form::Mixed).rows(&[("10³", WrongForm)]);
    number("1000").form(Form::Decimal).rows(&[("1e3", Right), ("10³", Right)]);
    number("1000").notation(Notation { fraction: false, percent: false }).rows(&[("1e3", Right), ("1e3%", NotHere)]);
}

/// Before a power of ten nobody groups thousands, so that three decimals are decimals.
#[test]
fn three_decimals_before_a_power_of_ten_are_clear() {
    for asked in [number("6626/1000000"), number("6626/1000000").decimal_comma()] {
        asked.rows(&[("6.626e-3", Right), ("6,626e-3", Right), ("6,626·10⁻³", Right), ("6.626", Ambiguous), ("6 626e-6", Right)]);
    }
}

#[test]
fn what_was_understood_of_a_power_reads_as_the_same_again() {
    let kind = FieldKind::Number { notation: Notation::default(), units: vec![Measure::M] };
    for (input, point, comma) in [
        ("1e3 m", "1 × 10^3 m", "1 × 10^3 m"),
        ("-1,50E-06m", "−1.50 × 10^−6 m", "−1,50 × 10^−6 m"),
        ("10³ m", "10^3 m", "10^3 m"),
        ("12 345,e+0 m", "12345 × 10^0 m", "12345 × 10^0 m"),
    ] {
        for (decimal_comma, expected) in [(false, point), (true, comma)] {
            let read = reading(input, &kind, decimal_comma).expect("the inputs above are numbers");
            assert_eq!(read.to_string(), expected, "{input:?}");
            assert_eq!(reading(expected, &kind, decimal_comma).map(|again| again.value), Ok(read.value), "{expected:?}");
        }
    }
}

/// No power is computed that has more digits than could be typed.
#[test]
fn an_exponent_out_of_all_proportion_is_refused_at_once() {
    let (ones, zeros) = (format!("1{}", "0".repeat(399)), "0".repeat(300));
    number(&ones).rows(&[("1e399", Right), ("10^399", Right), ("1e400", TooLong), ("10^400", TooLong), ("12e399", TooLong)]);
    number(&format!("1/{ones}")).rows(&[("1e-399", Right), ("10⁻³⁹⁹", Right), ("0.1e-398", Right), ("1e-400", TooLong)]);
    for huge in
        ["1e1000000", "1e-1000000", "1e2147483648", "1e99999999999999999999", "-1.5×10^(-99999999999)", "10^99999999999", "0e1000000"]
    {
        number("0").rows(&[(huge, TooLong)]);
    }
    number("1000").rows(&[
        (&format!("1e{zeros}3"), Right),
        (&format!("1e{zeros}{zeros}3"), TooLong),
        (&format!("1{}", "e1".repeat(4_000)), TooLong),
        (&format!("1{}", "e".repeat(9_000)), NotANumber),
        (&format!("10{}", "^".repeat(9_000)), NotANumber),
        (&format!("1×10^{}3", "(".repeat(9_000)), NotANumber),
        (&"³".repeat(10_000), TooLong),
        (&"⁻".repeat(10_000), NotANumber),
    ]);
}

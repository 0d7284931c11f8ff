//! The ways to write a right number, tried with grading itself: what is shown as the answer can be entered, and is right.

use super::{Correctness, normal, numbers};
use crate::content::{Accepted, FieldKind, Form, Measure, Tolerance};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Signed;

/// The figures to which a value is rounded that cannot be written exactly: first so many that it can be recognised, then what a narrow or
/// a wide margin asks for.
const FIGURES: [i32; 26] = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 3, 2, 1, 24, 32, 48, 64, 96, 128, 192, 256, 320, 399];

/// The first way to write one of the right answers that is right in this field; none if no way is.
pub(super) fn right(accepted: &[Accepted], form: Form, unit: Option<Measure>, kind: &FieldKind, decimal_comma: bool) -> Option<String> {
    let unit = unit.map_or(String::new(), |unit| format!(" {unit}"));
    let is_right = |text: &String| {
        let read = super::reading(text, kind, decimal_comma);
        read.is_ok_and(|reading| numbers::verdict(&reading, accepted, form, reading.unit, &[]).outcome == Correctness::Right)
    };
    let fractions = matches!(kind, FieldKind::Number { notation, .. } if notation.fraction);
    let written = accepted.iter().flat_map(|wanted| ways_of_writing(wanted, form == Form::Percent, fractions, decimal_comma));
    written.map(|text| format!("{text}{unit}")).find(is_right)
}

fn ways_of_writing(accepted: &Accepted, percent: bool, fractions: bool, decimal_comma: bool) -> impl Iterator<Item = String> {
    let sign = if percent { "%" } else { "" };
    let times = BigInt::from(if percent { 100 } else { 1 });
    let value = numbers::wanted(accepted) * times;
    let exact = [
        normal::shown(&value, fractions, decimal_comma),
        normal::shown(&value, false, decimal_comma),
        normal::plain(&value, decimal_comma),
        fraction(&value),
        mixed(&value, ""),
        // Before a numerator of three digits a whole would be taken for thousands.
        mixed(&value, "0"),
    ];
    let near = match accepted.within {
        Tolerance::Absolute(_) | Tolerance::Relative(_) => FIGURES.as_slice(),
        Tolerance::Exact | Tolerance::Decimals(_) | Tolerance::Figures(_) => &[],
    };
    let whole = near.first().map(|_| numbers::rounded(&value, 0));
    let rounded = near.iter().map({
        let value = value.clone();
        move |figures| numbers::to_figures(&value, *figures)
    });
    let rounded = rounded.chain(whole).map(move |value| normal::shown(&value, false, decimal_comma));
    exact.into_iter().chain(rounded).map(move |text| format!("{text}{sign}"))
}

fn fraction(value: &BigRational) -> String {
    format!("{}/{}", value.numer(), value.denom())
}

fn mixed(value: &BigRational, zero: &str) -> String {
    let (sign, value) = (if value.is_negative() { "-" } else { "" }, value.abs());
    let (whole, rest) = (value.trunc().to_integer(), value.fract());
    format!("{sign}{zero}{whole} {}/{}", rest.numer(), rest.denom())
}

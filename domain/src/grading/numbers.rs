//! Grades a number that has been read: its unit, its distance from the right value, its form.

use super::{Correctness, ReadNumber, Verdict, reading::Written};
use crate::content::{Accepted, Form, Html, Measure, Tolerance};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};

/// The outcome of a number: the value first, then the form.
pub(super) fn verdict<'k>(
    reading: &ReadNumber,
    accepted: &[Accepted],
    form: Form,
    unit: Option<Measure>,
    feedback: &'k [(Accepted, Html)],
) -> Verdict<'k> {
    let Some(answer) = in_unit(reading, unit) else {
        return Verdict::whole(Correctness::Wrong, None);
    };
    let said = feedback.iter().find(|(particular, _)| accepts(particular, &answer)).map(|(_, html)| html);
    if !accepted.iter().any(|right| accepts(right, &answer)) {
        Verdict::whole(Correctness::Wrong, said)
    } else if has_form(reading, form) {
        Verdict::whole(Correctness::Right, said)
    } else {
        // Praise of the value would read as if the answer were right.
        Verdict::whole(Correctness::WrongForm(form), None)
    }
}

/// The value in the key's unit; none if it measures something else.
pub(super) fn in_unit(reading: &ReadNumber, unit: Option<Measure>) -> Option<BigRational> {
    match (reading.unit, unit) {
        (None, None) => Some(reading.value.0.clone()),
        (Some(from), Some(to)) => {
            let (over, under) = from.per(to)?;
            Some(&reading.value.0 * BigRational::new(over.into(), under.into()))
        }
        (Some(_), None) | (None, Some(_)) => None,
    }
}

fn has_form(reading: &ReadNumber, form: Form) -> bool {
    let whole_or_lowest = match reading.written {
        Written::Integer => true,
        Written::Fraction { lowest, .. } | Written::Mixed { lowest } => lowest,
        Written::Decimal => false,
    };
    match form {
        Form::Any => true,
        Form::Simplest => whole_or_lowest && !reading.percent,
        Form::Mixed => whole_or_lowest && !reading.percent && !matches!(reading.written, Written::Fraction { proper: false, .. }),
        Form::Decimal => matches!(reading.written, Written::Integer | Written::Decimal) && !reading.percent,
        Form::Percent => reading.percent,
    }
}

/// The value to write to be right.
pub(super) fn wanted(accepted: &Accepted) -> BigRational {
    let value = &accepted.value.0;
    match &accepted.within {
        Tolerance::Exact | Tolerance::Absolute(_) | Tolerance::Relative(_) => value.clone(),
        Tolerance::Decimals(places) => rounded(value, i32::from(*places)),
        Tolerance::Figures(figures) => to_figures(value, i32::from(*figures)),
    }
}

/// Rounded half away from zero to so many significant figures, at least one.
pub(super) fn to_figures(value: &BigRational, figures: i32) -> BigRational {
    rounded(value, figures.max(1) - digits_before_point(value))
}

fn accepts(accepted: &Accepted, answer: &BigRational) -> bool {
    let value = &accepted.value.0;
    match &accepted.within {
        Tolerance::Exact => same(answer, value),
        Tolerance::Absolute(distance) => at_most((answer - value).abs(), &distance.0),
        Tolerance::Relative(share) => at_most((answer - value).abs(), &(value.abs() * &share.0)),
        Tolerance::Decimals(_) | Tolerance::Figures(_) => same(answer, &wanted(accepted)),
    }
}

// The comparisons of `Ratio` itself recurse as deep as Euclid's algorithm goes; these multiply across.

fn same(a: &BigRational, b: &BigRational) -> bool {
    a.numer() * b.denom() == b.numer() * a.denom()
}

fn at_most(a: BigRational, b: &BigRational) -> bool {
    a.numer() * b.denom() <= b.numer() * a.denom()
}

/// Rounded half away from zero to so many decimals; to tens, hundreds … where negative.
pub(super) fn rounded(value: &BigRational, places: i32) -> BigRational {
    let scale = BigInt::from(10).pow(places.unsigned_abs());
    let (over, under) =
        if places < 0 { (value.numer().abs(), value.denom() * &scale) } else { (value.numer().abs() * &scale, value.denom().clone()) };
    let near: BigInt = (over * 2 + &under) / (under * 2);
    let near = if value.is_negative() { -near } else { near };
    if places < 0 { (near * scale).into() } else { BigRational::new(near, scale) }
}

/// The n with 10ⁿ⁻¹ ≤ |value| < 10ⁿ; 1 for zero.
fn digits_before_point(value: &BigRational) -> i32 {
    if value.is_zero() {
        return 1;
    }
    let length = |number: &BigInt| i32::try_from(number.magnitude().to_string().len()).unwrap_or(i32::MAX);
    let (over, under) = (value.numer().abs(), value.denom().abs());
    let most = length(&over).saturating_sub(length(&under)).saturating_add(1);
    // The lengths leave two possibilities: |value| lies between 10^(most − 2) and 10^most.
    let scale = BigInt::from(10).pow((most - 1).unsigned_abs());
    let reaches = if most > 0 { over >= under * scale } else { over * scale >= under };
    if reaches { most } else { most - 1 }
}

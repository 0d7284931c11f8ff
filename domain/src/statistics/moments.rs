//! Sums, means, variances and covariances, in two passes; and when a difference between floats is only one of rounding.

/// Two numbers further apart than this share of their size differ; nearer ones differ by rounding only. Marks are short decimals, so real
/// differences are far larger, and the errors of a sum of thousands of them far smaller.
const NOISE: f64 = 1e-12;

/// The sum in the given order, rounding errors carried along.
///
/// A. Neumaier, *Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen*, ZAMM 54 (1974).
pub(super) fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0);
    for value in values {
        let next = sum + value;
        lost += if sum.abs() >= value.abs() { (sum - next) + value } else { (value - next) + sum };
        sum = next;
    }
    sum + lost
}

/// A quotient where it is defined.
pub(super) fn ratio(over: f64, under: f64) -> Option<f64> {
    defined(over / under).filter(|_| under != 0.0)
}

/// A number that is one: not NaN, nor too large for a float.
pub(super) fn defined(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// The mean; none of nothing.
pub(super) fn mean(values: &[f64]) -> Option<f64> {
    ratio(sum(values.iter().copied()), values.len() as f64)
}

/// The middle value; of an even count the mean of the two middle ones.
pub(super) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        count if count % 2 == 1 => Some(sorted[middle]),
        _ => defined((sorted[middle - 1] + sorted[middle]) / 2.0),
    }
}

/// The largest absolute value.
pub(super) fn size(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |size: f64, value| size.max(value.abs()))
}

/// Whether the first is at least the second, rounding apart, among values of this size.
pub(super) fn at_least(value: f64, border: f64, size: f64) -> bool {
    value >= border - NOISE * size
}

/// What each value differs from the mean: the first of the two passes. All exactly zero where the values differ by rounding only, so
/// that "no spread" is seen as such: three marks of 0.1 have a mean that is not quite 0.1.
pub(super) fn deviations(values: &[f64]) -> Vec<f64> {
    deviations_of_sums(values, size(values))
}

/// The same of sums, which round as coarsely as their largest terms: 0.3 − 0.1 − 0.2 is not quite nothing.
pub(super) fn deviations_of_sums(sums: &[f64], size_of_terms: f64) -> Vec<f64> {
    let mean = mean(sums).unwrap_or_default();
    let deviations: Vec<f64> = sums.iter().map(|sum| sum - mean).collect();
    if size(&deviations) <= NOISE * size_of_terms { vec![0.0; sums.len()] } else { deviations }
}

/// The variance of values with these deviations, over s − 1; none below two.
pub(super) fn variance(deviations: &[f64]) -> Option<f64> {
    covariance_raw(deviations, deviations)
}

/// The covariance of two rows of values with these deviations, over s − 1; none below two. Exactly zero where they go together by
/// rounding only, as the sign decides whether a question has a weight.
pub(super) fn covariance(x: &[f64], y: &[f64]) -> Option<f64> {
    let together = covariance_raw(x, y)?;
    let apart = (variance(x)? * variance(y)?).sqrt();
    Some(if together.abs() <= NOISE * apart { 0.0 } else { together })
}

fn covariance_raw(x: &[f64], y: &[f64]) -> Option<f64> {
    let degrees = x.len().checked_sub(1).filter(|degrees| *degrees > 0)?;
    defined(sum(x.iter().zip(y).map(|(x, y)| x * y)) / degrees as f64)
}

/// Pearson's correlation C(x, y) / √(V(x)·V(y)); none where either does not vary.
pub(super) fn correlation(x: &[f64], y: &[f64]) -> Option<f64> {
    ratio(covariance(x, y)?, variance(x)?.sqrt() * variance(y)?.sqrt())
}

//! The second implementation: the definitions word by word, in exact fractions, so that "none" and the signs are beyond doubt.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed as _, ToPrimitive as _, Zero as _};

pub type Fraction = BigRational;

pub fn hundredths(count: i64) -> Fraction {
    Fraction::new(count.into(), 100.into())
}

pub fn whole(count: usize) -> Fraction {
    Fraction::from(BigInt::from(count))
}

pub fn float(value: Option<Fraction>) -> Option<f64> {
    value.map(|value| value.to_f64().expect("small enough"))
}

/// The root of a fraction, as a float.
pub fn root(value: Option<Fraction>) -> Option<f64> {
    float(value).map(f64::sqrt)
}

pub fn over(above: Fraction, below: Fraction) -> Option<Fraction> {
    (!below.is_zero()).then(|| above / below)
}

pub fn percent(value: Option<f64>) -> Option<f64> {
    value.map(|value| 100.0 * value)
}

pub fn mean(values: &[Fraction]) -> Option<Fraction> {
    over(values.iter().sum(), whole(values.len()))
}

pub fn median(values: &[Fraction]) -> Option<Fraction> {
    let mut sorted = values.to_vec();
    sorted.sort();
    let s = sorted.len();
    (s > 0).then(|| (sorted[(s - 1) / 2].clone() + &sorted[s / 2]) / whole(2))
}

/// Over s − 1.
pub fn covariance(x: &[Fraction], y: &[Fraction]) -> Option<Fraction> {
    let (mean_x, mean_y) = (mean(x)?, mean(y)?);
    let products: Fraction = x.iter().zip(y).map(|(x, y)| (x - &mean_x) * (y - &mean_y)).sum();
    over(products, whole(x.len() - 1))
}

pub fn variance(x: &[Fraction]) -> Option<Fraction> {
    covariance(x, x)
}

/// Σ (T − T̄)^r / s.
pub fn moment(totals: &[Fraction], power: i32) -> Option<Fraction> {
    let mean = mean(totals)?;
    over(totals.iter().map(|total| (total - &mean).pow(power)).sum(), whole(totals.len()))
}

/// k₂, k₃, k₄.
pub fn k_statistics(totals: &[Fraction]) -> [Option<Fraction>; 3] {
    let s = whole(totals.len());
    let less = |count: usize| &s - whole(count);
    let [m2, m3, m4] = [2, 3, 4].map(|power| moment(totals, power));
    let k2 = m2.clone().and_then(|m2| over(&s * m2, less(1)));
    let k3 = m3.and_then(|m3| over(&s * &s * m3, less(1) * less(2)));
    let k4 = m4.zip(m2).and_then(|(m4, m2)| {
        let bracket = (&s + whole(1)) * m4 - whole(3) * less(1) * &m2 * &m2;
        over(&s * &s * bracket, less(1) * less(2) * less(3))
    });
    [k2, k3, k4]
}

/// C(x, y) / √(V(x)·V(y)).
pub fn correlation(x: &[Fraction], y: &[Fraction]) -> Option<f64> {
    let covariance = covariance(x, y)?;
    let squared = over(&covariance * &covariance, variance(x)? * variance(y)?)?;
    root(Some(squared)).map(|size| if covariance.is_negative() { -size } else { size })
}

/// C(x, y) / Cmax.
pub fn efficiency(x: &[Fraction], y: &[Fraction]) -> Option<Fraction> {
    let [mut best_x, mut best_y] = [x.to_vec(), y.to_vec()];
    best_x.sort();
    best_y.sort();
    over(covariance(x, y)?, covariance(&best_x, &best_y)?)
}

/// α of some columns of marks.
pub fn alpha(columns: &[Vec<Fraction>], attempts: usize) -> Option<Fraction> {
    let k2 = variance(&totals(columns, attempts))?;
    let variances: Fraction = columns.iter().filter_map(|column| variance(column)).sum();
    let p = whole(columns.len());
    Some(over(p.clone(), p - whole(1))? * (whole(1) - over(variances, k2)?))
}

pub fn totals(columns: &[Vec<Fraction>], attempts: usize) -> Vec<Fraction> {
    (0..attempts).map(|attempt| columns.iter().map(|column| column[attempt].clone()).sum()).collect()
}

/// 100 · √C(x, T) / Σ √C(xⱼ, T) over C ≥ 0; none if C < 0.
pub fn effective_weights(columns: &[Vec<Fraction>], attempts: usize) -> Vec<Option<f64>> {
    let totals = totals(columns, attempts);
    let roots: Vec<Option<f64>> =
        columns.iter().map(|x| root(covariance(x, &totals).filter(|covariance| !covariance.is_negative()))).collect();
    let sum: f64 = roots.iter().flatten().sum();
    roots.into_iter().map(|root| root.filter(|_| sum > 0.0).map(|root| 100.0 * root / sum)).collect()
}

//! What is counted and timed: shares with their 95 % interval, the completion of a chapter, the median time.

use super::moments::{defined, median, ratio};
use serde::Serialize;

/// The 97.5 % point of the standard normal distribution: 95 % lie within ± this many standard deviations.
const Z: f64 = 1.959_963_984_540_054;

/// Longer than this and the student was somewhere else.
const THINKING_MS_MAX: u64 = 5 * 60 * 1000;

/// A share of n, such as the answers that were right, with its 95 % Wilson score interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// How many of them.
    pub count: usize,
    /// Of how many.
    pub n: usize,
    /// count / n, from 0 to 1.
    pub share: f64,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
}

impl Share {
    /// A share of n; none of nobody, and none if there were more than n.
    ///
    /// E. B. Wilson, *Probable inference, the law of succession, and statistical inference*, JASA 22 (1927): with p̂ = count / n,
    /// (p̂ + z²/2n ± z·√(p̂(1 − p̂)/n + z²/4n²)) / (1 + z²/n).
    pub fn of(count: usize, n: usize) -> Option<Self> {
        if n == 0 || count > n {
            return None;
        }
        let size = n as f64;
        let share = count as f64 / size;
        let scale = 1.0 + Z * Z / size;
        let centre = (share + Z * Z / (2.0 * size)) / scale;
        let half = Z * (share * (1.0 - share) / size + Z * Z / (4.0 * size * size)).sqrt() / scale;
        // The ends meet 0 and 1 exactly where nobody or everybody counts; rounding must not say otherwise.
        let low = if count == 0 { 0.0 } else { centre - half };
        let high = if count == n { 1.0 } else { centre + half };
        Some(Self { count, n, share, low, high })
    }
}

/// How much of a chapter a class has finished, from 0 to 1: finished (student, section) pairs / (students × sections).
pub fn completion(finished_pairs: usize, students: usize, sections: usize) -> Option<f64> {
    ratio(finished_pairs as f64, students as f64 * sections as f64)
}

/// The median time in milliseconds, each time (answered − shown, by the student's clock) counted as five minutes at most.
pub fn median_time_ms(times_ms: impl IntoIterator<Item = u64>) -> Option<f64> {
    let times: Vec<f64> = times_ms.into_iter().map(|time| time.min(THINKING_MS_MAX) as f64).collect();
    median(&times).and_then(defined)
}

/// The same, rounded to whole milliseconds, halves up.
pub fn median_time_whole_ms(times_ms: impl IntoIterator<Item = u64>) -> Option<u32> {
    median_time_ms(times_ms).map(|median| (median + 0.5).floor() as u32)
}

//! How totals are spread: a histogram, with its numbers.

use super::marks::MarkTable;
use serde::Serialize;

/// About how many bars there are at most: more would tell nothing new.
const BINS_MAX: f64 = 20.0;

/// A bar of the histogram: totals from one number up to, not including, another.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// The smallest total that belongs to it.
    pub from: f64,
    /// The smallest total that does not belong to it any more.
    pub to: f64,
    /// How many totals belong to it.
    pub count: usize,
}

/// The totals in bins of equal width, which is a whole number, from 0 (or the lowest total, if that is below) to the largest possible total;
/// not more than about twenty. Where marks are whole and few, each total has its own. None for a table without attempts.
pub fn histogram(marks: &MarkTable) -> Vec<Bin> {
    let totals = marks.totals();
    if totals.is_empty() {
        return Vec::new();
    }
    let lowest = totals.iter().copied().fold(0.0_f64, f64::min).floor();
    let highest = marks.maxima().iter().sum::<f64>().floor();
    let width = ((highest - lowest + 1.0) / BINS_MAX).ceil().max(1.0);
    let bins = ((highest - lowest) / width).floor() as usize + 1;
    let bin = |index: usize| Bin { from: lowest + index as f64 * width, to: lowest + (index + 1) as f64 * width, count: 0 };
    let mut histogram: Vec<Bin> = (0..bins).map(bin).collect();
    for total in totals {
        let index = ((total - lowest) / width).floor().max(0.0) as usize;
        histogram[index.min(bins - 1)].count += 1;
    }
    histogram
}

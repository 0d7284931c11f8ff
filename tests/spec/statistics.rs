//! Statistics: every number as it is defined, on cases worked by hand and against a second implementation in exact fractions.

mod answers;
mod edges;
mod exact;
mod properties;
mod shares;
mod worked;

use domain::statistics::{MarkTable, Report};

/// A table of marks without holes.
fn marks(maxima: &[f64], rows: &[&[f64]]) -> MarkTable {
    let rows = rows.iter().map(|row| row.iter().copied().map(Some).collect()).collect();
    MarkTable::new(maxima.to_vec(), rows).expect("the marks fit")
}

fn report(maxima: &[f64], rows: &[&[f64]]) -> Report {
    Report::of(&marks(maxima, rows))
}

/// Agreement to 1e-9 of the value, or of `scale` where the value is nothing.
fn agree(found: Option<f64>, expected: Option<f64>, scale: f64) -> bool {
    match (found, expected) {
        (None, None) => true,
        (Some(found), Some(0.0)) => found.abs() <= 1e-12 * scale,
        (Some(found), Some(expected)) => (found - expected).abs() <= 1e-9 * expected.abs(),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

#[track_caller]
fn is(found: Option<f64>, expected: f64) {
    assert!(agree(found, Some(expected), 100.0), "{found:?} is not {expected}");
}

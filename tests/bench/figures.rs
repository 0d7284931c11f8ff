//! Figures: medians and percentiles, and the table that they stand in.

use std::time::Duration;

/// One line of the table.
#[derive(Debug)]
pub struct Figure {
    /// What was measured.
    pub what: String,
    /// How it came out.
    pub measured: String,
    /// The machine's own limit, measured in the same run; empty where there is none.
    pub limit: String,
    /// What is aimed at; empty where nothing is.
    pub target: String,
}

impl Figure {
    /// A line without limit and target.
    pub fn new(what: impl Into<String>, measured: impl Into<String>) -> Self {
        Self { what: what.into(), measured: measured.into(), limit: String::new(), target: String::new() }
    }

    /// With the machine's own limit beside it.
    pub fn beside(mut self, limit: impl Into<String>) -> Self {
        self.limit = limit.into();
        self
    }

    /// With what is aimed at.
    pub fn aim(mut self, target: impl Into<String>) -> Self {
        self.target = target.into();
        self
    }
}

/// The table as Markdown.
pub fn table(figures: &[Figure]) -> String {
    let mut text = String::from("| what | measured | the machine's own limit | aim |\n|---|---|---|---|\n");
    for Figure { what, measured, limit, target } in figures {
        text.push_str(&format!("| {what} | {measured} | {limit} | {target} |\n"));
    }
    text
}

/// The value that this share of all are at most (0.5: the median). Sorts them.
pub fn percentile<T: Copy + Ord>(values: &mut [T], share: f64) -> T {
    values.sort_unstable();
    let last = values.len().checked_sub(1).expect("something was measured");
    values[((last as f64) * share).round() as usize]
}

/// The median of numbers.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Milliseconds, with as many digits as mean something.
pub fn ms(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1_000.0;
    if ms < 0.1 {
        format!("{ms:.3} ms")
    } else if ms < 10.0 {
        format!("{ms:.2} ms")
    } else {
        format!("{ms:.0} ms")
    }
}

/// A number with its thousands apart.
pub fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

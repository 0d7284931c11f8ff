//! The texts of a class's history on its way, in English.

use crate::texts::history::HistoryTexts;

/// English.
pub const HISTORY: HistoryTexts = HistoryTexts {
    catching_up: "Fetching what happened meanwhile. You can go on; the numbers follow.",
    reading: "Reading what happened",
    events: |had, of| format!("{} of {} events", grouped(had), grouped(of)),
};

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

//! Tables as data: what a page shows and what an export holds are made from the same value, so that they are equal.
//!
//! - [`csv()`]: RFC 4180, UTF-8 with a byte order mark, so that spreadsheets read it as such; decimals with a point and commas between cells,
//!   or decimals with a comma and semicolons between; shares from 0 to 1, an empty cell for nothing. Words that a spreadsheet would take for a formula get an apostrophe in front; numbers stay numbers.
//! - [`json()`]: the names of the columns, and each cell with its type.
//! - `spreadsheet::workbook` (feature `spreadsheet`): XLSX. Words are written as words there and can never become a formula.

mod csv;
mod json;
mod names;
#[cfg(feature = "spreadsheet")]
pub mod spreadsheet;

pub use csv::csv;
pub use json::json;
pub use names::file_name;

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A table.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Table {
    /// What it is of; names the file.
    pub title: String,
    /// The heads of the columns.
    pub columns: Vec<String>,
    /// As many cells in each as there are columns.
    pub rows: Vec<Vec<Cell>>,
}

/// What stands between units and tenths where the reader of a file lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalSign {
    /// As in 0.5.
    Point,
    /// As in 0,5.
    Comma,
}

/// What stands in a cell. The screen shows it by [`Cell::text`]; an export keeps what it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A count.
    Count(u64),
    /// A number, shown with so many decimals.
    Number(f64, u8),
    /// A share from 0 to 1, shown in percent.
    Share(f64),
    /// Not defined, or nothing there.
    None,
}

/// The decimals of a share in percent.
const SHARE_DECIMALS: u8 = 1;

impl Cell {
    /// A number where there is one.
    pub fn number(value: Option<f64>, decimals: u8) -> Self {
        value.map_or(Self::None, |value| Self::Number(value, decimals))
    }

    /// A share where there is one.
    pub fn share(value: Option<f64>) -> Self {
        value.map_or(Self::None, Self::Share)
    }

    /// What the screen shows; none where nothing is defined. No number is NaN, infinite or a negative zero there.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Text(words) => Some(words.clone()),
            Self::Count(count) => Some(count.to_string()),
            Self::Number(value, decimals) => rounded(*value, *decimals),
            Self::Share(share) => rounded(100.0 * share, SHARE_DECIMALS).map(|percent| format!("{percent}%")),
            Self::None => None,
        }
    }

    /// Whether it stands under the other cells of its column by its last digit.
    pub fn is_number(&self) -> bool {
        match self {
            Self::Count(_) | Self::Number(..) | Self::Share(_) => true,
            Self::Text(_) | Self::None => false,
        }
    }

    /// How a column is sorted: numbers by size, then words as they are compared.
    fn order(&self, other: &Self, compare: &impl Fn(&str, &str) -> Ordering) -> Ordering {
        let size = |cell: &Self| match cell {
            Self::Count(count) => Some(*count as f64),
            Self::Number(value, _) | Self::Share(value) => Some(*value),
            Self::Text(_) | Self::None => None,
        };
        let words = |cell: &'_ Self| match cell {
            Self::Text(words) => words.clone(),
            Self::Count(_) | Self::Number(..) | Self::Share(_) | Self::None => String::new(),
        };
        match (size(self), size(other)) {
            (Some(one), Some(other)) => one.total_cmp(&other),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => compare(&words(self), &words(other)),
        }
    }
}

/// Rounded as people and spreadsheets do: a half goes away from zero, also one that is not quite a half only because computers count by twos.
fn rounded(value: f64, decimals: u8) -> Option<String> {
    let scale = 10_f64.powi(i32::from(decimals));
    let scaled = value * scale;
    let nudged = (scaled + 2.0 * f64::EPSILON * scaled).round() / scale;
    // Adding nothing to a negative zero takes its sign.
    value.is_finite().then(|| format!("{:.*}", usize::from(decimals), if nudged.is_finite() { nudged + 0.0 } else { value }))
}

impl Table {
    /// The places of the rows in the order of a column, words as they are compared where the reader lives. Where nothing stands comes last,
    /// whichever way round; equal ones stay as they were.
    pub fn sorted(&self, column: usize, descending: bool, compare: impl Fn(&str, &str) -> Ordering) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.rows.len()).collect();
        let cell = |place: &usize| self.rows[*place].get(column).unwrap_or(&Cell::None);
        places.sort_by(|one, other| match (cell(one), cell(other)) {
            (Cell::None, Cell::None) => Ordering::Equal,
            (Cell::None, _) => Ordering::Greater,
            (_, Cell::None) => Ordering::Less,
            // Words among numbers ("too few") stay behind the numbers, too.
            (one, other) if one.is_number() != other.is_number() => one.order(other, &compare),
            (one, other) if descending => other.order(one, &compare),
            (one, other) => one.order(other, &compare),
        });
        places
    }

    /// The same with each of its words changed.
    pub fn with_words(&self, change: impl Fn(&str) -> String) -> Self {
        let cell = |cell: &Cell| match cell {
            Cell::Text(words) => Cell::Text(change(words)),
            Cell::Count(_) | Cell::Number(..) | Cell::Share(_) | Cell::None => cell.clone(),
        };
        Self {
            title: change(&self.title),
            columns: self.columns.iter().map(|head| change(head)).collect(),
            rows: self.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
        }
    }

    /// The same with its rows in this order.
    pub fn in_order(&self, places: &[usize]) -> Self {
        let rows = places.iter().filter_map(|place| self.rows.get(*place)).cloned().collect();
        Self { title: self.title.clone(), columns: self.columns.clone(), rows }
    }
}

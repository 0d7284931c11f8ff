//! JSON for programs: each cell says what it is.

use super::{Cell, Table};
use serde::Serialize;

#[derive(Serialize)]
struct Written<'t> {
    title: &'t str,
    columns: &'t [String],
    rows: Vec<Vec<Option<Typed<'t>>>>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Typed<'t> {
    Text(&'t str),
    Count(u64),
    Number(f64),
    Share(f64),
}

/// The table as JSON: `{"title": …, "columns": [names], "rows": [[cells]]}`. A cell is `{"text": …}`, `{"count": …}`, `{"number": …}`,
/// `{"share": …}` (from 0 to 1), or `null` for nothing.
///
/// # Panics
/// Never: its keys are texts and its numbers finite.
pub fn json(table: &Table) -> String {
    let rows = table.rows.iter().map(|row| row.iter().map(typed).collect()).collect();
    let written = Written { title: &table.title, columns: &table.columns, rows };
    serde_json::to_string_pretty(&written).expect("a table has text keys and finite numbers, so it always serialises")
}

fn typed(cell: &Cell) -> Option<Typed<'_>> {
    match cell {
        Cell::Text(words) => Some(Typed::Text(words)),
        Cell::Count(count) => Some(Typed::Count(*count)),
        Cell::Number(value, _) => value.is_finite().then_some(Typed::Number(*value)),
        Cell::Share(share) => share.is_finite().then_some(Typed::Share(*share)),
        Cell::None => None,
    }
}

//! Walking the cells of the heatmap by keys: one of them is in the order of tabs, and the arrows lead to the others.

use leptos::{ev, wasm_bindgen::JsCast};
use web_sys::{Element, HtmlElement};

/// A cell by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellPlace {
    /// From 0, as sorted now.
    pub row: usize,
    /// From 0, of the sections.
    pub column: usize,
}

const CELL: &str = "td.cell > button";
const ENTRANCE: &str = "td.cell > button[tabindex='0']";

fn all(of: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = of.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}

fn rows(body: &Element) -> Vec<HtmlElement> {
    all(body, "tr")
}

fn button_of(target: Option<web_sys::EventTarget>) -> Option<HtmlElement> {
    target?.dyn_into::<Element>().ok()?.closest(CELL).ok()??.dyn_into().ok()
}

fn place(body: &Element, button: &HtmlElement) -> Option<CellPlace> {
    let own_row = button.closest("tr").ok()??;
    let row = rows(body).iter().position(|row| **row == own_row)?;
    let column = all(&own_row, CELL).iter().position(|cell| cell == button)?;
    Some(CellPlace { row, column })
}

/// The cell that was clicked, if it was one.
pub fn place_of(body: &Element, event: &ev::MouseEvent) -> Option<CellPlace> {
    place(body, &button_of(event.target())?)
}

/// Whether a cell has the focus.
pub fn has_focus(body: &Element) -> bool {
    let active = web_sys::window().and_then(|window| window.document()?.active_element());
    active.is_some_and(|active| body.contains(Some(&active)))
}

/// Keeps one cell in the order of tabs, and gives it the focus back if it had it.
pub fn keep_entrance(body: &Element, focused: bool) {
    let entrance = all(body, ENTRANCE).into_iter().next().or_else(|| {
        let first = all(body, CELL).into_iter().next()?;
        first.set_tab_index(0);
        Some(first)
    });
    if let Some(entrance) = entrance.filter(|_| focused && !has_focus(body)) {
        // Without the focus the cell is still there to enter by.
        _ = entrance.focus();
    }
}

/// The cell that somebody is in is the one to come back to.
pub fn entered(body: &Element, event: &ev::FocusEvent) {
    if let Some(button) = button_of(event.target()) {
        all(body, ENTRANCE).iter().filter(|before| **before != button).for_each(|before| before.set_tab_index(-1));
        button.set_tab_index(0);
    }
}

/// Goes where a key leads.
pub fn step(body: &Element, event: &ev::KeyboardEvent) {
    if event.alt_key() || event.meta_key() || event.shift_key() {
        return;
    }
    let Some(button) = button_of(event.target()) else { return };
    let Some(from) = place(body, &button) else { return };
    let rows = rows(body);
    let (last_row, last_column) = (rows.len() - 1, all(&rows[from.row], CELL).len() - 1);
    let is_mirrored = button.closest("[dir=rtl]").is_ok_and(|mirrored| mirrored.is_some());
    let Some(to) = lead(&event.key(), event.ctrl_key(), is_mirrored, from, CellPlace { row: last_row, column: last_column }) else {
        return;
    };
    event.prevent_default();
    if let Some(cell) = rows.get(to.row).and_then(|row| all(row, CELL).into_iter().nth(to.column)) {
        // A cell that cannot take the focus is left where it is.
        _ = cell.focus();
    }
}

/// Where a key leads; none if it leads nowhere.
fn lead(key: &str, ctrl: bool, is_mirrored: bool, from: CellPlace, last: CellPlace) -> Option<CellPlace> {
    const PAGE: usize = 10;
    let back = CellPlace { column: from.column.saturating_sub(1), ..from };
    let on = CellPlace { column: (from.column + 1).min(last.column), ..from };
    Some(match (key, ctrl) {
        ("ArrowLeft", false) => {
            if is_mirrored {
                on
            } else {
                back
            }
        }
        ("ArrowRight", false) => {
            if is_mirrored {
                back
            } else {
                on
            }
        }
        ("ArrowUp", false) => CellPlace { row: from.row.saturating_sub(1), ..from },
        ("ArrowDown", false) => CellPlace { row: (from.row + 1).min(last.row), ..from },
        ("PageUp", false) => CellPlace { row: from.row.saturating_sub(PAGE), ..from },
        ("PageDown", false) => CellPlace { row: (from.row + PAGE).min(last.row), ..from },
        ("Home", false) => CellPlace { column: 0, ..from },
        ("End", false) => CellPlace { column: last.column, ..from },
        ("Home", true) => CellPlace { row: 0, column: 0 },
        ("End", true) => last,
        _ => return None,
    })
}

//! Taking the class along: the heatmap as a table, as it is sorted now, and the events that it was computed from.

use super::state::State;
use crate::{
    components::{
        exports::{ExportEvents, Exports},
        names::name_of,
    },
    dispatch::use_dispatch,
    table::{Cell, Table},
    texts::texts,
};
use leptos::prelude::*;

/// The buttons.
#[component]
pub fn Taking(state: State) -> impl IntoView {
    let dispatch = use_dispatch();
    // Made when it is saved: a table that followed every cell would be made anew with each answer.
    let table = Signal::derive(move || untrack(|| table(state, dispatch)));
    view! {
        <Exports table/>
        <ExportEvents class=state.class/>
    }
}

fn table(state: State, dispatch: crate::dispatch::Dispatch) -> Table {
    let columns = state.columns.get();
    let section = |column: &super::grid::Column| match column.number {
        Some((chapter, section)) => format!("{} {}", (texts().board.section_number)(chapter, section), column.title),
        None => column.title.clone(),
    };
    let before = [texts().student, texts().board.finished].map(str::to_owned);
    let after = [texts().answered, texts().right_column].map(str::to_owned);
    let heads = before.into_iter().chain(columns.iter().map(section)).chain(after);
    let (_, students) = state.order.get();
    let rows = students.into_iter().filter_map(|student| {
        let row = state.row(student)?;
        let sums = row.sums.get();
        let cells = row.cells.iter().map(|cell| {
            let super::grid::Cell { is, was } = cell.get();
            Cell::Text((texts().board.cell)(is, was))
        });
        let name = Cell::Text(dispatch.peek(|replica| name_of(replica, student)));
        let counts = [sums.answered, sums.right].map(|count| Cell::Count(u64::from(count)));
        Some([name, Cell::Count(sums.finished as u64)].into_iter().chain(cells).chain(counts).collect())
    });
    Table { title: texts().board.mastery.to_owned(), columns: heads.collect(), rows: rows.collect() }
}

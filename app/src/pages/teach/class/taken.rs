//! The class to take along: the heatmap as a table, in the order of the screen, and everything that happened as it was recorded.

use super::state::State;
use crate::{
    components::teach::{
        exports::{ExportEvents, ExportsOf},
        names::name_of,
    },
    doors::use_projections,
    table::{Cell, Table},
    texts::texts,
};
use domain::{
    ids::AccountId,
    replica::Replica,
    views::situation::{Doing, Situation},
};
use leptos::prelude::*;

/// The buttons.
#[component]
pub fn TakenAlong(state: State) -> impl IntoView {
    let projections = use_projections();
    // Made only on demand: the heatmap changes with every answer.
    let make = Callback::new(move |()| untrack(|| projections.peek(|replica| table(replica, state))));
    view! {
        <ExportsOf title=texts().exports.heatmap make/>
        <ExportEvents class=state.class/>
    }
}

fn table(replica: &Replica, state: State) -> Table {
    let columns = state.columns.get();
    let section = columns.iter().map(|column| {
        let number = column.number.map_or_else(String::new, |(chapter, section)| (texts().board.section_number)(chapter, section));
        format!("{number} {}", column.title).trim().to_owned()
    });
    let before = [texts().student, texts().board.now, texts().board.finished].map(str::to_owned);
    let after = [texts().answered, texts().right_column].map(str::to_owned);
    let row = |student: &AccountId| {
        let row = state.row(*student)?;
        let sums = row.sums.get();
        let before =
            [Cell::Text(name_of(replica, *student)), Cell::Text(now(state, row.situation.get())), Cell::Count(sums.finished as u64)];
        let sections = row.cells.iter().map(|cell| Cell::Text((texts().board.cell)(cell.get().is, None)));
        let after = [sums.answered, sums.right].map(|count| Cell::Count(u64::from(count)));
        Some(before.into_iter().chain(sections).chain(after).collect())
    };
    Table {
        title: texts().exports.heatmap.to_owned(),
        columns: before.into_iter().chain(section).chain(after).collect(),
        rows: state.order.get().1.iter().filter_map(row).collect(),
    }
}

/// What a student does, in the words of the screen.
fn now(state: State, situation: Situation) -> String {
    let number = |unit| state.columns.get().iter().find(|column| column.unit == unit).and_then(|column| column.number);
    match (situation.stuck, situation.doing) {
        (Some(unit), _) if situation.before.is_some() => (texts().board.was_stuck_in)(number(unit)),
        (Some(unit), doing) => (texts().board.stuck_in)(number(unit), doing),
        (None, Doing::Unknown) => (texts().state)(situation.standing).to_owned(),
        (None, doing @ (Doing::NotHere | Doing::Away | Doing::Idle(_) | Doing::Here | Doing::Working)) => (texts().board.doing)(doing),
    }
}

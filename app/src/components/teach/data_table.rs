//! A table as data, on the screen: a real table that can be sorted, with the buttons to take along exactly what it shows.

use crate::{
    collation,
    components::teach::exports::Exports,
    table::{Cell, Table},
    texts::texts,
};
use leptos::prelude::*;

/// The table. Its first column names the rows.
#[component]
pub fn DataTable(
    /// Names its caption; no other table of the page has it.
    id: &'static str,
    #[prop(into)] table: Signal<Table>,
    /// What stands above it; the title of the table unless said.
    #[prop(into, optional)]
    caption: Option<Signal<String>>,
    /// The rows have an order of their own that means something.
    #[prop(optional)]
    in_order: bool,
    /// Where the heads of the rows lead, row by row as the table is given; nowhere unless said.
    #[prop(into, optional)]
    addresses: Option<Signal<Vec<String>>>,
) -> impl IntoView {
    let sorting = RwSignal::new(None::<(usize, bool)>);
    let places = Memo::new(move |_| {
        table.with(|table| match sorting.get() {
            Some((column, descending)) => table.sorted(column, descending, collation::compare),
            None => (0..table.rows.len()).collect(),
        })
    });
    let columns = Memo::new(move |_| table.with(|table| table.columns.clone()));
    let shown = Signal::derive(move || table.with(|table| table.in_order(&places.get())));
    let caption = move || caption.map_or_else(|| table.with(|table| table.title.clone()), |caption| caption.get());
    let head = move |(column, name): (usize, String)| view! { <Head table sorting column name in_order/> };
    let body = move || {
        table.with(|table| {
            let row = |place: &usize| {
                let address = addresses.and_then(|addresses| addresses.with(|all| all.get(*place).cloned()));
                table.rows.get(*place).map(|cells| row(cells, address))
            };
            places.with(|places| places.iter().map(row).collect_view())
        })
    };
    view! {
        <div class="data-table">
            <div class="scroller" role="region" aria-labelledby=id tabindex="0">
                <table>
                    <caption id=id>{caption}</caption>
                    <thead>
                        <tr>{move || columns.get().into_iter().enumerate().map(head).collect_view()}</tr>
                    </thead>
                    <tbody>{body}</tbody>
                </table>
            </div>
            <Exports table=shown/>
        </div>
    }
}

/// The head of a column, by which the table can be sorted.
#[component]
fn Head(
    table: Signal<Table>,
    /// By which column, and whether from the largest down.
    sorting: RwSignal<Option<(usize, bool)>>,
    column: usize,
    name: String,
    in_order: bool,
) -> impl IntoView {
    let is_number = move || table.with(|table| table.rows.iter().any(|row| row.get(column).is_some_and(Cell::is_number)));
    let sorted = move || {
        let (by, descending) = sorting.get()?;
        (by == column).then_some(if descending { "descending" } else { "ascending" })
    };
    // Of numbers the largest first, of words the first.
    let sort = move |_| {
        sorting.update(|sorting| {
            *sorting = Some(match *sorting {
                Some((by, descending)) if by == column => (column, !descending),
                Some(_) | None => (column, is_number()),
            });
        });
    };
    let name = if in_order {
        view! { <span>{name}</span> }.into_any()
    } else {
        view! { <button type="button" on:click=sort>{name}</button> }.into_any()
    };
    view! {
        <th scope="col" aria-sort=sorted data-kind=move || is_number().then_some("number")>
            {name}
        </th>
    }
}

fn row(cells: &[Cell], address: Option<String>) -> impl IntoView + use<> {
    let (first, rest) = cells.split_first().map_or((None, cells), |(first, rest)| (Some(first), rest));
    let words = |cell: &Cell| cell.text().unwrap_or_else(|| texts().exports.none.to_owned());
    let name = first.map(words).unwrap_or_default();
    // What people have written keeps its own direction in its cell.
    let name = match address {
        Some(address) => view! { <a href=address><bdi>{name}</bdi></a> }.into_any(),
        None => view! { <bdi>{name}</bdi> }.into_any(),
    };
    let kind = |cell: &Cell| match cell {
        Cell::Count(_) | Cell::Number(..) | Cell::Share(_) => Some("number"),
        Cell::None => Some("none"),
        Cell::Text(_) => None,
    };
    let cells = rest.iter().map(|cell| view! { <td data-kind=kind(cell)><bdi>{words(cell)}</bdi></td> }).collect_view();
    view! {
        <tr>
            <th scope="row">{name}</th>
            {cells}
        </tr>
    }
}

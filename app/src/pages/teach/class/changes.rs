//! What is different between the two moments that are compared, in words.

use super::state::State;
use crate::{address::Address, components::teach::names::Name, texts::texts};
use domain::views::mastery::Changes;
use leptos::prelude::*;

/// The summary; nothing while nothing is compared.
#[component]
pub fn Difference(state: State) -> impl IntoView {
    let changes = move || {
        let Changes { cells, into, students } = state.changes.get();
        let kinds = into.into_iter().map(|(became, count)| view! { <li>{(texts().board.became)(became, count)}</li> });
        let names = students.into_iter().map(|(student, count)| {
            let link = move || state.moment.link(&Address::Student { class: state.class, student, unit: None });
            view! { <li><a href=link><Name student/></a> " " <span class="quiet">{(texts().board.changed_sections)(count)}</span></li> }
        });
        view! {
            <p>{(texts().board.changed_cells)(cells)}</p>
            <ul role="list">{kinds.collect_view()}</ul>
            {(cells > 0)
                .then(|| {
                    view! {
                        <details>
                            <summary>{texts().board.changed_students}</summary>
                            <ul role="list">{names.collect_view()}</ul>
                        </details>
                    }
                })}
        }
    };
    view! {
        <Show when=move || state.moment.with.get().is_some()>
            <section class="difference" aria-labelledby="difference">
                <h2 id="difference">{texts().board.difference}</h2>
                {changes}
            </section>
        </Show>
    }
}

//! How much has come of what is on its way, of how much: while a device catches up, and while a class's history is read.

use crate::{
    doors::{History, use_projection},
    texts::texts,
};
use domain::replica::Replica;
use leptos::prelude::*;

/// How much has come of what happened while this device was away; nothing when all has. The page goes on meanwhile.
#[component]
pub fn CatchingUp() -> impl IntoView {
    let had = use_projection(Replica::catching_up);
    let is_behind = Memo::new(move |_| had.get().is_some());
    let counted = Signal::derive(move || had.get().unwrap_or_default());
    move || is_behind.get().then(|| view! { <Counted what=texts().history.catching_up counted/> })
}

/// How much of a class's history has been read; nothing when all has.
#[component]
pub fn ReadingHistory(
    /// Which.
    history: History,
) -> impl IntoView {
    let is_read = Memo::new(move |_| history.with(|_| ()).is_some());
    let counted = Signal::derive(move || history.progress());
    move || (!is_read.get()).then(|| view! { <Counted what=texts().history.reading counted/> })
}

/// A bar with what it counts.
#[component]
fn Counted(
    /// What is on its way.
    what: &'static str,
    /// How many events there are, of how many.
    counted: Signal<(u64, u64)>,
) -> impl IntoView {
    let value = move || counted.get().0.to_string();
    let of = move || counted.get().1.max(1).to_string();
    let said = move || {
        let (had, of) = counted.get();
        (texts().history.events)(had, of)
    };
    view! {
        <label class="counted">
            <span>{what}</span>
            <progress value=value max=of></progress>
            <span data-part="events">{said}</span>
        </label>
    }
}

//! Grey lines where the page will be, and the pages with nothing but a message and a way on.

use crate::{
    address::Address,
    components::{arrival::PageHeading, mark::Mark, notices::Main},
    doors::{History, use_projection},
    texts::texts,
};
use domain::replica::Replica;
use leptos::prelude::*;

/// A page that is on its way.
#[component]
pub fn Loading(
    /// What is on its way.
    what: &'static str,
) -> impl IntoView {
    view! {
        <PageHeading text=what provisional=true/>
        <div class="loading" aria-hidden="true">
            <span data-part="sheet"></span>
            <span data-part="short"></span>
            <span data-part="row"></span>
            <span data-part="row"></span>
            <span data-part="row"></span>
        </div>
    }
}

/// A message and a way on.
#[component]
pub fn Blank(
    /// The message.
    #[prop(into)]
    title: String,
    /// More of it.
    more: &'static str,
    /// The address and the name of the way on.
    #[prop(optional)]
    way_on: Option<(Address, &'static str)>,
) -> impl IntoView {
    view! {
        <section class="blank">
            <Mark blank=true/>
            <PageHeading text=title/>
            <p>{more}</p>
            {way_on
                .map(|(address, name)| {
                    view! {
                        <div class="actions">
                            <a class="button" href=address.to_string()>{name}</a>
                        </div>
                    }
                })}
        </section>
    }
}

/// A whole page of it.
#[component]
pub fn BlankPage(
    /// The message.
    title: &'static str,
    /// More of it.
    more: &'static str,
    /// The address and the name of the way on.
    way_on: (Address, &'static str),
) -> impl IntoView {
    view! {
        <Main>
            <Blank title more way_on/>
        </Main>
    }
}

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

//! Grey lines where the page will be, and the pages with nothing but a message and a way on.

use crate::{
    address::Address,
    components::{arrival::PageHeading, mark::Mark, notices::Main},
};
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

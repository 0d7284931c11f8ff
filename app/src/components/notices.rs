//! The main part of a page, with the notices that stand above everything until they are dealt with.

use crate::{client::Ended, device, dispatch::use_client, texts::texts};
use leptos::prelude::*;

/// The main part of a page.
#[component]
pub fn Main(
    /// For tables, instead of a column.
    #[prop(optional)]
    wide: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <main class=if wide { "wide" } else { "column" } id="main" tabindex="-1">
            <Notices/>
            {children()}
        </main>
    }
}

#[component]
fn Notices() -> impl IntoView {
    let ended = use_client().ended;
    view! {
        <Insecure/>
        <Show when=move || ended.get() == Some(Ended::Upgrade)>
            <div class="notice" role="status" data-tone="warning">
                <p>{texts().upgrade}</p>
                <button class="button" data-kind="quiet" type="button" on:click=|_| device::reload()>{texts().reload}</button>
            </div>
        </Show>
    }
}

/// Says that the page was not opened safely, where it was not.
#[component]
pub fn Insecure() -> impl IntoView {
    (!device::is_secure_context()).then(|| {
        view! {
            <div class="notice" role="status" data-tone="warning">
                <p>{texts().insecure}</p>
            </div>
        }
    })
}

//! The main part of a page, with the notices that stand above everything until they are dealt with.

use crate::{
    clock::use_now,
    device::{self, upgrade},
    doors::{Notice, use_notices, use_projection},
    texts::texts,
};
use domain::{replica::Replica, time::Timestamp};
use leptos::{prelude::*, task::spawn_local};

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
    let notices = use_notices();
    let shown = notices.shown();
    let notice = move |notice: Notice| {
        let button = match notice {
            // They stand as long as they hold.
            Notice::KeepsNothing | Notice::DatabaseWaits => None,
            Notice::DatabaseFails => Some(
                view! { <button class="button" data-kind="quiet" type="button" on:click=|_| device::reload()>{texts().reload}</button> }
                    .into_any(),
            ),
            Notice::Evicted | Notice::SentAgain(_) => {
                let dismiss = move |_| notices.dismiss(notice);
                Some(
                    view! { <button class="button" data-kind="quiet" type="button" on:click=dismiss>{texts().dismiss}</button> }.into_any(),
                )
            }
        };
        view! {
            <div class="notice" role="status" aria-label=texts().notice_label data-tone="warning">
                <p>{(texts().notice)(notice)}</p>
                {button}
            </div>
        }
    };
    view! {
        <Insecure/>
        <WrongClock/>
        <For each=move || shown.get() key=|notice| *notice children=notice/>
        <Show when=move || notices.is_outdated()>
            <div class="notice" role="status" aria-label=texts().notice_label data-tone="warning">
                <p>{texts().upgrade}</p>
                <button class="button" data-kind="quiet" type="button" on:click=|_| spawn_local(upgrade::load())>{texts().reload}</button>
            </div>
        </Show>
    }
}

/// Says how wrong the device's clock is, where it is, and that another one counts. A note: it changes every minute, and need not be read out so often.
#[component]
fn WrongClock() -> impl IntoView {
    let now = use_now();
    let wrong = use_projection(Replica::wrong_clock);
    let said = Memo::new(move |_| {
        let (ahead_ms, school) = (wrong.get()?, now.get());
        let written = |moment| device::written(moment, texts().language);
        Some((texts().wrong_clock)(ahead_ms, &written(Timestamp(school.0 + ahead_ms)), &written(school)))
    });
    view! {
        <Show when=move || said.with(Option::is_some)>
            <div class="notice" role="note" aria-label=texts().notice_label data-tone="warning">
                <p>{move || said.get()}</p>
            </div>
        </Show>
    }
}

/// Says that what a screen shows needs a newer app, where it does; it shows what it can.
#[component]
pub fn UpdateNeeded(
    /// Whether something of it cannot be read here.
    needed: Memo<bool>,
) -> impl IntoView {
    view! {
        <Show when=move || needed.get()>
            <div class="notice" role="status" aria-label=texts().notice_label data-tone="warning">
                <p>{texts().update_needed}</p>
                <button class="button" data-kind="quiet" type="button" on:click=|_| spawn_local(upgrade::load())>{texts().reload}</button>
            </div>
        </Show>
    }
}

/// Says that the page was not opened safely, where it was not.
#[component]
pub fn Insecure() -> impl IntoView {
    (!device::is_secure_context()).then(|| {
        view! {
            <div class="notice" role="status" aria-label=texts().notice_label data-tone="warning">
                <p>{texts().insecure}</p>
            </div>
        }
    })
}

//! The bar at the top of every page: where one is, whether the work is safe, who one is.

use crate::{
    address::Address,
    components::{mark::Mark, saved::use_saved, sign_out::SignOut},
    texts::texts,
};
use domain::{account::Role, names, protocol::SignedIn, replica::SyncState};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The bar.
#[component]
pub fn Bar() -> impl IntoView {
    let who = use_context::<SignedIn>().expect("the bar is shown to somebody signed in only");
    let (start, account) = (Address::home(who.role).to_string(), Address::account(who.role).to_string());
    let name = if who.role == Role::Student { texts().course } else { texts().classes };
    let path = use_location().pathname;
    let current = move |address: String| move || (path.get() == address).then_some("page");
    view! {
        <header class="bar">
            <a class="mark" href=start.clone()><Mark/>{texts().app}</a>
            <nav aria-label=texts().main_navigation>
                <a href=start.clone() aria-current=current(start)>{name}</a>
                <a href=account.clone() aria-current=current(account)>{texts().account.title}</a>
            </nav>
            <Sync/>
            <bdi class="who">{names::shown(&who.name)}</bdi>
            <SignOut/>
        </header>
    }
}

/// How settled the least settled command is. It speaks up only when somebody should know.
#[component]
fn Sync() -> impl IntoView {
    let saved = use_saved();
    let state = move || saved.get().state;
    let name = move || match state() {
        SyncState::NotSaved(_) => "not-saved",
        SyncState::Refused => "refused",
        SyncState::Changed => "changed",
        SyncState::Offline { .. } => "offline",
        SyncState::Saving | SyncState::Sent => "sent",
        SyncState::Saved => "saved",
        SyncState::Confirmed => "confirmed",
    };
    let live = move || match state() {
        SyncState::NotSaved(_) | SyncState::Refused | SyncState::Changed | SyncState::Offline { .. } => "polite",
        SyncState::Saving | SyncState::Saved | SyncState::Sent | SyncState::Confirmed => "off",
    };
    view! {
        <div class="sync" role="status" aria-label=texts().sync aria-live=live data-state=name>
            <a href=Address::Sync.to_string()>{move || saved.get().words()}</a>
        </div>
    }
}

//! The bar at the top of every page: where one is, whether the work is safe, who one is.

use crate::{
    address::{home, own_account},
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
    let (start, account) = (home(who.role), own_account(who.role));
    let name = if who.role == Role::Student { texts().course } else { texts().classes };
    let path = use_location().pathname;
    view! {
        <header class="bar">
            <a class="mark" href=start><Mark/>{texts().app}</a>
            <nav aria-label=texts().main_navigation>
                <a href=start aria-current=move || (path.get() == start).then_some("page")>{name}</a>
                <a href=account aria-current=move || (path.get() == account).then_some("page")>{texts().account.title}</a>
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
            <a href="/sync">{move || saved.get().words()}</a>
        </div>
    }
}

//! Whether all is saved, in a word: the bar says it on every page, the page on syncing explains it.

use crate::{doors::use_projection, texts::texts};
use domain::{
    account::Role,
    protocol::SignedIn,
    replica::{Replica, SyncState},
};
use leptos::prelude::*;

thread_local! {
    /// Something was on its way since this page was opened, so that it means something when it has arrived.
    static WAS_BUSY: ArcRwSignal<bool> = ArcRwSignal::new(false);
}

/// What the word is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saved {
    /// How settled the least settled command is.
    pub state: SyncState,
    /// Nothing of somebody's own is on its way or has just arrived: no more is to be said than that all is here. Teachers are told no more either.
    pub is_calm: bool,
    /// There is no connection.
    pub offline: bool,
}

impl Saved {
    /// The word.
    pub fn words(&self) -> String {
        if self.is_calm { (texts().all_saved)(self.offline).to_owned() } else { (texts().sync_state)(&self.state, self.offline) }
    }

    /// What it means, in a sentence or two.
    pub fn meaning(&self) -> &'static str {
        if self.is_calm { texts().all_saved_more } else { (texts().sync_meaning)(&self.state) }
    }
}

/// What is to be said now.
pub fn use_saved() -> Memo<Saved> {
    let role = use_context::<SignedIn>().map(|who| who.role);
    let state = use_projection(Replica::sync_state);
    let offline = use_projection(Replica::is_offline);
    let was_busy = WAS_BUSY.with(ArcRwSignal::clone);
    Effect::new({
        let was_busy = was_busy.clone();
        move |_| {
            if state.get() != SyncState::Confirmed && !was_busy.get_untracked() {
                was_busy.set(true);
            }
        }
    });
    Memo::new(move |_| {
        let state = state.get();
        let is_calm = state == SyncState::Confirmed && (role != Some(Role::Student) || !was_busy.get());
        Saved { state, is_calm, offline: offline.get() }
    })
}

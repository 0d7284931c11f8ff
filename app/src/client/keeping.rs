//! How a tab deals with its database: what a read found, what is sealed in it, and a connection that was lost, waits for another tab or cannot be
//! opened.

use super::{ASK_FOR_KEY_EVERY, Client, Notice};
use crate::{
    device::{self, shelf},
    storage::Fate,
};
use domain::replica::{Incoming, Ownership, Replica, TabWord, storage::Found};
use leptos::{prelude::Set, task::spawn_local};
use std::{rc::Rc, time::Duration};

/// Asks the browser, once, not to delete what is stored here when it needs room.
pub(super) fn ask_to_persist() {
    if !shelf::was_asked_to_persist() {
        spawn_local(async { _ = device::persist().await });
    }
}

impl Client {
    /// Whether answers wait on this device while there is no connection.
    pub(super) fn is_anything_unsent(&self) -> bool {
        self.peek(|replica| replica.is_offline() && replica.waiting_answers() > 0)
    }

    /// What became of the connection to the database.
    pub(super) fn database_is(self: &Rc<Self>, fate: Fate) {
        match fate {
            Fate::Lost { had_ms } => self.database_lost(had_ms),
            Fate::Waits => self.notice(Notice::DatabaseWaits),
            Fate::Fails => self.notice(Notice::DatabaseFails),
            Fate::Answers => {
                self.dismiss_notice(Notice::DatabaseWaits);
                self.dismiss_notice(Notice::DatabaseFails);
            }
        }
    }

    /// The database went away under an open connection: it was deleted, or the connection died. What is there now is read a little later, unless
    /// somebody has signed out in a tab that could not say so. If the database is lost again and again, the person is told that loading the page
    /// again may help.
    fn database_lost(self: &Rc<Self>, had_ms: u64) {
        if self.is_over() {
            return;
        }
        let account = self.peek(Replica::account);
        if shelf::signed_in().is_none_or(|(who, _)| who.account != account) {
            self.stop();
            return device::go_home();
        }
        let mut losses = self.losses.get();
        let pause = losses.failed(had_ms);
        self.losses.set(losses);
        let Some(ms) = pause else { return self.notice(Notice::DatabaseFails) };
        let client = self.clone();
        device::after(Duration::from_millis(ms.into()), move || client.step(Incoming::Word(TabWord::More)));
    }

    pub(super) fn found(self: &Rc<Self>, found: Found) {
        if self.storage.is_volatile() {
            self.ownership.set(Some(Ownership::Together));
            self.notice(Notice::KeepsNothing);
        } else if shelf::is_another_birth(found.born) {
            self.notice(Notice::Evicted);
        }
        self.step(Incoming::Found(found));
        if self.storage.sealed() > 0 {
            spawn_local(self.clone().open_sealed());
        }
    }

    /// Asks the server for the key to what was left sealed here until it comes, and then reads again with it. Only one such loop runs, however often
    /// sealed commands are found.
    async fn open_sealed(self: Rc<Self>) {
        if self.is_opening.replace(true) {
            return;
        }
        while !self.is_over() && !self.storage.has_seal() {
            self.get_key().await;
            if self.storage.has_seal() {
                self.step(Incoming::Word(TabWord::More));
            } else {
                device::wait(ASK_FOR_KEY_EVERY).await;
            }
        }
        self.is_opening.set(false);
    }
}

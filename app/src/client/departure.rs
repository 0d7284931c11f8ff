//! Signing out: what waits is sent, left sealed or discarded, everything else is deleted, and looking tells what is left.

use super::Client;
use crate::{
    device::{self, shelf},
    session::Occasion,
    storage::{self, Leaving, Seal},
    sync::{self, Session},
};
use domain::replica::{Incoming, Replica, TabWord};
use leptos::prelude::Set;
use std::rc::Rc;

impl Client {
    /// Sends what waits, if there is a connection or one can be had, and sees to it that what cannot be sent can be sealed.
    pub async fn prepare_to_leave(self: Rc<Self>) {
        self.step(Incoming::Wake);
        self.get_key().await;
    }

    /// Asks the server for the key, where it is not at hand.
    pub(super) async fn get_key(&self) {
        if self.storage.has_seal() {
            return;
        }
        if let Session::Of(arrival) = sync::session().await
            && arrival.who.account == self.peek(Replica::account)
            && let Some(seal) = Seal::import(&arrival.seal).await
        {
            self.storage.set_seal(seal);
            self.has_key.set(true);
        }
    }

    /// The session has ended on a shared computer: closes everything, and deletes what is stored here but for what waits; says how that went.
    pub async fn forget(self: Rc<Self>) -> Occasion {
        let account = self.peek(Replica::account);
        self.stop();
        shelf::forget_signed_in();
        Occasion::after(account).await
    }

    /// Closes everything, deletes what is stored here but for what is left sealed, ends the session, and shows the form, which says what is
    /// left. Offline, the end of the session is owed to the next contact.
    pub async fn sign_out(self: Rc<Self>, leaving: Leaving) {
        let account = self.peek(Replica::account);
        let seal = self.storage.seal();
        self.stop();
        self.carry_out_word(&TabWord::SignedOut);
        shelf::forget_signed_in();
        storage::leave(account, leaving, seal.as_ref()).await;
        shelf::owe_sign_out(!sync::sign_out().await);
        let mut left = storage::left(account).await;
        shelf::clear_and_look(&mut left).await;
        shelf::tell_next_page(&left);
        device::go_home();
    }
}

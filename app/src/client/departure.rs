//! Signing out: commands that wait are sent, left sealed or discarded, everything else is deleted, and then the device is checked for what is left.

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
    /// Tries to connect and to send the commands that wait, and gets the key with which those that cannot be sent are sealed.
    pub async fn prepare_to_leave(self: Rc<Self>) {
        self.step(Incoming::Wake);
        self.get_key().await;
    }

    /// Asks the server for the key, if this tab does not have it.
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

    /// After the session has ended on a shared computer: closes everything and deletes what is stored here, except the commands that wait. Returns
    /// how that went.
    pub async fn forget(self: Rc<Self>) -> Occasion {
        let account = self.peek(Replica::account);
        self.stop();
        shelf::forget_signed_in();
        Occasion::after(account).await
    }

    /// Closes everything, deletes what is stored here except what is left sealed, ends the session, and shows the sign-in form, which says what is
    /// left. If the server cannot be reached, the device remembers to end the session later.
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

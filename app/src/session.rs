//! Who is signed in on this browser, why nobody is, and the end of an earlier session that the server must still be told of.

use crate::{
    device::{self, shelf},
    storage::{self, Seal},
    sync::{self, Session},
};
use domain::{
    ids::AccountId,
    protocol::{Admission, Computer, SignedIn},
};
use futures::{
    FutureExt,
    future::{LocalBoxFuture, Shared},
};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// Why the form is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// Nobody is signed in.
    First,
    /// The session of somebody whose work is on the screen is over.
    Again,
    /// The session on this shared computer was over before the page was opened.
    Over,
    /// The session on this shared computer is over, and not everything readable could be deleted, because another tab holds on to it.
    NotForgotten,
    /// The server could not be asked whether the session on this shared computer goes on.
    NoAnswer,
}

impl Occasion {
    /// After the session of this account on a shared computer: deletes what can be read here, and checks whether it is gone.
    pub async fn after(account: AccountId) -> Self {
        // The check below finds out whether it worked.
        _ = storage::reduce(account).await;
        if storage::left(account).await.other.is_empty() { Self::Over } else { Self::NotForgotten }
    }
}

/// The end of a session that the server must still be told of; a sign-in waits for it, so that it does not end the new session.
#[derive(Clone, Copy)]
pub struct Owed(StoredValue<Shared<LocalBoxFuture<'static, ()>>, LocalStorage>);

impl Owed {
    /// Begins to tell the server, if there is anything to tell.
    pub fn begin() -> Self {
        let telling = async {
            if shelf::owes_sign_out() && sync::sign_out().await {
                shelf::owe_sign_out(false);
            }
        };
        let telling = telling.boxed_local().shared();
        spawn_local(telling.clone());
        Self(StoredValue::new_local(telling))
    }

    /// Waits until the server was told, or could not be.
    pub async fn told(self) {
        self.0.get_value().await;
    }
}

/// Somebody who is signed in, whose computer it is, and the key to what they leave on it, if this page has it.
#[derive(Clone)]
pub struct Person {
    /// Who.
    pub who: SignedIn,
    /// Whose computer.
    pub computer: Computer,
    /// The key to what they leave on it.
    pub seal: Option<Seal>,
}

impl Person {
    /// The person whom the server has just let in.
    pub async fn arrived(arrival: Admission, computer: Computer) -> Self {
        Self { who: arrival.who, computer, seal: Seal::import(&arrival.seal).await }
    }
}

/// The longest wait for the server's answer, during which the page is empty.
const ANSWER_MAX: Duration = Duration::from_secs(8);

/// Who is at the door.
#[derive(Clone)]
pub enum Door {
    /// The server is asked whether the session on this shared computer goes on.
    Asking,
    /// Nobody, and why.
    Nobody(Occasion),
    /// Somebody.
    Somebody(Person),
}

impl Door {
    /// What this browser remembers: on a shared computer the server has to be asked first.
    pub fn at_start() -> Self {
        match shelf::signed_in() {
            None => Self::Nobody(Occasion::First),
            Some((who, Computer::Own)) => Self::Somebody(Person { who, computer: Computer::Own, seal: None }),
            Some((_, Computer::Shared)) => Self::Asking,
        }
    }

    /// Asks the server whether the session goes on. On a shared computer nothing opens before that, because the server has the key.
    pub async fn ask() -> Self {
        let Some((who, computer)) = shelf::signed_in() else { return Self::Nobody(Occasion::First) };
        match device::at_most(ANSWER_MAX, sync::session()).await.unwrap_or(Session::Unknown) {
            Session::Of(arrival) if arrival.who.account == who.account => Self::Somebody(Person::arrived(arrival, computer).await),
            Session::Of(_) | Session::None => {
                shelf::forget_signed_in();
                Self::Nobody(Occasion::after(who.account).await)
            }
            Session::Unknown => Self::Nobody(Occasion::NoAnswer),
        }
    }
}

//! Who uses this browser now, why nobody does, and what the server must still be told of the session before.

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
    /// It is over on a shared computer, and not all that can be read there could be deleted: another tab holds on to it.
    NotForgotten,
    /// The server does not say whether the session on this shared computer goes on.
    NoAnswer,
}

impl Occasion {
    /// After the session of this account on a shared computer: what can be read there is deleted, and looking tells whether it is gone.
    pub async fn after(account: AccountId) -> Self {
        // Whether it worked, looking tells.
        _ = storage::reduce(account).await;
        if storage::left(account).await.other.is_empty() { Self::Over } else { Self::NotForgotten }
    }
}

/// The end of a session that the server must still be told of; a sign-in waits for it, so that it does not end the new session.
#[derive(Clone, Copy)]
pub struct Owed(StoredValue<Shared<LocalBoxFuture<'static, ()>>, LocalStorage>);

impl Owed {
    /// Tells it now, if there is anything to tell.
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

/// Somebody who is signed in, on whose computer, and the key to what they leave on it, as far as it is at hand.
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
    /// Somebody of whom the server has just said who they are.
    pub async fn arrived(arrival: Admission, computer: Computer) -> Self {
        Self { who: arrival.who, computer, seal: Seal::import(&arrival.seal).await }
    }
}

/// Nobody looks at an empty page longer than this.
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
    /// What this browser remembers.
    pub fn at_start() -> Self {
        match shelf::signed_in() {
            None => Self::Nobody(Occasion::First),
            Some((who, Computer::Own)) => Self::Somebody(Person { who, computer: Computer::Own, seal: None }),
            Some((_, Computer::Shared)) => Self::Asking,
        }
    }

    /// On a shared computer nothing opens before the server has said that the session goes on: it has the key.
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

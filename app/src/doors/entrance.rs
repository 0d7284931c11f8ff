//! The door in: signing in, for whoever is not signed in, or not any more.

use super::NotSignedIn;
use crate::{
    device::shelf,
    session::{Owed, Person},
    sync,
};
use domain::protocol::{Computer, Door};
use leptos::prelude::*;

/// Signing in.
#[derive(Clone, Copy)]
pub struct Entrance {
    owed: Option<Owed>,
}

/// The door in.
pub fn use_entrance() -> Entrance {
    Entrance { owed: use_context::<Owed>() }
}

impl Entrance {
    /// Signs in. If the server has still to be told of an earlier sign-out, that comes first. This device remembers who signed in.
    ///
    /// # Errors
    /// Why nobody was signed in.
    pub async fn enter(self, login: &str, password: &str, computer: Computer) -> Result<Person, NotSignedIn> {
        if let Some(owed) = self.owed {
            owed.told().await;
        }
        let arrival = sync::sign_in(login, password, computer).await?;
        // The new session took the place of the one that was to end.
        shelf::owe_sign_out(false);
        shelf::remember_signed_in(&arrival.who, computer);
        Ok(Person::arrived(arrival, computer).await)
    }

    /// The accounts that anybody may sign in as in the demo school; none at a real school, or while the server cannot be reached.
    pub async fn demo(self) -> Vec<Door> {
        sync::demo_doors().await
    }
}

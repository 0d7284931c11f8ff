//! The door in: signing in, for whoever is not signed in or not any more.

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
    /// Signs in, after the server was told of the end of the session before, where that is owed. This device remembers who came.
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

    /// Whom the demo school lets in; nobody at a real school, nor while the server cannot be reached.
    pub async fn demo(self) -> Vec<Door> {
        sync::demo_doors().await
    }
}

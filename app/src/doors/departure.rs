//! The door out: signing out, and what is to become of the commands that wait.

use super::{ClientHandle, Leaving, behind};
use domain::replica::Replica;
use leptos::prelude::*;

/// Signing out.
#[derive(Clone, Copy)]
pub struct Departure(ClientHandle);

/// The door out.
pub fn use_departure() -> Departure {
    Departure(behind())
}

impl Departure {
    /// Whether anything is unsent at this moment.
    pub fn is_anything_unsent(self) -> bool {
        self.0.client().peek(Replica::waiting) > 0
    }

    /// Whether commands that wait can be left here sealed, because this tab has the key. Whoever reads it tracks it.
    pub fn can_seal(self) -> bool {
        self.0.client().has_key.get()
    }

    /// Tries to connect and to send the commands that wait, and gets the key with which those that cannot be sent are sealed.
    pub async fn prepare(self) {
        self.0.client().prepare_to_leave().await;
    }

    /// Signs out, and loads the start page.
    pub async fn sign_out(self, leaving: Leaving) {
        self.0.client().sign_out(leaving).await;
    }
}

//! The door out: signing out, with what is to become of what waits.

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

    /// Whether what waits can be left here sealed: the key is at hand. Whoever asks follows it.
    pub fn can_seal(self) -> bool {
        self.0.client().has_key.get()
    }

    /// Sends what waits, if there is a connection or one can be had, and sees to it that what cannot be sent can be sealed.
    pub async fn prepare(self) {
        self.0.client().prepare_to_leave().await;
    }

    /// Signs out; the page is another one then.
    pub async fn sign_out(self, leaving: Leaving) {
        self.0.client().sign_out(leaving).await;
    }
}

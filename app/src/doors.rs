//! The doors of the app: what pages and components read, follow, ask and give, each by its name. Nobody in front of them knows the client, the
//! network or the database behind them.

mod account;
mod departure;
mod device;
mod dispatch;
#[cfg(feature = "teach")]
mod documents;
pub mod enrolment;
mod entrance;
#[cfg(feature = "teach")]
mod event_lines;
#[cfg(feature = "teach")]
mod history;
mod inbox;
mod notices;
mod place;
mod projection;
mod stored_events;

pub use crate::{client::Notice, storage::Leaving, storage::Stored, sync::NotDone, sync::NotSignedIn};
pub use account::use_account;
pub use departure::use_departure;
pub use device::{ThisDevice, use_device};
pub use dispatch::{Dispatch, use_dispatch};
#[cfg(feature = "teach")]
pub use documents::use_documents;
pub use entrance::{Entrance, use_entrance};
#[cfg(feature = "teach")]
pub use history::{History, use_history};
pub use inbox::use_inbox;
pub use notices::use_notices;
#[cfg(feature = "teach")]
pub use place::class_of_address;
pub use place::use_address;
#[cfg(feature = "teach")]
pub use projection::Projections;
pub use projection::{use_projection, use_projections};
#[cfg(feature = "learn")]
pub use stored_events::StoredEvents;
pub use stored_events::use_stored_events;

use crate::client::Client;
use leptos::prelude::*;
use std::rc::Rc;

/// The client as the doors have it: a handle that can be copied into closures.
#[derive(Clone, Copy)]
struct ClientHandle(StoredValue<Rc<Client>, LocalStorage>);

impl ClientHandle {
    fn client(self) -> Rc<Client> {
        self.0.get_value()
    }
}

/// Opens the doors: pages below have this client behind them.
pub fn open(client: Rc<Client>) {
    provide_context(ClientHandle(StoredValue::new_local(client)));
}

/// The client of whoever is signed in.
///
/// # Panics
/// Outside the signed-in part of the app.
fn behind() -> ClientHandle {
    use_context::<ClientHandle>().expect("only pages of somebody signed in read or ask")
}

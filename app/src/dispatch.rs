//! The two doors for pages: `use_projection` to read, `use_dispatch` to ask.

use crate::client::Client;
use domain::{
    command::{Command, Refusal},
    event::Event,
    replica::Replica,
};
use leptos::prelude::*;
use std::rc::Rc;

/// The client as pages have it: a handle that can be copied into closures.
#[derive(Clone, Copy)]
pub struct ClientHandle(StoredValue<Rc<Client>, LocalStorage>);

/// Makes a client the one that pages below use.
pub fn provide_client(client: Rc<Client>) {
    provide_context(ClientHandle(StoredValue::new_local(client)));
}

/// The client of whoever is signed in.
///
/// # Panics
/// Outside the signed-in part of the app.
pub fn use_client() -> Rc<Client> {
    use_session().0.get_value()
}

fn use_session() -> ClientHandle {
    use_context::<ClientHandle>().expect("only pages of somebody signed in read or ask")
}

/// A value read from what is shown; changes when what it reads from does.
pub fn use_projection<T>(read: impl Fn(&Replica) -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Clone + Send + Sync + 'static,
{
    let session = use_session();
    Memo::new(move |_| session.0.with_value(|client| client.read(&read)))
}

/// What pages give commands with.
#[derive(Clone, Copy)]
pub struct Dispatch(ClientHandle);

/// The door for commands.
pub fn use_dispatch() -> Dispatch {
    Dispatch(use_session())
}

impl Dispatch {
    /// Gives a command; what follows is shown at once.
    ///
    /// # Errors
    /// The refusal; then nothing is stored or sent.
    pub fn send(&self, command: &Command) -> Result<Vec<Event>, Refusal> {
        self.0.0.get_value().dispatch(command)
    }

    /// Reads what is shown at this moment, without following it.
    pub fn peek<T>(&self, read: impl FnOnce(&Replica) -> T) -> T {
        self.0.0.get_value().peek(read)
    }
}

//! The third door for pages: the whole history of a class, read from what is stored on this device, and followed as it grows.

use crate::{client::Client, dispatch::use_client};
use domain::{feeds::Feed, ids::ClassId, projections::journal::Journal};
use leptos::{prelude::*, task::spawn_local};
use std::rc::Rc;

/// The history of a class as pages have it.
#[derive(Clone, Copy)]
pub struct History {
    journal: StoredValue<Journal, LocalStorage>,
    /// How many events the journal holds; pages follow it.
    read: RwSignal<usize>,
    /// Everything that was stored when the page opened has been read.
    ready: RwSignal<bool>,
}

/// The history of a class. It is read once for all pages and then kept up to date.
pub fn use_history(class: ClassId) -> History {
    let client = use_client();
    let history = History { journal: StoredValue::new_local(Journal::of(class)), read: RwSignal::new(0), ready: RwSignal::new(false) };
    let reading = StoredValue::new_local(false);
    Effect::new(move |_| {
        let had = client.read(|replica| replica.marks().get(&Feed::Staff(class)).map_or(0, |mark| mark.after));
        if had > history.read.get_untracked() as u64 && !reading.get_value() {
            reading.set_value(true);
            let client = client.clone();
            spawn_local(async move {
                history.read_on(&client, class).await;
                reading.set_value(false);
            });
        }
    });
    history
}

impl History {
    /// Reads the journal, and follows it. None while it is being read for the first time.
    pub fn with<T>(self, read: impl FnOnce(&Journal) -> T) -> Option<T> {
        self.read.track();
        self.ready.get().then(|| self.journal.with_value(read))
    }

    /// How many events have been read.
    pub fn read(self) -> usize {
        self.read.get()
    }

    async fn read_on(self, client: &Rc<Client>, class: ClassId) {
        let after = self.read.get_untracked() as u64;
        let recorded = client.history(Feed::Staff(class), after).await;
        self.journal.update_value(|journal| recorded.into_iter().for_each(|recorded| journal.push(recorded)));
        self.read.set(self.journal.with_value(Journal::len));
        self.ready.set(true);
    }
}

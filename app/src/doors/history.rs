//! The door to the past: the whole history of a class, read from what is stored on this device, and kept up to date as it grows.

use super::behind;
use crate::client::Following;
use domain::{feeds::Feed, ids::ClassId, projections::journal::Journal};
use leptos::prelude::*;
use std::rc::Rc;

/// The history of a class as pages have it: a handle that can be copied into closures.
#[derive(Clone, Copy)]
pub struct History(StoredValue<Rc<Following>, LocalStorage>);

/// The history of a class. It is read once for all pages of the tab, and then kept up to date.
pub fn use_history(class: ClassId) -> History {
    let client = behind().client();
    let following = client.history(class);
    let history = History(StoredValue::new_local(following.clone()));
    Effect::new(move |_| {
        let mark = client.read(|replica| replica.marks().get(&Feed::Staff(class)).copied());
        following.compare(&client, mark);
    });
    history
}

impl History {
    /// Reads the journal and tracks it. `None` while it is being read for the first time.
    pub fn with<T>(self, read: impl FnOnce(&Journal) -> T) -> Option<T> {
        // A page that is gone reads nothing any more.
        self.0.try_get_value()?.with(read)
    }

    /// How many events have been read, of how many: for a bar while there is nothing else to show.
    pub fn progress(self) -> (u64, u64) {
        self.0.try_get_value().map_or((0, 0), |following| following.progress())
    }
}

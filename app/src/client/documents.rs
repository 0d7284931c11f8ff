//! Documents: fetched when the replica asks for them, asked for by pages, and notes that their writer takes back.

use super::Client;
#[cfg(feature = "teach")]
use crate::sync::NotDone;
use crate::sync::{self, Fetched};
use domain::{feeds::Feed, ids::ContentHash, replica::Incoming};
use std::rc::Rc;

impl Client {
    /// Fetches a document that a page needs, such as the key of an older edition, unless the replica has it.
    #[cfg(feature = "teach")]
    pub fn want(self: &Rc<Self>, hash: ContentHash) {
        let effects = self.replica.borrow_mut().want(hash);
        self.carry_out(effects);
    }

    /// Deletes the text of a note, on the server and here.
    ///
    /// # Errors
    /// When the server does not do it, or cannot be reached.
    #[cfg(feature = "teach")]
    pub async fn remove_note(self: Rc<Self>, note: ContentHash) -> Result<(), NotDone> {
        sync::remove_note(note).await?;
        self.step(Incoming::NoContent(note));
        Ok(())
    }

    pub(super) async fn fetch(self: Rc<Self>, hash: ContentHash) {
        match sync::content(hash).await {
            Fetched::Of(bytes) => self.step(Incoming::Content { hash, bytes: Some(&bytes) }),
            Fetched::NotNow => self.step(Incoming::Content { hash, bytes: None }),
            Fetched::NotThere => self.step(Incoming::NoContent(hash)),
        }
    }

    pub(super) async fn fetch_history(self: Rc<Self>, feed: Feed, after: u64, limit: u64) {
        let page = sync::history(&feed, after, limit).await;
        self.step(Incoming::History { feed, after, page: page.as_deref() });
    }
}

//! The door to documents: papers, keys and notes by their hashes.

use super::{ClientHandle, NotDone, behind};
use domain::ids::ContentHash;

/// Documents. What is at hand is read from what is shown.
#[derive(Clone, Copy)]
pub struct Documents(ClientHandle);

/// The door to documents.
pub fn use_documents() -> Documents {
    Documents(behind())
}

impl Documents {
    /// Fetches a document that a page needs, such as the key of an older edition, unless the replica has it.
    pub fn want(self, hash: ContentHash) {
        self.0.client().want(hash);
    }

    /// Deletes the text of a note, on the server and here.
    ///
    /// # Errors
    /// When the server does not do it, or cannot be reached.
    pub async fn remove_note(self, note: ContentHash) -> Result<(), NotDone> {
        self.0.client().remove_note(note).await
    }
}

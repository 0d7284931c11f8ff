//! Documents, fetched as they are wanted, stored as they come.

use crate::{
    command::Command,
    ids::ContentHash,
    replica::{
        Effect, NoteText, Purpose, Replica,
        documents::Reader,
        storage::{Change, Durability},
    },
};
use std::mem;

impl Replica {
    /// What a note says.
    pub fn note(&self, note: ContentHash) -> NoteText<'_> {
        self.documents.note(note, self.shown())
    }

    /// A page needs this document, such as the key of an older edition: it is fetched, unless it is at hand.
    pub fn want(&mut self, hash: ContentHash) -> Vec<Effect> {
        if self.documents.ask_for(hash) {
            self.fetch_missing();
        }
        mem::take(&mut self.effects)
    }

    /// Asks for the documents that this account works with and that are not here; deletes those that must not be here.
    pub(in crate::replica) fn fetch_missing(&mut self) {
        if !self.line.is_live() {
            return;
        }
        for hash in self.documents.misplaced(self.reader()) {
            let change = self.documents.forget(hash);
            self.store_document(change);
        }
        let wanted = self.documents.wanted(self.reader());
        self.effects.extend(self.documents.fetch(wanted).into_iter().map(Effect::Fetch));
    }

    /// Who wants documents.
    pub(in crate::replica) fn reader(&self) -> Reader<'_> {
        Reader { account: self.account, models: self.shown(), now: self.clock.time() }
    }

    /// A document came, or could not be had now.
    pub(in crate::replica) fn content(&mut self, hash: ContentHash, bytes: Option<&[u8]>) {
        if let Some(change) = bytes.and_then(|bytes| self.documents.came(hash, bytes)) {
            self.store_document(Some(change));
            self.show_again();
        }
    }

    /// The server has no such document, or not for this account.
    pub(in crate::replica) fn no_content(&mut self, hash: ContentHash) {
        let is_note = self.shown().directory.notes.has(hash);
        let change = self.documents.is_not_there(hash, is_note);
        self.store_document(change);
    }

    /// Keeps the text of a note that was just written, as a document.
    pub(in crate::replica) fn keep_note(&mut self, command: &Command) {
        let change = command.note().and_then(|note| self.documents.keep(note.document()));
        self.store_document(change);
    }

    /// Puts the notes in waiting commands into the library, also those that another tab took in.
    pub(in crate::replica) fn shelve_waiting_notes(&mut self) {
        self.outbox.notes().iter().for_each(|document| self.documents.shelve(document.hash, &document.bytes));
    }

    fn store_document(&mut self, change: Option<Change>) {
        if let Some(change) = change {
            self.store(Durability::Relaxed, vec![change], Purpose::Other);
        }
    }
}

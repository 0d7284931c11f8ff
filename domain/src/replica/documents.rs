//! The documents of a device: which of them are at hand, which this account works with, which are on their way, and which the server does not give.

use super::storage::Change;
use crate::{
    class::Assignment,
    content::Document,
    decision,
    ids::{AccountId, ContentHash},
    library::Library,
    projections::read_models::ReadModels,
    time::Timestamp,
};
use std::collections::BTreeSet;

/// What a note says, as far as it can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteText<'r> {
    /// Plain text.
    Here(&'r str),
    /// Somebody deleted it.
    Removed,
    /// It has not reached this device yet.
    NotYet,
}

/// For whom documents are wanted: what an account works with at a moment.
#[derive(Clone, Copy)]
pub(super) struct Reader<'m> {
    /// Whose device it is.
    pub(super) account: AccountId,
    /// What is shown.
    pub(super) models: &'m ReadModels,
    /// The school's time, as far as it is known here.
    pub(super) now: Option<Timestamp>,
}

/// What is known of documents.
#[derive(Debug, Default)]
pub(super) struct Documents {
    library: Library,
    fetching: BTreeSet<ContentHash>,
    /// Those at hand that are not in the database.
    unstored: BTreeSet<ContentHash>,
    /// Those that a page asked for.
    asked_for: BTreeSet<ContentHash>,
    /// Notes that the server no longer has.
    gone: BTreeSet<ContentHash>,
    /// Those that the server did not give to this account.
    withheld: BTreeSet<ContentHash>,
}

impl Documents {
    /// Those at hand.
    pub(super) fn library(&self) -> &Library {
        &self.library
    }

    /// What a note says.
    pub(super) fn note(&self, note: ContentHash, models: &ReadModels) -> NoteText<'_> {
        match self.library.note(note) {
            Some(text) => NoteText::Here(text),
            None if self.gone.contains(&note) || !models.directory.notes.has(note) => NoteText::Removed,
            None => NoteText::NotYet,
        }
    }

    /// A page needs this document; true if that is news.
    pub(super) fn ask_for(&mut self, hash: ContentHash) -> bool {
        !self.library.has(hash) && self.asked_for.insert(hash)
    }

    /// A document came: what to store of it, if it can be used.
    pub(super) fn came(&mut self, hash: ContentHash, bytes: &[u8]) -> Option<Change> {
        self.library.insert(hash, bytes).ok()?;
        self.fetching.remove(&hash);
        self.unstored.remove(&hash);
        self.asked_for.remove(&hash);
        Some(Change::Document { hash, bytes: bytes.to_vec() })
    }

    /// The server has no such document, or not for this account. A note may have been deleted: it is asked for no more, and forgotten. Anything else is
    /// asked for again when rights may have changed.
    pub(super) fn is_not_there(&mut self, hash: ContentHash, is_note: bool) -> Option<Change> {
        self.asked_for.remove(&hash);
        self.fetching.remove(&hash);
        if !is_note {
            self.withheld.insert(hash);
            return None;
        }
        self.gone.insert(hash);
        self.forget(hash)
    }

    /// The text of a note that was just written is in its command: kept as a document, so that it is there when the command is settled.
    pub(super) fn keep(&mut self, document: Document) -> Option<Change> {
        self.library.insert(document.hash, &document.bytes).ok()?;
        Some(Change::Document { hash: document.hash, bytes: document.bytes })
    }

    /// Puts a document into the library that is stored already, or is in a waiting command.
    pub(super) fn shelve(&mut self, hash: ContentHash, bytes: &[u8]) {
        if !self.library.has(hash) {
            // One that cannot be used is fetched again.
            _ = self.library.insert(hash, bytes);
        }
    }

    /// The database was made anew: those of these documents that are at hand have to be fetched once more, to be stored.
    pub(super) fn are_not_stored(&mut self, wanted: BTreeSet<ContentHash>) {
        self.unstored = wanted;
    }

    /// Rights may have changed: what was withheld may be had now.
    pub(super) fn ask_again(&mut self) {
        self.withheld.clear();
    }

    /// What was asked for may never be answered: it may be asked for again.
    pub(super) fn give_up_waiting(&mut self) {
        self.fetching.clear();
    }

    /// Documents that must not be here: notes that were deleted, or that this account may no longer read; and documents of units that open later, which an
    /// earlier build kept, so that nobody looks them up before.
    pub(super) fn misplaced(&self, reader: Reader<'_>) -> Vec<ContentHash> {
        let notes = &reader.models.directory.notes;
        let removed = self.library.notes().filter(|note| !notes.has(*note));
        removed.chain(self.held_too_early(reader)).collect()
    }

    fn held_too_early(&self, reader: Reader<'_>) -> Vec<ContentHash> {
        let directory = &reader.models.directory;
        let assigned = directory.classes_of_student(reader.account).flat_map(|(_, members)| &members.units);
        let editions_of = |course| directory.course(course).map_or(&[][..], |entry| &entry.contents.editions);
        let later = assigned.filter(|(_, assignment)| !reader.is_open(assignment)).flat_map(|(unit, assignment)| {
            let editions = editions_of(assignment.course).iter();
            editions.flat_map(move |edition| edition.keys.get(unit).copied().into_iter().chain([edition.paper]))
        });
        let wanted = self.wanted(reader);
        later.filter(|document| self.library.has(*document) && !wanted.contains(document)).collect()
    }

    /// Forgets a document: what to change in the database, if it was here.
    pub(super) fn forget(&mut self, hash: ContentHash) -> Option<Change> {
        self.library.has(hash).then(|| {
            self.library.remove(hash);
            Change::ForgetDocument(hash)
        })
    }

    /// What of the documents that are wanted is to be fetched now: what is neither here nor on its way.
    pub(super) fn fetch(&mut self, wanted: BTreeSet<ContentHash>) -> Vec<ContentHash> {
        let here = |hash: &ContentHash| self.library.has(*hash) && !self.unstored.contains(hash);
        let missing: Vec<ContentHash> = wanted.into_iter().filter(|hash| !here(hash) && !self.fetching.contains(hash)).collect();
        self.fetching.extend(&missing);
        missing
    }

    /// What an account works with, and what a page asked for, as far as the server gives it.
    pub(super) fn wanted(&self, reader: Reader<'_>) -> BTreeSet<ContentHash> {
        let mut wanted = reader.works_with();
        wanted.extend(&self.asked_for);
        wanted.retain(|hash| !self.gone.contains(hash) && !self.withheld.contains(hash));
        wanted
    }
}

impl Reader<'_> {
    /// Whether a unit has opened by now, by the school's clock as far as it is known here: before, nobody asks for its documents.
    fn is_open(&self, assignment: &Assignment) -> bool {
        assignment.from.is_none_or(|from| self.now.is_none_or(|now| from <= now))
    }

    /// The documents that this account works with. For a student: the newest papers and keys of assigned units, from their opening on. For a teacher of any
    /// class: the newest paper of every course known here, and the newest papers and keys of the class's units. For both: what open attempts are pinned to, and
    /// the notes.
    fn works_with(&self) -> BTreeSet<ContentHash> {
        let directory = &self.models.directory;
        let mut wanted = BTreeSet::new();
        let newest = |course| Some(directory.course(course)?.contents.editions.last()?.paper);
        for (class, members) in directory.classes_of_student(self.account) {
            for (unit, course) in
                members.units.iter().filter(|(_, assignment)| self.is_open(assignment)).map(|(unit, of)| (*unit, of.course))
            {
                wanted.extend(newest(course));
                wanted
                    .extend(decision::newest_edition(directory, class, unit).into_iter().flat_map(|edition| [edition.paper, edition.key]));
            }
        }
        for (class, members) in directory.classes_of_teacher(self.account) {
            wanted.extend(directory.courses().filter_map(|(course, _)| newest(course)));
            let editions = members.units.keys().filter_map(|unit| decision::newest_edition(directory, class, *unit));
            wanted.extend(editions.flat_map(|edition| [edition.paper, edition.key]));
        }
        let pinned = self.models.attempts.values().filter_map(|attempt| Some(attempt.work()?.edition));
        wanted.extend(pinned.flat_map(|edition| [edition.paper, edition.key]));
        wanted.extend(directory.notes.of_student(self.account).map(|(_, noted)| noted.note));
        for (class, _) in directory.classes_of_teacher(self.account) {
            wanted.extend(directory.notes.of_class(class).map(|(_, noted)| noted.note));
        }
        wanted
    }
}

//! Documents: which of them this account works with, which are on their way, and which the server has no more.

use super::{
    Effect, Purpose, Replica,
    storage::{Change, Durability},
};
use crate::{class::Assignment, command::Command, decision, ids::ContentHash};
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

impl Replica {
    /// What a note says.
    pub fn note(&self, note: ContentHash) -> NoteText<'_> {
        match self.library.note(note) {
            Some(text) => NoteText::Here(text),
            None if self.gone.contains(&note) || !self.shown().directory.notes.has(note) => NoteText::Removed,
            None => NoteText::NotYet,
        }
    }

    /// A page needs this document, such as the key of an older edition: it is fetched, unless it is at hand.
    pub fn want(&mut self, hash: ContentHash, effects: &mut Vec<Effect>) {
        if !self.library.has(hash) && self.asked_for.insert(hash) {
            self.fetch_missing(effects);
        }
    }

    pub(super) fn content(&mut self, hash: ContentHash, bytes: Option<&[u8]>, effects: &mut Vec<Effect>) {
        let Some(bytes) = bytes else { return };
        if self.library.insert(hash, bytes).is_ok() {
            self.fetching.remove(&hash);
            self.unstored.remove(&hash);
            self.asked_for.remove(&hash);
            let change = Change::Document { hash, bytes: bytes.to_vec() };
            self.store(Durability::Relaxed, vec![change], Purpose::Other, effects);
            self.show_again();
        }
    }

    /// The server has no such document, or not for this account. A note may have been deleted: it is asked for no more. Anything else is asked for
    /// again when rights may have changed.
    pub(super) fn no_content(&mut self, hash: ContentHash, effects: &mut Vec<Effect>) {
        self.asked_for.remove(&hash);
        self.fetching.remove(&hash);
        if !self.shown().directory.notes.has(hash) {
            self.withheld.insert(hash);
            return;
        }
        self.gone.insert(hash);
        self.forget_document(hash, effects);
    }

    /// Notes that were taken back, or that this account may not read any more, are not kept here either.
    fn forget_removed_notes(&mut self, effects: &mut Vec<Effect>) {
        let notes = &self.shown().directory.notes;
        let removed: Vec<ContentHash> = self.library.notes().filter(|note| !notes.has(*note)).collect();
        removed.into_iter().for_each(|note| self.forget_document(note, effects));
    }

    fn forget_document(&mut self, hash: ContentHash, effects: &mut Vec<Effect>) {
        if self.library.has(hash) {
            self.library.remove(hash);
            self.store(Durability::Relaxed, vec![Change::ForgetDocument(hash)], Purpose::Other, effects);
        }
    }

    /// Rights may have changed: what was withheld may be had now.
    pub(super) fn ask_again(&mut self) {
        self.withheld.clear();
    }

    /// The text of a note that was just written is in its command: kept as a document, so that it is there when the command is settled.
    pub(super) fn keep_note(&mut self, command: &Command, effects: &mut Vec<Effect>) {
        let Some(note) = command.note() else { return };
        let document = note.document();
        if self.library.insert(document.hash, &document.bytes).is_ok() {
            let change = Change::Document { hash: document.hash, bytes: document.bytes };
            self.store(Durability::Relaxed, vec![change], Purpose::Other, effects);
        }
    }

    /// The texts of notes that wait, also of those that another tab took in.
    pub(super) fn shelve_waiting_notes(&mut self) {
        for document in self.outbox.iter().filter_map(|pending| Some(pending.command()?.note()?.document())) {
            // A note always reads as one.
            _ = self.library.insert(document.hash, &document.bytes);
        }
    }

    /// Whether a unit has opened by now, by the school's clock as far as it is known here: before, nobody asks for its documents.
    fn is_open(&self, assignment: &Assignment) -> bool {
        assignment.from.is_none_or(|from| self.clock.time().is_none_or(|now| from <= now))
    }

    /// What an earlier build kept of units that open later is not kept here: nobody looks them up before.
    fn forget_what_opens_later(&mut self, effects: &mut Vec<Effect>) {
        let directory = &self.shown().directory;
        let assigned = directory.classes_of_student(self.account).flat_map(|(_, members)| &members.units);
        let editions_of = |course| directory.course(course).map_or(&[][..], |entry| &entry.contents.editions);
        let later = assigned.filter(|(_, assignment)| !self.is_open(assignment)).flat_map(|(unit, assignment)| {
            let editions = editions_of(assignment.course).iter();
            editions.flat_map(move |edition| edition.keys.get(unit).copied().into_iter().chain([edition.paper]))
        });
        let wanted = self.wanted();
        let held: Vec<ContentHash> = later.filter(|document| self.library.has(*document) && !wanted.contains(document)).collect();
        held.into_iter().for_each(|document| self.forget_document(document, effects));
    }

    /// Asks for the documents that this account works with and that are not here.
    pub(super) fn fetch_missing(&mut self, effects: &mut Vec<Effect>) {
        if !self.line.is_live() {
            return;
        }
        self.forget_removed_notes(effects);
        self.forget_what_opens_later(effects);
        let here = |hash: &ContentHash| self.library.has(*hash) && !self.unstored.contains(hash);
        let missing: Vec<ContentHash> = self.wanted().into_iter().filter(|hash| !here(hash) && !self.fetching.contains(hash)).collect();
        for hash in missing {
            self.fetching.insert(hash);
            effects.push(Effect::Fetch(hash));
        }
    }

    /// Of each course that a class works with the newest paper, of each unit the newest key, for a student from its opening on; whatever open
    /// attempts are pinned to, the notes, and what a page asked for.
    pub(super) fn wanted(&self) -> BTreeSet<ContentHash> {
        let models = self.shown();
        let directory = &models.directory;
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
        let pinned = models.attempts.values().filter_map(|attempt| Some(attempt.work()?.edition));
        wanted.extend(pinned.flat_map(|edition| [edition.paper, edition.key]));
        wanted.extend(directory.notes.of_student(self.account).map(|(_, noted)| noted.note));
        for (class, _) in directory.classes_of_teacher(self.account) {
            wanted.extend(directory.notes.of_class(class).map(|(_, noted)| noted.note));
        }
        wanted.extend(&self.asked_for);
        wanted.retain(|hash| !self.gone.contains(hash) && !self.withheld.contains(hash));
        wanted
    }
}

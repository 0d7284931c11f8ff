//! Notes: what teachers told students, by class and student. The texts are documents, named here by their hashes.

use crate::{
    class,
    event::Recorded,
    ids::{AccountId, ClassId, ContentHash},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// The document.
    pub note: ContentHash,
    /// When it was recorded; while it waits, when it was written.
    pub at: Timestamp,
    /// Who wrote it.
    pub by: AccountId,
}

/// The fold, of as many classes and students as the reader may know of. Part of the directory.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Notes {
    by_class: BTreeMap<ClassId, BTreeMap<AccountId, Vec<Noted>>>,
}

impl Notes {
    /// Folds one event of a class.
    pub fn fold(&mut self, class: ClassId, recorded: &Recorded, event: &class::Event) {
        match event {
            class::Event::NoteWritten { student, note } => {
                let noted = Noted { note: *note, at: recorded.recorded, by: recorded.actor };
                self.by_class.entry(class).or_default().entry(*student).or_default().push(noted);
            }
            class::Event::NoteRemoved { student, note } => {
                if let Some(notes) = self.by_class.get_mut(&class).and_then(|students| students.get_mut(student)) {
                    notes.retain(|noted| noted.note != *note);
                }
            }
            class::Event::ClassOpened { .. }
            | class::Event::TeacherAppointed { .. }
            | class::Event::TeacherDismissed { .. }
            | class::Event::StudentEnrolled { .. }
            | class::Event::StudentRemoved { .. }
            | class::Event::UnitAssigned { .. }
            | class::Event::AssignmentEnded { .. }
            | class::Event::EnrolmentOpened { .. }
            | class::Event::EnrolmentClosed {} => {}
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_class.is_empty()
    }

    /// The notes to a student in a class, oldest first.
    pub fn to(&self, class: ClassId, student: AccountId) -> &[Noted] {
        self.by_class.get(&class).and_then(|students| students.get(&student)).map_or(&[], Vec::as_slice)
    }

    /// The notes to a student, class by class.
    pub fn of_student(&self, student: AccountId) -> impl Iterator<Item = (ClassId, &Noted)> {
        self.by_class.iter().flat_map(move |(class, students)| students.get(&student).into_iter().flatten().map(|noted| (*class, noted)))
    }

    /// The notes in a class, student by student.
    pub fn of_class(&self, class: ClassId) -> impl Iterator<Item = (AccountId, &Noted)> {
        let students = self.by_class.get(&class).into_iter().flatten();
        students.flat_map(|(student, notes)| notes.iter().map(|noted| (*student, noted)))
    }

    /// The class in which a note was written.
    pub fn class_of(&self, note: ContentHash) -> Option<ClassId> {
        let mut classes = self.by_class.iter();
        classes.find(|(_, students)| students.values().flatten().any(|noted| noted.note == note)).map(|(class, _)| *class)
    }

    /// Whether a document is a note that stands.
    pub fn has(&self, document: ContentHash) -> bool {
        self.by_class.values().flat_map(BTreeMap::values).flatten().any(|noted| noted.note == document)
    }
}

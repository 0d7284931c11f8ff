//! The documents at hand: papers, keys and notes by hash, read once and shared.

use crate::{
    attempt::{EditionRef, UnitContent},
    content::{Corrections, Paper, UnitKey},
    ids::{AccountId, ContentHash, UnitId},
};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc};

/// Papers, keys and notes by hash.
#[derive(Debug, Clone, Default)]
pub struct Library {
    papers: BTreeMap<ContentHash, Arc<Paper>>,
    keys: BTreeMap<ContentHash, Arc<UnitKey>>,
    notes: BTreeMap<ContentHash, Arc<str>>,
}

/// A note as it is stored. Other fields are not allowed, so that a document of another kind, which happens to have these, is not taken for a note.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Noted {
    note: String,
    #[serde(rename = "salt")]
    _salt: AccountId,
}

/// The bytes are not the document that was asked for, or not one that this build can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the document cannot be used: its hash is another, or this program is too old for it")]
pub struct NotUsable;

impl Library {
    /// Takes in a document after comparing its hash.
    ///
    /// # Errors
    /// When the bytes have another hash, or are no paper, no key and no note.
    pub fn insert(&mut self, hash: ContentHash, bytes: &[u8]) -> Result<(), NotUsable> {
        if ContentHash::of(bytes) != hash {
            return Err(NotUsable);
        }
        if let Ok(paper) = serde_json::from_slice::<Paper>(bytes) {
            self.papers.insert(hash, Arc::new(paper));
            return Ok(());
        }
        if let Ok(key) = serde_json::from_slice::<UnitKey>(bytes) {
            self.keys.insert(hash, Arc::new(key));
            return Ok(());
        }
        let noted = serde_json::from_slice::<Noted>(bytes).map_err(|_| NotUsable)?;
        self.notes.insert(hash, noted.note.into());
        Ok(())
    }

    /// Whether a document is at hand.
    pub fn has(&self, hash: ContentHash) -> bool {
        self.papers.contains_key(&hash) || self.keys.contains_key(&hash) || self.notes.contains_key(&hash)
    }

    /// A paper.
    pub fn paper(&self, hash: ContentHash) -> Option<&Arc<Paper>> {
        self.papers.get(&hash)
    }

    /// The key of a unit.
    pub fn key(&self, hash: ContentHash) -> Option<&Arc<UnitKey>> {
        self.keys.get(&hash)
    }

    /// The text of a note.
    pub fn note(&self, hash: ContentHash) -> Option<&Arc<str>> {
        self.notes.get(&hash)
    }

    /// The documents that are notes.
    pub fn notes(&self) -> impl Iterator<Item = ContentHash> + '_ {
        self.notes.keys().copied()
    }

    /// A unit as an edition has it, if both its documents are at hand.
    pub fn unit(&self, edition: &EditionRef, unit: UnitId) -> Option<UnitContent<'_>> {
        let paper = self.papers.get(&edition.paper)?;
        let key = self.keys.get(&edition.key)?;
        let fits = key.unit == unit && paper.course == edition.course;
        fits.then_some(UnitContent {
            unit: paper.unit(unit)?,
            key,
            decimal_comma: paper.decimal_comma,
            edition: edition.number,
            corrections: Corrections::none(),
        })
    }

    /// Lets go of a document.
    pub fn remove(&mut self, hash: ContentHash) {
        self.papers.remove(&hash);
        self.keys.remove(&hash);
        self.notes.remove(&hash);
    }
}

//! The documents at hand: papers and keys by hash, read once and shared.

use crate::{
    attempt::{EditionRef, UnitContent},
    content::{Paper, UnitKey},
    ids::{ContentHash, UnitId},
};
use std::{collections::BTreeMap, sync::Arc};

/// Papers and keys by hash.
#[derive(Debug, Clone, Default)]
pub struct Library {
    papers: BTreeMap<ContentHash, Arc<Paper>>,
    keys: BTreeMap<ContentHash, Arc<UnitKey>>,
}

/// The bytes are not the document that was asked for, or not one that this build can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the document cannot be used: its hash is another, or this program is too old for it")]
pub struct NotUsable;

impl Library {
    /// Takes in a document after comparing its hash.
    ///
    /// # Errors
    /// When the bytes have another hash, or are neither a paper nor a key.
    pub fn insert(&mut self, hash: ContentHash, bytes: &[u8]) -> Result<(), NotUsable> {
        if ContentHash::of(bytes) != hash {
            return Err(NotUsable);
        }
        if let Ok(paper) = serde_json::from_slice::<Paper>(bytes) {
            self.papers.insert(hash, Arc::new(paper));
            return Ok(());
        }
        let key = serde_json::from_slice::<UnitKey>(bytes).map_err(|_| NotUsable)?;
        self.keys.insert(hash, Arc::new(key));
        Ok(())
    }

    /// Whether a document is at hand.
    pub fn has(&self, hash: ContentHash) -> bool {
        self.papers.contains_key(&hash) || self.keys.contains_key(&hash)
    }

    /// A paper.
    pub fn paper(&self, hash: ContentHash) -> Option<&Arc<Paper>> {
        self.papers.get(&hash)
    }

    /// The key of a unit.
    pub fn key(&self, hash: ContentHash) -> Option<&Arc<UnitKey>> {
        self.keys.get(&hash)
    }

    /// A unit as an edition has it, if both its documents are at hand.
    pub fn unit(&self, edition: &EditionRef, unit: UnitId) -> Option<UnitContent<'_>> {
        let paper = self.papers.get(&edition.paper)?;
        let key = self.keys.get(&edition.key)?;
        let fits = key.unit == unit && paper.course == edition.course;
        fits.then_some(UnitContent {
            section: paper.section(unit)?,
            key,
            decimal_comma: paper.decimal_comma,
            edition: edition.number,
            corrections: &[],
        })
    }

    /// Lets go of a document.
    pub fn remove(&mut self, hash: ContentHash) {
        self.papers.remove(&hash);
        self.keys.remove(&hash);
    }
}

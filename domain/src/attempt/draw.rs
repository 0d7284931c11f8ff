//! Drawing a question: the same on every machine, from the attempt and the ordinal alone.

use crate::{
    content::Section,
    ids::{AttemptId, QuestionId},
};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Draws the question with this ordinal: uniform among the questions of the section that are not among the last
/// ⌊0.9 × N⌋ assigned, N being the number of questions. None for a section without questions.
pub fn draw(attempt: AttemptId, ordinal: u32, section: &Section, last_assigned: &BTreeMap<QuestionId, u32>) -> Option<QuestionId> {
    let rest = (section.questions.len() * 9 / 10) as u32;
    let rested = |id: &QuestionId| last_assigned.get(id).is_none_or(|last| last.saturating_add(rest) < ordinal);
    let candidates: Vec<QuestionId> = section.questions.iter().map(|question| question.id).filter(rested).collect();
    (!candidates.is_empty()).then(|| candidates[uniform(attempt, ordinal, candidates.len() as u64) as usize])
}

/// A number below `bound`, uniform over attempts and ordinals: the first 64-bit word of SHA-256(attempt ‖ ordinal ‖ round)
/// that lies below the largest multiple of `bound`, modulo `bound`.
fn uniform(attempt: AttemptId, ordinal: u32, bound: u64) -> u64 {
    let limit = u64::MAX - u64::MAX % bound;
    (0_u32..)
        .map(|round| {
            let digest =
                Sha256::new().chain_update(attempt.0.as_bytes()).chain_update(ordinal.to_be_bytes()).chain_update(round.to_be_bytes());
            u64::from_be_bytes(digest.finalize()[..8].try_into().expect("a digest has more than 8 bytes"))
        })
        .find(|word| *word < limit)
        .map(|word| word % bound)
        .expect("a word below the limit comes within few rounds")
}

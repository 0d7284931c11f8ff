//! Drawing a question: the same on every machine, from the attempt and the ordinal alone.

use crate::{
    content::{Question, Unit},
    ids::{AttemptId, QuestionId},
};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Draws the question with this ordinal: uniform among the questions of the unit that are not among the last
/// ⌊0.9 × N⌋ assigned, N being the number of questions. None for a unit without questions.
pub fn draw(attempt: AttemptId, ordinal: u32, unit: Unit<'_>, last_assigned: &BTreeMap<QuestionId, u32>) -> Option<QuestionId> {
    let drawn_from = drawn_from(unit);
    let rest = (drawn_from.len() * 9 / 10) as u32;
    let rested = |id: &QuestionId| last_assigned.get(id).is_none_or(|last| last.saturating_add(rest) < ordinal);
    let candidates: Vec<QuestionId> = drawn_from.iter().map(|question| question.id).filter(rested).collect();
    (!candidates.is_empty()).then(|| candidates[uniform(attempt, ordinal, candidates.len() as u64) as usize])
}

/// The first question from this ordinal on that may be drawn, with its ordinal. Ordinals whose question is dropped are passed over, so that every other ordinal
/// has the same question for all who know of the dropping and for those who do not yet. If all questions are dropped, none is passed over.
pub fn next(
    attempt: AttemptId,
    ordinal: u32,
    unit: Unit<'_>,
    mut last_assigned: BTreeMap<QuestionId, u32>,
    is_dropped: impl Fn(QuestionId) -> bool,
) -> Option<(u32, QuestionId)> {
    let none_left = drawn_from(unit).iter().all(|question| is_dropped(question.id));
    for ordinal in ordinal.. {
        let question = draw(attempt, ordinal, unit, &last_assigned)?;
        if none_left || !is_dropped(question) {
            return Some((ordinal, question));
        }
        last_assigned.insert(question, ordinal);
    }
    None
}

/// When each question was last drawn before this ordinal, including those that were passed over.
pub fn drawn_before(attempt: AttemptId, ordinal: u32, unit: Unit<'_>) -> BTreeMap<QuestionId, u32> {
    let drawn_from = drawn_from(unit);
    let rest = drawn_from.len() * 9 / 10;
    // By their places in the unit, in its order; so that each ordinal costs one draw, however many there are.
    let mut candidates: Vec<usize> = (0..drawn_from.len()).collect();
    let mut drawn: Vec<usize> = Vec::new();
    let mut last_assigned = BTreeMap::new();
    for earlier in 1..ordinal {
        if let Some(rested) = drawn.len().checked_sub(rest + 1).map(|index| drawn[index]) {
            let place = candidates.partition_point(|other| *other < rested);
            candidates.insert(place, rested);
        }
        if candidates.is_empty() {
            break;
        }
        let place = candidates.remove(uniform(attempt, earlier, candidates.len() as u64) as usize);
        drawn.push(place);
        last_assigned.insert(drawn_from[place].id, earlier);
    }
    last_assigned
}

/// What a question is drawn from. Another kind of unit may draw otherwise; a section draws from all that it has.
fn drawn_from(unit: Unit<'_>) -> &[Question] {
    match unit {
        Unit::Section(section) => &section.questions,
    }
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

//! Rungs: the digests kept at some numbers of each feed, dense near the end and sparse before, by which the server finds where the device's events differ from
//! its own.

use crate::digest::Digest;

/// The most rungs in an answer.
const RUNGS_MAX: usize = 64;
/// Of them, the last ones, which are kept without gaps.
const RUNGS_DENSE: usize = 32;
/// When there are more, the older ones are thinned out.
const RUNGS_KEPT_MAX: usize = 128;

/// Digests of a feed by number, ascending.
pub(in crate::replica) type Rungs = Vec<(u64, Digest)>;

/// Notes one more rung. When there are too many, every other of the older ones is dropped, so that the oldest are the sparsest.
pub(super) fn note_rung(rungs: &mut Rungs, number: u64, digest: Digest) {
    rungs.push((number, digest));
    if rungs.len() > RUNGS_KEPT_MAX {
        let old = rungs.len() - RUNGS_DENSE;
        let mut index = 0;
        rungs.retain(|_| {
            index += 1;
            index > old || index % 2 == 0
        });
    }
}

/// The rungs for an answer, at most as many as it may have: the last ones, and some of those before, at even distances.
pub(super) fn chosen(rungs: &Rungs) -> Rungs {
    let (old, dense) = rungs.split_at(rungs.len().saturating_sub(RUNGS_DENSE));
    let step = old.len().div_ceil(RUNGS_MAX - RUNGS_DENSE).max(1);
    old.iter().step_by(step).chain(dense).copied().collect()
}

//! What became of folding a piece of a feed's history.

/// What became of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::replica) enum Folded {
    /// Events are missing between those that are here and its first.
    Hole,
    /// It cannot be read, or its digest is another.
    Damaged,
    /// All its events are here already.
    Had,
    /// At least one of its events is new here.
    New {
        /// How many it holds.
        count: u64,
    },
}

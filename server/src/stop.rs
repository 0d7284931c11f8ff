//! Why the program ends, said to whoever started it.

/// Why the program ends, in one sentence or two: what happened, what is safe, what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Stop(pub String);

impl Stop {
    /// Says so.
    pub fn because(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

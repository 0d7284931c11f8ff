//! The shape that every aggregate has: a state, what may be done to it, and what follows.

/// An aggregate: its initial state is its `Default`.
pub trait Decider: Default {
    /// What can be asked, in the imperative.
    type Command;
    /// What can have happened, in the past tense.
    type Event;
    /// Why a command can be turned down; shown to people.
    type Refusal;
    /// What the aggregate must be told of the world outside its own stream.
    type Facts<'f>;

    /// The only place that says no. An empty list is a quiet yes: what was asked for is so already.
    fn decide(&self, command: &Self::Command, facts: &Self::Facts<'_>) -> Result<Vec<Self::Event>, Self::Refusal>;

    /// What the state is after an event. Never fails: what happened, happened.
    #[must_use]
    fn evolve(self, event: &Self::Event) -> Self;

    /// The state after a whole history.
    #[must_use]
    fn replay<'e>(events: impl IntoIterator<Item = &'e Self::Event>) -> Self
    where
        Self::Event: 'e,
    {
        events.into_iter().fold(Self::default(), Self::evolve)
    }
}

//! Given what happened, when something is asked, then this follows: for every aggregate alike.

use domain::decider::Decider;
use std::fmt::Debug;

/// An aggregate with a past.
pub struct Given<D: Decider> {
    /// Its state.
    pub state: D,
    facts: D::Facts<'static>,
}

/// What was decided.
pub struct Decided<D: Decider> {
    state: D,
    command: D::Command,
    facts: D::Facts<'static>,
    decided: Result<Vec<D::Event>, D::Refusal>,
}

impl<D: Decider> Given<D> {
    /// An aggregate after these events, in a world where these facts hold.
    pub fn new(history: impl IntoIterator<Item = D::Event>, facts: D::Facts<'static>) -> Self {
        let history: Vec<D::Event> = history.into_iter().collect();
        Self { state: D::replay(&history), facts }
    }

    /// Other facts hold.
    pub fn where_(mut self, change: impl FnOnce(&mut D::Facts<'static>)) -> Self {
        change(&mut self.facts);
        self
    }

    /// Something is asked.
    pub fn when(self, command: D::Command) -> Decided<D> {
        let decided = self.state.decide(&command, &self.facts);
        Decided { state: self.state, command, facts: self.facts, decided }
    }
}

impl<D: Decider + Clone> Decided<D>
where
    D::Event: Debug + PartialEq,
    D::Refusal: Debug + PartialEq,
{
    /// It acts: exactly this happens. Asked again, it writes nothing.
    #[track_caller]
    pub fn then(self, events: impl IntoIterator<Item = D::Event>) {
        let events: Vec<D::Event> = events.into_iter().collect();
        assert!(!events.is_empty(), "say `then_nothing` for a quiet yes");
        assert_eq!(self.decided.as_ref(), Ok(&events));
        let after = events.iter().fold(self.state, D::evolve);
        let again = after.decide(&self.command, &self.facts).unwrap_or_default();
        assert_eq!(again, vec![], "asked twice it must write nothing the second time");
    }

    /// It stays quiet: it is so already.
    #[track_caller]
    pub fn then_nothing(self) {
        assert_eq!(self.decided, Ok(vec![]));
    }

    /// It refuses.
    #[track_caller]
    pub fn then_refused(self, why: D::Refusal) {
        assert_eq!(self.decided, Err(why));
    }
}

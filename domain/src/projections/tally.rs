//! The tally of an attempt's events: answered, right, streak, where it stands. Shared by the read models that count work.

use crate::{
    attempt::{self, Judgement, Reckoning, rule::step},
    content::Rule,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Where somebody's work stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Standing {
    /// Nothing has begun.
    #[default]
    NotStarted,
    /// At work.
    Working,
    /// At a stumbling block.
    Stuck,
    /// The section is finished, the drill passed.
    Finished,
}

/// Counts over one unit (all runs of it) or over all of a student's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// First answers to assigned questions.
    pub answered: u32,
    /// Those of them that were right.
    pub right: u32,
    /// The runs that were finished or passed.
    pub finished_runs: u32,
    /// When it was last worked on.
    pub last: Timestamp,
    /// The latest run; none before the first.
    latest: Option<Latest>,
}

/// Where the latest run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Latest {
    /// Counts from 1.
    run: u32,
    rule: Rule,
    reckoning: Reckoning,
    /// The question being worked on has no answer yet, and was not looked up.
    untouched: bool,
}

impl Tally {
    /// Folds one event of an attempt, the one with this run. Being graded again is no work.
    pub fn fold(&mut self, run: u32, at: Timestamp, event: &attempt::Event) {
        if let Some(regraded) = event.regraded() {
            return self.regraded(run, regraded);
        }
        if let Some((_, rule)) = event.begun() {
            self.latest = Some(Latest { run, rule, reckoning: Reckoning::default(), untouched: false });
        }
        if let Some((_, is_right)) = event.graded().filter(|(answer, _)| answer.try_number == 1) {
            self.answered += 1;
            self.right += u32::from(is_right);
        }
        if event.is_work() {
            self.last = self.last.max(at);
        }
        if let Some(latest) = &mut self.latest {
            self.finished_runs += latest.fold(event);
        }
    }

    fn regraded(&mut self, run: u32, regraded: &attempt::Regraded) {
        for judged in regraded.answers.iter().filter(|judged| judged.try_number == 1) {
            let counts = |judgement| (u32::from(judgement != Judgement::Void), u32::from(judgement == Judgement::Right));
            let ((was, was_right), (is, is_right)) = (counts(judged.from), counts(judged.to));
            self.answered = (self.answered + is).saturating_sub(was);
            self.right = (self.right + is_right).saturating_sub(was_right);
        }
        let (before, after) = (u32::from(regraded.before.finished), u32::from(regraded.after.finished));
        self.finished_runs = (self.finished_runs + after).saturating_sub(before);
        if let Some(latest) = self.latest.as_mut().filter(|latest| latest.run == run) {
            latest.reckoning = regraded.after;
        }
    }

    /// Finished or passed once.
    pub fn finished(&self) -> bool {
        self.finished_runs > 0
    }

    /// Begun at all.
    pub fn started(&self) -> bool {
        self.latest.is_some()
    }

    /// Where the latest run stands by its rule.
    pub fn reckoning(&self) -> Reckoning {
        self.latest.map(|latest| latest.reckoning).unwrap_or_default()
    }

    /// Where the work stands.
    pub fn standing(&self) -> Standing {
        match (self.started(), self.reckoning().stuck, self.finished()) {
            (false, _, _) => Standing::NotStarted,
            (true, true, _) => Standing::Stuck,
            (true, false, true) => Standing::Finished,
            (true, false, false) => Standing::Working,
        }
    }
}

impl Latest {
    /// Folds one event; 1 if the run is finished or passed by it.
    fn fold(&mut self, event: &attempt::Event) -> u32 {
        let was_finished = self.reckoning.finished;
        if let Some(happened) = event.happened(self.untouched) {
            self.reckoning = step(self.rule, self.reckoning, happened).0;
        }
        self.untouched = event.leaves_untouched(self.untouched);
        u32::from(self.reckoning.finished && !was_finished)
    }
}

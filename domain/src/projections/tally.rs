//! The tally of an attempt's events: answered, right, streak, where it stands. Shared by the read models that count work.

use crate::{
    attempt::{self, Judgement},
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
    /// The latest run; 0 before the first.
    pub run: u32,
    /// First-time-right in a row, in the latest run.
    pub streak: u32,
    /// At a stumbling block now, in the latest run.
    pub stuck: bool,
    /// The runs that were finished or passed.
    pub finished_runs: u32,
    /// When it was last worked on.
    pub last: Timestamp,
    /// The question being worked on had no answer yet.
    untouched: bool,
}

impl Tally {
    /// Folds one event of an attempt, the one with this run. Being graded again is no work.
    pub fn fold(&mut self, run: u32, at: Timestamp, event: &attempt::Event) {
        if !matches!(event, attempt::Event::AnswerRegraded(_)) {
            self.last = self.last.max(at);
        }
        match event {
            attempt::Event::AttemptStarted { .. } => {
                self.run = run;
                self.streak = 0;
                self.stuck = false;
            }
            attempt::Event::QuestionAssigned { .. } => self.untouched = true,
            attempt::Event::QuestionAnsweredCorrectly(answer) => {
                self.untouched = false;
                if answer.try_number == 1 {
                    self.answered += 1;
                    self.right += 1;
                    self.streak += 1;
                }
            }
            attempt::Event::QuestionAnsweredWrongly(answer) => {
                self.untouched = false;
                if answer.try_number == 1 {
                    self.answered += 1;
                    self.streak = 0;
                }
            }
            attempt::Event::AnswerRevealed { .. } => {
                if self.untouched {
                    self.streak = 0;
                }
                self.untouched = false;
            }
            attempt::Event::StumblingBlockMet {} => self.stuck = true,
            attempt::Event::StumblingBlockCleared {} => self.stuck = false,
            attempt::Event::SectionFinished {} => {
                self.finished_runs += 1;
                self.streak = 0;
            }
            attempt::Event::StreakCompleted {} => self.streak = 0,
            attempt::Event::DrillPassed {} => self.finished_runs += 1,
            attempt::Event::AnswerRegraded(regraded) => self.regraded(run, regraded),
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
        if run == self.run {
            self.streak = u32::from(regraded.after.streak);
            self.stuck = regraded.after.stuck;
        }
    }

    /// Finished or passed once.
    pub fn finished(&self) -> bool {
        self.finished_runs > 0
    }

    /// Begun at all.
    pub fn started(&self) -> bool {
        self.run > 0
    }

    /// Where the work stands.
    pub fn standing(&self) -> Standing {
        match (self.started(), self.stuck, self.finished()) {
            (false, _, _) => Standing::NotStarted,
            (true, true, _) => Standing::Stuck,
            (true, false, true) => Standing::Finished,
            (true, false, false) => Standing::Working,
        }
    }
}

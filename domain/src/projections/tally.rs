//! The tally of an attempt's events: answered, right, streak, where it stands. Shared by the read models that count work.

use crate::attempt;
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
    /// First-time-right in a row.
    pub streak: u32,
    /// At a stumbling block now.
    pub stuck: bool,
    /// Finished or passed once.
    pub finished: bool,
    /// Begun at all.
    pub started: bool,
    /// The question being worked on had no answer yet.
    untouched: bool,
}

impl Tally {
    /// Folds one event of an attempt.
    pub fn fold(&mut self, event: &attempt::Event) {
        match event {
            attempt::Event::AttemptStarted { .. } => {
                self.started = true;
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
                self.finished = true;
                self.streak = 0;
            }
            attempt::Event::StreakCompleted {} => self.streak = 0,
            attempt::Event::DrillPassed {} => self.finished = true,
        }
    }

    /// Where the work stands.
    pub fn standing(&self) -> Standing {
        match (self.started, self.stuck, self.finished) {
            (false, _, _) => Standing::NotStarted,
            (true, true, _) => Standing::Stuck,
            (true, false, true) => Standing::Finished,
            (true, false, false) => Standing::Working,
        }
    }
}

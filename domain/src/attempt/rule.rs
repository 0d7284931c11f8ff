//! The rules that work is counted by: what an answer, or going on, makes of streak, misses, stumbling block and finish, and what is reached by it. Deciding,
//! the state, regrading and the tallies of all read models use the same function, [`step`].

use crate::content::Rule;
use serde::{Deserialize, Serialize};

/// What follows from the answers of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reckoning {
    /// First-time-right in a row.
    pub streak: u8,
    /// Not right first time in a row.
    pub misses: u8,
    /// At a stumbling block.
    pub stuck: bool,
    /// The section is finished, the drill passed.
    pub finished: bool,
}

/// What happened, as far as rules count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// A question was answered right at the first try.
    Right,
    /// A question was not right first time: answered wrong, or looked up before any answer.
    Missed,
    /// The question was left for the next.
    WentOn,
    /// It was recorded that a milestone was reached. It holds as recorded, even where counting would say otherwise.
    Reached(Milestone),
}

/// What can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Milestone {
    /// Too many in a row were missed.
    StumblingBlockMet,
    /// At a stumbling block, a question was right first time.
    StumblingBlockCleared,
    /// As many in a row as the section asks for, for the first time.
    SectionFinished,
    /// As many in a row once more, after the section was finished.
    StreakCompleted,
    /// As many in a row as the drill asks for.
    DrillPassed,
}

/// How far work has come towards what its rule asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Towards {
    /// Right answers in a row, at most as many as the goal.
    pub done: u8,
    /// How many in a row are asked for.
    pub goal: u8,
}

impl Towards {
    /// How many are still missing.
    pub fn left(self) -> u8 {
        self.goal.saturating_sub(self.done)
    }
}

/// One step by a rule: returns the reckoning after something happened, and the milestones that are reached by it. These are not in that reckoning yet: a
/// milestone takes effect when it happens itself ([`Happened::Reached`]), as it was recorded, or at once where all is counted anew ([`counted`]).
pub fn step(rule: Rule, now: Reckoning, happened: Happened) -> (Reckoning, Vec<Milestone>) {
    let Reckoning { streak, misses, stuck, finished } = now;
    match happened {
        Happened::Reached(milestone) => (reached(now, milestone), vec![]),
        // A drill ends when it is passed; what was done after that, before it was known, does not count.
        Happened::Right | Happened::Missed | Happened::WentOn if finished && rule.ends() => (now, vec![]),
        Happened::Right => {
            let streak = streak.saturating_add(1);
            let cleared = stuck.then_some(Milestone::StumblingBlockCleared);
            let passed = (rule.ends() && streak >= rule.goal()).then_some(Milestone::DrillPassed);
            (Reckoning { streak, misses: 0, ..now }, cleared.into_iter().chain(passed).collect())
        }
        Happened::Missed => {
            let misses = misses.saturating_add(1);
            let met = !finished && !stuck && rule.stumbles_at().is_some_and(|most| misses >= most);
            (Reckoning { streak: 0, misses, ..now }, met.then_some(Milestone::StumblingBlockMet).into_iter().collect())
        }
        Happened::WentOn => {
            let complete = if finished { Milestone::StreakCompleted } else { Milestone::SectionFinished };
            (now, (!rule.ends() && streak >= rule.goal()).then_some(complete).into_iter().collect())
        }
    }
}

/// The same where nothing is recorded: what is reached counts at once.
pub(super) fn counted(rule: Rule, now: Reckoning, happened: Happened) -> Reckoning {
    let (next, milestones) = step(rule, now, happened);
    milestones.into_iter().fold(next, reached)
}

fn reached(now: Reckoning, milestone: Milestone) -> Reckoning {
    match milestone {
        Milestone::StumblingBlockMet => Reckoning { stuck: true, ..now },
        Milestone::StumblingBlockCleared => Reckoning { stuck: false, ..now },
        Milestone::SectionFinished => Reckoning { finished: true, streak: 0, ..now },
        Milestone::StreakCompleted => Reckoning { streak: 0, ..now },
        Milestone::DrillPassed => Reckoning { finished: true, ..now },
    }
}

impl Rule {
    /// How far work that stands so has come.
    pub fn towards(self, reckoning: Reckoning) -> Towards {
        Towards { done: reckoning.streak.min(self.goal()), goal: self.goal() }
    }
}

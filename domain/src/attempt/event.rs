//! What can have happened in an attempt: the stored format.

use super::{
    EditionRef, Reckoning,
    rule::{Happened, Milestone},
};
use crate::{
    content::{Input, Rule},
    ids::QuestionId,
};
use serde::{Deserialize, Serialize};

/// What can have happened. These names and fields are the stored format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The student began.
    AttemptStarted {
        /// The edition that grades this attempt for ever.
        edition: EditionRef,
        /// The unit's rule in that edition.
        rule: Rule,
    },
    /// A question was drawn and put before the student.
    QuestionAssigned {
        /// Counts the questions of the attempt from 1.
        ordinal: u32,
        /// The question drawn.
        question: QuestionId,
    },
    /// All fields were right.
    QuestionAnsweredCorrectly(Answer),
    /// At least one field was wrong.
    QuestionAnsweredWrongly(Answer),
    /// The worked-out answer was shown before the question was answered right.
    AnswerRevealed {
        /// Which question of the attempt.
        ordinal: u32,
        /// The question.
        question: QuestionId,
    },
    /// Too many questions in a row were not answered right first time: the student should re-read the explanation, and the teacher sees it.
    StumblingBlockMet {},
    /// At a stumbling block, a question was answered right first time.
    StumblingBlockCleared {},
    /// As many right answers in a row as the section asks for, for the first time.
    SectionFinished {},
    /// As many right answers in a row once more, after the section was finished.
    StreakCompleted {},
    /// As many right answers in a row as the drill asks for: the attempt has ended.
    DrillPassed {},
    /// A correction of the key, or taking one back, changed what earlier answers count as.
    AnswerRegraded(Regraded),
}

impl Event {
    /// What a correction changed in the attempt, if this event says so.
    pub fn regraded(&self) -> Option<&Regraded> {
        if let Self::AnswerRegraded(regraded) = self { Some(regraded) } else { None }
    }

    /// The edition and the rule of the attempt, if this event begins it.
    pub fn begun(&self) -> Option<(EditionRef, Rule)> {
        if let Self::AttemptStarted { edition, rule } = self { Some((*edition, *rule)) } else { None }
    }

    /// The ordinal and the question, if this event puts a question before the student.
    pub fn assigned(&self) -> Option<(u32, QuestionId)> {
        if let Self::QuestionAssigned { ordinal, question } = self { Some((*ordinal, *question)) } else { None }
    }

    /// The ordinal and the question, if this event shows a worked-out answer.
    pub fn revealed(&self) -> Option<(u32, QuestionId)> {
        if let Self::AnswerRevealed { ordinal, question } = self { Some((*ordinal, *question)) } else { None }
    }

    /// The number of the last correction that it knew of; 0 for none.
    pub fn correction_known(&self) -> u32 {
        let graded = self.graded().map(|(answer, _)| answer.corrections);
        graded.or_else(|| Some(self.regraded()?.correction)).unwrap_or(0)
    }

    /// The answer, and whether it was graded as right, if this event grades one.
    pub fn graded(&self) -> Option<(&Answer, bool)> {
        if let Self::QuestionAnsweredCorrectly(answer) | Self::QuestionAnsweredWrongly(answer) = self {
            Some((answer, matches!(self, Self::QuestionAnsweredCorrectly(_))))
        } else {
            None
        }
    }

    /// What rules make of it, if they count it; `untouched` says that the question had neither an answer nor was looked up. Going on is not recorded,
    /// only what it reached; what is graded again comes with its own reckoning.
    pub fn happened(&self, untouched: bool) -> Option<Happened> {
        match self {
            Self::QuestionAnsweredCorrectly(answer) => (answer.try_number == 1).then_some(Happened::Right),
            Self::QuestionAnsweredWrongly(answer) => (answer.try_number == 1).then_some(Happened::Missed),
            Self::AnswerRevealed { .. } => untouched.then_some(Happened::Missed),
            Self::StumblingBlockMet {} => Some(Happened::Reached(Milestone::StumblingBlockMet)),
            Self::StumblingBlockCleared {} => Some(Happened::Reached(Milestone::StumblingBlockCleared)),
            Self::SectionFinished {} => Some(Happened::Reached(Milestone::SectionFinished)),
            Self::StreakCompleted {} => Some(Happened::Reached(Milestone::StreakCompleted)),
            Self::DrillPassed {} => Some(Happened::Reached(Milestone::DrillPassed)),
            Self::AttemptStarted { .. } | Self::QuestionAssigned { .. } | Self::AnswerRegraded(_) => None,
        }
    }

    /// Whether it is the student's work, or follows from it. Being graded again is none.
    pub fn is_work(&self) -> bool {
        match self {
            Self::AttemptStarted { .. }
            | Self::QuestionAssigned { .. }
            | Self::QuestionAnsweredCorrectly(_)
            | Self::QuestionAnsweredWrongly(_)
            | Self::AnswerRevealed { .. }
            | Self::StumblingBlockMet {}
            | Self::StumblingBlockCleared {}
            | Self::SectionFinished {}
            | Self::StreakCompleted {}
            | Self::DrillPassed {} => true,
            Self::AnswerRegraded(_) => false,
        }
    }

    /// The milestone that it records, if it is one.
    pub fn milestone(&self) -> Option<Milestone> {
        if let Some(Happened::Reached(milestone)) = self.happened(false) { Some(milestone) } else { None }
    }

    /// Whether the question being worked on has neither an answer nor was looked up, after this event; `before` says whether that was so before it.
    pub fn leaves_untouched(&self, before: bool) -> bool {
        let touches = self.begun().is_some() || self.graded().is_some() || self.revealed().is_some();
        self.assigned().is_some() || (before && !touches)
    }
}

impl From<Milestone> for Event {
    fn from(milestone: Milestone) -> Self {
        match milestone {
            Milestone::StumblingBlockMet => Self::StumblingBlockMet {},
            Milestone::StumblingBlockCleared => Self::StumblingBlockCleared {},
            Milestone::SectionFinished => Self::SectionFinished {},
            Milestone::StreakCompleted => Self::StreakCompleted {},
            Milestone::DrillPassed => Self::DrillPassed {},
        }
    }
}

/// What a correction made of an attempt. The events before it stand as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Regraded {
    /// The number of the course's correction (or of what took one back) up to which the attempt was graded again.
    pub correction: u32,
    /// The answers that came out otherwise than before, in order.
    pub answers: Vec<Judged>,
    /// Where the attempt stood before.
    pub before: Reckoning,
    /// Where it stands now.
    pub after: Reckoning,
}

/// One answer that came out otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// Which question of the attempt.
    pub ordinal: u32,
    /// The question.
    pub question: QuestionId,
    /// Which try at it.
    #[serde(rename = "try", default = "one", skip_serializing_if = "is_one")]
    pub try_number: u32,
    /// What it was.
    pub from: Judgement,
    /// What it is.
    pub to: Judgement,
}

/// What an answer counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Judgement {
    /// Wrong.
    Wrong,
    /// Neither: the question counts for nothing.
    Void,
    /// Right.
    Right,
}

/// An answer that was graded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Which question of the attempt.
    pub ordinal: u32,
    /// The question.
    pub question: QuestionId,
    /// Which try at it; only the first counts.
    #[serde(rename = "try", default = "one", skip_serializing_if = "is_one")]
    pub try_number: u32,
    /// What was entered, raw.
    pub inputs: Vec<Input>,
    /// Milliseconds from question to answer, as the device claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u32>,
    /// The last number among the corrections of the unit, and the events that took them back, that was known when the answer was graded; 0 for none. Builds
    /// before this one wrote the last number of the whole course, which means the same: every correction of the unit up to that number was known.
    #[serde(default, skip_serializing_if = "is_none")]
    pub corrections: u32,
}

pub(super) fn is_none(corrections: &u32) -> bool {
    *corrections == 0
}

pub(super) fn one() -> u32 {
    1
}

pub(super) fn is_one(number: &u32) -> bool {
    *number == 1
}

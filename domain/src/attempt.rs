//! The attempt: one student's work on one unit, by the drill rule or the section-test rule.

mod draw;
mod event;
mod regrade;
pub mod rule;
mod unit;
mod work;

pub use event::{Answer, Event, Judged, Judgement, Regraded};
pub use regrade::regraded;
pub use rule::{Reckoning, Towards};
pub use unit::UnitContent;

use event::{is_none, is_one, one};

use crate::{
    content::{Form, Input, Rule, Unit},
    decider::Decider,
    grading::Unreadable,
    ids::{AccountId, AttemptId, ClassId, ContentHash, CourseId, QuestionId, UnitId},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The most tries at one question. A student who needs more is better helped by looking at its answer.
pub const TRIES_MAX: usize = 50;

/// The most tries that are graded again when a student goes on from a question. A device that graded a try as right sends no further one, so the right try is
/// the last, except for tries that came from other devices meanwhile.
const GRADED_AGAIN_MAX: usize = 4;

/// What an attempt is: this student's n-th run at this unit, for this class. It is the name of the attempt's stream, so
/// that every event of it names all that decides who may read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptKey {
    /// Whose work it is.
    pub student: AccountId,
    /// The class that it was started for, also after a move to another class.
    pub class: ClassId,
    /// What is worked on.
    pub unit: UnitId,
    /// Counts from 1; the next run starts when this one has ended.
    pub run: u32,
}

impl AttemptKey {
    /// The attempt's identifier: the same on every device that starts it, also offline.
    pub fn id(&self) -> AttemptId {
        AttemptId::derived(&[&self.student.to_string(), &self.class.to_string(), &self.unit.to_string(), &self.run.to_string()])
    }
}

/// The edition that an attempt is pinned to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionRef {
    /// The course.
    pub course: CourseId,
    /// The edition's number.
    pub number: u32,
    /// The document that everybody sees.
    pub paper: ContentHash,
    /// The key of the attempt's unit.
    pub key: ContentHash,
}

/// What a student can ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Begin, on this edition. Beginning twice is quiet.
    Start {
        /// An edition that is published for the unit.
        edition: EditionRef,
    },
    /// Answer the question.
    SubmitAnswer {
        /// Which question of the attempt, counting from 1.
        ordinal: u32,
        /// Which try at that question, counting from 1: so that of two answers made apart one is told that it came second.
        #[serde(rename = "try", default = "one", skip_serializing_if = "is_one")]
        try_number: u32,
        /// One for each field, raw.
        inputs: Vec<Input>,
        /// Since the question was shown, by the device's monotonic clock, in milliseconds; none after a reload.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ms: Option<u32>,
    },
    /// Show the worked-out answer.
    RevealAnswer {
        /// Which question of the attempt.
        ordinal: u32,
    },
    /// Leave this question for the next.
    NextQuestion {
        /// The question that is left.
        ordinal: u32,
    },
    /// Grade all answers again, by the course's corrections up to this one; only the process manager sends this.
    Regrade {
        /// The number of the correction, or of what took one back.
        correction: u32,
    },
}

impl Command {
    /// The edition that an attempt is to begin on, if it is to begin.
    pub fn edition(&self) -> Option<EditionRef> {
        if let Self::Start { edition } = self { Some(*edition) } else { None }
    }

    /// What was entered, if it is an answer.
    pub fn inputs(&self) -> Option<&[Input]> {
        if let Self::SubmitAnswer { inputs, .. } = self { Some(inputs) } else { None }
    }
}

/// Why a command of an attempt is turned down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// The student is not in the class, or the unit is not assigned to it.
    NotAssigned,
    /// The unit was not yet, or is no longer, open to the class at that moment.
    NotOpenNow,
    /// The edition is not one that was published for this unit.
    NotPublished,
    /// The questions are not at hand: on a device, not fetched yet.
    ContentMissing,
    /// The run before this one has not ended.
    EarlierRunOpen,
    /// The attempt has not begun.
    NotStarted,
    /// The attempt has ended.
    Ended,
    /// Another question is being worked on.
    AnotherQuestion {
        /// The ordinal of the question that is being worked on.
        current: u32,
    },
    /// The question was answered already, here or on another device.
    AlreadyAnswered,
    /// The worked-out answer was shown already.
    AlreadyRevealed,
    /// The question must be answered right, or revealed, first.
    NotAnsweredYet,
    /// So many tries were made at the question that only its answer can be looked at.
    TriesUsedUp,
    /// Nothing was counted: the value is right, the form is not.
    WrongForm {
        /// The form asked for.
        form: Form,
    },
    /// Nothing was counted: the input cannot be read.
    Unreadable {
        /// Why not.
        why: Unreadable,
    },
}

/// What the attempt must be told of the world.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'f> {
    /// The attempt that the command is for.
    pub attempt: AttemptKey,
    /// The student is in the class and the unit is assigned to it.
    pub admitted: bool,
    /// The assignment is open at the moment of the command.
    pub open_now: bool,
    /// The edition that a `Start` names is published for the unit.
    pub published: bool,
    /// The run before this one has ended, or there is none before it.
    pub earlier_run_ended: bool,
    /// The unit in the pinned edition (for a `Start`: in the edition that it names).
    pub unit: Option<UnitContent<'f>>,
    /// For a `Regrade`: all events of the attempt so far.
    pub history: &'f [Event],
}

/// The state of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Attempt {
    /// The attempt has not begun.
    #[default]
    NotStarted,
    /// Begun; its first question comes with the next event.
    Begun(Work),
    /// At a question; a section test stays so after it is finished.
    Open(Work, Current),
    /// The drill was passed with this question: no other follows, unless a correction by which it was passed is taken back.
    Ended(Work, Current),
}

/// What is known of an attempt that has begun, apart from its current question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// The edition that grades it.
    pub edition: EditionRef,
    /// The rule that it follows.
    pub rule: Rule,
    /// Where it stands by its rule.
    pub reckoning: Reckoning,
    /// When each question was last assigned, by ordinal.
    last_assigned: BTreeMap<QuestionId, u32>,
    /// The ordinals of questions that were dropped when it was their turn. A device that did not know yet may have answered them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    passed_over: BTreeSet<u32>,
    /// The number of the last correction that made a difference.
    #[serde(default, skip_serializing_if = "is_none")]
    pub regraded: u32,
}

/// The question being worked on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Current {
    /// Counts the questions of the attempt from 1.
    pub ordinal: u32,
    /// The question.
    pub question: QuestionId,
    /// What was entered so far, try by try.
    pub tries: Vec<Try>,
    /// Where it stands.
    pub standing: QuestionStanding,
}

/// A try at a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Try {
    /// What was entered, raw.
    pub inputs: Vec<Input>,
    /// What it counts as.
    pub judgement: Judgement,
}

impl Current {
    /// What was entered last.
    pub fn last_inputs(&self) -> Option<&Vec<Input>> {
        self.tries.last().map(|last| &last.inputs)
    }

    /// The tries that are graded again when the student goes on although none of them was right: a bound on work, and no rule.
    pub fn graded_again(&self) -> &[Try] {
        &self.tries[self.tries.len().saturating_sub(GRADED_AGAIN_MAX)..]
    }
}

/// Where the current question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum QuestionStanding {
    /// To be answered (again).
    Open,
    /// Answered right.
    Right,
    /// Answered wrong, in a drill, where any answer moves on.
    Missed,
    /// The worked-out answer was shown.
    Revealed,
}

impl Attempt {
    /// If the student has earned a full row already and only has to go on: the ordinal of the question to go on from.
    pub fn completes_at(&self) -> Option<u32> {
        let Self::Open(work, current) = self else { return None };
        (current.standing != QuestionStanding::Open && work.complete().is_some()).then_some(current.ordinal)
    }

    /// What follows from a command that is given when the unit is not open. A row that the student had earned before is completed whenever the student goes on
    /// from its last question, though no next question comes.
    fn earned_before(&self, command: &Command) -> Option<Event> {
        match (self, command) {
            (Self::Open(work, _), Command::NextQuestion { ordinal }) if self.completes_at() == Some(*ordinal) => work.complete(),
            (Self::NotStarted | Self::Begun(_) | Self::Open(..) | Self::Ended(..), Command::NextQuestion { .. })
            | (
                Self::NotStarted | Self::Begun(_) | Self::Open(..) | Self::Ended(..),
                Command::Start { .. } | Command::SubmitAnswer { .. } | Command::RevealAnswer { .. } | Command::Regrade { .. },
            ) => None,
        }
    }

    /// Whether a correction made the drill passed while this question was being worked on: commands about this question change nothing any more.
    fn was_ended_amid(&self, current: &Current) -> bool {
        matches!(self, Self::Ended(..)) && current.standing == QuestionStanding::Open
    }
}

impl Decider for Attempt {
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    type Facts<'f> = Facts<'f>;

    fn decide(&self, command: &Command, facts: &Facts<'_>) -> Result<Vec<Event>, Refusal> {
        if let Command::Regrade { correction } = command {
            return Ok(regrade::decide(self, *correction, facts));
        }
        if !facts.admitted {
            return Err(Refusal::NotAssigned);
        }
        if !facts.open_now {
            return self.earned_before(command).map(|earned| vec![earned]).ok_or(Refusal::NotOpenNow);
        }
        match (self, command) {
            (_, Command::Regrade { .. }) => Ok(vec![]),
            (Self::NotStarted, Command::Start { edition }) => start(*edition, facts),
            (Self::Begun(_) | Self::Open(..) | Self::Ended(..), Command::Start { .. }) => Ok(vec![]),
            (
                Self::NotStarted | Self::Begun(_),
                Command::SubmitAnswer { .. } | Command::RevealAnswer { .. } | Command::NextQuestion { .. },
            ) => Err(Refusal::NotStarted),
            (Self::Open(work, current) | Self::Ended(work, current), Command::SubmitAnswer { ordinal, try_number, inputs, ms }) => {
                if work.passed_over.contains(ordinal) {
                    return Ok(vec![]);
                }
                current.must_be(*ordinal)?;
                if self.was_ended_amid(current) {
                    return Ok(vec![]);
                }
                match current.tries.get(try_number.saturating_sub(1) as usize) {
                    // A repeated answer is not news: say nothing, so that a resent command stays harmless.
                    Some(before) if before.inputs == *inputs => Ok(vec![]),
                    Some(_) => Err(Refusal::AlreadyAnswered),
                    None => match current.standing {
                        QuestionStanding::Right | QuestionStanding::Missed => Err(Refusal::AlreadyAnswered),
                        QuestionStanding::Revealed => Err(Refusal::AlreadyRevealed),
                        // The same answer once more, as a double click makes it, is no news either.
                        QuestionStanding::Open if current.last_inputs() == Some(inputs) => Ok(vec![]),
                        QuestionStanding::Open => work.answer(current, inputs, *ms, facts),
                    },
                }
            }
            (Self::Open(work, current) | Self::Ended(work, current), Command::RevealAnswer { ordinal }) => {
                if work.passed_over.contains(ordinal) {
                    return Ok(vec![]);
                }
                current.must_be(*ordinal)?;
                if self.was_ended_amid(current) {
                    return Ok(vec![]);
                }
                match current.standing {
                    QuestionStanding::Open => work.reveal(current, facts),
                    QuestionStanding::Right | QuestionStanding::Missed | QuestionStanding::Revealed => Ok(vec![]),
                }
            }
            (Self::Open(work, current), Command::NextQuestion { ordinal }) => {
                if current.ordinal > *ordinal {
                    return Ok(vec![]);
                }
                current.must_be(*ordinal)?;
                match current.standing {
                    // A device that graded by an earlier key let the student go on, and what was done since must not be lost.
                    QuestionStanding::Open if current.was_right(facts) => work.next(current.ordinal, facts),
                    QuestionStanding::Open => Err(Refusal::NotAnsweredYet),
                    QuestionStanding::Right | QuestionStanding::Missed | QuestionStanding::Revealed => work.next(current.ordinal, facts),
                }
            }
            (Self::Ended(..), Command::NextQuestion { .. }) => Err(Refusal::Ended),
        }
    }

    fn evolve(self, event: &Event) -> Self {
        match self {
            // An attempt begins with its start, and after its end it can only be graded again: no command leads to another history.
            Self::NotStarted => event.begun().map_or(Self::NotStarted, |(edition, rule)| Self::Begun(Work::begun(edition, rule))),
            Self::Begun(work) => match event.assigned() {
                Some((ordinal, question)) => work.asked(0, ordinal, question),
                None => Self::Begun(work),
            },
            Self::Open(work, current) => work.after(current, event),
            Self::Ended(work, current) => match event.regraded() {
                Some(regraded) => work.judged_again(current, regraded),
                None => Self::Ended(work, current),
            },
        }
    }
}

impl Attempt {
    /// The work, once begun.
    pub fn work(&self) -> Option<&Work> {
        match self {
            Self::NotStarted => None,
            Self::Begun(work) | Self::Open(work, _) | Self::Ended(work, _) => Some(work),
        }
    }

    /// The question being worked on, or with which it ended.
    pub fn current(&self) -> Option<&Current> {
        match self {
            Self::NotStarted | Self::Begun(_) => None,
            Self::Open(_, current) | Self::Ended(_, current) => Some(current),
        }
    }
}

/// The question that an attempt has, had or will have at this ordinal, unless it was dropped and passed over: drawing depends on nothing else.
pub fn question_at(attempt: AttemptId, ordinal: u32, unit: Unit<'_>) -> Option<QuestionId> {
    draw::draw(attempt, ordinal, unit, &draw::drawn_before(attempt, ordinal, unit))
}

fn start(edition: EditionRef, facts: &Facts<'_>) -> Result<Vec<Event>, Refusal> {
    if !facts.earlier_run_ended {
        return Err(Refusal::EarlierRunOpen);
    }
    if !facts.published {
        return Err(Refusal::NotPublished);
    }
    let unit = facts.unit.ok_or(Refusal::ContentMissing)?;
    let drawn = draw::next(facts.attempt.id(), 1, unit.unit, BTreeMap::new(), |id| unit.is_dropped(id));
    let (ordinal, question) = drawn.ok_or(Refusal::ContentMissing)?;
    let rule = unit.unit.rule();
    Ok(vec![Event::AttemptStarted { edition, rule }, Event::QuestionAssigned { ordinal, question }])
}

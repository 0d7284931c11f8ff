//! An attempt that has begun: answering, revealing, going on, and what each event makes of it.

use super::{
    Answer, Attempt, Current, EditionRef, Event, Facts, Judgement, QuestionStanding, Reckoning, Refusal, Regraded, TRIES_MAX, Try, Work,
    draw,
    rule::{Happened, step},
};
use crate::{
    content::{Field, FieldKind, Input, Rule},
    grading::{Correctness, Unreadable},
    ids::QuestionId,
};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

impl Work {
    pub(super) fn begun(edition: EditionRef, rule: Rule) -> Self {
        Self { edition, rule, reckoning: Reckoning::default(), last_assigned: BTreeMap::new(), passed_over: BTreeSet::new(), regraded: 0 }
    }

    pub(super) fn answer(&self, current: &Current, inputs: &[Input], ms: Option<u32>, facts: &Facts<'_>) -> Result<Vec<Event>, Refusal> {
        if current.tries.len() >= TRIES_MAX {
            return Err(Refusal::TriesUsedUp);
        }
        let unit = facts.unit.ok_or(Refusal::ContentMissing)?;
        let try_number = current.tries.len() as u32 + 1;
        let key = unit.corrected_key(current.question).ok_or(Refusal::ContentMissing)?;
        if key.is_too_long(inputs) {
            return Err(Refusal::Unreadable { why: Unreadable::TooLong });
        }
        let answer = Answer {
            ordinal: current.ordinal,
            question: current.question,
            try_number,
            inputs: inputs.to_vec(),
            ms,
            corrections: unit.corrections.last_of(unit.unit.id()),
        };
        match key.grade(inputs).outcome {
            Correctness::WrongForm(form) => Err(Refusal::WrongForm { form }),
            Correctness::Unreadable(why) => Err(Refusal::Unreadable { why }),
            Correctness::Right => Ok(self.counting(Event::QuestionAnsweredCorrectly(answer), current)),
            Correctness::Wrong => Ok(self.counting(Event::QuestionAnsweredWrongly(answer), current)),
        }
    }

    pub(super) fn reveal(&self, current: &Current, facts: &Facts<'_>) -> Result<Vec<Event>, Refusal> {
        // Looking up the answer to a dropped question must not cost the streak: it counts as a blank answer, after which the student goes on.
        let has_a_try_left = current.tries.len() < TRIES_MAX;
        if let Some((question, _)) =
            facts.unit.filter(|unit| has_a_try_left && unit.is_dropped(current.question)).and_then(|unit| unit.question(current.question))
        {
            let blank = |field: &Field| match field.kind {
                FieldKind::Number { .. } | FieldKind::Text => Input::Text(String::new()),
                FieldKind::OneOf { .. } | FieldKind::ManyOf { .. } => Input::Chosen(Vec::new()),
                FieldKind::Match { ref left, .. } => Input::Chosen(vec![Input::UNMATCHED; left.len()]),
            };
            return self.answer(current, &question.fields.iter().map(blank).collect::<Vec<_>>(), None, facts);
        }
        Ok(self.counting(Event::AnswerRevealed { ordinal: current.ordinal, question: current.question }, current))
    }

    /// An event about a question, followed by the events of what is reached by it.
    fn counting(&self, event: Event, current: &Current) -> Vec<Event> {
        let happened = event.happened(current.tries.is_empty());
        let reached = happened.map(|happened| step(self.rule, self.reckoning, happened).1).unwrap_or_default();
        [event].into_iter().chain(reached.into_iter().map(Event::from)).collect()
    }

    pub(super) fn next(&self, ordinal: u32, facts: &Facts<'_>) -> Result<Vec<Event>, Refusal> {
        let unit = facts.unit.ok_or(Refusal::ContentMissing)?;
        let attempt = facts.attempt.id();
        // Questions that were passed over left no event, so all draws are made again.
        let before =
            if self.passed_over.is_empty() { self.last_assigned.clone() } else { draw::drawn_before(attempt, ordinal + 1, unit.unit) };
        let drawn = draw::next(attempt, ordinal + 1, unit.unit, before, |id| unit.is_dropped(id));
        let (ordinal, question) = drawn.ok_or(Refusal::ContentMissing)?;
        Ok(self.complete().into_iter().chain([Event::QuestionAssigned { ordinal, question }]).collect())
    }

    /// The event that records a full row, if there is one, when the student goes on.
    pub(super) fn complete(&self) -> Option<Event> {
        let (_, reached) = step(self.rule, self.reckoning, Happened::WentOn);
        reached.into_iter().next().map(Event::from)
    }

    pub(super) fn after(self, mut current: Current, event: &Event) -> Attempt {
        let happened = event.happened(current.tries.is_empty());
        let reckoning = happened.map_or(self.reckoning, |happened| step(self.rule, self.reckoning, happened).0);
        let work = Self { reckoning, ..self };
        match event {
            Event::QuestionAssigned { ordinal, question } => return work.asked(current.ordinal, *ordinal, *question),
            Event::QuestionAnsweredCorrectly(answer) => current.entered(answer, Judgement::Right, work.rule),
            Event::QuestionAnsweredWrongly(answer) => current.entered(answer, Judgement::Wrong, work.rule),
            Event::AnswerRevealed { .. } => current.standing = QuestionStanding::Revealed,
            Event::DrillPassed {} => return Attempt::Ended(work, current),
            Event::AnswerRegraded(regraded) => return work.judged_again(current, regraded),
            Event::AttemptStarted { .. }
            | Event::StumblingBlockMet {}
            | Event::StumblingBlockCleared {}
            | Event::SectionFinished {}
            | Event::StreakCompleted {} => {}
        }
        Attempt::Open(work, current)
    }

    /// The question with this ordinal is asked, after the one with the ordinal `before` (0 if it is the first).
    pub(super) fn asked(mut self, before: u32, ordinal: u32, question: QuestionId) -> Attempt {
        self.passed_over.extend(before + 1..ordinal);
        self.last_assigned.insert(question, ordinal);
        Attempt::Open(self, Current { ordinal, question, tries: Vec::new(), standing: QuestionStanding::Open })
    }

    /// What the attempt is once its answers were graded again. A drill that was passed only by a correction goes on when that is taken back.
    pub(super) fn judged_again(self, mut current: Current, regraded: &Regraded) -> Attempt {
        for judged in regraded.answers.iter().filter(|judged| judged.ordinal == current.ordinal) {
            if let Some(again) = current.tries.get_mut((judged.try_number as usize).saturating_sub(1)) {
                again.judgement = judged.to;
            }
        }
        if current.standing != QuestionStanding::Revealed {
            current.standing = standing(&current.tries, self.rule);
        }
        let work = Self { reckoning: regraded.after, regraded: regraded.correction, ..self };
        if work.rule.ends() && work.reckoning.finished { Attempt::Ended(work, current) } else { Attempt::Open(work, current) }
    }
}

impl Current {
    /// Refuses unless this is the question that the command names.
    pub(super) fn must_be(&self, ordinal: u32) -> Result<(), Refusal> {
        match self.ordinal.cmp(&ordinal) {
            Ordering::Equal => Ok(()),
            Ordering::Greater => Err(Refusal::AlreadyAnswered),
            Ordering::Less => Err(Refusal::AnotherQuestion { current: self.ordinal }),
        }
    }

    /// Whether a try at it is right by its key as it is or as it once was.
    pub(super) fn was_right(&self, facts: &Facts<'_>) -> bool {
        let answers: Vec<&[Input]> = self.graded_again().iter().map(|again| again.inputs.as_slice()).collect();
        facts.unit.as_ref().is_some_and(|unit| unit.was_right(self.question, &answers))
    }

    fn entered(&mut self, answer: &Answer, judgement: Judgement, rule: Rule) {
        self.tries.push(Try { inputs: answer.inputs.clone(), judgement });
        self.standing = standing(&self.tries, rule);
    }
}

/// Where a question stands after these tries, if its answer was not shown. An answer that counts for nothing lets the student go on, as a right one does.
fn standing(tries: &[Try], rule: Rule) -> QuestionStanding {
    if tries.iter().any(|one| one.judgement != Judgement::Wrong) {
        QuestionStanding::Right
    } else if !tries.is_empty() && rule.moves_on_when_missed() {
        QuestionStanding::Missed
    } else {
        QuestionStanding::Open
    }
}

//! An attempt that has begun: answering, revealing, going on, and what each event makes of it.

use super::{
    Answer, Attempt, Current, EditionRef, Event, Facts, Judgement, QuestionStanding, Reckoning, Refusal, Regraded, TRIES_MAX, Work, draw,
};
use crate::{
    content::{Field, FieldKind, Input, Rule},
    grading::{Correctness, Unreadable},
};
use std::collections::{BTreeMap, BTreeSet};

impl Work {
    pub(super) fn begun(edition: EditionRef, rule: Rule) -> Self {
        Self {
            edition,
            rule,
            current: None,
            streak: 0,
            misses: 0,
            stuck: false,
            finished: false,
            last_assigned: BTreeMap::new(),
            passed_over: BTreeSet::new(),
            judgements: Vec::new(),
            regraded: 0,
        }
    }

    /// The current question, if it is the one meant.
    pub(super) fn at(&self, ordinal: u32) -> Result<&Current, Refusal> {
        let current = self.current.as_ref().ok_or(Refusal::NotStarted)?;
        if current.ordinal == ordinal {
            Ok(current)
        } else if current.ordinal > ordinal {
            Err(Refusal::AlreadyAnswered)
        } else {
            Err(Refusal::AnotherQuestion { current: current.ordinal })
        }
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
            corrections: unit.corrections.last_of(unit.section.id),
        };
        match key.grade(inputs).outcome {
            Correctness::WrongForm(form) => Err(Refusal::WrongForm { form }),
            Correctness::Unreadable(why) => Err(Refusal::Unreadable { why }),
            Correctness::Right => {
                let cleared = (try_number == 1 && self.stuck).then_some(Event::StumblingBlockCleared {});
                let passed = (matches!(self.rule, Rule::Drill { streak } if self.streak.saturating_add(1) >= streak))
                    .then_some(Event::DrillPassed {});
                Ok([Event::QuestionAnsweredCorrectly(answer)].into_iter().chain(cleared).chain(passed).collect())
            }
            Correctness::Wrong => {
                let first = try_number == 1;
                Ok([Event::QuestionAnsweredWrongly(answer)].into_iter().chain(first.then(|| self.stumble()).flatten()).collect())
            }
        }
    }

    /// Whether a try at a question is right by its key as it is or as it once was.
    pub(super) fn was_right(&self, current: &Current, facts: &Facts<'_>) -> bool {
        facts.unit.as_ref().is_some_and(|unit| unit.was_right(current.question, current.graded_again()))
    }

    pub(super) fn reveal(&self, current: &Current, facts: &Facts<'_>) -> Result<Vec<Event>, Refusal> {
        // A question that counts for nothing must not cost the streak: to look it up is to go on with any answer, here with none.
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
        let revealed = Event::AnswerRevealed { ordinal: current.ordinal, question: current.question };
        let first = current.tries.is_empty();
        Ok([revealed].into_iter().chain(first.then(|| self.stumble()).flatten()).collect())
    }

    /// The stumbling block that one more miss makes, if it does.
    pub(super) fn stumble(&self) -> Option<Event> {
        match self.rule {
            Rule::Drill { .. } => None,
            Rule::SectionTest { stumble, .. } => {
                (!self.finished && !self.stuck && self.misses.saturating_add(1) >= stumble).then_some(Event::StumblingBlockMet {})
            }
        }
    }

    pub(super) fn next(&self, ordinal: u32, facts: &Facts<'_>) -> Result<Vec<Event>, Refusal> {
        let unit = facts.unit.ok_or(Refusal::ContentMissing)?;
        let attempt = facts.attempt.id();
        // What was passed over left no event.
        let before =
            if self.passed_over.is_empty() { self.last_assigned.clone() } else { draw::drawn_before(attempt, ordinal + 1, unit.section) };
        let drawn = draw::next(attempt, ordinal + 1, unit.section, before, |id| unit.is_dropped(id));
        let (ordinal, question) = drawn.ok_or(Refusal::ContentMissing)?;
        Ok(self.complete().into_iter().chain([Event::QuestionAssigned { ordinal, question }]).collect())
    }

    /// What as many in a row as the section asks for are, once the student goes on.
    pub(super) fn complete(&self) -> Option<Event> {
        match self.rule {
            Rule::Drill { .. } => None,
            Rule::SectionTest { streak, .. } if self.streak < streak => None,
            Rule::SectionTest { .. } if self.finished => Some(Event::StreakCompleted {}),
            Rule::SectionTest { .. } => Some(Event::SectionFinished {}),
        }
    }

    pub(super) fn after(mut self, event: &Event) -> Attempt {
        match event {
            Event::AttemptStarted { .. } => {}
            Event::DrillPassed {} => return Attempt::Ended(Self { finished: true, ..self }),
            Event::QuestionAssigned { ordinal, question } => {
                let before = self.current.as_ref().map_or(0, |current| current.ordinal);
                self.passed_over.extend(before + 1..*ordinal);
                self.judgements.clear();
                self.last_assigned.insert(*question, *ordinal);
                self.current =
                    Some(Current { ordinal: *ordinal, question: *question, tries: Vec::new(), standing: QuestionStanding::Open });
            }
            Event::QuestionAnsweredCorrectly(answer) => {
                if answer.try_number == 1 {
                    self.streak = self.streak.saturating_add(1);
                    self.misses = 0;
                }
                self.entered(answer, Judgement::Right);
            }
            Event::QuestionAnsweredWrongly(answer) => {
                if answer.try_number == 1 {
                    self.missed();
                }
                self.entered(answer, Judgement::Wrong);
            }
            Event::AnswerRevealed { .. } => {
                if self.current.as_ref().is_some_and(|current| current.tries.is_empty()) {
                    self.missed();
                }
                if let Some(current) = &mut self.current {
                    current.standing = QuestionStanding::Revealed;
                }
            }
            Event::StumblingBlockMet {} => self.stuck = true,
            Event::StumblingBlockCleared {} => self.stuck = false,
            Event::SectionFinished {} => {
                self.finished = true;
                self.streak = 0;
            }
            Event::StreakCompleted {} => self.streak = 0,
            Event::AnswerRegraded(regraded) => return self.judged_again(regraded),
        }
        Attempt::Open(self)
    }

    /// What the attempt is once its answers were graded again. A drill that was passed only by a correction goes on when that is taken back.
    fn judged_again(mut self, regraded: &Regraded) -> Attempt {
        if let Some(current) = &mut self.current {
            for judged in regraded.answers.iter().filter(|judged| judged.ordinal == current.ordinal) {
                if let Some(judgement) = self.judgements.get_mut((judged.try_number as usize).saturating_sub(1)) {
                    *judgement = judged.to;
                }
            }
            if current.standing != QuestionStanding::Revealed {
                current.standing = standing(&self.judgements, self.rule);
            }
        }
        let Reckoning { streak, misses, stuck, finished } = regraded.after;
        let is_drill = matches!(self.rule, Rule::Drill { .. });
        let work = Self { streak, misses, stuck, finished, regraded: regraded.correction, ..self };
        if is_drill && finished { Attempt::Ended(work) } else { Attempt::Open(work) }
    }

    pub(super) fn missed(&mut self) {
        self.streak = 0;
        self.misses = self.misses.saturating_add(1);
    }

    fn entered(&mut self, answer: &Answer, judgement: Judgement) {
        if let Some(current) = &mut self.current {
            self.judgements.push(judgement);
            current.tries.push(answer.inputs.clone());
            current.standing = standing(&self.judgements, self.rule);
        }
    }
}

/// Where a question stands after these tries, if its answer was not shown. What counts for nothing lets go on as what is right does.
fn standing(tries: &[Judgement], rule: Rule) -> QuestionStanding {
    match rule {
        _ if tries.iter().any(|judgement| *judgement != Judgement::Wrong) => QuestionStanding::Right,
        Rule::Drill { .. } if !tries.is_empty() => QuestionStanding::Missed,
        Rule::Drill { .. } | Rule::SectionTest { .. } => QuestionStanding::Open,
    }
}

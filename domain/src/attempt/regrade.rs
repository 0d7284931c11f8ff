//! Grading an attempt again, by corrections of the key that came later: what came out otherwise, and what follows from it.

use super::{Answer, Attempt, AttemptKey, Event, Facts, Judged, Judgement, Reckoning, Regraded, UnitContent, Work};
use crate::{
    content::{Correction, Numbered, Rule},
    decider::Decider,
    grading::{CorrectedKey, Correctness},
    ids::QuestionId,
};
use std::collections::BTreeMap;

/// What the course's corrections up to this one make of an attempt; none if nothing is different from what the attempt says now.
///
/// The policy: outcomes go up or down, only up by a correction that harms nobody; streak, misses and stumbling block are counted anew; a
/// section that was finished, or a drill that was passed, by the events recorded then stays so. A correction that was taken back counts as
/// if it had never been, so that everything is again what it was.
pub fn regraded(_key: &AttemptKey, history: &[Event], unit: &UnitContent<'_>, correction: u32) -> Option<Regraded> {
    let then = unit.corrections.as_of(correction);
    let unit = unit.corrected(&then);
    let rulings = Rulings::of(history, &unit);
    // Most attempts never met the question: nothing is counted for them.
    if rulings.by_question.is_empty() {
        return None;
    }
    let state = Attempt::replay(history);
    let work = state.work()?;
    let present = present(history);
    let judged = |(answer, was_right): (&Answer, bool)| {
        let place = (answer.ordinal, answer.try_number);
        let from = present.get(&place).copied().unwrap_or_else(|| recorded(was_right));
        let to = rulings.judgement(answer, recorded(was_right));
        Judged { ordinal: answer.ordinal, question: answer.question, try_number: answer.try_number, from, to }
    };
    let all: Vec<Judged> = history.iter().filter_map(Event::graded).map(judged).collect();
    let judgements = all.iter().map(|judged| ((judged.ordinal, judged.try_number), judged.to)).collect();
    let (before, after) = (reckoning(work), counted(work.rule, history, &judgements, &rulings));
    let answers: Vec<Judged> = all.into_iter().filter(|judged| judged.from != judged.to).collect();
    (!answers.is_empty() || before != after).then_some(Regraded { correction, answers, before, after })
}

pub(super) fn decide(attempt: &Attempt, correction: u32, facts: &Facts<'_>) -> Vec<Event> {
    let seen = attempt.work().is_none_or(|work| work.regraded >= correction);
    let unit = facts.unit.filter(|_| !seen);
    unit.and_then(|unit| regraded(&facts.attempt, facts.history, &unit, correction)).map(Event::AnswerRegraded).into_iter().collect()
}

fn recorded(was_right: bool) -> Judgement {
    if was_right { Judgement::Right } else { Judgement::Wrong }
}

/// By ordinal and try, what was judged again so far, as it counts now.
fn present(history: &[Event]) -> BTreeMap<(u32, u32), Judgement> {
    let mut present = BTreeMap::new();
    for event in history {
        if let Event::AnswerRegraded(regraded) = event {
            present.extend(regraded.answers.iter().map(|judged| ((judged.ordinal, judged.try_number), judged.to)));
        }
    }
    present
}

/// What corrections say of the questions of an attempt; of those that no correction is about nothing.
struct Rulings<'f> {
    unit: &'f UnitContent<'f>,
    by_question: BTreeMap<QuestionId, Ruling<'f>>,
}

/// What corrections say of one question.
struct Ruling<'f> {
    /// Each correction that stands and regrades, in order.
    steps: Vec<Step<'f>>,
    /// The numbers of those corrections that stood once, and by then are taken back, with the number of what did.
    taken_back: Vec<(u32, u32)>,
}

/// A correction that stands.
struct Step<'f> {
    number: u32,
    /// The key as corrected up to it.
    key: CorrectedKey<'f>,
    harm_nobody: bool,
    /// The number of the correction that dropped the question, if it is dropped by then.
    dropped: Option<u32>,
}

impl<'f> Rulings<'f> {
    fn of(history: &[Event], unit: &'f UnitContent<'f>) -> Self {
        let mut rulings = Self { unit, by_question: BTreeMap::new() };
        if unit.corrections.is_empty() {
            return rulings;
        }
        for event in history {
            if let Event::QuestionAssigned { question, .. } = event
                && !rulings.by_question.contains_key(question)
                && let Some(ruling) = rulings.on(*question)
            {
                rulings.by_question.insert(*question, ruling);
            }
        }
        rulings
    }

    fn on(&self, question: QuestionId) -> Option<Ruling<'f>> {
        let unit = self.unit;
        let about = || unit.about(question).filter(|said| said.correction().regrades());
        let mut steps: Vec<Step<'f>> = Vec::new();
        for said in about().filter(Numbered::stands) {
            let (number, correction, harm_nobody) = (said.number, said.correction(), said.corrected.harm_nobody);
            let before = match steps.last() {
                None => unit.published_key(question)?,
                Some(step) => step.key.clone(),
            };
            let dropped = match correction {
                Correction::Drop {} => Some(number),
                Correction::FullCredit {} => None,
                Correction::Replace { .. } | Correction::AcceptToo { .. } | Correction::Explain { .. } => {
                    steps.last().and_then(|step| step.dropped)
                }
            };
            steps.push(Step { number, key: before.with(correction), harm_nobody, dropped });
        }
        let taken_back: Vec<(u32, u32)> = about().filter_map(|said| Some((said.number, said.undone_by?))).collect();
        (!steps.is_empty() || !taken_back.is_empty()).then_some(Ruling { steps, taken_back })
    }

    /// What an answer counts as. What was known when it was graded decided then, unless it was taken back since; what came later, in order,
    /// grades it again.
    fn judgement(&self, answer: &Answer, recorded: Judgement) -> Judgement {
        let Some(ruling) = self.by_question.get(&answer.question) else { return recorded };
        let known = |number: u32| number <= answer.corrections;
        let shaken = ruling.taken_back.iter().any(|(number, by)| known(*number) && !known(*by));
        let basis = ruling.steps.iter().rev().find(|step| known(step.number)).map(|step| &step.key);
        let first = match (shaken, basis) {
            (false, _) => Some(recorded),
            (true, Some(key)) => verdict(key, answer),
            (true, None) => self.unit.published_key(answer.question).and_then(|key| verdict(&key, answer)),
        };
        // Without the correction that was taken back it might not have been counted at all.
        let first = first.unwrap_or(Judgement::Void);
        ruling.steps.iter().filter(|step| !known(step.number)).fold(first, |so_far, step| {
            let now = match step.dropped {
                Some(dropped) if !known(dropped) => Judgement::Void,
                // What the corrected key cannot judge stays what it was.
                Some(_) | None => verdict(&step.key, answer).unwrap_or(so_far),
            };
            if step.harm_nobody { now.max(so_far) } else { now }
        })
    }

    /// Whether a question counts for nothing by now.
    fn is_dropped(&self, question: QuestionId) -> bool {
        self.by_question.get(&question).and_then(|ruling| ruling.steps.last()).is_some_and(|step| step.dropped.is_some())
    }
}

/// What a key makes of an answer; none if it cannot be judged, or costs nothing.
fn verdict(key: &CorrectedKey<'_>, answer: &Answer) -> Option<Judgement> {
    match key.grade(&answer.inputs).outcome {
        Correctness::Right => Some(Judgement::Right),
        Correctness::Wrong => Some(Judgement::Wrong),
        Correctness::WrongForm(_) | Correctness::Unreadable(_) => None,
    }
}

fn reckoning(work: &Work) -> Reckoning {
    Reckoning { streak: work.streak, misses: work.misses, stuck: work.stuck, finished: work.finished }
}

/// Streak, misses, stumbling block and finish, counted anew with these judgements.
fn counted(rule: Rule, history: &[Event], judgements: &BTreeMap<(u32, u32), Judgement>, rulings: &Rulings<'_>) -> Reckoning {
    let mut count = Count { rule, now: Reckoning::default(), untouched: false };
    for event in history {
        match event {
            Event::QuestionAssigned { .. } => count.assigned(),
            Event::QuestionAnsweredCorrectly(answer) | Event::QuestionAnsweredWrongly(answer) => {
                let judgement = judgements.get(&(answer.ordinal, answer.try_number)).filter(|_| answer.try_number == 1);
                match judgement {
                    Some(Judgement::Right) => count.right(),
                    Some(Judgement::Wrong) => count.missed(),
                    Some(Judgement::Void) | None => {}
                }
                count.untouched = false;
            }
            Event::AnswerRevealed { question, .. } => {
                if count.untouched && !rulings.is_dropped(*question) {
                    count.missed();
                }
                count.untouched = false;
            }
            Event::DrillPassed {} => count.now.finished = true,
            // After the deadline no question follows it.
            Event::SectionFinished {} => {
                count.now.finished = true;
                count.complete();
            }
            Event::StreakCompleted {} => count.complete(),
            Event::AttemptStarted { .. } | Event::StumblingBlockMet {} | Event::StumblingBlockCleared {} | Event::AnswerRegraded(_) => {}
        }
    }
    count.now
}

struct Count {
    rule: Rule,
    now: Reckoning,
    /// The question being worked on has no answer yet, and was not looked up.
    untouched: bool,
}

impl Count {
    /// The next question: by then a full streak is complete.
    fn assigned(&mut self) {
        self.untouched = true;
        self.complete();
    }

    /// A full streak finishes the section, and another one begins.
    fn complete(&mut self) {
        if matches!(self.rule, Rule::SectionTest { .. }) && self.now.streak >= self.rule.streak() {
            self.now.finished = true;
            self.now.streak = 0;
        }
    }

    fn right(&mut self) {
        if self.is_over() {
            return;
        }
        let Reckoning { streak, misses, stuck, finished } = &mut self.now;
        *streak = streak.saturating_add(1);
        (*misses, *stuck) = (0, false);
        *finished |= matches!(self.rule, Rule::Drill { .. }) && *streak >= self.rule.streak();
    }

    fn missed(&mut self) {
        if self.is_over() {
            return;
        }
        let Reckoning { streak, misses, stuck, finished } = &mut self.now;
        *streak = 0;
        *misses = misses.saturating_add(1);
        *stuck |= match self.rule {
            Rule::Drill { .. } => false,
            Rule::SectionTest { stumble, .. } => !*finished && *misses >= stumble,
        };
    }

    /// A drill ends when it is passed; what was done after that, before it was known, does not count.
    fn is_over(&self) -> bool {
        matches!(self.rule, Rule::Drill { .. }) && self.now.finished
    }
}

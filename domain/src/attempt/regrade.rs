//! Grading an attempt again, by corrections of the key that came later: what came out otherwise, and what follows from it.

use super::{
    Answer, Attempt, AttemptKey, Event, Facts, Judged, Judgement, Reckoning, Regraded, UnitContent,
    rule::{self, Happened, Milestone},
};
use crate::{
    content::{Correction, Numbered, Rule},
    decider::Decider,
    grading::{CorrectedKey, Correctness},
    ids::QuestionId,
};
use std::collections::BTreeMap;

/// What the course's corrections up to this one make of an attempt; none if nothing is different from what the attempt says now.
///
/// The policy: outcomes go up or down, but only up by a correction that is to harm nobody; streak, misses and stumbling block are counted anew; a section that
/// was finished, or a drill that was passed, by the events recorded then stays so. A correction that was taken back counts as if it had never been, so that
/// everything is again what it was.
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
    let (before, after) = (work.reckoning, counted(work.rule, history, &judgements, &rulings));
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

/// What each answer that was graded again before counts as now, by ordinal and try.
fn present(history: &[Event]) -> BTreeMap<(u32, u32), Judgement> {
    let mut present = BTreeMap::new();
    for event in history {
        if let Event::AnswerRegraded(regraded) = event {
            present.extend(regraded.answers.iter().map(|judged| ((judged.ordinal, judged.try_number), judged.to)));
        }
    }
    present
}

/// What corrections say of the questions of an attempt; questions that no correction is about are left out.
struct Rulings<'f> {
    unit: &'f UnitContent<'f>,
    by_question: BTreeMap<QuestionId, Ruling<'f>>,
}

/// What corrections say of one question.
struct Ruling<'f> {
    /// Each correction that stands and regrades, in order.
    steps: Vec<Step<'f>>,
    /// The numbers of the corrections that were taken back by then, each with the number of the event that did.
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

    /// What an answer counts as. The corrections that were known when it was graded are in its recorded grade already, unless one of them was taken back since;
    /// later ones grade it again, in order.
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

/// Streak, misses, stumbling block and finish, counted anew with these judgements. What was finished by the events recorded then stays so.
fn counted(rule: Rule, history: &[Event], judgements: &BTreeMap<(u32, u32), Judgement>, rulings: &Rulings<'_>) -> Reckoning {
    let (mut now, mut untouched) = (Reckoning::default(), false);
    let count = |now: Reckoning, happened: Option<Happened>| happened.map_or(now, |happened| rule::counted(rule, now, happened));
    for event in history {
        if event.assigned().is_some() {
            now = count(now, Some(Happened::WentOn));
        } else if let Some((answer, _)) = event.graded() {
            let judgement = judgements.get(&(answer.ordinal, answer.try_number)).filter(|_| answer.try_number == 1);
            now = count(now, judgement.and_then(|judgement| first_try(*judgement)));
        } else if let Some((_, question)) = event.revealed() {
            let missed = untouched && !rulings.is_dropped(question);
            now = count(now, missed.then_some(Happened::Missed));
        }
        match event.milestone() {
            Some(Milestone::DrillPassed) => now.finished = true,
            // After the deadline no next question follows it, so the row is completed here.
            Some(Milestone::SectionFinished) => now = Reckoning { finished: true, ..count(now, Some(Happened::WentOn)) },
            Some(Milestone::StreakCompleted) => now = count(now, Some(Happened::WentOn)),
            Some(Milestone::StumblingBlockMet | Milestone::StumblingBlockCleared) | None => {}
        }
        untouched = event.leaves_untouched(untouched);
    }
    now
}

/// How the rules count a first try with this judgement; `None` if it counts for nothing.
fn first_try(judgement: Judgement) -> Option<Happened> {
    match judgement {
        Judgement::Right => Some(Happened::Right),
        Judgement::Wrong => Some(Happened::Missed),
        Judgement::Void => None,
    }
}

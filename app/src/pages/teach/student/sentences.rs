//! The story in sentences: each event with its time and its cause, as a teacher would tell it.

use super::{Correctors, section_title};
use crate::{
    components::teach::names::person_in_words,
    device,
    texts::texts,
    wording::{answer, beginning, prompt},
};
use domain::{
    attempt::{self, AttemptKey, EditionRef, Judgement, Regraded},
    class,
    content::{Input, Question, Rule, Unit},
    event::Recorded,
    grading::bounds::shortened_input,
    ids::{AccountId, ContentHash, QuestionId},
    replica::Replica,
    time::Timestamp,
};
use std::collections::BTreeMap;

/// Done so long before it arrived, it was done without a connection, in milliseconds.
const LATE_MS_MIN: i64 = 2 * 60 * 1_000;

/// One event, told.
#[derive(Debug, Clone, PartialEq)]
pub struct StoryLine {
    /// Its number in the class's history.
    pub number: usize,
    /// The time of day.
    pub time: String,
    /// What happened, in one sentence or several.
    pub sentences: Vec<String>,
    /// What kind of thing it is, for the style.
    pub tone: &'static str,
}

/// What sentences are made from: what the events before say that the one told does not.
pub struct Teller<'t> {
    replica: &'t Replica,
    correctors: &'t Correctors,
    student: AccountId,
    begun: BTreeMap<AttemptKey, (EditionRef, Rule)>,
    entered: BTreeMap<(AttemptKey, u32, u32), Vec<Input>>,
    /// What answers count as that came out otherwise, and since which correction.
    judged: BTreeMap<(AttemptKey, u32, u32), (Judgement, u32)>,
}

impl<'t> Teller<'t> {
    /// Of these events of a student.
    pub fn of(replica: &'t Replica, correctors: &'t Correctors, student: AccountId, events: &[(usize, Recorded)]) -> Self {
        let mut teller = Self { replica, correctors, student, begun: BTreeMap::new(), entered: BTreeMap::new(), judged: BTreeMap::new() };
        for (_, recorded) in events {
            if let Some((key, event)) = recorded.event.attempt() {
                teller.note(*key, event);
            }
        }
        teller
    }

    fn note(&mut self, key: AttemptKey, event: &attempt::Event) {
        self.begun.extend(event.begun().map(|begun| (key, begun)));
        if let Some((answer, _)) = event.graded() {
            self.entered.insert((key, answer.ordinal, answer.try_number), answer.inputs.iter().map(shortened_input).collect());
        }
        if let Some(regraded) = event.regraded() {
            let of = |judged: &attempt::Judged| (key, judged.ordinal, judged.try_number);
            self.judged.extend(regraded.answers.iter().map(|judged| (of(judged), (judged.to, regraded.correction))));
        }
    }

    /// An event, told.
    pub fn line(&self, number: usize, recorded: &Recorded) -> StoryLine {
        let work = recorded.event.attempt().map(|(key, event)| self.work(key, event));
        let told = work.or_else(|| Some(self.class(recorded.actor, recorded.event.class()?.1)));
        let (tone, mut sentences) = told.unwrap_or_else(|| ("plain", vec![texts().story.unknown_event.to_owned()]));
        if recorded.actor == self.student && recorded.recorded.0 - recorded.claimed.0 > LATE_MS_MIN {
            let arrived = device::written(recorded.recorded, texts().language);
            if let Some(last) = sentences.last_mut() {
                *last = format!("{last} ({})", (texts().story.arrived)(&arrived));
            }
        }
        StoryLine { number, time: device::time_of_day(when(recorded, self.student), texts().language), sentences, tone }
    }

    fn work(&self, key: &AttemptKey, event: &attempt::Event) -> (&'static str, Vec<String>) {
        let words = &texts().story;
        let rule = self.begun.get(key).map(|(_, rule)| *rule);
        let streak = rule.map(|rule| u32::from(rule.goal()));
        match event {
            attempt::Event::AttemptStarted { edition, .. } => ("begun", vec![(words.began)(edition.number, key.run)]),
            attempt::Event::QuestionAssigned { ordinal, question } => {
                ("plain", vec![(words.was_given)(*ordinal, &self.question(key, *question))])
            }
            attempt::Event::QuestionAnsweredCorrectly(answer) => ("right", vec![self.answered(key, answer, true)]),
            attempt::Event::QuestionAnsweredWrongly(answer) => ("wrong", vec![self.answered(key, answer, false)]),
            attempt::Event::AnswerRevealed { question, .. } => ("wrong", vec![(words.revealed)(&self.question(key, *question))]),
            attempt::Event::StumblingBlockMet {} => {
                let misses = rule.and_then(Rule::stumbles_at).map(u32::from);
                ("stuck", vec![(words.stumbled_after)(misses)])
            }
            attempt::Event::StumblingBlockCleared {} => ("right", vec![words.cleared.to_owned()]),
            attempt::Event::SectionFinished {} => ("finished", vec![(words.section_finished)(streak)]),
            attempt::Event::StreakCompleted {} => ("finished", vec![(words.streak_completed)(streak)]),
            attempt::Event::DrillPassed {} => ("finished", vec![(words.drill_passed)(streak)]),
            attempt::Event::AnswerRegraded(regraded) => ("regraded", self.regraded(key, regraded)),
        }
    }

    fn answered(&self, key: &AttemptKey, given: &attempt::Answer, right: bool) -> String {
        let entered = answer(self.asked(key, given.question), &given.inputs);
        let said = (texts().story.answered)(&entered, &self.question(key, given.question), right, given.try_number, given.ms);
        let was = if right { Judgement::Right } else { Judgement::Wrong };
        let since = self.judged.get(&(*key, given.ordinal, given.try_number)).filter(|(now, _)| *now != was);
        since.map_or(said.clone(), |(now, correction)| format!("{said} – {}", (texts().story.counts_as)(*now, *correction)))
    }

    fn regraded(&self, key: &AttemptKey, regraded: &Regraded) -> Vec<String> {
        let words = &texts().story;
        let course = self.begun.get(key).map(|(edition, _)| edition.course);
        let corrections = course.and_then(|course| self.replica.shown().directory.course(course));
        let corrections = corrections.map(|entry| &entry.contents.corrections);
        let what = corrections.and_then(|corrections| corrections.get(regraded.correction)).map(|said| said.correction());
        let undoes = corrections.and_then(|corrections| corrections.undoes(regraded.correction));
        let by = course.and_then(|course| self.correctors.get(&(course, regraded.correction)));
        let by = by.map(|by| person(self.replica, *by));
        let made = |judged: &attempt::Judged| {
            let inputs = self.entered.get(&(*key, judged.ordinal, judged.try_number));
            let entered = inputs.map(|inputs| answer(self.asked(key, judged.question), inputs)).unwrap_or_default();
            (words.made)(&entered, &self.question(key, judged.question), judged.to)
        };
        let cause = (words.regraded)(regraded.correction, by.as_deref(), what, undoes);
        [cause].into_iter().chain(regraded.answers.iter().map(made)).collect()
    }

    fn class(&self, actor: AccountId, event: &class::Event) -> (&'static str, Vec<String>) {
        let words = &texts().story;
        let by = person(self.replica, actor);
        match event {
            class::Event::StudentEnrolled { student } => {
                let by = (actor != *student).then_some(by);
                ("class", vec![(words.enrolled)(by.as_deref())])
            }
            class::Event::StudentRemoved { .. } => ("class", vec![(words.removed)(&by)]),
            class::Event::NoteWritten { .. } => ("note", vec![(words.noted)(&by)]),
            class::Event::NoteRemoved { .. } => ("note", vec![(words.note_removed)(&by)]),
            class::Event::ClassOpened { .. }
            | class::Event::TeacherAppointed { .. }
            | class::Event::TeacherDismissed { .. }
            | class::Event::UnitAssigned { .. }
            | class::Event::AssignmentEnded { .. }
            | class::Event::EnrolmentOpened { .. }
            | class::Event::EnrolmentClosed {} => ("class", vec![words.class_events.to_owned()]),
        }
    }

    /// The unit of an attempt: in the edition that it is pinned to if that is at hand, else in the newest that is.
    fn unit(&self, key: &AttemptKey) -> Option<Unit<'t>> {
        let (library, directory) = (self.replica.library(), &self.replica.shown().directory);
        let course = directory.course(self.begun.get(key)?.0.course);
        let newest = course.and_then(|course| course.contents.editions.last()).map(|edition| edition.paper);
        let pinned: Option<ContentHash> = self.begun.get(key).map(|(edition, _)| edition.paper);
        pinned.into_iter().chain(newest).find_map(|paper| library.paper(paper)?.unit(key.unit))
    }

    fn asked(&self, key: &AttemptKey, question: QuestionId) -> Option<&'t Question> {
        self.unit(key)?.question(question)
    }

    fn question(&self, key: &AttemptKey, question: QuestionId) -> String {
        let asked = self.asked(key, question).map(|question| beginning(&prompt(question)));
        asked.unwrap_or_else(|| texts().story.unknown_question.to_owned())
    }

    /// The title of an attempt's unit.
    pub fn title(&self, key: &AttemptKey) -> String {
        let title = self.unit(key).map(|unit| unit.title().to_owned());
        title.or_else(|| section_title(self.replica, key.unit)).unwrap_or_default()
    }
}

/// The name of somebody of the school, as far as this account may know it.
pub fn person(replica: &Replica, account: AccountId) -> String {
    person_in_words(replica, account).unwrap_or_else(|| texts().story.another_teacher.to_owned())
}

/// When something was done: a student's work by the clock of the device, everything else when it was recorded.
pub fn when(recorded: &Recorded, student: AccountId) -> Timestamp {
    if recorded.actor == student { recorded.claimed } else { recorded.recorded }
}

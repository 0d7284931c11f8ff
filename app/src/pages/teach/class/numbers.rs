//! The class in numbers: who does what, and what this lesson has brought.

use super::state::State;
use crate::{
    address::{Address, Place},
    doors::use_projection,
    texts::texts,
    wording,
};
use domain::{
    attempt::Judgement,
    ids::{AccountId, QuestionId, UnitId},
    projections::{
        class_overview::Board,
        journal::{Answered, Journal, Lesson},
    },
    time::Timestamp,
    views::{mastery, situation::Counts},
};
use leptos::prelude::*;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// A lesson is over when nothing was recorded for so long, in milliseconds.
const OVER_AFTER_MS: i64 = 20 * 60 * 1_000;

/// First answers and right ones before a lesson began.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Before {
    lesson: Lesson,
    answered: u32,
    right: u32,
}

/// The numbers.
#[component]
pub fn Numbers(state: State) -> impl IntoView {
    // All of the history is looked through for lessons: now and then is enough.
    let is_read = Memo::new(move |_| state.history.with(|_| ()).is_some());
    let lessons = Memo::new(move |_| {
        state.clock.track();
        if is_read.get() { untrack(|| state.history.with(Journal::lessons)).unwrap_or_default() } else { Vec::new() }
    });
    // The lesson under way at the moment looked at, or the last one before it.
    let lesson = Memo::new(move |_| {
        let at = state.moment.at.get();
        lessons.with(|lessons| lessons.iter().rev().find(|lesson| at.is_none_or(|k| lesson.first <= k)).copied())
    });
    // Looked for when the slider is still.
    let hardest = Memo::new(move |before: Option<&Option<Hardest>>| {
        state.clock.track();
        let (lesson, at) = (lesson.get()?, state.moment.at.get());
        if state.moment.is_passing() {
            return before.copied().flatten();
        }
        untrack(|| state.history.with(|journal| hardest(journal, &lesson, at.unwrap_or(journal.len())))).flatten()
    });
    let first = Memo::new(move |_| lesson.get().map(|lesson| lesson.first));
    // Whoever left or came since would make a difference that is none.
    let members = Memo::new(move |_| state.order.with(|(_, students)| students.iter().copied().collect::<BTreeSet<_>>()));
    let base = Memo::new(move |_| {
        let first = first.get()?;
        let board = untrack(|| state.history.with(|journal| journal.board_at(first - 1)))?;
        Some(members.with(|members| answers(&board, members)))
    });
    let before = Memo::new(move |_| {
        let (lesson, (answered, right)) = (lesson.get()?, base.get()?);
        Some(Before { lesson, answered, right })
    });
    let tile = move |name: &'static str, of: fn(&Counts) -> Option<String>| {
        let number = Memo::new(move |_| state.counts.with(|counts| counts.as_ref().and_then(of)));
        view! {
            <Show when=move || number.with(Option::is_some)>
                <div>
                    <dt>{name}</dt>
                    <dd>{move || number.get()}</dd>
                </div>
            </Show>
        }
    };
    view! {
        <dl class="tally">
            {tile(texts().board.working_now, |counts| Some(counts.working.to_string()))}
            {tile(texts().board.stuck_count, |counts| Some(counts.stuck.to_string()))}
            {tile(texts().board.idle_count, |counts| some(counts.idle))}
            {tile(texts().board.away_count, |counts| some(counts.away))}
            {tile(texts().board.not_here_count, |counts| some(counts.not_here))}
            {tile(texts().board.unsent_count, |counts| some(counts.unsent as usize))}
            {tile(texts().board.finished_count, |counts| Some(counts.finished.to_string()))}
            <Lessons state before/>
            <HardestQuestion state hardest/>
        </dl>
    }
}

fn some(count: usize) -> Option<String> {
    (count > 0).then(|| count.to_string())
}

fn answers(board: &Board, members: &BTreeSet<AccountId>) -> (u32, u32) {
    let in_class = members.iter().filter_map(|student| board.students.get(student));
    in_class.fold((0, 0), |(answered, right), work| (answered + work.answered, right + work.right))
}

#[component]
fn Lessons(state: State, before: Memo<Option<Before>>) -> impl IntoView {
    let since = Memo::new(move |_| {
        let (before, counts) = (before.get()?, state.counts.get()?);
        let answered = counts.answered.checked_sub(before.answered).filter(|answered| *answered > 0)?;
        let percent = counts.right.saturating_sub(before.right) * 100 / answered;
        Some((answered, percent, is_under_way(before.lesson, state.time())))
    });
    view! {
        <Show when=move || since.with(Option::is_some)>
            <div>
                <dt>{move || since.get().map(|(_, _, now)| (texts().board.lesson_answers)(now))}</dt>
                <dd>{move || since.get().map(|(answered, ..)| answered)}</dd>
            </div>
            <div>
                <dt>{texts().board.lesson_right}</dt>
                <dd>{move || since.get().map(|(_, percent, _)| (texts().board.percent)(percent))}</dd>
            </div>
        </Show>
    }
}

/// The question of a lesson that was answered right least often.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Hardest {
    unit: UnitId,
    question: QuestionId,
    right: u32,
    answered: u32,
}

/// Fewer answers than this say nothing of a question.
const ANSWERS_MIN: u32 = 3;

fn hardest(journal: &Journal, lesson: &Lesson, k: usize) -> Option<Hardest> {
    let mut questions: BTreeMap<(UnitId, u32), (u32, u32)> = BTreeMap::new();
    let counts = |answered: &Answered<'_>| answered.at >= lesson.from && answered.try_number == 1 && answered.judgement != Judgement::Void;
    for answered in journal.answers(None, k).filter(counts) {
        let (right, all) = questions.entry((answered.attempt.unit, answered.question)).or_default();
        *right += u32::from(answered.judgement == Judgement::Right);
        *all += 1;
    }
    let enough = questions.into_iter().filter(|(_, (right, all))| *all >= ANSWERS_MIN && right < all);
    // Of equally hard ones the one that more have answered.
    let first = enough.min_by_key(|(_, (right, all))| (right * 1_000 / all, Reverse(*all)));
    first.map(|((unit, place), (right, answered))| Hardest { unit, question: journal.question(place), right, answered })
}

#[component]
fn HardestQuestion(state: State, hardest: Memo<Option<Hardest>>) -> impl IntoView {
    let asked = use_projection(move |replica| {
        let hardest = hardest.get()?;
        let question = mastery::unit(replica.on_device(), hardest.unit)?.question(hardest.question)?;
        Some(wording::beginning(&wording::prompt(question)))
    });
    let link = move || {
        let Hardest { unit, question, .. } = hardest.get()?;
        Some(state.moment.link(&Address::Question(Place { class: state.class, unit, question })))
    };
    view! {
        <Show when=move || hardest.with(Option::is_some)>
            <div class="hardest">
                <dt>
                    {move || hardest.get().map(|hardest| (texts().board.hardest)(hardest.answered))}
                    " "
                    <a href=link>{move || asked.get()}</a>
                </dt>
                <dd>{move || hardest.get().map(|hardest| (texts().board.percent)(hardest.right * 100 / hardest.answered))}</dd>
            </div>
        </Show>
    }
}

fn is_under_way(lesson: Lesson, now: Timestamp) -> bool {
    now.0 - lesson.until.0 < OVER_AFTER_MS
}

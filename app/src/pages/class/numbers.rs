//! The class in numbers: who does what, and what this lesson has brought.

use super::state::{Counts, State};
use crate::texts::texts;
use domain::{
    projections::{
        class_overview::Board,
        journal::{Journal, Lesson},
    },
    time::Timestamp,
};
use leptos::prelude::*;

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
    // The lesson under way at the moment looked at, or the last one before it; all of the history is looked through for it.
    let is_read = Memo::new(move |_| state.history.with(|_| ()).is_some());
    let lesson = Memo::new(move |_| {
        let at = state.moment.at.get();
        state.clock.track();
        let lessons = is_read.get().then(|| untrack(|| state.history.with(Journal::lessons))).flatten()?;
        lessons.into_iter().rev().find(|lesson| at.is_none_or(|k| lesson.first <= k))
    });
    let first = Memo::new(move |_| lesson.get().map(|lesson| lesson.first));
    let base = Memo::new(move |_| {
        let first = first.get()?;
        let board = untrack(|| state.history.with(|journal| journal.board_at(first - 1)))?;
        Some(answers(&board))
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
        </dl>
    }
}

fn some(count: usize) -> Option<String> {
    (count > 0).then(|| count.to_string())
}

fn answers(board: &Board) -> (u32, u32) {
    let in_class = board.members.iter().filter_map(|student| board.students.get(student));
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

fn is_under_way(lesson: Lesson, now: Timestamp) -> bool {
    now.0 - lesson.until.0 < OVER_AFTER_MS
}

//! What is behind a cell: how far a student is in a section, the last answers, and the way to the whole story.

use super::state::State;
use crate::{
    address::Address,
    components::{dialog::Dialog, teach::names::name_in_words},
    device,
    doors::use_projection,
    texts::texts,
    wording,
};
use domain::{
    attempt::Judgement,
    ids::AccountId,
    projections::{journal::Tried, tally::Tally},
    views::mastery::{self, Column},
};
use leptos::prelude::*;

/// How many answers are told.
const ANSWERS: usize = 6;

/// The dialog; it opens when it is given a student and a section.
#[component]
pub fn Behind(state: State, opened: RwSignal<Option<(AccountId, Column)>>) -> impl IntoView {
    let show = move |(student, column)| {
        view! {
            <Cell state student column/>
            <div class="actions">
                <button class="button" data-kind="quiet" type="button" on:click=move |_| opened.set(None)>{texts().board.close}</button>
            </div>
        }
        .into_any()
    };
    view! { <Dialog asking=opened labelled="behind" class="behind" children=show/> }
}

#[component]
fn Cell(state: State, student: AccountId, column: Column) -> impl IntoView {
    let unit = column.unit;
    let heading = {
        let (number, title) = (column.number, column.title.clone());
        use_projection(move |replica| (texts().board.behind)(&name_in_words(replica, student), number, &title))
    };
    let cell = Memo::new(move |_| {
        state.with_board(|board| {
            let work = board.students.get(&student);
            let tally = work.and_then(|work| work.units.get(&unit)).copied().unwrap_or_default();
            (mastery::mastery(board, work, &column, state.time()), tally)
        })
    });
    let tried = Memo::new(move |_| {
        let k = state.moment.at.get();
        state.history.with(|journal| {
            let all = journal.tried(unit, k.unwrap_or(journal.len()));
            let own = all.into_iter().rev().filter(|tried| tried.attempt.student == student).take(ANSWERS);
            own.collect::<Vec<_>>()
        })
    });
    let story = move || state.moment.link(&Address::Student { class: state.class, student, unit: Some(unit) });
    let worked = |tally: Tally| {
        (tally.started()).then(|| (texts().board.worked)(tally.answered, tally.right, &device::written(tally.last, texts().language)))
    };
    view! {
        <h2 id="behind">{move || heading.get()}</h2>
        {move || cell.get().map(|(is, tally)| view! { <p>{(texts().board.cell)(is, None)}</p> {worked(tally).map(|words| view! { <p class="quiet">{words}</p> })} })}
        <ol class="tried" role="list">
            {move || tried.get().unwrap_or_default().into_iter().map(|tried| view! { <Answer tried/> }).collect_view()}
        </ol>
        <p><a href=story>{texts().board.story}</a></p>
    }
}

#[component]
fn Answer(tried: Tried) -> impl IntoView {
    let outcome = match tried.judgement {
        Judgement::Right => "right",
        Judgement::Wrong => "wrong",
        Judgement::Void => "void",
    };
    let (unit, question, inputs) = (tried.attempt.unit, tried.question, tried.inputs);
    let words = use_projection(move |replica| {
        let question = mastery::unit(replica.on_device(), unit).and_then(|unit| unit.question(question));
        let asked = question.map(|question| wording::beginning(&wording::prompt(question))).unwrap_or_default();
        (asked, wording::answer(question, &inputs))
    });
    view! {
        <li data-outcome=outcome>
            <span>{(texts().board.judged)(tried.judgement)}</span>
            <span>
                {move || words.get().0}
                " "
                <q>{move || words.get().1}</q>
            </span>
            <span class="quiet">{device::written(tried.at, texts().language)}</span>
        </li>
    }
}

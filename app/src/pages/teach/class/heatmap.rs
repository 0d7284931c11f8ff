//! The heatmap: a real table of students and sections, whose cells change in place and can be walked with the arrow keys.

use super::{
    sorting::SortedBy,
    state::{Row, State},
    walk::{self, CellPlace},
};
use crate::{
    address::Address,
    components::{state::state_name, teach::names::Name},
    device::{self, measure::Measure},
    texts::texts,
};
use domain::{
    ids::AccountId,
    projections::tally::Standing,
    views::{
        mastery::{Cell, Column, Mastery},
        situation::{Doing, Situation},
    },
};
use leptos::{ev, html, prelude::*};
use std::time::Duration;

/// How long a row that changed says so.
const CHANGED: Duration = Duration::from_millis(1_600);
/// What the browser's own measurements call a drawing of the table.
const MEASURED: &str = "heatmap";

/// The table.
#[component]
pub fn Heatmap(
    state: State,
    /// Called with a student and a section when the cell is opened.
    open: Callback<(AccountId, Column)>,
) -> impl IntoView {
    let measure = Measure::begin(MEASURED);
    let body = NodeRef::<html::Tbody>::new();
    let students = Memo::new(move |_| state.order.with(|(_, students)| students.len()));
    let caption = move || match state.moment.is_live() {
        true => (texts().class_caption)(students.get()),
        false => (texts().board.caption_then)(students.get()),
    };
    keep_entrance(state, body);
    let place_opened = move |place: CellPlace| {
        let student = state.order.with_untracked(|(_, students)| students.get(place.row).copied());
        let column = state.columns.with_untracked(|columns| columns.get(place.column).cloned());
        if let (Some(student), Some(column)) = (student, column) {
            open.run((student, column));
        }
    };
    let click = move |event: ev::MouseEvent| {
        if let Some(place) = body.get_untracked().and_then(|body| walk::place_of(&body, &event)) {
            place_opened(place);
        }
    };
    let key = move |event: ev::KeyboardEvent| {
        if let Some(body) = body.get_untracked() {
            walk::step(&body, &event);
        }
    };
    let enter = move |event: ev::FocusEvent| {
        if let Some(body) = body.get_untracked() {
            walk::entered(&body, &event);
        }
    };
    let rows = move || state.order.with(|(table, students)| students.iter().map(|student| (*table, *student)).collect::<Vec<_>>());
    let row = move |(_, student): (u32, AccountId)| state.row(student).map(|row| view! { <StudentRow state student row/> });
    measure.end();
    view! {
        <div class="scroller heatmap-scroller" role="region" aria-labelledby="mastery" tabindex="0">
            <table class="heatmap" data-compared=move || state.moment.with.get().map(|_| "")>
                <caption id="mastery"><span>{caption}</span></caption>
                <Heads state/>
                <tbody node_ref=body on:click=click on:keydown=key on:focusin=enter>
                    <For each=rows key=|key| *key children=row/>
                </tbody>
            </table>
        </div>
    }
}

/// A row that is put elsewhere loses the focus, and there must always be one cell to enter the table by.
fn keep_entrance(state: State, body: NodeRef<html::Tbody>) {
    Effect::new(move |_| {
        state.order.track();
        let focused = body.get_untracked().is_some_and(|body| walk::has_focus(&body));
        request_animation_frame(move || {
            if let Some(Some(body)) = body.try_get_untracked() {
                walk::keep_entrance(&body, focused);
            }
        });
    });
}

#[component]
fn Heads(state: State) -> impl IntoView {
    let heads = move || {
        let columns = state.columns.get();
        columns.into_iter().map(|column| view! { <Head column/> }).collect_view()
    };
    view! {
        <thead>
            <tr>
                <SortHead state by=SortedBy::Name name=texts().student/>
                <SortHead state by=SortedBy::Need name=texts().board.now/>
                <SortHead state by=SortedBy::Progress name=texts().board.finished/>
                {heads}
                <SortHead state by=SortedBy::Answered name=texts().answered/>
                <SortHead state by=SortedBy::Right name=texts().right_column/>
            </tr>
        </thead>
    }
}

#[component]
fn Head(column: Column) -> impl IntoView {
    let number = column.number.map_or_else(String::new, |(chapter, section)| (texts().board.section_number)(chapter, section));
    let title = column.title;
    view! {
        <th scope="col" class="section" title=title.clone()>
            {number}
            <span class="unseen">{format!(" {title}")}</span>
        </th>
    }
}

#[component]
fn SortHead(state: State, by: SortedBy, name: &'static str) -> impl IntoView {
    let sorted = move || {
        let (now, is_reversed) = state.sorting.get();
        // Of needs and numbers the most comes first.
        let descending = is_reversed == matches!(by, SortedBy::Name);
        (now == by).then_some(if descending { "descending" } else { "ascending" })
    };
    let sort = move |_| state.sorting.update(|(now, is_reversed)| (*now, *is_reversed) = (by, *now == by && !*is_reversed));
    view! {
        <th scope="col" data-of=by.name() aria-sort=sorted>
            <button type="button" on:click=sort>{name}</button>
        </th>
    }
}

#[component]
fn StudentRow(state: State, student: AccountId, row: Row) -> impl IntoView {
    let Row { sums, situation, cells } = row;
    let sections = cells.len();
    let changes = RwSignal::new(0_u32);
    Effect::new({
        let sums = sums.clone();
        move |before: Option<u32>| {
            let now = sums.read().answered;
            if before.is_some_and(|before| before != now) && state.moment.at.get_untracked().is_none() {
                changes.update(|changes| *changes += 1);
                // A row that is gone by then has nothing to say any more.
                device::after(CHANGED, move || _ = changes.try_update(|changes| *changes = changes.saturating_sub(1)));
            }
            now
        }
    });
    let link = move || state.moment.link(&Address::Student { class: state.class, student, unit: None });
    let standing = {
        let situation = situation.clone();
        move || state_name(situation.read().standing)
    };
    let (finished, answered, right) = (sums.clone(), sums.clone(), sums);
    view! {
        <tr data-state=standing data-changed=move || (changes.get() > 0).then_some("")>
            <th scope="row">
                <a href=link><Name student/></a>
            </th>
            <td data-of="now"><NowCell state situation/></td>
            <td data-of="finished">{move || (texts().of)(finished.read().finished, sections)}</td>
            {cells.into_iter().map(|cell| view! { <SectionCell cell/> }).collect_view()}
            <td data-of="answered">{move || answered.read().answered}</td>
            <td data-of="right">{move || right.read().right}</td>
        </tr>
    }
}

/// A cell is drawn once and then changes in place.
#[component]
fn SectionCell(cell: ArcRwSignal<Cell>) -> impl IntoView {
    view! {
        <td class="cell">
            {move || {
                let Cell { is, was } = cell.get();
                let words = (texts().board.cell)(is, was);
                let mark = (texts().board.mark)(is, was);
                view! {
                    <button type="button" tabindex="-1" data-cell=is.name() data-was=was.map(|was| was.name()) aria-label=words>{mark}</button>
                }
            }}
        </td>
    }
}

/// What a student does now, as words with a shape.
#[component]
fn NowCell(state: State, situation: ArcRwSignal<Situation>) -> impl IntoView {
    move || {
        let Situation { doing, unsent, stuck, standing, current, before } = situation.get();
        let columns = state.columns;
        let section = current.and_then(|unit| columns.with_untracked(|columns| columns.iter().find(|column| column.unit == unit)?.number));
        let words = match (stuck, doing) {
            (Some(_), _) if before.is_some() => (texts().board.was_stuck_in)(section),
            (None, Doing::Unknown) if standing == Standing::Working && before.is_some() => (texts().board.was_at_section)(section),
            (Some(_), doing) => (texts().board.stuck_in)(section, doing),
            // Nobody can say whether they work now, but where they were working last.
            (None, Doing::Unknown) if standing == Standing::Working => (texts().board.at_section)(section),
            (None, Doing::Unknown) => (texts().state)(standing).to_owned(),
            (None, doing) => (texts().board.doing)(doing),
        };
        let name = match (stuck, doing) {
            (Some(_), _) if before.is_none() => "stuck",
            (Some(_), _) => "not-here",
            (None, Doing::Unknown) if standing == Standing::Working && before.is_some() => "not-here",
            (None, Doing::Unknown) => state_name(standing),
            (None, Doing::NotHere) => "not-here",
            (None, Doing::Away) => "away",
            (None, Doing::Idle(_)) => "idle",
            (None, Doing::Here) => "here",
            (None, Doing::Working) => state_name(Standing::Working),
        };
        view! {
            <span class="state" data-state=name>{words}</span>
            {(unsent > 0).then(|| view! { <span class="unsent">{(texts().board.unsent)(unsent)}</span> })}
        }
    }
}

/// What the glyphs mean.
#[component]
pub fn Legend() -> impl IntoView {
    let shown = [Mastery::Unstarted, Mastery::Streak(3, 5), Mastery::Stuck, Mastery::Finished, Mastery::ReviewDue];
    let sample = |mastery: Mastery| {
        view! {
            <li>
                <span data-cell=mastery.name() aria-hidden="true">{(texts().board.mark)(mastery, None)}</span>
                {(texts().board.cell)(mastery, None)}
            </li>
        }
    };
    view! { <ul class="legend" role="list" aria-label=texts().board.legend>{shown.map(sample)}</ul> }
}

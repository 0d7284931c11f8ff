//! The sections of the courses with their assignments: what is open, from and until when, and changing that.

use crate::{
    course_map::Availability,
    device,
    dispatch::{use_dispatch, use_projection},
    texts::texts,
};
use domain::{
    class::{self, Assignment},
    command::{Command, Refusal},
    event::StreamId,
    ids::{ClassId, CourseId, UnitId},
    replica::Replica,
    time::Timestamp,
};
use leptos::{ev, html, prelude::*};

/// A course with its sections.
#[derive(Debug, Clone, PartialEq)]
struct CourseRows {
    course: CourseId,
    title: String,
    chapters: Vec<(String, Vec<Row>)>,
}

/// A section.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    course: CourseId,
    unit: UnitId,
    title: String,
    /// None while it is not assigned.
    assignment: Option<(Assignment, Availability)>,
}

/// What is asked in the dialog.
#[derive(Debug, Clone, PartialEq)]
enum Asking {
    Times(Row),
    End(Row),
}

/// What was done last, and can be undone if it was an end.
#[derive(Debug, Clone, PartialEq)]
enum Done {
    Assigned(String),
    Ended { row: Row, before: Assignment },
    Refused(class::Refusal),
}

/// What all parts of the table work with.
#[derive(Clone, Copy)]
struct Desk {
    class: ClassId,
    asking: RwSignal<Option<Asking>>,
    done: RwSignal<Option<Done>>,
}

/// The table of each course, and the dialog in which times are set.
#[component]
pub fn Units(class: ClassId, now: ReadSignal<Timestamp>) -> impl IntoView {
    let desk = Desk { class, asking: RwSignal::new(None), done: RwSignal::new(None) };
    let courses = use_projection(move |replica| courses(replica, class, now.get()));
    let tables = move || courses.get().into_iter().enumerate().map(|(index, rows)| view! { <Course desk index rows/> }).collect_view();
    view! {
        <WhatWasDone desk/>
        <Show
            when=move || courses.with(|courses| !courses.is_empty())
            fallback=|| view! { <p>{texts().assigning.no_courses}</p> }
        >
            {tables}
        </Show>
        <Dialog desk/>
    }
}

fn courses(replica: &Replica, class: ClassId, now: Timestamp) -> Vec<CourseRows> {
    let directory = &replica.shown().directory;
    let assigned = directory.class(class).map(|members| members.units.clone()).unwrap_or_default();
    let rows = |course: CourseId, paper: &domain::content::Paper| {
        let row = |section: &domain::content::Section| {
            let assignment = assigned.get(&section.id).map(|assignment| (*assignment, Availability::of(assignment, now)));
            Row { course, unit: section.id, title: section.title.clone(), assignment }
        };
        let chapters = paper.chapters.iter().map(|chapter| (chapter.title.clone(), chapter.sections.iter().map(row).collect()));
        CourseRows { course, title: paper.title.clone(), chapters: chapters.collect() }
    };
    let known = directory.courses().filter_map(|(id, course)| Some((id, replica.library().paper(course.contents.editions.last()?.paper)?)));
    known.map(|(id, paper)| rows(id, paper)).collect()
}

fn state_of(row: &Row) -> (&'static str, &'static str) {
    let words = &texts().assigning;
    match &row.assignment {
        None => ("not-assigned", words.not_assigned),
        Some((_, Availability::Open { .. })) => ("open", words.open_now),
        Some((_, Availability::NotYet(_))) => ("not-yet", words.not_yet),
        Some((_, Availability::Over(_))) => ("over", words.over),
    }
}

#[component]
fn Course(desk: Desk, index: usize, rows: CourseRows) -> impl IntoView {
    let words = &texts().assigning;
    let caption = format!("course-{index}");
    let labelled = caption.clone();
    let chapter = move |(title, rows): (String, Vec<Row>)| {
        view! {
            <tbody>
                <tr class="chapter-row">
                    <th scope="rowgroup" colspan="5">{title}</th>
                </tr>
                {rows.into_iter().map(|row| view! { <OneRow desk row/> }).collect_view()}
            </tbody>
        }
    };
    let columns = [words.section, words.state, words.from, words.until, words.what_to_do];
    view! {
        <div class="scroller" role="region" aria-labelledby=labelled tabindex="0">
            <table class="facts-table assignments">
                <caption id=caption>{(words.sections)(&rows.title)}</caption>
                <thead>
                    <tr>{columns.map(|column| view! { <th scope="col">{column}</th> })}</tr>
                </thead>
                {rows.chapters.into_iter().map(chapter).collect_view()}
            </table>
        </div>
    }
}

#[component]
fn OneRow(desk: Desk, row: Row) -> impl IntoView {
    let words = &texts().assigning;
    let Desk { class, asking, .. } = desk;
    let (state, state_word) = state_of(&row);
    let written = |at: Option<Timestamp>, none: &'static str| match (row.assignment.is_some(), at) {
        (false, _) => String::new(),
        (true, Some(at)) => device::written(at, texts().language),
        (true, None) => none.to_owned(),
    };
    let assignment = row.assignment.map(|(assignment, _)| assignment);
    let from = written(assignment.and_then(|assignment| assignment.from), words.at_once);
    let until = written(assignment.and_then(|assignment| assignment.until), words.no_end);
    let (id, title, address) = (format!("section-{}", row.unit), row.title.clone(), format!("/teach/{class}/try/{}", row.unit));
    let button = {
        let id = id.clone();
        move |name: &'static str, asks: Asking| {
            let described = id.clone();
            view! {
                <button
                    class="button"
                    data-kind="plain"
                    type="button"
                    aria-describedby=described
                    on:click=move |_| asking.set(Some(asks.clone()))
                >
                    {name}
                </button>
            }
        }
    };
    let times = button(if assignment.is_some() { words.change } else { words.assign }, Asking::Times(row.clone()));
    let end = assignment.map(|_| button(words.end, Asking::End(row)));
    view! {
        <tr data-state=state>
            <th scope="row" id=id.clone()>{title}</th>
            <td><span class="opening" data-state=state>{state_word}</span></td>
            <td>{from}</td>
            <td>{until}</td>
            <td class="what-to-do">
                {times}
                {end}
                <a class="button" data-kind="plain" href=address aria-describedby=id>{words.try_it}</a>
            </td>
        </tr>
    }
}

/// What was done last, with a way back.
#[component]
fn WhatWasDone(desk: Desk) -> impl IntoView {
    let Desk { class, done, .. } = desk;
    let dispatch = use_dispatch();
    let words = &texts().assigning;
    let shown = move || match done.get() {
        None => ().into_any(),
        Some(Done::Assigned(title)) => view! { <div class="notice" data-tone="good"><p>{(words.assigned)(&title)}</p></div> }.into_any(),
        Some(Done::Refused(refusal)) => view! { <div class="notice" data-tone="bad"><p>{(words.refused)(&refusal)}</p></div> }.into_any(),
        Some(Done::Ended { row, before }) => {
            let title = row.title.clone();
            let undo = move |_| {
                let Assignment { course, from, until } = before;
                let command = class::Command::AssignUnit { unit: row.unit, course, from, until };
                done.set(Some(outcome(dispatch.send(StreamId::Class(class), &Command::Class(command)), Done::Assigned(row.title.clone()))));
            };
            view! {
                <div class="notice">
                    <p>{(words.ended)(&title)}</p>
                    <button class="button" data-kind="quiet" type="button" on:click=undo>{words.assign_again}</button>
                </div>
            }
            .into_any()
        }
    };
    view! { <div role="status" class="what-was-done">{shown}</div> }
}

fn outcome(decided: Result<Vec<domain::event::Event>, Refusal>, done: Done) -> Done {
    match decided {
        Ok(_) => done,
        Err(Refusal::Class(refusal)) => Done::Refused(refusal),
        // A command of a class is decided by the class; anything else means that it is not there.
        Err(Refusal::Account(_) | Refusal::Attempt(_) | Refusal::Course(_) | Refusal::Unreadable | Refusal::TooLarge) => {
            Done::Refused(class::Refusal::NotOpen)
        }
    }
}

#[component]
fn Dialog(desk: Desk) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let (Some(dialog), true) = (dialog.get(), desk.asking.with(Option::is_some)) {
            // Where no dialog can be opened, nothing is asked and nothing is done.
            _ = dialog.open() || dialog.show_modal().is_ok();
        }
    });
    let close = Callback::new(move |()| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        desk.asking.set(None);
    });
    let content = move || match desk.asking.get() {
        Some(Asking::Times(row)) => view! { <Times desk row close/> }.into_any(),
        Some(Asking::End(row)) => view! { <End desk row close/> }.into_any(),
        None => ().into_any(),
    };
    view! {
        <dialog class="dialog" node_ref=dialog aria-labelledby="assigning" on:close=move |_| desk.asking.set(None)>
            {content}
        </dialog>
    }
}

/// From when and until when.
#[component]
fn Times(desk: Desk, row: Row, close: Callback<()>) -> impl IntoView {
    let dispatch = use_dispatch();
    let words = &texts().assigning;
    let before = row.assignment.map(|(assignment, _)| assignment);
    let field = |at: Option<Timestamp>| at.map(device::local_field).unwrap_or_default();
    let from_before = field(before.and_then(|before| before.from));
    let until_before = field(before.and_then(|before| before.until));
    let (from, until) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let fault = RwSignal::new(None::<&'static str>);
    let title = (words.assign_title)(&row.title);
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (Some(from), Some(until)) = (from.get_untracked(), until.get_untracked()) else { return };
        // A field that holds half a date has no value, and says so itself.
        if !from.check_validity() || !until.check_validity() {
            fault.set(Some(words.bad_moment));
            return;
        }
        let (from, until) = (device::moment_of_field(&from.value()), device::moment_of_field(&until.value()));
        let command = class::Command::AssignUnit { unit: row.unit, course: row.course, from, until };
        let decided = dispatch.send(StreamId::Class(desk.class), &Command::Class(command));
        match outcome(decided, Done::Assigned(row.title.clone())) {
            Done::Refused(refusal) => fault.set(Some((words.refused)(&refusal))),
            done @ (Done::Assigned(_) | Done::Ended { .. }) => {
                desk.done.set(Some(done));
                close.run(());
            }
        }
    };
    view! {
        <form class="times" novalidate on:submit=send>
            <h2 id="assigning">{title}</h2>
            <label>
                <span>{words.from}</span>
                <input type="datetime-local" value=from_before node_ref=from aria-describedby="from-more"/>
                <small id="from-more">{words.from_more}</small>
            </label>
            <label>
                <span>{words.until}</span>
                <input type="datetime-local" value=until_before node_ref=until aria-describedby="until-more"/>
                <small id="until-more">{words.until_more}</small>
            </label>
            <p class="quiet">{(words.time_zone)(&device::time_zone())}</p>
            <div role="alert">{move || fault.get().map(|fault| view! { <p class="field-fault">{fault}</p> })}</div>
            <div class="actions">
                <button class="button" type="submit">{words.assign}</button>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| close.run(())>{words.cancel}</button>
            </div>
        </form>
    }
}

/// Whether to end it.
#[component]
fn End(desk: Desk, row: Row, close: Callback<()>) -> impl IntoView {
    let dispatch = use_dispatch();
    let words = &texts().assigning;
    let title = (words.end_title)(&row.title);
    let end = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some((before, _)) = row.assignment {
            let command = class::Command::EndAssignment { unit: row.unit };
            let decided = dispatch.send(StreamId::Class(desk.class), &Command::Class(command));
            desk.done.set(Some(outcome(decided, Done::Ended { row: row.clone(), before })));
        }
        close.run(());
    };
    view! {
        <form on:submit=end>
            <h2 id="assigning">{title}</h2>
            <p>{words.end_more}</p>
            <div class="actions">
                <button class="button" data-kind="danger" type="submit">{words.end_now}</button>
                <button class="button" data-kind="quiet" type="button" autofocus on:click=move |_| close.run(())>{words.cancel}</button>
            </div>
        </form>
    }
}

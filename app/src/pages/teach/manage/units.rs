//! The sections of the courses with their assignments: what is open, from and until when, and changing that.

use crate::{
    address::Address,
    components::dialog::Dialog,
    device,
    doors::{use_dispatch, use_projection},
    texts::texts,
};
use domain::{
    class::{self, Assignment},
    command::{Command, Refusal},
    ids::{ClassId, CourseId, UnitId},
    replica::Replica,
    time::Timestamp,
    views::course_map::Availability,
};
use leptos::{ev, html, prelude::*};

/// A course with its sections.
#[derive(Debug, Clone, PartialEq)]
struct CourseRows {
    title: String,
    chapters: Vec<(String, Vec<Section>)>,
}

/// A section: what of it stays while assignments change.
#[derive(Debug, Clone, PartialEq)]
struct Section {
    course: CourseId,
    unit: UnitId,
    title: String,
}

/// What is asked in the dialog.
#[derive(Debug, Clone, PartialEq)]
enum Asking {
    /// The assignment is what it is before; none while the section is not assigned.
    Times(Section, Option<Assignment>),
    End(Section, Assignment),
}

/// What was done last, and can be undone if it was an end.
#[derive(Debug, Clone, PartialEq)]
enum Done {
    Assigned(String),
    Ended { section: Section, before: Assignment },
    Refused(class::Refusal),
}

/// What all parts of the table work with.
#[derive(Clone, Copy)]
struct Desk {
    class: ClassId,
    now: ReadSignal<Timestamp>,
    asking: RwSignal<Option<Asking>>,
    done: RwSignal<Option<Done>>,
}

/// The table of each course, and the dialog in which times are set.
#[component]
pub fn Units(class: ClassId, now: ReadSignal<Timestamp>) -> impl IntoView {
    let desk = Desk { class, now, asking: RwSignal::new(None), done: RwSignal::new(None) };
    // A table is built again only when a course is another: a button that is about to be pressed stays where it is.
    let courses = use_projection(courses);
    let tables = move || courses.get().into_iter().enumerate().map(|(index, rows)| view! { <Course desk index rows/> }).collect_view();
    view! {
        <WhatWasDone desk/>
        <Show
            when=move || courses.with(|courses| !courses.is_empty())
            fallback=|| view! { <p>{texts().assigning.no_courses}</p> }
        >
            {tables}
        </Show>
        <Question desk/>
    }
}

fn courses(replica: &Replica) -> Vec<CourseRows> {
    let rows = |course: CourseId, paper: &domain::content::Paper| {
        let section = |unit: domain::content::Unit<'_>| Section { course, unit: unit.id(), title: unit.title().to_owned() };
        let chapters = paper.chapters.iter().map(|chapter| (chapter.title.clone(), chapter.units().map(section).collect()));
        CourseRows { title: paper.title.clone(), chapters: chapters.collect() }
    };
    let courses = replica.shown().directory.courses();
    let known = courses.filter_map(|(id, course)| Some((id, replica.library().paper(course.contents.editions.last()?.paper)?)));
    known.map(|(id, paper)| rows(id, paper)).collect()
}

fn state_of(availability: Option<Availability>) -> (&'static str, &'static str) {
    let words = &texts().assigning;
    match availability {
        None => ("not-assigned", words.not_assigned),
        Some(Availability::Open { .. }) => ("open", words.open_now),
        Some(Availability::NotYet(_)) => ("not-yet", words.not_yet),
        Some(Availability::Over(_)) => ("over", words.over),
    }
}

#[component]
fn Course(desk: Desk, index: usize, rows: CourseRows) -> impl IntoView {
    let words = &texts().assigning;
    let caption = format!("course-{index}");
    let labelled = caption.clone();
    let chapter = move |(title, sections): (String, Vec<Section>)| {
        view! {
            <tbody>
                <tr class="chapter-row">
                    <th scope="rowgroup" colspan="5">{title}</th>
                </tr>
                {sections.into_iter().map(|section| view! { <OneRow desk section/> }).collect_view()}
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
fn OneRow(desk: Desk, section: Section) -> impl IntoView {
    let words = &texts().assigning;
    let Desk { class, now, asking, .. } = desk;
    let unit = section.unit;
    let assignment = use_projection(move |replica| {
        let members = replica.shown().directory.class(class)?;
        members.units.get(&unit).copied()
    });
    let state = Memo::new(move |_| state_of(assignment.get().map(|assignment| Availability::of(&assignment, now.get()))));
    let written = move |at: fn(&Assignment) -> Option<Timestamp>, none: &'static str| {
        assignment.get().map(|assignment| at(&assignment).map_or_else(|| none.to_owned(), |at| device::written(at, texts().language)))
    };
    let is_assigned = move || assignment.with(Option::is_some);
    let (id, address, title) = (format!("section-{unit}"), Address::Rehearsal { class, unit }.to_string(), section.title.clone());
    let section = StoredValue::new(section);
    let times = move |_| asking.set(Some(Asking::Times(section.get_value(), assignment.get_untracked())));
    let end = move |_| asking.set(assignment.get_untracked().map(|before| Asking::End(section.get_value(), before)));
    let described = StoredValue::new(id.clone());
    view! {
        <tr data-state=move || state.get().0>
            <th scope="row" id=id.clone()>{title}</th>
            <td><span class="opening" data-state=move || state.get().0>{move || state.get().1}</span></td>
            <td>{move || written(|assignment| assignment.from, words.at_once)}</td>
            <td>{move || written(|assignment| assignment.until, words.no_end)}</td>
            <td class="what-to-do">
                <button class="button" data-kind="plain" type="button" aria-describedby=described.get_value() on:click=times>
                    {move || if is_assigned() { words.change } else { words.assign }}
                </button>
                <Show when=is_assigned>
                    <button class="button" data-kind="plain" type="button" aria-describedby=described.get_value() on:click=end>
                        {words.end}
                    </button>
                </Show>
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
        Some(Done::Ended { section, before }) => {
            let title = section.title.clone();
            let undo = move |_| {
                let Assignment { course, from, until } = before;
                let command = class::Command::AssignUnit { unit: section.unit, course, from, until };
                let decided = dispatch.send(&Command::Class(class, command));
                done.set(Some(outcome(decided, Done::Assigned(section.title.clone()))));
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
        // A command of a class is decided by the class; anything else means that it is not there.
        Err(refusal) => Done::Refused(refusal.class().unwrap_or(class::Refusal::NotOpen)),
    }
}

#[component]
fn Question(desk: Desk) -> impl IntoView {
    let ask = move |asked| match asked {
        Asking::Times(section, before) => view! { <Times desk section before/> }.into_any(),
        Asking::End(section, before) => view! { <End desk section before/> }.into_any(),
    };
    view! { <Dialog asking=desk.asking labelled="assigning" children=ask/> }
}

/// From when and until when.
#[component]
fn Times(desk: Desk, section: Section, before: Option<Assignment>) -> impl IntoView {
    let dispatch = use_dispatch();
    let words = &texts().assigning;
    let field = |at: Option<Timestamp>| at.map(device::local_field).unwrap_or_default();
    let from_before = field(before.and_then(|before| before.from));
    let until_before = field(before.and_then(|before| before.until));
    let (from, until) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let fault = RwSignal::new(None::<&'static str>);
    let title = (words.assign_title)(&section.title);
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (Some(from), Some(until)) = (from.get_untracked(), until.get_untracked()) else { return };
        // A field that holds half a date has no value, and says so itself. A year of six digits is a value that no calendar here knows.
        let is_moment = |field: &web_sys::HtmlInputElement| {
            let (text, moment) = (field.value(), device::moment_of_field(&field.value()));
            field.check_validity() && (text.is_empty() || moment.is_some_and(|moment| moment.0 >= 0))
        };
        if !is_moment(&from) || !is_moment(&until) {
            fault.set(Some(words.bad_moment));
            return;
        }
        let (from, until) = (device::moment_of_field(&from.value()), device::moment_of_field(&until.value()));
        let command = class::Command::AssignUnit { unit: section.unit, course: section.course, from, until };
        let decided = dispatch.send(&Command::Class(desk.class, command));
        match outcome(decided, Done::Assigned(section.title.clone())) {
            Done::Refused(refusal) => fault.set(Some((words.refused)(&refusal))),
            done @ (Done::Assigned(_) | Done::Ended { .. }) => {
                desk.done.set(Some(done));
                desk.asking.set(None);
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
                <button class="button" data-kind="quiet" type="button" on:click=move |_| desk.asking.set(None)>{words.cancel}</button>
            </div>
        </form>
    }
}

/// Whether to end it.
#[component]
fn End(desk: Desk, section: Section, before: Assignment) -> impl IntoView {
    let dispatch = use_dispatch();
    let words = &texts().assigning;
    let title = (words.end_title)(&section.title);
    let end = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let command = class::Command::EndAssignment { unit: section.unit };
        let decided = dispatch.send(&Command::Class(desk.class, command));
        desk.done.set(Some(outcome(decided, Done::Ended { section: section.clone(), before })));
        desk.asking.set(None);
    };
    view! {
        <form on:submit=end>
            <h2 id="assigning">{title}</h2>
            <p>{words.end_more}</p>
            <div class="actions">
                <button class="button" data-kind="danger" type="submit">{words.end_now}</button>
                <button class="button" data-kind="quiet" type="button" autofocus on:click=move |_| desk.asking.set(None)>{words.cancel}</button>
            </div>
        </form>
    }
}

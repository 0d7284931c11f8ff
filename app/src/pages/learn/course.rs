//! A student's course: the one next step, then the chapters with their units.

use crate::{
    address::Address,
    clock::use_now,
    components::{
        arrival::PageHeading,
        inbox::Inbox,
        learn::{joining::Joining, notes::NotesToMe, regraded::Changes},
        loading::Blank,
        notices::{Main, UpdateNeeded},
        showing::Showing,
        state::State,
        streak::Slots,
    },
    device::{self, shelf},
    doors::use_projection,
    texts::texts,
};
use domain::{
    attempt::Towards,
    projections::tally::Standing,
    views::{
        course_map::{Availability, ChapterRow, CourseMap, Courses, NextStep, UnitRow, courses, next_step},
        shown::Shown,
    },
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn Learn() -> impl IntoView {
    let now = use_now();
    let shown = use_projection(move |replica| courses(replica.on_device(), now.get()));
    let needed = use_projection(|replica| !replica.shown().unknown.is_empty());
    let read = RwSignal::new(shelf::was_read());
    // Whoever has no course needs the form; once it is open it stays so, with what it says.
    let needs_class = Memo::new(move |before: Option<&bool>| before == Some(&true) || shown.with(|shown| *shown == Shown::Nothing));
    let nothing = || view! { <Blank title=texts().no_course more=texts().no_course_more/> };
    let ready = |courses| match courses {
        Courses::Later(from) => {
            let opens = (texts().course_opens)(&device::written(from, texts().language));
            view! { <Blank title=opens more=texts().opens_more/> }.into_any()
        }
        Courses::Known(courses) => view! { <Known courses/> }.into_any(),
    };
    view! {
        <Main>
            <UpdateNeeded needed/>
            <Inbox/>
            <NotesToMe read/>
            <Changes place=None/>
            <Showing shown loading=texts().loading_course nothing children=ready/>
            <NotesToMe read again=true/>
            <Joining open=needs_class/>
        </Main>
    }
}

#[component]
fn Known(courses: Vec<CourseMap>) -> impl IntoView {
    let several = courses.len() > 1;
    let step = next_step(&courses);
    let first_title = courses.first().map(|course| course.title.clone()).unwrap_or_default();
    let shown = courses.into_iter().enumerate().map(|(index, course)| view! { <Course index course several/> }).collect_view();
    view! {
        <Next step course=first_title/>
        {shown}
    }
}

/// So many in a row, of so many that are asked for.
fn in_a_row(towards: Towards) -> (u32, u32) {
    (u32::from(towards.done), u32::from(towards.goal))
}

/// The recommended step.
#[component]
fn Next(step: NextStep, course: String) -> impl IntoView {
    let title = Signal::stored(texts().your_course.to_owned());
    let (unit, text, name) = match step {
        NextStep::Resume(unit) => {
            let text = (texts().resume)(&unit.title, u32::from(unit.towards().left()));
            (unit, text, texts().go_on)
        }
        NextStep::Begin(unit) => {
            let text = (texts().begin)(&unit.title);
            (unit, text, texts().start)
        }
        NextStep::AgainWhenStuck(unit) => {
            let text = (texts().again_when_stuck)(&unit.title);
            (unit, text, texts().go_on)
        }
        NextStep::Review => {
            let review = view! {
                <section class="next-step sheet">
                    <div>
                        <p>{course}</p>
                        <PageHeading text=texts().all_finished title/>
                        <p>{texts().all_finished_more}</p>
                    </div>
                </section>
            };
            return review.into_any();
        }
    };
    let (streak, goal) = in_a_row(unit.towards());
    let slots = unit.progress.tally.started().then(|| {
        view! {
            <div class="streak">
                <Slots streak goal/>
                <p>{(texts().right_in_a_row)(streak, goal)}</p>
            </div>
        }
    });
    view! {
        <section class="next-step sheet">
            <div>
                <p>{(texts().next_step)(&unit.chapter)}</p>
                <PageHeading text=text title/>
                {slots}
            </div>
            <a class="button" href=Address::Unit { class: unit.class, unit: unit.unit }.to_string()>{name}</a>
        </section>
    }
    .into_any()
}

#[component]
fn Course(index: usize, course: CourseMap, several: bool) -> impl IntoView {
    let sections = course.units().count();
    let finished = course.units().filter(|unit| unit.is_finished()).count();
    let progress = (texts().course_progress)(&course.title, finished, sections);
    // With several courses each has a heading of its own, and the chapters stand under it.
    let heading = if several { view! { <h2>{course.title.clone()}</h2> }.into_any() } else { ().into_any() };
    let chapters = course.chapters.into_iter().map(|chapter| view! { <Chapter course=index chapter/> }).collect_view();
    view! {
        <header class="heading">
            {heading} <p>{progress}</p>
            <progress value=finished max=sections aria-label=texts().sections_finished>
                {(texts().of)(finished, sections)}
            </progress>
        </header>
        {chapters}
    }
}

#[component]
fn Chapter(course: usize, chapter: ChapterRow) -> impl IntoView {
    let id = format!("chapter-{course}-{}", chapter.number);
    let heading = id.clone();
    let finished = chapter.units.iter().filter(|unit| unit.is_finished()).count();
    let progress = (texts().chapter_progress)(finished, chapter.units.len());
    let title = (texts().chapter_title)(chapter.number, &chapter.title);
    let units = chapter.units.into_iter().map(|unit| view! { <Unit unit/> }).collect_view();
    view! {
        <section class="chapter" aria-labelledby=id>
            <header>
                <h2 id=heading>{title}</h2>
                <p>{progress}</p>
            </header>
            <ul class="rows" role="list">{units}</ul>
        </section>
    }
}

#[component]
fn Unit(unit: UnitRow) -> impl IntoView {
    let standing = unit.standing();
    let words = &texts().story;
    let opening = match unit.availability {
        Availability::NotYet(from) => Some((words.opens)(&device::written(from, texts().language))),
        Availability::Over(until) => Some((words.is_over)(&device::written(until, texts().language))),
        Availability::Open { until: Some(until) } => Some((words.closes)(&device::written(until, texts().language))),
        Availability::Open { until: None } => None,
    };
    let is_closed = !unit.is_open();
    let opening = opening.map(|text| view! { <span class="opening" data-state=is_closed.then_some("closed")>{text}</span> });
    let tally = unit.progress.tally;
    let id = format!("{}-{}", unit.class, unit.unit);
    let (streak, goal) = in_a_row(unit.towards());
    let counts = (standing != Standing::NotStarted).then(|| view! { <span>{(texts().answered_right)(tally.answered, tally.right)}</span> });
    let slots = matches!(standing, Standing::Working | Standing::Stuck).then(|| {
        view! {
            <div class="streak" data-size="small">
                <Slots streak goal/>
                <span>{(texts().in_a_row)(streak, goal)}</span>
            </div>
        }
    });
    let (address, title, described) = (Address::Unit { class: unit.class, unit: unit.unit }.to_string(), unit.title, id.clone());
    view! {
        <li>
            <a href=address aria-describedby=described>
                <span class="unseen">{texts().practise} " "</span>
                {title}
            </a>
            <p id=id>
                <State standing=standing/>
                {counts}
                {opening}
            </p>
            {slots}
        </li>
    }
}

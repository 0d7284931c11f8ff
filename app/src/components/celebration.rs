//! A section is finished: the one moment that may make some noise.

use crate::{
    address::Address,
    components::{arrival::PageHeading, mark::Mark, streak::Slots},
    device,
    doors::use_projection,
    texts::texts,
};
use domain::views::{
    course_map::{Courses, NextStep, courses, next_step},
    shown::Shown,
};
use leptos::prelude::*;

/// The celebration.
#[component]
pub fn Celebration(
    /// What was finished.
    title: String,
    /// How many in a row that took.
    goal: u32,
    /// First answers.
    answered: u32,
    /// Those of them that were right.
    right: u32,
    /// Goes on in the same section.
    keep_practising: Callback<()>,
) -> impl IntoView {
    let step = use_projection(|replica| match courses(replica.on_device(), replica.school_time(device::clocks())) {
        Shown::Ready(Courses::Known(courses)) => next_step(&courses),
        Shown::Loading | Shown::NotHere | Shown::Nothing | Shown::Ready(Courses::Later(_)) => NextStep::Review,
    });
    let way_on = move || match step.get() {
        NextStep::Resume(unit) | NextStep::Begin(unit) | NextStep::AgainWhenStuck(unit) => {
            (Address::Unit { class: unit.class, unit: unit.unit }, (texts().go_on_with)(&unit.title))
        }
        NextStep::Review => (Address::Learn, texts().to_course.to_owned()),
    };
    view! {
        <section class="celebration sheet">
            <Mark/>
            <PageHeading text=(texts().finished)(&title) title=Signal::stored(title) anew=true/>
            <div class="streak"><Slots streak=goal goal/></div>
            <p>{(texts().finished_more)(goal, answered, right)}</p>
            <div class="actions">
                <a class="button" href=move || way_on().0.to_string()>{move || way_on().1}</a>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| keep_practising.run(())>
                    {texts().keep_practising}
                </button>
            </div>
        </section>
    }
}

//! Managing a class: assigning units with their times, students and their passwords, joining by a code.

mod enrolment;
mod members;
mod units;

use crate::{
    address::Address,
    clock::use_now,
    components::{arrival::PageHeading, not_found::NotFound, teach::class_frame::ClassFrame},
    doors::{class_of_address, use_projection},
    moment::use_moment,
    texts::texts,
};
use domain::{ids::ClassId, replica::Replica, time::Timestamp, views::course_map::Availability};
use enrolment::Enrolment;
use leptos::prelude::*;
use members::Members;
use units::Units;

/// The page.
#[component]
pub fn Manage() -> impl IntoView {
    let class = class_of_address();
    view! {
        <ClassFrame now_only=true>
            {move || match class.get() {
                Some(class) => view! { <OfClass class/> }.into_any(),
                None => view! { <NotFound/> }.into_any(),
            }}
        </ClassFrame>
    }
}

#[component]
fn OfClass(class: ClassId) -> impl IntoView {
    let (moment, now) = (use_moment(), use_now());
    let headline = use_projection(move |replica| headline(replica, class, now.get()));
    let title = use_projection(move |replica| {
        let class = replica.shown().directory.class_title(class);
        format!("{} · {class}", texts().assigning.title)
    });
    let present = move || {
        view! {
            <Units class now/>
            <div class="manage-pair">
                <Members class/>
                <Enrolment class/>
            </div>
        }
    };
    let past = move || {
        view! {
            <div class="notice">
                <p>{texts().assigning.in_the_present}</p>
                <a class="button" data-kind="quiet" href=Address::Manage(class).to_string()>{texts().assigning.go_to_now}</a>
            </div>
        }
    };
    view! {
        <header class="heading">
            <PageHeading text=headline title/>
        </header>
        <Show when=move || moment.at.get().is_none() fallback=past>{present()}</Show>
    }
}

/// What the class can work on now.
fn headline(replica: &Replica, class: ClassId, now: Timestamp) -> String {
    let assignments = replica.shown().directory.class(class).into_iter().flat_map(|members| members.units.values());
    let mut counts = (0, 0);
    for assignment in assignments {
        match Availability::of(assignment, now) {
            Availability::Open { .. } => counts.0 += 1,
            Availability::NotYet(_) => counts.1 += 1,
            Availability::Over(_) => {}
        }
    }
    (texts().assigning.headline)(counts.0, counts.1)
}

//! A class, live or as of any moment: who needs the teacher now, and how far everybody is in each section.

mod alerts;
mod behind;
mod changes;
mod heatmap;
mod needs;
mod numbers;
mod sorting;
mod state;
mod taken;
mod walk;

use crate::{
    components::{arrival::PageHeading, teach::class_frame::ClassFrame},
    doors::{class_of_address, use_projection},
};
use alerts::Alerts;
use behind::Behind;
use changes::Difference;
use domain::ids::ClassId;
use heatmap::{Heatmap, Legend};
use leptos::prelude::*;
use needs::{Needs, use_headline};
use numbers::Numbers;
use taken::TakenAlong;

/// The page.
#[component]
pub fn Class() -> impl IntoView {
    let class = class_of_address();
    view! { <ClassFrame>{move || class.get().map(|class| view! { <Known class/> })}</ClassFrame> }
}

#[component]
fn Known(class: ClassId) -> impl IntoView {
    let title = use_projection(move |replica| replica.shown().directory.class_title(class).to_owned());
    let state = state::use_state(class);
    let headline = use_headline(state);
    let opened = RwSignal::new(None);
    view! {
        <header class="heading">
            <PageHeading text=headline title=Signal::derive(move || title.get())/>
        </header>
        <Alerts state/>
        <Needs state/>
        <Numbers state/>
        <Difference state/>
        <Heatmap state open=Callback::new(move |cell| opened.set(Some(cell)))/>
        <Legend/>
        <Behind state opened/>
        <TakenAlong state/>
    }
}

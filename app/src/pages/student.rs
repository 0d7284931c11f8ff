//! One student of a class: the story of the work, event by event, and notes.

use crate::{
    components::{class_frame::ClassFrame, loading::Loading},
    texts::texts,
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn Student() -> impl IntoView {
    view! { <ClassFrame><Loading what=texts().loading_classes/></ClassFrame> }
}

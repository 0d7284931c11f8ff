//! Working as a student in a unit, on this page only: nothing is stored, sent or counted.

use crate::{
    components::{class_frame::ClassFrame, loading::Loading},
    texts::texts,
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn Rehearsal() -> impl IntoView {
    view! { <ClassFrame><Loading what=texts().loading_classes/></ClassFrame> }
}

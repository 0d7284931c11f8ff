//! The questions of a class, the hardest first.

use crate::{
    components::{class_frame::ClassFrame, loading::Loading},
    texts::texts,
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn Questions() -> impl IntoView {
    view! { <ClassFrame><Loading what=texts().loading_classes/></ClassFrame> }
}

//! Managing a class: what is assigned and when, who is in it, who may join.

use crate::{
    components::{class_frame::ClassFrame, loading::Loading},
    texts::texts,
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn Manage() -> impl IntoView {
    view! { <ClassFrame><Loading what=texts().loading_classes/></ClassFrame> }
}

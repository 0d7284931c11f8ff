//! Correcting the key of a question: what would change, for whom, and the way back.

use crate::{
    components::{class_frame::ClassFrame, loading::Loading},
    texts::texts,
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn Regrade() -> impl IntoView {
    view! { <ClassFrame><Loading what=texts().loading_classes/></ClassFrame> }
}

//! The slider over a class's whole history.

use crate::texts::texts;
use domain::ids::ClassId;
use leptos::prelude::*;

/// The slider; it moves the moment in the address.
#[component]
pub fn Moments(class: ClassId) -> impl IntoView {
    view! { <p class="quiet">{texts().moments.title} {format!(" {class}")}</p> }
}

//! Names of students, which a teacher can hide at one press while the screen is on the wall.

use crate::{dispatch::use_projection, texts::texts};
use domain::{ids::AccountId, replica::Replica};
use leptos::prelude::*;

/// A student's name as it is known here.
pub fn name_of(replica: &Replica, student: AccountId) -> String {
    replica.people().get(&student).cloned().unwrap_or_else(|| texts().unnamed.to_owned())
}

/// A student's name, or what stands for it while names are hidden.
#[component]
pub fn Name(student: AccountId) -> impl IntoView {
    let name = use_projection(move |replica| name_of(replica, student));
    view! { <span class="name">{move || name.get()}</span> }
}

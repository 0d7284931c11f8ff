//! The page for an address with nothing at it.

use crate::{address::Address, components::loading::BlankPage, texts::texts};
use domain::{account::Role, protocol::SignedIn};
use leptos::prelude::*;

/// The page.
#[component]
pub fn NotFound() -> impl IntoView {
    let role = use_context::<SignedIn>().map_or(Role::Student, |who| who.role);
    let name = if role == Role::Student { texts().to_course } else { texts().to_classes };
    view! { <BlankPage title=texts().not_found more=texts().not_found_more way_on=(Address::home(role), name)/> }
}

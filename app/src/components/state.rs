//! Where somebody's work stands, as a word with a shape.

#[cfg(feature = "learn")]
use crate::texts::texts;
use domain::projections::tally::Standing;
#[cfg(feature = "learn")]
use leptos::prelude::*;

/// The name of a standing for the style.
pub fn state_name(standing: Standing) -> &'static str {
    match standing {
        Standing::NotStarted => "not-started",
        Standing::Working => "working",
        Standing::Stuck => "stuck",
        Standing::Finished => "finished",
    }
}

/// The word.
#[cfg(feature = "learn")]
#[component]
pub fn State(
    /// Where the work stands.
    #[prop(into)]
    standing: Signal<Standing>,
) -> impl IntoView {
    view! { <span class="state" data-state=move || state_name(standing.get())>{move || (texts().state)(standing.get())}</span> }
}

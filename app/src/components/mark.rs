//! The mark: a sheet of paper whose left corner is folded, with a tick on it, or a dash where nothing is.

use leptos::prelude::*;

/// The mark.
#[component]
pub fn Mark(
    /// With a dash instead of the tick.
    #[prop(optional)]
    blank: bool,
) -> impl IntoView {
    let stroke = if blank { "M10 16.5h6.5" } else { "M9 16.4l3 2.8 5.4-6" };
    view! {
        <svg viewBox="0 0 26 26" aria-hidden="true">
            <path
                d="M11 3h10a1.2 1.2 0 0 1 1.2 1.2v17.6a1.2 1.2 0 0 1-1.2 1.2H5.2A1.2 1.2 0 0 1 4 21.8V10z"
                fill="none"
                stroke="currentColor"
                stroke-width="2"
                stroke-linejoin="round"
            />
            <path d="M11 3v7H4z" fill="currentColor" stroke="currentColor" stroke-width="2" stroke-linejoin="round"/>
            <path d=stroke fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/>
        </svg>
    }
}

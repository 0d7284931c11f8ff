//! A share with its interval, as a small bar beside its words.

use domain::statistics::Share;
use leptos::prelude::*;

/// The bar; whoever does not see it has the words.
#[component]
pub fn ShareBar(
    /// What it shows.
    share: Share,
) -> impl IntoView {
    view! {
        <span
            class="share-bar"
            aria-hidden="true"
            style:--share=share.share.to_string()
            style:--low=share.low.to_string()
            style:--high=share.high.to_string()
        ></span>
    }
}

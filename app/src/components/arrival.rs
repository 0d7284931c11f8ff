//! Arriving on a page: the title of the window, and the focus on the heading, so that a screen reader begins there.

use crate::texts::texts;
use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;

/// The address whose heading had the focus last.
#[derive(Clone, Copy)]
struct Arrived(StoredValue<String>);

/// To be called once, above all pages.
pub fn provide_arrival() {
    provide_context(Arrived(StoredValue::new(String::new())));
}

/// The heading of a page. It takes the focus when the page is new; one that stands in for another until that is there leaves it the
/// honour.
#[component]
pub fn PageHeading(
    /// What the heading says.
    #[prop(into)]
    text: Signal<String>,
    /// What the window is called; the heading's text unless said.
    #[prop(into, optional)]
    title: Option<Signal<String>>,
    /// It only stands in, unseen, while the page is on its way.
    #[prop(optional)]
    provisional: bool,
    /// It stands where something else stood that had the focus, at the same address.
    #[prop(optional)]
    anew: bool,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    let title = title.unwrap_or(text);
    Effect::new(move |_| set_title(&title.get()));
    let arrived = use_context::<Arrived>();
    let path = use_location().pathname;
    Effect::new(move |_| {
        let (Some(heading), Some(Arrived(arrived))) = (heading.get(), arrived) else { return };
        let path = path.get_untracked();
        if anew || arrived.with_value(|before| *before != path) {
            // A heading that cannot take the focus is read in its turn.
            _ = heading.focus();
            if !provisional {
                arrived.set_value(path);
            }
        }
    });
    view! { <h1 node_ref=heading class:unseen=provisional tabindex="-1">{move || text.get()}</h1> }
}

/// Calls the window after the page.
pub fn set_title(page: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(&(texts().page_title)(page));
    }
}

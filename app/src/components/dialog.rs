//! A dialog that is open while something is asked in it.

use leptos::{html, prelude::*};

/// The dialog. It opens when there is something to ask, closes when there is nothing any more, and asks nothing once somebody closes it.
#[component]
pub fn Dialog<T>(
    /// What is asked.
    asking: RwSignal<Option<T>>,
    /// The heading that names it.
    labelled: &'static str,
    /// Of the dialog, beside `dialog`.
    #[prop(optional)]
    class: &'static str,
    /// What it shows for what is asked.
    children: impl Fn(T) -> AnyView + Send + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (asking.with(Option::is_some), dialog.open()) {
            // Where no dialog can be opened, nothing is asked and nothing is done.
            (true, false) => _ = dialog.show_modal(),
            (false, true) => dialog.close(),
            (true, true) | (false, false) => {}
        }
    });
    // The browser tells of it later: by then something else may be asked.
    let closed = move |_| {
        if dialog.get_untracked().is_none_or(|dialog| !dialog.open()) {
            asking.set(None);
        }
    };
    view! {
        <dialog class=format!("dialog {class}") node_ref=dialog aria-labelledby=labelled on:close=closed>
            {move || asking.get().map(&children)}
        </dialog>
    }
}

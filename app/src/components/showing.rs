//! What a page shows as soon as it can; until then, or where there is nothing, why.

use crate::{
    address::Address,
    components::{
        loading::{Blank, Loading},
        notices::Main,
    },
    texts::texts,
};
use domain::views::shown::Shown;
use leptos::prelude::*;

/// A thing, drawn by the children once it is ready.
#[component]
pub fn Showing<T, N>(
    /// What is to be shown.
    shown: Memo<Shown<T>>,
    /// What is on its way.
    loading: &'static str,
    /// The way on where it is not on this device.
    #[prop(optional)]
    way_on: Option<(Address, &'static str)>,
    /// What stands there where there is no such thing.
    #[prop(into)]
    nothing: ViewFn,
    /// Nothing stands around it: what is said until it is ready is a page of its own.
    #[prop(optional)]
    whole: bool,
    children: impl Fn(T) -> N + Send + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    N: IntoView + 'static,
{
    move || match shown.get() {
        Shown::Ready(ready) => children(ready).into_any(),
        Shown::Nothing => nothing.run(),
        Shown::Loading => page(view! { <Loading what=loading/> }.into_any(), whole),
        Shown::NotHere => page(not_here(way_on.clone()), whole),
    }
}

fn page(content: AnyView, whole: bool) -> AnyView {
    if whole { view! { <Main>{content}</Main> }.into_any() } else { content }
}

fn not_here(way_on: Option<(Address, &'static str)>) -> AnyView {
    match way_on {
        Some(way_on) => view! { <Blank title=texts().no_content more=texts().no_content_more way_on/> }.into_any(),
        None => view! { <Blank title=texts().no_content more=texts().no_content_more/> }.into_any(),
    }
}

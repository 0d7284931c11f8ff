//! The streak: a slot for each right answer in a row that is needed.

use leptos::prelude::*;

/// The slots; the one that was filled just now says so.
#[component]
pub fn Slots(
    /// How many are filled.
    #[prop(into)]
    streak: Signal<u32>,
    /// How many there are.
    goal: u32,
) -> impl IntoView {
    let filled = Memo::new(move |before: Option<&(u32, bool)>| {
        let streak = streak.get();
        (streak, before.is_some_and(|before| streak > before.0))
    });
    let slot = move |index: u32| {
        let got = move || {
            let (streak, grown) = filled.get();
            (index < streak).then_some(if grown && index + 1 == streak { "now" } else { "" })
        };
        view! { <li data-got=got></li> }
    };
    view! { <ol aria-hidden="true">{(0..goal).map(slot).collect_view()}</ol> }
}

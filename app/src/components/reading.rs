//! What was understood of a number while it is typed.

use crate::{components::fields::FieldState, markup, texts::texts};
use domain::{
    content::FieldKind,
    grading::{Unreadable, either_way, reading},
};
use leptos::prelude::*;

/// The line under a number field. It keeps its place when it has nothing to say.
#[component]
pub fn ReadingLine(
    /// The line's identifier.
    id: String,
    /// The field.
    kind: FieldKind,
    /// What is in it.
    state: FieldState,
    /// The course writes decimals with a comma.
    decimal_comma: bool,
) -> impl IntoView {
    let of = {
        let kind = kind.clone();
        move || reading(&state.typed(), &kind, decimal_comma)
    };
    let read = Memo::new(move |_| of());
    let name = move || match read.get() {
        Ok(_) => Some("read"),
        Err(Unreadable::Empty | Unreadable::NoUnit) => None,
        Err(_) => Some("unreadable"),
    };
    let content = move || match read.get() {
        Ok(reading) => view! { <span inner_html=(texts().we_read)(&markup::read_number(&reading))></span> }.into_any(),
        Err(Unreadable::Empty | Unreadable::NoUnit) => ().into_any(),
        Err(Unreadable::NotANumber) => texts().we_cannot_read.into_any(),
        Err(Unreadable::Ambiguous) => either(&kind, state, decimal_comma).into_any(),
        Err(why @ (Unreadable::TooLong | Unreadable::OverZero | Unreadable::NotHere | Unreadable::Malformed)) => {
            (texts().unreadable)(why).into_any()
        }
    };
    view! { <p class="reading" id=id data-reading=name>{content}</p> }
}

/// Says that no more fits into a field, once it is full.
#[component]
pub fn FullLine(
    /// What is in it.
    state: FieldState,
    /// The most characters that can be typed.
    chars_max: Memo<usize>,
) -> impl IntoView {
    // As browsers count; a unit beside the number counts too.
    let is_full = Memo::new(move |_| state.typed().encode_utf16().count() >= chars_max.get());
    let words = move || {
        is_full.get().then(|| view! { <p class="reading" data-reading="unreadable">{(texts().field_is_full)(chars_max.get())}</p> })
    };
    // The one status of a question is its outcome: this is only read out when it appears.
    view! { <div aria-live="polite">{words}</div> }
}

/// The two ways to read an ambiguous number, to choose from.
fn either(kind: &FieldKind, state: FieldState, decimal_comma: bool) -> impl IntoView {
    let (whole, parted) = either_way(&state.text.get_untracked()).unwrap_or_default();
    let shown = |text: &str| {
        let unit = state.unit.get_untracked();
        reading(&format!("{text} {unit}"), kind, decimal_comma).map_or_else(|_| text.to_owned(), |reading| reading.to_string())
    };
    let mixed = whole.contains(['/', ':']);
    let parted_name = if mixed { (texts().as_mixed)(&shown(&parted)) } else { (texts().with_decimals)(&shown(&parted)) };
    let whole_name = shown(&whole);
    view! {
        {texts().do_you_mean} " "
        <button class="button" data-kind="plain" type="button" on:click=move |_| state.text.set(whole.clone())>{whole_name}</button>
        " " {texts().or} " "
        <button class="button" data-kind="plain" type="button" on:click=move |_| state.text.set(parted.clone())>{parted_name}</button>
    }
}

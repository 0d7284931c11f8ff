//! Joining a class by the code that its teacher shows.

use crate::{
    doors::{NotDone, enrolment, use_projection},
    texts::texts,
};
use domain::ids::ClassId;
use leptos::{ev, html, prelude::*, task::spawn_local};
use web_sys::HtmlInputElement;

/// The form, folded away.
#[component]
pub fn Joining(
    /// Open from the start.
    #[prop(into)]
    open: Signal<bool>,
) -> impl IntoView {
    let words = &texts().story;
    let field = NodeRef::<html::Input>::new();
    let busy = RwSignal::new(false);
    let became = RwSignal::new(None::<Result<ClassId, NotDone>>);
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(input) = field.get_untracked() {
            join(input, busy, became);
        }
    };
    let is_offline = use_projection(|replica| replica.is_offline());
    view! {
        <details class="joining" open=move || open.get()>
            <summary>{words.join}</summary>
            <form novalidate on:submit=send>
                <p class="quiet" id="join-more">{words.join_more}</p>
                <label for="join-code">{words.code}</label>
                <div class="actions">
                    <input
                        id="join-code"
                        type="text"
                        autocomplete="off"
                        autocapitalize="characters"
                        spellcheck="false"
                        maxlength="12"
                        aria-describedby="join-more"
                        node_ref=field
                    />
                    <button class="button" type="submit" aria-busy=move || busy.get().then_some("true")>{words.join_class}</button>
                </div>
                <div role="status" aria-label=words.join><Became became/></div>
                <Show when=move || is_offline.get()>
                    <p class="quiet">{texts().no_connection}</p>
                </Show>
            </form>
        </details>
    }
}

/// Asks with the code in the field.
fn join(input: HtmlInputElement, busy: RwSignal<bool>, became: RwSignal<Option<Result<ClassId, NotDone>>>) {
    let code = input.value().trim().to_owned();
    if code.is_empty() || busy.get_untracked() {
        // Where the focus cannot go, the field is a Tab away.
        _ = input.focus();
        return;
    }
    busy.set(true);
    became.set(None);
    spawn_local(async move {
        let joined = enrolment::join(&code).await;
        // A page that was left says nothing any more.
        _ = busy.try_set(false);
        if joined.is_ok() {
            input.set_value("");
        }
        _ = became.try_set(Some(joined));
    });
}

/// Which class was joined, or why none was.
#[component]
fn Became(became: RwSignal<Option<Result<ClassId, NotDone>>>) -> impl IntoView {
    let words = &texts().story;
    let title = use_projection(move |replica| match became.get() {
        Some(Ok(class)) => replica.shown().directory.class_title(class).to_owned(),
        Some(Err(_)) | None => String::new(),
    });
    move || match became.get() {
        None => ().into_any(),
        Some(Ok(_)) => view! { <p class="joined">{(words.joined)(&title.get())}</p> }.into_any(),
        Some(Err(why)) => {
            let why = match why {
                NotDone::DoesNotFit | NotDone::Forbidden => words.not_joined,
                NotDone::Later => words.join_later,
                NotDone::NoConnection | NotDone::SignedOut => texts().no_connection,
            };
            view! { <p class="field-fault">{why}</p> }.into_any()
        }
    }
}

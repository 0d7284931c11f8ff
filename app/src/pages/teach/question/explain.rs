//! Explaining a mistake: what whoever gives this wrong answer next is told.

use super::mistake::Mistake;
use crate::{address::Place, doors::use_dispatch, texts::texts};
use domain::{
    command::Command,
    content::{Correction, correction::EXPLANATION_CHARS_MAX},
    course,
    ids::CourseId,
};
use leptos::{ev, html, prelude::*};

/// The button, and the box that it opens.
#[component]
pub fn Explain(line: Memo<Mistake>, place: Place, course: CourseId) -> impl IntoView {
    let dispatch = use_dispatch();
    let open = RwSignal::new(false);
    let text = RwSignal::new(String::new());
    let said = RwSignal::new(None::<(&'static str, bool)>);
    let button = NodeRef::<html::Button>::new();
    let answer = Memo::new(move |_| line.with(|line| line.answer.clone()));
    let begin = move |_| {
        text.set(line.with_untracked(|line| line.explained.clone()).unwrap_or_default());
        said.set(None);
        open.set(true);
    };
    let end = move || {
        open.set(false);
        // The button stands there again only after this.
        request_animation_frame(move || {
            if let Some(button) = button.get_untracked() {
                _ = button.focus();
            }
        });
    };
    let save = move |()| {
        let inputs = line.with_untracked(|line| line.inputs.clone());
        let correction = Correction::Explain { inputs, text: text.get_untracked().trim().to_owned() };
        let Place { unit, question, .. } = place;
        let command = Command::Course(course, course::Command::Correct { unit, question, correction, harm_nobody: false });
        match dispatch.send(&command) {
            Ok(_) => {
                said.set(Some((texts().question.explained, true)));
                end();
            }
            Err(refusal) => said.set(Some(((texts().refusal)(&refusal), false))),
        }
    };
    view! {
        <Show when=move || !open.get()>
            <button
                class="button"
                data-kind="plain"
                type="button"
                node_ref=button
                aria-label=move || (texts().question.explain_this)(&answer.get())
                on:click=begin
            >
                {texts().question.explain}
            </button>
        </Show>
        <Show when=move || open.get()>
            <ExplanationBox answer text save=Callback::new(save) end=Callback::new(move |()| end())/>
        </Show>
        <p class="said" role="status" data-tone=move || said.get().map(|(_, good)| if good { "right" } else { "wrong" })>
            {move || said.get().map(|(words, _)| words)}
        </p>
    }
}

/// The box in which the explanation is written.
#[component]
fn ExplanationBox(answer: Memo<String>, text: RwSignal<String>, save: Callback<()>, end: Callback<()>) -> impl IntoView {
    let field = NodeRef::<html::Textarea>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            _ = field.focus();
        }
    });
    let left = move || EXPLANATION_CHARS_MAX.saturating_sub(text.with(|text| text.chars().count()));
    let nothing = move || text.with(|text| text.trim().is_empty());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        save.run(());
    };
    let cancel = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            end.run(());
        }
    };
    view! {
        <form class="explain" on:submit=submit on:keydown=cancel>
            <label>
                <span>{move || (texts().question.explanation_label)(&answer.get())}</span>
                <textarea
                    rows="3"
                    maxlength=EXPLANATION_CHARS_MAX.to_string()
                    node_ref=field
                    prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))
                ></textarea>
            </label>
            <p class="quiet">{move || (texts().question.explanation_more)(left())}</p>
            <div class="actions">
                <button class="button" type="submit" disabled=nothing>{texts().question.save}</button>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| end.run(())>{texts().question.cancel}</button>
            </div>
        </form>
    }
}

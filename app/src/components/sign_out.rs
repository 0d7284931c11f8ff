//! Signing out; while something is unsent it asks first what is to become of it.

use crate::{
    doors::{Leaving, use_departure, use_projection},
    texts::texts,
};
use domain::replica::Replica;
use leptos::{html, prelude::*, task::spawn_local};

/// The button and its question.
#[component]
pub fn SignOut() -> impl IntoView {
    let departure = use_departure();
    let dialog = NodeRef::<html::Dialog>::new();
    let waiting = use_projection(Replica::waiting);
    // Signing out goes on by itself as soon as everything is sent.
    let is_patient = RwSignal::new(false);
    let is_leaving = RwSignal::new(false);
    let leave = move |leaving| {
        if !is_leaving.get_untracked() {
            is_leaving.set(true);
            spawn_local(departure.sign_out(leaving));
        }
    };
    let press = move |_| {
        let unsent = departure.is_anything_unsent();
        let asked = unsent && dialog.get_untracked().is_some_and(|dialog| dialog.open() || dialog.show_modal().is_ok());
        if asked {
            is_patient.set(false);
            spawn_local(departure.prepare());
        } else {
            leave(Leaving::Nothing);
        }
    };
    Effect::new(move |_| {
        if is_patient.get() && waiting.get() == 0 {
            leave(Leaving::Nothing);
        }
    });
    let answered = move |_| {
        is_patient.set(false);
        match dialog.get_untracked().map(|dialog| dialog.return_value()).as_deref() {
            Some("seal") => leave(Leaving::Sealed),
            Some("discard" | "leave") => leave(Leaving::Nothing),
            Some(_) | None => {}
        }
    };
    view! {
        <button class="button" data-kind="plain" type="button" on:click=press>{texts().sign_out}</button>
        <dialog class="dialog" node_ref=dialog aria-labelledby="sign-out" aria-describedby="sign-out-more" on:close=answered>
            <WhatBecomesOfIt waiting is_patient/>
        </dialog>
    }
}

/// What is to become of what is unsent: the question, and its answers.
#[component]
fn WhatBecomesOfIt(waiting: Memo<usize>, is_patient: RwSignal<bool>) -> impl IntoView {
    let answers = use_projection(Replica::waiting_answers);
    let offline = use_projection(Replica::is_offline);
    let departure = use_departure();
    let unsent = move || waiting.get() > 0;
    let more = move || match (unsent(), is_patient.get(), offline.get()) {
        (false, ..) => texts().all_sent_more,
        (true, true, true) => texts().waiting_offline,
        (true, true, false) => texts().waiting_online,
        (true, false, _) => texts().unsent_more,
    };
    view! {
        <form method="dialog">
            <h2 id="sign-out" aria-live="polite">{move || if unsent() { (texts().unsent)(answers.get()) } else { texts().all_sent.to_owned() }}</h2>
            <p id="sign-out-more" aria-live="polite">{more}</p>
            <div class="actions">
                <Show
                    when=unsent
                    fallback=|| view! { <button class="button" value="leave">{texts().sign_out}</button> }
                >
                    <button class="button" type="button" autofocus disabled=move || is_patient.get() on:click=move |_| is_patient.set(true)>
                        {move || if is_patient.get() { texts().waiting } else { texts().wait }}
                    </button>
                    <Show when=move || departure.can_seal()>
                        <button class="button" data-kind="quiet" value="seal">{texts().leave_sealed}</button>
                    </Show>
                    <button class="button" data-kind="danger" value="discard">{move || (texts().discard)(answers.get())}</button>
                </Show>
                <button class="button" data-kind="quiet" value="stay">{texts().stay}</button>
            </div>
            <Show when=move || unsent() && departure.can_seal()>
                <p class="quiet">{texts().leave_sealed_more}</p>
            </Show>
        </form>
    }
}

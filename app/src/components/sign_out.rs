//! Signing out; while something is unsent it asks first what is to become of it.

use crate::{
    dispatch::{use_client, use_projection},
    storage::Leaving,
    texts::texts,
};
use domain::replica::Replica;
use leptos::{html, prelude::*, task::spawn_local};

/// The button and its question.
#[component]
pub fn SignOut() -> impl IntoView {
    let client = StoredValue::new_local(use_client());
    let dialog = NodeRef::<html::Dialog>::new();
    let waiting = use_projection(Replica::waiting);
    // Signing out goes on by itself as soon as everything is sent.
    let is_patient = RwSignal::new(false);
    let is_leaving = RwSignal::new(false);
    let leave = move |leaving| {
        if !is_leaving.get_untracked() {
            is_leaving.set(true);
            spawn_local(client.get_value().sign_out(leaving));
        }
    };
    let press = move |_| {
        let unsent = client.with_value(|client| client.peek(Replica::waiting)) > 0;
        let asked = unsent && dialog.get_untracked().is_some_and(|dialog| dialog.open() || dialog.show_modal().is_ok());
        if asked {
            is_patient.set(false);
            spawn_local(client.get_value().prepare_to_leave());
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
    let has_key = use_client().has_key;
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
                    <Show when=move || has_key.get()>
                        <button class="button" data-kind="quiet" value="seal">{texts().leave_sealed}</button>
                    </Show>
                    <button class="button" data-kind="danger" value="discard">{move || (texts().discard)(answers.get())}</button>
                </Show>
                <button class="button" data-kind="quiet" value="stay">{texts().stay}</button>
            </div>
            <Show when=move || unsent() && has_key.get()>
                <p class="quiet">{texts().leave_sealed_more}</p>
            </Show>
        </form>
    }
}

//! Signing out; asks first while something is unsent.

use crate::{
    dispatch::{use_client, use_projection},
    texts::texts,
};
use domain::replica::Replica;
use leptos::{html, prelude::*, task::spawn_local};

/// The button and its question.
#[component]
pub fn SignOut() -> impl IntoView {
    let client = StoredValue::new_local(use_client());
    let dialog = NodeRef::<html::Dialog>::new();
    let answers = use_projection(Replica::waiting_answers);
    let leave = move || spawn_local(client.get_value().sign_out());
    let press = move |_| {
        let unsent = client.with_value(|client| client.peek(Replica::waiting)) > 0;
        let asked = unsent && dialog.get_untracked().is_some_and(|dialog| dialog.open() || dialog.show_modal().is_ok());
        if !asked {
            leave();
        }
    };
    let answered = move |_| {
        if dialog.get_untracked().is_some_and(|dialog| dialog.return_value() == "leave") {
            leave();
        }
    };
    view! {
        <button class="button" data-kind="plain" type="button" on:click=press>{texts().sign_out}</button>
        <dialog class="dialog" node_ref=dialog aria-labelledby="sign-out" on:close=answered>
            <form method="dialog">
                <h2 id="sign-out">{move || (texts().unsent)(answers.get())}</h2>
                <p>{texts().unsent_more}</p>
                <div class="actions">
                    <button class="button" value="stay" autofocus>{texts().stay}</button>
                    <button class="button" data-kind="danger" value="leave">{move || (texts().sign_out_and_lose)(answers.get())}</button>
                </div>
            </form>
        </dialog>
    }
}

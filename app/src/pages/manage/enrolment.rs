//! Joining by a code: open or closed, and the code to show to the class.

use crate::{
    device,
    dispatch::{use_dispatch, use_projection},
    password,
    texts::texts,
};
use domain::{
    class,
    command::{Command, Refusal},
    event::StreamId,
    ids::ClassId,
};
use leptos::{prelude::*, task::spawn_local};

/// The section on joining.
#[component]
pub fn Enrolment(class: ClassId) -> impl IntoView {
    let dispatch = use_dispatch();
    let words = &texts().assigning;
    let code = use_projection(move |replica| replica.shown().directory.class(class).and_then(|members| members.enrolment.clone()));
    let fault = RwSignal::new(None::<class::Refusal>);
    let copied = RwSignal::new(None::<bool>);
    let ask = move |command: class::Command| {
        copied.set(None);
        fault.set(match dispatch.send(StreamId::Class(class), &Command::Class(command)) {
            Ok(_) => None,
            Err(Refusal::Class(refusal)) => Some(refusal),
            // A command of a class is decided by the class.
            Err(Refusal::Account(_) | Refusal::Attempt(_) | Refusal::Course(_) | Refusal::Unreadable | Refusal::TooLarge) => None,
        });
    };
    let open = move |_| ask(class::Command::OpenEnrolment { code: password::code() });
    let close = move |_| ask(class::Command::CloseEnrolment {});
    let copy = move |_| {
        if let Some(code) = code.get_untracked() {
            spawn_local(async move {
                let worked = device::copy(&code).await;
                // A page that was left says nothing any more.
                _ = copied.try_set(Some(worked));
            });
        }
    };
    let shown = move || match code.get() {
        None => view! {
            <p>{words.enrolment_closed}</p>
            <div class="actions">
                <button class="button" type="button" on:click=open>{words.open_enrolment}</button>
            </div>
        }
        .into_any(),
        Some(code) => view! {
            <p>{words.enrolment_open}</p>
            <p class="code"><samp>{code}</samp></p>
            <div class="actions">
                <button class="button" type="button" on:click=copy>{words.copy}</button>
                <button class="button" data-kind="quiet" type="button" on:click=open>{words.new_code}</button>
                <button class="button" data-kind="quiet" type="button" on:click=close>{words.close_enrolment}</button>
            </div>
        }
        .into_any(),
    };
    view! {
        <section class="enrolment" aria-labelledby="enrolment">
            <h2 id="enrolment">{words.enrolment}</h2>
            {shown}
            <p role="status">
                {move || copied.get().map(|worked| if worked { words.copied } else { words.not_copied })}
            </p>
            <div role="alert">
                {move || fault.get().map(|refusal| view! { <p class="field-fault">{(words.refused)(&refusal)}</p> })}
            </div>
        </section>
    }
}

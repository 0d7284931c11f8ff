//! Joining by a code: open or closed, and the code to show to the class.

use crate::{
    clock::use_now,
    device,
    doors::{self, NotDone, use_dispatch, use_projection},
    texts::texts,
};
use domain::{class, command::Command, ids::ClassId};
use leptos::{prelude::*, task::spawn_local};

/// The section on joining.
#[component]
pub fn Enrolment(class: ClassId) -> impl IntoView {
    let words = &texts().assigning;
    let opened = use_projection(move |replica| replica.shown().directory.class(class).and_then(|members| members.enrolment.clone()));
    let now = use_now();
    let open_now = Memo::new(move |_| opened.get().filter(|enrolment| now.get() < enrolment.until));
    let fault = RwSignal::new(None::<NotDone>);
    let waits = RwSignal::new(false);
    let copied = RwSignal::new(None::<bool>);
    let open = Callback::new(move |()| {
        copied.set(None);
        fault.set(None);
        waits.set(true);
        spawn_local(async move {
            let asked = doors::enrolment::open(class).await;
            // A page that was left says nothing any more.
            _ = fault.try_set(asked.err());
            _ = waits.try_set(false);
        });
    });
    let shown = move || match open_now.get() {
        None => view! {
            <p>{words.enrolment_closed}</p>
            <div class="actions">
                <button class="button" type="button" disabled=waits on:click=move |_| open.run(())>{words.open_enrolment}</button>
            </div>
        }
        .into_any(),
        Some(enrolment) => view! { <Code class enrolment waits copied fault open/> }.into_any(),
    };
    view! {
        <section class="enrolment" aria-labelledby="enrolment">
            <h2 id="enrolment">{words.enrolment}</h2>
            {shown}
            <p role="status">
                {move || copied.get().map(|worked| if worked { words.copied } else { words.not_copied })}
            </p>
            <div role="alert">
                {move || fault.get().map(|why| view! { <p class="field-fault">{(words.not_opened)(why)}</p> })}
            </div>
        </section>
    }
}

/// The code, and what can be done with it.
#[component]
fn Code(
    class: ClassId,
    enrolment: class::Enrolment,
    waits: RwSignal<bool>,
    copied: RwSignal<Option<bool>>,
    fault: RwSignal<Option<NotDone>>,
    /// Asks for another.
    open: Callback<()>,
) -> impl IntoView {
    let dispatch = use_dispatch();
    let words = &texts().assigning;
    let class::Enrolment { code, until } = enrolment;
    let shown = code.clone();
    let close = move |_| {
        copied.set(None);
        fault.set(None);
        // Closing is never refused: closed twice it is closed.
        _ = dispatch.send(&Command::Class(class, class::Command::CloseEnrolment {}));
    };
    let copy = move |_| {
        let code = code.clone();
        spawn_local(async move {
            let worked = device::copy(&code).await;
            // A page that was left says nothing any more.
            _ = copied.try_set(Some(worked));
        });
    };
    view! {
        <p>{words.enrolment_open}</p>
        <p class="code"><samp>{shown}</samp></p>
        <p>{(words.enrolment_until)(&device::written(until, texts().language))}</p>
        <div class="actions">
            <button class="button" type="button" on:click=copy>{words.copy}</button>
            <button class="button" data-kind="quiet" type="button" disabled=waits on:click=move |_| open.run(())>{words.new_code}</button>
            <button class="button" data-kind="quiet" type="button" on:click=close>{words.close_enrolment}</button>
        </div>
    }
}

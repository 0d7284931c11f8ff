//! One's own account: another password, and where one is signed in.

use crate::{
    components::{arrival::PageHeading, notices::Main},
    device,
    doors::{NotDone, use_account},
    texts::texts,
};
use domain::{
    account::Role,
    protocol::{ListedSession, SignedIn},
};
use leptos::{ev, html, prelude::*, task::spawn_local};

/// The page.
#[component]
pub fn Account() -> impl IntoView {
    // Another password ends sessions, which are shown again then.
    let looks = RwSignal::new(0_u32);
    view! {
        <Main>
            <header class="heading">
                <PageHeading text=texts().account.title/>
            </header>
            <Password looks/>
            <Sessions looks/>
        </Main>
    }
}

/// The form for another password.
#[component]
fn Password(looks: RwSignal<u32>) -> impl IntoView {
    let (account, words) = (use_account(), &texts().account);
    let staff = use_context::<SignedIn>().is_some_and(|who| who.role != Role::Student);
    let (present, password) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let busy = RwSignal::new(false);
    let became = RwSignal::new(None::<Result<(), NotDone>>);
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (Some(present), Some(password)) = (present.get_untracked(), password.get_untracked()) else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        became.set(None);
        spawn_local(async move {
            let changed = account.change_password(&present.value(), &password.value()).await;
            // A page that was left says nothing any more.
            _ = busy.try_set(false);
            if changed.is_ok() {
                present.set_value("");
                password.set_value("");
                _ = looks.try_update(|looks| *looks += 1);
            }
            _ = became.try_set(Some(changed));
        });
    };
    let fault = move || {
        let why = became.get().and_then(Result::err).map(why_unchanged);
        why.map(|why| view! { <p class="field-fault">{why}</p> })
    };
    view! {
        <section class="account" aria-labelledby="password-title">
            <h2 id="password-title">{words.password_title}</h2>
            <form method="post" on:submit=send>
                <p id="password-more">{(words.password_more)(staff)}</p>
                <label>
                    <span>{words.present}</span>
                    <input type="password" autocomplete="current-password" required node_ref=present/>
                </label>
                <label>
                    <span>{words.new}</span>
                    <input type="password" autocomplete="new-password" required aria-describedby="password-more" node_ref=password/>
                </label>
                <div role="alert">{fault}</div>
                <div class="actions">
                    <button class="button" type="submit" aria-busy=move || busy.get().then_some("true")>{words.change}</button>
                </div>
                <p role="status">{move || became.get().is_some_and(|became| became.is_ok()).then_some(words.changed)}</p>
            </form>
        </section>
    }
}

fn why_unchanged(why: NotDone) -> &'static str {
    let words = &texts().account;
    match why {
        NotDone::DoesNotFit => words.password_bad,
        NotDone::Forbidden => words.present_wrong,
        NotDone::Later => texts().sign_in_later,
        NotDone::NoConnection | NotDone::SignedOut => texts().no_connection,
    }
}

/// Where one is signed in.
#[component]
fn Sessions(looks: RwSignal<u32>) -> impl IntoView {
    let (account, words) = (use_account(), &texts().account);
    let listed = RwSignal::new(None::<Result<Vec<ListedSession>, NotDone>>);
    let fault = RwSignal::new(None::<NotDone>);
    let ended = RwSignal::new(false);
    Effect::new(move |_| {
        looks.track();
        spawn_local(async move {
            let found = account.sessions().await;
            // A page that was left has nothing to show.
            _ = listed.try_set(Some(found));
        });
    });
    let end = Callback::new(move |id: String| {
        fault.set(None);
        ended.set(false);
        spawn_local(async move {
            // A page that was left says nothing any more.
            match account.end_session(&id).await {
                // What is over already is as good as ended.
                Ok(()) | Err(NotDone::DoesNotFit) => _ = ended.try_set(true),
                Err(why) => _ = fault.try_set(Some(why)),
            }
            _ = looks.try_update(|looks| *looks += 1);
        });
    });
    let row = move |session: ListedSession| view! { <SignedInAt session end/> };
    let shown = move || match listed.get() {
        None => ().into_any(),
        Some(Ok(sessions)) => view! { <ul>{sessions.into_iter().map(row).collect_view()}</ul> }.into_any(),
        Some(Err(_)) => view! { <p class="field-fault">{texts().no_connection}</p> }.into_any(),
    };
    view! {
        <section class="account" aria-labelledby="sessions-title">
            <h2 id="sessions-title">{words.sessions_title}</h2>
            <p>{words.sessions_more}</p>
            {shown}
            <p role="status">{move || ended.get().then_some(words.ended)}</p>
            <div role="alert">{move || fault.get().map(|_| view! { <p class="field-fault">{texts().no_connection}</p> })}</div>
        </section>
    }
}

/// One of the places where one is signed in.
#[component]
fn SignedInAt(
    session: ListedSession,
    /// Ends the session with this identifier.
    end: Callback<String>,
) -> impl IntoView {
    let words = &texts().account;
    let device = if session.device.is_empty() { words.some_device.to_owned() } else { session.device.clone() };
    let written = |moment| [device::day_written(moment, texts().language), device::time_of_day(moment, texts().language)].join(" ");
    let begun = (session.begun.0 > 0).then(|| (words.since)(&written(session.begun)));
    let used = (session.used.0 > 0 && !session.this).then(|| (words.used)(&written(session.used)));
    let id = session.id.clone();
    let name = (words.end_of)(&device, begun.as_deref().unwrap_or_default());
    view! {
        <li>
            <span>
                <strong>{device}</strong>
                <small>{[begun, used].into_iter().flatten().collect::<Vec<_>>().join(" · ")}</small>
            </span>
            {if session.this {
                view! { <span class="quiet">{words.this_one}</span> }.into_any()
            } else {
                view! {
                    <button class="button" data-kind="quiet" type="button" aria-label=name on:click=move |_| end.run(id.clone())>
                        {words.end}
                    </button>
                }
                .into_any()
            }}
        </li>
    }
}

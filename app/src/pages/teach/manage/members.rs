//! The students of a class: a new password for whoever forgot theirs, and taking somebody out.

use crate::{
    address::Address,
    collation,
    components::{
        dialog::Dialog,
        teach::names::{Name, name_in_words, name_of},
    },
    doors::{NotDone, use_account, use_dispatch, use_projection},
    password,
    texts::texts,
};
use domain::{
    class,
    command::Command,
    ids::{AccountId, ClassId},
};
use leptos::{ev, html, prelude::*, task::spawn_local};

/// What is asked in the dialog.
#[derive(Debug, Clone, PartialEq)]
enum Asking {
    Password(AccountId),
    /// It is set: it is shown this once.
    Told(AccountId, String),
    Remove(AccountId),
}

/// The students.
#[component]
pub fn Members(class: ClassId) -> impl IntoView {
    let words = &texts().assigning;
    let asking = RwSignal::new(None::<Asking>);
    let students = use_projection(move |replica| {
        let members = replica.shown().directory.class(class).into_iter().flat_map(|members| &members.students);
        let mut named: Vec<(String, AccountId)> = members.map(|student| (name_of(replica, *student), *student)).collect();
        collation::sort_by_words(&mut named, |(name, _)| name.clone());
        named.into_iter().map(|(_, student)| student).collect::<Vec<_>>()
    });
    let row = move |student: AccountId| {
        let id = format!("student-{student}");
        let button = {
            let id = id.clone();
            move |name: &'static str, asks: Asking| {
                let described = id.clone();
                view! {
                    <button
                        class="button"
                        data-kind="plain"
                        type="button"
                        aria-describedby=described
                        on:click=move |_| asking.set(Some(asks.clone()))
                    >
                        {name}
                    </button>
                }
            }
        };
        view! {
            <li>
                <a id=id href=Address::Student { class, student, unit: None }.to_string()><Name student/></a>
                {button(words.new_password, Asking::Password(student))}
                {button(words.remove, Asking::Remove(student))}
            </li>
        }
    };
    let count = Memo::new(move |_| students.with(Vec::len));
    view! {
        <section class="members" aria-labelledby="members">
            <h2 id="members">{move || (words.students)(count.get())}</h2>
            <Show when=move || { count.get() > 0 } fallback=move || view! { <p class="quiet">{words.no_students}</p> }>
                <ul role="list">
                    <For each=move || students.get() key=|student| *student children=row/>
                </ul>
            </Show>
            <Question class asking/>
        </section>
    }
}

#[component]
fn Question(class: ClassId, asking: RwSignal<Option<Asking>>) -> impl IntoView {
    let ask = move |asked| match asked {
        Asking::Password(student) => view! { <Password student asking/> }.into_any(),
        Asking::Told(student, password) => view! { <Told student password asking/> }.into_any(),
        Asking::Remove(student) => view! { <Remove class student asking/> }.into_any(),
    };
    view! { <Dialog asking labelled="member" children=ask/> }
}

/// A form with a password that was just made up.
#[component]
fn Password(student: AccountId, asking: RwSignal<Option<Asking>>) -> impl IntoView {
    let (account, words) = (use_account(), &texts().assigning);
    let name = use_projection(move |replica| name_in_words(replica, student));
    let typed = RwSignal::new(password::password());
    let fault = RwSignal::new(None::<NotDone>);
    let busy = RwSignal::new(false);
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        fault.set(None);
        spawn_local(async move {
            let password = typed.get_untracked();
            let set = account.set_password(student, &password).await;
            // A page that was left says nothing any more.
            _ = busy.try_set(false);
            _ = match set {
                Ok(()) => asking.try_set(Some(Asking::Told(student, password))).is_some(),
                Err(why) => fault.try_set(Some(why)).is_some(),
            };
        });
    };
    view! {
        <form class="times" novalidate on:submit=send>
            <h2 id="member">{move || (words.password_title)(&name.get())}</h2>
            <p id="password-more">{words.password_more}</p>
            <label>
                <span>{words.password}</span>
                <input
                    type="text"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby="password-more"
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                />
            </label>
            <div role="alert">
                {move || fault.get().map(|why| view! { <p class="field-fault">{why_not_set(why)}</p> })}
            </div>
            <div class="actions">
                <button class="button" type="submit" aria-busy=move || busy.get().then_some("true")>{words.set_password}</button>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| typed.set(password::password())>
                    {words.another}
                </button>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| asking.set(None)>{words.cancel}</button>
            </div>
        </form>
    }
}

fn why_not_set(why: NotDone) -> &'static str {
    let words = &texts().assigning;
    match why {
        NotDone::DoesNotFit => words.password_bad,
        NotDone::Forbidden | NotDone::SignedOut => words.password_forbidden,
        NotDone::Later | NotDone::NoConnection => words.password_failed,
    }
}

/// The password, this once.
#[component]
fn Told(student: AccountId, password: String, asking: RwSignal<Option<Asking>>) -> impl IntoView {
    let words = &texts().assigning;
    let name = use_projection(move |replica| name_in_words(replica, student));
    let done = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        if let Some(done) = done.get() {
            // Where the focus cannot go, the button is a Tab away.
            _ = done.focus();
        }
    });
    view! {
        <div class="told">
            <h2 id="member">{move || (words.password_set)(&name.get())}</h2>
            <p class="code"><samp>{password}</samp></p>
            <p>{words.password_once}</p>
            <div class="actions">
                <button class="button" type="button" node_ref=done on:click=move |_| asking.set(None)>{words.done}</button>
            </div>
        </div>
    }
}

/// Whether to take somebody out.
#[component]
fn Remove(class: ClassId, student: AccountId, asking: RwSignal<Option<Asking>>) -> impl IntoView {
    let words = &texts().assigning;
    let dispatch = use_dispatch();
    let name = use_projection(move |replica| name_in_words(replica, student));
    let remove = move |event: ev::SubmitEvent| {
        event.prevent_default();
        // Whoever is not in the class need not be taken out of it.
        _ = dispatch.send(&Command::Class(class, class::Command::RemoveStudent { student }));
        asking.set(None);
    };
    view! {
        <form on:submit=remove>
            <h2 id="member">{move || (words.remove_title)(&name.get())}</h2>
            <p>{words.remove_more}</p>
            <div class="actions">
                <button class="button" data-kind="danger" type="submit">{words.remove_now}</button>
                <button class="button" data-kind="quiet" type="button" autofocus on:click=move |_| asking.set(None)>{words.cancel}</button>
            </div>
        </form>
    }
}

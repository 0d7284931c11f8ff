//! The form for whoever is not signed in, or not any more.

use crate::{
    components::{arrival::set_title, demo_doors::DemoDoors, mark::Mark, notices::Insecure},
    device::shelf,
    doors::{Entrance, NotSignedIn, use_entrance, use_projection},
    session::{Occasion, Person},
    texts::texts,
};
use domain::{
    protocol::{Computer, Door},
    replica::Replica,
};
use leptos::{ev, html, prelude::*, task::spawn_local};

/// The form.
#[component]
pub fn SignIn(
    /// Called with who signed in, after this device remembers it.
    signed_in: Callback<Person>,
    /// Why it is shown.
    occasion: Occasion,
) -> impl IntoView {
    let (login, password, title) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new(), NodeRef::<html::H1>::new());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<NotSignedIn>);
    let computer = RwSignal::new(Computer::default());
    Effect::new(move |_| {
        set_title(texts().sign_in);
        if let Some(title) = title.get() {
            // A heading that cannot take the focus is read in its turn.
            _ = title.focus();
        }
    });
    let attempt = Attempt { entrance: use_entrance(), busy, problem, signed_in };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (Some(login), Some(password)) = (login.get_untracked(), password.get_untracked()) else { return };
        attempt.enter(login.value(), password.value(), computer.get_untracked());
    };
    // What is tried without a network is tried on a device of one's own.
    let through = Callback::new(move |door: Door| attempt.enter(door.login, door.password, Computer::Own));
    let doors = (occasion == Occasion::First).then(|| view! { <DemoDoors through/> });
    view! {
        <main class="sign-in">
            <header aria-hidden="true"><Mark/>{texts().app}</header>
            {doors}
            <form class="sheet" method="post" aria-labelledby="title" on:submit=submit>
                <h1 id="title" tabindex="-1" node_ref=title>{texts().sign_in}</h1>
                <Insecure/>
                <Reason occasion/>
                <Problem problem/>
                <LoginAndPassword login password/>
                <fieldset class="computer">
                    <legend>{texts().whose_computer}</legend>
                    <Choice computer of=Computer::Shared name=texts().shared_computer more=texts().shared_computer_more/>
                    <Choice computer of=Computer::Own name=texts().own_device more=texts().own_device_more/>
                </fieldset>
                <button class="button" type="submit" aria-busy=move || busy.get().then_some("true")>{texts().sign_in}</button>
            </form>
            <p class="quiet">{texts().promise}</p>
        </main>
    }
}

/// Signing in: what is under way, and what came of it.
#[derive(Clone, Copy)]
struct Attempt {
    entrance: Entrance,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<NotSignedIn>>,
    signed_in: Callback<Person>,
}

impl Attempt {
    fn enter(self, login: String, password: String, computer: Computer) {
        let Self { entrance, busy, problem, signed_in } = self;
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            match entrance.enter(login.trim(), &password, computer).await {
                Ok(person) => signed_in.run(person),
                Err(why) => {
                    busy.set(false);
                    problem.set(Some(why));
                }
            }
        });
    }
}

/// Why the form is shown, where there is something to say.
#[component]
fn Reason(occasion: Occasion) -> impl IntoView {
    let waiting = (occasion == Occasion::Again).then(|| use_projection(Replica::waiting_answers));
    let left = if occasion == Occasion::First { shelf::told_by_last_page() } else { None };
    let why = move || match occasion {
        Occasion::First => left.as_ref().map(|left| (texts().signed_out)(left.sealed, &left.other)),
        Occasion::Again => waiting.map(|waiting| (texts().session_over)(waiting.get())),
        Occasion::Over => Some(texts().shared_session_over.to_owned()),
        Occasion::NotForgotten => Some(texts().shared_not_forgotten.to_owned()),
        Occasion::NoAnswer => Some(texts().shared_no_answer.to_owned()),
    };
    let tone = if occasion == Occasion::First { "good" } else { "warning" };
    move || {
        why().map(|text| {
            view! {
                <div class="notice" role="status" data-tone=tone>
                    <p>{text}</p>
                </div>
            }
        })
    }
}

/// Why nobody was signed in.
#[component]
fn Problem(problem: RwSignal<Option<NotSignedIn>>) -> impl IntoView {
    let text = move || {
        problem.get().map(|why| match why {
            NotSignedIn::Wrong => texts().wrong_login,
            NotSignedIn::Later => texts().sign_in_later,
            NotSignedIn::NoConnection => texts().no_connection,
        })
    };
    move || {
        text().map(|text| {
            view! {
                <div class="notice" role="alert" data-tone="bad">
                    <p>{text}</p>
                </div>
            }
        })
    }
}

#[component]
fn LoginAndPassword(login: NodeRef<html::Input>, password: NodeRef<html::Input>) -> impl IntoView {
    view! {
        <label>
            {texts().login} " "
            <input
                type="text"
                name="login"
                autocomplete="username"
                autocapitalize="none"
                spellcheck="false"
                required
                node_ref=login
            />
        </label>
        <label>
            {texts().password} " "
            <input type="password" name="password" autocomplete="current-password" required node_ref=password/>
        </label>
    }
}

/// One of the two kinds of computer, and what follows from it.
#[component]
fn Choice(computer: RwSignal<Computer>, of: Computer, name: &'static str, more: &'static str) -> impl IntoView {
    let id = match of {
        Computer::Shared => "shared",
        Computer::Own => "own",
    };
    let described = format!("{id}-more");
    view! {
        <label>
            <input
                type="radio"
                name="computer"
                value=id
                checked=of == Computer::default()
                aria-describedby=described.clone()
                on:change=move |_| computer.set(of)
            />
            <span>
                {name}
            </span>
            <small id=described>{more}</small>
        </label>
    }
}

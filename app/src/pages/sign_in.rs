//! The form for whoever is not signed in, or not any more.

use crate::{
    app::Owed,
    components::{arrival::set_title, mark::Mark, notices::Insecure},
    device,
    dispatch::use_projection,
    sync::{self, NotSignedIn},
    texts::texts,
};
use domain::{protocol::SignedIn, replica::Replica};
use leptos::{ev, html, prelude::*, task::spawn_local};

/// The form.
#[component]
pub fn SignIn(
    /// Called with who signed in, after this device remembers it.
    signed_in: Callback<SignedIn>,
    /// The session of somebody whose work is still here is over.
    #[prop(optional)]
    again: bool,
) -> impl IntoView {
    let owed = use_context::<Owed>();
    let (login, password, title) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new(), NodeRef::<html::H1>::new());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<NotSignedIn>);
    let waiting = again.then(|| use_projection(Replica::waiting_answers));
    Effect::new(move |_| {
        set_title(texts().sign_in);
        if let Some(title) = title.get() {
            // A heading that cannot take the focus is read in its turn.
            _ = title.focus();
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (Some(login), Some(password)) = (login.get_untracked(), password.get_untracked()) else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            if let Some(owed) = owed {
                owed.told().await;
            }
            match sync::sign_in(login.value().trim(), &password.value()).await {
                Ok(who) => {
                    // The new session took the place of the one that was to end.
                    device::owe_sign_out(false);
                    device::remember_signed_in(&who);
                    signed_in.run(who);
                }
                Err(why) => {
                    busy.set(false);
                    problem.set(Some(why));
                }
            }
        });
    };
    let problem_text = move || {
        problem.get().map(|why| match why {
            NotSignedIn::Wrong => texts().wrong_login,
            NotSignedIn::Later => texts().sign_in_later,
            NotSignedIn::NoConnection => texts().no_connection,
        })
    };
    view! {
        <main class="sign-in">
            <header aria-hidden="true"><Mark/>{texts().app}</header>
            <form class="sheet" method="post" aria-labelledby="title" on:submit=submit>
                <h1 id="title" tabindex="-1" node_ref=title>{texts().sign_in}</h1>
                <Insecure/>
                {waiting
                    .map(|waiting| {
                        view! {
                            <div class="notice" role="status" data-tone="warning">
                                <p>{move || (texts().session_over)(waiting.get())}</p>
                            </div>
                        }
                    })}
                {move || {
                    problem_text()
                        .map(|text| {
                            view! {
                                <div class="notice" role="alert" data-tone="bad">
                                    <p>{text}</p>
                                </div>
                            }
                        })
                }}
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
                <button class="button" type="submit" aria-busy=move || busy.get().then_some("true")>{texts().sign_in}</button>
            </form>
            <p class="quiet">{texts().promise}</p>
        </main>
    }
}

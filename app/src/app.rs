//! The app: the form for nobody, the pages for somebody, and which address shows which page.

use crate::{
    client::{Client, Ended},
    components::{arrival::provide_arrival, bar::Bar},
    device,
    dispatch::provide_client,
    pages::{class::Class, learn::Learn, not_found::NotFound, sign_in::SignIn, teach::Teach, unit::Unit},
    sync,
    texts::texts,
};
use domain::{account::Role, protocol::SignedIn};
use futures::{
    FutureExt,
    future::{LocalBoxFuture, Shared},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    components::{Redirect, Route, Router, Routes},
    path,
};

/// The end of a session that the server must still be told of; a sign-in waits for it, so that it does not end the new session.
#[derive(Clone, Copy)]
pub struct Owed(StoredValue<Shared<LocalBoxFuture<'static, ()>>, LocalStorage>);

impl Owed {
    fn begin() -> Self {
        let telling = async {
            if device::owes_sign_out() && sync::sign_out().await {
                device::owe_sign_out(false);
            }
        };
        let telling = telling.boxed_local().shared();
        spawn_local(telling.clone());
        Self(StoredValue::new_local(telling))
    }

    /// Waits until the server was told, or could not be.
    pub async fn told(self) {
        self.0.get_value().await;
    }
}

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    provide_context(Owed::begin());
    let who = RwSignal::new(device::signed_in());
    let signed_in = Callback::new(move |somebody: SignedIn| {
        device::to_start();
        who.set(Some(somebody));
    });
    move || match who.get() {
        None => view! { <SignIn signed_in/> }.into_any(),
        Some(somebody) => view! { <Signed who=somebody/> }.into_any(),
    }
}

/// Everything for somebody who is signed in.
#[component]
fn Signed(who: SignedIn) -> impl IntoView {
    let client = Client::start(&who);
    let ended = client.ended;
    provide_client(client);
    let role = who.role;
    provide_context(who);
    provide_arrival();
    let is_over = Memo::new(move |_| ended.get() == Some(Ended::Session));
    // Whoever signs in now, this account or another: everything begins anew.
    let signed_in = Callback::new(move |_: SignedIn| device::go_home());
    view! {
        <Router>
            <Show when=move || !is_over.get() fallback=move || view! { <SignIn signed_in again=true/> }>
                <a class="skip" href="#main">{texts().skip}</a>
                <Bar/>
                <Routes fallback=NotFound>
                    <Route path=path!("/") view=move || view! { <Redirect path=home(role)/> }/>
                    <Route path=path!("/sign-in") view=move || view! { <Redirect path=home(role)/> }/>
                    <Route path=path!("/learn") view=move || only(role == Role::Student, role, || view! { <Learn/> }.into_any())/>
                    <Route
                        path=path!("/learn/:class/:unit")
                        view=move || only(role == Role::Student, role, || view! { <Unit/> }.into_any())
                    />
                    <Route path=path!("/teach") view=move || only(role != Role::Student, role, || view! { <Teach/> }.into_any())/>
                    <Route path=path!("/teach/:class") view=move || only(role != Role::Student, role, || view! { <Class/> }.into_any())/>
                </Routes>
            </Show>
        </Router>
    }
}

/// Where somebody of this role begins.
pub fn home(role: Role) -> &'static str {
    match role {
        Role::Student => "/learn",
        Role::Teacher | Role::Administrator => "/teach",
    }
}

fn only(fits: bool, role: Role, page: impl Fn() -> AnyView) -> AnyView {
    if fits { page() } else { view! { <Redirect path=home(role)/> }.into_any() }
}

//! The app: the form for nobody, the pages for somebody, and which address shows which page.

use crate::{
    client::{Client, Ended},
    components::{arrival::provide_arrival, bar::Bar},
    device::{self, shelf},
    dispatch::provide_client,
    pages::{
        account::Account,
        class::Class,
        learn::Learn,
        manage::Manage,
        not_found::NotFound,
        question::Question,
        questions::Questions,
        regrade::Regrade,
        rehearsal::Rehearsal,
        sign_in::{Occasion, SignIn},
        statistics::Statistics,
        student::Student,
        sync::Sync,
        teach::Teach,
        unit::Unit,
    },
    storage::{self, Seal},
    sync::{self, Session},
    texts::texts,
};
use domain::{
    account::Role,
    protocol::{Arrival, Computer, SignedIn},
};
use futures::{
    FutureExt,
    future::{LocalBoxFuture, Shared},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    components::{Redirect, Route, Router, Routes},
    path,
};
use std::time::Duration;

/// The end of a session that the server must still be told of; a sign-in waits for it, so that it does not end the new session.
#[derive(Clone, Copy)]
pub struct Owed(StoredValue<Shared<LocalBoxFuture<'static, ()>>, LocalStorage>);

impl Owed {
    fn begin() -> Self {
        let telling = async {
            if shelf::owes_sign_out() && sync::sign_out().await {
                shelf::owe_sign_out(false);
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

/// Somebody who is signed in, on whose computer, and the key to what they leave on it, as far as it is at hand.
#[derive(Clone)]
pub struct Person {
    who: SignedIn,
    computer: Computer,
    seal: Option<Seal>,
}

impl Person {
    /// Somebody of whom the server has just said who they are.
    pub async fn arrived(arrival: Arrival, computer: Computer) -> Self {
        Self { who: arrival.who, computer, seal: Seal::import(&arrival.seal).await }
    }
}

/// Nobody looks at an empty page longer than this.
const ANSWER_MAX: Duration = Duration::from_secs(8);

/// Who is at the door.
#[derive(Clone)]
enum Door {
    /// The server is asked whether the session on this shared computer goes on.
    Asking,
    /// Nobody, and why.
    Nobody(Occasion),
    /// Somebody.
    Somebody(Person),
}

impl Door {
    fn at_start() -> Self {
        match shelf::signed_in() {
            None => Self::Nobody(Occasion::First),
            Some((who, Computer::Own)) => Self::Somebody(Person { who, computer: Computer::Own, seal: None }),
            Some((_, Computer::Shared)) => Self::Asking,
        }
    }

    /// On a shared computer nothing opens before the server has said that the session goes on: it has the key.
    async fn ask() -> Self {
        let Some((who, computer)) = shelf::signed_in() else { return Self::Nobody(Occasion::First) };
        match device::at_most(ANSWER_MAX, sync::session()).await.unwrap_or(Session::Unknown) {
            Session::Of(arrival) if arrival.who.account == who.account => Self::Somebody(Person::arrived(arrival, computer).await),
            Session::Of(_) | Session::None => {
                shelf::forget_signed_in();
                // What could not be deleted now is at the next sign-out.
                _ = storage::reduce(who.account).await;
                Self::Nobody(Occasion::Over)
            }
            Session::Unknown => Self::Nobody(Occasion::NoAnswer),
        }
    }
}

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    provide_context(Owed::begin());
    let door = RwSignal::new_local(Door::at_start());
    let ask = move || spawn_local(async move { door.set(Door::ask().await) });
    if matches!(door.get_untracked(), Door::Asking) {
        ask();
    }
    // A shared computer that had no network asks again as soon as there may be one.
    device::on_wake(move || {
        if matches!(door.get_untracked(), Door::Nobody(Occasion::NoAnswer)) {
            ask();
        }
    });
    let signed_in = Callback::new(move |person: Person| {
        device::to_start();
        door.set(Door::Somebody(person));
    });
    move || match door.get() {
        Door::Asking => ().into_any(),
        Door::Nobody(occasion) => view! { <SignIn signed_in occasion/> }.into_any(),
        Door::Somebody(person) if has_rooms(person.who.role) => view! { <Signed person/> }.into_any(),
        Door::Somebody(person) => {
            device::load(home(person.who.role));
            ().into_any()
        }
    }
}

/// Everything for somebody who is signed in.
#[component]
fn Signed(person: Person) -> impl IntoView {
    let Person { who, computer, seal } = person;
    let client = Client::start(&who, computer, seal);
    let ended = client.ended;
    provide_client(client);
    let role = who.role;
    provide_context(who);
    provide_arrival();
    let is_over = Memo::new(move |_| ended.get() == Some(Ended::Session));
    // Whoever signs in now, this account or another: everything begins anew.
    let signed_in = Callback::new(move |_: Person| device::go_home());
    view! {
        <Router>
            <Show when=move || !is_over.get() fallback=move || view! { <SignIn signed_in occasion=Occasion::Again/> }>
                <a class="skip" href="#main">{texts().skip}</a>
                <Bar/>
                {rooms(role)}
            </Show>
        </Router>
    }
}

/// The pages of somebody of this role; what another role has is not at any address.
fn rooms(role: Role) -> AnyView {
    match role {
        Role::Student => learning(),
        Role::Teacher | Role::Administrator => teaching(),
    }
}

#[cfg(feature = "learn")]
fn learning() -> AnyView {
    let home = || view! { <Redirect path=home(Role::Student)/> };
    view! {
        <Routes fallback=NotFound>
            <Route path=path!("/") view=home/>
            <Route path=path!("/sign-in") view=home/>
            <Route path=path!("/teach") view=home/>
            <Route path=path!("/teach/*any") view=home/>
            <Route path=path!("/sync") view=Sync/>
            <Route path=path!("/account") view=Account/>
            <Route path=path!("/learn") view=Learn/>
            <Route path=path!("/learn/:class/:unit") view=Unit/>
        </Routes>
    }
    .into_any()
}

#[cfg(feature = "teach")]
fn teaching() -> AnyView {
    let home = || view! { <Redirect path=home(Role::Teacher)/> };
    view! {
        <Routes fallback=NotFound>
            <Route path=path!("/") view=home/>
            <Route path=path!("/sign-in") view=home/>
            <Route path=path!("/learn") view=home/>
            <Route path=path!("/learn/*any") view=home/>
            <Route path=path!("/sync") view=Sync/>
            <Route path=path!("/teach") view=Teach/>
            <Route path=path!("/teach/account") view=Account/>
            <Route path=path!("/teach/:class") view=Class/>
            <Route path=path!("/teach/:class/questions") view=Questions/>
            <Route path=path!("/teach/:class/questions/:unit/:question") view=Question/>
            <Route path=path!("/teach/:class/questions/:unit/:question/correct") view=Regrade/>
            <Route path=path!("/teach/:class/statistics") view=Statistics/>
            <Route path=path!("/teach/:class/students/:student") view=Student/>
            <Route path=path!("/teach/:class/manage") view=Manage/>
            <Route path=path!("/teach/:class/try/:unit") view=Rehearsal/>
        </Routes>
    }
    .into_any()
}

#[cfg(not(feature = "learn"))]
fn learning() -> AnyView {
    ().into_any()
}

#[cfg(not(feature = "teach"))]
fn teaching() -> AnyView {
    ().into_any()
}

/// Whether this build has the pages of a role; if not, the build that has them is loaded.
fn has_rooms(role: Role) -> bool {
    match role {
        Role::Student => cfg!(feature = "learn"),
        Role::Teacher | Role::Administrator => cfg!(feature = "teach"),
    }
}

/// Where somebody of this role looks after their account: within their half of the app.
pub fn own_account(role: Role) -> &'static str {
    match role {
        Role::Student => "/account",
        Role::Teacher | Role::Administrator => "/teach/account",
    }
}

/// Where somebody of this role begins.
pub fn home(role: Role) -> &'static str {
    match role {
        Role::Student => "/learn",
        Role::Teacher | Role::Administrator => "/teach",
    }
}

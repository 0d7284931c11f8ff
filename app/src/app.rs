//! The app: the form for nobody, the pages for somebody, and which address shows which page.

use crate::{
    address::{Address, Page},
    client::{Client, Ended},
    components::{arrival::provide_arrival, bar::Bar, not_found::NotFound},
    device, doors,
    pages::{account::Account, sign_in::SignIn, sync::Sync},
    routes::At,
    session::{Door, Occasion, Owed, Person},
    storage,
    texts::texts,
};
use domain::{account::Role, protocol::Computer};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::{Redirect, Route, Router, Routes};

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    provide_context(Owed::begin());
    let door = RwSignal::new_local(Door::at_start());
    let ask = move || spawn_local(async move { door.set(Door::ask().await) });
    if matches!(door.get_untracked(), Door::Asking) {
        ask();
    }
    // On a shared computer without a network the server is asked again as soon as there may be one.
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
            device::load(&Address::home(person.who.role));
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
    let leaving = StoredValue::new_local(client.clone());
    doors::open(client);
    let (role, account) = (who.role, who.account);
    provide_context(who);
    provide_arrival();
    let is_over = Memo::new(move |_| ended.get() == Some(Ended::Session));
    // On a shared computer, delete what others left that can be read; and this person's, too, if their session ends while the page is open.
    let occasion = RwSignal::new(Occasion::Again);
    if computer == Computer::Shared {
        spawn_local(storage::forget_others(account));
        Effect::new(move |_| {
            if is_over.get() {
                let client = leaving.get_value();
                spawn_local(async move { occasion.set(client.forget().await) });
            }
        });
    }
    // Whoever signs in now, this account or another, the page is loaded again.
    let signed_in = Callback::new(move |_: Person| device::go_home());
    view! {
        <Router>
            <Show when=move || !is_over.get() fallback=move || {
                    let occasion = occasion.get();
                    view! { <SignIn signed_in occasion/> }
                }>
                <a class="skip" href="#main">{texts().skip}</a>
                <Bar/>
                {rooms(role)}
            </Show>
        </Router>
    }
}

/// The pages of this role; those of other roles have no address here.
fn rooms(role: Role) -> AnyView {
    match role {
        Role::Student => learning(),
        Role::Teacher | Role::Administrator => teaching(),
    }
}

#[cfg(feature = "learn")]
fn learning() -> AnyView {
    use crate::pages::learn::{course::Learn, unit::Unit};
    let home = || view! { <Redirect path=Address::home(Role::Student)/> };
    view! {
        <Routes fallback=NotFound>
            <Route path=At::Page(Page::Start) view=home/>
            <Route path=At::Page(Page::SignIn) view=home/>
            <Route path=At::AndBelow(Page::Teach) view=home/>
            <Route path=At::Page(Page::Sync) view=Sync/>
            <Route path=At::Page(Page::StudentAccount) view=Account/>
            <Route path=At::Page(Page::Learn) view=Learn/>
            <Route path=At::Page(Page::Unit) view=Unit/>
        </Routes>
    }
    .into_any()
}

#[cfg(feature = "teach")]
fn teaching() -> AnyView {
    use crate::pages::teach::{
        class::Class, classes::Teach, manage::Manage, question::Question, questions::Questions, regrade::Regrade, rehearsal::Rehearsal,
        statistics::Statistics, student::Student,
    };
    let home = || view! { <Redirect path=Address::home(Role::Teacher)/> };
    view! {
        <Routes fallback=NotFound>
            <Route path=At::Page(Page::Start) view=home/>
            <Route path=At::Page(Page::SignIn) view=home/>
            <Route path=At::AndBelow(Page::Learn) view=home/>
            <Route path=At::Page(Page::Sync) view=Sync/>
            <Route path=At::Page(Page::Teach) view=Teach/>
            <Route path=At::Page(Page::TeacherAccount) view=Account/>
            <Route path=At::Page(Page::Class) view=Class/>
            <Route path=At::Page(Page::Questions) view=Questions/>
            <Route path=At::Page(Page::Question) view=Question/>
            <Route path=At::Page(Page::Correct) view=Regrade/>
            <Route path=At::Page(Page::Statistics) view=Statistics/>
            <Route path=At::Page(Page::Student) view=Student/>
            <Route path=At::Page(Page::Manage) view=Manage/>
            <Route path=At::Page(Page::Rehearsal) view=Rehearsal/>
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

//! The frame of every page of a class: where one is in it, whose names show, and the moment that is looked at.

use crate::{
    address::Address,
    components::{
        loading::Blank,
        not_found::NotFound,
        notices::{Main, UpdateNeeded},
        showing::Showing,
        teach::{counted::CatchingUp, moments::Moments, names::HideNames},
    },
    doors::{class_of_address, use_projection, use_projections},
    moment::use_moment,
    texts::texts,
};
use domain::{feeds::Feed, ids::ClassId, replica::Replica, views::shown::Shown};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Whether a class is there, taught by whoever looks.
fn taught(replica: &Replica, class: ClassId) -> Shown<()> {
    let taught = replica.shown().directory.class(class).is_some_and(|members| members.teachers.contains(&replica.account()));
    Shown::of(taught.then_some(()), replica.reach())
}

/// The frame. What is in it is shown as soon as the class is there and taught by whoever looks; until then it says what is missing.
#[component]
pub fn ClassFrame(
    /// The page is about now only: it has no slider.
    #[prop(optional)]
    now_only: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let address = class_of_address();
    let children = StoredValue::new(children);
    move || match address.get() {
        Some(class) => view! { <Framed class now_only children/> }.into_any(),
        None => view! { <NotFound/> }.into_any(),
    }
}

#[component]
fn Framed(class: ClassId, now_only: bool, children: StoredValue<ChildrenFn>) -> impl IntoView {
    use_projections().prefer(Feed::Staff(class));
    let shown = use_projection(move |replica| taught(replica, class));
    let needed = use_projection(move |replica| replica.shown().class_needs_update(class));
    let framed = move |()| {
        view! {
            <Main wide=true>
                <UpdateNeeded needed/>
                <Places class/>
                <CatchingUp/>
                {(!now_only).then(|| view! { <Moments class/> })}
                {children.with_value(|children| children())}
            </Main>
        }
    };
    let way_on = (Address::Teach, texts().to_classes);
    view! { <Showing shown loading=texts().loading_classes way_on nothing=NotFound whole=true children=framed/> }
}

/// Where one is, and where else one can go.
#[component]
fn Places(class: ClassId) -> impl IntoView {
    let title = use_projection(move |replica| replica.shown().directory.class_title(class).to_owned());
    let moment = use_moment();
    let path = use_location().pathname;
    let tab = move |page: Address, name: &'static str| {
        let (address, is_class) = (page.to_string(), page == Address::Class(class));
        let link = move || moment.link(&page);
        let current = move || match path.get() {
            path if path == address => Some("page"),
            path if !is_class && path.starts_with(&address) => Some("true"),
            _ => None,
        };
        view! { <li><a href=link aria-current=current>{name}</a></li> }
    };
    view! {
        <div class="places">
            <nav class="crumbs" aria-label=texts().board.crumbs>
                <a href=Address::Teach.to_string()>{texts().classes}</a>
                <span aria-hidden="true">"›"</span>
                <a href=move || moment.link(&Address::Class(class))>{move || title.get()}</a>
            </nav>
            <HideNames/>
            <nav class="tabs" aria-label=texts().board.tabs>
                <ul role="list">
                    {tab(Address::Class(class), texts().board.class_tab)}
                    {tab(Address::Questions(class), texts().question.title)}
                    {tab(Address::Statistics(class), texts().statistics.title)}
                    {tab(Address::Manage(class), texts().assigning.title)}
                </ul>
            </nav>
        </div>
    }
}

/// Nothing is at this address, within the frame of a class, which is there.
#[component]
pub fn NotFoundHere() -> impl IntoView {
    view! { <Blank title=texts().not_found more=texts().not_found_more way_on=(Address::Teach, texts().to_classes)/> }
}

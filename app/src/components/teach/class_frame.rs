//! The frame of every page of a class: where one is in it, whose names show, and the moment that is looked at.

use crate::{
    address::Address,
    components::{
        loading::{Blank, CatchingUp, Loading},
        not_found::NotFound,
        notices::{Main, UpdateNeeded},
        teach::{moments::Moments, names::HideNames},
    },
    doors::{class_of_address, use_projection, use_projections},
    moment::use_moment,
    texts::texts,
};
use domain::{feeds::Feed, ids::ClassId, replica::Replica};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// How far a class is there to be shown.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Stage {
    Loading,
    NotHere,
    NotTaught,
    Ready,
}

fn stage(replica: &Replica, class: ClassId) -> Stage {
    let taught = replica.shown().directory.class(class).is_some_and(|members| members.teachers.contains(&replica.account()));
    match (replica.is_ready(), taught, replica.is_live() && !replica.is_catching_up()) {
        (false, _, _) => Stage::Loading,
        (true, true, _) => Stage::Ready,
        (true, false, true) => Stage::NotTaught,
        (true, false, false) if replica.is_offline() => Stage::NotHere,
        (true, false, false) => Stage::Loading,
    }
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
    let stage = use_projection(move |replica| stage(replica, class));
    let needed = use_projection(move |replica| replica.shown().class_needs_update(class));
    move || match stage.get() {
        Stage::Loading => view! { <Main><Loading what=texts().loading_classes/></Main> }.into_any(),
        Stage::NotHere => {
            let way_on = (Address::Teach, texts().to_classes);
            view! { <Main><Blank title=texts().no_content more=texts().no_content_more way_on/></Main> }.into_any()
        }
        Stage::NotTaught => view! { <NotFound/> }.into_any(),
        Stage::Ready => view! {
            <Main wide=true>
                <UpdateNeeded needed/>
                <Places class/>
                <CatchingUp/>
                {(!now_only).then(|| view! { <Moments class/> })}
                {children.with_value(|children| children())}
            </Main>
        }
        .into_any(),
    }
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

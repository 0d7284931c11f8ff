//! The frame of every page of a class: where one is in it, and the moment that is looked at.

use crate::{
    components::{loading::CatchingUp, notices::Main},
    moment::use_moment,
    texts::texts,
};
use domain::ids::ClassId;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map};

/// The class that the address names.
pub fn class_of_address() -> Memo<Option<ClassId>> {
    let params = use_params_map();
    Memo::new(move |_| params.read().get("class")?.parse().ok())
}

/// The frame.
#[component]
pub fn ClassFrame(children: Children) -> impl IntoView {
    let class = class_of_address();
    let moment = use_moment();
    let path = use_location().pathname;
    let tab = move |page: &'static str, name: &'static str| {
        let address = move || class.get().map(|class| format!("/teach/{class}{page}")).unwrap_or_default();
        let current = move || (path.get() == address()).then_some("page");
        view! { <a href=move || moment.link(&address()) aria-current=current>{name}</a> }
    };
    view! {
        <Main wide=true>
            <nav class="tabs">
                {tab("", texts().board.class_tab)}
                {tab("/questions", texts().question.title)}
                {tab("/statistics", texts().statistics.title)}
                {tab("/manage", texts().assigning.title)}
            </nav>
            <CatchingUp/>
            {children()}
        </Main>
    }
}

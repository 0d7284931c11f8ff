//! Correcting the key of a question: what is to be different, who would change and how, and what was corrected before.

mod fields;
mod form;
mod outlook;
mod record;

use crate::{
    address::Address,
    components::{arrival::PageHeading, not_found::NotFound, teach::class_frame::ClassFrame},
    moment::use_moment,
    pages::teach::question::source::{Asked, OfQuestion, use_place},
    texts::texts,
    wording,
};
use domain::regrading::Proposal;
use form::CorrectionForm;
use leptos::prelude::*;
use outlook::Outlook;
use record::Record;

/// The page.
#[component]
pub fn Regrade() -> impl IntoView {
    let place = use_place();
    move || match place.get() {
        Some(place) => {
            view! { <ClassFrame>{move || view! { <OfQuestion place page=|asked| view! { <Known asked/> }.into_any()/> }}</ClassFrame> }
                .into_any()
        }
        None => view! { <NotFound/> }.into_any(),
    }
}

#[component]
fn Known(asked: Memo<Option<Asked>>) -> impl IntoView {
    let first = asked.get_untracked()?;
    let place = first.place;
    let moment = use_moment();
    let plan = RwSignal::new(None::<Proposal>);
    let name = (texts().question.name)(&first.section, first.number);
    let prompt = first.parts().map(|(question, _)| wording::prompt(question));
    let (list, question) = (Address::Questions(place.class), Address::Question(place));
    let here = Address::Correct { place, accept: None }.to_string();
    let now = Memo::new(move |_| moment.at.get().is_none());
    Some(view! {
        <header class="heading">
            <p>
                <a href=move || moment.link(&list)>{texts().question.title}</a>
                " · "
                <a href=move || moment.link(&question)>{name}</a>
            </p>
            <PageHeading
                text=Signal::stored(texts().regrading.heading.to_owned())
                title=Signal::stored(texts().regrading.title.to_owned())
            />
            <p>{prompt}</p>
        </header>
        <Show
            when=move || now.get()
            fallback=move || {
                view! {
                    <p>{texts().regrading.not_then} " " <a href=here.clone()>{texts().regrading.to_now}</a></p>
                }
            }
        >
            <CorrectionForm asked plan/>
            <Outlook asked plan/>
        </Show>
        <Record asked plan now/>
    })
}

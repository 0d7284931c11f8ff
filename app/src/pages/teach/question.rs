//! One question of a class: what is right, how it goes, and which wrong answers are given by whom.

mod explain;
mod figures;
pub mod made;
mod mistake;
mod options;
pub mod source;
mod trend;
mod wrong;

use crate::{
    address::Address,
    answers,
    components::{
        arrival::PageHeading, explanation::WorkedAnswer, loading::Loading, not_found::NotFound, question::seen::QuestionSeen,
        teach::class_frame::ClassFrame,
    },
    device,
    doors::use_history,
    moment::use_moment,
    texts::texts,
};
use domain::{
    content::Correction,
    projections::insight::{QuestionInsight, Subject, Zone},
};
use figures::Figures;
use leptos::prelude::*;
use options::Options;
use source::{Asked, OfQuestion, use_place};
use std::collections::BTreeSet;
use trend::Trend;
use wrong::WrongAnswers;

/// The page.
#[component]
pub fn Question() -> impl IntoView {
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
    let history = use_history(place.class);
    let moment = use_moment();
    let insight = Memo::new(move |_| {
        let asked = asked.get()?;
        let (question, key) = asked.parts()?;
        let subject = Subject {
            unit: place.unit,
            question,
            key: Some(key),
            decimal_comma: asked.content.paper.decimal_comma,
            corrections: &asked.content.corrections,
            zone: Zone { minutes_ahead: device::minutes_ahead() },
        };
        history.with(|journal| {
            let k = moment.at.get().map_or(journal.len(), |k| k.min(journal.len()));
            QuestionInsight::of(journal, subject, k)
        })
    });
    let name = (texts().question.name)(&first.section, first.number);
    let headline = Memo::new(move |_| {
        asked.with(|asked| insight.with(|insight| Some(headline(asked.as_ref()?, insight.as_ref()?)))).unwrap_or_default()
    });
    let is_read = Memo::new(move |_| insight.with(Option::is_some));
    let list = Address::Questions(place.class);
    let title = name.clone();
    let seen = Memo::new(move |_| asked.get().map(|asked| asked.content));
    Some(view! {
        <header class="heading">
            <p>
                <a href=move || moment.link(&list)>{texts().question.title}</a>
                " · "
                {name}
            </p>
            <Show when=move || is_read.get()>
                <PageHeading text=headline title=Signal::stored(title.clone())/>
            </Show>
        </header>
        <div class="question-page">
            <section aria-labelledby="as-seen">
                <h2 id="as-seen">{texts().question.as_seen}</h2>
                {move || seen.get().map(|content| view! { <QuestionSeen content question=place.question/> })}
                <RightAnswer asked/>
            </section>
            <Show when=move || is_read.get() fallback=|| view! { <Loading what=texts().loading_unit/> }>
                <Figures insight/>
            </Show>
        </div>
        <Show when=move || is_read.get()>
            <WrongAnswers asked insight/>
            <Options asked insight/>
            <Trend asked insight/>
        </Show>
        <Corrections asked/>
    })
}

/// What to do, or how it goes, in one sentence.
fn headline(asked: &Asked, insight: &QuestionInsight) -> String {
    let texts = &texts().question;
    let standing = asked.standing();
    // The later of the two holds.
    let mut whole = standing.iter().filter(|(_, correction)| matches!(correction, Correction::Drop {} | Correction::FullCredit {}));
    match whole.next_back() {
        Some((_, Correction::Drop {})) => return texts.dropped.to_owned(),
        Some(_) => return texts.full_credit.to_owned(),
        None => {}
    }
    // A mistake that several make in the same way is what to look at first.
    let mistakes = insight.wrong.iter().filter(|wrong| wrong.wrong > 0 && wrong.students.len() > 1);
    match (insight.right, mistakes.max_by_key(|wrong| wrong.students.len()), asked.parts()) {
        (_, Some(wrong), Some((question, _))) => (texts.common_mistake)(&answers::entered(question, &wrong.inputs), wrong.students.len()),
        (Some(share), _, _) => (texts.right_first_time)(share),
        (None, _, _) => texts.no_answers.to_owned(),
    }
}

/// What is right by now, and the worked-out answer.
#[component]
fn RightAnswer(asked: Memo<Option<Asked>>) -> impl IntoView {
    let right = move |asked: &Asked| {
        let (question, key) = asked.parts()?;
        let comma = asked.content.paper.decimal_comma;
        let several = question.fields.len() > 1;
        let fields = question.fields.iter().zip(asked.rights()).zip(&key.fields).map(|((field, right), key)| {
            let title = if several { (texts().question.right_in)(&field.label) } else { texts().question.right_answer.to_owned() };
            let words = answers::right_in_words(field, &right, answers::unit_of(Some(key)), comma);
            view! {
                <div>
                    <dt>{title}</dt>
                    {words.into_iter().map(|words| view! { <dd>{words}</dd> }).collect_view()}
                </div>
            }
        });
        let standing = asked.standing();
        let replaced = standing.iter().rposition(|(_, correction)| matches!(correction, Correction::Replace { .. }));
        let too = standing.iter().skip(replaced.map_or(0, |index| index + 1)).filter_map(|(_, correction)| match correction {
            Correction::AcceptToo { inputs } => Some(answers::entered(question, inputs)),
            Correction::Replace { .. } | Correction::Drop {} | Correction::FullCredit {} | Correction::Explain { .. } => None,
        });
        let mut too: Vec<String> = too.collect();
        // What was accepted again for a later edition is accepted once.
        let mut told = BTreeSet::new();
        too.retain(|words| told.insert(words.clone()));
        let too = (!too.is_empty()).then(|| {
            view! {
                <div>
                    <dt>{texts().question.accepted_too}</dt>
                    {too.into_iter().map(|words| view! { <dd>{words}</dd> }).collect_view()}
                </div>
            }
        });
        let fields = fields.collect_view();
        Some(view! {
            <dl class="right-answer">{fields} {too}</dl>
            <details class="explanation">
                <summary>{texts().worked_answer}</summary>
                <WorkedAnswer html=key.worked.clone()/>
            </details>
        })
    };
    move || asked.with(|asked| asked.as_ref().and_then(right))
}

/// The way to correct it.
#[component]
fn Corrections(asked: Memo<Option<Asked>>) -> impl IntoView {
    let moment = use_moment();
    let address = move || asked.with(|asked| asked.as_ref().map(|asked| Address::Correct { place: asked.place, accept: None }.to_string()));
    view! {
        <Show when=move || moment.at.get().is_none()>
            <section class="correct-it" aria-labelledby="correct-it">
                <h2 id="correct-it">{texts().question.corrections}</h2>
                <p class="quiet">{texts().question.correct_more}</p>
                <p class="actions">
                    <a class="button" data-kind="quiet" href=address>{texts().question.correct}</a>
                </p>
            </section>
        </Show>
    }
}

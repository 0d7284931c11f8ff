//! The form in which a teacher says what is to be different.

use super::fields::{RightFields, RightState};
use crate::{
    address::Address,
    answers,
    components::fields::{FieldState, FieldView, NumberedField},
    doors::use_address,
    pages::teach::question::source::Asked,
    texts::texts,
};
use domain::{
    content::{Correction, Field, Input, Measure, Question},
    grading::{Correctness, Grade, Unreadable},
    regrading::Proposal,
};
use leptos::{ev, prelude::*};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Replace,
    Accept,
    Drop,
    FullCredit,
}

const KINDS: [Kind; 4] = [Kind::Replace, Kind::Accept, Kind::Drop, Kind::FullCredit];

fn named(kind: Kind) -> (&'static str, &'static str) {
    let texts = &texts().regrading;
    match kind {
        Kind::Replace => (texts.replace, texts.replace_more),
        Kind::Accept => (texts.accept, texts.accept_more),
        Kind::Drop => (texts.drop, texts.drop_more),
        Kind::FullCredit => (texts.full_credit, texts.full_credit_more),
    }
}

/// All that is being written.
#[derive(Clone, Copy)]
struct Draft {
    question: StoredValue<Question>,
    kind: RwSignal<Kind>,
    field: RwSignal<usize>,
    rights: StoredValue<Vec<RightState>>,
    inputs: StoredValue<Vec<FieldState>>,
    harm_nobody: RwSignal<bool>,
}

impl Draft {
    /// With what is right by now; to accept an answer, if one was handed over.
    fn of(asked: &Asked, handed: Option<&[Input]>) -> Option<Self> {
        let (question, _) = asked.parts()?;
        let comma = asked.content.paper.decimal_comma;
        let rights = question.fields.iter().zip(asked.rights()).map(|(field, right)| RightState::of(&field.kind, &right, comma)).collect();
        let input = |index: usize| handed.and_then(|inputs| inputs.get(index));
        let inputs = question.fields.iter().enumerate().map(|(index, field)| FieldState::of(&field.kind, input(index))).collect();
        Some(Self {
            question: StoredValue::new(question.clone()),
            kind: RwSignal::new(if handed.is_some() { Kind::Accept } else { Kind::Replace }),
            field: RwSignal::new(0),
            rights: StoredValue::new(rights),
            inputs: StoredValue::new(inputs),
            harm_nobody: RwSignal::new(true),
        })
    }

    fn inputs(self) -> Vec<Input> {
        self.question.with_value(|question| {
            let fields = question.fields.iter().zip(self.inputs.get_value());
            fields.map(|(field, state)| state.input(&field.kind)).collect()
        })
    }

    fn proposal(self, asked: &Asked) -> Result<Proposal, String> {
        let correction = match self.kind.get_untracked() {
            Kind::Replace => {
                let field = self.field.get_untracked();
                let state = self.rights.with_value(|rights| rights.get(field).copied());
                let kind = self.question.with_value(|question| question.fields.get(field).map(|field| field.kind.clone()));
                let (Some(state), Some(kind)) = (state, kind) else { return Err(texts().regrading.nothing_right.to_owned()) };
                let right = untrack(|| state.right(&kind))?;
                if asked.rights().get(field) == Some(&right) {
                    return Err(texts().regrading.as_before.to_owned());
                }
                Correction::Replace { field: u16::try_from(field).unwrap_or(u16::MAX), right }
            }
            Kind::Accept => {
                let inputs = untrack(|| self.inputs());
                if let Some(why) = asked.with_grade(&inputs, |grade| not_to_accept(&grade)).flatten() {
                    return Err(why);
                }
                Correction::AcceptToo { inputs }
            }
            Kind::Drop => Correction::Drop {},
            Kind::FullCredit => Correction::FullCredit {},
        };
        // Nobody can lose by these; whether they are dropped too is another matter.
        let harmless = matches!(self.kind.get_untracked(), Kind::Accept | Kind::FullCredit);
        let harm_nobody = !harmless && self.harm_nobody.get_untracked();
        let (unit, question) = (asked.place.unit, asked.place.question);
        Ok(Proposal::Correct { unit, question, correction, harm_nobody })
    }
}

/// Why an answer cannot be accepted, if it cannot: it cannot be read, or is right already.
fn not_to_accept(grade: &Grade<'_>) -> Option<String> {
    match &grade.outcome {
        Correctness::Unreadable(Unreadable::Empty) => Some(texts().regrading.nothing_entered.to_owned()),
        Correctness::Unreadable(why) => Some((texts().unreadable)(*why).to_owned()),
        Correctness::Right => Some(texts().regrading.right_already.to_owned()),
        Correctness::Wrong | Correctness::WrongForm(_) => None,
    }
}

/// The answer that the address hands over.
fn handed_over() -> Option<Vec<Input>> {
    match use_address().get_untracked()? {
        Address::Correct { accept, .. } => accept,
        _ => None,
    }
}

/// The form. What is asked for becomes the plan.
#[component]
pub fn CorrectionForm(asked: Memo<Option<Asked>>, plan: RwSignal<Option<Proposal>>) -> impl IntoView {
    let first = asked.get_untracked()?;
    let (question, key) = first.parts()?;
    let handed = handed_over().filter(|inputs| inputs.len() == question.fields.len());
    let draft = Draft::of(&first, handed.as_deref())?;
    let units: Vec<Option<&'static str>> = key.fields.iter().map(|key| answers::unit_of(Some(key)).map(Measure::symbol)).collect();
    let fault = RwSignal::new(None::<String>);
    let look = move || {
        let made = asked.with_untracked(|asked| asked.as_ref().map(|asked| draft.proposal(asked)));
        match made {
            Some(Ok(made)) => {
                fault.set(None);
                plan.set(Some(made));
            }
            Some(Err(why)) => {
                plan.set(None);
                fault.set(Some(why));
            }
            None => {}
        }
    };
    if handed.is_some() {
        look();
    }
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        look();
    };
    let replace = move || {
        let units = units.clone();
        view! { <Replace draft units/> }
    };
    let can_harm = move || matches!(draft.kind.get(), Kind::Replace | Kind::Drop);
    Some(view! {
        <form class="correction sheet" novalidate on:submit=submit>
            <Kinds draft fault/>
            {move || match draft.kind.get() {
                Kind::Replace => replace().into_any(),
                Kind::Accept => view! { <Accept draft/> }.into_any(),
                Kind::Drop | Kind::FullCredit => ().into_any(),
            }}
            <Show when=can_harm>
                <HarmNobody draft/>
            </Show>
            <p class="said" role="alert" data-tone="wrong">{move || fault.get()}</p>
            <div class="actions">
                <button class="button" type="submit">{texts().regrading.look}</button>
            </div>
        </form>
    })
}

/// What is to become of the question.
#[component]
fn Kinds(draft: Draft, fault: RwSignal<Option<String>>) -> impl IntoView {
    let choice = move |kind: Kind| {
        let (name, more) = named(kind);
        let choose = move |_| {
            draft.kind.set(kind);
            fault.set(None);
        };
        view! {
            <label>
                <input type="radio" name="kind" prop:checked=move || draft.kind.get() == kind on:change=choose/>
                <span>{name} <small>{more}</small></span>
            </label>
        }
    };
    view! {
        <fieldset class="choices">
            <legend>{texts().regrading.what}</legend>
            {KINDS.map(choice)}
        </fieldset>
    }
}

/// Whether what counts already goes on counting.
#[component]
fn HarmNobody(draft: Draft) -> impl IntoView {
    view! {
        <label class="tick">
            <input
                type="checkbox"
                prop:checked=move || draft.harm_nobody.get()
                on:change=move |event| draft.harm_nobody.set(event_target_checked(&event))
            />
            <span>{texts().regrading.harm_nobody} <small>{texts().regrading.harm_nobody_more}</small></span>
        </label>
    }
}

/// What is right in a field; with several fields, which of them.
#[component]
fn Replace(draft: Draft, units: Vec<Option<&'static str>>) -> impl IntoView {
    let names: Vec<String> = draft.question.with_value(|question| question.fields.iter().map(|field| field.label.clone()).collect());
    let option = move |(index, name): (usize, String)| {
        let chosen = move || draft.field.get() == index;
        view! { <option value=index.to_string() prop:selected=chosen>{format!("{}. {name}", index + 1)}</option> }
    };
    let several = names.len() > 1;
    let choose = move |event: ev::Event| draft.field.set(event_target_value(&event).parse().unwrap_or(0));
    let choice = several.then(|| {
        view! {
            <label class="form-line">
                <span>{texts().regrading.field}</span>
                <select on:change=choose>{names.into_iter().enumerate().map(option).collect_view()}</select>
            </label>
        }
    });
    let fields = move || {
        let index = draft.field.get();
        let field = draft.question.with_value(|question| question.fields.get(index).cloned())?;
        let state = draft.rights.with_value(|rights| rights.get(index).copied())?;
        let unit = units.get(index).copied().flatten();
        Some(view! { <RightFields index field state unit/> })
    };
    view! {
        {choice}
        {fields}
    }
}

/// The answer to accept, in the fields of the question.
#[component]
fn Accept(draft: Draft) -> impl IntoView {
    let fields = draft.question.with_value(|question| question.fields.clone());
    let (mark, open) = (Memo::new(|_| None), Memo::new(|_| true));
    let field = move |(index, field): (usize, Field)| {
        let state = draft.inputs.with_value(|inputs| inputs.get(index).copied())?;
        let label = field.label.clone();
        Some(view! {
            <div class="form-line">
                <span aria-hidden="true">{label}</span>
                <FieldView field=NumberedField { index, field } state mark open/>
            </div>
        })
    };
    view! {
        <fieldset class="right-fields">
            <legend>{texts().regrading.also_right}</legend>
            {fields.into_iter().enumerate().map(field).collect_view()}
        </fieldset>
    }
}

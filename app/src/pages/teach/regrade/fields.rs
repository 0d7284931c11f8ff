//! What is right in a field, to be changed with native controls: numbers with how near, text patterns, choices, matches.

use crate::{
    answers,
    components::fields::{FieldState, FieldView, NumberedField},
    texts::texts,
};
use domain::{
    content::{Accepted, Field, FieldKind, Form, Input, Notation, Number, Right, Tolerance},
    grading::{self, Unreadable},
};
use leptos::prelude::*;

const FORMS: [Form; 5] = [Form::Any, Form::Simplest, Form::Mixed, Form::Decimal, Form::Percent];

/// How near is near enough, without how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nearness {
    Exact,
    Absolute,
    Relative,
    Decimals,
    Figures,
}

const NEARNESSES: [Nearness; 5] = [Nearness::Exact, Nearness::Absolute, Nearness::Relative, Nearness::Decimals, Nearness::Figures];

fn nearness_name(nearness: Nearness) -> &'static str {
    let texts = &texts().regrading;
    match nearness {
        Nearness::Exact => texts.exact,
        Nearness::Absolute => texts.absolute,
        Nearness::Relative => texts.relative,
        Nearness::Decimals => texts.decimals,
        Nearness::Figures => texts.figures,
    }
}

/// One right number as it is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Tells it from other lines.
    id: usize,
    value: RwSignal<String>,
    nearness: RwSignal<Nearness>,
    amount: RwSignal<String>,
}

impl Line {
    fn of(id: usize, accepted: Option<&Accepted>, comma: bool) -> Self {
        let (nearness, amount) = match accepted.map(|accepted| &accepted.within) {
            None | Some(Tolerance::Exact) => (Nearness::Exact, String::new()),
            Some(Tolerance::Absolute(by)) => (Nearness::Absolute, readable(by, comma)),
            Some(Tolerance::Relative(by)) => (Nearness::Relative, readable(&answers::percent(by), comma)),
            Some(Tolerance::Decimals(places)) => (Nearness::Decimals, places.to_string()),
            Some(Tolerance::Figures(places)) => (Nearness::Figures, places.to_string()),
        };
        let value = accepted.map(|accepted| readable(&accepted.value, comma)).unwrap_or_default();
        Self { id, value: RwSignal::new(value), nearness: RwSignal::new(nearness), amount: RwSignal::new(amount) }
    }

    fn accepted(self, nth: usize, comma: bool) -> Result<Accepted, String> {
        let value = read(&self.value.get(), comma).map_err(|why| (texts().regrading.unreadable_value)(nth, why))?;
        let wrong = || (texts().regrading.unreadable_amount)(nth);
        let amount = || {
            let amount = read(&self.amount.get(), comma).ok();
            amount.filter(|amount| !amount.to_string().starts_with('-')).ok_or_else(wrong)
        };
        let places = || self.amount.get().trim().parse::<u8>().map_err(|_| wrong());
        let within = match self.nearness.get() {
            Nearness::Exact => Tolerance::Exact,
            Nearness::Absolute => Tolerance::Absolute(amount()?),
            Nearness::Relative => Tolerance::Relative(answers::share(&amount()?)),
            Nearness::Decimals => Tolerance::Decimals(places()?),
            Nearness::Figures => Tolerance::Figures(places()?),
        };
        Ok(Accepted { value, within })
    }
}

/// A number as it can be read again: a decimal where it is not one of three digits, which could be thousands.
fn readable(number: &Number, comma: bool) -> String {
    let decimal = answers::number(number, comma);
    if read(&decimal, comma).as_ref() == Ok(number) { decimal } else { answers::fraction(number) }
}

fn read(text: &str, comma: bool) -> Result<Number, Unreadable> {
    let kind = FieldKind::Number { notation: Notation { fraction: true, percent: true }, units: Vec::new() };
    grading::reading(text, &kind, comma).map(|reading| reading.value)
}

/// What is right in a field as it is being written.
#[derive(Debug, Clone, Copy)]
pub enum RightState {
    /// Numbers.
    Number { lines: RwSignal<Vec<Line>>, form: RwSignal<Form>, comma: bool },
    /// Patterns, one on each line.
    Text(RwSignal<String>),
    /// What is chosen, as a student would.
    Chosen(FieldState),
}

impl RightState {
    /// With what is right by now.
    pub fn of(kind: &FieldKind, right: &Right, comma: bool) -> Self {
        let chosen = |chosen: Vec<u16>| Self::Chosen(FieldState::of(kind, Some(&Input::Chosen(chosen))));
        match right {
            Right::Number { accepted, form } => {
                let lines = accepted.iter().enumerate().map(|(id, accepted)| Line::of(id, Some(accepted), comma)).collect();
                Self::Number { lines: RwSignal::new(lines), form: RwSignal::new(*form), comma }
            }
            Right::Text { accepted } => Self::Text(RwSignal::new(accepted.join("\n"))),
            Right::OneOf { right } => chosen(vec![*right]),
            Right::ManyOf { right } => chosen(right.iter().copied().collect()),
            Right::Match { right } => chosen(right.clone()),
        }
    }

    /// What is right, as it stands written.
    ///
    /// # Errors
    /// What is missing, in words.
    pub fn right(self, kind: &FieldKind) -> Result<Right, String> {
        let nothing = || texts().regrading.nothing_right.to_owned();
        match self {
            Self::Number { lines, form, comma } => {
                let lines = lines.get();
                let written =
                    lines.iter().enumerate().filter(|(_, line)| lines.len() == 1 || !line.value.with(|value| value.trim().is_empty()));
                let accepted = written.map(|(index, line)| line.accepted(index + 1, comma)).collect::<Result<Vec<_>, _>>()?;
                if accepted.is_empty() { Err(nothing()) } else { Ok(Right::Number { accepted, form: form.get() }) }
            }
            Self::Text(patterns) => {
                let accepted: Vec<String> =
                    patterns.get().lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
                if accepted.is_empty() { Err(nothing()) } else { Ok(Right::Text { accepted }) }
            }
            Self::Chosen(state) => {
                let chosen = state.chosen.get();
                match kind {
                    FieldKind::OneOf { .. } => chosen.first().map(|right| Right::OneOf { right: *right }).ok_or_else(nothing),
                    FieldKind::ManyOf { .. } if chosen.is_empty() => Err(nothing()),
                    FieldKind::ManyOf { .. } => Ok(Right::ManyOf { right: chosen.into_iter().collect() }),
                    FieldKind::Match { .. } if chosen.contains(&Input::UNMATCHED) => Err(nothing()),
                    FieldKind::Match { .. } => Ok(Right::Match { right: chosen }),
                    FieldKind::Number { .. } | FieldKind::Text => Err(nothing()),
                }
            }
        }
    }
}

/// The controls of a field.
#[component]
pub fn RightFields(
    /// Its place among the fields.
    index: usize,
    /// The field.
    field: Field,
    /// What stands in them.
    state: RightState,
    /// The symbol of the unit that numbers are in.
    unit: Option<&'static str>,
) -> impl IntoView {
    let legend = (texts().regrading.right_in)(&field.label);
    let fields = match state {
        RightState::Number { lines, form, comma } => view! { <Numbers lines form unit comma/> }.into_any(),
        RightState::Text(patterns) => view! {
            <label class="form-line">
                <span>{texts().regrading.patterns}</span>
                <textarea
                    rows="4"
                    spellcheck="false"
                    prop:value=move || patterns.get()
                    on:input=move |event| patterns.set(event_target_value(&event))
                ></textarea>
                <small>{texts().regrading.patterns_more}</small>
            </label>
        }
        .into_any(),
        RightState::Chosen(state) => {
            let (mark, open) = (Memo::new(|_| None), Memo::new(|_| true));
            view! { <FieldView field=NumberedField { index, field } state mark open/> }.into_any()
        }
    };
    view! {
        <fieldset class="right-fields">
            <legend>{legend}</legend>
            {fields}
        </fieldset>
    }
}

#[component]
fn Numbers(lines: RwSignal<Vec<Line>>, form: RwSignal<Form>, unit: Option<&'static str>, comma: bool) -> impl IntoView {
    let add = move |_| {
        lines.update(|lines| {
            let id = lines.iter().map(|line| line.id + 1).max().unwrap_or(0);
            lines.push(Line::of(id, None, comma));
        });
    };
    let row = move |line: Line| view! { <NumberLine lines line unit/> };
    let option = move |of: Form| view! { <option prop:selected=move || form.get() == of>{(texts().regrading.form)(of)}</option> };
    let choose = move |event: leptos::ev::Event| {
        let chosen = event_target_value(&event);
        form.set(FORMS.into_iter().find(|form| (texts().regrading.form)(*form) == chosen).unwrap_or_default());
    };
    view! {
        <For each=move || lines.get() key=|line| line.id children=row/>
        <div class="actions">
            <button class="button" data-kind="quiet" type="button" on:click=add>{texts().regrading.add}</button>
        </div>
        <label class="form-line">
            <span>{texts().regrading.form_label}</span>
            <select on:change=choose>{FORMS.map(option)}</select>
        </label>
    }
}

/// One of the right numbers, with how near is near enough.
#[component]
fn NumberLine(lines: RwSignal<Vec<Line>>, line: Line, unit: Option<&'static str>) -> impl IntoView {
    let Line { id, value, nearness, amount } = line;
    let nth = move || lines.with(|lines| lines.iter().position(|line| line.id == id).map_or(1, |index| index + 1));
    let remove = move |_| lines.update(|lines| lines.retain(|line| line.id != id));
    let option = move |of: Nearness| {
        view! { <option prop:selected=move || nearness.get() == of>{nearness_name(of)}</option> }
    };
    let choose = move |event: leptos::ev::Event| {
        let chosen = event_target_value(&event);
        nearness.set(NEARNESSES.into_iter().find(|nearness| nearness_name(*nearness) == chosen).unwrap_or(Nearness::Exact));
    };
    view! {
        <div class="right-line">
            <label class="form-line">
                <span>{move || (texts().regrading.nth_right)(nth())}</span>
                <span class="with-unit">
                    <Written text=value/>
                    {unit}
                </span>
            </label>
            <label class="form-line">
                <span>{move || (texts().regrading.tolerance)(nth())}</span>
                <select on:change=choose>{NEARNESSES.map(option)}</select>
            </label>
            <Show when=move || nearness.get() != Nearness::Exact>
                <label class="form-line">
                    <span>{move || (texts().regrading.amount)(nth())}</span>
                    <Written text=amount/>
                </label>
            </Show>
            <Show when=move || { lines.with(Vec::len) > 1 }>
                <button class="button" data-kind="plain" type="button" on:click=remove>
                    {move || (texts().regrading.remove)(nth())}
                </button>
            </Show>
        </div>
    }
}

/// A number as it is typed.
#[component]
fn Written(text: RwSignal<String>) -> impl IntoView {
    view! {
        <input
            type="text"
            inputmode="text"
            autocomplete="off"
            prop:value=move || text.get()
            on:input=move |event| text.set(event_target_value(&event))
        />
    }
}

//! The fields of a question, each native: a number or a text in the line, choices, a table to match.

use crate::texts::texts;
use domain::{
    content::{Field, FieldKind, Html, Input, Measure},
    grading::Correctness,
};
use leptos::prelude::*;

/// A space and the longest symbol of a unit.
const UNIT_CHARS_MAX: usize = 4;

/// What is in a field.
#[derive(Debug, Clone, Copy)]
pub struct FieldState {
    /// What was typed.
    pub text: RwSignal<String>,
    /// The symbol of the unit chosen; empty for none.
    pub unit: RwSignal<String>,
    /// The choices.
    pub chosen: RwSignal<Vec<u16>>,
}

impl FieldState {
    /// With what was entered before, or empty.
    pub fn of(kind: &FieldKind, before: Option<&Input>) -> Self {
        let state = Self { text: RwSignal::default(), unit: RwSignal::default(), chosen: RwSignal::default() };
        state.fill(kind, before);
        state
    }

    /// Puts something else in.
    pub fn fill(self, kind: &FieldKind, input: Option<&Input>) {
        let (text, chosen) = match input {
            Some(Input::Text(text)) => (text.as_str(), Vec::new()),
            Some(Input::Chosen(chosen)) => ("", chosen.clone()),
            None => ("", nothing_chosen(kind)),
        };
        let offers_units = matches!(kind, FieldKind::Number { units, .. } if !units.is_empty());
        let (number, unit) =
            text.rsplit_once(' ').filter(|(_, unit)| offers_units && unit.parse::<Measure>().is_ok()).unwrap_or((text, ""));
        self.text.set(number.to_owned());
        self.unit.set(unit.to_owned());
        self.chosen.set(chosen);
    }

    /// The text as it is sent: with the unit, where one is chosen.
    pub fn typed(self) -> String {
        let (text, unit) = (self.text.get(), self.unit.get());
        if unit.is_empty() || text.trim().is_empty() { text } else { format!("{text} {unit}") }
    }

    /// What is in it.
    pub fn input(self, kind: &FieldKind) -> Input {
        match kind {
            FieldKind::Number { .. } | FieldKind::Text => Input::Text(self.typed()),
            FieldKind::OneOf { .. } | FieldKind::ManyOf { .. } | FieldKind::Match { .. } => Input::Chosen(self.chosen.get()),
        }
    }

    /// Nothing is in it.
    pub fn is_untouched(self, kind: &FieldKind) -> bool {
        self.text.get().is_empty() && self.unit.get().is_empty() && self.chosen.get() == nothing_chosen(kind)
    }
}

fn nothing_chosen(kind: &FieldKind) -> Vec<u16> {
    match kind {
        FieldKind::Match { left, .. } => vec![Input::UNMATCHED; left.len()],
        FieldKind::Number { .. } | FieldKind::Text | FieldKind::OneOf { .. } | FieldKind::ManyOf { .. } => Vec::new(),
    }
}

/// A field with what it needs to be shown.
#[derive(Clone, PartialEq)]
pub struct NumberedField {
    /// Its place among the fields.
    pub index: usize,
    /// The field.
    pub field: Field,
}

/// How a field came out, while what was graded still stands in it.
pub type Mark = Memo<Option<Correctness>>;

fn mark_name(mark: Mark) -> Option<&'static str> {
    mark.get().and_then(|outcome| match outcome {
        Correctness::Right => Some("right"),
        Correctness::Wrong => Some("wrong"),
        Correctness::WrongForm(_) | Correctness::Unreadable(_) => None,
    })
}

/// A field.
#[component]
pub fn FieldView(
    /// Which.
    field: NumberedField,
    /// What is in it.
    state: FieldState,
    /// How it came out.
    mark: Mark,
    /// It can be filled in.
    open: Memo<bool>,
    /// The most characters that can be typed; none where nobody counts.
    #[prop(optional, into)]
    chars_max: Option<Memo<usize>>,
) -> impl IntoView {
    let NumberedField { index, field } = field;
    match field.kind {
        FieldKind::Number { units, .. } => {
            view! { <LineField index label=field.label units=Some(units) state mark open chars_max/> }.into_any()
        }
        FieldKind::Text => view! { <LineField index label=field.label units=None state mark open chars_max/> }.into_any(),
        FieldKind::OneOf { choices } => view! { <Choices index choices several=false state mark open/> }.into_any(),
        FieldKind::ManyOf { choices } => view! { <Choices index choices several=true state mark open/> }.into_any(),
        FieldKind::Match { left, right } => view! { <Matching index left right state mark open/> }.into_any(),
    }
}

#[component]
fn LineField(
    index: usize,
    label: String,
    /// For a number the units offered.
    units: Option<Vec<Measure>>,
    state: FieldState,
    mark: Mark,
    open: Memo<bool>,
    chars_max: Option<Memo<usize>>,
) -> impl IntoView {
    let is_number = units.is_some();
    // A unit is sent behind the number.
    let beside = units.as_ref().filter(|units| !units.is_empty()).map_or(0, |_| UNIT_CHARS_MAX);
    let maxlength = move || chars_max.map(|most| most.get().saturating_sub(beside).to_string());
    let unit_label = (texts().unit_of)(&label);
    let units = units.filter(|units| !units.is_empty()).map(|units| {
        let option = move |unit: Measure| {
            let symbol = unit.symbol();
            view! { <option value=symbol prop:selected=move || state.unit.get() == symbol>{symbol}</option> }
        };
        view! {
            " "
            <label class="field">
                <span class="unseen">{unit_label}</span>
                <select disabled=move || !open.get() on:change=move |event| state.unit.set(event_target_value(&event))>
                    <option value="" prop:selected=move || state.unit.with(String::is_empty)>{texts().choose}</option>
                    {units.into_iter().map(option).collect_view()}
                </select>
            </label>
        }
    });
    view! {
        <label class="field" data-kind=if is_number { "number" } else { "text" } data-mark=move || mark_name(mark)>
            <span class="unseen">{label}</span>
            <input
                type="text"
                inputmode="text"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-describedby=is_number.then(|| format!("reading-{index}"))
                readonly=move || !open.get()
                maxlength=maxlength
                prop:value=move || state.text.get()
                on:input=move |event| state.text.set(event_target_value(&event))
            />
        </label>
        {units}
    }
}

#[component]
fn Choices(index: usize, choices: Vec<Html>, several: bool, state: FieldState, mark: Mark, open: Memo<bool>) -> impl IntoView {
    let choose = move |choice: u16, on: bool| {
        state.chosen.update(|chosen| {
            if several {
                chosen.retain(|other| *other != choice);
            } else {
                chosen.clear();
            }
            if on {
                chosen.push(choice);
                chosen.sort_unstable();
            }
        });
    };
    let line = move |(choice, html): (usize, Html)| {
        let choice = u16::try_from(choice).unwrap_or(u16::MAX);
        let is_chosen = move || state.chosen.with(|chosen| chosen.contains(&choice));
        // What was wrong is said of the whole answer: a mark on a single choice would give the others away.
        let right = move || (is_chosen() && mark.get() == Some(Correctness::Right) && !open.get()).then_some("right");
        view! {
            <label data-mark=right>
                <input
                    type=if several { "checkbox" } else { "radio" }
                    name=format!("f{index}")
                    prop:checked=is_chosen
                    disabled=move || !open.get()
                    on:change=move |event| choose(choice, event_target_checked(&event))
                />
                <span inner_html=html.0></span>
            </label>
        }
    };
    view! {
        <fieldset class="choices">
            <legend>{if several { texts().choose_all } else { texts().choose_one }}</legend>
            {choices.into_iter().enumerate().map(line).collect_view()}
        </fieldset>
    }
}

#[component]
fn Matching(index: usize, left: Vec<Html>, right: Vec<String>, state: FieldState, mark: Mark, open: Memo<bool>) -> impl IntoView {
    let choose = move |row: usize, value: &str| {
        state.chosen.update(|chosen| {
            if let Some(place) = chosen.get_mut(row) {
                *place = value.parse().unwrap_or(Input::UNMATCHED);
            }
        });
    };
    let row = move |(row, html): (usize, Html)| {
        let id = format!("left-{index}-{row}");
        let chosen = move || state.chosen.with(|chosen| chosen.get(row).copied().unwrap_or(Input::UNMATCHED));
        let option = move |(index, text): (usize, &String)| {
            let is_chosen = move || usize::from(chosen()) == index;
            view! { <option value=index.to_string() prop:selected=is_chosen>{text.clone()}</option> }
        };
        let options = right.iter().enumerate().map(option).collect_view();
        let right = move || (mark.get() == Some(Correctness::Right) && !open.get()).then_some("right");
        view! {
            <tr data-mark=right>
                <th scope="row" id=id.clone() inner_html=html.0></th>
                <td>
                    <select
                        aria-labelledby=id
                        disabled=move || !open.get()
                        on:change=move |event| choose(row, &event_target_value(&event))
                    >
                        <option value="" prop:selected=move || chosen() == Input::UNMATCHED>{texts().choose}</option>
                        {options}
                    </select>
                </td>
            </tr>
        }
    };
    view! {
        <table class="match">
            <caption>{texts().choose_match}</caption>
            <tbody>{left.into_iter().enumerate().map(row).collect_view()}</tbody>
        </table>
    }
}

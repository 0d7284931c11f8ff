//! A question on its sheet: its text with the fields in reading order, what came of the answer, and the buttons.

mod answering;
mod body;
mod outcome;
#[cfg(feature = "teach")]
pub mod seen;

use crate::{
    components::{explanation::WorkedAnswer, fields::FieldState},
    markup,
    texts::texts,
};
use answering::{Answering, Buttons, hold};
use body::Body;
use domain::{
    attempt::{self, Current, EditionRef, QuestionStanding, UnitContent},
    content::{Corrections, Html, Input, Paper, Question, QuestionKey, UnitKey},
    grading::{CorrectedKey, Grade},
    ids::QuestionId,
    replica::Replica,
};
use leptos::{html, prelude::*};
use std::sync::Arc;
use wasm_bindgen::JsCast;

pub use answering::Presses;

/// How a sheet asks: what follows from a command, or why nothing does (none if that is not the attempt's to say). Whether the command goes to
/// the server or stays on the page is nothing that a sheet knows.
pub type Ask = Callback<attempt::Command, Result<Vec<attempt::Event>, Option<attempt::Refusal>>>;

/// A unit's documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The course without keys.
    pub paper: Arc<Paper>,
    /// The key of the unit.
    pub key: Arc<UnitKey>,
    /// The number of the edition.
    pub edition: u32,
    /// The course's corrections.
    pub corrections: Corrections,
}

impl Content {
    /// A unit's documents in an edition, with the corrections of the course, if they are at hand.
    pub fn at_hand(replica: &Replica, edition: &EditionRef) -> Option<Self> {
        let library = replica.library();
        let course = replica.shown().directory.course(edition.course);
        Some(Self {
            paper: library.paper(edition.paper)?.clone(),
            key: library.key(edition.key)?.clone(),
            edition: edition.number,
            corrections: course.map(|course| course.contents.corrections.clone()).unwrap_or_default(),
        })
    }

    /// The unit.
    pub fn unit(&self) -> Option<UnitContent<'_>> {
        Some(UnitContent {
            unit: self.paper.unit(self.key.unit)?,
            key: &self.key,
            decimal_comma: self.paper.decimal_comma,
            edition: self.edition,
            corrections: &self.corrections,
        })
    }

    /// A question with its key.
    pub fn question(&self, id: QuestionId) -> Option<(&Question, &QuestionKey)> {
        self.unit()?.question(id)
    }
}

/// What was entered last, at which try, and where the question stands by it.
type LastTry = (Option<Vec<Input>>, usize, QuestionStanding);

/// What all parts of a question's sheet work with.
#[derive(Clone, Copy)]
struct Sheet {
    content: StoredValue<Content>,
    /// Those of the course now; they may come while the question is being worked on.
    corrections: Signal<Corrections>,
    question: QuestionId,
    current: Memo<Option<Current>>,
    fields: StoredValue<Vec<FieldState>>,
    refused: RwSignal<Option<attempt::Refusal>>,
}

impl Sheet {
    /// With what was entered last.
    fn of(content: Content, first: &Current, current: Memo<Option<Current>>, corrections: Signal<Corrections>) -> Self {
        let states = content.question(first.question).map(|(question, _)| {
            let before = |index: usize| first.last_inputs().and_then(|inputs| inputs.get(index));
            question.fields.iter().enumerate().map(|(index, field)| FieldState::of(&field.kind, before(index))).collect()
        });
        Self {
            content: StoredValue::new(content),
            corrections,
            question: first.question,
            current,
            fields: StoredValue::new(states.unwrap_or_default()),
            refused: RwSignal::new(None),
        }
    }

    /// What another tab or device entered is shown here too, unless something is being typed that can still be used. What was entered here
    /// before, and perhaps refused since, is not being typed any more.
    fn fill_from_elsewhere(self) {
        let of = |current: &Current| -> LastTry { (current.last_inputs().cloned(), current.tries.len(), current.standing) };
        let entered = Memo::new(move |_| self.current.with(|current| current.as_ref().map(of)));
        Effect::new(move |before: Option<Option<LastTry>>| {
            let now = entered.get();
            if let (Some(Some((before, ..))), Some((last, _, standing))) = (before.filter(|before| *before != now), &now) {
                self.refused.set(None);
                let here = untrack(|| self.inputs());
                let done = *standing != QuestionStanding::Open || before.as_ref() == Some(&here) || untrack(|| self.is_untouched());
                if let Some(last) = last.as_ref().filter(|last| done && **last != here) {
                    self.fill(last);
                }
            }
            now
        });
    }

    fn with_question<T>(self, read: impl FnOnce(&Question, &QuestionKey, bool) -> T) -> Option<T> {
        self.content.with_value(|content| {
            let (question, key) = content.question(self.question)?;
            Some(read(question, key, content.paper.decimal_comma))
        })
    }

    /// The key with all corrections that stand.
    fn with_key<T>(self, read: impl FnOnce(&CorrectedKey<'_>) -> T) -> Option<T> {
        self.corrections.with(|corrections| {
            self.content.with_value(|content| Some(read(&content.unit()?.corrected(corrections).corrected_key(self.question)?)))
        })
    }

    fn with_grade<T>(self, inputs: &[Input], read: impl FnOnce(Grade<'_>) -> T) -> Option<T> {
        self.with_key(|key| read(key.grade(inputs)))
    }

    /// The right answer, and how it is worked out; with a word where that may be about a key that was corrected.
    fn worked(self) -> Html {
        let worked = self.with_question(|_, key, _| key.worked.clone()).unwrap_or_default();
        let owned = |fields: Vec<(&str, Html)>| fields.into_iter().map(|(label, right)| (label.to_owned(), right)).collect::<Vec<_>>();
        let (right, corrected) = self.with_key(|key| (owned(key.right()), !key.replaced().is_empty())).unwrap_or_default();
        let intro = markup::escaped(if corrected { texts().key_corrected } else { texts().right_answer });
        let line = |right: &Html| markup::as_line(right).map(str::to_owned);
        let answer = match right.as_slice() {
            [] => return worked,
            // Where nobody has worked it out, the key may have been written there.
            [(_, right)] if !corrected && markup::words(&right.0) == markup::words(&worked.0) => return worked,
            [(_, right)] => match line(right) {
                Some(line) => format!("<p>{intro} <strong>{line}</strong></p>"),
                None => format!("<p>{intro}</p>{}", right.0),
            },
            several => {
                let item = |(label, right): &(String, Html)| {
                    format!("<li>{}: <strong>{}</strong></li>", markup::escaped(label), line(right).unwrap_or_else(|| right.0.clone()))
                };
                format!("<p>{intro}</p><ul>{}</ul>", several.iter().map(item).collect::<String>())
            }
        };
        Html(format!("{answer}{}", worked.0))
    }

    fn inputs(self) -> Vec<Input> {
        let fields = self.fields.get_value();
        self.with_question(|question, _, _| question.fields.iter().zip(fields).map(|(field, state)| state.input(&field.kind)).collect())
            .unwrap_or_default()
    }

    fn is_untouched(self) -> bool {
        let fields = self.fields.get_value();
        self.with_question(|question, _, _| question.fields.iter().zip(fields).all(|(field, state)| state.is_untouched(&field.kind)))
            .unwrap_or(true)
    }

    fn fill(self, inputs: &[Input]) {
        let fields = self.fields.get_value();
        _ = self.with_question(|question, _, _| {
            for ((field, state), input) in question.fields.iter().zip(fields).zip(inputs) {
                state.fill(&field.kind, Some(input));
            }
        });
    }

    fn standing(self) -> QuestionStanding {
        self.current.with(|current| current.as_ref().map_or(QuestionStanding::Open, |current| current.standing))
    }
}

/// The sheet of one question.
#[component]
pub fn QuestionSheet(
    /// Where its commands go.
    ask: Ask,
    /// The unit's documents.
    content: Content,
    /// The question, as it is at first.
    first: Current,
    /// The attempt's current question, as long as it is this one.
    current: Memo<Option<Current>>,
    /// The run has ended with this question.
    ended: Memo<bool>,
    /// When it was put before the student, by the monotonic clock; none if it was there already.
    shown_ms: Option<f64>,
    /// Presses on this page.
    presses: Presses,
    /// Called with what followed from leaving the question.
    left: Callback<Vec<attempt::Event>>,
    /// Called when the next run is to begin.
    again: Callback<()>,
    /// The course's corrections, where more may come; otherwise those that came with the documents.
    #[prop(optional, into)]
    corrections: Option<Signal<Corrections>>,
) -> impl IntoView {
    let ordinal = first.ordinal;
    let corrections = corrections.unwrap_or_else(|| Signal::stored(content.corrections.clone()));
    let sheet = Sheet::of(content, &first, current, corrections);
    let standing = Memo::new(move |_| sheet.standing());
    sheet.fill_from_elsewhere();
    let (button, peeked) = (NodeRef::new(), RwSignal::new(false));
    let answering = Answering { sheet, ask, ordinal, standing, ended, shown_ms, presses, left, again, button, peeked };
    let shows_answer = answering.shows_answer();
    let submit = move |event| answering.submit(&event);
    let outcome = outcome::outcome(sheet);
    let form = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        // A question that was asked for just now is ready to be answered.
        if let Some(form) = form.get().filter(|_| shown_ms.is_some() && ordinal > 1) {
            focus_first(&form);
        }
    });
    view! {
        <form class="question sheet" aria-labelledby="prompt" novalidate node_ref=form on:submit=submit on:keydown=|event| hold(&event)>
            <Body sheet standing/>
            <div
                class="outcome"
                role="status"
                data-outcome=move || outcome.with(|outcome| outcome.as_ref().map(|(name, _)| *name))
                inner_html=move || outcome.with(|outcome| outcome.as_ref().map(|(_, html)| html.clone()).unwrap_or_default())
            ></div>
            <Show when=move || shows_answer.get()>
                {move || view! { <WorkedAnswer html=sheet.worked()/> }}
            </Show>
            <Buttons answering shows_answer/>
        </form>
    }
}

/// A question as it stood at one moment: with what was entered by then and what came of it, and nothing that can be changed.
#[cfg(feature = "teach")]
#[component]
pub fn QuestionAsAnswered(
    /// The unit's documents.
    content: Content,
    /// The question as it stood.
    current: Current,
) -> impl IntoView {
    let corrections = Signal::stored(content.corrections.clone());
    let first = current.clone();
    let sheet = Sheet::of(content, &first, Memo::new(move |_| Some(current.clone())), corrections);
    let outcome = outcome::outcome(sheet);
    view! {
        <div class="question sheet" role="group" aria-labelledby="prompt">
            <Body sheet standing=Memo::new(|_| QuestionStanding::Right)/>
            <div
                class="outcome"
                data-outcome=move || outcome.with(|outcome| outcome.as_ref().map(|(name, _)| *name))
                inner_html=move || outcome.with(|outcome| outcome.as_ref().map(|(_, html)| html.clone()).unwrap_or_default())
            ></div>
        </div>
    }
}

fn focus_first(form: &web_sys::HtmlFormElement) {
    let field = form.query_selector("input, select").ok().flatten();
    if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Without the focus the field is a Tab away.
        _ = field.focus();
    }
}

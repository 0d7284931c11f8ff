//! A question on its sheet: its text with the fields in reading order, what came of the answer, and the buttons.

mod body;
mod outcome;
pub mod seen;

use crate::{
    components::{explanation::WorkedAnswer, fields::FieldState},
    device, markup,
    texts::texts,
};
use body::Body;
use domain::{
    attempt::{self, Current, EditionRef, QuestionStanding, UnitContent},
    content::{Corrected, Html, Input, Paper, Question, QuestionKey, UnitKey},
    grading::{CorrectedKey, Grade},
    ids::QuestionId,
    replica::Replica,
};
use leptos::{ev, html, prelude::*};
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// How soon after one press of the button another is taken for a part of it, in milliseconds.
const DOUBLE_PRESS_MS: f64 = 400.0;

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
    /// The course's corrections, and what takes them back.
    pub corrections: Vec<Corrected>,
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
        let section = self.paper.section(self.key.unit)?;
        Some(UnitContent {
            section,
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

/// When the button was pressed last, over all questions of a page.
#[derive(Debug, Clone, Copy)]
pub struct Presses {
    check: StoredValue<f64>,
    next: StoredValue<f64>,
}

impl Presses {
    /// Not yet.
    pub fn none() -> Self {
        Self { check: StoredValue::new(f64::MIN), next: StoredValue::new(f64::MIN) }
    }
}

/// What all parts of a question's sheet work with.
#[derive(Clone, Copy)]
struct Sheet {
    content: StoredValue<Content>,
    /// Those of the course now; they may come while the question is being worked on.
    corrections: Signal<Vec<Corrected>>,
    question: QuestionId,
    current: Memo<Option<Current>>,
    fields: StoredValue<Vec<FieldState>>,
    refused: RwSignal<Option<attempt::Refusal>>,
}

impl Sheet {
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
    corrections: Option<Signal<Vec<Corrected>>>,
) -> impl IntoView {
    let ordinal = first.ordinal;
    let states = content.question(first.question).map(|(question, _)| {
        let before = |index: usize| first.tries.last().and_then(|inputs| inputs.get(index));
        question.fields.iter().enumerate().map(|(index, field)| FieldState::of(&field.kind, before(index))).collect()
    });
    let corrections = corrections.unwrap_or_else(|| Signal::stored(content.corrections.clone()));
    let sheet = Sheet {
        content: StoredValue::new(content),
        corrections,
        question: first.question,
        current,
        fields: StoredValue::new(states.unwrap_or_default()),
        refused: RwSignal::new(None),
    };
    let standing = Memo::new(move |_| sheet.standing());
    let button = NodeRef::<html::Button>::new();
    let peeked = RwSignal::new(false);

    // What another tab or device entered is shown here too, unless something is being typed that can still be used. What was entered here
    // before, and perhaps refused since, is not being typed any more.
    let entered = Memo::new(move |_| current.with(|current| current.as_ref().map(|current| (current.tries.clone(), current.standing))));
    Effect::new(move |before: Option<Option<(Vec<Vec<Input>>, QuestionStanding)>>| {
        let now = entered.get();
        if let (Some(Some((before, _))), Some((tries, standing))) = (before.filter(|before| *before != now), &now) {
            sheet.refused.set(None);
            let here = untrack(|| sheet.inputs());
            let done = *standing != QuestionStanding::Open || before.last() == Some(&here) || untrack(|| sheet.is_untouched());
            if let Some(last) = tries.last().filter(|last| done && **last != here) {
                sheet.fill(last);
            }
        }
        now
    });

    let ask = move |command: attempt::Command| match ask.run(command) {
        Ok(events) => {
            sheet.refused.set(None);
            Some(events)
        }
        Err(refusal) => {
            sheet.refused.set(refusal);
            None
        }
    };
    // The field that was used may be closed now; the button is what goes on.
    let move_on = move || {
        if standing.get_untracked() != QuestionStanding::Open
            && let Some(button) = button.get_untracked()
        {
            // Now it would have the page laid out twice: without what is about to change, and with it.
            request_animation_frame(move || {
                // Where the focus cannot go, the button is a Tab away.
                _ = button.focus();
            });
        }
    };
    let check = move |now: f64| {
        let inputs = untrack(|| sheet.inputs());
        if now - presses.next.get_value() < DOUBLE_PRESS_MS && untrack(|| sheet.is_untouched()) {
            return;
        }
        presses.check.set_value(now);
        let try_number = current.get_untracked().map_or(1, |current| current.tries.len() as u32 + 1);
        let ms = shown_ms.map(|shown| (now - shown).max(0.0) as u32);
        _ = ask(attempt::Command::SubmitAnswer { ordinal, try_number, inputs, ms });
        move_on();
    };
    let next = move |now: f64| {
        if now - presses.check.get_value() < DOUBLE_PRESS_MS {
            return;
        }
        presses.next.set_value(now);
        if ended.get_untracked() {
            again.run(());
        } else if let Some(events) = ask(attempt::Command::NextQuestion { ordinal }) {
            left.run(events);
        }
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let now = device::monotonic_ms();
        match standing.get_untracked() {
            QuestionStanding::Open if !ended.get_untracked() => check(now),
            QuestionStanding::Open | QuestionStanding::Right | QuestionStanding::Missed | QuestionStanding::Revealed => next(now),
        }
    };
    // A key that is held down is one press.
    let hold = move |event: ev::KeyboardEvent| {
        if event.repeat() && event.key() == "Enter" {
            event.prevent_default();
        }
    };
    let show_answer = move |_| match standing.get_untracked() {
        QuestionStanding::Open => {
            // To look up a dropped question is to answer it; what it is to show, it shows all the same.
            if ask(attempt::Command::RevealAnswer { ordinal }).is_some() {
                peeked.set(true);
            }
            move_on();
        }
        QuestionStanding::Right | QuestionStanding::Missed | QuestionStanding::Revealed => {
            peeked.set(true);
            move_on();
        }
    };
    let shows_answer = Memo::new(move |_| standing.get() == QuestionStanding::Revealed || peeked.get());
    let button_name = move || match (standing.get(), ended.get()) {
        // A correction can pass a drill amid a question.
        (QuestionStanding::Open, true) => texts().practise_again,
        (QuestionStanding::Open, false) => texts().check,
        (QuestionStanding::Right | QuestionStanding::Missed | QuestionStanding::Revealed, false) => texts().next_question,
        (QuestionStanding::Right | QuestionStanding::Missed | QuestionStanding::Revealed, true) => texts().practise_again,
    };
    let outcome = outcome::outcome(sheet);
    let form = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        // A question that was asked for just now is ready to be answered.
        if let Some(form) = form.get().filter(|_| shown_ms.is_some() && ordinal > 1) {
            focus_first(&form);
        }
    });
    view! {
        <form class="question sheet" aria-labelledby="prompt" novalidate node_ref=form on:submit=submit on:keydown=hold>
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
            <div class="actions">
                <button class="button" type="submit" node_ref=button>{button_name}</button>
                <Show when=move || !shows_answer.get()>
                    <button class="button" data-kind="quiet" type="button" on:click=show_answer>{texts().show_answer}</button>
                </Show>
            </div>
        </form>
    }
}

/// A question as it stood at one moment: with what was entered by then and what came of it, and nothing that can be changed.
#[component]
pub fn QuestionAsAnswered(
    /// The unit's documents.
    content: Content,
    /// The question as it stood.
    current: Current,
) -> impl IntoView {
    let states = content.question(current.question).map(|(question, _)| {
        let entered = |index: usize| current.tries.last().and_then(|inputs| inputs.get(index));
        question.fields.iter().enumerate().map(|(index, field)| FieldState::of(&field.kind, entered(index))).collect()
    });
    let question = current.question;
    let sheet = Sheet {
        corrections: Signal::stored(content.corrections.clone()),
        content: StoredValue::new(content),
        question,
        current: Memo::new(move |_| Some(current.clone())),
        fields: StoredValue::new(states.unwrap_or_default()),
        refused: RwSignal::new(None),
    };
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

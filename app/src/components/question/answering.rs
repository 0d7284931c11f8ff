//! What pressing the buttons of a question's sheet does: which command is given, and where the focus goes.

use super::{Ask, Sheet};
use crate::{device, texts::texts};
use domain::attempt::{self, QuestionStanding};
use leptos::{ev, html, prelude::*};

/// How soon after one press of the button another is taken for a part of it, in milliseconds.
const DOUBLE_PRESS_MS: f64 = 400.0;

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

/// How a question on its sheet is answered and left.
#[derive(Clone, Copy)]
pub struct Answering {
    /// The sheet.
    pub sheet: Sheet,
    /// Where its commands go.
    pub ask: Ask,
    /// The question's place in the run.
    pub ordinal: u32,
    /// Where the question stands.
    pub standing: Memo<QuestionStanding>,
    /// The run has ended with this question.
    pub ended: Memo<bool>,
    /// When it was put before the student, by the monotonic clock; none if it was there already.
    pub shown_ms: Option<f64>,
    /// Presses on this page.
    pub presses: Presses,
    /// Called with what followed from leaving the question.
    pub left: Callback<Vec<attempt::Event>>,
    /// Called when the next run is to begin.
    pub again: Callback<()>,
    /// The button that goes on.
    pub button: NodeRef<html::Button>,
    /// The answer was looked up when there was nothing left to reveal.
    pub peeked: RwSignal<bool>,
}

impl Answering {
    /// Whether the right answer is shown.
    pub fn shows_answer(self) -> Memo<bool> {
        Memo::new(move |_| self.standing.get() == QuestionStanding::Revealed || self.peeked.get())
    }

    /// The button was pressed, or Enter in a field: the answer is checked, or the question left.
    pub fn submit(self, event: &ev::SubmitEvent) {
        event.prevent_default();
        let now = device::monotonic_ms();
        match self.standing.get_untracked() {
            QuestionStanding::Open if !self.ended.get_untracked() => self.check(now),
            QuestionStanding::Open | QuestionStanding::Right | QuestionStanding::Missed | QuestionStanding::Revealed => self.next(now),
        }
    }

    fn ask(self, command: attempt::Command) -> Option<Vec<attempt::Event>> {
        match self.ask.run(command) {
            Ok(events) => {
                self.sheet.refused.set(None);
                Some(events)
            }
            Err(refusal) => {
                self.sheet.refused.set(refusal);
                None
            }
        }
    }

    fn check(self, now: f64) {
        let inputs = untrack(|| self.sheet.inputs());
        if now - self.presses.next.get_value() < DOUBLE_PRESS_MS && untrack(|| self.sheet.is_untouched()) {
            return;
        }
        self.presses.check.set_value(now);
        let try_number = self.sheet.current.get_untracked().map_or(1, |current| current.tries.len() as u32 + 1);
        let ms = self.shown_ms.map(|shown| (now - shown).max(0.0) as u32);
        _ = self.ask(attempt::Command::SubmitAnswer { ordinal: self.ordinal, try_number, inputs, ms });
        self.move_on();
    }

    fn next(self, now: f64) {
        if now - self.presses.check.get_value() < DOUBLE_PRESS_MS {
            return;
        }
        self.presses.next.set_value(now);
        if self.ended.get_untracked() {
            self.again.run(());
        } else if let Some(events) = self.ask(attempt::Command::NextQuestion { ordinal: self.ordinal }) {
            self.left.run(events);
        }
    }

    fn show_answer(self) {
        match self.standing.get_untracked() {
            QuestionStanding::Open => {
                // To look up a dropped question is to answer it; what it is to show, it shows all the same.
                if self.ask(attempt::Command::RevealAnswer { ordinal: self.ordinal }).is_some() {
                    self.peeked.set(true);
                }
                self.move_on();
            }
            QuestionStanding::Right | QuestionStanding::Missed | QuestionStanding::Revealed => {
                self.peeked.set(true);
                self.move_on();
            }
        }
    }

    /// The field that was used may be closed now; the button is what goes on.
    fn move_on(self) {
        if self.standing.get_untracked() != QuestionStanding::Open
            && let Some(button) = self.button.get_untracked()
        {
            // Now it would have the page laid out twice: without what is about to change, and with it.
            request_animation_frame(move || {
                // Where the focus cannot go, the button is a Tab away.
                _ = button.focus();
            });
        }
    }
}

/// A key that is held down is one press.
pub fn hold(event: &ev::KeyboardEvent) {
    if event.repeat() && event.key() == "Enter" {
        event.prevent_default();
    }
}

/// The button that goes on, and the one that shows the answer.
#[component]
pub fn Buttons(answering: Answering, shows_answer: Memo<bool>) -> impl IntoView {
    let Answering { standing, ended, button, .. } = answering;
    let name = move || match (standing.get(), ended.get()) {
        // A correction can pass a drill amid a question.
        (QuestionStanding::Open, true) => texts().practise_again,
        (QuestionStanding::Open, false) => texts().check,
        (QuestionStanding::Right | QuestionStanding::Missed | QuestionStanding::Revealed, false) => texts().next_question,
        (QuestionStanding::Right | QuestionStanding::Missed | QuestionStanding::Revealed, true) => texts().practise_again,
    };
    let show_answer = move |_| answering.show_answer();
    view! {
        <div class="actions">
            <button class="button" type="submit" node_ref=button>{name}</button>
            <Show when=move || !shows_answer.get()>
                <button class="button" data-kind="quiet" type="button" on:click=show_answer>{texts().show_answer}</button>
            </Show>
        </div>
    }
}

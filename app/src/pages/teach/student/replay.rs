//! The replay of one attempt, step by step: the question, what was entered, what came of it, and the streak, as they were.

use super::{Told, sentences::Teller};
use crate::{
    components::{
        question::{Content, QuestionAsAnswered},
        streak::Slots,
    },
    doors::use_projection,
    texts::texts,
};
use domain::{
    attempt::{Attempt, AttemptKey, Current},
    decider::Decider,
    event::{Recorded, StreamId},
    replica::Replica,
};
use leptos::{ev, html, prelude::*};

/// What is replayed, and from which event on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayed {
    /// The attempt.
    pub attempt: AttemptKey,
    /// The number of the event in the class's history.
    pub number: usize,
}

/// The attempt as it stood after a step.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    sentences: Vec<String>,
    time: String,
    streak: u32,
    goal: u32,
    question: Option<(Content, Current)>,
    /// There is a question, and its documents are not at hand.
    is_missing: bool,
}

/// The replay, while something is replayed.
#[component]
pub fn Replay(told: Told, replayed: RwSignal<Option<Replayed>>) -> impl IntoView {
    move || replayed.get().map(|from| view! { <Steps told from close=Callback::new(move |()| replayed.set(None))/> })
}

fn events_of(told: Told, attempt: AttemptKey) -> Vec<(usize, Recorded)> {
    let is_of = |recorded: &Recorded| recorded.stream() == StreamId::Attempt(attempt);
    told.events.with(|events| events.iter().filter(|(_, recorded)| is_of(recorded)).cloned().collect())
}

#[component]
fn Steps(told: Told, from: Replayed, close: Callback<()>) -> impl IntoView {
    let events = Memo::new(move |_| events_of(told, from.attempt));
    let steps = Memo::new(move |_| events.with(Vec::len));
    let first = events.with_untracked(|events| events.iter().position(|(number, _)| *number == from.number)).map_or(1, |index| index + 1);
    let chosen = RwSignal::new(first);
    let step = Memo::new(move |_| chosen.get().clamp(1, steps.get().max(1)));
    let shown = use_projection(move |replica| events.with(|events| after(replica, told, events, step.get())));
    let title = use_projection(move |replica| {
        events.with(|events| {
            told.correctors.with(|correctors| {
                let teller = Teller::of(replica, correctors, told.student, events);
                (texts().story.replay_title)(&teller.title(&from.attempt), from.attempt.run)
            })
        })
    });
    let walk = Walk { chosen, step, steps };
    let keys = move |event: ev::KeyboardEvent| {
        match event.key().as_str() {
            "ArrowLeft" => walk.back(),
            "ArrowRight" => walk.on(),
            "Home" => walk.go(1),
            "End" => walk.go(usize::MAX),
            "Escape" => return close.run(()),
            _ => return,
        }
        event.prevent_default();
    };
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            // A heading that cannot take the focus is read in its turn.
            _ = heading.focus();
        }
    });
    let words = &texts().story;
    view! {
        <section class="replay" aria-labelledby="replay" on:keydown=keys>
            <header>
                <h2 id="replay" tabindex="-1" node_ref=heading>{move || title.get()}</h2>
                <button class="button" data-kind="plain" type="button" on:click=move |_| close.run(())>{words.close}</button>
            </header>
            <Controls walk/>
            <div role="status" class="replay-step">
                <p class="quiet">
                    {move || (words.step)(step.get(), steps.get())} " · " {move || shown.with(|shown| shown.time.clone())}
                </p>
                {move || shown.get().sentences.into_iter().map(|sentence| view! { <p>{sentence}</p> }).collect_view()}
            </div>
            <AsItStood shown/>
            <p class="quiet">{words.replay_keys}</p>
        </section>
    }
}

/// How the steps are walked.
#[derive(Clone, Copy)]
struct Walk {
    chosen: RwSignal<usize>,
    /// The step that is shown, counting from 1.
    step: Memo<usize>,
    /// How many there are.
    steps: Memo<usize>,
}

impl Walk {
    fn go(self, to: usize) {
        self.chosen.set(to.clamp(1, self.steps.get_untracked().max(1)));
    }

    fn back(self) {
        self.go(self.step.get_untracked().saturating_sub(1));
    }

    fn on(self) {
        self.go(self.step.get_untracked() + 1);
    }
}

#[component]
fn Controls(walk: Walk) -> impl IntoView {
    let Walk { step, steps, .. } = walk;
    let (is_first, is_last) = (move || step.get() == 1, move || step.get() >= steps.get());
    let button = move |name: &'static str, is_at_end: Signal<bool>, press: Callback<()>| {
        view! {
            <button
                class="button"
                data-kind="quiet"
                type="button"
                aria-disabled=move || is_at_end.get().then_some("true")
                on:click=move |_| press.run(())
            >
                {name}
            </button>
        }
    };
    let words = &texts().story;
    view! {
        <div class="actions" role="group" aria-label=words.replay_controls>
            {button(words.first_step, Signal::derive(is_first), Callback::new(move |()| walk.go(1)))}
            {button(words.previous_step, Signal::derive(is_first), Callback::new(move |()| walk.back()))}
            {button(words.next_step, Signal::derive(is_last), Callback::new(move |()| walk.on()))}
            {button(words.last_step, Signal::derive(is_last), Callback::new(move |()| walk.go(usize::MAX)))}
        </div>
    }
}

/// The streak and the question after the step.
#[component]
fn AsItStood(shown: Memo<Step>) -> impl IntoView {
    let words = &texts().story;
    view! {
        {move || {
            let (streak, goal) = shown.with(|shown| (shown.streak, shown.goal));
            view! {
                <div class="streak">
                    <Slots streak=streak goal/>
                    <p>{(texts().right_in_a_row)(streak, goal)}</p>
                </div>
            }
        }}
        {move || match shown.get() {
            Step { question: Some((content, current)), .. } => view! { <QuestionAsAnswered content current/> }.into_any(),
            Step { is_missing: true, .. } => view! { <p class="quiet">{words.not_at_hand}</p> }.into_any(),
            Step { .. } => view! { <p class="quiet">{words.no_question}</p> }.into_any(),
        }}
    }
}

/// The attempt after so many of its events, by the corrections that were known then.
fn after(replica: &Replica, told: Told, events: &[(usize, Recorded)], step: usize) -> Step {
    let so_far = &events[..step.min(events.len())];
    let mut attempt = Attempt::NotStarted;
    let mut known = 0;
    for (_, event) in so_far.iter().filter_map(|(_, recorded)| recorded.event.attempt()) {
        attempt = attempt.evolve(event);
        known = known.max(event.correction_known());
    }
    let work = attempt.work();
    let content = work.and_then(|work| {
        let mut content = Content::at_hand(replica, &work.edition)?;
        content.corrections = content.corrections.as_of(known).into_owned();
        Some(content)
    });
    let current = attempt.current().cloned();
    let is_missing = current.is_some() && content.is_none();
    let towards = work.map(|work| work.rule.towards(work.reckoning)).unwrap_or_default();
    let line = told.correctors.with(|correctors| {
        let teller = Teller::of(replica, correctors, told.student, so_far);
        so_far.last().map(|(number, recorded)| teller.line(*number, recorded))
    });
    let (sentences, time) = line.map(|line| (line.sentences, line.time)).unwrap_or_default();
    let (streak, goal) = (u32::from(towards.done), u32::from(towards.goal));
    Step { sentences, time, streak, goal, question: content.zip(current), is_missing }
}

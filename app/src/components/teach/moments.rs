//! The slider over a class's whole history: any moment, marked by lessons, and beside it another one to compare with.

use crate::{
    components::teach::counted::ReadingHistory,
    device,
    doors::{History, use_history},
    moment::{Moment, use_moment},
    texts::texts,
};
use domain::{
    ids::ClassId,
    projections::journal::{Journal, Lesson},
};
use leptos::prelude::*;
use std::time::Duration;

/// The marks of lessons follow what happens so often.
const LESSONS_FOLLOW: Duration = Duration::from_secs(30);

/// The slider; it moves the moment in the address.
#[component]
pub fn Moments(class: ClassId) -> impl IntoView {
    let history = use_history(class);
    let moment = use_moment();
    let is_read = Memo::new(move |_| history.with(|_| ()).is_some());
    view! {
        <section class="moments" aria-label=texts().moments.title data-live=move || moment.is_live().to_string()>
            <ReadingHistory history/>
            <Show when=move || is_read.get()>
                <Line history moment/>
            </Show>
        </section>
    }
}

/// When event k was recorded, as people write it.
pub fn written_time(journal: &Journal, k: usize) -> String {
    let nothing = || texts().moments.before_everything.to_owned();
    journal.time(k.min(journal.len())).map_or_else(nothing, |at| device::written(at, texts().language))
}

#[component]
fn Line(history: History, moment: Moment) -> impl IntoView {
    let length = Memo::new(move |_| history.with(Journal::len).unwrap_or_default());
    // All of the history is looked through for them: now and then is enough, and when it is new.
    let clock = RwSignal::new(0_u32);
    if let Ok(ticking) = set_interval_with_handle(move || clock.update(|ticks| *ticks += 1), LESSONS_FOLLOW) {
        on_cleanup(move || ticking.clear());
    }
    let lessons = Memo::new(move |_| {
        clock.track();
        Lessons(untrack(|| history.with(Journal::lessons)).unwrap_or_default())
    });
    let time = move |k: usize| history.with(|journal| written_time(journal, k)).unwrap_or_default();
    let place = Memo::new(move |_| moment.at.get().map_or(length.get(), |k| k.min(length.get())));
    let said = move || moment.at.get().map_or_else(|| texts().moments.now.to_owned(), |_| (texts().moments.as_of)(&time(place.get())));
    // Whoever moves to the end of all is live again.
    let look = move |k: usize| moment.look((k < length.get_untracked()).then_some(k));
    let before = Memo::new(move |_| lessons.with(|lessons| lessons.before(place.get())));
    let after = Memo::new(move |_| lessons.with(|lessons| lessons.after(place.get())));
    let to = move |lesson: Memo<Option<usize>>| {
        move |_| {
            if let Some(k) = lesson.get_untracked() {
                look(k);
            }
        }
    };
    let compare = move |_| {
        let with = moment.with.get_untracked().is_none();
        let first = || lessons.with_untracked(|lessons| lessons.before(place.get_untracked())).unwrap_or_default();
        moment.compare(with.then(first));
    };
    view! {
        <p class="moment-said">
            <span data-glyph=move || if moment.is_live() { "live" } else { "then" }>{said}</span>
            <Show when=move || !moment.is_live()>
                <button class="button" data-kind="quiet" type="button" on:click=move |_| moment.look(None)>{texts().moments.live}</button>
            </Show>
        </p>
        <div class="moment-line">
            <button class="moment-step" data-step="back" type="button" aria-disabled=move || before.get().is_none().to_string() on:click=to(before)>
                <span class="unseen">{texts().moments.lesson_before}</span>
            </button>
            <Slider label=texts().moments.slider length place text=said look=Callback::new(look)/>
            <button class="moment-step" data-step="on" type="button" aria-disabled=move || after.get().is_none().to_string() on:click=to(after)>
                <span class="unseen">{texts().moments.lesson_after}</span>
            </button>
            <button class="button" data-kind="plain" type="button" aria-pressed=move || moment.with.get().is_some().to_string() on:click=compare>
                {texts().moments.compare}
            </button>
        </div>
        <Show when=move || moment.with.get().is_some()>
            <With moment length time=Callback::new(time)/>
        </Show>
        <datalist id="lessons">
            <For each=move || lessons.get().0 key=|lesson| lesson.last let:lesson>
                <option value=lesson.last label=device::written(lesson.until, texts().language)></option>
            </For>
        </datalist>
    }
}

/// The moment to compare with.
#[component]
fn With(moment: Moment, length: Memo<usize>, time: Callback<usize, String>) -> impl IntoView {
    let place = Memo::new(move |_| moment.with.get().unwrap_or_default().min(length.get()));
    let said = move || (texts().moments.compared_with)(&time.run(place.get()));
    let look = Callback::new(move |k| moment.compare(Some(k)));
    view! {
        <p class="moment-said"><span data-glyph="other">{said}</span></p>
        <div class="moment-line">
            <Slider label=texts().moments.other_slider length place text=said look/>
        </div>
    }
}

#[component]
fn Slider(
    label: &'static str,
    length: Memo<usize>,
    place: Memo<usize>,
    text: impl Fn() -> String + Copy + Send + Sync + 'static,
    look: Callback<usize>,
) -> impl IntoView {
    let moved = move |event| {
        if let Ok(k) = event_target_value(&event).parse() {
            look.run(k);
        }
    };
    view! {
        <input
            type="range"
            min="0"
            max=move || length.get()
            step="1"
            list="lessons"
            aria-label=label
            aria-valuetext=text
            prop:value=move || {
                length.track();
                place.get().to_string()
            }
            on:input=moved
        />
    }
}

/// The lessons of a class, in order.
#[derive(Debug, Clone, PartialEq, Default)]
struct Lessons(Vec<Lesson>);

impl Lessons {
    /// The end of the lesson before event k.
    fn before(&self, k: usize) -> Option<usize> {
        self.0.iter().rev().map(|lesson| lesson.last).find(|last| *last < k)
    }

    /// The end of the lesson after event k, or under way then.
    fn after(&self, k: usize) -> Option<usize> {
        self.0.iter().map(|lesson| lesson.last).find(|last| *last > k)
    }
}

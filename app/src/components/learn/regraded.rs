//! Why a result changed: what a correction made of one's own answers, in plain words, until it was read.

use crate::{
    device::{self, shelf},
    doors::{StoredEvents, use_account, use_projection, use_stored_events},
    texts::texts,
    wording::{answer, beginning, prompt},
};
use domain::{
    attempt::{AttemptKey, Judged},
    content::Input,
    feeds::Feed,
    ids::{AccountId, ClassId, UnitId},
    projections::regrades::GradedAgain,
    replica::Replica,
};
use leptos::{prelude::*, task::spawn_local};
use std::collections::BTreeMap;

/// What was entered, by attempt, ordinal and try.
type Entered = BTreeMap<(AttemptKey, u32, u32), Vec<Input>>;

/// So many answers of one change are told one by one.
const TOLD_MAX: usize = 5;

/// Notices of changes that were not read yet; nothing if there are none.
#[component]
pub fn Changes(
    /// Of this unit only; of all units if none is named.
    place: Option<(ClassId, UnitId)>,
) -> impl IntoView {
    let (events, student) = (use_stored_events(), use_account().id());
    let read = RwSignal::new(shelf::was_read());
    let changes = use_projection(move |replica| {
        let regrades = &replica.shown().regrades;
        let mut changes: Vec<GradedAgain> = match place {
            Some((class, unit)) => regrades.unit(class, unit).to_vec(),
            None => regrades.all().cloned().collect(),
        };
        changes.sort_by_key(|change| std::cmp::Reverse(change.at));
        changes
    });
    let unread = Memo::new(move |_| {
        let read = read.get();
        changes.get().into_iter().filter(|change| !read.contains(&name(change))).collect::<Vec<_>>()
    });
    // The event says which answers came out otherwise; what was entered stands in the history, which is read when there is something to tell.
    let entered = RwSignal::new(None::<Entered>);
    let looked = StoredValue::new(0_usize);
    Effect::new(move |_| {
        let count = unread.with(Vec::len);
        if count > looked.get_value() {
            looked.set_value(count);
            spawn_local(async move {
                let found = answers(events, student).await;
                // A page that was left needs nothing any more.
                _ = entered.try_set(Some(found));
            });
        }
    });
    let row = move |change: GradedAgain| view! { <ChangeToRead change read entered/> };
    view! {
        <Show when=move || unread.with(|unread| !unread.is_empty())>
            <section class="changes" aria-labelledby="changes">
                <h2 id="changes">{texts().story.changes}</h2>
                <ul role="list">
                    <For each=move || unread.get() key=name children=row/>
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn ChangeToRead(change: GradedAgain, read: RwSignal<Vec<String>>, entered: RwSignal<Option<Entered>>) -> impl IntoView {
    let id = name(&change);
    let at = device::written(change.at, texts().language);
    let told = use_projection(move |replica| entered.with(|entered| told(replica, &change, entered.as_ref())));
    let dismiss = move |_| {
        shelf::remember_read(&id);
        read.set(shelf::was_read());
    };
    view! {
        <li>
            <div>
                {move || told.get().into_iter().map(|sentence| view! { <p>{sentence}</p> }).collect_view()}
                <p class="quiet">{at}</p>
            </div>
            <button class="button" data-kind="quiet" type="button" on:click=dismiss>{texts().story.understood}</button>
        </li>
    }
}

/// By this a change is known to have been read.
fn name(change: &GradedAgain) -> String {
    format!("{}/{}", change.attempt, change.regraded.correction)
}

/// All of one's own answers that are stored here.
async fn answers(events: StoredEvents, student: AccountId) -> Entered {
    let recorded = events.all(Feed::Student(student)).await;
    let entry = |recorded: domain::event::Recorded| {
        let (key, event) = recorded.event.attempt()?;
        let (answer, _) = event.graded()?;
        Some(((*key, answer.ordinal, answer.try_number), answer.inputs.clone()))
    };
    recorded.into_iter().filter_map(entry).collect()
}

/// A change in sentences.
fn told(replica: &Replica, change: &GradedAgain, entered: Option<&Entered>) -> Vec<String> {
    let models = replica.shown();
    let words = &texts().story;
    let edition = models.attempt(&change.attempt).work().map(|work| work.edition);
    let section = edition.and_then(|edition| replica.library().paper(edition.paper)?.unit(change.attempt.unit));
    let title = section.map_or("", |section| section.title());
    let course = edition.and_then(|edition| models.directory.course(edition.course));
    let is_undoing = course.is_some_and(|course| course.contents.corrections.undoes(change.regraded.correction).is_some());
    let judged = |judged: &Judged| {
        let question = section.and_then(|section| section.question(judged.question));
        let inputs = entered.and_then(|entered| entered.get(&(change.attempt, judged.ordinal, judged.try_number)));
        let text = question.map(|question| beginning(&prompt(question))).unwrap_or_default();
        (words.counts_now)(&text, inputs.map(|inputs| answer(question, inputs)).as_deref(), judged.to)
    };
    let answers = &change.regraded.answers;
    let mut sentences = vec![(words.teacher_corrected)(title, is_undoing)];
    sentences.extend(answers.iter().take(TOLD_MAX).map(judged));
    if answers.len() > TOLD_MAX {
        sentences.push((words.and_more)(answers.len() - TOLD_MAX));
    }
    sentences.extend((words.what_follows)(&change.regraded.before, &change.regraded.after));
    sentences
}

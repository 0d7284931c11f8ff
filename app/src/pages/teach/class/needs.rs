//! Who needs the teacher now: the headline that says what to do, and the list behind it, most urgent first.

use super::state::{Needy, State, WasStuck};
use crate::{
    address::Address,
    components::teach::names::{Name, all_called, name_in_words},
    device,
    doors::use_projection,
    texts::texts,
};
use domain::views::situation::{Counts, Doing, Headline, Need};
use leptos::prelude::*;

/// The list names no more than this many.
const NAMED_MAX: usize = 6;

/// What to do, in one sentence.
pub fn use_headline(state: State) -> Memo<String> {
    let names = use_projection(move |replica| {
        let needy = state.needy.read();
        // All in the class are looked at to say how one is called: not while nobody is.
        let Some(first) = needy.first() else { return (Vec::new(), Vec::new()) };
        let all = all_called(replica, state.class, first.student);
        let name = |student| all.get(&student).cloned().unwrap_or_else(|| name_in_words(replica, student));
        let named = |wanted: fn(&Need) -> bool| {
            needy.iter().filter(|needy| wanted(&needy.alert.need)).map(|needy| name(needy.student)).collect::<Vec<_>>()
        };
        (named(|need| matches!(need, Need::Stuck(_))), named(|need| matches!(need, Need::Idle)))
    });
    Memo::new(move |_| {
        let Some(counts) = state.counts.get() else { return texts().loading_classes.to_owned() };
        let live = state.moment.is_live();
        names.with(|(stuck, idle)| headline(&counts, stuck, idle, live))
    })
}

fn headline(counts: &Counts, stuck: &[String], idle: &[String], live: bool) -> String {
    match Headline::of(counts, stuck.len(), idle.len()) {
        Headline::Nobody => texts().no_students.to_owned(),
        Headline::Stuck if live => (texts().stuck_now)(stuck),
        Headline::Stuck => (texts().board.stuck_then)(stuck),
        Headline::Idle => (texts().board.idle_now)(idle),
        Headline::NobodyStarted => texts().nobody_started.to_owned(),
        Headline::EverybodyFinished => texts().everybody_finished.to_owned(),
        Headline::StuckBefore(students) => (texts().board.stuck_before)(students),
        Headline::NobodyIsStuck => texts().nobody_is_stuck.to_owned(),
    }
}

/// The list; nothing if nobody needs anything.
#[component]
pub fn Needs(state: State) -> impl IntoView {
    let count = Memo::new(move |_| state.needy.with(Vec::len));
    let named = move || state.needy.with(|needy| needy.iter().take(NAMED_MAX).copied().collect::<Vec<_>>());
    view! {
        <Show when=move || { count.get() > 0 }>
            <section class="needs" aria-labelledby="needs">
                <h2 id="needs" class="unseen">{texts().board.needs}</h2>
                <ol role="list">
                    <For each=named key=|needy| needy.alert let:needy>
                        <NeedyRow state needy/>
                    </For>
                </ol>
                <Show when=move || { count.get() > NAMED_MAX }>
                    <p class="quiet">{move || (texts().board.more_needy)(count.get() - NAMED_MAX)}</p>
                </Show>
            </section>
        </Show>
        <Before state/>
    }
}

/// Below it, who was stuck when they worked last.
#[component]
fn Before(state: State) -> impl IntoView {
    let count = Memo::new(move |_| state.was_stuck.with(Vec::len));
    let named = move || state.was_stuck.with(|all| all.iter().take(NAMED_MAX).copied().collect::<Vec<_>>());
    let row = move |WasStuck { student, unit, last }: WasStuck| {
        let words = move || {
            let columns = state.columns.read();
            let column = columns.iter().find(|column| column.unit == unit);
            let day = device::day_written(last, texts().language);
            (texts().board.was_stuck)(column.and_then(|column| column.number), column.map_or("", |column| &column.title), &day)
        };
        let link = move || state.moment.link(&Address::Student { class: state.class, student, unit: Some(unit) });
        view! {
            <li>
                <a href=link><Name student/></a>
                <span class="state" data-state="not-here">{words}</span>
            </li>
        }
    };
    view! {
        <Show when=move || { count.get() > 0 }>
            <section class="needs" aria-labelledby="before">
                <h2 id="before" class="quiet">{texts().board.before}</h2>
                <ul role="list">
                    <For each=named key=|was| (was.student, was.unit, was.last) children=row/>
                </ul>
                <Show when=move || { count.get() > NAMED_MAX }>
                    <p class="quiet">{move || (texts().board.more_before)(count.get() - NAMED_MAX)}</p>
                </Show>
            </section>
        </Show>
    }
}

#[component]
fn NeedyRow(state: State, needy: Needy) -> impl IntoView {
    let Needy { student, alert, .. } = needy;
    let situation =
        Memo::new(move |_| state.needy.with(|all| all.iter().find(|other| other.student == student).map(|other| other.situation)));
    let why = move || {
        let doing = situation.get().map_or(Doing::Unknown, |situation| situation.doing);
        match alert.need {
            Need::Stuck(unit) => {
                let columns = state.columns.read();
                let column = columns.iter().find(|column| column.unit == unit);
                (texts().board.need_stuck)(column.and_then(|column| column.number), column.map_or("", |column| &column.title), doing)
            }
            Need::Idle => (texts().board.doing)(doing),
        }
    };
    let name = if matches!(alert.need, Need::Idle) { "idle" } else { "stuck" };
    let link = move || {
        let unit = match alert.need {
            Need::Stuck(unit) => Some(unit),
            Need::Idle => None,
        };
        state.moment.link(&Address::Student { class: state.class, student, unit })
    };
    view! {
        <li>
            <a href=link><Name student/></a>
            <span class="state" data-state=name>{why}</span>
        </li>
    }
}
